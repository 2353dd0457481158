package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

const toastAction = "ui.toast"

// toastTime is long enough to read a sentence; a toast never holds what the reader needs later.
const toastTime = 8 * time.Second

// Notify shows a short message in the page's Toasts. It is read out politely.
func Notify(ctx app.Context, message string) { ctx.NewActionWithValue(toastAction, message) }

// Toasts is where messages appear. A site has one.
type Toasts struct {
	app.Compo
	shown []toast
	next  int
}

type toast struct {
	id      int
	message string
}

// OnMount listens for Notify.
func (t *Toasts) OnMount(ctx app.Context) {
	ctx.Handle(toastAction, func(ctx app.Context, a app.Action) {
		message, _ := a.Value.(string)
		if message == "" {
			return
		}
		t.next++
		id := t.next
		ctx.Dispatch(func(ctx app.Context) { t.shown = append(t.shown, toast{id, message}) })
		ctx.After(toastTime, func(app.Context) { t.remove(id) })
	})
}

func (t *Toasts) remove(id int) {
	kept := make([]toast, 0, len(t.shown))
	for _, s := range t.shown {
		if s.id != id {
			kept = append(kept, s)
		}
	}
	t.shown = kept
}

// Render draws the live region, which must be there before its first message.
func (t *Toasts) Render() app.UI {
	items := make([]app.UI, len(t.shown))
	for i, s := range t.shown {
		id := s.id
		items[i] = app.Div().Class("toast").Body(app.Span().Text(s.message),
			app.Button().Class("toast-dismiss").Type("button").Aria("label", "Dismiss").Body(Icon(IconClose)).
				OnClick(func(app.Context, app.Event) { t.remove(id) }, app.EventScope(id)))
	}
	return app.Div().Class("toasts").Role("status").Aria("live", "polite").Body(items...)
}
