//go:build !js

package main

import (
	"bytes"
	"compress/gzip"
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

	golangical "github.com/arran4/golang-ical"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/httpserver"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
	"groundswell/shared/telemetry"
)

const siteOrigin = "https://events.example.org"

// house is the whole public site, behind its security headers, on a database with one organisation and one event.
type house struct {
	t    *testing.T
	db   *pgdb.DB
	http http.Handler
}

func newHouse(t *testing.T) house {
	t.Helper()
	db := dbtest.New(t)
	for _, sql := range []string{
		`insert into organizations (id, slug, name, updated_at) values ('00000000-0000-7000-8000-000000000001', 'harbor', 'Harbor Votes', '2026-01-01')`,
		`insert into events (id, org_id, org_name, slug, title, timezone, venue, city, region, published_at, updated_at)
			values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'Harbor Votes', 'canvass', 'Canvass the harbor',
				'America/Chicago', 'Pier 4', 'Duluth', 'MN', '2026-01-01', '2026-01-01')`,
		`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity, updated_at)
			values ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002',
				now() + interval '1 day', now() + interval '26 hours', 100, '2026-01-01')`,
	} {
		_, err := db.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), siteOrigin, nil)
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	limit := func(context.Context, fullstack.Rate) error { return nil }
	fns := newFunctions(svc, limit, noLimit, telemetry.NewMetrics("events", "test"), log)
	var cfg settings
	require.NoError(t, cfg.PublicURL.UnmarshalText([]byte(siteOrigin)))
	pages, err := newSite(cfg, fns, nil, nil, log)
	require.NoError(t, err)
	t.Cleanup(pages.Wait)
	files := &plain{svc: svc, site: pages, limit: limit, origin: siteOrigin}
	files.mount()
	feeds, err := newFeeds(files)
	require.NoError(t, err)
	feeds.mount()
	return house{t, db, httpserver.Wrap(httpserver.Config{Log: log, TokenPaths: site().SecretPaths()}, pages)}
}

func (h house) exec(sql string, args ...any) {
	h.t.Helper()
	_, err := h.db.Exec(h.t.Context(), sql, args...)
	require.NoError(h.t, err)
}

// get asks for a path with headers given as name, value, name, value.
func (h house) get(path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.http.ServeHTTP(w, r)
	return w
}

func TestAFileIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	files := &plain{limit: func(context.Context, fullstack.Rate) error { return nil }}
	bounded := false
	files.answer(func(_ http.ResponseWriter, r *http.Request) error {
		_, bounded = r.Context().Deadline()
		return nil
	}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/sitemap.xml", nil))
	require.True(t, bounded, "whatever hangs")
}

func TestFeedsAreToldApartByTheirValidators(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/o/harbor/calendar.ics", "/o/harbor/feed.atom"} {
		first := h.get(path)
		require.Equal(t, http.StatusOK, first.Code, first.Body)
		etag, modified := first.Header().Get("Etag"), first.Header().Get("Last-Modified")
		require.Regexp(t, `^"[0-9a-f]{20}"$`, etag, "a strong tag")
		require.NotEmpty(t, modified)
		require.Contains(t, first.Header().Get("Cache-Control"), "public")

		zipped := h.get(path, "Accept-Encoding", "br, gzip;q=0.5")
		if zipped.Header().Get("Content-Encoding") == "gzip" {
			reader, err := gzip.NewReader(zipped.Body)
			require.NoError(t, err)
			plain, err := io.ReadAll(reader)
			require.NoError(t, err)
			require.Equal(t, first.Body.String(), string(plain))
		}
		require.NotEqual(t, etag, zipped.Header().Get("Etag"))

		for _, headers := range [][]string{
			{"If-None-Match", etag}, {"If-None-Match", `"x", W/` + etag}, {"If-Modified-Since", modified},
			{"If-None-Match", zipped.Header().Get("Etag"), "Accept-Encoding", "gzip"},
		} {
			same := h.get(path, headers...)
			require.Equal(t, http.StatusNotModified, same.Code, headers)
			require.Zero(t, same.Body.Len())
		}
		require.Equal(t, http.StatusOK, h.get(path, "If-None-Match", `"other"`, "If-Modified-Since", modified).Code, "the tag decides")
		require.Equal(t, http.StatusNotFound, h.get("/o/nobody"+path[len("/o/harbor"):]).Code)

		h.exec(`update events set title = title || '!', updated_at = updated_at + interval '1 second'`)
		changed := h.get(path, "If-None-Match", etag)
		require.Equal(t, http.StatusOK, changed.Code)
		require.Contains(t, changed.Body.String(), "Canvass the harbor!")
		require.Equal(t, http.StatusOK, h.get(path, "If-Modified-Since", modified).Code)
		h.exec(`update events set title = title || '!', updated_at = now()`)
		fresh := h.get(path)
		require.Equal(t, http.StatusOK, h.get(path, "If-Modified-Since", fresh.Header().Get("Last-Modified")).Code,
			"a date of this very second cannot tell one change from the next")
		h.exec(`update events set title = 'Canvass the harbor', updated_at = '2026-01-01'`)
	}
}

