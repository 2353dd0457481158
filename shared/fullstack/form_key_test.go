//go:build !js

package fullstack_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
)

var hiddenKey = regexp.MustCompile(`name="_key" type="hidden" value="([^"]+-sign)"`)

// A page of one visitor's own gives its form a key of its own, which the command is called with; a page that visitors
// share gives none, for they would all have the same.
func TestAPrivatePagesFormHasAKey(t *testing.T) {
	t.Parallel()
	_, site := setupWith(t, func(b *book, _ *fullstack.SiteConfig) { b.cache = fullstack.Private })
	first, second := hiddenKey.FindStringSubmatch(show(t, site)), hiddenKey.FindStringSubmatch(show(t, site))
	require.Len(t, first, 2)
	require.Len(t, second, 2)
	require.NotEqual(t, first[1], second[1], "each rendering is another attempt")
	require.Contains(t, show(t, site), `"submission":{"key":"`, "the browser program draws the same form")

	refused := signNatively(site, url.Values{"_key": {first[1]}, "name": {""}})
	require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	require.Len(t, hiddenKey.FindAllString(refused.Body.String(), -1), 1)

	accepted := signNatively(site, url.Values{"_key": {first[1]}, "name": {"Ada"}})
	require.Equal(t, http.StatusSeeOther, accepted.Code)

	_, shared := setup(t)
	require.NotRegexp(t, hiddenKey, show(t, shared))
}

func show(t *testing.T, site http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/book/one", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

func signNatively(site http.Handler, values url.Values) *httptest.ResponseRecorder {
	values.Set("_fn", "book.sign")
	values.Set("_form", "sign")
	r := httptest.NewRequest(http.MethodPost, "/book/one", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}
