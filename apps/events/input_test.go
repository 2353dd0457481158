//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"groundswell/shared/fault"
)

// TestWhatCannotBeHadIsRefusedInWords asks for what there is and cannot be had, and for what cannot be.
func TestWhatCannotBeHadIsRefusedInWords(t *testing.T) { //nolint:tparallel // each compares all that is stored
	t.Parallel()
	g := setupGrounds(t)
	person := url.Values{"given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@example.org"}}
	rsvp := func(set ...string) url.Values { return with(person, set...) }
	to := func(shift string) url.Values { return rsvp("shift_id", g.shifts[shift]) }
	token := func(name string, set ...string) url.Values {
		return with(url.Values{"token": {g.tokens[name]}}, set...)
	}
	long := strings.Repeat("ä", 10_000)
	for name, c := range map[string]struct { //nolint:paralleltest // likewise
		function string
		in       url.Values
		code     fault.Code
		field    string
	}{
		"a sold-out shift":            {"events.rsvp", to("sold out"), fault.Conflict, ""},
		"a past shift":                {"events.rsvp", to("past"), fault.Gone, ""},
		"a cancelled shift":           {"events.rsvp", to("off"), fault.Gone, ""},
		"a cancelled event":           {"events.rsvp", to("cancelled"), fault.Gone, ""},
		"a postponed event":           {"events.rsvp", to("postponed"), fault.Conflict, ""},
		"a draft":                     {"events.rsvp", to("draft"), fault.NotFound, ""},
		"a private event":             {"events.rsvp", to("private"), fault.NotFound, ""},
		"an unlisted event":           {"events.rsvp", to("unlisted"), fault.NotFound, ""},
		"a shift of nobody":           {"events.rsvp", rsvp("shift_id", uuid.NewString()), fault.NotFound, ""},
		"no shift":                    {"events.rsvp", rsvp(), fault.Invalid, "shift_id"},
		"a shift that is no id":       {"events.rsvp", rsvp("shift_id", "one"), fault.Invalid, "shift_id"},
		"shifts that are no ids":      {"events.rsvp", rsvp("shift_ids", g.shifts["rally"], "shift_ids", "one"), fault.Invalid, "shift_ids"},
		"shifts at the same time":     {"events.rsvp", rsvp("shift_ids", g.shifts["rally"], "shift_ids", g.shifts["overlapping"]), fault.Invalid, "shift_ids"},
		"shifts of two events":        {"events.rsvp", rsvp("shift_ids", g.shifts["rally"], "shift_ids", g.shifts["of another event"]), fault.NotFound, ""},
		"one free, one sold out":      {"events.rsvp", rsvp("shift_ids", g.shifts["rally"], "shift_ids", g.shifts["sold out"]), fault.Conflict, ""},
		"too many guests":             {"events.rsvp", with(to("rally"), "guests", "4"), fault.Invalid, "guests"},
		"guests below none":           {"events.rsvp", with(to("rally"), "guests", "-1"), fault.Invalid, "guests"},
		"guests beyond any number":    {"events.rsvp", with(to("rally"), "guests", "99999999999999999999"), fault.Invalid, "guests"},
		"a long name":                 {"events.rsvp", with(to("rally"), "given_name", long), fault.Invalid, "given_name"},
		"a long address":              {"events.rsvp", with(to("rally"), "email", strings.Repeat("a", 10_000)+"@example.org"), fault.Invalid, "email"},
		"NUL":                         {"events.rsvp", with(to("rally"), "family_name", "a\x00b"), fault.Invalid, "family_name"},
		"bidi":                        {"events.rsvp", with(to("rally"), "family_name", "a\u202eb"), fault.Invalid, "family_name"},
		"a name nobody can see":       {"events.rsvp", with(to("rally"), "given_name", "\u200b\ufeff"), fault.Invalid, "given_name"},
		"a header in an address":      {"events.rsvp", with(to("rally"), "email", "a@b.co\r\nBcc: x@y.z"), fault.Invalid, "email"},
		"an answer to no question":    {"events.rsvp", with(to("rally"), "answers.x", "a"), fault.Invalid, "answers"},
		"an answer that is no choice": {"events.rsvp", rsvp("shift_id", g.shift, "answers."+g.question, "c"), fault.Invalid, "answers." + g.question},
		"NUL in an answer":            {"events.rsvp", rsvp("shift_id", g.shift, "answers."+g.question, "\x00"), fault.Invalid, "answers." + g.question},
		"a field that is none":        {"events.rsvp", with(to("rally"), "role", "admin"), fault.Malformed, ""},
		"a day that is none":          {"events.find", url.Values{"from": {"2026-02-30"}}, fault.Invalid, "from"},
		"days in the wrong order":     {"events.find", url.Values{"from": {"2026-12-02"}, "to": {"2026-12-01"}}, fault.Invalid, "to"},
		"a day of another age":        {"events.find", url.Values{"to": {"9999-12-31"}}, fault.Invalid, "to"},
		"a month that is none":        {"events.month", url.Values{"month": {"2026-13"}}, fault.Invalid, "month"},
		"a page too far":              {"events.find", url.Values{"page": {"101"}}, fault.Invalid, "page"},
		"a page beyond any number":    {"events.organisation", url.Values{"slug": {"harbor"}, "page": {"9223372036854775808"}}, fault.Invalid, "page"},
		"no truth":                    {"events.find", url.Values{"open": {"perhaps"}}, fault.Invalid, "open"},
		"a draft's page":              {"events.get", url.Values{"slug": {"draft"}}, fault.NotFound, ""},
		"a private event's page":      {"events.get", url.Values{"slug": {"private"}}, fault.NotFound, ""},
		"no slug":                     {"events.get", url.Values{"slug": {"../x"}}, fault.NotFound, ""},
		"no slug at all":              {"events.get", url.Values{}, fault.NotFound, ""},
		"no organisation":             {"events.organisation", url.Values{"slug": {"' or 1=1"}}, fault.NotFound, ""},
		"a tampered link":             {"events.signup", token("tampered"), fault.NotFound, ""},
		"a link cut off":              {"events.signup", token("cut off"), fault.NotFound, ""},
		"a link of nobody":            {"events.signup", token("of nobody"), fault.Gone, ""},
		"a rating's link":             {"events.signup", token("rate past"), fault.NotFound, ""},
		"a calendar's link":           {"events.cancel", token("feed rally"), fault.NotFound, ""},
		"an ended link":               {"events.signup", token("manage long past"), fault.Gone, ""},
		"to cancel by an ended link":  {"events.cancel", token("manage long past"), fault.Gone, ""},
		"to cancel what is over":      {"events.cancel", token("manage past"), fault.Gone, ""},
		"to cancel by a forged link":  {"events.cancel", token("tampered"), fault.NotFound, ""},
		"to cancel of nobody":         {"events.cancel", token("of nobody"), fault.Gone, ""},
		"to accept what is over":      {"events.accept", token("manage long past"), fault.Gone, ""},
		"a party for what is off":     {"events.party", token("manage off", "guests", "1"), fault.Gone, ""},
		"a party of less than one":    {"events.party", token("manage rally", "guests", "-5"), fault.Invalid, "guests"},
		"a party beyond any number":   {"events.party", token("manage rally", "guests", "2147483647"), fault.Invalid, "guests"},
		"a party beyond all numbers":  {"events.party", token("manage rally", "guests", "9223372036854775807"), fault.Invalid, "guests"},
		"to rate what is to come":     {"events.rate", token("rate rally", "stars", "5"), fault.Conflict, ""},
		"to rate what is long over":   {"events.rate", token("rate long past", "stars", "5"), fault.Gone, ""},
		"to rate by another link":     {"events.rate", token("manage past", "stars", "5"), fault.NotFound, ""},
		"six stars":                   {"events.rate", token("rate past", "stars", "6"), fault.Invalid, "stars"},
		"a long comment":              {"events.rate", token("rate past", "stars", "5", "comment", long), fault.Invalid, "comment"},
		"a rating that ended":         {"events.rating", token("rate long past"), fault.Gone, ""},
		"a rating of nobody":          {"events.rating", token("rate of nobody"), fault.Gone, ""},
		"reminders by another link":   {"events.reminders", token("manage rally"), fault.NotFound, ""},
		"reminders of nobody":         {"events.set_reminders", token("reminders of nobody", "stopped", "true"), fault.Gone, ""},
		"to stop by a tampered link":  {"events.set_reminders", token("tampered", "stopped", "true"), fault.NotFound, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := g.what(t.Context(), t)
			for kind, r := range g.requests(t, c.function, c.in) {
				w := answer(g.fns, r)
				require.Equal(t, c.code.Status(), w.Code, "%s: %s", kind, w.Body)
				f := g.requireFault(t, c.function, c.in, w)
				require.Equal(t, c.code, f.Code, kind)
				if c.field != "" {
					require.Equal(t, []string{c.field}, fieldsOf(f), kind)
				}
			}
			require.Equal(t, before, g.what(t.Context(), t), "nothing is stored")
		})
	}
}

