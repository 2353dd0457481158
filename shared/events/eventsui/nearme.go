package eventsui

import (
	"math"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// NearMe asks the browser where it is, once it is pressed and not before, and goes to the address for events around there. It
// needs the browser program, so it cannot be seen before, and has its
// place: a town and a radius do the same.
type NearMe struct {
	app.Compo
	Href string // a path of this site; latitude and longitude are added at its end

	ready   bool
	waiting bool
}

// OnMount shows the button once it can do something.
func (n *NearMe) OnMount(ctx app.Context) {
	ctx.Dispatch(func(app.Context) { n.ready = canLocate() })
}

// Render draws the button.
func (n *NearMe) Render() app.UI {
	pending := ""
	if n.waiting {
		pending = "Finding you…"
	}
	return app.Span().Class("when-ready").DataSet("ready", n.ready).Body(&ui.Button{Label: "Near me", Icon: ui.IconMapPin, Variant: ui.Quiet, Type: "button", Pending: pending, OnClick: n.find})
}

func (n *NearMe) find(ctx app.Context, _ app.Event) {
	if n.waiting {
		return
	}
	n.waiting = true
	locate(func(latitude, longitude float64, problem string) {
		ctx.Dispatch(func(ctx app.Context) {
			n.waiting = false
			if problem != "" {
				ui.Notify(ctx, problem)
				return
			}
			fullstack.Navigate(ctx, n.Href+degrees(latitude)+","+degrees(longitude))
		})
	})
}

// degrees is exact to about a kilometre: addresses of pages are kept and shared, and nobody's home belongs in one.
func degrees(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', 2, 64)
}
