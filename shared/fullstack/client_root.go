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
	return app.Div().ID("app").Body(&pageView{page: p})
}

// pageView mounts a page's view under an identity of its own, so that state never leaks from one page into the next.
type pageView struct {
	app.Compo
	page *page
	view app.UI
}

// CompoID makes go-app replace the view rather than update it when another page is shown.
func (v *pageView) CompoID() string { return v.page.id }

// Render shows the page. go-app asks for every page again after every event of every component in it; what changes in a
// page is in its components, which are asked themselves, so the view is drawn once.
func (v *pageView) Render() app.UI {
	if v.view == nil {
		v.view = v.page.view()
	}
	return v.view
}
