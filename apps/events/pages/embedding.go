package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// What the embedded pages show of an event; see package embeds.

// EventURL is the path of an event's page.
func EventURL(slug string) string { return eventURL(slug) }

// OrgURL is the path of an organisation's page.
func OrgURL(slug string) string { return orgURL(slug, 1) }

// CanSignUp reports whether one person could sign up for any of the shifts.
func (d EventData) CanSignUp() bool { return d.anyOpen() }

// JoinedNotes say what came of the sign-up that the page's address speaks of; nil when it speaks of none.
func (d EventData) JoinedNotes() []app.UI {
	if times := d.outcomes(); len(times) > 0 {
		return joinedNotes(d, times)
	}
	return nil
}

// SignupForm is the form alone, for a document without the browser program. Its links would leave the frame, so the
// privacy policy is linked by what is around it.
func (d EventData) SignupForm() app.UI {
	d.Event.Organisation.PrivacyURL = ""
	return &fullstack.Form{ID: "rsvp", For: events.RSVP.Name, Submitted: d.Submission, Class: "form", Label: "Sign up", Fields: d.signupFields}
}

// Facts are when and where, in short and without links.
func (d EventData) Facts() app.UI {
	e := d.Event
	lines := []app.UI{app.P().Class("muted").Text("Hosted by " + e.Organisation.Name)}
	if next, ok := d.Event.NextShift(); ok {
		when := []app.UI{eventsui.WhenTime(next.Start, next.End, e.Now)}
		if more := d.left() - 1; more > 0 {
			when = append(when, app.Text(" and "+eventsui.Count(more, "more time", "more times")))
		}
		lines = append(lines, ui.Meta(ui.IconCalendar, when...))
	}
	icon := ui.IconMapPin
	if e.Mode == events.Online || e.Status == events.MovedOnline {
		icon = ui.IconVideo
	}
	if where := whereLine(e); where != "" {
		lines = append(lines, ui.Meta(icon, app.Text(where)))
	}
	return ui.Stack("small", lines...)
}

// StatusBadge says what changed about an event; nothing when it takes place as planned.
func StatusBadge(e events.Event) app.UI {
	switch e.Status {
	case events.Cancelled:
		return ui.Cluster(ui.Badge(ui.ToneDanger, "", e.Status.Label()))
	case events.Postponed, events.MovedOnline:
		return ui.Cluster(ui.Badge(ui.ToneWarning, "", e.Status.Label()))
	}
	return nil
}
