//go:build js

package fullstack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"syscall/js"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

const (
	loadTimeout  = 30 * time.Second
	loadingShown = 120 * time.Millisecond // faster answers show no loading state
	mostHops     = 8                      // redirects followed
)

// trip is one navigation on its way. The page stays as it is until the new one is there.
type trip struct {
	to       *url.URL
	how      how
	key      string // of the history entry, when traversing
	hops     int
	changed  *submitted  // what led here changed something
	other    atomic.Bool // another release answered: the site was updated
	cancel   context.CancelFunc
	showLoad *time.Timer
}

// how a navigation changes the history.
type how uint8

const (
	push how = iota
	replace
	traverse // the browser is already there: back, forward
)

// travel starts a navigation and ends the one before it. A URL no page answers to is left to the browser.
func (c *client) travel(t *trip) {
	c.endTrip()
	route, values := c.routes.find(t.to.EscapedPath())
	query, err := url.ParseQuery(t.to.RawQuery)
	if route == nil || err != nil {
		c.leave(t)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	t.cancel = cancel
	ctx = context.WithValue(ctx, otherRelease{}, &t.other)
	t.showLoad = time.AfterFunc(loadingShown, func() {
		c.ctx.Dispatch(func(app.Context) {
			if c.trip == t {
				c.chrome.showLoading()
			}
		})
	})
	c.trip = t
	c.chrome.hideFailure()
	c.chrome.prepare()
	go func() {
		l, err := loadPage(ctx, route, values, query)
		c.ctx.Dispatch(func(app.Context) { c.arrive(t, l, err) })
	}()
}

// loadPage runs the page's Load; a panic in it must not end the program.
func loadPage(ctx context.Context, route Route, values map[string]string, query map[string][]string) (l loaded, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("page %s: panic: %v", route.Pattern(), p)
		}
	}()
	ctx, later := deferring(ctx, nil)
	defer later.close()
	l, err = route.load(ctx, Browser{}, values, query, nil)
	later.running.Wait()
	return l, err
}

func (c *client) endTrip() {
	if t := c.trip; t != nil {
		c.trip = nil
		t.cancel()
		t.showLoad.Stop()
		c.chrome.hideLoading()
	}
}

// arrive shows what was loaded, unless the person has gone elsewhere meanwhile.
func (c *client) arrive(t *trip, l loaded, err error) {
	if c.trip != t {
		return
	}
	c.endTrip()
	var redirect *Redirect
	var away *unreachable
	f := fault.As(err)
	switch {
	case err == nil && t.other.Load() && t.to.Fragment == "": // with one, the browser might stay in this document
		c.leave(t) // to a document of the new release, with its program
	case err == nil:
		c.show(t, c.newPage(l, nil))
	case errors.As(err, &redirect):
		c.redirect(t, redirect.Path())
	case f != nil && f.Code == fault.Reload:
		c.leave(t)
	case errors.As(err, &away) && workerInCharge():
		c.leave(t) // the service worker has the page, or the site's own offline page
	case f != nil && (f.Code == fault.Unavailable || f.Code == fault.TooMany) && t.how != traverse:
		c.chrome.showFailure(f.Message, func() { c.travel(&trip{to: t.to, how: t.how, changed: t.changed}) })
		if t.changed != nil {
			t.changed.stuck()
		}
	default:
		c.showFault(t, err)
	}
}

func (c *client) showFault(t *trip, err error) {
	f := fault.As(err)
	if f == nil {
		c.warn(err.Error())
		f = fault.New(fault.Internal, "Something went wrong in this page. Please try again.")
	}
	p, err := c.faultPage(f)
	if err != nil {
		c.leave(t)
		return
	}
	c.show(t, p)
}

func (c *client) redirect(t *trip, to string) {
	target, err := t.to.Parse(to)
	if err != nil || t.hops >= mostHops {
		c.showFault(t, fault.New(fault.Internal, "This address leads in circles."))
		return
	}
	next := &trip{to: target, how: t.how, hops: t.hops + 1, changed: t.changed}
	if t.how == traverse {
		next.how = replace
	}
	c.travel(next)
}

// leave lets the browser load the document.
func (c *client) leave(t *trip) {
	location := js.Global().Get("location")
	switch t.how {
	case push:
		location.Call("assign", t.to.String())
	case replace:
		location.Call("replace", t.to.String())
	case traverse:
		location.Call("reload")
	}
}