func TestOrgCalendarNamesHowOftenToLook(t *testing.T) {
	t.Parallel()
	w := newHouse(t).get("/o/harbor/calendar.ics")
	require.Equal(t, "text/calendar; charset=utf-8", w.Header().Get("Content-Type"))
	require.Contains(t, w.Body.String(), "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT60M\r\n")
	require.Contains(t, w.Body.String(), "\r\nX-PUBLISHED-TTL:PT60M\r\n")
	_, err := golangical.ParseCalendar(w.Body)
	require.NoError(t, err)
}

func TestMyCalendarIsForNobodyElse(t *testing.T) {
	t.Parallel()
	w := newHouse(t).get("/my/not-a-token/calendar.ics")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
}

// managing signs Ada up for the event and returns the token of the link in her mail.
func (h house) managing() string {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.http.ServeHTTP(w, post("events.rsvp", "application/json",
		`{"shift_id":"00000000-0000-7000-8000-000000000003","given_name":"Ada","family_name":"Byron","email":"ada@example.org"}`))
	require.Equal(h.t, http.StatusOK, w.Code, w.Body)
	var signup uuid.UUID
	require.NoError(h.t, h.db.QueryRow(h.t.Context(), `select id from event_signups`).Scan(&signup))
	signer, err := signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(h.t, err)
	return signer.Token("events.signup", signup)
}

func TestACalendarLinkOpensTheCalendarOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	managing := h.managing()
	doc, page := h.document("/my/" + managing)
	require.Equal(t, http.StatusOK, page.Code)
	feed, found := strings.CutPrefix(doc.Find("a[href^='webcal:']").AttrOr("href", ""), "webcal://events.example.org")
	require.True(t, found)
	require.Regexp(t, `^/my/[\w-]{43}/calendar.ics$`, feed)
	for name, prefix := range map[string]string{"calendar.google.com": "webcal:", "outlook.live.com": "https:"} {
		link, err := url.QueryUnescape(doc.Find("a[href^='https://"+name+"'][href*='calendar.ics']").AttrOr("href", ""))
		require.NoError(t, err)
		require.Contains(t, link, prefix+"//events.example.org"+feed)
		require.NotContains(t, link, managing)
	}
	require.Zero(t, doc.Find("a[href*='"+managing+"/calendar.ics']").Length(), "no calendar link can manage")

	calendar := h.get(feed)
	require.Equal(t, http.StatusOK, calendar.Code)
	require.Contains(t, calendar.Body.String(), "SUMMARY:Canvass the harbor")
	require.NotContains(t, strings.ReplaceAll(calendar.Body.String(), "\r\n ", ""), "/my/", "nor can what the calendar says")
	entry := h.get("/my/" + managing + "/event.ics")
	require.Equal(t, http.StatusOK, entry.Code)
	require.Contains(t, entry.Body.String(), "URL:https://events.example.org/e/canvass")
	require.NotContains(t, strings.ReplaceAll(entry.Body.String(), "\r\n ", ""), "/my/", "nor the file of one sign-up")

	token := strings.TrimSuffix(strings.TrimPrefix(feed, "/my/"), "/calendar.ics")
	wrong := strings.Repeat("A", 43)
	for _, path := range []string{"/my/%s", "/my/%s/event.ics", "/rate/%s"} {
		got, want := h.get(strings.ReplaceAll(path, "%s", token)), h.get(strings.ReplaceAll(path, "%s", wrong))
		require.Equal(t, http.StatusNotFound, got.Code, path)
		require.Equal(t, strings.ReplaceAll(want.Body.String(), wrong, token), got.Body.String(), "as for any wrong token: %s", path)
	}
	call := func(name, token string) int {
		w := httptest.NewRecorder()
		h.http.ServeHTTP(w, post(name, "application/json", `{"token":"`+token+`"}`))
		return w.Code
	}
	for _, name := range []string{"events.signup", "events.cancel", "events.accept", "events.party"} {
		require.Equal(t, http.StatusNotFound, call(name, token), name)
	}

	require.Equal(t, http.StatusNotFound, h.get("/my/"+managing+"/calendar.ics").Code, "what can manage belongs in no calendar")
	require.Equal(t, http.StatusOK, call("events.cancel", managing))
	require.Contains(t, h.get(feed).Body.String(), "STATUS:CANCELLED")
}

func TestADocumentIsWrittenOnceForAllAndOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	d := newDocuments()
	var mu sync.Mutex
	writes, away := 0, false
	release := make(chan struct{})
	read := func(context.Context) (eventsvc.Feed, error) {
		if away {
			return eventsvc.Feed{}, fault.New(fault.Unavailable, "Away.")
		}
		return eventsvc.Feed{Version: "1", Modified: time.Now(), Write: func(context.Context) ([]byte, error) {
			mu.Lock()
			writes++
			mu.Unlock()
			<-release
			return bytes.Repeat([]byte("x"), 2000), nil
		}}, nil
	}
	ask := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		require.NoError(t, d.serve(w, httptest.NewRequest(http.MethodGet, "/", nil), "/k", read))
		return w
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { require.Equal(t, 2000, ask().Body.Len()) })
	}
	close(release)
	all.Wait()
	require.Equal(t, 1, writes)
	away = true
	require.Equal(t, 2000, ask().Body.Len())
	require.Error(t, d.serve(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), "/other", read))
}