// TestNoInputGivesA5xx changes a good input of every function here and there, to what people, programs and attackers send. In
// all encodings the answer is the same: a result, or a fault in words, and then nothing is stored.
func TestNoInputGivesA5xx(t *testing.T) { //nolint:tparallel // each compares all that is stored
	t.Parallel()
	g := setupGrounds(t)
	inputs := g.inputs()
	for _, h := range g.fns.List() { //nolint:paralleltest // likewise
		function := h.Spec.Name
		fields := g.fields(function)
		names := slices.Sorted(maps.Keys(fields))
		before := g.what(t.Context(), t)
		t.Run(function, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := with(inputs[function])
				for range rapid.IntRange(0, 3).Draw(t, "changes") {
					g.spoil(t, in, names, fields)
				}
				extra := rapid.IntRange(0, 9).Draw(t, "extra") == 0
				if extra {
					in.Set("role", "admin")
				}
				before = g.requireSame(t, h.Spec.Command, function, in, before, extra)
			})
		})
	}
	g.requireLegal(t.Context(), t)
}

// requireSame sends the input in every encoding, and returns what is stored after it.
func (g grounds) requireSame(t *rapid.T, command bool, function string, in url.Values, before map[string]string, extra bool) map[string]string {
	answers := map[string]*fault.Error{}
	requests := g.requests(t, function, in)
	for _, kind := range slices.Sorted(maps.Keys(requests)) { // in one order, so that a failure comes again
		r := requests[kind]
		large := r.ContentLength > 64<<10
		w := answer(g.fns, r)
		if w.Code == http.StatusOK {
			answers[kind] = nil
			continue
		}
		f := g.requireFault(t, function, in, w)
		if large {
			require.Equal(t, fault.TooLarge, f.Code)
			continue
		}
		answers[kind] = f
		require.Contains(t, []fault.Code{fault.Malformed, fault.NotFound, fault.Conflict, fault.Gone, fault.Invalid}, f.Code, f.Message)
		require.Equal(t, extra, f.Code == fault.Malformed, f.Message)
	}
	var first *fault.Error
	for i, kind := range slices.Sorted(maps.Keys(answers)) {
		if i == 0 {
			first = answers[kind]
		}
		require.Equal(t, first, answers[kind], kind)
	}
	after := g.what(t.Context(), t)
	if first != nil || !command {
		require.Equal(t, before, after, "nothing is stored")
	}
	return after
}

