//go:build !js

package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/schema/seed"
	"groundswell/shared/blob"
	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/httpserver"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

const origin = "https://events.example.org"

// live is the whole site in process, on the demo campaign, behind what httpserver puts around it. There is no S3.
type live struct {
	http.Handler
	db     *pgdb.DB
	covers map[string]bool // addresses of the pictures that were stored
	signup string          // the secret page of somebody's sign-up
}

// Put notes a picture of the seed.
func (s *live) Put(_ context.Context, key, _ string, _ []byte) error {
	s.covers["/"+key] = true
	return nil
}

func openSite(t *testing.T) *live {
	t.Helper()
	s := &live{db: dbtest.New(t), covers: map[string]bool{}}
	require.NoError(t, seed.Run(t.Context(), seed.Config{DB: s.db, Blob: s, Now: time.Now(), Log: io.Discard}))
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), origin, nil)
	require.NoError(t, err)
	var signup uuid.UUID
	require.NoError(t, s.db.QueryRow(t.Context(), `select s.id from event_signups s join event_shifts h on h.id = s.shift_id
		where h.starts_at > now() order by s.id limit 1`).Scan(&signup))
	s.signup = strings.TrimPrefix(svc.ManageURL(signup), origin)
	log := slog.New(slog.DiscardHandler)
	s.Handler = wholeSite(t, svc, newFunctions(svc, nil, noLimit, telemetry.NewMetrics("events", "test"), log), "http://127.0.0.1:1")
	return s
}

// wholeSite is everything the site serves, over the store at an address.
func wholeSite(t *testing.T, svc *eventsvc.Service, fns *fullstack.Functions, s3 string) http.Handler {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	cfg := settings{Pages: Pages{CacheMB: -1}}
	cfg.PublicURL = origin
	pages, err := newSite(cfg, fns, nil, nil, log)
	require.NoError(t, err)
	store, err := blob.Open(blob.Config{Endpoint: s3, Bucket: "none", Region: "us-east-1", AccessKey: "none", SecretKey: "none"})
	require.NoError(t, err)
	unlimited := func(context.Context, fullstack.Rate) error { return nil }
	files := &plain{svc: svc, store: store, site: pages, limit: unlimited, origin: origin}
	files.mount()
	feeds, err := newFeeds(files)
	require.NoError(t, err)
	feeds.mount()
	return httpserver.Wrap(httpserver.Config{Log: log, HTTPS: true, TokenPaths: site().SecretPaths()}, pages)
}

// crawler visits what is linked, from page to page.
type crawler struct {
	site  *live
	queue []link
	seen  map[string]bool
	pages map[string]*fullstacktest.Page
	bad   []string
}

type link struct{ from, to string }

// TestNoPageHasADeadLink follows every link, form and file of every page, and every address of the sitemap. Filters can
// be combined without end: of addresses with two parameters and more, or several choices in one, one of each kind is visited.
func TestNoPageHasADeadLink(t *testing.T) {
	t.Parallel()
	c := &crawler{site: openSite(t), seen: map[string]bool{}, pages: map[string]*fullstacktest.Page{}}
	for _, start := range []string{"/", c.site.signup, "/sitemap.xml", "/robots.txt", "/offline", "/favicon.ico"} {
		c.add("the test", start)
	}
	for _, file := range fullstacktest.Get(t, c.site, "/sitemap.xml").Find("sitemap loc").EachIter() {
		c.add("the sitemap", file.Text())
		for _, loc := range fullstacktest.Get(t, c.site, strings.TrimPrefix(file.Text(), origin)).Find("url loc").EachIter() {
			require.True(t, strings.HasPrefix(loc.Text(), origin+"/"), loc.Text())
			c.add("the sitemap", loc.Text())
		}
	}
	c.pages["/no/such/page"] = fullstacktest.Get(t, c.site, "/no/such/page") // is missing, and must lead on
	c.links("/no/such/page", c.pages["/no/such/page"])
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.visit(t, next)
	}
	require.Empty(t, c.bad)
	require.Greater(t, len(c.pages), 200, "the demo campaign has more pages than this")
	t.Logf("%d addresses, %d pages", len(c.seen), len(c.pages))
}

