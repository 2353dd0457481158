package httpserver

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/pprof"
	"slices"
	"sync"
	"time"
)

// privateHandler serves what operators and balancers ask. Readiness does not ask the dependencies: a site without
// Redis, S3 or even Postgres still serves what it has, and a balancer must not take every instance away at once.
func (s *server) privateHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { sentence(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if state := s.state.Load(); state != nil {
			sentence(w, http.StatusServiceUnavailable, *state)
			return
		}
		sentence(w, http.StatusOK, "ready")
	})
	mux.HandleFunc("GET /healthz/deps", func(w http.ResponseWriter, r *http.Request) { reportChecks(w, r, s.cfg.Checks) })
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics.Handler())
	}
	mux.HandleFunc("GET /debug/pprof/", pprof.Index) // where the time and the memory go, by go tool pprof
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	if s.cfg.Private != nil {
		mux.Handle("/", s.cfg.Private)
	}
	return mux
}

func sentence(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

// checkResult is one dependency in the answer of /healthz/deps.
type checkResult struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Error  string `json:"error,omitempty"`
	Millis int64  `json:"ms"`
}

// reportChecks asks every dependency at once, two seconds at most; 503 when one is away.
func reportChecks(w http.ResponseWriter, r *http.Request, checks map[string]func(context.Context) error) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	names := slices.Sorted(maps.Keys(checks))
	results := make([]checkResult, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { results[i] = runCheck(ctx, name, checks[name]) })
	}
	wg.Wait()
	status := http.StatusOK
	for _, c := range results {
		if !c.OK {
			status = http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"ok": status == http.StatusOK, "checks": results})
}

func runCheck(ctx context.Context, name string, check func(context.Context) error) checkResult {
	started := time.Now()
	err := check(ctx)
	c := checkResult{Name: name, OK: err == nil, Millis: time.Since(started).Milliseconds()}
	if err != nil {
		c.Error = err.Error()
	}
	return c
}
