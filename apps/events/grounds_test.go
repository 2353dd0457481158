//go:build !js

package main

import (
	"encoding"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
)

const (
	asJSON      = "application/json"
	urlencoded  = "application/x-www-form-urlencoded"
	asMultipart = "multipart/form-data"
)

// grounds is the bundle with all there is to be refused: shifts and events nobody can sign up for, links that ended.
type grounds struct {
	bundle
	*stored
	shifts map[string]string
	slugs  map[string]string
	tokens map[string]string
}

func setupGrounds(t *testing.T) grounds {
	t.Helper()
	b := setup(t)
	g := grounds{bundle: b, shifts: map[string]string{}, slugs: map[string]string{}, tokens: map[string]string{}}
	exec := func(sql string, args ...any) {
		_, err := b.db.Exec(t.Context(), sql, args...)
		require.NoError(t, err)
	}
	var org, canvass uuid.UUID
	require.NoError(t, b.db.QueryRow(t.Context(), `select org_id, id from events where slug = 'canvass'`).Scan(&org, &canvass))
	exec(`update organizations set hosting = true where id = $1`, org)
	shift := func(event uuid.UUID, name, starts, set string) uuid.UUID {
		id := uuid.Must(uuid.NewV7())
		exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at) values ($1, $2, $3, now() + $4::interval, now() + $4::interval + '2 hours')`, id, org, event, starts)
		if set != "" {
			exec(`update event_shifts set `+set+` where id = $1`, id)
		}
		g.shifts[name] = id.String()
		return id
	}
	event := func(slug, set string) uuid.UUID {
		id := uuid.Must(uuid.NewV7())
		exec(`insert into events (id, org_id, org_name, slug, title, timezone, published_at, guests_allowed, waitlist_enabled)
			values ($1, $2, 'Harbor Votes', $3, 'Rally', 'America/Chicago', now(), 3, false)`, id, org, slug)
		if set != "" {
			exec(`update events set `+set+` where id = $1`, id)
		}
		g.slugs[slug] = slug
		shift(id, slug, "2 days", "")
		return id
	}
	rally := event("rally", "")
	event("draft", "published_at = null")
	event("private", "visibility = 'private'")
	event("unlisted", "visibility = 'unlisted'")
	event("cancelled", "status = 'cancelled'")
	event("postponed", "status = 'postponed'")
	shift(rally, "sold out", "3 days", "capacity = 2, taken = 2")
	shift(rally, "past", "-3 days", "")
	shift(rally, "long past", "-40 days", "")
	shift(rally, "off", "4 days", "cancelled_at = now()")
	shift(rally, "overlapping", "49 hours", "")
	shift(canvass, "of another event", "5 days", "")

	for _, name := range []string{"rally", "past", "long past", "off"} {
		signup := uuid.Must(uuid.NewV7())
		exec(`insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at)
			select $1, org_id, $2, contact_id, attend, 1, 'Joan', 'Ho', email, now() from event_signups where email = 'joan@example.org' limit 1`,
			signup, g.shifts[name])
		exec(`update event_shifts set taken = taken + 1 where id = $1`, g.shifts[name])
		g.tokens["manage "+name] = path.Base(b.svc.ManageURL(signup))
		g.tokens["rate "+name] = path.Base(b.svc.RateURL(signup))
		g.tokens["reminders "+name] = path.Base(b.svc.RemindersURL(signup))
		g.tokens["feed "+name] = path.Base(path.Dir(b.svc.FeedURL(signup)))
	}
	g.tokens["of nobody"] = path.Base(b.svc.ManageURL(uuid.Must(uuid.NewV7())))
	g.tokens["rate of nobody"] = path.Base(b.svc.RateURL(uuid.Must(uuid.NewV7())))
	g.tokens["reminders of nobody"] = path.Base(b.svc.RemindersURL(uuid.Must(uuid.NewV7())))
	g.tokens["tampered"] = tampered(b.other)
	g.tokens["cut off"] = b.other[:42]
	g.tokens["padded"] = b.other + "="
	g.stored = newStored(t, b.db)
	return g
}

// tampered is the token with one bit changed.
func tampered(token string) string {
	b := []byte(token)
	b[20] ^= 1
	return string(b)
}

func with(values url.Values, set ...string) url.Values {
	out := url.Values{}
	for name, v := range values {
		out[name] = slices.Clone(v)
	}
	fresh := map[string]bool{}
	for i := 0; i < len(set); i += 2 {
		if !fresh[set[i]] {
			out.Del(set[i])
		}
		fresh[set[i]] = true
		out.Add(set[i], set[i+1])
	}
	return out
}

// requests are the same input in the three encodings.
func (g grounds) requests(t require.TestingT, function string, in url.Values) map[string]*http.Request {
	b, err := json.Marshal(g.object(function, in))
	require.NoError(t, err)
	form, boundary := multipartBody(t, in)
	return map[string]*http.Request{
		"JSON":       post(function, asJSON, string(b)),
		"urlencoded": formRequest(function, in),
		"multipart":  post(function, boundary, form),
	}
}

// object is the input as the browser program sends it. What is no input's field goes along as it is.
func (g grounds) object(function string, in url.Values) map[string]any {
	object := map[string]any{}
	fields := g.fields(function)
	for name, sent := range in {
		outer, key, dotted := strings.Cut(name, ".")
		switch kind := fields[outer]; {
		case dotted && kind != nil && kind.Kind() == reflect.Map:
			answers, _ := object[outer].(map[string]any)
			if answers == nil {
				answers = map[string]any{}
				object[outer] = answers
			}
			answers[key] = sent
		case kind == nil, kind.Implements(unmarshaler) || reflect.PointerTo(kind).Implements(unmarshaler):
			object[name] = sent[len(sent)-1]
		case kind.Kind() == reflect.Slice:
			object[name] = sent
		case kind.Kind() != reflect.String && json.Valid([]byte(sent[len(sent)-1])):
			object[name] = json.RawMessage(sent[len(sent)-1])
		default:
			object[name] = sent[len(sent)-1]
		}
	}
	return object
}

var unmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// fields are the input's, by name.
func (g grounds) fields(function string) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(g.fns.NewInput(function)).Elem()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}

// internal are words of ours that nobody else knows: packages, types, the database's.
var internal = regexp.MustCompile(`(?i)(?-i:json: )|strconv|\bpq\b|pgx|postgres|sqlstate|\bselect .* from\b|\bcolumn\b|\bconstraint\b|syntax error|` +
	`fullstack|eventsvc|\bevents\.|uuid|reflect|runtime|goroutine|unmarshal|\bnil\b|\bu?int(8|16|32|64)?\b|\bfloat64\b|map\[|\[\]|\bEOF\b|%!|multipart:|mime:|\.go:|\b(?-i:[A-Z][A-Za-z]+In|Source)\b`)

// quoted is what a sentence repeats of what was sent.
var quoted = regexp.MustCompile(`".*"`)

// requireFault reads the fault of an answer, whose status is its code's and whose words are for people.
func (g grounds) requireFault(t require.TestingT, function string, in url.Values, w *httptest.ResponseRecorder) *fault.Error {
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	var got struct{ Fault *fault.Error }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got), w.Body.String())
	f := got.Fault
	require.NotNil(t, f, w.Body.String())
	require.Equal(t, f.Code.Status(), w.Code)
	require.Less(t, w.Code, 500, w.Body.String())
	requireWords(t, f.Message)
	require.LessOrEqual(t, len(f.Message), 500*max(1, len(f.Fields)), "an answer repeats only little of what was sent")
	require.Equal(t, f.Code == fault.Invalid, len(f.Fields) > 0, "an input that is refused is told where: %s", w.Body)
	declared := g.fields(function)
	for _, field := range f.Fields {
		requireWords(t, field.Message)
		outer, _, dotted := strings.Cut(field.Name, ".")
		require.Contains(t, declared, outer, w.Body.String())
		if dotted {
			require.Contains(t, in, field.Name)
			require.Equal(t, reflect.Map, declared[outer].Kind(), field.Name)
		}
	}
	return f
}

func requireWords(t require.TestingT, sentence string) {
	require.Regexp(t, `^[A-Z“"0-9][\s\S]* [\s\S]*[.?!0-9]$`, sentence, "a sentence")
	require.NotRegexp(t, internal, quoted.ReplaceAllString(sentence, `"…"`))
	require.True(t, legible(sentence, false), "%q", sentence)
}

func fieldsOf(f *fault.Error) []string {
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	slices.Sort(names)
	return names
}
