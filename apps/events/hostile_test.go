//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"groundswell/apps/events/pages/embeds"
	"groundswell/shared/fullstack"
)

// attacked is the whole site over the grounds, with an S3 that holds nothing.
type attacked struct {
	grounds
	http.Handler
	good map[string][]string // what fills a wildcard so that there is something
}

func setupAttacked(t *testing.T) attacked {
	t.Helper()
	s3 := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s3.Close)
	g := setupGrounds(t)
	return attacked{g, wholeSite(t, g.svc, g.fns, s3.URL), map[string][]string{
		"{slug}": {g.slug, "rally", "cancelled"}, "{org}": {"harbor"}, "{token}": slices.Sorted(maps.Values(g.tokens)),
		"{name}": {"0a7.css", "abc.jpg", "abcw400.jpg"}, "{file}": {"events-1.xml", "organizations-1.xml"},
	}}
}

// addresses are the patterns of all that is read.
func addresses() []string {
	all := []string{"/e/{slug}/event.ics", "/e/{slug}/card.png", "/o/{org}/calendar.ics", "/o/{org}/feed.atom", "/o/{org}/card.png",
		"/my/{token}/calendar.ics", "/my/{token}/event.ics", "/reminders/{token}/stop", "/media/{name}", "/embed/accent/{name}", "/embed.js", "/oembed",
		"/sitemap.xml", "/sitemap/{file}", "/robots.txt", "/offline", "/manifest.webmanifest", "/sw.js", "/favicon.ico", "/static/{name}", "/nothing/{name}", "/{name}"}
	for _, route := range slices.Concat(site().Routes, embeds.Routes()) {
		all = append(all, strings.ReplaceAll(route.Pattern(), "{$}", ""))
	}
	return all
}

// probes would do something in a page that shows them as they are.
func probes() []string {
	return []string{
		`<script>probe()</script>`, `"><xss-probe onclick=probe()>`, `' onmouseover='probe()`, `</script><svg onload=probe()>`, `</title><xss-probe>`,
		`</textarea><xss-probe>`, `javascript:probe()`, `data:text/html,<script>probe()</script>`, `<!--`, `]]><xss-probe>`, "\u2028probe()", `&lt;xss-probe&gt;`, `//evil.example/probe`,
	}
}

// TestNothingIsAtAHostileAddress fills every wildcard with what names nothing.
func TestNothingIsAtAHostileAddress(t *testing.T) {
	t.Parallel()
	s := setupAttacked(t)
	before := s.what(t.Context(), t)
	known := slices.Concat(slices.Collect(maps.Values(s.slugs)), []string{s.slug, "harbor", "", "."})
	for _, pattern := range addresses() {
		opened, closed := strings.Index(pattern, "{"), strings.Index(pattern, "}")
		if opened < 0 || pattern == "/reminders/{token}/stop" { // which sends on, whatever it is
			continue
		}
		for _, name := range slices.Concat(hostile(), probes()) {
			if slices.Contains(known, name) {
				continue
			}
			target := pattern[:opened] + url.PathEscape(name) + pattern[closed+1:]
			w := s.ask(httptest.NewRequest(http.MethodGet, target, nil))
			require.Equal(t, http.StatusNotFound, w.Code, "%.200s: %s", target, w.Body)
			requireSafe(t, target, w)
		}
	}
	require.Equal(t, before, s.what(t.Context(), t), "reading changes nothing")
}

