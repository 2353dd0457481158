package eventsui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/ui"
)

// Seats says how many places of the shift are free, with a bar of those taken; both are phrasing content. Of a shift without
// a limit it says that, whether or not people still wait from when it had one.
func Seats(s events.Shift) []app.UI {
	left, limited := s.Left()
	if !limited || s.Capacity == nil {
		return []app.UI{app.Span().Class("choice-card-note").Text("Open to everyone who comes")}
	}
	tone := ""
	if left <= fewSeats {
		tone = ui.ToneAccent
	}
	text := Count(left, "spot", "spots") + " left of " + Number(*s.Capacity)
	return []app.UI{
		app.Span().Class("choice-card-note").Text(text),
		ui.Progress(tone, "Places taken", min(s.Taken, *s.Capacity), max(1, *s.Capacity)),
	}
}
