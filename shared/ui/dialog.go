package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Dialog is a modal question, the browser's own: focus stays inside, Escape closes it, the page behind is inert.
// Use it for what only the browser program does; what must work without it goes in a Disclosure or on a page.
type Dialog struct {
	app.Compo
	ID      string
	Title   string
	Open    bool
	Body    func() []app.UI
	OnClose func(app.Context) // called however it was closed; the owner sets its Open to false at once, before the next click
}

// OnMount opens a dialog that was born open.
func (d *Dialog) OnMount(ctx app.Context) { d.sync(ctx) }

// OnUpdate follows Open.
func (d *Dialog) OnUpdate(ctx app.Context) { d.sync(ctx) }

func (d *Dialog) sync(ctx app.Context) {
	element := ctx.JSSrc()
	if !element.Truthy() {
		return
	}
	shown := element.Get("open").Truthy()
	switch {
	case d.Open && !shown:
		element.Call("showModal")
	case !d.Open && shown:
		element.Call("close")
	}
}

// Render draws the dialog; it is invisible until opened.
func (d *Dialog) Render() app.UI {
	body := []app.UI{app.Div().Class("dialog-head").Body(
		app.H2().ID(d.ID+"-title").Class("dialog-title").Text(d.Title),
		app.Button().Class("icon-button").Type("button").Aria("label", "Close").OnClick(d.close).Body(Icon(IconClose)),
	)}
	if d.Body != nil {
		body = append(body, d.Body()...)
	}
	return app.Dialog().ID(d.ID).Class("dialog").Aria("labelledby", d.ID+"-title").On("close", d.closed).Body(body...)
}

func (d *Dialog) close(ctx app.Context, _ app.Event) {
	if element := d.JSValue(); element.Truthy() {
		element.Call("close")
	}
}

func (d *Dialog) closed(ctx app.Context, _ app.Event) {
	d.Open = false
	if d.OnClose != nil {
		d.OnClose(ctx)
	}
}