// TestEveryAddressSaysWhatItDoesNotTake asks for each in ways that are none, and for what its pages do not read.
func TestEveryAddressSaysWhatItDoesNotTake(t *testing.T) {
	t.Parallel()
	s := setupAttacked(t)
	before := s.what(t.Context(), t)
	for target, want := range map[string]int{
		"/?from=2026-02-30": 422, "/?from=2026-12-02&to=2026-12-01": 422, "/?page=101": 422, "/?page=-1": 422, "/?type=riot": 422, "/?near=91,0": 422, "/?org=%00": 404,
		"/?page=x": 404, "/?page=99999999999999999999": 404, "/?open=perhaps": 404, "/?q=%00": 404, "/?q=%ff": 404, "/?q=%zz": 400, "/?a;b": 400, "/?q=" + strings.Repeat("x", 10_000): 422,
		"/?q=%E2%80%AE": 422, "/?unknown=%00": 200, "/calendar?month=2026-13": 422, "/calendar?month=9999-01": 422, "/calendar?q=%00": 404, "/o/harbor?page=0x1": 404, "/o/harbor?page=101": 422,
		"/e/canvass?joined=%00": 404, "/e/canvass?joined=x": 200, "/e/canvass?shift=x": 200, "/e/draft": 404, "/e/private": 404, "/embed/e/draft": 404,
		"/embed/o/harbor?accent=%00": 404, "/embed/o/harbor?accent=red%3B": 200, "/embed/e/canvass?theme=%22%3E": 200,
		"/oembed": 404, "/oembed?format=xml": 501, "/oembed?url=%zz": 404, "/oembed?url=https://evil.example/e/canvass": 404, "/oembed?url=" + url.QueryEscape(origin+"/e/canvass") + "&maxwidth=x": 400,
		"/oembed?url=" + url.QueryEscape(origin+"/e/a%00b"): 404, "/oembed?url=" + url.QueryEscape(origin+"/e/canvass") + "&maxheight=99999999999999999999": 400,
		"/oembed?url=" + url.QueryEscape(origin+"/e/canvass"): 200, "/my/" + s.tokens["manage long past"]: 410, "/my/" + s.tokens["rate past"]: 404, "/rate/" + s.tokens["manage past"]: 404,
		"/rate/" + s.tokens["rate long past"]: 410, "/my/" + s.tokens["rate rally"] + "/calendar.ics": 404, "/my/" + s.tokens["feed rally"]: 404, "/reminders/" + s.tokens["tampered"]: 404,
		"/E/canvass": 404, "/e/canvass/": 404, "/e/canvass%2F": 404, "/e/%2e%2e/x": 404, "/e/canvass/event.ics/": 404, "/sitemap/events-0.xml": 404, "/sitemap/events-99999999999999999999.xml": 404,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := s.ask(httptest.NewRequest(method, target, nil))
			require.Equal(t, want, w.Code, "%s %.200s: %s", method, target, w.Body)
			requireSafe(t, target, w)
		}
	}
	for _, pattern := range addresses() {
		target := pattern
		for wildcard, good := range s.good {
			target = strings.ReplaceAll(target, wildcard, good[0])
		}
		for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, http.MethodPost, "PROPFIND", "get"} {
			w := s.ask(httptest.NewRequest(method, target, nil))
			requireSafe(t, target, w)
			allowed := strings.Split(w.Header().Get("Allow"), ", ")
			switch {
			case w.Code == http.StatusNotFound && pattern != "/reminders/{token}/stop": // nor is there anything to read
				require.Equal(t, http.StatusNotFound, s.ask(httptest.NewRequest(http.MethodGet, target, nil)).Code, "%s %s", method, target)
			case method == http.MethodPost && w.Code != http.StatusMethodNotAllowed:
				require.Contains(t, []int{http.StatusUnsupportedMediaType, http.StatusNotFound}, w.Code, "%s: a form of nothing", target)
			default:
				require.Equal(t, http.StatusMethodNotAllowed, w.Code, "%s %s", method, target)
				require.Contains(t, allowed, http.MethodGet, "%s %s", method, target)
				require.NotContains(t, allowed, method)
			}
		}
	}
	require.Equal(t, before, s.what(t.Context(), t), "nothing is stored")
}

