package pages

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

func eventView(d EventData) app.UI {
	e := d.Event
	return frame("", e.Organisation, ui.Container(
		ui.Breadcrumb(ui.Link{Label: "Events", Href: "/"},
			ui.Link{Label: e.Type.Label(), Href: findURL(events.FindIn{Type: e.Type})}),
		app.Div().Class("main-aside").Body(eventMain(d), eventAside(d)),
		d.On.Draw("similar", similarEvents),
	))
}

func eventMain(d EventData) app.UI {
	e := d.Event
	body := []app.UI{ui.PageHead(eventsui.TypeIcon(e.Type), e.Type.Label(), e.Title, eventHosts(e)), eventBanner(d), &ui.Cover{URL: e.ImageURL, Srcset: events.ImageSrcset(e.ImageURL), Alt: e.ImageAlt, Icon: eventsui.TypeIcon(e.Type),
		Tone: eventsui.Tone(e.Type), Wide: true, Eager: true}}
	if e.Summary != "" {
		body = append(body, app.P().Class("lead").Text(e.Summary))
	}
	body = append(body, app.Div().Class("details-panel").Body(ui.DefinitionList(eventFacts(d)...)))
	body = append(body, d.About.Draw("about", func(text string) app.UI {
		if text == "" {
			return ui.Stack("")
		}
		return ui.Section("About this event", ui.Prose(text))
	}))
	body = append(body, d.On.Draw("series", seriesAndTags))
	body = append(body, ui.Cluster(
		eventCalendar(d),
		&eventsui.Share{Title: e.Title, Path: eventURL(e.Slug)},
	), actionBar(d))
	return ui.Stack("large", app.FilterUIElems(body...)...)
}

// eventCalendar offers the next time; the file has all of them. What is over or off needs no place in a calendar.
func eventCalendar(d EventData) app.UI {
	next, ok := d.Event.NextShift()
	file := calendarURL(d.Event.Slug)
	if !ok || next.Cancelled || d.over() || d.Event.Status == events.Cancelled {
		return &ui.LinkButton{Label: "Calendar file", Href: file, Icon: ui.IconCalendar, Variant: ui.Secondary, Download: true}
	}
	return addToCalendar(publicAppointment(d.Event, next), file, false)
}

// hostedBy names the organisation and those that host the event with it: "Hosted by A with B and C".
func hostedBy(o orgs.Organisation, others ...events.Host) app.UI {
	return hosts("Hosted by ", o, others)
}

// eventHosts names a volunteer who hosts the event before those: "Hosted by Ada for A".
func eventHosts(e events.Event) app.UI {
	if e.HostName != "" {
		return hosts("Hosted by "+e.HostName+" for ", e.Organisation, e.Hosts)
	}
	return hostedBy(e.Organisation, e.Hosts...)
}

func hosts(before string, o orgs.Organisation, others []events.Host) app.UI {
	body := []app.UI{app.Text(before), app.A().Href(fullstack.URL(orgPath, OrgParams{Slug: o.Slug})).Text(o.Name)}
	all := cohosts(others)
	for i, h := range all {
		before = ", "
		switch {
		case i == 0:
			before = " with "
		case i == len(all)-1:
			before = " and "
		}
		body = append(body, app.Text(before), app.A().Href(fullstack.URL(orgPath, OrgParams{Slug: h.Slug})).Text(h.Name))
	}
	return app.P().Class("muted").Body(body...)
}

// cohosts leaves out those that only promote the event.
func cohosts(all []events.Host) []events.Host {
	return slices.DeleteFunc(slices.Clone(all), func(h events.Host) bool { return h.Role != events.Cohost })
}

// movedText says when a shift that was given another time was to start; nothing once it is over.
func movedText(s events.Shift, now time.Time) string {
	if s.Previous == nil || s.Cancelled || !now.Before(s.End.At) {
		return ""
	}
	return "New time: it was " + eventsui.Day(*s.Previous, now) + " at " + s.Previous.Local().Format("3:04 PM MST")
}

// eventBanner is what a visitor must know before reading on.
func eventBanner(d EventData) app.UI {
	e := d.Event
	others := findURL(events.FindIn{Org: e.Organisation.Slug})
	switch {
	case e.Status == events.Cancelled:
		return &ui.Alert{Tone: ui.ToneDanger, Title: "This event was cancelled",
			Text:     "It will not take place.",
			LinkHref: others, LinkLabel: "Other events of " + e.Organisation.Name}
	case e.Status == events.Postponed:
		return &ui.Alert{Tone: ui.ToneWarning, Title: "This event is postponed",
			Text: "There is no new date yet. Sign-up opens again when there is one."}
	case d.over():
		return &ui.Alert{Title: "This event is over", Icon: ui.IconClock,
			LinkHref: others, LinkLabel: "What " + e.Organisation.Name + " does next"}
	case e.Status == events.MovedOnline:
		return &ui.Alert{Tone: ui.ToneInfo, Icon: ui.IconVideo, Title: movedOnline,
			Text: "It takes place at the same time. The link to join is in your confirmation email."}
	}
	return nil
}

