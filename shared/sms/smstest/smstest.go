// Package smstest is a provider of texts in the test's process that keeps what it takes over and can fail in every way. Only tests
// import it.
package smstest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"groundswell/shared/sms"
)

// Server is a running provider.
type Server struct {
	URL   string // for sms.New
	Texts chan Accepted

	mu     sync.Mutex
	taken  int
	status int
	body   string
	hangUp bool
}

// Accepted is a text that the provider has taken over.
type Accepted struct {
	ID string
	sms.Text
}

// New starts a provider that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Texts: make(chan Accepted, 10_000)}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.URL = strings.Replace(web.URL, "http://", "http://ACtest:secret@", 1)
	return s
}

// Client is one for this provider.
func (s *Server) Client(t testing.TB) *sms.Client {
	t.Helper()
	c, err := sms.New(s.URL)
	if err != nil {
		t.Fatalf("smstest: %v", err)
	}
	return c
}

// Refuse makes it answer so and take nothing over.
func (s *Server) Refuse(status, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.body = status, fmt.Sprintf(`{"code": %d, "message": "no, +12165550123"}`, code)
}

// HangUp makes it take over what comes and say nothing.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangUp = true
}

// Heal ends Refuse and HangUp.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.hangUp = 0, false
}

// ServeHTTP is the provider.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status != 0 {
		w.WriteHeader(s.status)
		_, _ = fmt.Fprint(w, s.body)
		return
	}
	s.taken++
	got := Accepted{fmt.Sprintf("SM%032d", s.taken), sms.Text{From: r.FormValue("From"), To: r.FormValue("To"), Body: r.FormValue("Body"), Status: r.FormValue("StatusCallback")}}
	s.Texts <- got
	if s.hangUp {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = fmt.Fprintf(w, `{"sid": %q, "status": "queued"}`, got.ID)
}
