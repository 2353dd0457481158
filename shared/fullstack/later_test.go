//go:build !js

package fullstack_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

type slowData struct {
	Title string                    `json:"title"`
	Hint  fullstack.Later[[]string] `json:"hint"`
	None  fullstack.Later[string]   `json:"none"`
	inPre bool
	bad   bool
}

// slow is a page with a part that comes when the test lets it.
type slow struct {
	ask   chan struct{} // one for each part that was begun
	let   chan error    // ends one part: with this
	ended chan error    // how the part's context stood then
}

func newSlow() *slow {
	return &slow{make(chan struct{}, 10), make(chan error, 10), make(chan error, 10)}
}

func (s *slow) hint(ctx context.Context) ([]string, error) {
	s.ask <- struct{}{}
	select {
	case err := <-s.let:
		s.ended <- ctx.Err()
		if err != nil && err.Error() == "panic" {
			panic("secret of the part")
		}
		return []string{"bring <water>"}, err
	case <-ctx.Done():
		s.ended <- ctx.Err()
		return nil, ctx.Err()
	}
}

func (s *slow) page(path string, cache fullstack.Cache) fullstack.Route {
	return fullstack.Page[bookParams, slowData]{
		Path: path, Cache: cache,
		Load: func(ctx context.Context, _ fullstack.Caller, p bookParams) (slowData, error) {
			return slowData{Title: p.Slug, Hint: fullstack.Defer(ctx, s.hint), inPre: p.Slug == "pre", bad: p.Slug == "bad"}, nil
		},
		Head: func(d slowData) fullstack.Head { return fullstack.Head{Title: d.Title} },
		View: func(d slowData) app.UI {
			hint := fullstack.Await(d.Hint, func(lines []string) app.UI {
				if d.bad {
					return app.Elem("no such element")
				}
				return app.B().ID("hint").Text(strings.Join(lines, " "))
			}, func(f *fault.Error) app.UI { return app.P().ID("failed").Text(string(f.Code) + ": " + f.Message) })
			none := fullstack.Await(d.None, func(s string) app.UI { return app.I().Text("none" + s) }, nil)
			if d.inPre {
				return app.Main().Body(app.H1().Text(d.Title), app.Pre().Body(app.Text("\nat first"), app.Span().Body(hint)))
			}
			return app.Main().Body(app.H1().Text(d.Title), app.Div().Body(hint), none, app.Footer().Text("the end"))
		},
	}
}

func (s *slow) site(t *testing.T) *fullstack.Site {
	t.Helper()
	_, site := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) {
		cfg.App.Routes = []fullstack.Route{s.page("/slow/{slug}", fullstack.Private), s.page("/shared/{slug}", fullstack.Cache{})}
	})
	return site
}

// open asks a server for a page without reading its body.
func open(ctx context.Context, t *testing.T, server *httptest.Server, path, encoding string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
	require.NoError(t, err)
	r.Header.Set("Accept-Encoding", encoding)
	resp, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func plain(t *testing.T, resp *http.Response) *bufio.Reader {
	t.Helper()
	switch resp.Header.Get("Content-Encoding") {
	case "br":
		return bufio.NewReader(brotli.NewReader(resp.Body))
	case "gzip":
		z, err := gzip.NewReader(resp.Body)
		require.NoError(t, err)
		return bufio.NewReader(z)
	}
	return bufio.NewReader(resp.Body)
}

func TestAPrivatePageIsSentUpToThePartThatIsNotThereYet(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"identity", "gzip", "br"} {
		s := newSlow()
		site := s.site(t)
		server := httptest.NewServer(site)
		defer server.Close()
		resp := open(t.Context(), t, server, "/slow/one", encoding)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Equal(t, "private, no-store", resp.Header.Get("Cache-Control"))
		require.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
		require.Equal(t, encoding, cmp.Or(resp.Header.Get("Content-Encoding"), "identity"))
		body := plain(t, resp)
		first := readTo(t, body, "<h1>one</h1><div>")
		require.Contains(t, first, "<title>one")
		require.Contains(t, first, ".css")
		<-s.ask
		s.let <- nil // only now
		rest, err := io.ReadAll(body)
		require.NoError(t, err)

		s.let <- nil
		whole := httptest.NewRecorder()
		site.ServeHTTP(whole, httptest.NewRequest(http.MethodGet, "/slow/one", nil))
		require.Equal(t, whole.Body.String(), first+string(rest), "what arrives in two halves is the page")
		require.Contains(t, string(rest), `<b id="hint">bring &lt;water&gt;</b></div><i>none</i><footer>the end</footer>`)
		var st struct {
			Data struct {
				Hint struct{ Value []string }
				None struct{ Value *string }
			}
		}
		_, data, _ := strings.Cut(string(rest), `id="fullstack-data">`)
		data, _, _ = strings.Cut(data, "</script>")
		require.NoError(t, json.Unmarshal([]byte(data), &st))
		require.Equal(t, []string{"bring <water>"}, st.Data.Hint.Value)
		require.NotNil(t, st.Data.None.Value)
	}
}

