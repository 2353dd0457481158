//go:build !js

package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

// TestTagsOfALinkArriveWithTheFormAndSplitNoCache: without JavaScript, from a page that everybody shares.
func TestTagsOfALinkArriveWithTheFormAndSplitNoCache(t *testing.T) {
	t.Parallel()
	b := setup(t)
	db := dbtest.New(t)
	outcomes := map[string]int{}
	cfg := settings{}
	cfg.PublicURL = origin
	site, err := newSite(cfg, b.fns, nil, func(_, outcome string) { outcomes[outcome]++ }, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	for _, tag := range []string{"a", "b", "c"} {
		require.Equal(t, 200, fullstacktest.Get(t, site, "/e/canvass?utm_source="+tag+"&utm_term="+tag).Status)
	}
	require.Equal(t, map[string]int{"miss": 1, "hit": 2}, outcomes, "one page for all of them")

	form := url.Values{"_fn": {"events.rsvp"}, "_form": {"rsvp"}, "shift_id": {b.shift}, "given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@example.org"}}
	sent := func(address string) {
		page := fullstacktest.Post(t, site, address, form)
		require.Equal(t, http.StatusSeeOther, page.Status, page.Text("main"))
		require.Equal(t, "/e/canvass?joined="+b.shift+"#joined", page.Header.Get("Location"))
	}
	source := func() (source string) {
		require.NoError(t, db.QueryRow(t.Context(), `select source from event_signups where email = $1`, form.Get("email")).Scan(&source))
		return source
	}
	sent("/e/canvass?utm_source=flyer&utm_medium=%00%ff&utm_term=&utm_campaign=fall%202026&email=eve@example.org&given_name=Eve")
	require.JSONEq(t, `{"utm_source":"flyer","utm_campaign":"fall 2026"}`, source(), "and nothing else comes from the address")

	form.Set("email", "sam@example.org")
	form.Set("utm_source", "poster") // what the program kept from the first page
	sent("/e/canvass?utm_source=flyer")
	require.JSONEq(t, `{"utm_source":"poster"}`, source())

	form.Set("email", "robot@example.org")
	form.Set("website", "https://spam.example")
	sent("/e/canvass")
	var n int
	require.NoError(t, db.QueryRow(t.Context(), `select count(*) from event_signups where email = 'robot@example.org'`).Scan(&n))
	require.Zero(t, n, "a robot is told what a person is, and forgotten")
}

func TestSignUpsAreLimitedByOrganisation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), origin, nil)
	require.NoError(t, err)
	var org uuid.UUID
	require.NoError(t, db.QueryRow(t.Context(), `select id from organizations where slug = 'harbor'`).Scan(&org))
	counted := map[string]int{}
	crowded := func(_ context.Context, class, key string) (func(), error) {
		if class == perOrganization && key == org.String() && counted[key] == 1 {
			return func() {}, fault.New(fault.TooMany, "Very many people are signing up right now.")
		}
		counted[key]++
		return func() { counted[key]-- }, nil
	}
	fns := newFunctions(svc, nil, crowded, telemetry.NewMetrics("events", "test"), slog.New(slog.DiscardHandler))
	form := url.Values{"shift_id": {uuid.NewString()}, "given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@example.org"}}
	require.Equal(t, http.StatusNotFound, answer(fns, formRequest("events.rsvp", form)).Code, "nobody's form")
	require.Equal(t, map[string]int{"ada@example.org": 0, uuid.Nil.String(): 0}, counted, "what came to nothing counts for none")
	form.Set("shift_id", b.shift)
	require.Equal(t, http.StatusOK, answer(fns, formRequest("events.rsvp", form)).Code)
	require.Equal(t, []int{1, 1}, []int{counted["ada@example.org"], counted[org.String()]})
	require.Equal(t, http.StatusTooManyRequests, answer(fns, formRequest("events.rsvp", form)).Code)
	require.Equal(t, 1, counted["ada@example.org"])
	delete(counted, org.String())
	form.Set("email", "ada+2@example.org")
	require.Equal(t, http.StatusOK, answer(fns, formRequest("events.rsvp", form)).Code)
	require.Equal(t, 2, counted["ada@example.org"], "one mailbox, however many addresses it has")
}

func TestHostingIsLimitedByClientBesideTheOrganisation(t *testing.T) {
	t.Parallel()
	setup(t)
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), origin, nil)
	require.NoError(t, err)
	counted := map[string]int{}
	busy := func(_ context.Context, class, _ string) (func(), error) {
		if class == perHost && counted[class] == 1 {
			return func() {}, fault.New(fault.TooMany, "Many events were offered.")
		}
		counted[class]++
		return func() { counted[class]-- }, nil
	}
	fns := newFunctions(svc, nil, busy, telemetry.NewMetrics("events", "test"), slog.New(slog.DiscardHandler))
	form := teaParty()
	form.Set("org", "nobody")
	require.Equal(t, http.StatusNotFound, answer(fns, formRequest("events.host", form)).Code)
	require.Equal(t, map[string]int{perRecipient: 0, perHost: 0, perHosting: 0}, counted, "what came to nothing counts for none")
	_, err = db.Exec(t.Context(), `update organizations set hosting = true where slug = 'harbor'`)
	require.NoError(t, err)
	form.Set("org", "harbor")
	require.Equal(t, http.StatusOK, answer(fns, formRequest("events.host", form)).Code)
	form.Set("title", "Another tea party")
	require.Equal(t, http.StatusTooManyRequests, answer(fns, formRequest("events.host", form)).Code)
	require.Equal(t, map[string]int{perRecipient: 1, perHost: 1, perHosting: 1}, counted, "one client does not use up what the others have")
}