// TestNoReadingGivesA5xx asks for every address with all that can be said beside it: nothing changes, and nothing that was sent
// becomes a part of a page.
func TestNoReadingGivesA5xx(t *testing.T) {
	t.Parallel()
	s := setupAttacked(t)
	before := s.what(t.Context(), t)
	parameters := []string{"q", "type", "mode", "place", "near", "within_km", "sort", "from", "to", "open", "tag", "org", "series", "past", "page", "month", "joined", "waiting",
		"shift", "saved", "theme", "accent", "url", "format", "maxwidth", "v", "utm_source", "in", "x"}
	values := rapid.OneOf(rapid.SampledFrom(probes()), rapid.SampledFrom(parameterValues()), s.texts())
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.SampledFrom(addresses()).Draw(t, "address")
		for wildcard, good := range s.good {
			if strings.Contains(target, wildcard) {
				target = strings.ReplaceAll(target, wildcard, url.PathEscape(rapid.OneOf(rapid.SampledFrom(good), rapid.SampledFrom(good), values).Draw(t, wildcard)))
			}
		}
		query := url.Values{}
		for range rapid.IntRange(0, 3).Draw(t, "parameters") {
			query.Add(rapid.SampledFrom(parameters).Draw(t, "parameter"), values.Draw(t, "value"))
		}
		target += "?" + query.Encode() + rapid.SampledFrom([]string{"", "", "", "&%zz", "&;", "&=&&", "&%ff=%00", "#x"}).Draw(t, "more")
		header := headers().Draw(t, "headers")
		codes := map[string]int{}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, target, nil)
			maps.Copy(r.Header, header)
			w := s.ask(r)
			requireSafe(t, target, w)
			codes[method] = w.Code
		}
		require.Equal(t, codes[http.MethodGet], codes[http.MethodHead])
		require.Equal(t, before, s.what(t.Context(), t), "reading changes nothing")
	})
}

// parameterValues are some that a page takes, so that what stands beside them is read.
func parameterValues() []string {
	return []string{"canvass", "rally", "harbor", "Cleveland", "Cleveland, OH", "41.5,-81.7", "1", "2", "25", "true", "2026-12-01", "2026-12", "distance", "online", "light", "0a7", "json",
		origin + "/e/canvass", origin + "/o/harbor", "https://evil.example/e/canvass"}
}

// headers are what programs say of themselves, and what they should not.
func headers() *rapid.Generator[http.Header] {
	said := map[string][]string{
		"Accept":                 {"*/*", "application/json", "text/html;q=x", ",,;", ""},
		"Accept-Encoding":        {"br", "gzip", "gzip;q=0", "br;q=NaN, gzip;q=1e9", "*", "identity;q=0", ",,;;=", strings.Repeat("gzip,", 2000)},
		"Accept-Language":        {"de-DE", "x", "*;q=-1", strings.Repeat("a-", 5000), `"><xss-probe>`},
		"Cache-Control":          {"no-cache", "max-age=x"},
		"Content-Length":         {"0", "-1", "x"},
		"Content-Type":           {"application/json", "x", "multipart/form-data"},
		"Cookie":                 {"a=b", "=;=;", strings.Repeat("a=b;", 2000), "session=\x80"},
		"If-Match":               {`"x"`, "*"},
		"If-Modified-Since":      {"Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "yesterday", ""},
		"If-None-Match":          {"*", `"`, `W/"`, `"x", "y`, "W/*", strings.Repeat(`"a",`, 2000)},
		"If-Range":               {`"x"`, "x"},
		"Origin":                 {"null", "https://evil.example", "x", `"><xss-probe>`},
		"Range":                  {"bytes=0-0", "bytes=-1", "bytes=5-1", "bytes=99999999999-", "bytes=0-0,-1,2-3", "bytes=" + strings.Repeat("0-0,", 500) + "0-0", "lines=1", "x"},
		"Referer":                {"https://evil.example/<script>", "x", "http://[::1"},
		"Sec-Fetch-Site":         {"cross-site", "same-site", "none", "x"},
		"Sec-Fetch-Dest":         {"iframe", "document", "x"},
		"X-Form-Age":             {"0", "-1", "x"},
		"X-Forwarded-For":        {"127.0.0.1", "x", strings.Repeat("1.1.1.1,", 500)},
		"X-Forwarded-Host":       {"evil.example", `"><xss-probe>`},
		"X-Http-Method-Override": {"DELETE"},
		"X-Release":              {"older", ""},
		"X-Request-Id":           {`"><xss-probe>`, "12345678"},
	}
	return rapid.Custom(func(t *rapid.T) http.Header {
		h := http.Header{}
		for range rapid.IntRange(0, 3).Draw(t, "headers") {
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(said))).Draw(t, "header")
			h.Set(name, rapid.SampledFrom(said[name]).Draw(t, name))
		}
		return h
	})
}

