//go:build !js

package eventsui

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fullstack/fullstacktest"
)

const central = -6 * 3600

// at is a moment on the clock of Chicago in winter.
func at(day, hour, minute int) events.Time {
	return events.Time{At: time.Date(2026, 11, day, hour+6, minute, 0, 0, time.UTC), Abbr: "CST", Offset: central}
}

func now() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

func TestWhenIsWrittenOnTheEventsClock(t *testing.T) {
	t.Parallel()
	daylight := events.Time{At: at(1, 1, 30).At.Add(-time.Hour), Abbr: "CDT", Offset: central + 3600}
	for name, c := range map[string]struct {
		start, end events.Time
		want       string
	}{
		"one day":                {at(28, 10, 0), at(28, 13, 0), "Sat, Nov 28 · 10:00 AM–1:00 PM CST"},
		"past midnight":          {at(28, 22, 0), at(29, 1, 30), "Sat, Nov 28 · 10:00 PM–1:30 AM CST"},
		"two days":               {at(28, 10, 0), at(29, 13, 0), "Sat, Nov 28 · 10:00 AM – Sun, Nov 29, 1:00 PM CST"},
		"all day":                {at(28, 0, 0), at(29, 0, 0), "Sat, Nov 28 · All day"},
		"a weekend":              {at(28, 0, 0), at(30, 0, 0), "Sat, Nov 28 · All day, until Sun, Nov 29"},
		"when the clocks change": {daylight, at(1, 1, 45), "Sun, Nov 1 · 1:30 AM CDT–1:45 AM CST"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, When(c.start, c.end, now()))
		})
	}
	require.Equal(t, "Sat, Nov 28, 2026", Day(at(28, 10, 0), now().AddDate(1, 0, 0)), "another year is named")
}

func TestViewerTimeShowsOnlyAnotherClock(t *testing.T) {
	t.Parallel()
	start, end := at(28, 10, 0), at(28, 13, 0)
	require.Equal(t, "Your time: Sat, Nov 28 · 11:00 AM–2:00 PM EST", viewerText(start, end, false, zone("EST", central+3600, true)))
	require.Equal(t, "The event’s time: Sat, Nov 28 · 10:00 AM–1:00 PM CST", viewerText(start, end, true, zone("EST", central+3600, true)))
	require.Empty(t, viewerText(start, end, false, zone("CST", central, true)))
	require.Empty(t, viewerText(start, end, true, zone("CST", central, true)))
	require.Empty(t, viewerText(start, end, false, zone("", 0, false)))
}

func zone(abbr string, offset int, ok bool) viewer {
	return func(time.Time) (string, int, bool) { return abbr, offset, ok }
}

func TestWhatIsOnlineIsOnTheReadersClock(t *testing.T) {
	t.Parallel()
	draw := func(start, end events.Time) app.UI { return WhenTime(start, end, now()) }
	c := &Clock{Start: at(28, 20, 0), End: at(28, 21, 30), Draw: draw}
	p := fullstacktest.View(t, c)
	require.Equal(t, "Sat, Nov 28 · 8:00 PM–9:30 PM CST", p.Text("time"))
	c.from, c.to, c.differs = onClock(c.Start, c.End, zone("GMT+5:30", 19800, true))
	p = fullstacktest.View(t, c)
	require.Equal(t, "Sun, Nov 29 · 7:30 AM–9:00 AM GMT+5:30", p.Text("time"))
	require.Equal(t, "2026-11-29T07:30:00+05:30", p.Attr("time", "datetime"))
	_, _, differs := onClock(c.Start, c.End, zone("", 0, false))
	require.False(t, differs, "the server does not know it")
}

func TestMapURLNeedsAStreetOrCoordinates(t *testing.T) {
	t.Parallel()
	lat, lon := 40.03, -83.01
	require.Equal(t, "https://www.openstreetmap.org/?mlat=40.030000&mlon=-83.010000#map=17/40.030000/-83.010000",
		MapURL(events.Place{Latitude: &lat, Longitude: &lon}))
	require.Equal(t, "https://www.openstreetmap.org/search?query=3535+N+High+St%2C+Columbus%2C+OH",
		MapURL(events.Place{Line1: "3535 N High St", City: "Columbus", Region: "OH"}))
	require.Empty(t, MapURL(events.Place{City: "Columbus", Region: "OH"}), "a private address is not to be found")
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1 guest", Count(1, "guest", "guests"))
	require.Equal(t, "0 guests", Count(0, "guest", "guests"))
	require.Equal(t, "1,234,567 events", Count(1234567, "event", "events"))
}

func TestCardSaysWhatStateTheEventIsIn(t *testing.T) {
	t.Parallel()
	left := func(n int) *int { return &n }
	base := events.Card{Slug: "knock", Title: "Knock on doors", Type: "canvass", Mode: events.InPerson, Next: at(28, 10, 0), End: at(28, 13, 0), City: "Akron", Region: "OH"}
	for want, change := range map[string]func(*events.Card){
		"Open":         func(*events.Card) {},
		"Full":         func(c *events.Card) { c.Full, c.Left = true, left(0) },
		"1 spot left":  func(c *events.Card) { c.Left = left(1) },
		"32 spots":     func(c *events.Card) { c.Left = left(32) },
		"Cancelled":    func(c *events.Card) { c.Status, c.Full = events.Cancelled, true },
		"Postponed":    func(c *events.Card) { c.Status = events.Postponed },
		"Moved online": func(c *events.Card) { c.Status = events.MovedOnline },
		"Past":         func(c *events.Card) { c.Next, c.End = at(1, 10, 0), at(1, 13, 0) },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			card := base
			change(&card)
			p := fullstacktest.View(t, &Card{Event: card, Now: now()})
			require.Equal(t, want, p.Text(".badge"))
			require.Equal(t, "/e/knock", p.Attr("h3 a", "href"))
			require.Equal(t, 1, p.Find("a").Length(), "the whole card is one link")
		})
	}
}