// spoil changes one field to something that its type can hold.
func (g grounds) spoil(t *rapid.T, in url.Values, names []string, fields map[string]reflect.Type) {
	name := rapid.SampledFrom(names).Draw(t, "field")
	kind := fields[name]
	switch {
	case kind.Kind() == reflect.Map:
		name += "." + rapid.SampledFrom([]string{g.question, "", "x", ".", strings.Repeat("k", 300), uuid.Nil.String()}).Draw(t, "key")
		in[name] = rapid.SliceOfN(g.texts(), 1, 3).Draw(t, "values")
	case kind.Kind() == reflect.Slice:
		in[name] = rapid.SliceOfN(g.texts(), 1, 30).Draw(t, "values")
	case kind.Kind() == reflect.Int:
		in.Set(name, rapid.SampledFrom([]string{"0", "-1", "1", "2", "99", "100", "101", "2147483647", "2147483648", "-2147483649",
			"9223372036854775807", "-9223372036854775808", "9223372036854775808", "99999999999999999999999999", "1.5", "1e3", "1e309"}).Draw(t, "number"))
	case kind.Kind() == reflect.Bool:
		in.Set(name, rapid.SampledFrom([]string{"true", "false"}).Draw(t, "truth"))
	default:
		in.Set(name, g.texts().Draw(t, "text"))
	}
}

// texts are what people, programs and attackers type.
func (g grounds) texts() *rapid.Generator[string] {
	known := slices.Concat(slices.Sorted(maps.Values(g.shifts)), slices.Sorted(maps.Values(g.slugs)), slices.Sorted(maps.Values(g.tokens)))
	known = append(known, g.shift, g.slug, "harbor", uuid.NewString())
	return rapid.OneOf(rapid.SampledFrom(hostile()), rapid.SampledFrom(known), rapid.String())
}

