package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// HostingParams hold the secret of the link.
type HostingParams struct {
	Token string `param:"token"`
}

// HostingData is an event as its host sees it.
type HostingData struct {
	fullstack.Submitted
	Token   string         `json:"token"`
	Hosting events.Hosting `json:"hosting"`
}

// Hosting is the page of somebody who hosts an event. Opening it changes nothing: mail scanners open links too.
var Hosting = fullstack.Page[HostingParams, HostingData]{
	Path:  hostingPath,
	Cache: fullstack.Private,
	Load: func(ctx context.Context, api fullstack.Caller, p HostingParams) (HostingData, error) {
		hosting, err := events.GetHosting.Call(ctx, api, events.HostingIn{Token: p.Token})
		return HostingData{Token: p.Token, Hosting: hosting}, err
	},
	Head: func(d HostingData) fullstack.Head {
		return fullstack.Head{Title: "You host: " + d.Hosting.Event.Title, NoIndex: true}
	},
	View: hostingView,
	Forms: []fullstack.Action{
		fullstack.Post(events.ConfirmHosting, func(in events.HostingIn, _ events.Hosting) string { return hostingURL(in.Token) }),
		fullstack.Post(events.CancelHosting, func(in events.CancelHostingIn, _ events.Hosting) string { return hostingURL(in.Token) }),
	},
}

func hostingURL(token string) string { return fullstack.URL(hostingPath, HostingParams{Token: token}) }

func hostingView(d HostingData) app.UI {
	e := d.Hosting.Event
	return frame("", e.Organisation, ui.NarrowContainer(
		ui.Stack("large", app.FilterUIElems(
			ui.PageHead(ui.IconHome, "You host", e.Title, app.P().Class("muted").Body(
				app.Text("With "), app.A().Href(fullstack.URL(orgPath, OrgParams{Slug: e.Organisation.Slug})).Text(e.Organisation.Name))),
			hostingStatus(d.Hosting), hostingConfirm(d), hostingNote(d.Hosting), hostingDetails(d.Hosting), hostingCancel(d))...),
	))
}

// hostingStatus says how far it is.
func hostingStatus(h events.Hosting) app.UI {
	org := h.Event.Organisation.Name
	switch {
	case h.Status == events.Rejected:
		return &ui.Alert{ID: "status", Tone: ui.ToneDanger, Title: "Not approved", Text: org + " does not publish this event. Nobody else has seen it."}
	case h.Event.Status == events.Cancelled && h.Status != events.Approved:
		return &ui.Alert{ID: "status", Tone: ui.ToneDanger, Title: "You withdrew this event", Text: "Nobody sees it. To host it after all, please fill the form in again."}
	case h.Event.Status == events.Cancelled:
		return &ui.Alert{ID: "status", Tone: ui.ToneDanger, Title: "This event was cancelled", Text: "Everybody who signed up is told."}
	case h.Over() && h.Status == events.Approved:
		return &ui.Alert{ID: "status", Icon: ui.IconHeart, Title: "This event is over", Text: "Thank you for hosting it, " + h.GivenName + "."}
	case h.Over():
		return &ui.Alert{ID: "status", Icon: ui.IconClock, Title: "This time is over", Text: "The event was not approved before, so nobody could sign up."}
	case h.Status == events.NeedsVerification:
		return &ui.Alert{ID: "status", Tone: ui.ToneInfo, Icon: ui.IconMail, Title: "One more step, " + h.GivenName,
			Text: "Confirm that this is your address: then " + org + " looks at your event. Without that it is deleted after 7 days."}
	case h.Status == events.NeedsApproval:
		return &ui.Alert{ID: "status", Tone: ui.ToneInfo, Icon: ui.IconClock, Title: "Waiting for approval",
			Text: org + " looks at your event and writes to you. Nobody else sees it until then."}
	}
	return &ui.Alert{ID: "status", Tone: ui.TonePositive, Title: "Your event is public", Text: "Everybody can find it and sign up. Share its page.",
		LinkHref: eventURL(h.Event.Slug), LinkLabel: "Open its page"}
}

