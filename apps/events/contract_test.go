//go:build !js

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fullstack"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

// bundle is the site's functions on a database with one event.
type bundle struct {
	db       *pgdb.DB
	svc      *eventsvc.Service
	fns      *fullstack.Functions
	slug     string
	shift    string
	token    string // of somebody's sign-up
	other    string // of somebody else's, which stays
	rating   string // of a sign-up for what is over
	stop     string // of the reminders of its person
	hosted   string // of an event that a volunteer hosts
	question string
}

func setup(t *testing.T) bundle {
	t.Helper()
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", nil)
	require.NoError(t, err)
	org, event, shift, question, hosted := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`insert into organizations (id, slug, name, hosting, sms_number) values ($1, 'harbor', 'Harbor Votes', true, '+13125550100')`, []any{org}},
		{`insert into organizations (id, slug, name) values ($1, 'porch', 'Porch Votes')`, []any{hosted}},
		{`insert into events (id, org_id, org_name, slug, title, timezone, published_at, visibility) values ($1, $1, 'Porch Votes', 'soup', 'Soup', 'America/Chicago', now(), 'unlisted')`, []any{hosted}},
		{`insert into event_shifts (id, org_id, event_id, starts_at, ends_at) values ($1, $1, $1, now() + interval '1 day', now() + interval '26 hours')`, []any{hosted}},
		{`insert into volunteer_hosts (event_id, org_id, given_name, family_name, email, mailed_at, asked_at) values ($1, $1, 'Ada', 'Lee', 'ada@example.org', now(), now())`, []any{hosted}},
		{`insert into embed_origins (org_id, origin) values ($1, 'https://www.harbor.example')`, []any{org}},
		{`insert into events (id, org_id, org_name, slug, title, timezone, published_at, guests_allowed)
			values ($1, $2, 'Harbor Votes', 'canvass', 'Canvass', 'America/Chicago', now(), 3)`, []any{event, org}},
		{`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity)
			values ($1, $2, $3, now() + interval '1 day', now() + interval '26 hours', 1000000)`, []any{shift, org, event}},
		{`insert into event_questions (id, org_id, event_id, kind, label, choices) values ($1, $2, $3, 'multiple', 'Which?', '{a,b}')`,
			[]any{question, org, event}},
	} {
		_, err := db.Exec(t.Context(), step.sql, step.args...)
		require.NoError(t, err)
	}
	b := bundle{db: db, svc: svc, slug: "canvass", shift: shift.String(), question: question.String()}
	b.fns = newFunctions(svc, nil, noLimit, telemetry.NewMetrics("events", "test"), slog.New(slog.DiscardHandler))
	for email, token := range map[string]*string{"grace@example.org": &b.token, "joan@example.org": &b.other} {
		joined := answer(b.fns, formRequest("events.rsvp", url.Values{"shift_id": {b.shift}, "given_name": {"Grace"}, "family_name": {"Ho"}, "email": {email}}))
		require.Equal(t, http.StatusOK, joined.Code, joined.Body)
		var signup uuid.UUID
		require.NoError(t, db.QueryRow(t.Context(), `select id from event_signups where email = $1`, email).Scan(&signup))
		*token = path.Base(svc.ManageURL(signup))
	}
	over, been := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	_, err = db.Exec(t.Context(), `insert into event_shifts (id, org_id, event_id, starts_at, ends_at)
		values ($1, $2, $3, now() - interval '3 hours', now() - interval '1 hour')`, over, org, event)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at)
		select $1, org_id, $2, contact_id, attend, 1, 'Grace', 'Ho', email, now() from event_signups where email = 'grace@example.org'`, been, over)
	require.NoError(t, err)
	b.rating, b.stop = path.Base(svc.RateURL(been)), path.Base(svc.RemindersURL(been))
	b.hosted = path.Base(svc.HostingURL(hosted))
	return b
}

// inputs has one good input of every function.
func (b bundle) inputs() map[string]url.Values {
	return map[string]url.Values{
		"events.find":         {"q": {"canvass"}, "page": {"1"}, "open": {"true"}},
		"events.get":          {"slug": {b.slug}},
		"events.month":        {"month": {"2026-12"}},
		"events.related":      {"slug": {b.slug}},
		"events.organisation": {"slug": {"harbor"}},
		"events.embed":        {"org": {"harbor"}},
		"events.rsvp": {"shift_id": {b.shift}, "given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@example.org"},
			"guests": {"2"}, "answers." + b.question: {"a", "b"}, "utm_source": {"newsletter"}, "phone": {"312 555 0123"}, "text_me": {"true"}},
		"events.signup":        {"token": {b.token}},
		"events.cancel":        {"token": {b.token}},
		"events.accept":        {"token": {b.token}},
		"events.party":         {"token": {b.other}, "guests": {"1"}},
		"events.coming":        {"token": {b.other}},
		"events.texts":         {"token": {b.other}, "text_me": {"true"}, "phone": {"312 555 0123"}},
		"events.reminders":     {"token": {b.stop}},
		"events.set_reminders": {"token": {b.stop}, "stopped": {"true"}},
		"events.host_form":     {"org": {"harbor"}},
		"events.host": {"org": {"harbor"}, "given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@example.org"}, "title": {"Tea"}, "type": {"house_party"},
			"description": {"Tea."}, "date": {"2199-12-01"}, "starts": {"18:30"}, "ends": {"20:00"}, "zone": {"UTC"}, "mode": {"in_person"}, "line1": {"1 Main St"},
			"city": {"Akron"}, "country": {"US"}, "place_private": {"true"}, "capacity": {"12"}, "guests": {"1"}},
		"events.hosting":         {"token": {b.hosted}},
		"events.confirm_hosting": {"token": {b.hosted}},
		"events.cancel_hosting":  {"token": {b.hosted}, "note": {"A cold."}},
		"events.rating":          {"token": {b.rating}},
		"events.rate":            {"token": {b.rating}, "stars": {"4"}, "comment": {"Good soup."}},
	}
}

// TestEveryFunctionAnswersTheSameInEveryEncoding calls each function as JSON, urlencoded and multipart.
func TestEveryFunctionAnswersTheSameInEveryEncoding(t *testing.T) {
	t.Parallel()
	b := setup(t)
	inputs := b.inputs()
	for _, f := range b.fns.List() {
		values, ok := inputs[f.Spec.Name]
		require.True(t, ok, "give %s an input here", f.Spec.Name)
		asJSON := answer(b.fns, jsonRequest(t, f.Spec.Name, objectOf(b.fns.NewInput(f.Spec.Name), values)))
		for _, r := range []*http.Request{formRequest(f.Spec.Name, values), multipartRequest(t, f.Spec.Name, values)} {
			w := answer(b.fns, r)
			require.Equal(t, asJSON.Code, w.Code, "%s: %s", f.Spec.Name, w.Body)
			require.JSONEq(t, withoutNow(asJSON.Body.String()), withoutNow(w.Body.String()), f.Spec.Name)
		}
		require.Equal(t, http.StatusOK, asJSON.Code, "%s: %s", f.Spec.Name, asJSON.Body)
		require.Greater(t, asJSON.Body.Len(), 20, "something to compare")
	}
}

func objectOf(in any, values url.Values) map[string]any {
	object := map[string]any{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(in).Elem()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() == reflect.Map {
			object[name] = mapOf(name, values)
		}
		if !values.Has(name) {
			continue
		}
		object[name] = values.Get(name)
		switch f.Type.Kind() {
		case reflect.Int, reflect.Bool:
			object[name] = json.RawMessage(values.Get(name))
		}
	}
	return object
}

// mapOf are the fields whose names begin with that of the map.
func mapOf(name string, values url.Values) map[string][]string {
	out := map[string][]string{}
	for field, sent := range values {
		if key, ok := strings.CutPrefix(field, name+"."); ok {
			out[key] = sent
		}
	}
	return out
}

func answer(fns *fullstack.Functions, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	fns.ServeHTTP(w, r)
	return w
}

func post(name, kind, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/fn/"+name, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

func jsonRequest(t *testing.T, name string, in any) *http.Request {
	t.Helper()
	b, err := json.Marshal(in)
	require.NoError(t, err)
	return post(name, "application/json", string(b))
}

func formRequest(name string, values url.Values) *http.Request {
	return post(name, "application/x-www-form-urlencoded", values.Encode())
}

func multipartRequest(t *testing.T, name string, values url.Values) *http.Request {
	t.Helper()
	body, kind := multipartBody(t, values)
	return post(name, kind, body)
}

func multipartBody(t require.TestingT, values url.Values) (body, kind string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for field, vs := range values {
		for _, v := range vs {
			require.NoError(t, w.WriteField(field, v))
		}
	}
	require.NoError(t, w.Close())
	return b.String(), w.FormDataContentType()
}

// withoutNow takes out the server's clock, which is in some answers.
func withoutNow(body string) string {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return body
	}
	dropNow(v)
	b, _ := json.Marshal(v)
	return string(b)
}

func dropNow(v any) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "now")
		for _, inner := range v {
			dropNow(inner)
		}
	case []any:
		for _, inner := range v {
			dropNow(inner)
		}
	}
}

func noLimit(context.Context, string, string) (func(), error) { return func() {}, nil }
