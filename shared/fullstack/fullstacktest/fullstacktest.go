//go:build !js

// Package fullstacktest renders pages in tests, asserts on the parsed HTML and brings them alive, without a browser and
// without a network. Its own tests show the three ways: a page with Answers in place of its service, a whole site in
// process, and a Screen, on which a site's page is clicked and filled in.
package fullstacktest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
)

// Page is a parsed answer. Find takes CSS selectors.
type Page struct {
	*goquery.Document
	Status int
	Header http.Header
	HTML   string
}

// View encodes a component or element and checks that a browser would parse it into the same tree.
func View(t testing.TB, view app.UI) *Page {
	t.Helper()
	b, err := fullstack.AppendHTML(nil, view)
	require.NoError(t, err)
	require.NoError(t, fullstack.CheckMarkup(b))
	return parse(t, http.StatusOK, nil, b)
}

// Get asks a site for a page.
func Get(t testing.TB, site http.Handler, target string) *Page {
	t.Helper()
	return Do(t, site, httptest.NewRequest(http.MethodGet, target, nil))
}

// Post sends a native form.
func Post(t testing.TB, site http.Handler, target string, form url.Values) *Page {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return Do(t, site, r)
}

// Do sends any request.
func Do(t testing.TB, site http.Handler, r *http.Request) *Page {
	t.Helper()
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	return parse(t, w.Code, w.Header(), b)
}

func parse(t testing.TB, status int, header http.Header, b []byte) *Page {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
	require.NoError(t, err)
	return &Page{Document: doc, Status: status, Header: header, HTML: string(b)}
}

// Text is the text of the first match, white space folded.
func (p *Page) Text(selector string) string {
	return strings.Join(strings.Fields(p.Find(selector).First().Text()), " ")
}

// Attr is an attribute of the first match, "" if it has none.
func (p *Page) Attr(selector, name string) string {
	return p.Find(selector).First().AttrOr(name, "")
}

// Has reports whether anything matches.
func (p *Page) Has(selector string) bool { return p.Find(selector).Length() > 0 }

// Answers is a Caller that answers each function by name with a func(In) (Out, error) or with a fixed output. It is for
// pages; services are tested with their database.
type Answers map[string]any

// CallFunction answers from the table; a function that is not in it fails the call.
func (a Answers) CallFunction(_ context.Context, spec fullstack.Spec, in, out any) error {
	answer, ok := a[spec.Name]
	if !ok {
		return fmt.Errorf("fullstacktest: Answers has none for %s", spec.Name)
	}
	v := reflect.ValueOf(answer)
	if v.Kind() != reflect.Func {
		reflect.ValueOf(out).Elem().Set(v)
		return nil
	}
	result := v.Call([]reflect.Value{reflect.ValueOf(in).Elem()})
	if err, _ := result[1].Interface().(error); err != nil {
		return err
	}
	reflect.ValueOf(out).Elem().Set(result[0])
	return nil
}

var update = flag.Bool("golden", false, "write the golden files instead of comparing with them")

// Golden compares with testdata/NAME.golden.html beside the test; `make golden` writes it.
func Golden(t testing.TB, name string, html string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden.html")
	pretty := strings.ReplaceAll(html, "><", ">\n<")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(pretty), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run `make golden` and read what it wrote")
	require.Equal(t, string(want), pretty)
}

// JSON reads the answer of a function.
func JSON[T any](t testing.TB, p *Page) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal([]byte(p.HTML), &v))
	return v
}
