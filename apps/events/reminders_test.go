//go:build !js

package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/signedlink"
)

// send posts a form with headers given as name, value, name, value.
func (h house) send(path string, values url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.http.ServeHTTP(w, r)
	return w
}

// stopped says whose reminders are stopped.
func (h house) stopped() (n int) {
	h.t.Helper()
	require.NoError(h.t, h.db.QueryRow(h.t.Context(), `select count(*) from opt_outs where address_hash = sha256('ada@example.org')`).Scan(&n))
	return n
}

// stopping signs Ada up and returns the page of the link in her reminders.
func (h house) stopping() string {
	h.t.Helper()
	h.managing()
	var signup uuid.UUID
	require.NoError(h.t, h.db.QueryRow(h.t.Context(), `select id from event_signups`).Scan(&signup))
	signer, err := signedlink.New([]byte(strings.Repeat("k", 32)))
	require.NoError(h.t, err)
	return "/reminders/" + signer.Token("events.reminders", signup)
}

func TestAMailProgramStopsRemindersByOnePost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	page := h.stopping()
	oneClick := url.Values{"List-Unsubscribe": {"One-Click"}}
	for _, headers := range [][]string{nil, {"Origin", "https://mail.example.com", "Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
		w := h.send(page+"/stop", oneClick, headers...)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
		require.Equal(t, 1, h.stopped(), "again and again")
	}
	for _, path := range []string{page + "x/stop", "/reminders/x/stop"} {
		w := h.send(path, oneClick)
		require.Equal(t, http.StatusNotFound, w.Code, path)
		require.Contains(t, w.Body.String(), "not complete or not ours")
	}
}

func TestOpeningTheLinkOfRemindersStopsNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	page := h.stopping()
	w := h.get(page + "/stop")
	require.Equal(t, http.StatusSeeOther, w.Code)
	require.Equal(t, page, w.Header().Get("Location"))
	doc, w := h.document(page)
	require.Equal(t, http.StatusOK, w.Code)
	require.Zero(t, h.stopped())
	require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
	require.Equal(t, "noindex", doc.Find("meta[name=robots]").AttrOr("content", ""))
	require.Contains(t, doc.Find("main").Text(), "a***@example.org")
	require.NotContains(t, w.Body.String(), "ada@")
	require.Equal(t, 1, doc.Find("main button").Length())
	require.Contains(t, h.get("/robots.txt").Body.String(), "Disallow: /reminders/\n")
}

func TestThePageStopsRemindersAndTakesThatBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	page := h.stopping()
	press := func(path string) *httptest.ResponseRecorder {
		doc, _ := h.document(path)
		values := url.Values{}
		for _, field := range doc.Find("form#choose input").EachIter() {
			values.Set(field.AttrOr("name", ""), field.AttrOr("value", ""))
		}
		return h.send(page, values, "Origin", siteOrigin)
	}
	w := press(page)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	require.Equal(t, 1, h.stopped())
	doc, _ := h.document(w.Header().Get("Location"))
	require.Contains(t, doc.Find("#said").Text(), "No more reminders")
	require.Contains(t, doc.Find("main button").Text(), "again")
	w = press(w.Header().Get("Location"))
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	require.Zero(t, h.stopped())

	w = h.get("/reminders/" + strings.Repeat("A", 43))
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Contains(t, w.Body.String(), "not complete or not ours")
	h.exec(`update event_signups set erased_at = now(), email = id || '@erased.invalid'`)
	require.Equal(t, http.StatusGone, h.get(page).Code)
	require.Equal(t, http.StatusGone, h.send(page+"/stop", nil).Code)
}
