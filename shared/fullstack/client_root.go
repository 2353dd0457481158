//go:build js

package fullstack

import (
	"syscall/js"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// root is the one component go-app knows a route for. It stands for every page.
type root struct {
	app.Compo
	client *client
}

// OnInit takes back the window handlers go-app has just set: they follow every link and every step through history.
func (r *root) OnInit() {
	js.Global().Set("onclick", nil)
	js.Global().Set("onpopstate", nil)
}

// OnMount waits until the components of the page were told the same, then makes the page alive.
func (r *root) OnMount(ctx app.Context) {
	ctx.PreventUpdate()
	ctx.Handle(actionNavigate, r.client.onAction)
	yield()
	ctx.Dispatch(func(ctx app.Context) {
		ctx.PreventUpdate()
		yield()
		r.client.mounted(ctx)
	})
}

// OnNav follows a page that used go-app's own ctx.Navigate.
func (r *root) OnNav(ctx app.Context) {
	ctx.PreventUpdate()
	r.client.followAddressBar()
}

// Render shows the current page inside the element the server wrote it into.
func (r *root) Render() app.UI {
	p := r.client.page
	return app.Div().ID("app").Body(&pageView{id: p.id, make: p.view})
}
