package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// addToCalendar puts one shift into a calendar on the web, or the file into any other. file is a path of this site.
func addToCalendar(a events.Appointment, file string, full bool) app.UI {
	return ui.Menu("Add to calendar", ui.IconCalendar, full,
		ui.MenuItem{Label: "Google Calendar", Href: fullstack.SafeURL(a.GoogleURL()), Icon: ui.IconExternal, Away: true},
		ui.MenuItem{Label: "Outlook", Href: fullstack.SafeURL(a.OutlookURL()), Icon: ui.IconExternal, Away: true},
		ui.MenuItem{Label: "Apple and others (.ics)", Href: file, Icon: ui.IconCalendar, Download: true},
	)
}

// subscribe follows a calendar from then on.
func subscribe(label string, s events.Subscription, more ...ui.MenuItem) app.UI {
	return ui.Menu(label, ui.IconCalendar, false, append([]ui.MenuItem{
		{Label: "Apple, Outlook, phone", Href: fullstack.SafeURL(s.WebcalURL()), Icon: ui.IconPhone, Native: true},
		{Label: "Google Calendar", Href: fullstack.SafeURL(s.GoogleURL()), Icon: ui.IconExternal, Away: true},
		{Label: "Outlook on the web", Href: fullstack.SafeURL(s.OutlookURL()), Icon: ui.IconExternal, Away: true},
		{Label: "Calendar file (.ics)", Href: fullstack.SafeURL(s.URL), Icon: ui.IconCalendar, Native: true},
	}, more...)...)
}

// publicAppointment is a shift as everybody may know it.
func publicAppointment(e events.Event, s events.Shift) events.Appointment {
	title := e.Title
	if s.Name != "" {
		title += " (" + s.Name + ")"
	}
	return events.Appointment{Title: title, Details: joinNonEmpty("\n\n", e.Summary, e.URL), Location: whereLine(e), Start: s.Start.At, End: s.End.At}
}

// ownAppointment is a shift as the person who signed up may know it. The link to the sign-up stays out of it: it would
// stand in the logs of somebody else's service.
func ownAppointment(s events.Signup) events.Appointment {
	a := publicAppointment(s.Event, s.Shift)
	online := ""
	if s.OnlineURL != "" {
		online = "Join online: " + s.OnlineURL
		if s.Attend == events.Online {
			a.Location = s.OnlineURL
		}
	}
	a.Details = joinNonEmpty("\n\n", s.Event.Summary, s.Instructions, online, s.Event.URL)
	return a
}

func whereLine(e events.Event) string {
	if e.Mode == events.Online || e.Status == events.MovedOnline {
		return "Online"
	}
	return strings.Join(eventsui.Address(e.Place), ", ")
}

func joinNonEmpty(sep string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
