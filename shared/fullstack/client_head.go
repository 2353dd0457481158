//go:build js

package fullstack

import (
	"net/url"
	"slices"
	"syscall/js"
)

// writeHead makes the document's head say of the new page what the server's would. Elements both pages have stay: a
// stylesheet is not loaded again.
func (c *client) writeHead(p *page, at *url.URL) {
	path := at.EscapedPath()
	if p.fault != nil {
		path = ""
	}
	old := marked()
	for _, e := range c.app.head(p.head, fromLoader("origin"), path) {
		if e.tag == "title" {
			document().Set("title", e.text)
			continue
		}
		el := e.node()
		if i := slices.IndexFunc(old, func(o js.Value) bool { return o.Call("isEqualNode", el).Bool() }); i >= 0 {
			old = slices.Delete(old, i, i+1)
			continue
		}
		document().Get("head").Call("append", el)
	}
	for _, el := range old {
		el.Call("remove")
	}
}

// marked are the elements of the head that belong to the page shown.
func marked() []js.Value {
	list := document().Get("head").Call("querySelectorAll", "["+pageMark+"]")
	elements := make([]js.Value, list.Length())
	for i := range elements {
		elements[i] = list.Index(i)
	}
	return elements
}

func (e headElement) node() js.Value {
	el := element(e.tag, "")
	el.Call("setAttribute", pageMark, "")
	for _, a := range e.attrs {
		el.Call("setAttribute", a[0], a[1])
	}
	if e.text != "" {
		el.Set("textContent", e.text)
	}
	return el
}
