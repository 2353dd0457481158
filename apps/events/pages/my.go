package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// MyParams hold the secret of the link in the confirmation email. Saved says that the party was just changed.
type MyParams struct {
	Token string `param:"token"`
	Saved bool   `param:"saved"`
}

// MyData is a sign-up as its owner sees it.
type MyData struct {
	fullstack.Submitted
	Token  string        `json:"token"`
	Saved  bool          `json:"saved,omitempty"`
	Signup events.Signup `json:"signup"`
	// Instead is where to go for those who are not expected: it may come after the rest.
	Instead fullstack.Later[fullstack.Static[events.Related]] `json:"instead"`
}

// MySignup is the page of one's own sign-up: all details, and the way to give the place back.
var MySignup = fullstack.Page[MyParams, MyData]{
	Path:  myPath,
	Cache: fullstack.Private,
	Load: func(ctx context.Context, api fullstack.Caller, p MyParams) (MyData, error) {
		signup, err := events.GetSignup.Call(ctx, api, events.SignupIn{Token: p.Token})
		d := MyData{Token: p.Token, Saved: p.Saved, Signup: signup}
		if err == nil && (!d.active() || d.over()) {
			d.Instead = fullstack.Defer(ctx, func(ctx context.Context) (more fullstack.Static[events.Related], err error) {
				more.Value, err = events.GetRelated.Call(ctx, api, events.RelatedIn{Slug: signup.Event.Slug})
				return more, err
			})
		}
		return d, err
	},
	Head: func(d MyData) fullstack.Head {
		return fullstack.Head{Title: "Your sign-up: " + d.Signup.Event.Title, NoIndex: true}
	},
	View: myView,
	Forms: []fullstack.Action{
		fullstack.Post(events.CancelRSVP, func(in events.SignupIn, _ events.Signup) string { return myURL(in.Token) }),
		fullstack.Post(events.Accept, func(in events.SignupIn, _ events.Signup) string { return myURL(in.Token) }),
		fullstack.Post(events.SayComing, func(in events.SignupIn, _ events.Signup) string { return myURL(in.Token) + "#coming" }),
		fullstack.Post(events.SetTexts, func(in events.SetTextsIn, _ events.Signup) string { return myURL(in.Token) + "#reminders" }),
		fullstack.Post(events.SetParty, func(in events.PartyIn, _ events.Signup) string {
			return fullstack.URL(myPath, MyParams{Token: in.Token, Saved: true})
		}),
	},
}

func myView(d MyData) app.UI {
	s := d.Signup
	return frame("", s.Event.Organisation, ui.NarrowContainer(
		ui.Stack("large", app.FilterUIElems(
			ui.PageHead(ui.IconTicket, "Your sign-up", s.Event.Title, hostedBy(s.Event.Organisation)),
			mySaved(d), myStatus(d), myAccept(d), myComing(d), myDetails(d), myFeed(d), myReminders(d), myOthers(d), myCancel(d), myParty(d), myInstead(d))...),
	))
}

// myInstead is for those who are not expected; the page is whole without it.
func myInstead(d MyData) app.UI {
	if d.active() && !d.over() {
		return nil
	}
	return fullstack.Await(d.Instead, func(more fullstack.Static[events.Related]) app.UI {
		return more.Draw("instead", func(more events.Related) app.UI { return similarEvents(Onward{Related: more}) })
	}, func(*fault.Error) app.UI { return ui.Stack("") })
}

func (d MyData) over() bool { return !d.Signup.Event.Now.Before(d.Signup.Shift.End.At) }

// active reports whether the person is expected.
func (d MyData) active() bool {
	s := d.Signup
	return s.Status == events.Registered && s.Event.Status != events.Cancelled && !s.Shift.Cancelled
}