// add resolves an address against the page it stands on and queues it, unless it is elsewhere or was seen.
func (c *crawler) add(from, to string) {
	base, err := url.Parse(origin + from)
	if err != nil {
		base = &url.URL{Scheme: "https", Host: "events.example.org", Path: "/"}
	}
	u, err := base.Parse(to)
	switch {
	case err != nil || u.Scheme == "about" || to == "":
		c.bad = append(c.bad, from+" links to "+to)
		return
	case u.Scheme+"://"+u.Host != origin:
		return
	}
	key := u.RequestURI() + "#" + u.Fragment
	if query := u.Query(); len(query) > 1 || strings.Contains(u.RawQuery, "%2C") {
		key = u.Path
		for name := range query {
			query.Set(name, "")
		}
		key += "?" + query.Encode()
	}
	if !c.seen[key] {
		c.seen[key] = true
		c.queue = append(c.queue, link{from, u.RequestURI() + "#" + u.Fragment})
	}
}

func (c *crawler) visit(t *testing.T, l link) {
	t.Helper()
	target, fragment, _ := strings.Cut(l.to, "#")
	if strings.HasPrefix(target, "/media/") {
		if !c.site.covers[target] {
			c.bad = append(c.bad, l.from+" shows "+target+", which was never stored")
		}
		return
	}
	page := c.pages[target]
	if page == nil {
		page = fullstacktest.Get(t, c.site, target)
		if page.Status != http.StatusOK && page.Status != http.StatusFound {
			c.bad = append(c.bad, l.from+" links to "+target+", which is "+http.StatusText(page.Status))
			return
		}
		if strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") && page.Status == http.StatusOK {
			c.pages[target] = page
			c.links(target, page)
		}
	}
	if fragment != "" && !page.Has("[id='"+fragment+"']") {
		c.bad = append(c.bad, l.from+" links to "+l.to+", which has no such part")
	}
}

func (c *crawler) links(at string, page *fullstacktest.Page) {
	for _, el := range page.Find("[href], [src], form").EachIter() {
		to, ok := el.Attr("href")
		if !ok {
			to, ok = el.Attr("src")
		}
		if !ok {
			to = el.AttrOr("action", at)
		}
		if rel := el.AttrOr("rel", ""); rel == "canonical" || rel == "alternate" || el.Nodes[0].Data != "link" || strings.HasPrefix(to, "/") {
			c.add(at, to)
		}
	}
}

