//go:build js

package fullstack

import (
	"net/url"
	"strings"
	"syscall/js"
)

// listen takes over links, GET forms and the back button. Each handler decides at once whether the event is the
// program's; everything else stays the browser's.
func (c *client) listen() {
	on(document(), "click", c.onClick)
	on(document(), "submit", c.onSubmit)
	on(js.Global(), "popstate", func(js.Value) { c.onPopState() })
	on(js.Global(), "pagehide", func(js.Value) { c.past.leave() })
	on(js.Global(), "pageshow", func(e js.Value) {
		if e.Get("persisted").Bool() {
			history().Set("scrollRestoration", "manual")
		}
	})
}

func on(target js.Value, event string, f func(e js.Value)) {
	target.Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	}))
}

// onClick follows plain clicks on links to pages of this site.
func (c *client) onClick(e js.Value) {
	if e.Get("defaultPrevented").Bool() || e.Get("button").Int() != 0 || modified(e) {
		return
	}
	a := e.Get("target").Call("closest", "a[href]")
	if !a.Truthy() || !a.InstanceOf(js.Global().Get("HTMLAnchorElement")) || nativeLink(a) {
		return
	}
	href := a.Get("href").String()
	if onlyFragment(href) {
		c.past.keepScroll()
		return
	}
	to, ok := c.pageAt(href)
	if !ok {
		return
	}
	e.Call("preventDefault")
	c.travel(&trip{to: to, how: push})
}

func modified(e js.Value) bool {
	for _, key := range []string{"metaKey", "ctrlKey", "shiftKey", "altKey"} {
		if e.Get(key).Truthy() {
			return true
		}
	}
	return false
}

func nativeLink(a js.Value) bool {
	target := a.Get("target").String()
	return target != "" && target != "_self" ||
		a.Call("hasAttribute", "download").Bool() ||
		a.Get("relList").Call("contains", "external").Bool() ||
		a.Call("closest", "[data-native]").Truthy()
}

// onlyFragment reports whether a link stays on the current page.
func onlyFragment(href string) bool {
	here, _, _ := strings.Cut(address(), "#")
	there, _, hasFragment := strings.Cut(href, "#")
	return hasFragment && here == there
}

// onSubmit follows GET forms, such as a search, to the address they make. Empty fields are left out of it.
func (c *client) onSubmit(e js.Value) {
	form, submitter := e.Get("target"), e.Get("submitter")
	if e.Get("defaultPrevented").Bool() || !getForm(form, submitter) {
		return
	}
	action := form.Call("getAttribute", "action")
	address := address()
	if action.Truthy() {
		address = js.Global().Get("URL").New(action, address).Get("href").String()
	}
	to, ok := c.pageAt(address)
	if !ok {
		return
	}
	values := url.Values{}
	for name, vs := range formValues(form, submitter).texts {
		for _, v := range vs {
			if v != "" {
				values.Add(name, v)
			}
		}
	}
	to.RawQuery, to.Fragment = values.Encode(), ""
	e.Call("preventDefault")
	c.travel(&trip{to: to, how: push})
}

func getForm(form, submitter js.Value) bool {
	method := form.Call("getAttribute", "method")
	if method.Truthy() && !strings.EqualFold(method.String(), "get") {
		return false
	}
	if submitter.Truthy() {
		for _, name := range []string{"formaction", "formmethod", "formtarget"} {
			if submitter.Call("hasAttribute", name).Bool() {
				return false
			}
		}
	}
	return !form.Call("hasAttribute", "target").Bool() && !form.Call("closest", "[data-native]").Truthy()
}

// onPopState follows the back and forward buttons.
func (c *client) onPopState() {
	if keyOfEntry() != "" {
		c.past.keepScroll() // else a link to a fragment was followed, and the browser has scrolled already
	}
	key := c.past.entered()
	here, _, _ := strings.Cut(address(), "#")
	was, _, _ := strings.Cut(c.past.url, "#")
	if here == was {
		c.endTrip()
		c.stepInPage(key)
		return
	}
	to, err := url.Parse(address())
	if err != nil {
		return
	}
	t := &trip{to: to, how: traverse, key: key}
	if p := c.past.find(key); p != nil {
		c.endTrip()
		c.show(t, c.newPage(p.loaded, nil))
		return
	}
	c.travel(t)
}

// stepInPage goes between fragments of one page, forward by a click on a link to one, or back.
func (c *client) stepInPage(key string) {
	c.past.enter(key)
	if x, y, known := c.past.scroll(key); known {
		js.Global().Call("scrollTo", map[string]any{"left": x, "top": y, "behavior": "instant"})
	}
}

// pageAt parses an address and reports whether a page of this site answers to it.
func (c *client) pageAt(address string) (*url.URL, bool) {
	to, err := url.Parse(address)
	if err != nil {
		return nil, false
	}
	if to.Scheme+"://"+to.Host != js.Global().Get("location").Get("origin").String() {
		return nil, false
	}
	route, _ := c.routes.find(to.EscapedPath())
	return to, route != nil
}
