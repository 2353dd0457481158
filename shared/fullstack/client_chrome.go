//go:build js

package fullstack

import "syscall/js"

// chrome is what the program shows around the pages, outside #app: a loading bar, a failure with a retry, and the live
// region that tells screen readers which page they are on. The stylesheet gives it its looks by class:
// fullstack-loading, fullstack-live, fullstack-failure and its fullstack-retry and fullstack-dismiss buttons.
type chrome struct {
	loading, live, failure js.Value
}

// prepare puts the live region into the document before there is something to say: one that arrives together with its
// text is not read.
func (h *chrome) prepare() {
	if h.live.Truthy() {
		return
	}
	h.live = element("div", "fullstack-live")
	h.live.Call("setAttribute", "role", "status")
	h.live.Call("setAttribute", "aria-live", "polite")
	body().Call("append", h.live)
}

func (h *chrome) announce(text string) {
	h.prepare()
	h.live.Set("textContent", text)
}

func (h *chrome) showLoading() {
	if !h.loading.Truthy() {
		h.loading = element("div", "fullstack-loading")
		h.loading.Call("setAttribute", "role", "progressbar")
		h.loading.Call("setAttribute", "aria-label", "Loading")
	}
	body().Call("append", h.loading)
	query("#app").Call("setAttribute", "aria-busy", "true")
}

func (h *chrome) hideLoading() {
	if h.loading.Truthy() {
		h.loading.Call("remove")
	}
	query("#app").Call("removeAttribute", "aria-busy")
}

// showFailure says why the next page is not there yet; the current one stays usable.
func (h *chrome) showFailure(why string, retry func()) {
	h.hideFailure()
	h.failure = element("div", "fullstack-failure")
	h.failure.Call("setAttribute", "role", "alert")
	text := element("p", "")
	text.Set("textContent", why)
	again := button("fullstack-retry", "Try again", func() {
		h.hideFailure()
		retry()
	})
	h.failure.Call("append", text, again, button("fullstack-dismiss", "Dismiss", h.hideFailure))
	body().Call("append", h.failure)
}

func (h *chrome) hideFailure() {
	if h.failure.Truthy() {
		h.failure.Call("remove")
		h.failure = js.Null()
	}
}

func button(class, label string, pressed func()) js.Value {
	b := element("button", class)
	b.Set("type", "button")
	b.Set("textContent", label)
	on(b, "click", func(js.Value) { pressed() })
	return b
}

func element(tag, class string) js.Value {
	el := document().Call("createElement", tag)
	if class != "" {
		el.Set("className", class)
	}
	return el
}

func body() js.Value { return document().Get("body") }
