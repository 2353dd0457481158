//go:build !js

package fullstacktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

// Screen is a page of a site that came alive, in process: the server's document, and the program that has taken it over in
// go-app's own engine, with its OnInit, Render, OnMount, event handlers and updates. Pages, forms and functions, Browser's
// calls too, run on the site itself. Every method returns when everything that was started has ended; what ctx.After puts
// off is waited for as long as it takes.
//
// It is no browser. It knows no layout, style sheet, focus, mouse or keys, and of a browser's own validation only
// "required". Every link and form loads a document, as without the program. What the kit does in a browser alone
// (navigation within a document, history, offline, adopting what a person has touched) and what stands in _js.go files
// stays Chromium's to test; app.Window has nothing, as on a server. What the program asks of an element or an event and
// the fake does not have fails the test in words.
type Screen struct {
	t       testing.TB
	site    *fullstack.Site
	address *url.URL
	page    *Page // as the server sent it
	program *fullstack.Mounted
	nodes   map[fullstack.MountedElement]*node
	now     *Page // as it is now

	mutations []string
}

const mostHops = 8

// Open asks the site for a page, follows its redirects and starts the program on it, whatever its status is. A page
// for frames has no program: Get is for that.
func Open(t testing.TB, site *fullstack.Site, target string) *Screen {
	t.Helper()
	s := &Screen{t: t, site: site, address: &url.URL{Scheme: "https", Host: "example.com", Path: "/"}}
	s.open(target)
	return s
}

// Address is the path, query and fragment of the page on the screen.
func (s *Screen) Address() string {
	here := &url.URL{Path: s.address.Path, RawPath: s.address.RawPath, RawQuery: s.address.RawQuery, Fragment: s.address.Fragment}
	return here.String()
}

// Status is the HTTP status the page came with.
func (s *Screen) Status() int { return s.page.Status }

// Mutations is what the program's first drawing, before OnMount, changes in the server's page, in words: where, what, and
// both sides. It is empty for a View that is pure and needs nothing but what its data carries. The program draws in the
// same process a moment later, so a View that reads the day's date or the machine's time zone can still go unseen.
func (s *Screen) Mutations() []string { return s.mutations }

// Text is the text of the first match, white space folded.
func (s *Screen) Text(selector string) string { return s.now.Text(selector) }

// Attr is an attribute of the first match, "" if it has none.
func (s *Screen) Attr(selector, name string) string { return s.now.Attr(selector, name) }

// Has reports whether anything matches.
func (s *Screen) Has(selector string) bool { return s.now.Has(selector) }

// Value is what the field that matches first holds.
func (s *Screen) Value(selector string) string {
	s.t.Helper()
	return s.valueOf(s.find(selector))
}

// HTML is the page's part of the document.
func (s *Screen) HTML() string {
	out, err := goquery.OuterHtml(s.now.Find("#app").First())
	require.NoError(s.t, err)
	return out
}

func (s *Screen) open(target string) {
	s.t.Helper()
	s.load(func(address string) *http.Request { return httptest.NewRequest(http.MethodGet, address, nil) }, target)
}

// load goes where target leads, first with the request and then, if that redirects, with others.
func (s *Screen) load(request func(address string) *http.Request, target string) {
	s.t.Helper()
	for range mostHops {
		to, err := s.address.Parse(target)
		require.NoError(s.t, err)
		s.address = to
		r := request(to.RequestURI())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		page := Do(s.t, s.site, r)
		if target = page.Header.Get("Location"); target == "" {
			s.start(page)
			return
		}
		request = func(address string) *http.Request { return httptest.NewRequest(http.MethodGet, address, nil) }
	}
	s.t.Fatalf("%s leads in circles", s.address)
}