func hostingConfirm(d HostingData) app.UI {
	if d.Hosting.Status != events.NeedsVerification || d.Hosting.Over() {
		return nil
	}
	return &fullstack.Form{ID: "confirm", For: events.ConfirmHosting.Name, Submitted: d.Submission, Class: "form", Label: "Confirm your address",
		Hidden: map[string]string{"token": d.Token},
		Fields: func(s fullstack.FormState) []app.UI {
			return []app.UI{ui.Cluster(&ui.Button{Label: "Confirm my address", Variant: ui.Accent, Large: true, Pending: s.Busy("Confirming…")})}
		}}
}

// hostingNote is what the organisation says of a rejected event.
func hostingNote(h events.Hosting) app.UI {
	if h.Note == "" {
		return nil
	}
	return ui.Card("What "+h.Event.Organisation.Name+" says", ui.Prose(h.Note))
}

func hostingDetails(h events.Hosting) app.UI {
	var facts []ui.Fact
	for _, s := range h.Event.Shifts {
		facts = append(facts, ui.Fact{Icon: ui.IconCalendar, Term: "When", Value: eventsui.WhenLines(s.Start, s.End, h.Event.Now, h.Event.IsOnline())})
	}
	facts = append(facts, hostingPlace(h))
	if h.Event.Accessibility != "" || h.Event.AccessNotes != "" {
		facts = append(facts, ui.Fact{Icon: ui.IconAccessibility, Term: "Accessibility", Value: accessValue(h.Event)})
	}
	for _, s := range h.Event.Shifts {
		facts = append(facts, ui.Fact{Icon: ui.IconUsers, Term: "Who", Value: hostingSeats(h, s)})
	}
	return ui.Card("Your event", app.P().Class("muted").Text(h.Event.Type.Label()), ui.DefinitionList(facts...), ui.Prose(h.Event.Description))
}

func hostingPlace(h events.Hosting) ui.Fact {
	if h.Event.Mode == events.Online || h.Event.Status == events.MovedOnline {
		return ui.Fact{Icon: ui.IconVideo, Term: "Where", Value: []app.UI{
			app.A().Href(fullstack.SafeURL(h.OnlineURL)).Rel("noopener").Text(h.OnlineURL),
			app.Div().Class("small").Text("Only people who signed up see the link.")}}
	}
	value := addressValue(h.Event.Place)
	icon := ui.IconMapPin
	if h.Event.PlacePrivate {
		icon = ui.IconLock
		value = append(value, app.Div().Class("small").Text("Only people who signed up see the address, the others the city."))
	}
	return ui.Fact{Icon: icon, Term: "Where", Value: value}
}

// hostingSeats are how many come, not who.
func hostingSeats(h events.Hosting, s events.Shift) []app.UI {
	room := "No limit"
	if s.Capacity != nil {
		room = "Room for " + eventsui.Count(*s.Capacity, "person", "people")
	}
	if h.Status != events.Approved {
		return []app.UI{app.Text(room)}
	}
	value := []app.UI{app.Div().ID("signups").Class("strong").Text(eventsui.Count(s.Taken, "person has", "people have") + " signed up"), app.Div().Class("small").Text(room)}
	if s.Waiting > 0 {
		value = append(value, app.Div().Class("small").Text(eventsui.Count(s.Waiting, "is", "are")+" on the waitlist"))
	}
	return value
}

// hostingCancel asks again before it acts; a summary does that without JavaScript. After a refused attempt it stays open.
func hostingCancel(d HostingData) app.UI {
	if d.Hosting.CanCancel() != nil || d.Hosting.Event.Status == events.Cancelled {
		return nil
	}
	ask, what, label := "Can it not take place?", "Everybody who signed up is told at once. It cannot be undone.", "Cancel the event"
	public := d.Hosting.Status == events.Approved
	if !public {
		ask, what, label = "Changed your mind?", "Nobody sees the event then, and nobody approves it. It cannot be undone.", "Withdraw the event"
	}
	return ui.Disclosure(ask, d.Submission.Of("cancel"),
		app.P().Text(what),
		&fullstack.Form{ID: "cancel", For: events.CancelHosting.Name, Submitted: d.Submission, Class: "form", Label: label,
			Hidden: map[string]string{"token": d.Token},
			Fields: func(s fullstack.FormState) []app.UI {
				button := ui.Cluster(&ui.Button{Label: label, Variant: ui.Danger, Pending: s.Busy("Cancelling…")})
				if !public {
					return []app.UI{button}
				}
				return []app.UI{&ui.Textarea{Form: s, Name: "note", Label: "A word to those who signed up", MaxLength: 2000}, button}
			}},
	)
}
