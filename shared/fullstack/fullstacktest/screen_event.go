//go:build !js

package fullstacktest

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"golang.org/x/net/html"
)

// Click clicks the first match, which must be shown and enabled: its handlers and those around it run, then what a
// browser does with a link, a submit button, a checkbox, a label or a summary, unless a handler prevented it. A link must
// lead to this site.
func (s *Screen) Click(selector string) {
	s.t.Helper()
	s.click(s.find(selector))
}

func (s *Screen) click(at *html.Node) {
	s.t.Helper()
	if hidden(at) {
		s.t.Fatalf("%s: <%s> is not shown", s.address, name(at))
	}
	if disabled(at) {
		s.t.Fatalf("%s: <%s> is disabled", s.address, name(at))
	}
	back := s.tick(at)
	now, ok := s.fire(&event{of: "click", target: at}, true)
	switch {
	case !ok && back != nil:
		back()
	case !ok || now == nil:
	case back != nil:
		if now, _ = s.fire(&event{of: "input", target: now}, true); now != nil {
			s.fire(&event{of: "change", target: now}, true)
		}
	default:
		s.activate(now)
	}
}

// tick ticks a checkbox or radio button, before the handlers run; back undoes it and is nil for everything else.
func (s *Screen) tick(at *html.Node) (back func()) {
	s.t.Helper()
	kind := attr(at, "type")
	if at.Data != "input" || kind != "checkbox" && kind != "radio" {
		return nil
	}
	boxes := []*node{s.stateOf(at)}
	if kind == "radio" {
		for other := range s.fields(s.formOf(at)) {
			if other != at && attr(other, "type") == "radio" && attr(other, "name") == attr(at, "name") {
				boxes = append(boxes, s.stateOf(other))
			}
		}
	}
	undo := make([]*bool, len(boxes))
	for i, box := range boxes {
		on := i == 0 && (kind == "radio" || !s.ticked(at))
		undo[i], box.checked = box.checked, &on
	}
	return func() {
		for i, box := range boxes {
			box.checked = undo[i]
		}
	}
}

// Fill puts text in place of what a field holds, or chooses the option of a select with that value, and leaves the field: its
// handlers hear input once, then change.
func (s *Screen) Fill(selector, text string) {
	s.t.Helper()
	at := s.find(selector)
	n := s.stateOf(at)
	kind := attr(at, "type")
	switch {
	case hidden(at), disabled(at), has(at, "readonly"):
		s.t.Fatalf("%s: %s cannot be filled in: it is hidden, disabled or read-only", s.address, selector)
	case at.Data == "select":
		if !slices.ContainsFunc(options(at), func(o *html.Node) bool { return optionValue(o) == text && !disabled(o) }) {
			s.t.Fatalf("%s: %s has no option %q", s.address, selector, text)
		}
	case at.Data == "textarea", at.Data == "input" && !slices.Contains([]string{"checkbox", "radio", "file", "hidden", "submit", "button", "reset", "image"}, kind):
	default:
		s.t.Fatalf("%s: <%s> is no field for text", s.address, name(at))
	}
	for _, key := range []string{"keydown", "keypress", "keyup", "beforeinput"} {
		if n.element.Hears(key) {
			n.missing("event " + key)
		}
	}
	n.value = &text
	if now, _ := s.fire(&event{of: "input", target: at}, true); now != nil {
		s.fire(&event{of: "change", target: now}, true)
	}
}

// fire lets an event bubble from its target up. It returns the target as it is afterwards, nil when it is gone, and
// whether the browser may go on.
func (s *Screen) fire(e *event, bubbles bool) (now *html.Node, ok bool) {
	s.t.Helper()
	e.fake = fake{app.Null(), s, "the event " + e.of}
	target := s.nodeOf(e.target)
	for at := e.target; at != nil; at = at.Parent {
		if n := s.nodeOf(at); n != nil {
			s.program.Fire(n.element, e.of, e, func() bool { return !e.stopped })
		}
		if !bubbles {
			break
		}
	}
	s.settle()
	if target != nil {
		return target.at, !e.prevented
	}
	return e.target, !e.prevented
}

// activate does what a click does by itself, to the element or the nearest around it that does something.
func (s *Screen) activate(at *html.Node) {
	s.t.Helper()
	switch at = closest(at, "a[href], button, input, label, summary"); {
	case at == nil:
	case at.Data == "a":
		s.follow(at)
	case at.Data == "label":
		s.label(at)
	case at.Data == "summary":
		details := s.stateOf(at.Parent)
		open := !has(at.Parent, "open")
		details.open = &open
		details.reflect()
		s.fire(&event{of: "toggle", target: at.Parent}, false)
	case attr(at, "type") == "submit", at.Data == "button" && !has(at, "type"):
		if form := s.formOf(at); form != nil {
			s.submit(form, at)
		}
	case attr(at, "type") == "reset", attr(at, "type") == "image":
		s.t.Fatalf("%s: fullstacktest does not know what <%s type=%q> does", s.address, at.Data, attr(at, "type"))
	}
}

