package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

// OrgParams name an organisation and a page of its events.
type OrgParams struct {
	Slug string `param:"org"`
	Page int    `param:"page"`
}

// OrgData is an organisation with its events.
type OrgData struct {
	Out fullstack.Static[events.OrgOut] `json:"out"`
}

// Org is the page of an organisation: who they are and what is coming up.
var Org = fullstack.Page[OrgParams, OrgData]{
	Path: orgPath,
	Load: func(ctx context.Context, api fullstack.Caller, p OrgParams) (OrgData, error) {
		out, err := events.GetOrg.Call(ctx, api, events.OrgIn{Slug: p.Slug, Page: p.Page})
		return OrgData{fullstack.Static[events.OrgOut]{Value: out}}, err
	},
	Head: func(data OrgData) fullstack.Head {
		d := data.Out.Value
		o := d.Organisation
		description := o.Description
		if description == "" {
			description = "Events of " + o.Name + ": find one and sign up."
		}
		return fullstack.Head{Title: o.Name, Description: clip(description, 200), Canonical: orgURL(o.Slug, d.Upcoming.Page), Type: "profile", JSONLD: func(absolute func(string) string) any { return orgJSONLD(o, absolute) },
			Image: orgURL(o.Slug, 1) + "/card.png", OEmbed: oembedPath, Feeds: []fullstack.Link{
				{Href: orgURL(o.Slug, 1) + "/calendar.ics", Type: "text/calendar", Title: "Calendar of " + o.Name},
				{Href: orgURL(o.Slug, 1) + "/feed.atom", Type: "application/atom+xml", Title: "Events of " + o.Name},
			}}
	},
	View: func(d OrgData) app.UI { return d.Out.Draw("org", orgView) },
}

func orgJSONLD(o orgs.Organisation, absolute func(path string) string) any {
	return struct {
		Context string `json:"@context"`
		jsonOrg
		Description string `json:"description,omitempty"`
		SameAs      string `json:"sameAs,omitempty"`
	}{"https://schema.org", jsonOrg{Type: "Organization", Name: o.Name, URL: absolute(orgURL(o.Slug, 0))}, clip(o.Description, 500), o.Website}
}

func orgView(d events.OrgOut) app.UI {
	o := d.Organisation
	return frame("", o, ui.Container(
		ui.Breadcrumb(ui.Link{Label: "Events", Href: "/"}),
		app.Div().Class("profile").Body(
			ui.Avatar(o.Name),
			app.Div().Class("stack").DataSet("gap", "small").Body(app.FilterUIElems(
				app.P().Class("eyebrow").Text(kindLabel(o)),
				app.H1().Class("page-title").Text(o.Name),
				orgMeta(o),
				orgFeeds(d),
			)...),
		),
		ui.Stack("huge", app.FilterUIElems(
			app.If(o.Description != "", func() app.UI { return ui.Prose(o.Description) }),
			ui.Section(upcomingTitle(d.Upcoming.Total), orgEvents(d)...),
			app.If(len(d.Guest) > 0 && d.Upcoming.Page < 2, func() app.UI {
				return ui.Section("With other organizations", eventsui.CardGrid(d.Guest, d.Upcoming.Now))
			}),
		)...),
	))
}

func orgMeta(o orgs.Organisation) app.UI {
	town := eventsui.Town(o.City, o.Region)
	return ui.Cluster(
		app.If(town != "", func() app.UI { return ui.Meta(ui.IconMapPin, app.Text(town)) }),
		app.If(o.Website != "", func() app.UI {
			return ui.Meta(ui.IconGlobe, app.A().Href(fullstack.SafeURL(o.Website)).Rel("noopener").Text(host(o.Website)))
		}),
	)
}

// orgFeeds keep somebody up to date without coming back.
func orgFeeds(d events.OrgOut) app.UI {
	if d.CalendarURL == "" {
		return nil
	}
	o := d.Organisation
	return ui.Cluster(app.FilterUIElems(subscribe("Subscribe to the calendar", events.Subscription{Name: o.Name, URL: d.CalendarURL},
		ui.MenuItem{Label: "News feed (Atom)", Href: orgURL(o.Slug, 1) + "/feed.atom", Icon: ui.IconMegaphone, Native: true}),
		app.If(d.Hosting, func() app.UI {
			return &ui.LinkButton{Label: "Host an event", Href: hostURL(o.Slug), Variant: ui.Secondary, Icon: ui.IconHome}
		}))...)
}

func upcomingTitle(total int) string {
	if total == 0 {
		return "Upcoming events"
	}
	return eventsui.Count(total, "upcoming event", "upcoming events")
}

func orgEvents(d events.OrgOut) []app.UI {
	o := d.Organisation
	past := &ui.LinkButton{Label: eventsui.Count(d.PastCount, "past event", "past events"),
		Href: findURL(events.FindIn{Org: o.Slug, Past: true}), Variant: ui.Secondary, Icon: ui.IconClock}
	if len(d.Upcoming.Events) == 0 {
		actions := []app.UI{&ui.LinkButton{Label: "Browse all events", Href: "/"}}
		if d.PastCount > 0 {
			actions = append(actions, past)
		}
		return []app.UI{ui.EmptyState(ui.IconCalendar, "Nothing planned yet",
			o.Name+" has no public events coming up.", actions...)}
	}
	return app.FilterUIElems(
		eventsui.CardGrid(d.Upcoming.Events, d.Upcoming.Now),
		ui.Pagination(max(1, d.Upcoming.Page), d.Upcoming.Pages, func(page int) string { return orgURL(o.Slug, page) }),
		app.If(d.PastCount > 0, func() app.UI { return ui.Cluster(past) }),
	)
}
