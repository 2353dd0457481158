package eventsui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
)

// ViewerTime says whose clock the times are on, and when a shift is on the other clock: the reader's own, or of what takes place
// online the event's (see Clock). That is once the browser runs and only if the two differ. The page is the same for everybody
// until then, and its place is kept: nothing moves.
type ViewerTime struct {
	app.Compo
	Start, End events.Time
	Online     bool

	text string
}

// OnMount compares the clocks, after the first render has adopted the server's page.
func (v *ViewerTime) OnMount(ctx app.Context) {
	ctx.Dispatch(func(app.Context) { v.text = viewerText(v.Start, v.End, v.Online, viewerZone) })
}

// Render draws the sentence.
func (v *ViewerTime) Render() app.UI {
	text := v.text
	if text == "" {
		text = "Times are in the event’s own time zone."
	}
	return app.Span().Class("viewer-time").Text(text)
}

// viewerText is "Your time: Fri, Nov 27 · 8:00 PM–9:00 PM EST", or the event's; "" when the clocks agree or the zone is unknown.
func viewerText(start, end events.Time, online bool, zone viewer) string {
	from, to, differs := onClock(start, end, zone)
	switch {
	case !differs:
		return ""
	case online:
		return "The event’s time: " + When(start, end, from.At)
	}
	return "Your time: " + When(from, to, start.At)
}

// Clock draws the time of what takes place online: on the event's clock, and on the reader's as soon as the browser runs.
type Clock struct {
	app.Compo
	Start, End events.Time
	Draw       func(start, end events.Time) app.UI

	from, to events.Time
	differs  bool
}

// OnMount compares the clocks, as ViewerTime does.
func (c *Clock) OnMount(ctx app.Context) {
	ctx.Dispatch(func(app.Context) { c.from, c.to, c.differs = onClock(c.Start, c.End, viewerZone) })
}

// Render draws it.
func (c *Clock) Render() app.UI {
	if c.differs {
		return c.Draw(c.from, c.to)
	}
	return c.Draw(c.Start, c.End)
}

// viewer is how the reader's clock shows a moment; not ok where that is unknown.
type viewer func(time.Time) (abbr string, offset int, ok bool)

// onClock is a time on the reader's clock, if that is another than the event's.
func onClock(start, end events.Time, zone viewer) (from, to events.Time, differs bool) {
	from, ok := inZone(start, zone)
	to, _ = inZone(end, zone)
	return from, to, ok && from.Offset != start.Offset
}

func inZone(t events.Time, zone viewer) (events.Time, bool) {
	abbr, offset, ok := zone(t.At)
	return events.Time{At: t.At, Abbr: abbr, Offset: offset}, ok
}
