package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack/fullstacktest"
)

// screen is a page that came alive, in Chromium or in process (fullstacktest.Screen): what a behaviour of a page needs of either.
type screen interface {
	Click(selector string)
	Fill(selector, text string)
	// shows waits until the first match has this text.
	shows(selector, text string)
	// at waits until the address is this.
	at(address string)
	Value(selector string) string
	Has(selector string) bool
	Mutations() []string
}

// behaviours are what the fixture's pages do wherever their program runs.
var behaviours = map[string]struct {
	page string
	test func(t *testing.T, s screen, svc *service)
}{
	"the counter counts clicks": {"/", func(_ *testing.T, s screen, _ *service) {
		s.shows("#count", "0")
		s.Click("#count")
		s.Click("#count")
		s.shows("#count", "2")
	}},
	"the echo follows what is typed": {"/", func(t *testing.T, s screen, _ *service) {
		s.Fill("#echo", "hello <b>")
		s.shows("#echoed", "hello <b>")
		s.Fill("#echo", "bye")
		s.shows("#echoed", "bye")
		require.Equal(t, "bye", s.Value("#echo"))
	}},
	"a component hears that it is mounted": {"/overlays", func(_ *testing.T, s screen, _ *service) {
		s.shows("#life", "mounted")
	}},
	"a dialog opens and closes": {"/overlays", func(t *testing.T, s screen, _ *service) {
		require.False(t, s.Has("#dialog[open]"))
		s.Click("#ask")
		s.shows("#dialog[open] h2", "Really?")
		s.Click("#dialog button")
		s.shows("#dialog:not([open]) h2", "Really?")
		s.Click("#ask")
		s.shows("#dialog[open] h2", "Really?")
	}},
	"a refused form keeps what was typed, and goes through once": {"/item/one", func(t *testing.T, s screen, svc *service) {
		s.Fill("#sign-note", "hello <b>")
		s.Fill("#sign-colour", "grey")
		s.Click("#likes-tea")
		s.Click("#send")
		s.shows("#sign-name-error", "Please enter your name.")
		s.shows("#colour-error", "! Grey is not a colour.")
		require.Equal(t, "hello <b>", s.Value("#sign-note"))
		require.Equal(t, "grey", s.Value("#sign-colour"))
		require.True(t, s.Has("#sign-fault:not([hidden])"))
		require.Empty(t, svc.keys)

		s.Fill("#sign-name", "Ada")
		s.Fill("#sign-colour", "red")
		s.Click("#send")
		s.at("/item/one?signed=true")
		s.shows("#thanks", "Thank you.")
		s.shows("#signatures", "2")
		require.Empty(t, s.Value("#sign-name"), "the form is fresh")
		require.Len(t, svc.keys, 1)
	}},
	"a link leads to its page": {"/", func(_ *testing.T, s screen, _ *service) {
		s.Click("#to-one")
		s.at("/item/one")
		s.shows("h1", "Item one")
		s.Click("#to-below")
		s.at("/item/one#below")
		s.Click("#home")
		s.at("/")
		s.shows("h1", "Items")
	}},
	"a search form makes its address": {"/", func(t *testing.T, s screen, _ *service) {
		s.Fill("#q", "one")
		s.Click("#search button")
		s.at("/?q=one")
		s.shows("#searched", "for one")
		require.Equal(t, "one", s.Value("#q"))
		s.shows("#list a", "Item one")
	}},
}

// pagesOfTheFixture are all that a program takes over.
var pagesOfTheFixture = []string{"/", "/?q=one", "/item/one", "/item/one?signed=true", "/mine", "/parts", "/overlays", "/item/missing", "/nothing/here", "/offline"}

func TestBehavioursInProcess(t *testing.T) {
	t.Parallel()
	for name, b := range behaviours {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			svc := newService()
			b.test(t, inProcess{fullstacktest.Open(t, fixtureWith(t, svc, "", nil), b.page), t}, svc)
		})
	}
	for _, page := range pagesOfTheFixture {
		t.Run("hydration changes nothing on "+page, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, fullstacktest.Open(t, fixtureWith(t, newService(), "", nil), page).Mutations())
		})
	}
	t.Run("a page that differs is noticed", func(t *testing.T) {
		t.Parallel()
		require.NotEmpty(t, fullstacktest.Open(t, fixtureWith(t, newService(), "", nil), "/differs").Mutations())
	})
}

func TestBehavioursInChromium(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, page string) (screen, *service) {
		site, svc := fixtureSite(t, full)
		b := newTab(t, full)
		b.visitAlive(site.URL + page)
		return inChromium{b, site.URL}, svc
	}
	for name, b := range behaviours {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, svc := open(t, b.page)
			b.test(t, s, svc)
		})
	}
	for _, page := range pagesOfTheFixture {
		t.Run("hydration changes nothing on "+page, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t, page)
			require.Empty(t, s.Mutations())
		})
	}
	t.Run("a page that differs is noticed", func(t *testing.T) {
		t.Parallel()
		s, _ := open(t, "/differs")
		require.NotEmpty(t, s.Mutations())
	})
}

// inProcess has nothing to wait for.
type inProcess struct {
	*fullstacktest.Screen
	t *testing.T
}

func (s inProcess) shows(selector, text string) {
	s.t.Helper()
	require.Equal(s.t, text, s.Text(selector), selector)
}

func (s inProcess) at(address string) {
	s.t.Helper()
	require.Equal(s.t, address, s.Address())
}

type inChromium struct {
	*tab
	origin string
}

func (s inChromium) Click(selector string) { s.t.Helper(); s.click(selector) }

// Fill types over what a field holds; a select's list is no part of the page.
func (s inChromium) Fill(selector, text string) {
	s.t.Helper()
	if eval[bool](s.tab, `(() => { const e = document.querySelector(`+quote(selector)+`); if (e.localName !== "select") { e.select(); return false; }
		e.value = `+quote(text)+`; for (const name of ["input", "change"]) e.dispatchEvent(new Event(name, { bubbles: true })); return true; })()`) {
		return
	}
	s.fill(selector, text)
}

func (s inChromium) shows(selector, text string) {
	s.t.Helper()
	s.until("document.querySelector(" + quote(selector) + ")?.textContent === " + quote(text))
}

func (s inChromium) at(address string) {
	s.t.Helper()
	s.until("location.href === " + quote(s.origin+address))
}

func (s inChromium) Value(selector string) string { s.t.Helper(); return s.value(selector) }

func (s inChromium) Has(selector string) bool {
	s.t.Helper()
	return eval[bool](s.tab, "!!document.querySelector("+quote(selector)+")")
}

func (s inChromium) Mutations() []string {
	s.t.Helper()
	return eval[[]string](s.tab, "window.atHydration")
}
