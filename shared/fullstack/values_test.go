//go:build !js

package fullstack_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/access"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

type pollIn struct {
	Name    string              `json:"name"`
	Answers map[string][]string `json:"answers,omitempty"`
}

// TestFormFillsAMapFromItsFields: the page makes up the names, in every encoding.
func TestFormFillsAMapFromItsFields(t *testing.T) {
	t.Parallel()
	poll := fullstack.Command[pollIn, pollIn]{Name: "poll.answer"}
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{})
	fullstack.Handle(fns, access.Public, poll, func(_ context.Context, in pollIn) (pollIn, error) { return in, nil })
	send := func(kind, body string) *fullstacktest.Page {
		r := httptest.NewRequest(http.MethodPost, "/fn/poll.answer", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return fullstacktest.Do(t, fns, r)
	}
	encodings := func(values url.Values) []*fullstacktest.Page {
		kind, body := multipartForm(t, values)
		return []*fullstacktest.Page{send("application/x-www-form-urlencoded", values.Encode()), send(kind, body)}
	}

	want := `{"name":"Zoë","answers":{"7":["a","b"],"8.x":[""]}}`
	for _, page := range append(encodings(url.Values{"name": {"Zoë"}, "answers.7": {"a", "b"}, "answers.8.x": {""}}), send("application/json", want)) {
		require.Equal(t, 200, page.Status, page.HTML)
		require.JSONEq(t, want, page.HTML)
	}
	for _, values := range []url.Values{{"answers": {"a"}}, {"answer.7": {"a"}}, {"answers7": {"a"}}} {
		for _, page := range encodings(values) {
			require.Equal(t, 400, page.Status, page.HTML)
		}
	}
	for _, page := range append(encodings(url.Values{"answers.7": {"a\x00b"}}), send("application/json", `{"answers":{"7":["a\u0000b"]}}`)) {
		require.Equal(t, 422, page.Status, page.HTML)
		require.Contains(t, page.HTML, `"name":"answers.7"`)
	}
}
