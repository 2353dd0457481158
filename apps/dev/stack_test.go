//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCheckPorts_namesWhatIsTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	free, err := freePorts(2)
	require.NoError(t, err)
	require.NoError(t, checkPorts([]program{{Name: "events", Private: free[0]}}, free[1]))
	err = checkPorts([]program{{Name: "events", Port: taken, Private: free[0]}}, free[1])
	require.ErrorContains(t, err, "(events) is in use by another program")
	require.NotContains(t, err.Error(), "\n")
}

func TestAnswersAt_saysInOneSentence(t *testing.T) {
	t.Parallel()
	free, err := freePorts(1)
	require.NoError(t, err)
	for at, want := range map[string]string{
		fmt.Sprintf("postgres://u:hunter2@127.0.0.1:%d/x", free[0]): fmt.Sprintf("does not answer at 127.0.0.1:%d", free[0]),
		"hunter2 is not an address":                                 "is not the address of a PostgreSQL database",
	} {
		err := answersAt(t.Context(), at)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestOpenFolder_isForOneStack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	release, err := openFolder(dir)
	require.NoError(t, err)
	_, err = openFolder(dir)
	require.ErrorContains(t, err, "another development stack already runs")
	release()
	release, err = openFolder(dir)
	require.NoError(t, err)
	release()
}

func TestReset_deletesOnlyTheServicesData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"pg15/PG_VERSION", "s3/a", "mail/1.eml", "texts.jsonl/x", "notes/mine", "pgadmin/x"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	require.NoError(t, reset(dir))
	for name, stays := range map[string]bool{"pg15": false, "s3": false, "mail": false, "texts.jsonl": false, "notes/mine": true, "pgadmin/x": true} {
		require.Equal(t, stays, exists(filepath.Join(dir, name)), name)
	}
}

func TestSecretKey_isMadeOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := secretKey(dir)
	require.NoError(t, err)
	second, err := secretKey(dir)
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Len(t, first, 64)
}

func TestReloads_reachTheTabsOfTheApp(t *testing.T) {
	t.Parallel()
	r := newReloads()
	server := httptest.NewServer(r)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	open := func(app, origin string) (*bufio.Scanner, http.Header) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/reload?app="+app, nil)
		require.NoError(t, err)
		req.Header.Set("Origin", origin)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		t.Cleanup(func() { _ = resp.Body.Close() })
		lines := bufio.NewScanner(resp.Body)
		require.True(t, lines.Scan(), "the tab is known once the stream began")
		return lines, resp.Header
	}
	events, header := open("events", "http://localhost:8083")
	require.Equal(t, "http://localhost:8083", header.Get("Access-Control-Allow-Origin"))
	web, header := open("web", "https://evil.example")
	require.Empty(t, header.Get("Access-Control-Allow-Origin"))

	next := func(lines *bufio.Scanner) string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		return ""
	}
	r.tell("events")
	require.True(t, strings.HasPrefix(next(events), "events "))
	r.tell("web")
	require.True(t, strings.HasPrefix(next(web), "web "), "the other app's change did not reach this tab")
}

func TestLocalOnly_refusesForeignNames(t *testing.T) {
	t.Parallel()
	h := localOnly(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, want := range map[string]int{"localhost:8090": 200, "127.0.0.1:8090": 200, "[::1]:8090": 200, "evil.example": 421} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/api/stack", nil)
		r.Host = host
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Code, host)
	}
}

func TestPrefixed_writesWholeLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := &console{out: &out, width: 6}
	a, b := c.named("a"), c.named("b")
	for _, w := range []struct {
		to   *prefixed
		text string
	}{{a, "one "}, {b, "three\n"}, {a, "two\nfo"}, {a, "ur\n"}} {
		_, err := w.to.Write([]byte(w.text))
		require.NoError(t, err)
	}
	require.Equal(t, "b      | three\na      | one two\na      | four\n", out.String())
	require.Equal(t, "four", a.lastLine())
}

func TestProcess_saysWhenItEndsBeforeItIsReady(t *testing.T) {
	t.Parallel()
	out := (&console{out: &bytes.Buffer{}}).named("x")
	p, err := startProcess("x", exec.Command("sh", "-c", "echo DATABASE_URL is not set; exit 1"), out)
	require.NoError(t, err)
	free, err := freePorts(1)
	require.NoError(t, err)
	u := program{Private: free[0]}
	require.ErrorIs(t, p.waitReady(t.Context(), u.PrivateURL()), errEnded)
	require.Equal(t, "DATABASE_URL is not set", out.lastLine())
}

func TestGoBuild_givesTheCompilersWords(t *testing.T) {
	t.Parallel()
	root, all := makeRepository(t)
	b := builder{root: root}
	require.NoError(t, b.server(t.Context(), all[1]))
	before, err := os.Stat(b.binary(all[1]))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "workers", "main.go"), []byte("package main\n\nfunc main() { nothing() }\n"), 0o600))
	err = b.server(t.Context(), all[1])
	require.ErrorContains(t, err, "undefined: nothing")
	after, err := os.Stat(b.binary(all[1]))
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "the old binary stays")
}

func TestPackClient_compressesOnce(t *testing.T) {
	t.Parallel()
	root, _ := makeRepository(t)
	b := builder{root: root}
	program := bytes.Repeat([]byte("wasm "), 10_000)
	first, err := b.packClient(t.Context(), "events", program, qualityRun)
	require.NoError(t, err)
	require.True(t, first.Fresh)
	require.Less(t, first.Brotli, len(program)/10)
	for quality, fresh := range map[int]bool{qualityRun: false, qualityWatch: false} {
		again, err := b.packClient(t.Context(), "events", program, quality)
		require.NoError(t, err)
		require.Equal(t, fresh, again.Fresh)
		require.Equal(t, first.Brotli, again.Brotli)
	}
	better, err := b.packClient(t.Context(), "events", program, qualityRelease)
	require.NoError(t, err)
	require.True(t, better.Fresh, "a release compresses better than what is there")
}