// TestNoFormGivesA5xx sends native forms to every page that takes one: what was typed is shown again as it was, and stored only
// when the visitor is sent on.
func TestNoFormGivesA5xx(t *testing.T) {
	t.Parallel()
	s := setupAttacked(t)
	inputs := s.inputs()
	forms := map[string][]string{} // the functions of a page
	for _, route := range slices.Concat(site().Routes, embeds.Routes()) {
		for _, action := range route.Actions() {
			forms[route.Pattern()] = append(forms[route.Pattern()], action.FunctionSpec().Name)
		}
	}
	require.Greater(t, len(forms), 4)
	before := s.what(t.Context(), t)
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom(slices.Sorted(maps.Keys(forms))).Draw(t, "page")
		function := rapid.SampledFrom(forms[pattern]).Draw(t, "function")
		in, fields := with(inputs[function]), s.fields(function)
		target := strings.NewReplacer("{slug}", s.slug, "{org}", "harbor", "{token}", in.Get("token")).Replace(pattern)
		if rapid.IntRange(0, 4).Draw(t, "another") == 0 {
			target = strings.NewReplacer("{slug}", "draft", "{token}", rapid.SampledFrom(slices.Sorted(maps.Values(s.tokens))).Draw(t, "token")).Replace(pattern)
		}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			s.spoil(t, in, slices.Sorted(maps.Keys(fields)), fields)
		}
		for range rapid.IntRange(0, 2).Draw(t, "probes") {
			in.Set(rapid.SampledFrom(slices.Sorted(maps.Keys(fields))).Draw(t, "probed"), rapid.SampledFrom(probes()).Draw(t, "probe"))
		}
		in.Set("_fn", rapid.SampledFrom([]string{function, function, function, function, "events.none", "", `"><xss-probe>`}).Draw(t, "_fn"))
		in.Set("_form", rapid.SampledFrom([]string{"rsvp", "cancel", `"><xss-probe>`}).Draw(t, "_form"))
		in.Set("_key", rapid.SampledFrom([]string{"", "", "", "short", `"><xss-probe>`}).Draw(t, "_key"))
		if rapid.IntRange(0, 9).Draw(t, "extra") == 0 {
			in.Set("role", `"><xss-probe>`)
		}
		body, kind := in.Encode(), urlencoded
		if rapid.Bool().Draw(t, "parts") {
			body, kind = multipartBody(t, in)
		}
		r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
		maps.Copy(r.Header, headers().Draw(t, "headers"))
		r.Header.Set("Content-Type", kind)
		w := s.ask(r)
		requireSafe(t, target, w)
		foreign := r.Header.Get("Sec-Fetch-Site") != "" && r.Header.Get("Sec-Fetch-Site") != "none" || r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") != ""
		require.Equal(t, foreign, w.Code == http.StatusForbidden, "%s, and is from another site: %t", w.Result().Status, foreign)
		done := w.Code == http.StatusSeeOther || w.Code == http.StatusOK && r.Header.Get("Accept") == "application/json"
		if !done {
			require.Contains(t, []int{400, 403, 404, 409, 410, 413, 422}, w.Code)
			require.Equal(t, before, s.what(t.Context(), t), "nothing is stored")
		}
		before = s.what(t.Context(), t)
	})
	s.requireLegal(t.Context(), t)
}

