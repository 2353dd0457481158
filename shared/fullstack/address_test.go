//go:build !js

package fullstack_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

// The tag is that of the content: go-app's own handler has one for all pages of a version.
func TestTheTagChangesWithTheDataAndWithNothingElse(t *testing.T) {
	t.Parallel()
	b, site := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) { cfg.PageBytes = -1 })
	ask := func(target, encoding, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Accept-Encoding", encoding)
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		return w
	}
	seen := map[string]bool{}
	for _, encoding := range []string{"", "gzip", "br"} {
		first := ask("/book/one", encoding, "")
		require.Equal(t, 200, first.Code)
		require.Equal(t, encoding, first.Header().Get("Content-Encoding"))
		tag := first.Header().Get("Etag")
		require.Regexp(t, `^"[^"]+"$`, tag, "strong")
		require.False(t, seen[tag], "the tag is that of these bytes")
		seen[tag] = true
		for _, sent := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
			same := ask("/book/one", encoding, sent)
			require.Equal(t, 304, same.Code)
			require.Zero(t, same.Body.Len())
			for _, name := range []string{"Etag", "Cache-Control", "Vary"} {
				require.Equal(t, first.Header().Get(name), same.Header().Get(name), name)
			}
			require.Empty(t, same.Header().Get("Content-Type")+same.Header().Get("Content-Encoding"))
		}
		require.NotEqual(t, tag, ask("/book/two", encoding, "").Header().Get("Etag"), "another page")

		b.lines.Add(1)
		changed := ask("/book/one", encoding, tag)
		require.Equal(t, 200, changed.Code, "other data is another page")
		require.NotEqual(t, tag, changed.Header().Get("Etag"))
	}
}

func TestAPageForOnePersonIsNeverKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target string
		change func(*book, *fullstack.SiteConfig)
	}{
		"declared private":             {"/book/one", func(b *book, _ *fullstack.SiteConfig) { b.cache = fullstack.Private }},
		"read the viewer":              {"/book/mine", func(*book, *fullstack.SiteConfig) {}},
		"read the viewer, no cache":    {"/book/mine", func(_ *book, cfg *fullstack.SiteConfig) { cfg.PageBytes = -1 }},
		"read the viewer, odd address": {"/book/mine?x=/style.css", func(*book, *fullstack.SiteConfig) {}},
	} {
		_, site := setupWith(t, c.change)
		page := fullstacktest.Get(t, site, c.target)
		require.Equal(t, 200, page.Status, name)
		require.Equal(t, "private, no-store", page.Header.Get("Cache-Control"), name)
		r := httptest.NewRequest(http.MethodGet, c.target, nil)
		r.Header.Set("If-None-Match", page.Header.Get("Etag"))
		require.Equal(t, 200, fullstacktest.Do(t, site, r).Status, name)
	}
}

// What a stranger can put into a request beside the address changes no answer, so that a cache cannot be poisoned with it;
// and no spelling of a private address looks like a file.
func TestHeadersAndUnknownParametersChangeNoPage(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	clean := fullstacktest.Get(t, site, "/book/one?filter=x")
	for _, header := range [][2]string{
		{"X-Forwarded-Host", "evil.example"}, {"X-Forwarded-Proto", "evil"}, {"X-Forwarded-Prefix", "/evil"}, {"Forwarded", "host=evil.example"},
		{"X-Original-Url", "/evil"}, {"X-Rewrite-Url", "/evil"}, {"X-Host", "evil.example"}, {"Cookie", "a=evil"}, {"Accept-Language", "evil"},
		{"User-Agent", "evil"}, {"Referer", "https://evil.example"}, {"X-Release", "evil"}, {"Accept", "application/json"}, {"Range", "bytes=0-1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/book/one?filter=x&utm_source=evil&_fn=evil&in=evil", nil)
		r.Host = "evil.example"
		r.Header.Set(header[0], header[1])
		page := fullstacktest.Do(t, site, r)
		require.Equal(t, clean.HTML, page.HTML, header[0])
		require.Equal(t, clean.Header, page.Header, header[0])
	}
	for _, target := range []string{"/book/mine/style.css", "/book/mine/", "/book/mine%2Fstyle.css", "/book/mine;style.css", "/book/mine.css"} {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("X-Who", "ada")
		page := fullstacktest.Do(t, site, r)
		require.NotContains(t, page.HTML, "<h1>ada", target)
	}
}

func TestHostileAddressesAreAnsweredInWords(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	for target, status := range map[string]int{
		"/book/%00":                                            404,
		"/book/%ff":                                            404,
		"/book/one?page=99999999999999999999":                  404,
		"/book/one?page=1&page=2&page=3":                       200,
		"/book/one?filter=a;filter=b":                          400,
		"/book/one?" + strings.Repeat("a=b&", 7000):            200,
		"/book/one?" + strings.Repeat("filter=b&", 3000):       200,
		"/book/one?page[]=1&page[$gt]=1":                       200,
		"/book/" + strings.Repeat("x", 8000):                   200,
		"/book/one?filter=" + url.QueryEscape("\r\nX-Evil: 1"): 200,
		"/fn/" + strings.Repeat("x", 8000):                     404,
		"/fn/book.list?in=" + strings.Repeat("[", 20000):       400,
		"/fn/book.list?filter=a&filter=b":                      200,
		"/static/..%2f..%2fetc%2fpasswd":                       404,
		"/static/":                                             404,
		"/.git/config":                                         404,
		"/.env":                                                404,
	} {
		page := fullstacktest.Get(t, site, target)
		require.Equal(t, status, page.Status, "%.60s", target)
		require.Empty(t, page.Header.Get("X-Evil"))
		require.Less(t, len(page.HTML), 64<<10, "%.60s", target)
	}
	require.Less(t, b.loads.Load(), int64(20))
}

type sneaky struct{}

func (sneaky) MarshalJSON() ([]byte, error) {
	return []byte(`"</script><script>alert(1)</script><!--"`), nil
}

// Data and linked data stand in script elements; whatever they hold, and whoever wrote their JSON, they do not end them.
func TestDataCannotLeaveItsScript(t *testing.T) {
	t.Parallel()
	site, err := fullstack.NewSite(fullstack.SiteConfig{Functions: fullstack.NewFunctions(fullstack.FunctionsConfig{}), App: fullstack.App{
		Routes: []fullstack.Route{hostilePage("/data", sneaky{}), hostilePage("/raw", json.RawMessage(`"</script><script>alert(1)</script>\u2028"`))},
	}})
	require.NoError(t, err)
	for _, path := range []string{"/data", "/raw"} {
		page := fullstacktest.Get(t, site, path)
		require.Equal(t, 200, page.Status)
		require.Equal(t, 3, page.Find("script").Length(), page.HTML)
		require.NotContains(t, strings.ToLower(page.HTML), "<script>")
		require.NotContains(t, page.HTML, "<!--")
		require.Contains(t, page.Text("#fullstack-data"), `\u003c/script\u003e`)
	}
}

func hostilePage(path string, v any) fullstack.Route {
	return fullstack.Page[struct{}, any]{
		Path: path, Load: func(_ context.Context, _ fullstack.Caller, _ struct{}) (any, error) { return v, nil },
		Head: func(d any) fullstack.Head { return fullstack.Head{JSONLD: func(func(string) string) any { return d }} },
		View: func(any) app.UI { return app.Main() },
	}
}
