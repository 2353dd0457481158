package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// workerReady waits until the service worker is in charge and has kept the page.
func workerReady(b *tab, path string) {
	b.t.Helper()
	b.until(`navigator.serviceWorker.controller`)
	kept(b, path)
}

// kept waits until the worker holds a page.
func kept(b *tab, path string) {
	b.t.Helper()
	b.untilAnswer(`caches.open("pages").then((c) => c.match(` + quote(path) + `)).then((r) => !!r)`)
}

func TestVisitedPagesOpenOffline(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	b.click("#to-one") // by the program, without a document
	b.at("/item/one")
	b.until(`document.querySelector("h1").textContent === "Item one"`)
	kept(b, "/item/one")

	site.down.Store(true)
	b.visitAlive(site.URL + "/")
	require.Equal(t, "Items", b.text("h1"))
	b.click("#count")
	b.until(`document.querySelector("#count").textContent === "1"`)
	b.click("#to-one")
	b.until(`document.querySelector("h1")?.textContent === "Item one"`)
	b.visit(site.URL + "/item/two")
	b.until(`document.querySelector("h1")?.textContent === "No connection"`)
	require.Equal(t, site.URL+"/item/two", b.address())

	site.down.Store(false)
	b.visitAlive(site.URL + "/item/two")
	require.Equal(t, "Item two", b.text("h1"))
}

func TestTheWorkerKeepsNothingPrivate(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	b.visitAlive(site.URL + "/item/missing") // 404
	b.visitAlive(site.URL + "/item/one")
	kept(b, "/item/one")
	urls := eval[[]string](b, `(async () => { const all = []; for (const n of await caches.keys()) for (const r of await (await caches.open(n)).keys()) all.push(new URL(r.url).pathname); return all; })()`)
	require.NotEmpty(t, urls)
	for _, u := range urls {
		require.NotContains(t, u, "/fn/")
		require.NotContains(t, u, "missing")
	}
	eval[any](b, `navigator.serviceWorker.controller.postMessage({ type: "clear" })`)
	b.untilAnswer(`caches.has("pages").then((has) => !has)`)
}

// TestAnUpdateNeverMixesReleases deploys release B while a page of release A is open.
func TestAnUpdateNeverMixesReleases(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	first := eval[string](b, `document.querySelector("#fullstack-loader").dataset.release`)

	site.deploy(t, ".tall{height:2999px}")
	b.visitAlive(site.URL + "/item/one") // network first: the new release's page with the new release's files
	second := eval[string](b, `document.querySelector("#fullstack-loader").dataset.release`)
	require.NotEqual(t, first, second)
	require.Equal(t, "2999px", eval[string](b, `getComputedStyle(document.querySelector(".tall")).height`))
	b.untilAnswer(`navigator.serviceWorker.getRegistration().then((r) => r.waiting || (r.active && !r.installing && !r.waiting))`)
	kept(b, "/item/one")

	site.down.Store(true)
	b.visitAlive(site.URL + "/") // kept from the first release, with the first release's files
	require.Equal(t, first, eval[string](b, `document.querySelector("#fullstack-loader").dataset.release`))
	require.Equal(t, "3000px", eval[string](b, `getComputedStyle(document.querySelector(".tall")).height`))
	b.click("#count")
	b.until(`document.querySelector("#count").textContent === "1"`)
	b.visitAlive(site.URL + "/item/one")
	require.Equal(t, second, eval[string](b, `document.querySelector("#fullstack-loader").dataset.release`))
	require.Equal(t, "2999px", eval[string](b, `getComputedStyle(document.querySelector(".tall")).height`))
}

// Beside another release the offline page may come from that one: it is kept with that one's files.
func TestTheOfflinePageOfAnotherReleaseIsWhole(t *testing.T) {
	t.Parallel()
	browser(t)
	other, ours := fixtureRelease(t, newService(), "h1{height:77px}"), fixtureRelease(t, newService(), ".tall{height:3000px}")
	page := httptest.NewRecorder()
	other.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/offline", nil))
	theirs := staticFile.FindAllString(page.Body.String(), -1)
	require.NotEmpty(t, theirs)
	site := newFront(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/offline" || slices.Contains(theirs, r.URL.Path) {
			other.ServeHTTP(w, r)
			return
		}
		ours.ServeHTTP(w, r)
	}), full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	site.down.Store(true)
	b.visit(site.URL + "/item/two")
	b.until(`document.querySelector("h1")?.textContent === "No connection"`)
	require.Equal(t, "77px", eval[string](b, `getComputedStyle(document.querySelector("h1")).height`))
}

// What people write on a page names no files: it neither makes the worker ask for them nor keeps the page from being kept.
func TestTheWorkerFetchesNothingThatATextNames(t *testing.T) {
	t.Parallel()
	browser(t)
	const name = "/static/none.0123456789ab.js"
	ours := fixtureRelease(t, newService(), ".tall{height:3000px}")
	var asked atomic.Bool
	site := newFront(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == name {
			asked.Store(true)
		}
		ours.ServeHTTP(w, r)
	}), full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	item := "/item/" + url.PathEscape(`see ="`+name)
	b.visitAlive(site.URL + item)
	require.Contains(t, b.text("h1"), name)
	kept(b, item)
	require.False(t, asked.Load())
}

// Neither a preload nor the service worker makes a visitor download anything twice.
func TestEachFileIsDownloadedOnce(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	b.visitAlive(site.URL + "/item/one")
	kept(b, "/item/one")
	for _, name := range []string{".wasm", ".css", "loader.", "hydrate.", "wasm_exec."} {
		require.Equal(t, 1, site.askedFor("/static/", name), name)
	}
}

// People who asked their browser to save data keep native pages.
func TestSavingDataLoadsNoProgram(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full, `Object.defineProperty(Navigator.prototype, "connection", { value: { saveData: true } });`)
	b.visit(site.URL + "/")
	b.click("#to-one")
	b.at("/item/one")
	b.until(`navigator.serviceWorker.controller`)
	require.Empty(t, eval[[]float64](b, `performance.getEntriesByName("fullstack:mounted").map((e) => e.startTime)`))
	require.Zero(t, eval[int](b, `performance.getEntriesByType("resource").filter((r) => r.name.includes("hydrate")).length`))
}