func myStatus(d MyData) app.UI {
	s := d.Signup
	off := s.Event.Status == events.Cancelled || s.Shift.Cancelled
	switch {
	case s.Status == events.SignupCancelled && !(off && s.EndedReason == events.EndedByOrganiser):
		return myEnded(s)
	case off:
		return &ui.Alert{ID: "status", Tone: ui.ToneDanger, Title: "This event was cancelled",
			Text:     "You do not need to do anything. We are sorry.",
			LinkHref: orgURL(s.Event.Organisation.Slug, 0), LinkLabel: "Other events of " + s.Event.Organisation.Name}
	case s.Event.Status == events.Postponed:
		return &ui.Alert{ID: "status", Tone: ui.ToneWarning, Title: "This event is postponed", Text: myPostponed(s)}
	case d.over():
		return &ui.Alert{ID: "status", Title: "This event is over", Text: "Thank you for being part of it, " + s.GivenName + ".", Icon: ui.IconHeart,
			LinkHref: orgURL(s.Event.Organisation.Slug, 0), LinkLabel: "What is next"}
	case d.waits():
		return myWaiting(d)
	case s.Event.Status == events.MovedOnline:
		text := "You’re in, " + s.GivenName + ": everybody takes part online."
		if s.OnlineURL != "" {
			text += " The link is with the details below."
		}
		return &ui.Alert{ID: "status", Tone: ui.ToneInfo, Icon: ui.IconVideo, Title: movedOnline, Text: text}
	}
	return &ui.Alert{ID: "status", Tone: ui.TonePositive, Title: "You’re in, " + s.GivenName,
		Text: "A confirmation went to " + s.Email + "."}
}

const movedOnline = "This event moved online"

func myDetails(d MyData) app.UI {
	s := d.Signup
	body := []app.UI{ui.DefinitionList(myFacts(d)...)}
	if s.Instructions != "" && d.active() {
		body = append(body, ui.Section("Good to know", ui.Prose(s.Instructions)))
	}
	if d.active() && !d.over() {
		buttons := []app.UI{addToCalendar(ownAppointment(s), ownCalendarURL(d.Token), false)}
		if s.OnlineURL != "" {
			buttons = append([]app.UI{&ui.LinkButton{Label: "Join online", Href: s.OnlineURL, Icon: ui.IconVideo}}, buttons...)
		}
		body = append(body, ui.Cluster(buttons...))
	}
	return ui.Card("Details", body...)
}

// partyOf says who comes.
func partyOf(s events.Signup) string {
	if s.PartySize > 1 {
		return "You and " + eventsui.Count(s.PartySize-1, "guest", "guests")
	}
	return "Just you"
}

// myFeed is for those who come again.
func myFeed(d MyData) app.UI {
	s := d.Signup
	if s.CalendarURL == "" {
		return nil
	}
	return ui.Card("All your events, always up to date",
		app.P().Text("Everything you sign up for with "+s.Event.Organisation.Name+" in your own calendar, changes and cancellations too. "+
			"The link is yours alone: whoever has it sees where you will be, but cannot change anything."),
		ui.Cluster(subscribe("Subscribe", events.Subscription{Name: "My events with " + s.Event.Organisation.Name, URL: s.CalendarURL})))
}

func myFacts(d MyData) []ui.Fact {
	s := d.Signup
	when := append(eventsui.WhenLines(s.Shift.Start, s.Shift.End, s.Event.Now, s.JoinsOnline()),
		&eventsui.ViewerTime{Start: s.Shift.Start, End: s.Shift.End, Online: s.JoinsOnline()})
	if s.Shift.Name != "" {
		when = append(when, app.Div().Class("small").Text(s.Shift.Name))
	}
	facts := []ui.Fact{
		{Icon: ui.IconCalendar, Term: "When", Value: when},
		{Icon: ui.IconUsers, Term: "Who", Value: []app.UI{app.Text(s.GivenName + " " + s.FamilyName + " · " + partyOf(s))}},
	}
	for _, a := range s.Answers {
		facts = append(facts, ui.Fact{Icon: ui.IconCheck, Term: a.Question, Value: []app.UI{app.Text(a.Answer)}})
	}
	if s.JoinsOnline() {
		return append(facts, ui.Fact{Icon: ui.IconVideo, Term: "Where", Value: []app.UI{app.Text("Online")}})
	}
	return append(facts, ui.Fact{Icon: ui.IconMapPin, Term: "Where", Value: addressValue(s.Event.Place)})
}

// myCancel asks again before it acts; a summary does that without JavaScript. After a refused attempt it stays open.
func myCancel(d MyData) app.UI {
	if !d.active() && !d.waits() || d.over() {
		return nil
	}
	l := d.leaving()
	return ui.Disclosure(l.question, d.Submission.Of("cancel"),
		app.P().Text(l.text),
		&fullstack.Form{ID: "cancel", For: events.CancelRSVP.Name, Submitted: d.Submission, Class: "form", Label: l.label,
			Hidden: map[string]string{"token": d.Token},
			Fields: func(s fullstack.FormState) []app.UI {
				return []app.UI{ui.Cluster(&ui.Button{Label: l.button, Variant: ui.Danger, Pending: s.Busy(l.pending)})}
			}},
	)
}
