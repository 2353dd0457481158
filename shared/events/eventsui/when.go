package eventsui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
)

// Day is the date of t: "Sat, Nov 28", with the year when it is not now's.
func Day(t events.Time, now time.Time) string {
	local := t.Local()
	if local.Year() != now.In(local.Location()).Year() {
		return local.Format("Mon, Jan 2, 2006")
	}
	return local.Format("Mon, Jan 2")
}

// Hours is the time of day from start to end, without the date of start: "10:00 AM–1:00 PM CST". An end on another day
// brings its date; whole days are "All day".
func Hours(start, end events.Time) string {
	from, to := start.Local(), end.Local()
	switch {
	case midnight(from) && midnight(to) && to.After(from):
		return allDay(from, to)
	case sameDay(from, to) || to.Sub(from) < 12*time.Hour:
		return from.Format("3:04 PM") + abbr(start, end) + "–" + to.Format("3:04 PM") + " " + end.Abbr
	}
	return from.Format("3:04 PM") + abbr(start, end) + " – " + to.Format("Mon, Jan 2, 3:04 PM") + " " + end.Abbr
}

// When is Day and Hours: "Sat, Nov 28 · 10:00 AM–1:00 PM CST".
func When(start, end events.Time, now time.Time) string {
	return Day(start, now) + " · " + Hours(start, end)
}

// WhenTime is When as a time element, which breaks between the day and the hours first.
func WhenTime(start, end events.Time, now time.Time) app.UI {
	return timeElement(start).Body(app.Text(Day(start, now)+" · "), hours(start, end))
}

// HoursTime is Hours as a time element.
func HoursTime(start, end events.Time) app.UI { return timeElement(start).Body(hours(start, end)) }

// WhenLines is the day, and the hours below it: of what takes place online on the reader's clock (see Clock).
func WhenLines(start, end events.Time, now time.Time, online bool) []app.UI {
	return []app.UI{
		OnClock(online, start, end, func(start, _ events.Time) app.UI { return app.Div().Class("strong").Text(Day(start, now)) }),
		OnClock(online, start, end, func(start, end events.Time) app.UI { return app.Div().Body(HoursTime(start, end)) }),
	}
}

// OnClock is what draw makes of a time: on the reader's clock if it is online, else on the event's.
func OnClock(online bool, start, end events.Time, draw func(start, end events.Time) app.UI) app.UI {
	if online {
		return &Clock{Start: start, End: end, Draw: draw}
	}
	return draw(start, end)
}

func timeElement(t events.Time) app.HTMLTime {
	return app.Time().Attr("datetime", t.Local().Format(time.RFC3339))
}

// hours keeps what fits on one line together; an end on another day does not.
func hours(start, end events.Time) app.UI {
	span := app.Span().Text(Hours(start, end))
	if end.At.Sub(start.At) < 12*time.Hour {
		return span.Class("nowrap")
	}
	return span
}

// abbr names the zone at the start only when the clocks change before the end.
func abbr(start, end events.Time) string {
	if start.Abbr == end.Abbr {
		return ""
	}
	return " " + start.Abbr
}

func allDay(from, to time.Time) string {
	last := to.AddDate(0, 0, -1)
	if sameDay(from, last) {
		return "All day"
	}
	return "All day, until " + last.Format("Mon, Jan 2")
}

func midnight(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 }

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
