package httpserver

import (
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"strings"
	"time"
)

// Wrap stands around next as Run does with Public: security headers and X-Request-Id on every answer, ClientIP and
// RequestID in the context, a panic answered with 500, one log line and one measurement per request. The log line has
// the route's pattern, never a query string, and no path where the path holds a secret.
func Wrap(cfg Config, next http.Handler) http.Handler {
	return &edge{cfg: cfg, policy: newPolicy(cfg), next: next}
}

type edge struct {
	cfg    Config
	policy policy
	next   http.Handler
}

func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	ip, viaProxy := clientIP(r, e.cfg.TrustedProxies)
	info := &request{id: requestID(r, viaProxy), ip: ip}
	token := e.holdsToken(r.URL.Path)
	e.policy.apply(w.Header(), token)
	w.Header().Set("X-Request-Id", info.id)

	r = r.WithContext(newContext(r.Context(), info))
	rec := &recorder{ResponseWriter: w}
	if e.cfg.Metrics != nil {
		e.cfg.Metrics.InFlight(1)
		defer e.cfg.Metrics.InFlight(-1)
	}
	completed := false
	defer func() { e.record(rec, r, info, token, completed, time.Since(started)) }()
	e.guarded(rec, r)
	completed = true
}

// guarded runs the handler and answers for it when it panics.
func (e *edge) guarded(w *recorder, r *http.Request) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		e.cfg.Log.ErrorContext(r.Context(), "panic", "error", fmt.Sprint(v), "stack", string(debug.Stack()))
		if w.status != 0 { // too late for another answer: cut it, so that it is not taken for a whole one
			panic(http.ErrAbortHandler)
		}
		e.fail(w, r)
	}()
	e.next.ServeHTTP(w, r)
}

func (e *edge) fail(w *recorder, r *http.Request) {
	for _, name := range []string{"Etag", "Last-Modified", "Content-Encoding", "Content-Length", "Location", "Set-Cookie"} {
		w.Header().Del(name)
	}
	w.Header().Set("Cache-Control", "no-store")
	defer func() {
		if v := recover(); v != nil {
			e.cfg.Log.ErrorContext(r.Context(), "panic in the failure page", "error", fmt.Sprint(v))
			e.plainFailure(w, r)
		}
	}()
	if e.cfg.Failed == nil {
		e.plainFailure(w, r)
		return
	}
	e.cfg.Failed.ServeHTTP(w, r)
}

func (e *edge) plainFailure(w *recorder, r *http.Request) {
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	http.Error(w, "Something went wrong. The request's id is "+RequestID(r.Context())+".", http.StatusInternalServerError)
}

func (e *edge) record(w *recorder, r *http.Request, info *request, token, completed bool, took time.Duration) {
	route := info.route
	if route == "" {
		route = pattern(r.Pattern)
	}
	status := w.status
	switch {
	case !completed:
		status = 499 // the answer was cut: nginx's number for it
	case status == 0:
		status = http.StatusOK
	}
	if e.cfg.Metrics != nil {
		e.cfg.Metrics.Request(route, r.Method, status, took)
	}
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelWarn
	}
	if !e.cfg.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("route", route), slog.Int("status", status),
		slog.Int64("bytes", w.bytes), slog.Duration("took", took),
	}
	if !token && route != unmatched {
		attrs = append(attrs, slog.String("path", r.URL.Path))
	}
	e.cfg.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

const unmatched = "unmatched"

// pattern is a ServeMux pattern without its method, so that a route has one name.
func pattern(p string) string {
	if _, rest, ok := strings.Cut(p, " "); ok {
		p = rest
	}
	if p == "" {
		return unmatched
	}
	return p
}

// holdsToken cleans the path first: //my/x and /a/../my/x are redirected by the mux, and logged before.
func (e *edge) holdsToken(p string) bool {
	p = strings.ToLower(path.Clean("/" + p))
	for _, prefix := range e.cfg.TokenPaths {
		if strings.HasPrefix(p+"/", prefix) {
			return true
		}
	}
	return false
}