// show makes p the page: history first, then the view, and when that is in place the head, focus and scroll.
func (c *client) show(t *trip, p *page) {
	c.past.keep(c.page)
	if t.changed != nil {
		c.past.forgetPages()
	}
	switch {
	case t.how == traverse:
		c.past.enter(t.key)
	case t.how == replace || t.to.String() == address():
		c.past.replace(t.to.String())
	default:
		c.past.push(t.to.String())
	}
	c.page = p
	c.ctx.Dispatch(func(ctx app.Context) {
		ctx.Defer(func(app.Context) { c.settled(t, p) })
	})
}

// settled runs when the new page's elements are in the document.
func (c *client) settled(t *trip, p *page) {
	if c.page != p {
		return
	}
	c.writeHead(p, t.to)
	c.settleFocus(t)
	c.chrome.announce(document().Get("title").String())
	c.tellWorker(t.to.String(), p)
	mark(markNavigated)
}

// settleFocus moves focus to where a reader of the new page starts, and the scroll to where the person left it, to the
// URL's fragment or to the top.
func (c *client) settleFocus(t *trip) {
	target := js.Null()
	if t.to.Fragment != "" {
		target = document().Call("getElementById", t.to.Fragment)
	}
	focus(firstOf(target, query("#app h1"), query("#app main"), query("#app")))
	x, y, known := 0.0, 0.0, false
	if t.how == traverse {
		x, y, known = c.past.scroll(t.key)
	}
	if target.Truthy() && !known {
		target.Call("scrollIntoView", map[string]any{"behavior": "instant"})
		return
	}
	js.Global().Call("scrollTo", map[string]any{"left": x, "top": y, "behavior": "instant"})
}

// followAddressBar loads the page of the current address, if it is not the one shown.
func (c *client) followAddressBar() {
	if c.ctx.Context == nil || address() == c.past.url {
		return
	}
	if to, err := url.Parse(address()); err == nil {
		c.travel(&trip{to: to, how: traverse, key: c.past.entered()})
	}
}

// onAction answers Navigate.
func (c *client) onAction(ctx app.Context, a app.Action) {
	ctx.PreventUpdate()
	t := &trip{how: push}
	path, _ := a.Value.(string)
	if s, ok := a.Value.(submitted); ok {
		path, t.changed = s.to, &s
	}
	here, err := url.Parse(address())
	if err != nil {
		return
	}
	if t.to, err = here.Parse(path); err != nil {
		c.warn("cannot go to " + path)
		return
	}
	c.travel(t)
}

// tellWorker lets the service worker keep a page that was shown without a navigation it could see.
func (c *client) tellWorker(url string, p *page) {
	if p.fault == nil && workerInCharge() {
		worker().Call("postMessage", map[string]any{"type": "visited", "url": url})
	}
}

func worker() js.Value {
	container := js.Global().Get("navigator").Get("serviceWorker")
	if !container.Truthy() {
		return js.Null()
	}
	return container.Get("controller")
}

func workerInCharge() bool { return worker().Truthy() }

func address() string { return js.Global().Get("location").Get("href").String() }

func query(selector string) js.Value { return document().Call("querySelector", selector) }

func firstOf(candidates ...js.Value) js.Value {
	for _, v := range candidates {
		if v.Truthy() {
			return v
		}
	}
	return js.Null()
}

// focus moves focus to an element that may not be focusable by itself, without scrolling and for this once.
func focus(el js.Value) {
	if !el.Truthy() {
		return
	}
	if !el.Call("hasAttribute", "tabindex").Bool() && el.Get("tabIndex").Int() < 0 {
		el.Call("setAttribute", "tabindex", "-1")
		once(el, "blur", func() { el.Call("removeAttribute", "tabindex") })
	}
	el.Call("focus", map[string]any{"preventScroll": true})
}

// once calls f at the next event of this kind on el.
func once(el js.Value, event string, f func()) {
	var handler js.Func
	handler = js.FuncOf(func(js.Value, []js.Value) any {
		f()
		handler.Release()
		return nil
	})
	el.Call("addEventListener", event, handler, map[string]any{"once": true})
}
