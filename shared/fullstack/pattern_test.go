package fullstack

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPatternMatchesWhatTheMuxMatches(t *testing.T) {
	t.Parallel()
	patterns := []string{"/{$}", "/e/{slug}", "/e/{slug}/shifts/{shift}", "/o/{org}", "/o/{org}/{$}", "/docs/{path...}", "/tree/", "/e/new", "/about%20us"}
	paths := []string{
		"/", "/e", "/e/", "/e/spring", "/e/spring/", "/e/new", "/e/a%20b", "/e/a%2Fb", "/e/%E2%9C%93", "/e/spring/shifts/7", "/e/spring/shifts/",
		"/o/x", "/o/x/", "/docs", "/docs/", "/docs/a", "/docs/a/b%20c", "/tree", "/tree/", "/tree/a", "/about%20us", "/nothing",
	}
	for _, p := range patterns {
		parsed, err := parsePattern(p)
		require.NoError(t, err, p)
		for _, path := range paths {
			want, wantOK := muxMatch(p, path)
			got, ok := parsed.match(path)
			require.Equal(t, wantOK, ok, "%s against %s", p, path)
			if ok {
				require.Equal(t, want, got, "%s against %s", p, path)
			}
		}
	}
}

// muxMatch asks net/http whether the pattern alone answers the path, and with which values.
func muxMatch(p, path string) (map[string]string, bool) {
	mux := http.NewServeMux()
	var values map[string]string
	mux.HandleFunc(p, func(_ http.ResponseWriter, r *http.Request) {
		values = map[string]string{}
		for _, name := range []string{"slug", "shift", "org", "path"} {
			if v := r.PathValue(name); v != "" {
				values[name] = v
			}
		}
		if p == "/docs/{path...}" {
			values["path"] = r.PathValue("path")
		}
	})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return values, w.Code == http.StatusOK
}

func TestPatternRefusesWhatIsNoPath(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"", "e", "GET /e", "/e//x", "/{a}/{a}", "/{", "/{a}b", "/{a...}/b", "/{$}/b", "/{1}", "/{}"} {
		_, err := parsePattern(p)
		require.Error(t, err, "%q", p)
	}
}

func TestPatternDoesNotMatchUncleanPaths(t *testing.T) {
	t.Parallel()
	p, err := parsePattern("/docs/{path...}")
	require.NoError(t, err)
	for _, path := range []string{"/docs/a//b", "/docs/../b", "/docs/./b", "/docs//", "docs/a", "/docs/%zz"} {
		_, ok := p.match(path)
		require.False(t, ok, path)
	}
}

func TestMostSpecificRouteWins(t *testing.T) {
	t.Parallel()
	patterns := []string{"/{any...}", "/e/{slug}", "/e/new", "/e/{slug}/{tab}", "/e/{$}"}
	routes := make([]Route, 0, len(patterns))
	for _, p := range patterns {
		routes = append(routes, Page[struct{}, struct{}]{Path: p})
	}
	table, err := newRouteTable(routes)
	require.NoError(t, err)
	for path, want := range map[string]string{
		"/e/new": "/e/new", "/e/x": "/e/{slug}", "/e/": "/e/{$}", "/e/x/y": "/e/{slug}/{tab}", "/z": "/{any...}", "/": "/{any...}",
	} {
		route, _ := table.find(path)
		require.NotNil(t, route, path)
		require.Equal(t, want, route.Pattern(), path)
	}
	require.Nil(t, table.byPattern("/e"))
}

func TestBuildIsTheInverseOfMatch(t *testing.T) {
	t.Parallel()
	p, err := parsePattern("/e/{slug}/x/{tab}")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[^\x00]{1,12}`).Filter(func(s string) bool { return s != "." && s != ".." })
		want := map[string]string{"slug": text.Draw(t, "slug"), "tab": text.Draw(t, "tab")}
		path, err := p.build(want)
		require.NoError(t, err)
		got, ok := p.match(path)
		require.True(t, ok, path)
		require.Equal(t, want, got)
	})
}