// TestEveryAnswerHasTheSecurityHeaders asks for one of everything the site answers with.
func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	home := fullstacktest.Get(t, s, "/")
	event := home.Attr("main a[href^='/e/']", "href")
	fresh := home.Header.Get("Etag")
	for name, c := range map[string]struct {
		method, target string
		headers        []string
		status         int
	}{
		"home":               {"GET", "/", nil, 200},
		"home, not modified": {"GET", "/", []string{"If-None-Match", fresh}, 304},
		"home, HEAD":         {"HEAD", "/", nil, 200},
		"compressed":         {"GET", "/", []string{"Accept-Encoding", "br"}, 200},
		"refused search":     {"GET", "/?from=nonsense", nil, 422},
		"event":              {"GET", event, nil, 200},
		"organisation":       {"GET", fullstacktest.Get(t, s, event).Attr("a[href^='/o/']", "href"), nil, 200},
		"my sign-up":         {"GET", s.signup, nil, 200},
		"forged link":        {"GET", "/my/forged", nil, 404},
		"missing page":       {"GET", "/nothing", nil, 404},
		"version control":    {"GET", "/.git/config", nil, 404},
		"folder":             {"GET", "/static/", nil, 404},
		"cleaned path":       {"GET", "//" + strings.TrimPrefix(event, "/"), nil, 307},
		"icon by redirect":   {"GET", "/favicon.ico", nil, 302},
		"wrong method":       {"DELETE", event, nil, 405},
		"TRACE":              {"TRACE", "/", nil, 405},
		"OPTIONS":            {"OPTIONS", event, nil, 405},
		"refused form":       {"POST", event, []string{"Content-Type", "application/x-www-form-urlencoded"}, 400},
		"cross-site form":    {"POST", event, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"function":           {"GET", "/fn/events.find", nil, 200},
		"no function":        {"GET", "/fn/events.none", nil, 404},
		"command by GET":     {"GET", "/fn/events.rsvp", nil, 405},
		"stylesheet":         {"GET", home.Attr("link[rel=stylesheet]", "href"), nil, 200},
		"other stylesheet":   {"GET", "/static/app.000000000000.css", nil, 404},
		"loader":             {"GET", home.Attr("#fullstack-loader", "src"), nil, 200},
		"program":            {"GET", home.Attr("#fullstack-loader", "data-wasm"), nil, 200},
		"worker":             {"GET", "/sw.js", nil, 200},
		"manifest":           {"GET", "/manifest.webmanifest", nil, 200},
		"offline page":       {"GET", "/offline", nil, 200},
		"calendar":           {"GET", event + "/event.ics", nil, 200},
		"no calendar":        {"GET", "/e/nothing/event.ics", nil, 404},
		"picture, S3 away":   {"GET", "/media/x.jpg", nil, 503},
		"sitemap":            {"GET", "/sitemap.xml", nil, 200},
		"sitemap's file":     {"GET", "/sitemap/events-1.xml", nil, 200},
		"no such file of it": {"GET", "/sitemap/events-01.xml", nil, 404},
		"no such sitemap":    {"GET", "/sitemap/people-1.xml", nil, 404},
		"robots":             {"GET", "/robots.txt", nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, c.target, "no page names this file: build the browser program first: make wasm")
			r := httptest.NewRequest(c.method, c.target, nil)
			for i := 0; i < len(c.headers); i += 2 {
				r.Header.Set(c.headers[i], c.headers[i+1])
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			require.Equal(t, c.status, w.Code, w.Body.String())
			h := w.Header()
			require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotContains(t, h.Get("Content-Security-Policy"), "unsafe-inline")
			require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
			require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"))
			require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
			require.Contains(t, h.Get("Strict-Transport-Security"), "max-age=63072000")
			require.Contains(t, h.Get("Permissions-Policy"), "camera=()")
			require.Len(t, h.Get("X-Request-Id"), 26)
			require.Empty(t, h.Get("Server")+h.Get("X-Powered-By")+h.Get("Set-Cookie"))
			if w.Body.Len() > 0 {
				require.NotEmpty(t, h.Get("Content-Type"))
			}
			control := h.Get("Cache-Control")
			if c.status >= 400 || strings.HasPrefix(c.target, "/my/") || strings.HasPrefix(c.target, "/fn/") {
				require.Contains(t, control, "no-store")
			}
			if strings.HasPrefix(c.target, "/my/") {
				require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
				require.Contains(t, h.Get("X-Robots-Tag"), "noindex")
			}
		})
	}
}

// TestAFormSentTwiceWithoutJavaScriptIsOneSignUp: a double click, and going back to send it again. The page is shared, so
// its form has no key: the shift and the address are what makes it the same attempt.
func TestAFormSentTwiceWithoutJavaScriptIsOneSignUp(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	var shift, slug string
	require.NoError(t, s.db.QueryRow(t.Context(), `select h.id, e.slug from event_shifts h join events e on e.id = h.event_id
		where h.starts_at > now() and h.capacity is null and h.cancelled_at is null and e.status = 'scheduled' and e.published_at is not null
		limit 1`).Scan(&shift, &slug))
	form := url.Values{"_fn": {"events.rsvp"}, "_form": {"rsvp"}, "shift_id": {shift}, "given_name": {"Ada"}, "family_name": {"Lee"},
		"email": {"twice@example.org"}, "guests": {"0"}}
	var both sync.WaitGroup
	answers := make(chan *fullstacktest.Page, 3)
	for range 2 {
		both.Go(func() { answers <- fullstacktest.Post(t, s, "/e/"+slug, form) })
	}
	both.Wait()
	answers <- fullstacktest.Post(t, s, "/e/"+slug, form)
	for range 3 {
		page := <-answers
		require.Equal(t, http.StatusSeeOther, page.Status, page.Text("main"))
		require.Equal(t, "/e/"+slug+"?joined="+shift+"#joined", page.Header.Get("Location"))
	}
	count := func(sql string) (n int) {
		require.NoError(t, s.db.QueryRow(t.Context(), sql).Scan(&n))
		return n
	}
	require.Equal(t, 1, count(`select count(*) from event_signups where email = 'twice@example.org'`))
}