// start makes the document's program.
func (s *Screen) start(page *Page) {
	s.t.Helper()
	s.page, s.now, s.mutations, s.nodes = page, page, nil, map[fullstack.MountedElement]*node{}
	script := page.Find("#fullstack-data")
	if script.Length() == 0 || !page.Has("body > #app") {
		s.t.Fatalf("%s (%d) has no program: Get, Post and Do are for such pages", s.address, page.Status)
	}
	var err error
	s.program, err = s.site.Mount(script.Text(), inProcess{s.site}, func(e fullstack.MountedElement) app.Value { return s.node(e) })
	require.NoError(s.t, err, s.address)
	written := s.draw()
	if err := fullstack.CheckMarkup([]byte(written)); err != nil {
		s.mutations = append(s.mutations, err.Error())
	}
	s.mutations = append(s.mutations, differences(page.Find("#app").Nodes[0], s.now.Find("#app").Nodes[0])...)
	s.settle()
}

// settle waits until nothing is left to do and looks at the page again.
func (s *Screen) settle() {
	s.t.Helper()
	for more := true; more; more = s.program.Announce() {
		s.program.Settle()
		s.draw()
	}
}

// draw puts what is mounted in the place of the document's #app.
func (s *Screen) draw() (written string) {
	s.t.Helper()
	written, elements, err := s.program.Draw()
	require.NoError(s.t, err, s.address)
	parsed, err := goquery.NewDocumentFromReader(strings.NewReader(written))
	require.NoError(s.t, err)
	for _, n := range s.nodes {
		n.at = nil
	}
	for _, place := range parsed.Find("[" + fullstack.MountedAttribute + "]").EachIter() {
		i, err := strconv.Atoi(place.AttrOr(fullstack.MountedAttribute, ""))
		require.NoError(s.t, err)
		place.RemoveAttr(fullstack.MountedAttribute)
		n := s.node(elements[i])
		n.at = place.Nodes[0]
		n.reflect()
	}
	maps.DeleteFunc(s.nodes, func(_ fullstack.MountedElement, n *node) bool { return n.at == nil })
	for _, part := range parsed.Find("[" + fullstack.AdoptedAttribute + "]").EachIter() {
		of := s.page.Find(fmt.Sprintf("[data-static=%q]", part.AttrOr(fullstack.AdoptedAttribute, ""))).First()
		if of.Length() == 1 {
			replace(part.Nodes[0], clone(of.Nodes[0]))
		}
	}
	document := goquery.NewDocumentFromNode(clone(s.page.Nodes[0]))
	replace(document.Find("#app").Nodes[0], parsed.Find("#app").Nodes[0])
	s.now = &Page{Document: document, Status: s.page.Status, Header: s.page.Header, HTML: s.page.HTML}
	return written
}

// clone copies a tree; goquery's own copies lose the namespace of SVG.
func clone(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
	for child := range n.ChildNodes() {
		c.AppendChild(clone(child))
	}
	return c
}

func replace(old, with *html.Node) {
	if with.Parent != nil {
		with.Parent.RemoveChild(with)
	}
	old.Parent.InsertBefore(with, old)
	old.Parent.RemoveChild(old)
}

// find is the first match, which must be there.
func (s *Screen) find(selector string) *html.Node {
	s.t.Helper()
	found := s.now.Find(selector)
	if found.Length() == 0 {
		s.t.Fatalf("%s has no %s: %.2000s", s.address, selector, s.HTML())
	}
	return found.Nodes[0]
}

// inProcess carries Browser's calls to the site as the browser does.
type inProcess struct{ site http.Handler }

func (c inProcess) CallFunction(ctx context.Context, spec fullstack.Spec, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/fn/"+spec.Name, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Idempotency-Key", fullstack.KeyFrom(ctx))
	w := httptest.NewRecorder()
	c.site.ServeHTTP(w, r)
	if w.Code == http.StatusOK {
		return json.Unmarshal(w.Body.Bytes(), out)
	}
	var failed struct{ Fault *fault.Error }
	if err := json.Unmarshal(w.Body.Bytes(), &failed); err != nil || failed.Fault == nil {
		return fmt.Errorf("%s answered %d: %s", spec.Name, w.Code, w.Body)
	}
	return failed.Fault
}
