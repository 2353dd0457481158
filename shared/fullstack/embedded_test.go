//go:build !js

package fullstack_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/httpserver"
)

type frameParams struct {
	Slug  string `param:"slug"`
	Theme string `param:"theme"`
}

type frameData struct {
	fullstack.Submitted
	Slug, Theme string
}

// FrameAncestors are the origins the slug stands for.
func (d frameData) FrameAncestors() []string {
	return map[string][]string{
		"two":     {"https://a.example", "http://127.0.0.1:8080"},
		"any":     {"https:"},
		"hostile": {"https://a.example; script-src *", "https://b.example\r\nSet-Cookie: x=1", "*", "'self'", "data:", "https://c.example/path", "https://*"},
	}[d.Slug]
}

func framed(t *testing.T) http.Handler {
	t.Helper()
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{Log: slog.New(slog.DiscardHandler)})
	fullstack.Handle(fns, fullstack.Policy{Name: "public"}, sign, (&book{}).sign)
	site, err := fullstack.NewSite(fullstack.SiteConfig{
		App: fullstack.App{Name: "Frames", Routes: []fullstack.Route{fullstack.Page[frameParams, frameData]{
			Path: "/frame/{slug}", Embedded: true,
			Load: func(_ context.Context, _ fullstack.Caller, p frameParams) (frameData, error) {
				if p.Slug == "missing" {
					return frameData{}, fault.New(fault.NotFound, "Not here.")
				}
				return frameData{Slug: p.Slug, Theme: p.Theme}, nil
			},
			Head: func(d frameData) fullstack.Head {
				return fullstack.Head{Title: "Framed", Theme: d.Theme, NoIndex: true}
			},
			View:  func(d frameData) app.UI { return app.Main().Body(app.H1().Text(d.Slug)) },
			Forms: []fullstack.Action{fullstack.Post(sign, func(in signIn, _ signOut) string { return "/frame/two?theme=light&joined=1" })},
		}}, ErrorView: func(f *fault.Error) app.UI { return app.Main().Body(app.H1().Text(f.Message)) }},
		Functions: fns, Origin: "https://frames.example.org", CSS: []byte("body{}"), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return httpserver.Wrap(httpserver.Config{Log: slog.New(slog.DiscardHandler)}, site)
}

func TestAnEmbeddedPageIsOnlyInTheFramesItNames(t *testing.T) {
	t.Parallel()
	site := framed(t)
	for slug, want := range map[string]string{
		"two": "frame-ancestors https://a.example http://127.0.0.1:8080", "any": "frame-ancestors https:",
		"none": "frame-ancestors 'none'", "hostile": "frame-ancestors 'none'", "missing": "frame-ancestors 'none'",
	} {
		page := fullstacktest.Get(t, site, "/frame/"+slug)
		policy := page.Header.Get("Content-Security-Policy")
		require.True(t, strings.HasSuffix(policy, "; "+want), "%s: %s", slug, policy)
		require.Equal(t, 1, strings.Count(policy, "frame-ancestors"))
		require.Empty(t, page.Header.Values("Set-Cookie"))
		corp := "cross-origin"
		if strings.HasSuffix(want, "'none'") {
			corp = "same-origin"
		}
		require.Equal(t, corp, page.Header.Get("Cross-Origin-Resource-Policy"), slug)
	}
}

func TestAnEmbeddedPageIsAPlainDocument(t *testing.T) {
	t.Parallel()
	page := fullstacktest.Get(t, framed(t), "/frame/two?theme=dark")
	require.NoError(t, fullstack.CheckMarkup([]byte(page.HTML)))
	require.Equal(t, "dark", page.Attr("html", "data-theme"))
	require.Equal(t, "two", page.Text("#app h1"))
	require.Equal(t, 1, page.Find("script").Length())
	require.Contains(t, page.Attr("script", "src"), "/static/frame.")
	require.Equal(t, "https://a.example http://127.0.0.1:8080", page.Attr("script", "data-parents"))
	require.False(t, page.Has("link[rel=manifest], #fullstack-data"))
}

func TestAFormInAFrameKeepsTheFramesAddress(t *testing.T) {
	t.Parallel()
	body := url.Values{"_form": {"sign"}, "_fn": {"book.sign"}, "name": {"Ada"}}
	r := httptest.NewRequest(http.MethodPost, "/frame/two?theme=dark&unknown=1", strings.NewReader(body.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin") // what a browser says of a form in a frame that posts to its own site
	page := fullstacktest.Do(t, framed(t), r)
	require.Equal(t, 303, page.Status)
	require.Equal(t, "/frame/two?joined=1&theme=light", page.Header.Get("Location"), "what the form says comes first")
}
