package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const connections = 32

// benchPages measures the events site's pages: from the cache against a bare handler that writes the same bytes, and
// with all their SQL.
func benchPages(ctx context.Context, r *report) error {
	database, err := benchDatabase(ctx)
	if err != nil {
		return err
	}
	cached, err := startInstance(ctx, "DATABASE_URL="+database)
	if err != nil {
		return err
	}
	defer func() { _ = cached.stop() }()
	r.atMost("start", float64(cached.Started.Milliseconds()), "ms", 300, 0)
	if mb, err := residentMB(cached.cmd.Process.Pid); err == nil {
		r.atMost("idle_memory", mb, "MB", 60, 0)
	}
	slugs, err := upcoming(ctx, cached.URL)
	if err != nil {
		return err
	}
	if err := benchCached(ctx, r, cached.URL, "/e/"+slugs[0]); err != nil {
		return err
	}
	uncached, err := startInstance(ctx, "PAGE_CACHE_MB=-1", "DATABASE_URL="+database)
	if err != nil {
		return err
	}
	defer func() { _ = uncached.stop() }()
	l := load{uncached.URL, connections, 3 * time.Second, func(c, n int) string { return "/e/" + slugs[(c*7+n)%len(slugs)] }}
	if _, err := l.run(ctx); err != nil { // warm: prepared statements, pools
		return err
	}
	l.duration = 8 * time.Second
	out, err := l.run(ctx)
	if err != nil {
		return err
	}
	if out.failed > 0 {
		return fmt.Errorf("%d event pages failed", out.failed)
	}
	r.atLeast("uncached_event_page", out.perSecond, "requests/s", 1000, 0)
	r.atMost("uncached_event_page_p99", out.p99.Seconds()*1000, "ms", 50, 0)
	return nil
}

// benchCached alternates between the page and the bare handler, so that both see the same machine.
func benchCached(ctx context.Context, r *report, base, path string) error {
	body, header, err := fetch(ctx, base+path)
	if err != nil {
		return err
	}
	bare, err := serveBare(body, header)
	if err != nil {
		return err
	}
	defer bare.Close()
	page := load{base, connections, 2 * time.Second, func(int, int) string { return path }}
	plain := page
	plain.base = "http://" + bare.addr
	var best [2]float64
	for range 3 {
		for i, l := range []load{page, plain} {
			out, err := l.run(ctx)
			if err != nil {
				return err
			}
			best[i] = max(best[i], out.perSecond)
		}
	}
	r.atLeast("cached_page_vs_bare_handler", best[0]/best[1], "ratio", 0.5, best[1])
	return nil
}

type bareServer struct {
	*http.Server
	addr string
}

func serveBare(body []byte, header http.Header) (*bareServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bare handler: %w", err)
	}
	s := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		_, _ = w.Write(body)
	})}
	go func() { _ = s.Serve(l) }()
	return &bareServer{s, l.Addr().String()}, nil
}

func fetch(ctx context.Context, url string) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch: %w", err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", url, resp.Status)
	}
	return b, resp.Header, err
}

// upcoming is the slugs of the first events to come.
func upcoming(ctx context.Context, base string) ([]string, error) {
	b, _, err := fetch(ctx, base+"/fn/events.find")
	if err != nil {
		return nil, err
	}
	var found struct{ Events []struct{ Slug string } }
	if err := json.Unmarshal(b, &found); err != nil {
		return nil, fmt.Errorf("events.find: %w", err)
	}
	var slugs []string
	for _, e := range found.Events {
		slugs = append(slugs, e.Slug)
	}
	if len(slugs) == 0 {
		return nil, errors.New("there are no events to come: start the stack with demo data")
	}
	return slugs, nil
}

// residentMB is the resident memory of a process, its program included.
func residentMB(pid int) (float64, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("memory: no VmRSS")
}