// TestAFormThatCannotBeReadIsRefusedByEveryPage sends what is no form.
func TestAFormThatCannotBeReadIsRefusedByEveryPage(t *testing.T) {
	t.Parallel()
	s := setupAttacked(t)
	before := s.what(t.Context(), t)
	big := "_fn=events.rsvp&note=" + strings.Repeat("x", 10<<20)
	for _, route := range slices.Concat(site().Routes, embeds.Routes()) {
		if len(route.Actions()) == 0 {
			continue
		}
		function := route.Actions()[0].FunctionSpec().Name
		target := strings.NewReplacer("{slug}", s.slug, "{org}", "harbor", "{token}", s.inputs()[function].Get("token")).Replace(route.Pattern())
		fn := "_fn=" + function
		for name, c := range map[string]struct {
			kind, body string
			header     []string
			status     int
		}{
			"nothing":            {urlencoded, "", nil, 400},
			"no function":        {urlencoded, "given_name=Ada", nil, 400},
			"another's function": {urlencoded, "_fn=events.find", nil, 400},
			"a bad escape":       {urlencoded, fn + "&token=%zz", nil, 400},
			"no UTF-8":           {urlencoded, fn + "&token=%ff", nil, 400},
			"an unknown field":   {urlencoded, fn + "&role=admin", nil, 400},
			"10 MB":              {urlencoded, big, nil, 413},
			"parts cut off":      {asMultipart + "; boundary=a", "--a\r\nContent-Disposition: form-data; na", nil, 400},
			"no boundary":        {asMultipart, "--a--", nil, 400},
			"JSON":               {asJSON, `{}`, nil, 415},
			"no content type":    {"", fn, nil, 415},
			"another charset":    {urlencoded + "; charset=utf-16", fn, nil, 415},
			"compressed":         {urlencoded, fn, []string{"Content-Encoding", "gzip"}, 415},
			"from another site":  {urlencoded, fn, []string{"Sec-Fetch-Site", "cross-site"}, 403},
			"of another origin":  {urlencoded, fn, []string{"Origin", "https://evil.example"}, 403},
			"of no origin":       {urlencoded, fn, []string{"Origin", "null"}, 403},
			"of a sibling":       {urlencoded, fn, []string{"Sec-Fetch-Site", "same-site"}, 403},
		} {
			r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			for i := 0; i < len(c.header); i += 2 {
				r.Header.Set(c.header[i], c.header[i+1])
			}
			w := s.ask(r)
			require.Equal(t, c.status, w.Code, "%s to %s: %s", name, route.Pattern(), w.Body)
			requireSafe(t, target, w)
		}
	}
	require.Equal(t, before, s.what(t.Context(), t), "nothing is stored")
}

func (s attacked) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// requireSafe is what holds for every answer of the site, whatever was asked.
func requireSafe(t require.TestingT, target string, w *httptest.ResponseRecorder) {
	h, path := w.Header(), target
	if u, err := url.Parse(target); err == nil {
		path = u.Path
	}
	if w.Code != http.StatusNotImplemented || path != "/oembed" { // for another format than JSON, as oEmbed's specification has it
		require.Less(t, w.Code, 500, "%.300s: %s", target, w.Body)
	}
	csp := h.Get("Content-Security-Policy")
	require.Contains(t, csp, "default-src 'none'", target)
	require.NotContains(t, csp, "unsafe-inline")
	require.NotContains(t, csp, "probe")
	if !strings.HasPrefix(path, "/embed/") {
		require.Contains(t, csp, "frame-ancestors 'none'", target)
	}
	require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	require.NotEmpty(t, h.Get("Referrer-Policy"))
	require.NotEmpty(t, h.Get("Cross-Origin-Resource-Policy"))
	require.Contains(t, h.Get("Strict-Transport-Security"), "max-age=63072000")
	require.Contains(t, h.Get("Permissions-Policy"), "camera=()")
	require.Len(t, h.Get("X-Request-Id"), 26)
	require.Empty(t, h.Get("Server")+h.Get("X-Powered-By")+h.Get("Set-Cookie"))
	if w.Code >= 400 {
		require.Contains(t, h.Get("Cache-Control"), "no-store", "%d of %s", w.Code, target)
	}
	if w.Code == http.StatusMethodNotAllowed {
		require.NotEmpty(t, h.Get("Allow"), target)
	}
	if w.Code >= 300 && w.Code < 400 && w.Code != http.StatusNotModified {
		requireHere(t, h.Get("Location"))
	}
	requireContent(t, path, w)
}

