package pages

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

func myURL(token string) string { return fullstack.URL(myPath, MyParams{Token: token}) }

// waits reports whether the person waits for a place or may take one.
func (d MyData) waits() bool {
	s := d.Signup
	return (s.Status == events.Waitlisted || s.Status == events.Offered) && s.Event.Status != events.Cancelled && !s.Shift.Cancelled
}

// begun reports whether the shift started, and with that closed its line.
func (d MyData) begun() bool { return !d.Signup.Event.Now.Before(d.Signup.Shift.Start.At) }

// moment is a deadline on the event's clock.
func moment(t events.Time) string { return t.Local().Format("Mon, Jan 2, 3:04 PM MST") }

// myEnded says why a sign-up is over, and how to come back.
func myEnded(s events.Signup) app.UI {
	alert := &ui.Alert{ID: "status", Tone: ui.ToneWarning, LinkHref: eventURL(s.Event.Slug), LinkLabel: "Sign up again"}
	switch s.EndedReason {
	case events.EndedExpired:
		if s.Unconfirmed && s.OfferEnds != nil {
			alert.Title, alert.Text = "Your place was not confirmed", "We held it until "+moment(*s.OfferEnds)+". It went back to the others. You can sign up again while there is space."
			break
		}
		alert.Title, alert.Text = "Your offer has ended", "It was not accepted in time, so your place went to the next in line. You can join the waitlist again, at its end."
		if s.OfferEnds != nil {
			alert.Text = "We held a place for you until " + moment(*s.OfferEnds) + ". It went to the next in line. You can join the waitlist again, at its end."
		}
	case events.EndedByOrganiser:
		alert.Title, alert.Text = "Your place in line has ended", "What you were waiting for was cancelled for a while. It takes place after all: you can sign up again."
	case events.EndedJunk:
		alert.Title, alert.Text = "Your sign-up was cancelled", "The organisers took it off their list."
	default:
		alert.Title, alert.Text, alert.LinkLabel = "You cancelled your sign-up", "Your place went back to the others.", "Changed your mind? Sign up again"
	}
	return alert
}

// myPostponed says what becomes of one's place, or of the place in line.
func myPostponed(s events.Signup) string {
	const wait = "There is no new date yet; we write to you when there is one."
	switch {
	case s.Unconfirmed && s.OfferEnds != nil:
		return "Your place is not confirmed yet, and we hold it until " + moment(*s.OfferEnds) + ". " + wait
	case s.Status == events.Offered && s.OfferEnds != nil:
		return "A place is free for you, and we hold it until " + moment(*s.OfferEnds) + ". " + wait
	case s.Status == events.Waitlisted:
		return "You keep your place in line: you are number " + eventsui.Number(s.Position) + ". " + wait
	}
	return "You keep your place. " + wait
}

// myWaiting says where one stands in line, or that a place is held.
func myWaiting(d MyData) app.UI {
	s := d.Signup
	moved := ""
	if s.Event.Status == events.MovedOnline {
		moved = movedOnline + ". "
	}
	switch {
	case s.Unconfirmed && s.OfferEnds != nil:
		return &ui.Alert{ID: "status", Tone: ui.ToneWarning, Icon: ui.IconTicket, Title: "One step is left, " + s.GivenName,
			Text: moved + "Confirm that it is you who signed up. We hold your place until " + moment(*s.OfferEnds) + ". After that it goes back to the others."}
	case s.Status == events.Offered && s.OfferEnds != nil:
		return &ui.Alert{ID: "status", Tone: ui.TonePositive, Icon: ui.IconTicket, Title: "A place is free for you, " + s.GivenName,
			Text: moved + "We hold it until " + moment(*s.OfferEnds) + ". After that it goes to the next in line."}
	case d.begun():
		return &ui.Alert{ID: "status", Tone: ui.ToneWarning, Title: "No place became free in time",
			Text: "This has begun, and the waitlist is closed. We are sorry.", LinkHref: orgURL(s.Event.Organisation.Slug, 0), LinkLabel: "Other events of " + s.Event.Organisation.Name}
	}
	text := "You do not have a place yet. As soon as one is free for you, we hold it and write to " + s.Email + "."
	if s.PartySize > 1 {
		text = "You do not have places yet. As soon as there are " + strconv.Itoa(s.PartySize) + " for your party, we hold them and write to " + s.Email + "."
	}
	return &ui.Alert{ID: "status", Tone: ui.ToneInfo, Icon: ui.IconClock, Title: "You are number " + eventsui.Number(s.Position) + " in line", Text: moved + text}
}

