//go:build js

package fullstack

import "syscall/js"

// adopt prepares the browser for go-app's first mount. go-app builds its whole tree with document.createElement,
// setAttribute, appendChild and so on, and ends with body.replaceChild. js/hydrate.js puts itself in front of those
// methods for the time of the mount and answers each call with the node the server wrote at that place, so that a tree
// equal to the server's changes nothing: no mutation, and typed text, focus, scroll, opened details and playing media
// stay. It keeps a stack of the nodes being built, each with a cursor over its children; comments (the encoder's text
// separators) are skipped, up to two server-only nodes are looked past, what is left over is removed.
//
// Where the trees differ the program's wins: an element with another attribute than the server's loses those that the
// program does not give it, and one with another id, name or type was another element, whose state is not kept; counts and the first place are in window.fullstackHydration
// {adopted, fresh, text, attrs, removed, kept, first, failed, ms} and in one console line. An exception undoes the hooks
// and takes out what was not adopted yet, so that the mount ends natively on the same nodes.
//
// What a person typed, ticked, chose or opened before is kept, and told to the program by input and change events.
// What others put beside #app stays, also in front of it, where go-app would look for the prerendered page. adopt reports
// false when there is no prerendered #app to adopt.
func adopt() bool {
	hydrate := js.Global().Get("fullstackHydrate")
	return hydrate.Type() == js.TypeFunction && hydrate.Invoke().Bool()
}

// keepScroll stops go-app from scrolling to the URL's fragment after its first mount: the browser did that when the
// page was painted, and the person may have scrolled since. The returned function ends it.
func keepScroll() (end func()) {
	if js.Global().Get("location").Get("hash").String() == "" {
		return func() {}
	}
	element := js.Global().Get("Element").Get("prototype")
	was := element.Get("scrollIntoView")
	nothing := js.FuncOf(func(js.Value, []js.Value) any { return nil })
	element.Set("scrollIntoView", nothing)
	return func() {
		element.Set("scrollIntoView", was)
		nothing.Release()
	}
}
