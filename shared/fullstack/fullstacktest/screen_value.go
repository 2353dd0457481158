//go:build !js

package fullstacktest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"golang.org/x/net/html"

	"groundswell/shared/fullstack"
)

// fake is a JavaScript value that has nothing: whoever asks it for something fails the test. Inside it is go-app's value of a
// server, for the private methods the engine calls.
type fake struct {
	app.Value
	s    *Screen
	name string
}

func (f fake) missing(what string) app.Value {
	f.s.t.Helper()
	f.s.t.Errorf("%s: fullstacktest has no %s of %s: this is for Chromium to test", f.s.address, what, f.name)
	return f.s.scalar(nil)
}

func (f fake) Bool() bool                        { return f.missing("Bool") == nil }
func (f fake) Call(m string, _ ...any) app.Value { return f.missing("method " + m) }
func (f fake) Delete(p string)                   { f.missing("Delete of " + p) }
func (f fake) Equal(app.Value) bool              { return f.missing("Equal") == nil }
func (f fake) Float() float64                    { f.missing("Float"); return 0 }
func (f fake) Get(p string) app.Value            { return f.missing("property " + p) }
func (f fake) Index(i int) app.Value             { return f.missing("index " + strconv.Itoa(i)) }
func (f fake) InstanceOf(app.Value) bool         { return f.missing("InstanceOf") == nil }
func (f fake) Int() int                          { f.missing("Int"); return 0 }
func (f fake) Invoke(...any) app.Value           { return f.missing("Invoke") }
func (f fake) IsNaN() bool                       { return false }
func (f fake) IsNull() bool                      { return false }
func (f fake) IsUndefined() bool                 { return false }
func (f fake) JSValue() app.Value                { return f.missing("JSValue") }
func (f fake) Length() int                       { f.missing("Length"); return 0 }
func (f fake) New(...any) app.Value              { return f.missing("New") }
func (f fake) Set(p string, _ any)               { f.missing("property " + p + " to set") }
func (f fake) SetIndex(i int, _ any)             { f.missing("index " + strconv.Itoa(i) + " to set") }
func (f fake) String() string                    { f.missing("String"); return "" }
func (f fake) Then(func(app.Value))              { f.missing("Then") }
func (f fake) Truthy() bool                      { return true }
func (f fake) Type() app.Type                    { return app.TypeObject }

// scalar is a string, a number, a truth value or null.
type scalar struct {
	fake
	v any
}

func (s *Screen) scalar(v any) app.Value {
	return scalar{fake{app.Null(), s, fmt.Sprintf("the value %v", v)}, v}
}

func (v scalar) IsNull() bool       { return v.v == nil }
func (v scalar) JSValue() app.Value { return v }

func (v scalar) Truthy() bool { return v.v != nil && v.v != "" && v.v != false && v.v != 0 }

func (v scalar) Bool() bool {
	if b, ok := v.v.(bool); ok {
		return b
	}
	return v.fake.Bool()
}

func (v scalar) String() string {
	if s, ok := v.v.(string); ok {
		return s
	}
	return v.fake.String()
}

func (v scalar) Type() app.Type {
	switch v.v.(type) {
	case nil:
		return app.TypeNull
	case bool:
		return app.TypeBoolean
	case string:
		return app.TypeString
	}
	return v.missing("Type").Type()
}

// node is an element of the program: what handlers find as Context.JSSrc and an event's target. It keeps what an element has
// beside its attributes: what was typed, ticked and opened.
type node struct {
	fake
	element       fullstack.MountedElement
	at            *html.Node // where it stands now
	value         *string
	checked, open *bool
	removed       []string // attributes that go-app said it would leave out
}

func (s *Screen) node(e fullstack.MountedElement) *node {
	n := s.nodes[e]
	if n == nil {
		n = &node{fake: fake{app.Null(), s, "an element"}, element: e}
		s.nodes[e] = n
	}
	return n
}

// nodeOf is the node that stands at a place; nil where raw HTML does.
func (s *Screen) nodeOf(at *html.Node) *node {
	for _, n := range s.nodes {
		if n.at == at && at != nil {
			return n
		}
	}
	return nil
}

// stateOf is the node at a place, for its state; raw HTML has none here.
func (s *Screen) stateOf(at *html.Node) *node {
	s.t.Helper()
	n := s.nodeOf(at)
	if n == nil {
		s.t.Fatalf("%s: <%s> is in raw HTML, whose state fullstacktest does not keep: this is for Chromium to test", s.address, name(at))
	}
	return n
}

// reflect makes the element's place look like its state, where attributes do in a browser.
func (n *node) reflect() {
	n.name = "<" + name(n.at) + ">"
	for _, attr := range n.removed {
		if _, still := n.element.Attr(attr); still {
			n.missing("removal of attribute " + attr)
		}
	}
	n.removed = nil
	if n.open != nil {
		sel := goquery.NewDocumentFromNode(n.at).Selection.RemoveAttr("open")
		if *n.open {
			sel.SetAttr("open", "")
		}
	}
}

func (n *node) JSValue() app.Value { return n }