// myAccept is the way to take an offer or to confirm a new sign-up: a link only shows it.
func myAccept(d MyData) app.UI {
	if d.Signup.Status != events.Offered || !d.waits() {
		return nil
	}
	label, button, busy := "Accept your place", "Accept my place", "Accepting…"
	if d.Signup.Unconfirmed {
		label, button, busy = "Confirm your place", "Confirm my place", "Confirming…"
		if d.unconfirmedOthers() {
			label, button = "Confirm your places", "Confirm my places"
		}
	}
	return &fullstack.Form{ID: "accept", For: events.Accept.Name, Submitted: d.Submission, Class: "form", Label: label,
		Hidden: map[string]string{"token": d.Token},
		Fields: func(s fullstack.FormState) []app.UI {
			return []app.UI{&ui.Button{Label: button, Variant: ui.Accent, Large: true, Full: true, Pending: s.Busy(busy)}}
		}}
}

// unconfirmedOthers reports whether one confirmation is for other times, too.
func (d MyData) unconfirmedOthers() bool {
	return slices.ContainsFunc(d.Signup.Others, func(o events.OtherSignup) bool { return o.Unconfirmed && !o.Shift.Cancelled })
}

// myParty changes how many come.
func myParty(d MyData) app.UI {
	s := d.Signup
	most := max(s.Event.GuestsAllowed, s.PartySize-1)
	if !d.active() && !d.waits() || d.over() || most == 0 {
		return nil
	}
	explain := "With fewer guests, their places go to others. You can bring more while places are free and nobody waits for them."
	if s.Status == events.Waitlisted {
		explain = "With fewer guests you keep your place in line. With more you go to the end of it."
	}
	return ui.Disclosure("Change your party", d.Submission.Of("party"),
		app.P().Text(explain),
		&fullstack.Form{ID: "party", For: events.SetParty.Name, Submitted: d.Submission, Class: "form", Label: "Change your party",
			Hidden: map[string]string{"token": d.Token},
			Fields: func(f fullstack.FormState) []app.UI {
				return []app.UI{
					guestsChoice(f, most, strconv.Itoa(s.PartySize-1)),
					ui.Cluster(&ui.Button{Label: "Save", Variant: ui.Secondary, Pending: f.Busy("Saving…")}),
				}
			}},
	)
}

// mySaved says that a change of the party went through: the rest of the page looks as before.
func mySaved(d MyData) app.UI {
	if !d.Saved || !d.active() && !d.waits() {
		return nil
	}
	return &ui.Alert{ID: "saved", Tone: ui.TonePositive, Title: "Saved", Text: "Who is coming: " + partyOf(d.Signup) + "."}
}

// leaving is how one calls what the cancel form does.
type leaving struct{ question, text, label, button, pending string }

func (d MyData) leaving() leaving {
	switch {
	case d.Signup.Unconfirmed:
		return leaving{"Not you, or can’t make it?", "Your place goes back to the others. If you do nothing, it does so after the time above.", "Give your place back", "Give my place back", "Giving it back…"}
	case d.Signup.Status == events.Waitlisted:
		return leaving{"Don’t want to wait?", "The others move up. You can join the waitlist again, at its end.", "Leave the waitlist", "Leave the waitlist", "Leaving…"}
	case d.Signup.Status == events.Offered:
		return leaving{"Can’t make it?", "Your place goes to the next in line.", "Decline your place", "Decline my place", "Declining…"}
	}
	return leaving{"Can’t make it?", "Your place goes to somebody else. You can sign up again while there is space.", "Cancel your sign-up", "Cancel my sign-up", "Cancelling…"}
}

// myOthers are the person's other times of the event.
func myOthers(d MyData) app.UI {
	if len(d.Signup.Others) == 0 {
		return nil
	}
	var body []app.UI
	for _, o := range d.Signup.Others {
		state := "you have a place"
		switch {
		case o.Shift.Cancelled:
			state = "cancelled"
		case o.Unconfirmed:
			state = "held for you, not confirmed yet"
		case o.Status == events.Waitlisted:
			state = "on the waitlist"
		case o.Status == events.Offered:
			state = "a place is held for you"
		}
		body = append(body, ui.Meta(ui.IconClock,
			app.A().Href(fullstack.SafeURL(o.Path)).Body(onClock(d.Signup.JoinsOnline(), o.Shift, d.Signup.Event.Now)), app.Text(" · "+state)))
	}
	return ui.Card("Your other times", body...)
}
