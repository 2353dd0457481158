package eventsui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/ui"
)

// Share offers the device's own share sheet, or copies the link where there is none. It needs the browser program, so
// it cannot be seen before, and has its place.
type Share struct {
	app.Compo
	Title string
	Path  string // of this site

	ready bool
}

// OnMount shows the button once it can do something.
func (s *Share) OnMount(ctx app.Context) {
	ctx.Dispatch(func(app.Context) { s.ready = canShare() })
}

// Render draws the button.
func (s *Share) Render() app.UI {
	return app.Span().Class("when-ready").DataSet("ready", s.ready).Body(&ui.Button{Label: "Share", Icon: ui.IconShare, Variant: ui.Secondary, Type: "button", OnClick: s.share})
}

func (s *Share) share(ctx app.Context, _ app.Event) {
	if copied := share(s.Title, s.Path); copied {
		ui.Notify(ctx, "The link is copied. Paste it wherever your friends are.")
	}
}
