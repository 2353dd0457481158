// Package pages holds the pages of the events site, one file per page. They run on the server and in the browser, read
// through the server functions of shared/events and know no service.
package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

// Routes are the pages of the site.
func Routes() []fullstack.Route {
	return []fullstack.Route{Discover, Calendar, Event, Org, MySignup, Rate, Reminders, Host, Hosting}
}

// frame puts a page between the site's header and footer.
func frame(current string, org orgs.Organisation, main ...app.UI) app.UI {
	footer := &ui.SiteFooter{
		Text:  "Groundswell helps people find each other and get things done, one event at a time.",
		Links: []ui.Link{{Label: "All events", Href: "/"}, {Label: "Past events", Href: "/?past=true"}},
	}
	if org.PaidForBy != "" {
		footer.Disclaimer = disclaimer(org.PaidForBy)
	}
	if org.PrivacyURL != "" {
		footer.Links = append(footer.Links, ui.Link{Label: "Privacy at " + org.Name, Href: org.PrivacyURL})
	}
	header := &ui.SiteHeader{Site: "Events", Links: []ui.Link{
		{Label: "Browse", Href: "/", Current: current == "/"},
		{Label: "Calendar", Href: "/calendar", Current: current == "calendar"},
		{Label: "Online", Href: "/?mode=online", Current: current == "online"},
	}}
	return ui.Site(header, footer, main...)
}

// ErrorView is the page of a fault: what happened, and ways on.
func ErrorView(f *fault.Error) app.UI {
	actions := []app.UI{&ui.LinkButton{Label: "Browse all events", Href: "/", Icon: ui.IconCalendar}}
	switch f.Code {
	case fault.Internal, fault.Unavailable, fault.TooMany, fault.Reload:
		actions = append(actions, &ui.LinkButton{Label: "Try again", Href: "?", Variant: ui.Secondary})
	}
	return frame("", orgs.Organisation{}, ui.NarrowContainer(ui.ErrorState(f, actions...)))
}

// OfflineView is what an installed app shows for a page it never visited, without a connection.
func OfflineView() app.UI {
	return frame("", orgs.Organisation{}, ui.NarrowContainer(ui.OfflineState(
		&ui.LinkButton{Label: "Try again", Href: "?", Variant: ui.Secondary},
		&ui.LinkButton{Label: "Events you saw before", Href: "/", Icon: ui.IconCalendar},
	)))
}
