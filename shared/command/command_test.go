package command

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	t.Parallel()
	ready := http.StatusOK
	private := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/readyz", r.URL.Path)
		http.Error(w, "draining", ready)
	}))
	defer private.Close()
	var served [][]string
	app := App{Name: "events", Version: "v1.2.3", PrivateListen: strings.TrimPrefix(private.URL, "http://"), Commands: []Command{
		{Name: "serve", Help: "serve the site", Run: func(_ context.Context, args []string) error { served = append(served, args); return nil }},
		{Name: "import", Args: "FILE", Help: "import", Run: func(_ context.Context, args []string) error { return errors.New("no " + args[0]) }},
	}}
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := app.run(t.Context(), args, &out, &out)
		return code, out.String()
	}
	for _, c := range []struct {
		args []string
		code int
		out  string
	}{
		{nil, 0, ""}, {[]string{"serve"}, 0, ""}, {[]string{"version"}, 0, "events v1.2.3\n"},
		{[]string{"import", "x.ics"}, 1, "events: no x.ics\n"}, {[]string{"serve", "now"}, 2, "events serve takes no arguments\n"},
		{[]string{"healthcheck"}, 0, ""},
	} {
		code, out := run(c.args...)
		require.Equal(t, c.code, code, c.args)
		require.Equal(t, c.out, out, c.args)
	}
	require.Len(t, served, 2)
	code, out := run("dance")
	require.Equal(t, 2, code)
	require.Contains(t, out, `there is no command "dance"`)
	require.Contains(t, out, "\n  import FILE\n      import\n")
	code, out = run("serve", "--help")
	require.Equal(t, 0, code)
	require.Equal(t, "usage: events serve\nserve the site\n", out)
	ready = http.StatusServiceUnavailable
	code, out = run("healthcheck")
	require.Equal(t, 1, code)
	require.Contains(t, out, "not ready: draining")
}