func hostile() []string {
	return []string{
		"", " ", "a@b.co", "x\x00y", "\x00", "\x7f", "\u0085", "\u202eevil", "\u2066x\u2069", "\u200f", "\u200b", "\ufeff", "\u2028", "\ufffe", "💣", "e\u0301",
		strings.Repeat("x", 10_000), strings.Repeat("é", 5_000), strings.Repeat("a,", 500), "2026-02-30", "2026-13", "9999-12-31", "0001-01-01", "2026-11-23",
		"-1", "1e309", "NaN", "NaN,NaN", "41.5,-81.7", "90,180", "-90,-180", "1e400,0", "' or 1=1 --", `%_\`, `\`, "<script>alert(1)</script>", "a:*", "!&|()",
		"a & | ! <-> b", `"`, "\r\nBcc: x@y.z", "a\nb", uuid.Nil.String(), "in_person", "online", "hybrid", "canvass", "canvass,rally", "distance", "climate",
		"https://evil.example/?q", "javascript:alert(1)", "http://[::1", "//x", "216 555 0123", "+", "null", "{}", "[]", "true", "0x10", "١٢", "A-B 1",
	}
}

// TestEveryFieldRefusesEveryOtherType sends JSON of another type in each field of every function.
func TestEveryFieldRefusesEveryOtherType(t *testing.T) {
	t.Parallel()
	g := setupGrounds(t)
	before := g.what(t.Context(), t)
	for _, h := range g.fns.List() {
		function := h.Spec.Name
		for field, kind := range g.fields(function) {
			for _, wrong := range []string{`7`, `1.5`, `1e400`, `true`, `"x"`, `[]`, `[[]]`, `["x"]`, `{}`, `{"a":1}`, `{"a":{"b":"c"}}`, `[null,7]`} {
				if json.Unmarshal([]byte(wrong), reflect.New(kind).Interface()) == nil {
					continue // it is of this type
				}
				object := g.object(function, g.inputs()[function])
				object[field] = json.RawMessage(wrong)
				b, err := json.Marshal(object)
				require.NoError(t, err)
				w := answer(g.fns, post(function, asJSON, string(b)))
				require.Equal(t, http.StatusUnprocessableEntity, w.Code, "%s: %s: %s", function, b, w.Body)
				require.Equal(t, []string{field}, fieldsOf(g.requireFault(t, function, nil, w)), "%s: %s", b, w.Body)
			}
		}
	}
	require.Equal(t, before, g.what(t.Context(), t), "nothing is stored")
}