// requireHere fails for a redirect to another site.
func requireHere(t require.TestingT, location string) {
	u, err := url.Parse(location)
	require.NoError(t, err)
	require.Empty(t, u.Scheme+u.Host, location)
	require.True(t, strings.HasPrefix(location, "/") && !strings.HasPrefix(location, "//") && !strings.HasPrefix(location, `/\`), location)
}

// requireContent checks that the body is what it says to be, and that an error is a page.
func requireContent(t require.TestingT, path string, w *httptest.ResponseRecorder) {
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	body := w.Body.Bytes()
	if len(body) == 0 || w.Header().Get("Content-Encoding") != "" || w.Code == http.StatusPartialContent {
		return
	}
	switch kind {
	case "text/html":
		if w.Code != http.StatusTemporaryRedirect && w.Code != http.StatusMovedPermanently && w.Code != http.StatusFound && w.Code != http.StatusSeeOther {
			require.NoError(t, fullstack.CheckMarkup(body))
		}
		requireNothingInjected(t, body)
	case "application/json":
		require.True(t, json.Valid(body), "%s", body)
	case "application/xml", "application/atom+xml":
		requireXML(t, body)
	default:
		require.NotEmpty(t, kind, path)
		require.NotContains(t, w.Body.String(), "xss-probe", "%s of %s", kind, path)
	}
	if w.Code >= 400 && kind != "application/json" && path != "/oembed" && !strings.HasPrefix(path, "/static/") {
		require.Equal(t, "text/html", kind, "%d of %s", w.Code, path)
	}
}

func requireXML(t require.TestingT, body []byte) {
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

// requireNothingInjected reads a page as a browser does: it has no element, script, handler or address of an attacker's.
func requireNothingInjected(t require.TestingT, page []byte) {
	doc, err := html.Parse(bytes.NewReader(page))
	require.NoError(t, err)
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			require.NotContains(t, n.Data, "probe")
		}
		if n.Type != html.ElementNode {
			continue
		}
		require.NotContains(t, []string{"xss-probe", "iframe", "object", "embed", "base"}, n.Data)
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
			require.False(t, strings.HasPrefix(a.Key, "on"), "a handler: %s=%q", a.Key, a.Val)
			if slices.Contains([]string{"href", "src", "action", "formaction", "srcset", "data", "poster"}, a.Key) {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				require.False(t, strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:text") || strings.HasPrefix(value, "//"), "%s=%q", a.Key, a.Val)
			}
		}
		if n.Data == "script" && !strings.HasSuffix(attributes["type"], "json") {
			require.True(t, strings.HasPrefix(attributes["src"], "/static/"), "a script of nobody's: %v", n.Attr)
			require.Nil(t, n.FirstChild, "a script within the page")
		}
		require.NotContains(t, strings.ToLower(attributes["http-equiv"]), "refresh")
	}
}

// counting notes that a requirement failed.
type counting struct{ failed bool }

func (c *counting) Errorf(string, ...any) { c.failed = true }
func (c *counting) FailNow()              { c.failed = true }

// TestWhatIsInjectedIsSeen: pages that show a probe as it is, and some that do not.
func TestWhatIsInjectedIsSeen(t *testing.T) {
	t.Parallel()
	for page, seen := range map[string]bool{
		`<p><xss-probe></xss-probe></p>`: true, `<p onclick="probe()">`: true, `<script>probe()</script>`: true, `<script src="https://evil.example"></script>`: true,
		`<a href=" javascript:probe()">`: true, `<a href="//evil.example">`: true, `<form action="data:text/html,x">`: true, `<meta http-equiv="Refresh" content="0">`: true, `<!--probe-->`: true,
		`<script type="application/json">"</script><xss-probe>"</script>`: true,
		`<p>&lt;xss-probe&gt;</p>`:                                        false, `<input value="&quot;&gt;&lt;xss-probe&gt;">`: false, `<script type="application/json">"\u003cxss-probe"</script>`: false,
		`<script src="/static/loader.js"></script>`: false, `<a href="/e/canvass">`: false,
	} {
		var c counting
		requireNothingInjected(&c, []byte(page))
		require.Equal(t, seen, c.failed, page)
	}
}
