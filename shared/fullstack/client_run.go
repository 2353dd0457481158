//go:build js

package fullstack

import (
	"encoding/json"
	"fmt"
	"strconv"
	"syscall/js"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// Run is the main of a site's browser program: it draws the page again from the document's data script, adopts the
// prerendered DOM and takes over links, GET forms, Forms and the back button. It returns only when there is nothing to
// adopt; then, and whenever the program ends, the page goes on as the plain document it is.
//
// js/loader.js starts it: a worker fetches and compiles the program at low priority beside the page's own loading, and
// the page runs it when it is painted and idle. It does not load the program for people who asked their browser to
// save data (navigator.connection.saveData): their pages stay native, which costs them nothing but comfort. The mark
// "fullstack:mounted" of the performance timeline says that the page is alive, "fullstack:settled" that its components have
// changed what they change at their start.
//
// Browsers compile a function of a program when it is first called, which was two thirds of the time to start. So the
// worker (js/rehearse.js) runs the program once with the page's data, on a document that answers every call with nothing,
// up to the first frame after the mount; what was called there is compiled in the page too. Without a worker the page
// does without. The rest of the start rests every few milliseconds, so that a tap or a key never waits for it
// long: between the steps of Run, and in the mount, which wasm/slim lets rest while js/hydrate.js asks for it.
func Run(a App) {
	yield()
	c, err := newClient(a)
	if err != nil {
		js.Global().Get("console").Call("warn", "fullstack: staying native: "+err.Error())
		return
	}
	yield()
	c.settle = keepScroll()
	if !adopt() {
		c.warn("there is no prerendered #app in the body")
		return
	}
	app.RouteWithRegexp("", func() app.Composer { return &root{client: c} })
	app.RunWhenOnBrowser()
}

// yield lets the browser do what waits for it.
func yield() { time.Sleep(1) }

// client is the browser program: one per document. Its methods run on go-app's UI goroutine or in a JavaScript
// callback, never at the same time.
type client struct {
	app    App
	routes routeTable
	ctx    app.Context // the root component's, from the moment it is mounted
	settle func()      // ends what was only for the first mount
	page   *page       // what is shown
	mounts int         // pages shown so far
	trip   *trip       // the navigation on its way, if any
	past   past
	chrome chrome
}

// page is one view on the screen, with everything needed to show it again.
type page struct {
	loaded
	fault *fault.Error // why there is no data
	first bool         // came with the document: its Static data is in the DOM only, so it cannot be shown again
	id    string       // of its mount: a page shown anew is a new component
}

// newClient reads the data script and makes the page the document shows.
func newClient(a App) (*client, error) {
	c := &client{app: a}
	var err error
	if c.routes, err = newRouteTable(a.Routes); err != nil {
		return nil, err
	}
	script := document().Call("getElementById", "fullstack-data")
	if !script.Truthy() {
		return nil, fmt.Errorf("the document has no data script")
	}
	var st state
	if err := json.Unmarshal([]byte(script.Get("textContent").String()), &st); err != nil {
		return nil, fmt.Errorf("read the data script: %w", err)
	}
	c.page, err = c.firstPage(st)
	return c, err
}

func (c *client) firstPage(st state) (*page, error) {
	l, err := c.app.firstView(c.routes, st)
	if err != nil {
		return nil, err
	}
	if st.Offline {
		on(js.Global(), "online", func(js.Value) { js.Global().Get("location").Call("reload") })
	}
	p := c.newPage(l, st.Fault)
	p.first = st.Route != "" && st.Fault == nil
	return p, nil
}

func (c *client) newPage(l loaded, f *fault.Error) *page {
	c.mounts++
	return &page{loaded: l, fault: f, id: strconv.Itoa(c.mounts)}
}

func (c *client) faultPage(f *fault.Error) (*page, error) {
	l, err := c.app.faultView(f)
	if err != nil {
		return nil, err
	}
	return c.newPage(l, f), nil
}

// mounted makes the page alive. It runs once, after the components of the first page heard OnMount.
func (c *client) mounted(ctx app.Context) {
	c.ctx = ctx
	c.past.start()
	c.listen()
	ctx.Defer(func(app.Context) {
		c.settle()
		mark("fullstack:settled")
	})
	mark("fullstack:mounted")
}

const markNavigated = "fullstack:navigated" // another page is shown

// mark writes into the timeline of the page's performance.
func mark(name string) { js.Global().Get("performance").Call("mark", name) }

func (c *client) warn(why string) { js.Global().Get("console").Call("warn", "fullstack: "+why) }

func document() js.Value { return js.Global().Get("document") }
