//go:build !js

package fullstack_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

func TestEveryRefusalIsADesignedPageWithItsHeaders(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	posted := func(body, kind string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/book/one", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return r
	}
	get := func(target string) *http.Request { return httptest.NewRequest(http.MethodGet, target, nil) }
	limited := func(b *book) { b.limited = fault.After(fault.TooMany, 7*time.Second, "That was a lot at once.") }
	for name, c := range map[string]struct {
		r       *http.Request
		before  func(*book)
		status  int
		h1      string
		headers map[string]string
	}{
		"400 unknown form":     {posted("_fn=book.burn", form), nil, 400, "malformed", nil},
		"404 no page":          {get("/no/such/page"), nil, 404, "not_found", nil},
		"404 of the page":      {get("/book/nowhere"), nil, 404, "not_found", nil},
		"405 page":             {httptest.NewRequest(http.MethodDelete, "/book/one", nil), nil, 405, "method", map[string]string{"Allow": "GET, HEAD, POST"}},
		"405 TRACE":            {httptest.NewRequest(http.MethodTrace, "/book/one", nil), nil, 405, "method", map[string]string{"Allow": "GET, HEAD, POST"}},
		"405 file":             {httptest.NewRequest(http.MethodPost, "/manifest.webmanifest", nil), nil, 405, "method", map[string]string{"Allow": "GET, HEAD"}},
		"405 offline page":     {httptest.NewRequest(http.MethodPut, "/offline", nil), nil, 405, "method", map[string]string{"Allow": "GET, HEAD"}},
		"410":                  {get("/book/over"), nil, 410, "gone", nil},
		"413":                  {posted("_fn=book.sign&name="+strings.Repeat("x", 1<<20), form), nil, 413, "too_large", nil},
		"415":                  {posted("{}", "application/json"), nil, 415, "unsupported", nil},
		"422 shows the page":   {posted("_fn=book.sign&_form=sign", form), nil, 422, "one", nil},
		"429 page":             {get("/book/one"), limited, 429, "too_many", map[string]string{"Retry-After": "7"}},
		"429 form":             {posted("_fn=book.sign&name=a", form), limited, 429, "too_many", map[string]string{"Retry-After": "7"}},
		"500":                  {get("/book/broken"), nil, 500, "internal", nil},
		"500 form, page shown": {posted("_fn=book.sign&_form=sign&name=panic", form), nil, 500, "one", nil},
		"503":                  {get("/book/one"), func(b *book) { b.down.Store(true) }, 503, "unavailable", map[string]string{"Retry-After": "5"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, site := setup(t)
			if c.before != nil {
				c.before(b)
			}
			page := fullstacktest.Do(t, site, c.r)
			require.Equal(t, c.status, page.Status, page.HTML)
			require.Equal(t, c.h1, page.Text("h1"))
			require.NoError(t, fullstack.CheckMarkup([]byte(page.HTML)))
			require.Equal(t, "private, no-store", page.Header.Get("Cache-Control"))
			require.Equal(t, "text/html; charset=utf-8", page.Header.Get("Content-Type"))
			require.NotContains(t, page.HTML, "secret")
			require.NotContains(t, page.HTML, ".go:", "a stack")
			for _, name := range []string{"Allow", "Retry-After"} {
				require.Equal(t, c.headers[name], page.Header.Get(name), name)
			}
			if c.status == 500 {
				require.Contains(t, page.HTML, "req-1", "the number to tell us")
			}
			if c.h1 != "one" {
				require.Equal(t, "noindex", page.Attr("meta[name=robots]", "content"))
				require.Empty(t, page.Attr("link[rel=canonical]", "href"))
			}
		})
	}
}

