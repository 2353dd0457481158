package pages

import (
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/fullstack"
)

// The paths of the pages. Links are made from a path and the parameters its page reads.
const (
	discoverPath  = "/{$}"
	calendarPath  = "/calendar"
	eventPath     = "/e/{slug}"
	orgPath       = "/o/{org}"
	myPath        = "/my/{token}"
	ratePath      = "/rate/{token}"
	remindersPath = "/reminders/{token}"
	hostPath      = "/o/{org}/host"
	hostingPath   = "/hosting/{token}"
)

func findURL(in events.FindIn) string { return fullstack.URL(discoverPath, addressed(in)) }

// addressed is the question as an address says it: without what does not count.
func addressed(in events.FindIn) events.FindIn {
	in.Page = laterPage(in.Page)
	if in.Place != "" {
		in.Near = "" // the place that was typed counts
	}
	if in.Radius() == 0 {
		in.Sort = ""
	}
	return in
}

// nearHref is where the coordinates of the device are added: the same question around there.
func nearHref(in events.FindIn) string {
	in.Place, in.Near, in.Page = "", "", 0
	href := findURL(in)
	if strings.Contains(href, "?") {
		return href + "&near="
	}
	return href + "?near="
}

// monthURL is the address of a month with the filters that count there.
func monthURL(in events.MonthIn) string {
	in.From, in.To, in.Past, in.Sort, in.Page = "", "", false, "", 0
	in.FindIn = addressed(in.FindIn)
	return fullstack.URL(calendarPath, in)
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