func eventFacts(d EventData) []ui.Fact {
	e := d.Event
	facts := []ui.Fact{{Icon: ui.IconCalendar, Term: "When", Value: whenValue(d)}, whereFact(e)}
	if e.Accessibility != "" || e.AccessNotes != "" {
		facts = append(facts, ui.Fact{Icon: ui.IconAccessibility, Term: "Accessibility", Value: accessValue(e)})
	}
	if e.ContactEmail != "" || e.ContactName != "" {
		facts = append(facts, ui.Fact{Icon: ui.IconMail, Term: "Questions", Value: contactValue(e)})
	}
	return facts
}

func whenValue(d EventData) []app.UI {
	next, ok := d.Event.NextShift()
	if !ok {
		return []app.UI{app.Text("The date will be announced.")}
	}
	value := eventsui.WhenLines(next.Start, next.End, d.Event.Now, d.Event.IsOnline())
	if was := movedText(next, d.Event.Now); was != "" {
		value = append(value, app.Div().Class("small").Text(was))
	}
	if more := d.left() - 1; more > 0 && !d.over() {
		value = append(value, app.Div().Class("small").Text("and "+eventsui.Count(more, "more time", "more times")+" to choose from"))
	}
	return append(value, &eventsui.ViewerTime{Start: next.Start, End: next.End, Online: d.Event.IsOnline()})
}

func whereFact(e events.Event) ui.Fact {
	if e.IsOnline() {
		return ui.Fact{Icon: ui.IconVideo, Term: "Where", Value: []app.UI{
			app.Div().Class("strong").Text("Online"),
			app.Div().Class("small").Text("The link to join comes with your confirmation email."),
		}}
	}
	value := addressValue(e.Place)
	if e.PlacePrivate {
		value = append(value, app.Div().Class("small").Text("Private home: the full address comes with your confirmation email."))
	}
	if e.Mode == events.Hybrid {
		value = append(value, app.Div().Class("small").Text("You can also take part online: choose when you sign up."))
	}
	icon := ui.IconMapPin
	if e.PlacePrivate {
		icon = ui.IconLock
	}
	return ui.Fact{Icon: icon, Term: "Where", Value: value}
}

func addressValue(p events.Place) []app.UI {
	lines := eventsui.Address(p)
	if len(lines) == 0 {
		return []app.UI{app.Text("The place will be announced.")}
	}
	value := make([]app.UI, 0, len(lines)+1)
	for i, line := range lines {
		div := app.Div().Text(line)
		if i == 0 {
			div = div.Class("strong")
		}
		value = append(value, div)
	}
	if link := eventsui.MapURL(p); link != "" {
		value = append(value, app.A().Class("text-link").Href(fullstack.SafeURL(link)).Rel("noopener").Body(
			app.Text("Open map"), ui.Icon(ui.IconExternal)))
	}
	return value
}

func accessValue(e events.Event) []app.UI {
	var value []app.UI
	switch e.Accessibility {
	case "accessible":
		value = append(value, app.Div().Class("strong").Text("Wheelchair accessible"))
	case "not_accessible":
		value = append(value, app.Div().Class("strong").Text("Not wheelchair accessible"))
	case "not_sure":
		value = append(value, app.Div().Class("strong").Text("Please ask about access"))
	}
	if e.AccessNotes != "" {
		value = append(value, app.Div().Text(e.AccessNotes))
	}
	return value
}

func contactValue(e events.Event) []app.UI {
	if e.ContactEmail == "" {
		return []app.UI{app.Text(e.ContactName)}
	}
	name := e.ContactName
	if name == "" {
		name = e.ContactEmail
	}
	return []app.UI{app.A().Href(fullstack.SafeURL("mailto:" + e.ContactEmail)).Text(name)}
}

// actionBar keeps the sign-up in reach on a small screen.
func actionBar(d EventData) app.UI {
	next, ok := d.Event.NextShift()
	if !ok || !d.anyOpen() || len(d.outcomes()) > 0 {
		return nil
	}
	online := d.Event.IsOnline()
	return app.Div().Class("action-bar").Body(
		app.Div().Class("action-bar-text").Body(
			eventsui.OnClock(online, next.Start, next.End, func(start, _ events.Time) app.UI {
				return app.Div().Class("strong").Text(eventsui.Day(start, d.Event.Now))
			}),
			eventsui.OnClock(online, next.Start, next.End, func(start, end events.Time) app.UI {
				return app.Div().Class("muted").Text(eventsui.Hours(start, end))
			})),
		app.Div().Class("action-bar-button").Body(&ui.LinkButton{Label: d.signupLabel(), Href: "#signup", Variant: ui.Accent}),
	)
}
