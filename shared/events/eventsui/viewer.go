package eventsui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
)

// ViewerTime says whose clock the times are on, and when a shift is on the reader's own, once the browser runs and only
// if that differs from the event's. The page is the same for everybody until then, and its place is kept: nothing moves.
type ViewerTime struct {
	app.Compo
	Start, End events.Time

	text string
}

// OnMount compares the clocks, after the first render has adopted the server's page.
func (v *ViewerTime) OnMount(ctx app.Context) {
	ctx.Dispatch(func(app.Context) { v.text = viewerText(v.Start, v.End, viewerZone) })
}

// Render draws the sentence.
func (v *ViewerTime) Render() app.UI {
	text := v.text
	if text == "" {
		text = "Times are in the event’s own time zone."
	}
	return app.Span().Class("viewer-time").Text(text)
}

// viewerText is "Your time: Fri, Nov 27 · 8:00 PM–9:00 PM EST", "" when the clocks agree or the zone is unknown.
func viewerText(start, end events.Time, zone func(time.Time) (abbr string, offset int, ok bool)) string {
	from, ok := inZone(start, zone)
	if !ok || from.Offset == start.Offset {
		return ""
	}
	to, _ := inZone(end, zone)
	return "Your time: " + When(from, to, start.At)
}

func inZone(t events.Time, zone func(time.Time) (string, int, bool)) (events.Time, bool) {
	abbr, offset, ok := zone(t.At)
	return events.Time{At: t.At, Abbr: abbr, Offset: offset}, ok
}
