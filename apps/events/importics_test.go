//go:build !js

package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
)

const feed = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-TIMEZONE:America/Chicago\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nSUMMARY:Harbor cleanup\r\n" +
	"DTSTART:20300105T100000\r\nDTEND:20300105T120000\r\nGEO:north\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestImportICSCommand(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", nil)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `insert into organizations (id, slug, name) values (gen_random_uuid(), 'harbor', 'Harbor Votes')`)
	require.NoError(t, err)
	run := func(args ...string) (string, error) {
		var out strings.Builder
		err := importICS(t.Context(), svc, args, &out)
		return out.String(), err
	}

	file := filepath.Join(t.TempDir(), "feed.ics")
	require.NoError(t, os.WriteFile(file, []byte(feed), 0o600))
	out, err := run("--org", "harbor", file)
	require.NoError(t, err)
	require.Equal(t, file+":9: “north” is not a position; it was left out.\n1 created, 0 updated, 0 unchanged, 0 cancelled, 1 problem\n", out)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed.ics", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(feed)) })
	mux.Handle("GET /moved", http.RedirectHandler("/feed.ics", http.StatusFound))
	mux.Handle("GET /inside", http.RedirectHandler("http://localhost:1/latest/meta-data", http.StatusFound))
	mux.Handle("GET /round", http.RedirectHandler("/round", http.StatusFound))
	mux.Handle("GET /file", http.RedirectHandler("file:///etc/passwd", http.StatusFound))
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	out, err = run(file, "--org", "harbor")
	require.NoError(t, err)
	require.Contains(t, out, "1 unchanged", "flags may follow the file")
	_, err = run(file, file, "--org", "harbor")
	require.ErrorContains(t, err, "one calendar")
	out, err = run("--org", "harbor", site.URL+"/moved")
	require.NoError(t, err)
	require.Contains(t, out, "0 created, 0 updated, 1 unchanged")

	for source, says := range map[string]string{
		site.URL + "/gone": "404", site.URL + "/round": "more than 5 redirects", site.URL + "/file": "a redirect to file",
		site.URL + "/inside": "a redirect to the private address", "ftp://example.org/x": "cannot fetch ftp",
		filepath.Join(t.TempDir(), "none.ics"): "there is no file",
	} {
		_, err := run("--org", "harbor", source)
		require.ErrorContains(t, err, says, source)
	}
	_, err = run("--org", "nobody", file)
	require.ErrorContains(t, err, "There is no such organisation.")
	_, err = run(file)
	require.ErrorContains(t, err, "name the organisation")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, importICS(ended, svc, []string{"--org", "harbor", site.URL + "/feed.ics"}, &strings.Builder{}))
}
