package pages

import (
	"groundswell/shared/events"
	"groundswell/shared/fullstack"
)

// The paths of the pages. Links are made from a path and the parameters its page reads.
const (
	discoverPath = "/{$}"
	eventPath    = "/e/{slug}"
	orgPath      = "/o/{org}"
	myPath       = "/my/{token}"
	ratePath     = "/rate/{token}"
)

func findURL(in events.FindIn) string {
	in.Page = laterPage(in.Page)
	return fullstack.URL(discoverPath, in)
}

func eventURL(slug string) string { return fullstack.URL(eventPath, EventParams{Slug: slug}) }

// calendarURL is the event's file for calendar programs; the server adds it beside the page.
func calendarURL(slug string) string { return eventURL(slug) + "/event.ics" }

// ownCalendarURL is the file of one's own sign-up, with what only the person may know.
func ownCalendarURL(token string) string {
	return fullstack.URL(myPath, MyParams{Token: token}) + "/event.ics"
}

func orgURL(slug string, page int) string {
	return fullstack.URL(orgPath, OrgParams{Slug: slug, Page: laterPage(page)})
}

// laterPage is 0, which no address mentions, for the first page.
func laterPage(n int) int {
	if n < 2 {
		return 0
	}
	return n
}
