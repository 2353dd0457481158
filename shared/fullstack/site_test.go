//go:build !js

package fullstack_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

func TestPageIsServedWithItsDataOnceAndAStrongTag(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	page := fullstacktest.Get(t, site, "/book/one?filter=x&page=2&utm_source=mail")
	require.Equal(t, 200, page.Status)
	require.NoError(t, fullstack.CheckMarkup([]byte(page.HTML)))
	require.Equal(t, "one", page.Text("body > #app h1"))
	require.Equal(t, `Book "one" · Guest books`, page.Text("title"))
	require.Equal(t, "https://books.example.org/book/one", page.Attr(`link[rel=canonical]`, "href"))
	require.Contains(t, page.Text("#fullstack-data"), `"page":2`)
	require.Contains(t, page.Header.Get("Cache-Control"), "public")
	tag := page.Header.Get("Etag")
	require.NotContains(t, tag, "W/")

	r := httptest.NewRequest(http.MethodGet, "/book/one?page=2&filter=x", nil)
	r.Header.Set("If-None-Match", tag)
	again := fullstacktest.Do(t, site, r)
	require.Equal(t, http.StatusNotModified, again.Status)
	require.Empty(t, again.HTML)
	require.NotEqual(t, tag, fullstacktest.Get(t, site, "/book/one?filter=y&page=2").Header.Get("Etag"))
}

func TestFaultsOfLoadAreTheStatusOfADesignedPage(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	for target, want := range map[string]struct {
		status int
		h1     string
	}{
		"/book/nowhere":       {404, "not_found"},
		"/book/over":          {410, "gone"},
		"/book/broken":        {500, "internal"},
		"/book/one?page=many": {404, "not_found"},
		"/book/one?page=%zz":  {400, "malformed"},
		"/no/such/page":       {404, "not_found"},
	} {
		page := fullstacktest.Get(t, site, target)
		require.Equal(t, want.status, page.Status, target)
		require.Equal(t, want.h1, page.Text("h1"), target)
		require.NotContains(t, page.HTML, "secret")
		require.Contains(t, page.Header.Get("Cache-Control"), "no-store")
	}
	moved := fullstacktest.Get(t, site, "/book/moved")
	require.Equal(t, 301, moved.Status)
	require.Equal(t, "/book/new", moved.Header.Get("Location"))
	put := fullstacktest.Do(t, site, httptest.NewRequest(http.MethodPut, "/book/one", nil))
	require.Equal(t, 405, put.Status)
	require.Equal(t, "GET, HEAD, POST", put.Header.Get("Allow"))
}

func TestFormSucceedsWithARedirectAndFailsOnItsPage(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	form := url.Values{"_fn": {"book.sign"}, "_form": {"sign"}, "name": {"Ada"}}
	done := fullstacktest.Post(t, site, "/book/one", form)
	require.Equal(t, 303, done.Status)
	require.Equal(t, "/book/thanks?filter=Ada", done.Header.Get("Location"))

	form.Set("name", strings.Repeat("<x>", 40))
	again := fullstacktest.Post(t, site, "/book/one", form)
	require.Equal(t, 422, again.Status)
	require.Equal(t, form.Get("name"), again.Attr("input[name=name]", "value"))
	require.Equal(t, "E:Please use at most 100 characters.", again.Text("p.error"))
	require.Contains(t, again.Header.Get("Cache-Control"), "no-store")

	form.Set("name", "full")
	require.Equal(t, 409, fullstacktest.Post(t, site, "/book/one", form).Status)
	form.Set("name", "internal")
	lost := fullstacktest.Post(t, site, "/book/one", form)
	require.Equal(t, 500, lost.Status)
	require.Equal(t, "internal", lost.Attr("input[name=name]", "value"), "nothing typed is lost")
	form.Set("_fn", "book.burn")
	require.Equal(t, 400, fullstacktest.Post(t, site, "/book/one", form).Status)
	require.EqualValues(t, 3, b.signs.Load())
}

func TestFormAnswersTheBrowserProgramInJSON(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	send := func(name string) *fullstacktest.Page {
		body := url.Values{"_fn": {"book.sign"}, "_form": {"sign"}, "name": {name}}.Encode()
		r := httptest.NewRequest(http.MethodPost, "/book/one", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		return fullstacktest.Do(t, site, r)
	}
	require.JSONEq(t, `{"to":"/book/thanks?filter=Ada"}`, send("Ada").HTML)
	require.Equal(t, 422, send("").Status)
	require.Contains(t, send("").HTML, `"name":"name","message":"Please enter your name."`)
}

func TestCrossSiteFormIsRefused(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		r := httptest.NewRequest(http.MethodPost, "/book/one", strings.NewReader("_fn=book.sign&name=a"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(header[0], header[1])
		require.Equal(t, 403, fullstacktest.Do(t, site, r).Status, header)
	}
	require.Zero(t, b.signs.Load())
}

func TestSharedPageIsRenderedOnceForManyAndStaysUpWhenTheDataIsAway(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { fullstacktest.Get(t, site, "/book/one") })
	}
	all.Wait()
	require.EqualValues(t, 1, b.loads.Load())
	b.down.Store(true)
	require.Equal(t, 200, fullstacktest.Get(t, site, "/book/one").Status)
	away := fullstacktest.Get(t, site, "/book/other")
	require.Equal(t, 503, away.Status)
	require.Equal(t, "5", away.Header.Get("Retry-After"))
}