// TestABodyThatCannotBeReadIsRefusedByEveryFunction sends what is no input of any function.
func TestABodyThatCannotBeReadIsRefusedByEveryFunction(t *testing.T) {
	t.Parallel()
	g := setupGrounds(t)
	const boundary = asMultipart + "; boundary=a"
	part := func(header, value string) string {
		return "--a\r\nContent-Disposition: form-data; " + header + "\r\n\r\n" + value + "\r\n"
	}
	field := func(name string) string { return part(`name="`+name+`"`, "x") }
	big := strings.Repeat("x", 10<<20)
	before := g.what(t.Context(), t)
	for name, c := range map[string]struct {
		kind, body string
		code       fault.Code
	}{
		"nothing":                         {asJSON, "", fault.Malformed},
		"half an object":                  {asJSON, `{"slug":"canv`, fault.Malformed},
		"half a word":                     {asJSON, `nul`, fault.Malformed},
		"an array":                        {asJSON, `[]`, fault.Malformed},
		"a text":                          {asJSON, `"x"`, fault.Malformed},
		"null":                            {asJSON, `null`, fault.Malformed},
		"two objects":                     {asJSON, `{} {}`, fault.Malformed},
		"a comment":                       {asJSON, `{} // x`, fault.Malformed},
		"no UTF-8":                        {asJSON, "{\"slug\":\"\xff\"}", fault.Malformed},
		"half a pair of UTF-16":           {asJSON, `{"role":"\ud800"}`, fault.Malformed},
		"a byte order mark":               {asJSON, "\ufeff{}", fault.Malformed},
		"UTF-16":                          {asJSON, "\xff\xfe{\x00}\x00", fault.Malformed},
		"NUL":                             {asJSON, "\x00", fault.Malformed},
		"deep arrays":                     {asJSON, strings.Repeat("[", 60_000), fault.Malformed},
		"deep objects":                    {asJSON, strings.Repeat(`{"token":`, 7_000), fault.Malformed},
		"deep in a field":                 {asJSON, `{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, fault.Malformed},
		"an unknown field":                {asJSON, `{"role":"admin"}`, fault.Malformed},
		"an unknown field of a long name": {asJSON, `{"` + strings.Repeat("é", 10_000) + `":1}`, fault.Malformed},
		"a field of another case":         {asJSON, `{"Token":"x","SLUG":"x","Q":"x"}`, fault.Malformed},
		"a field of Go's":                 {asJSON, `{"FindIn":{},"Source":{}}`, fault.Malformed},
		"10 MB of JSON":                   {asJSON, `{"slug":"` + big + `"}`, fault.TooLarge},
		"10 MB of a form":                 {urlencoded, "slug=" + big, fault.TooLarge},
		"10 MB of parts":                  {boundary, part(`name="slug"`, big) + "--a--\r\n", fault.TooLarge},
		"a bad escape":                    {urlencoded, "slug=%zz", fault.Malformed},
		"semicolons":                      {urlencoded, "slug=a;token=b", fault.Malformed},
		"a form that is no UTF-8":         {urlencoded, "slug=%ff", fault.Malformed},
		"a form's unknown field":          {urlencoded, "role=admin", fault.Malformed},
		"a name that is no UTF-8":         {urlencoded, "%ff=a", fault.Malformed},
		"many fields":                     {urlencoded, strings.Repeat("a&", 30_000), fault.Malformed},
		"JSON as a form":                  {urlencoded, `{"slug":"canvass"}`, fault.Malformed},
		"no boundary":                     {asMultipart, field("slug") + "--a--\r\n", fault.Malformed},
		"another boundary":                {asMultipart + "; boundary=b", field("slug") + "--a--\r\n", fault.Malformed},
		"no parts":                        {boundary, "", fault.Malformed},
		"parts cut off":                   {boundary, field("slug"), fault.Malformed},
		"a part cut off":                  {boundary, "--a\r\nContent-Disposition: form-data; name=\"slug\"\r\n\r\nca", fault.Malformed},
		"a header cut off":                {boundary, "--a\r\nContent-Disposition: form-data; na", fault.Malformed},
		"a header without end":            {boundary, "--a\r\nX: " + strings.Repeat("x", 60_000), fault.Malformed},
		"a part that is no UTF-8":         {boundary, part(`name="slug"`, "\xff") + "--a--\r\n", fault.Malformed},
		"an unknown part":                 {boundary, field("role") + "--a--\r\n", fault.Malformed},
		"a file":                          {boundary, part(`name="slug"; filename="x.exe"`, "x") + "--a--\r\n", fault.Malformed},
		"an unknown file":                 {boundary, part(`name="role"; filename="x.exe"`, "x") + "--a--\r\n", fault.Malformed},
		"no content type":                 {"", `{}`, fault.Unsupported},
		"plain text":                      {"text/plain", `{}`, fault.Unsupported},
		"XML":                             {"application/xml", `<a/>`, fault.Unsupported},
		"JSON of another kind":            {"application/ld+json", `{}`, fault.Unsupported},
		"a content type that is none":     {"application/json; charset=\"", `{}`, fault.Unsupported},
		"any content type":                {"*/*", `{}`, fault.Unsupported},
		"a content type of NULs":          {"\x00", `{}`, fault.Unsupported},
		"a long content type":             {strings.Repeat("x", 10_000), `{}`, fault.Unsupported},
		"UTF-16 that says so":             {asJSON + "; charset=utf-16", "{\x00}\x00", fault.Unsupported},
		"another charset":                 {urlencoded + "; charset=windows-1252", "slug=%e9", fault.Unsupported},
		"parts of another charset":        {boundary + "; charset=shift_jis", "--a--\r\n", fault.Unsupported},
	} {
		for _, h := range g.fns.List() {
			w := answer(g.fns, post(h.Spec.Name, c.kind, c.body))
			require.Equal(t, c.code.Status(), w.Code, "%s to %s: %s", name, h.Spec.Name, w.Body)
			require.Equal(t, c.code, g.requireFault(t, h.Spec.Name, nil, w).Code, name)
		}
	}
	require.Equal(t, before, g.what(t.Context(), t), "nothing is stored")
}

// TestARequestThatIsNoCallIsRefusedByEveryFunction sends good inputs in ways that are none.
func TestARequestThatIsNoCallIsRefusedByEveryFunction(t *testing.T) {
	t.Parallel()
	g := setupGrounds(t)
	before := g.what(t.Context(), t)
	for _, h := range g.fns.List() {
		function, in := h.Spec.Name, g.inputs()[h.Spec.Name]
		refused := func(code fault.Code, what string, r *http.Request) http.Header {
			w := answer(g.fns, r)
			require.Equal(t, code.Status(), w.Code, "%s of %s: %s", what, function, w.Body)
			if r.Method != http.MethodHead {
				require.Equal(t, code, g.requireFault(t, function, in, w).Code, what)
			}
			return w.Header()
		}
		for kind, r := range g.requests(t, function, in) {
			whole, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			send := func(body io.Reader, header ...string) *http.Request {
				out := httptest.NewRequest(http.MethodPost, r.URL.Path, body)
				out.Header.Set("Content-Type", r.Header.Get("Content-Type"))
				for i := 0; i < len(header); i += 2 {
					out.Header.Set(header[i], header[i+1])
				}
				return out
			}
			broken := io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), iotest.ErrReader(errors.New("connection reset by peer")))
			refused(fault.Malformed, kind+" that breaks off", send(broken))
			for _, key := range []string{"short", "a b c d e f", strings.Repeat("k", 65), "ключключ", "\x00\x00\x00\x00\x00\x00\x00\x00"} {
				refused(fault.Malformed, kind+" with a key that is none", send(bytes.NewReader(whole), "Idempotency-Key", key))
			}
			for _, encoding := range []string{"gzip", "br", "deflate, gzip", "nonsense"} {
				refused(fault.Unsupported, kind+" compressed", send(bytes.NewReader(whole), "Content-Encoding", encoding))
			}
		}
		allow := "POST"
		methods := []string{http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "BREW"}
		if h.Spec.Command {
			methods = append(methods, http.MethodGet, http.MethodHead)
		} else {
			allow = "GET, HEAD, POST"
			for _, query := range []string{"%zz", "a;b", "in=", "in={", "in=null", "in=[]", "role=admin", "in={}&role=admin", "in={\"role\":1}", "in=%ff", "%ff=1", "=", "in={}%20{}"} {
				refused(fault.Malformed, "query "+query, httptest.NewRequest(http.MethodGet, "/fn/"+function+"?"+query, nil))
			}
		}
		for _, method := range methods {
			header := refused(fault.Method, method, httptest.NewRequest(method, "/fn/"+function+"?"+in.Encode(), nil))
			require.Equal(t, allow, header.Get("Allow"))
		}
	}
	for _, name := range []string{"", "events", "events.", ".rsvp", "events.none", "EVENTS.RSVP", "events.rsvp/", "events.rsvp/x", "../fn/events.rsvp", "events.rsvp%00", "%00", "%ff", "%E2%80%AE",
		strings.Repeat("x", 10_000)} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			w := answer(g.fns, httptest.NewRequest(method, "/fn/"+name, nil))
			require.Equal(t, http.StatusNotFound, w.Code, name)
			require.Equal(t, fault.NotFound, g.requireFault(t, "events.rsvp", nil, w).Code)
		}
	}
	require.Equal(t, before, g.what(t.Context(), t), "nothing is stored")
}

// TestTheLastOfAFieldSentTwiceCounts in every encoding.
func TestTheLastOfAFieldSentTwiceCounts(t *testing.T) {
	t.Parallel()
	g := setupGrounds(t)
	parts, boundary := multipartBody(t, url.Values{"slug": {"draft", g.slug}})
	for want, requests := range map[int][]*http.Request{
		http.StatusOK: {
			post("events.get", asJSON, fmt.Sprintf(`{"slug":"draft","slug":%q}`, g.slug)),
			post("events.get", urlencoded, "slug=draft&slug="+g.slug), post("events.get", boundary, parts),
		},
		http.StatusNotFound: {
			post("events.get", asJSON, fmt.Sprintf(`{"slug":%q,"slug":"draft"}`, g.slug)), post("events.get", urlencoded, "slug="+g.slug+"&slug=draft"),
		},
	} {
		for _, r := range requests {
			require.Equal(t, want, answer(g.fns, r).Code)
		}
	}
}