// TestCrossSiteRequestsChangeNothing is the matrix of what browsers say of where a request comes from.
func TestCrossSiteRequestsChangeNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		headers []string // pairs
		allowed bool
	}{
		"no headers: not a browser":             {nil, true},
		"same origin":                           {[]string{"Sec-Fetch-Site", "same-origin"}, true},
		"typed by the person":                   {[]string{"Sec-Fetch-Site", "none"}, true},
		"same site, other origin":               {[]string{"Sec-Fetch-Site", "same-site"}, false},
		"cross site":                            {[]string{"Sec-Fetch-Site", "cross-site"}, false},
		"cross site, and an origin that lies":   {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "http://example.com"}, false},
		"nonsense":                              {[]string{"Sec-Fetch-Site", "what"}, false},
		"origin is the host":                    {[]string{"Origin", "http://example.com"}, true},
		"origin is the site's, a proxy's host":  {[]string{"Origin", "https://books.example.org"}, true},
		"origin is another host":                {[]string{"Origin", "https://evil.example"}, false},
		"origin has the site's name in it":      {[]string{"Origin", "https://books.example.org.evil.example"}, false},
		"origin is http, the site is https":     {[]string{"Origin", "http://books.example.org"}, false},
		"origin null":                           {[]string{"Origin", "null"}, false},
		"origin null, same origin":              {[]string{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, true},
		"origin null, cross site":               {[]string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}, false},
		"a trusted sibling":                     {[]string{"Origin", "https://shop.example.org", "Sec-Fetch-Site", "same-site"}, true},
		"referer alone is not asked":            {[]string{"Referer", "https://evil.example/"}, true},
		"a method override is not a way around": {[]string{"Sec-Fetch-Site", "cross-site", "X-Http-Method-Override", "GET"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, site := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) { cfg.Trusted = []string{"https://shop.example.org"} })
			ask := func(method, target, body string) int {
				r := httptest.NewRequest(method, target, strings.NewReader(body))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				for i := 0; i < len(c.headers); i += 2 {
					r.Header.Set(c.headers[i], c.headers[i+1])
				}
				page := fullstacktest.Do(t, site, r)
				if page.Status == 403 {
					require.Contains(t, page.Header.Get("Cache-Control"), "no-store")
				}
				return page.Status
			}
			require.Equal(t, 200, ask(http.MethodGet, "/book/one", ""), "reading is for everybody")
			require.Equal(t, 200, ask(http.MethodGet, "/fn/book.list", ""))
			require.Equal(t, 405, ask(http.MethodGet, "/fn/book.sign?name=a", ""), "a command is not done by GET")
			require.Zero(t, b.signs.Load())
			form, function, signed := 303, 200, int64(2)
			if !c.allowed {
				form, function, signed = 403, 403, 0
			}
			require.Equal(t, form, ask(http.MethodPost, "/book/one", "_fn=book.sign&name=a"))
			require.Equal(t, function, ask(http.MethodPost, "/fn/book.sign", "name=a"))
			require.Equal(t, function, ask(http.MethodPost, "/fn/book.list", "filter=a"), "queries by POST count as changes: we cannot know")
			require.Equal(t, signed, b.signs.Load())
		})
	}
}