// follow opens a link.
func (s *Screen) follow(a *html.Node) {
	s.t.Helper()
	to, err := s.address.Parse(attr(a, "href"))
	switch {
	case err != nil, to.Host != s.address.Host, to.Scheme != s.address.Scheme, has(a, "download"), has(a, "target") && attr(a, "target") != "_self":
		s.t.Fatalf("%s: the link to %q leads out of this page's window or site", s.address, attr(a, "href"))
	case has(a, "href") && to.Fragment != "" && to.RequestURI() == s.address.RequestURI():
		s.address = to
	default:
		s.open(attr(a, "href"))
	}
}

// label clicks what a label is for, if that can be ticked.
func (s *Screen) label(at *html.Node) {
	s.t.Helper()
	within := goquery.NewDocumentFromNode(at).Selection.Find("input")
	if of := attr(at, "for"); of != "" {
		within = s.now.Find("input").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.AttrOr("id", "") == of })
	}
	if kind := within.First().AttrOr("type", ""); kind == "checkbox" || kind == "radio" {
		s.click(within.Nodes[0])
	}
}

// submit sends a form: a GET form to the address it makes, without its empty fields, as the program does; another natively.
func (s *Screen) submit(form, button *html.Node) {
	s.t.Helper()
	if !has(form, "novalidate") && !has(button, "formnovalidate") {
		s.required(form)
	}
	formNode, buttonNode := s.nodeOf(form), s.nodeOf(button)
	if _, ok := s.fire(&event{of: "submit", target: form, submitter: button}, true); !ok {
		return
	}
	if formNode != nil {
		form = formNode.at
	}
	if buttonNode != nil && buttonNode.at != nil {
		button = buttonNode.at
	}
	if form == nil {
		return
	}
	values := s.filled(form, button)
	to, err := s.address.Parse(cmp.Or(attr(button, "formaction"), attr(form, "action")))
	if err != nil || to.Host != s.address.Host || has(form, "target") {
		s.t.Fatalf("%s: the form is sent to %q, out of this page's window or site", s.address, to)
	}
	to.Fragment = ""
	if strings.EqualFold(cmp.Or(attr(button, "formmethod"), attr(form, "method")), "post") {
		s.load(func(address string) *http.Request {
			r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return r
		}, to.String())
		return
	}
	for name, all := range values {
		if all = slices.DeleteFunc(all, func(v string) bool { return v == "" }); len(all) == 0 || strings.HasPrefix(name, "_") {
			delete(values, name)
		} else {
			values[name] = all
		}
	}
	to.RawQuery = values.Encode()
	s.open(to.String())
}

// required fails the test where a browser would hold the form back.
func (s *Screen) required(form *html.Node) {
	s.t.Helper()
	for at := range s.fields(form) {
		kind := attr(at, "type")
		if !has(at, "required") || disabled(at) || kind == "radio" {
			continue
		}
		if kind == "checkbox" && !s.ticked(at) || kind != "checkbox" && s.valueOf(at) == "" {
			s.t.Fatalf("%s: a browser does not send the form: <%s name=%q> is required", s.address, name(at), attr(at, "name"))
		}
	}
}

// filled is what a form sends.
func (s *Screen) filled(form, button *html.Node) url.Values {
	s.t.Helper()
	values := url.Values{}
	for at := range s.fields(form) {
		field, kind := attr(at, "name"), attr(at, "type")
		switch {
		case field == "" || disabled(at):
		case at.Data == "button" || kind == "submit" || kind == "button" || kind == "reset" || kind == "image":
			if at == button {
				values.Add(field, attr(at, "value"))
			}
		case kind == "file":
			s.t.Fatalf("%s: fullstacktest sends no files: %q is for Chromium to test", s.address, field)
		case kind == "checkbox" || kind == "radio":
			if s.ticked(at) {
				values.Add(field, s.valueOf(at))
			}
		case at.Data == "select" && has(at, "multiple"):
			s.t.Fatalf("%s: fullstacktest does not know several choices: %q is for Chromium to test", s.address, field)
		case at.Data == "select" && len(options(at)) == 0:
		default:
			values.Add(field, s.valueOf(at))
		}
	}
	return values
}
