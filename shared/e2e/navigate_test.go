package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// sameDocument marks the document, so that a test can tell whether it was replaced.
const sameDocument = `window.marked = true`

func TestNavigationIsANewPageWithoutANewDocument(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	eval[any](b, sameDocument)
	eval[any](b, `scrollTo(0, 1500)`)
	b.click("#to-two")
	b.at("/item/two")
	b.until(`document.querySelector("h1").textContent === "Item two"`)
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 1`)
	require.True(t, eval[bool](b, `window.marked`), "the document was replaced")
	require.Equal(t, "Item two · Fixture", eval[string](b, "document.title"))
	require.Equal(t, "h1", b.focused())
	require.Zero(t, eval[float64](b, "scrollY"))
	require.Equal(t, "Item two · Fixture", b.text(".fullstack-live"))
	require.Equal(t, "About Item two", eval[string](b, `document.querySelector("meta[name=description]").content`))
	require.JSONEq(t, `{"name":"Item two"}`, b.text(`script[type="application/ld+json"]`))
	require.Equal(t, "https://fixture.example.org/item/two", eval[string](b, `document.querySelector("link[rel=canonical]").href`))

	b.do(chromedp.NavigateBack())
	b.until(`document.querySelector("h1").textContent === "Items" && location.pathname === "/"`)
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 2`)
	require.InDelta(t, 1500, eval[float64](b, "scrollY"), 400)
	require.Equal(t, "Home · Fixture", eval[string](b, "document.title"))
	b.do(chromedp.NavigateForward())
	b.until(`document.querySelector("h1").textContent === "Item two"`)
	require.True(t, eval[bool](b, `window.marked`))
}

func TestASearchFormIsANavigation(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	eval[any](b, sameDocument)
	b.fill("#q", "one\r")
	b.at("/?q=one")
	b.until(`document.querySelector("#searched")?.textContent === "for one"`)
	require.Equal(t, "one", b.value("#q"))
	require.True(t, eval[bool](b, `window.marked`))
}

func TestWhatIsNotAPageIsLeftToTheBrowser(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/item/one")
	eval[any](b, sameDocument)
	eval[any](b, `document.querySelector("#to-below").click()`) // a fragment, from the top
	b.at("/item/one#below")
	b.until("scrollY > 1000")
	b.do(chromedp.NavigateBack())
	b.until(`!location.hash && scrollY < 100`)
	require.True(t, eval[bool](b, `window.marked`))
	b.click("#home")
	b.until(`document.querySelector("h1").textContent === "Items"`)
	require.True(t, eval[bool](b, `window.marked`))
	b.click("#native") // data-native
	b.at("/differs")
	b.until(`!window.marked`)
}

func TestRedirectsAreFollowed(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	eval[any](b, `document.querySelector("#to-one").setAttribute("href", "/item/moved")`)
	b.click("#to-one")
	b.at("/item/one")
	b.until(`document.querySelector("h1").textContent === "Item one"`)
}

func TestAMissingPageIsTheDesignedOne(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	eval[any](b, `document.querySelector("#to-one").setAttribute("href", "/item/missing")`)
	b.click("#to-one")
	b.at("/item/missing")
	b.until(`document.querySelector("#why")?.textContent === "There is no such item."`)
	require.Equal(t, "Page not found · Fixture", eval[string](b, "document.title"))
	require.Equal(t, "noindex", eval[string](b, `document.querySelector("meta[name=robots]").content`))
	b.click("#home")
	b.until(`document.querySelector("h1").textContent === "Items"`)
	require.False(t, eval[bool](b, `!!document.querySelector("meta[name=robots]")`))
}

func TestASlowPageShowsThatItLoadsAndTheLastClickWins(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	open := site.hold("/fn/demo.get")
	b.click("#to-one")
	b.until(`document.querySelector(".fullstack-loading") && document.querySelector("#app").getAttribute("aria-busy") === "true"`)
	require.Equal(t, "Items", b.text("h1"), "the old page stays")
	b.fill("#q", "two\r") // goes elsewhere meanwhile
	b.at("/?q=two")
	open()
	b.until(`document.querySelector("#searched") && !document.querySelector(".fullstack-loading")`)
	require.Equal(t, "for two", b.text("#searched"))
	require.False(t, eval[bool](b, `document.querySelector("#app").hasAttribute("aria-busy")`))
}

func TestAFailedNavigationCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	site, svc := fixtureSite(t, full)
	svc.set(func(s *service) { s.busy = true })
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	b.click("#to-one")
	b.until(`document.querySelector(".fullstack-failure p")?.textContent === "The items are away."`)
	require.Equal(t, "Items", b.text("h1"))
	require.Equal(t, 3, site.asked("GET /fn/demo.get"), "a query is tried three times")
	svc.set(func(s *service) { s.busy = false })
	b.click(".fullstack-retry")
	b.at("/item/one")
	b.until(`document.querySelector("h1").textContent === "Item one" && !document.querySelector(".fullstack-failure")`)
}

func TestAClickBeforeTheProgramIsNotLost(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	site.hold(".wasm")
	b := newTab(t, full)
	b.visit(site.URL + "/")
	b.click("#to-one")
	b.at("/item/one")
	b.until(`document.querySelector("h1")?.textContent === "Item one"`) // the address is there before the document
	require.Positive(t, site.asked("GET /item/one"))
}

func TestAPageWithoutItsProgramWorks(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, _ := fixtureSite(t, m)
			b := newTab(t, m)
			b.visit(site.URL + "/")
			b.fill("#q", "two\r")
			b.until(`location.search.includes("q=two")`)
			b.until(`document.querySelector("#searched")?.textContent === "for two"`)
			b.click("#to-two")
			b.at("/item/two")
			if m == wasmBlocked {
				require.Eventually(t, func() bool { return strings.Contains(b.said(), "staying native") }, patience, 20*time.Millisecond)
			}
		})
	}
}

func TestAProgramThatDiesLeavesAPageThatWorks(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full, `addEventListener("DOMContentLoaded", () => { document.getElementById("fullstack-data").textContent = "not json"; });`)
	b.visit(site.URL + "/")
	require.Eventually(t, func() bool { return strings.Contains(b.said(), "the program ended") }, patience, 20*time.Millisecond)
	b.click("#to-one")
	b.at("/item/one")
	require.Equal(t, "Item one", b.text("h1"))
}

func TestNavigationByKeyboard(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	eval[any](b, sameDocument)
	eval[any](b, `document.querySelector("#to-one").focus()`)
	b.press("\r")
	b.at("/item/one")
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 1`)
	require.Equal(t, "h1", b.focused())
	b.press("\t") // on from the heading, not from the top of the document
	require.Equal(t, "sign-name", b.focused())
	require.False(t, eval[bool](b, `document.querySelector("h1").hasAttribute("tabindex")`))
	b.press("Ada\r")
	b.at("/item/one?signed=true")
	b.until(`document.querySelector("#thanks")`)
	require.True(t, eval[bool](b, `window.marked`))
}
