//go:build unix

package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed home.html
var homePage string

var home = template.Must(template.New("home").Parse(homePage))

// stackState is the answer of /api/stack.
type stackState struct {
	addresses
	Console string              `json:"console"`
	Mail    string              `json:"mail"`
	SMS     string              `json:"sms"`
	Apps    map[string]appState `json:"apps"`
	Env     map[string]string   `json:"env"` // what a command of a program needs, such as bin/events import-ics
}

type appState struct {
	URL     string `json:"url"` // "" for workers
	Private string `json:"private"`
	Ready   bool   `json:"ready"`
}

// serveWeb answers the stack's own pages until ctx ends. They tell passwords: only this machine gets them.
func (s *stack) serveWeb(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.homePage)
	mux.HandleFunc("GET /api/stack", s.stackJSON)
	mux.HandleFunc("GET /api/env", s.envText)
	mux.Handle("GET /reload", s.reloads)
	s.services.mail.Mount(mux)
	s.services.texts.Mount(mux)
	server := &http.Server{
		Handler:           localOnly(http.NewCrossOriginProtection().Handler(mux)),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // streams end with ctx
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); err != http.ErrServerClosed {
		return fmt.Errorf("serve the console: %w", err)
	}
	return nil
}

// localOnly refuses other names for this host: a site that points its own name here would read the answers.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !localOrigin("http://" + r.Host) {
			http.Error(w, "The console answers at http://localhost only.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *stack) state() stackState {
	out := stackState{
		addresses: s.services.at, Console: s.consoleURL(), Mail: s.consoleURL() + "/mail", SMS: s.consoleURL() + "/sms",
		Apps: map[string]appState{}, Env: map[string]string{},
	}
	for _, u := range s.units {
		out.Apps[u.p.Name] = appState{URL: u.p.URL(), Private: u.p.PrivateURL(), Ready: u.ready.Load()}
	}
	for _, kv := range s.common() {
		name, value, _ := strings.Cut(kv, "=")
		out.Env[name] = value
	}
	return out
}

func (s *stack) stackJSON(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	_ = out.Encode(s.state())
}

// envText is for a shell: eval "$(curl -s 'localhost:8090/api/env?app=events')".
func (s *stack) envText(w http.ResponseWriter, r *http.Request) {
	env := s.common()
	i := slices.IndexFunc(s.units, func(u *unit) bool { return u.p.Name == r.URL.Query().Get("app") })
	if i >= 0 {
		env = append(env, own(s.units[i].p)...)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		_, _ = fmt.Fprintf(w, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
}

func (s *stack) homePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'")
	_ = home.Execute(w, s.state())
}

func (s *stack) consoleURL() string { return "http://localhost:" + strconv.Itoa(s.consolePort) }
