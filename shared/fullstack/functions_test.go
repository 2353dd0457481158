//go:build !js

package fullstack_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

func post(kind, body string, header ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/fn/book.sign", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func multipartForm(t *testing.T, values url.Values) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, vs := range values {
		for _, v := range vs {
			require.NoError(t, w.WriteField(name, v))
		}
	}
	require.NoError(t, w.Close())
	return w.FormDataContentType(), b.String()
}

func TestFunctionAnswersTheSameInEveryEncoding(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	values := url.Values{"name": {"Zoë"}, "age": {"7"}, "loud": {"on"}, "likes": {"a", "b"}, "_key": {"key-12345"}}
	kind, body := multipartForm(t, values)
	for _, r := range []*http.Request{
		post("application/json", `{"name":"Zoë","age":7,"loud":true,"likes":["a","b"]}`, "Idempotency-Key", "key-12345"),
		post("application/x-www-form-urlencoded", values.Encode()),
		post(kind, body),
	} {
		page := fullstacktest.Do(t, site, r)
		require.Equal(t, 200, page.Status, page.HTML)
		require.JSONEq(t, `{"line":"Zoë","key":"key-12345"}`, page.HTML)
		require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
	}
}

func TestQueryAnswersGetAndPost(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	want := `{"lines":["Ada \u0026 \u003cGrace\u003e","x"]}`
	require.Equal(t, want, fullstacktest.Get(t, site, "/fn/book.list?filter=x").HTML)
	require.Equal(t, want, fullstacktest.Get(t, site, "/fn/book.list?in="+url.QueryEscape(`{"filter":"x"}`)).HTML)
	r := httptest.NewRequest(http.MethodPost, "/fn/book.list", strings.NewReader(`{"filter":"x"}`))
	r.Header.Set("Content-Type", "application/json")
	require.Equal(t, want, fullstacktest.Do(t, site, r).HTML)
}

func TestBadInputIsAFaultInWordsAndReachesNoService(t *testing.T) {
	t.Parallel()
	const js, form = "application/json", "application/x-www-form-urlencoded"
	manyKind, many := multipartForm(t, url.Values{"likes": slices.Repeat([]string{"x"}, 2000)})
	file := post("multipart/form-data; boundary=a",
		"--a\r\nContent-Disposition: form-data; name=\"name\"; filename=\"x.exe\"\r\n\r\nAda\r\n--a--\r\n")
	cases := map[string]struct {
		r      *http.Request
		status int
		code   fault.Code
	}{
		"malformed JSON":      {post(js, `{"name":`), 400, fault.Malformed},
		"trailing JSON":       {post(js, `{"name":"a"} {}`), 400, fault.Malformed},
		"empty body":          {post(js, ``), 400, fault.Malformed},
		"wrong type":          {post(js, `{"name":7}`), 422, fault.Invalid},
		"unknown field":       {post(js, `{"name":"a","role":"admin"}`), 400, fault.Malformed},
		"array for object":    {post(js, `[]`), 400, fault.Malformed},
		"deep JSON":           {post(js, strings.Repeat("[", 60000)), 400, fault.Malformed},
		"missing field":       {post(js, `{}`), 422, fault.Invalid},
		"NUL":                 {post(js, `{"name":"a\u0000b"}`), 422, fault.Invalid},
		"invalid UTF-8":       {post(js, "{\"name\":\"\xff\"}"), 400, fault.Malformed},
		"too long":            {post(js, `{"name":"`+strings.Repeat("x", 10000)+`"}`), 422, fault.Invalid},
		"10 MB":               {post(js, `{"name":"`+strings.Repeat("x", 10<<20)+`"}`), 413, fault.TooLarge},
		"10 MB form":          {post(form, "name="+strings.Repeat("x", 10<<20)), 413, fault.TooLarge},
		"plain text":          {post("text/plain", `{"name":"a"}`), 415, fault.Unsupported},
		"wrong charset":       {post(js+"; charset=utf-16", `{"name":"a"}`), 415, fault.Unsupported},
		"compressed":          {post(js, `{}`, "Content-Encoding", "gzip"), 415, fault.Unsupported},
		"form number":         {post(form, "name=a&age=seven"), 422, fault.Invalid},
		"form unknown field":  {post(form, "name=a&role=admin"), 400, fault.Malformed},
		"form bad escape":     {post(form, "name=%zz"), 400, fault.Malformed},
		"form invalid UTF-8":  {post(form, "name=%ff"), 400, fault.Malformed},
		"file for a field":    {file, 400, fault.Malformed},
		"many parts":          {post(manyKind, many), 413, fault.TooLarge},
		"parts in parts":      {post("multipart/form-data; boundary=a", "--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--a--\r\n"), 422, fault.Invalid},
		"no boundary":         {post("multipart/form-data", "--a--"), 400, fault.Malformed},
		"endless header":      {post("multipart/form-data; boundary=a", "--a\r\nX: "+strings.Repeat("x", 60000)), 400, fault.Malformed},
		"many fields":         {post(form, strings.Repeat("a&", 30000)), 400, fault.Malformed},
		"broken multipart":    {post("multipart/form-data; boundary=x", "nothing"), 400, fault.Malformed},
		"bad key":             {post(js, `{"name":"a"}`, "Idempotency-Key", "a b"), 400, fault.Malformed},
		"unknown function":    {httptest.NewRequest(http.MethodPost, "/fn/book.burn", nil), 404, fault.NotFound},
		"command by GET":      {httptest.NewRequest(http.MethodGet, "/fn/book.sign?name=a", nil), 405, fault.Method},
		"query by DELETE":     {httptest.NewRequest(http.MethodDelete, "/fn/book.list", nil), 405, fault.Method},
		"broken query string": {httptest.NewRequest(http.MethodGet, "/fn/book.list?filter=%zz", nil), 400, fault.Malformed},
		"cross-site":          {post(js, `{"name":"a"}`, "Sec-Fetch-Site", "cross-site"), 403, fault.Forbidden},
		"null origin":         {post(js, `{"name":"a"}`, "Origin", "null"), 403, fault.Forbidden},
		"older release":       {post(js, `{"name":"a","gone":1}`, "X-Release", "older"), 409, fault.Reload},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, site := setup(t)
			page := fullstacktest.Do(t, site, c.r)
			require.Equal(t, c.status, page.Status, page.HTML)
			got := fullstacktest.JSON[struct{ Fault *fault.Error }](t, page)
			require.Equal(t, c.code, got.Fault.Code)
			require.NotEmpty(t, got.Fault.Message)
			require.Zero(t, b.signs.Load(), "the service must not be reached")
		})
	}
}

func TestInternalErrorsSayNothingButTheRequestID(t *testing.T) {
	t.Parallel()
	_, site := setup(t)
	for _, name := range []string{"panic", "internal"} {
		page := fullstacktest.Do(t, site, post("application/json", `{"name":"`+name+`"}`))
		require.Equal(t, 500, page.Status)
		require.NotContains(t, page.HTML, "secret")
		require.Contains(t, page.HTML, "req-1")
	}
}

func TestHandleRefusesTwoServicesForOneName(t *testing.T) {
	t.Parallel()
	b := &book{}
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{})
	public := fullstack.Policy{Name: "public"}
	fullstack.Handle(fns, public, sign, b.sign)
	require.Panics(t, func() { fullstack.Handle(fns, public, sign, b.sign) })
	require.Panics(t, func() { fullstack.Handle(fns, fullstack.Policy{}, list, b.list) })
	require.Equal(t, []fullstack.Handled{{Spec: sign.Spec(), Policy: "public"}}, fns.List())
}