func readTo(t *testing.T, r *bufio.Reader, end string) string {
	t.Helper()
	var b strings.Builder
	for !strings.HasSuffix(b.String(), end) {
		c, err := r.ReadByte()
		require.NoError(t, err, b.String())
		b.WriteByte(c)
	}
	return b.String()
}

func TestAPartThatFailsIsSaidInItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"fault": {fault.New(fault.Conflict, "The well is dry."), "conflict: The well is dry."},
		"error": {errors.New("secret of the database"), "internal: Something went wrong on our side."},
		"panic": {errors.New("panic"), "internal: Something went wrong on our side."},
	} {
		s := newSlow()
		server := httptest.NewServer(s.site(t))
		defer server.Close()
		resp := open(t.Context(), t, server, "/slow/one", "identity")
		s.let <- c.err
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err, name)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, string(body), `<p id="failed">`+c.want, name)
		require.Contains(t, string(body), `"fault":{"code":`, name)
		require.NotContains(t, string(body), "secret", name)
		require.Contains(t, string(body), "</html>", name)
	}
}

// What a part of a page lacks for a moment must not be kept for everybody.
func TestASharedPageIsKeptWhenItIsWhole(t *testing.T) {
	t.Parallel()
	s := newSlow()
	site := s.site(t)
	s.let <- fault.New(fault.Unavailable, "Not now.")
	page := fullstacktest.Get(t, site, "/shared/one")
	require.Equal(t, "unavailable: Not now.", page.Text("#failed"))
	require.Equal(t, "private, no-store", page.Header.Get("Cache-Control"))
	s.let <- nil
	page = fullstacktest.Get(t, site, "/shared/one")
	require.Equal(t, "bring <water>", page.Text("#hint"))
	require.Contains(t, page.Header.Get("Cache-Control"), "public")
	require.NotEmpty(t, page.Header.Get("Etag"))
	require.Equal(t, "bring <water>", fullstacktest.Get(t, site, "/shared/one").Text("#hint"), "from the cache")
	require.Len(t, s.ask, 2)
}

func TestAPartEndsWhenItsVisitorLeaves(t *testing.T) {
	t.Parallel()
	s := newSlow()
	server := httptest.NewServer(s.site(t))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	resp := open(ctx, t, server, "/slow/one", "identity")
	<-s.ask
	leave()
	require.ErrorIs(t, <-s.ended, context.Canceled)
	_, err := io.ReadAll(resp.Body)
	require.Error(t, err)
}

func TestAPageThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	s := newSlow()
	server := httptest.NewServer(s.site(t))
	defer server.Close()
	resp := open(t.Context(), t, server, "/slow/bad", "identity")
	s.let <- nil
	body, err := io.ReadAll(resp.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotContains(t, string(body), "</html>")

	s.let <- nil // it is there before the view needs it: nothing was sent yet
	bad := fullstacktest.Get(t, s.site(t), "/shared/bad")
	require.Equal(t, http.StatusInternalServerError, bad.Status)
}

// A browser drops the first newline of a pre, so that the encoder may have to go back to its beginning.
func TestNothingIsSentWhoseBeginningMayChange(t *testing.T) {
	t.Parallel()
	s := newSlow()
	server := httptest.NewServer(s.site(t))
	defer server.Close()
	go func() {
		<-s.ask
		s.let <- nil
	}()
	resp := open(t.Context(), t, server, "/slow/pre", "identity")
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), "<pre>\n\nat first<span>")
}

func TestHeadOfAPageWithParts(t *testing.T) {
	t.Parallel()
	s := newSlow()
	site := s.site(t)
	s.let <- nil
	page := fullstacktest.Do(t, site, httptest.NewRequest(http.MethodHead, "/slow/one", nil))
	require.Equal(t, http.StatusOK, page.Status)
	require.Empty(t, strings.TrimSpace(page.Text("body")))
}

// A Load that is called by itself, as tests do, has all of its data.
func TestDeferWithoutAPageWaits(t *testing.T) {
	t.Parallel()
	l := fullstack.Defer(t.Context(), func(context.Context) (int, error) { return 7, nil })
	b, err := json.Marshal(l)
	require.NoError(t, err)
	require.JSONEq(t, `{"value":7}`, string(b))
	var back fullstack.Later[int]
	require.NoError(t, json.Unmarshal(b, &back))
	page := fullstacktest.View(t, fullstack.Await(back, func(n int) app.UI { return app.B().Text(n) }, nil))
	require.Equal(t, "7", page.Text("b"))
}
