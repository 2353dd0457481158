package fullstack

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// firstView is what a document shows, made again from its data script.
func (a App) firstView(routes routeTable, st state) (loaded, error) {
	switch {
	case st.Offline && a.OfflineView != nil:
		return loaded{view: a.OfflineView}, nil
	case st.Fault != nil:
		return a.faultView(st.Fault)
	}
	route := routes.byPattern(st.Route)
	if route == nil {
		return loaded{}, fmt.Errorf("the program has no page %q", st.Route)
	}
	return route.decode(st.Data)
}

func (a App) faultView(f *fault.Error) (loaded, error) {
	if a.ErrorView == nil {
		return loaded{}, fmt.Errorf("the site has no ErrorView")
	}
	return loaded{head: errorHead(f), view: func() app.UI { return a.ErrorView(f) }}, nil
}

// pageView mounts a page's view under an identity of its own, so that state never leaks from one page into the next.
type pageView struct {
	app.Compo
	id   string // of the page's mount
	make func() app.UI
	view app.UI
}

// CompoID makes go-app replace the view rather than update it when another page is shown.
func (v *pageView) CompoID() string { return v.id }

// Render shows the page. go-app asks for every page again after every event of every component in it; what changes in a
// page is in its components, which are asked themselves, so the view is drawn once.
func (v *pageView) Render() app.UI {
	if v.view == nil {
		v.view = v.make()
	}
	return v.view
}