// An outage costs one visitor a wait, not all of them; and when it is over the page is renewed.
func TestWhileTheDataIsAwayNobodyWaitsForIt(t *testing.T) {
	t.Parallel()
	b, site := setupWith(t, func(b *book, _ *fullstack.SiteConfig) { b.cache = fullstack.Cache{Fresh: 1, Stale: 1} })
	require.Equal(t, 200, fullstacktest.Get(t, site, "/book/one").Status)
	b.down.Store(true)
	require.Equal(t, 200, fullstacktest.Get(t, site, "/book/one").Status, "it waited, and got what was kept")
	b.started, b.finish, b.ended = make(chan struct{}, 10), make(chan struct{}), make(chan error, 10)
	require.Equal(t, 200, fullstacktest.Get(t, site, "/book/one").Status, "at once: the attempt goes on")
	<-b.started
	b.down.Store(false)
	b.lines.Store(3)
	close(b.finish)
	require.Eventually(t, func() bool {
		return strings.Contains(fullstacktest.Get(t, site, "/book/one").Text("#fullstack-data"), `"",""`)
	}, 10*time.Second, time.Millisecond, "the page is renewed")
}

func TestSharedPageIsWhatItsAddressSays(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	odd := fullstacktest.Get(t, site, "/book/one?page=&page=7&filter=&filter=evil")
	plain := fullstacktest.Get(t, site, "/book/one")
	require.Contains(t, odd.Text("#fullstack-data"), "evil")
	require.NotContains(t, plain.Text("#fullstack-data"), "evil", "one address must not be kept as another")
	require.Contains(t, plain.Text("#fullstack-data"), `"page":0`)
}

func TestPageThatIsTakenDownLeavesTheCache(t *testing.T) {
	t.Parallel()
	b, site := setupFresh(t, time.Millisecond)
	require.Equal(t, 200, fullstacktest.Get(t, site, "/book/brief").Status)
	b.gone.Store(true)
	require.Eventually(t, func() bool { return fullstacktest.Get(t, site, "/book/brief").Status == 410 }, 10*time.Second, 10*time.Millisecond)
}

func TestPageThatReadsItsViewerIsNeverShared(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	for _, who := range []string{"ada", "grace"} {
		r := httptest.NewRequest(http.MethodGet, "/book/mine", nil)
		r.Header.Set("X-Who", who)
		page := fullstacktest.Do(t, site, r)
		require.Equal(t, who, page.Text("h1"))
		require.Equal(t, "private, no-store", page.Header.Get("Cache-Control"))
	}
}

func TestServiceWorkerLeavesFunctionsAndSecretsAlone(t *testing.T) {
	t.Parallel()
	page := func(path string) fullstack.Route { return fullstack.Page[struct{}, struct{}]{Path: path} }
	site, err := fullstack.NewSite(fullstack.SiteConfig{Functions: fullstack.NewFunctions(fullstack.FunctionsConfig{}), App: fullstack.App{
		Name: "Secrets", Routes: []fullstack.Route{page("/e/{slug}"), page("/my/{token}"), page("/rate/{token}")},
	}})
	require.NoError(t, err)
	require.Contains(t, fullstacktest.Get(t, site, "/sw.js").HTML, `"never":["/fn/","/my/","/rate/"]`)
}

func TestAssetsAreHashedCompressedAndImmutable(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	page := fullstacktest.Get(t, site, "/book/one")
	r := httptest.NewRequest(http.MethodGet, page.Attr("link[rel=stylesheet]", "href"), nil)
	r.Header.Set("Accept-Encoding", "gzip;q=0.5, br")
	css := fullstacktest.Do(t, site, r)
	require.Equal(t, 200, css.Status)
	require.Equal(t, "br", css.Header.Get("Content-Encoding"))
	require.Contains(t, css.Header.Get("Cache-Control"), "immutable")
	require.Equal(t, 404, fullstacktest.Get(t, site, "/static/app.000000000000.css").Status)

	m := fullstacktest.JSON[struct {
		Icons []struct{ Src, Sizes, Purpose string }
	}](t, fullstacktest.Get(t, site, "/manifest.webmanifest"))
	require.Len(t, m.Icons, 2)
	require.Contains(t, fullstacktest.Get(t, site, "/sw.js").HTML, site.Release())
	require.Equal(t, "offline", fullstacktest.Get(t, site, "/offline").Text("h1"))
}