// Get knows the properties that handlers read.
func (n *node) Get(p string) app.Value {
	switch p {
	case "value":
		if slices.Contains([]string{"input", "textarea", "select", "option", "button"}, n.at.Data) {
			return n.s.scalar(n.s.valueOf(n.at))
		}
	case "checked":
		return n.s.scalar(n.s.ticked(n.at))
	case "open":
		return n.s.scalar(has(n.at, "open"))
	case "disabled":
		return n.s.scalar(has(n.at, p))
	case "id", "name", "className":
		return n.s.scalar(attr(n.at, map[string]string{"className": "class"}[p]+strings.TrimPrefix(p, "className")))
	case "tagName", "nodeName":
		return n.s.scalar(strings.ToUpper(n.at.Data))
	case "textContent":
		return n.s.scalar(goquery.NewDocumentFromNode(n.at).Text())
	}
	return n.fake.Get(p)
}

// Set takes what go-app sets, and what a handler may: value, checked and open.
func (n *node) Set(p string, x any) {
	on, isBool := x.(bool)
	text, isText := x.(string)
	switch {
	case p == "value" && isText:
		n.value = &text
	case p == "checked" && isBool:
		n.checked = &on
	case p == "open" && isBool:
		n.open = &on
	case isBool && n.gave(strings.ToLower(p), strconv.FormatBool(on)), isText && n.gave(strings.ToLower(p), text):
		if choice := n.s.nodeOf(closest(n.at, "select")); p == "selected" && choice != nil {
			choice.value = nil
		}
	default:
		n.fake.Set(p, x)
	}
}

// gave reports whether the program's tree has the attribute with that value: then it is go-app that passes it on.
func (n *node) gave(name, value string) bool {
	v, ok := n.element.Attr(name)
	return ok && v == value || value == "false" && (!ok || v == "")
}

// Call knows go-app's own methods, those of dialogs, and a few to look around. Focus is Chromium's to test.
func (n *node) Call(method string, args ...any) app.Value {
	first := func() string {
		if len(args) == 0 {
			return ""
		}
		s, _ := args[0].(string)
		return s
	}()
	switch method {
	case "setAttribute":
		if value, ok := args[len(args)-1].(string); ok && len(args) == 2 && n.gave(first, value) {
			return n.s.scalar(nil)
		}
	case "removeAttribute":
		if n.removed = append(n.removed, first); first == "open" {
			n.open = nil
		}
		return n.s.scalar(nil)
	case "getAttribute":
		if !has(n.at, first) {
			return n.s.scalar(nil)
		}
		return n.s.scalar(attr(n.at, first))
	case "hasAttribute":
		return n.s.scalar(has(n.at, first))
	case "closest":
		if found := closest(n.at, first); found != nil {
			return n.s.value(found)
		}
		return n.s.scalar(nil)
	case "focus":
		return n.s.scalar(nil)
	case "showModal", "show", "close":
		if n.at.Data == "dialog" {
			n.show(method != "close")
			return n.s.scalar(nil)
		}
	}
	return n.fake.Call(method, args...)
}

// show opens and closes a dialog.
func (n *node) show(on bool) {
	was := has(n.at, "open")
	n.open = &on
	n.reflect()
	if was && !on {
		e := &event{fake: fake{app.Null(), n.s, "the event close"}, of: "close", target: n.at}
		n.s.program.Fire(n.element, "close", e, func() bool { return true })
	}
}

// value is a place as handlers see it.
func (s *Screen) value(at *html.Node) app.Value {
	if n := s.nodeOf(at); n != nil {
		return n
	}
	return fake{app.Null(), s, "<" + name(at) + "> in raw HTML"}
}

// event is what a handler is given.
type event struct {
	fake
	of        string
	target    *html.Node
	submitter *html.Node
	prevented bool
	stopped   bool
}

func (e *event) JSValue() app.Value { return e }

// Get knows the properties that do not depend on a mouse or a keyboard.
func (e *event) Get(p string) app.Value {
	switch p {
	case "type":
		return e.s.scalar(e.of)
	case "target":
		return e.s.value(e.target)
	case "defaultPrevented":
		return e.s.scalar(e.prevented)
	case "submitter":
		if e.submitter == nil {
			return e.s.scalar(nil)
		}
		return e.s.value(e.submitter)
	}
	return e.fake.Get(p)
}

// Call knows how to stop an event.
func (e *event) Call(method string, args ...any) app.Value {
	switch method {
	case "preventDefault":
		e.prevented = true
	case "stopPropagation", "stopImmediatePropagation":
		e.stopped = true
	default:
		return e.fake.Call(method, args...)
	}
	return e.s.scalar(nil)
}

func has(n *html.Node, attr string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == attr && a.Namespace == "" })
}

func attr(n *html.Node, name string) string { return attributes(n)[name] }

// closest is the element or the nearest around it that matches; nil if none does.
func closest(n *html.Node, selector string) *html.Node {
	if found := goquery.NewDocumentFromNode(n).Selection.Closest(selector); found.Length() > 0 {
		return found.Nodes[0]
	}
	return nil
}