func TestAFormThatComesFasterThanAPersonIsToBeSentAgain(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	ask := func(age string) *fullstacktest.Page {
		r := httptest.NewRequest(http.MethodPost, "/book/one", strings.NewReader("_fn=book.sign&_form=sign&name=Ada"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if age != "" {
			r.Header.Set("X-Form-Age", age)
		}
		return fullstacktest.Do(t, site, r)
	}
	for _, age := range []string{"0", "999", "-5"} {
		page := ask(age)
		require.Equal(t, 422, page.Status, age)
		require.Contains(t, page.Text("[role=alert]"), "once more")
		require.Equal(t, "Ada", page.Attr(`input[name="name"]`, "value"), "nothing is lost")
	}
	require.Zero(t, b.signs.Load())
	for i, age := range []string{"1000", "", "soon", "99999999999999999999999"} { // what a browser's program does not say is no reason
		require.Equal(t, 303, ask(age).Status, age)
		require.Equal(t, int64(i+1), b.signs.Load())
	}
}

// A page of release A that is still open when release B is deployed.
func TestAnotherReleaseIsToldToReload(t *testing.T) {
	t.Parallel()
	_, a := setup(t)
	b, site := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) { cfg.CSS = []byte("body{color:blue}") })
	require.NotEqual(t, a.Release(), site.Release())
	ask := func(method, target, body, release string, header ...string) *fullstacktest.Page {
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("X-Release", release)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return fullstacktest.Do(t, site, r)
	}
	for name, c := range map[string][3]string{
		"a function that is gone":      {"POST", "/fn/book.burn", "name=a"},
		"a query that is gone":         {"GET", "/fn/book.find?q=a", ""},
		"a field that is gone":         {"POST", "/fn/book.sign", "name=a&role=x"},
		"a query's field that is gone": {"GET", "/fn/book.list?sort=a", ""},
		"a form that is gone":          {"POST", "/book/one", "_fn=book.burn&name=a"},
		"a form's field that is gone":  {"POST", "/book/one", "_fn=book.sign&_form=sign&name=a&role=x"},
	} {
		old := ask(c[0], c[1], c[2], a.Release())
		require.Equal(t, 409, old.Status, name)
		require.Equal(t, fault.Reload, fullstacktest.JSON[struct{ Fault *fault.Error }](t, old).Fault.Code, name)
		ours := ask(c[0], c[1], c[2], site.Release())
		require.Contains(t, []int{400, 404}, ours.Status, name+": of our own release it is a mistake")
	}
	shape := func(release string) *fullstacktest.Page {
		return ask("POST", "/fn/book.sign", `{"name": ["a"]}`, release, "Content-Type", "application/json")
	}
	require.Equal(t, 409, shape(a.Release()).Status, "a field that has another type now")
	require.Equal(t, 422, shape(site.Release()).Status)
	require.Zero(t, b.signs.Load())
	require.Equal(t, 200, ask("POST", "/fn/book.sign", "name=a", a.Release()).Status, "what still fits is answered")
	require.Equal(t, 422, ask("POST", "/book/one", "_fn=book.sign&name=", a.Release()).Status)
}

// Every file a page names is one of its own release, by its content's hash: no page mixes two.
func TestAPageNamesOnlyFilesOfItsRelease(t *testing.T) {
	t.Parallel()
	_, a := setup(t)
	_, b := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) { cfg.CSS = []byte("body{color:blue}") })
	page, other := fullstacktest.Get(t, a, "/book/one"), fullstacktest.Get(t, b, "/book/one")
	require.Contains(t, page.HTML, a.Release())
	require.NotEqual(t, page.Attr("link[rel=stylesheet]", "href"), other.Attr("link[rel=stylesheet]", "href"))
	for _, el := range page.Find("[href^='/static/'], [src^='/static/']").EachIter() {
		file := el.AttrOr("href", el.AttrOr("src", ""))
		require.Equal(t, 200, fullstacktest.Get(t, a, file).Status, file)
		if there := fullstacktest.Get(t, b, file); there.Status != 404 {
			require.Equal(t, fullstacktest.Get(t, a, file).HTML, there.HTML, "one name, one content")
		}
	}
	gone := fullstacktest.Get(t, b, page.Attr("link[rel=stylesheet]", "href"))
	require.Equal(t, 404, gone.Status)
	require.Equal(t, "no-store", gone.Header.Get("Cache-Control"))
}

func TestRedirectsStayOnThisSiteAndAreNotKept(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	for to, want := range map[string]string{
		"/book/new?a=b#c":       "/book/new?a=b#c",
		"//evil.example":        "/",
		"https://evil.example":  "/",
		"/\\evil.example":       "/",
		"\\\\evil.example":      "/",
		"/\t/evil.example":      "/",
		"javascript:alert(1)":   "/",
		"/x\r\nSet-Cookie: a=b": "/",
		"":                      "/",
		"book/new":              "/",
	} {
		page := fullstacktest.Get(t, site, "/book/next?filter="+url.QueryEscape(to))
		require.Equal(t, 303, page.Status)
		require.Equal(t, want, page.Header.Get("Location"), "%q", to)
		require.Contains(t, page.Header.Get("Cache-Control"), "no-store")
		require.Empty(t, page.Header.Get("Set-Cookie"))
		local := (&fullstack.Redirect{To: to}).Path()
		require.Equal(t, want, local, "the browser goes to the same place")
	}
	require.Contains(t, fullstacktest.Get(t, site, "/book/moved").Header.Get("Cache-Control"), "no-store")
}
