package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// front stands between a browser and a site, to be a bad network: it can be down, refuse the program, or hold requests
// back until it is told to let them go.
type front struct {
	URL     string
	down    atomic.Bool
	blocked atomic.Bool // the browser program cannot be loaded
	lose    atomic.Bool // posts reach the site and their answers are lost

	mu    sync.Mutex
	site  http.Handler
	gates map[string]chan struct{} // by path prefix
	seen  []string
}

// newFront serves a site on an address of its own, which is also a profile of its own for caches and workers.
func newFront(t *testing.T, site http.Handler, m mode) *front {
	t.Helper()
	f := &front{site: site, gates: map[string]chan struct{}{}}
	f.blocked.Store(m == wasmBlocked)
	server := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(func() {
		f.openAll()
		server.CloseClientConnections()
		server.Close()
	})
	f.URL = server.URL
	return f
}

// proxyTo is a running site as a handler.
func proxyTo(t *testing.T, origin string) http.Handler {
	t.Helper()
	target, err := url.Parse(origin)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	return proxy
}

func (f *front) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.seen = append(f.seen, r.Method+" "+r.URL.RequestURI())
	site := f.site
	f.mu.Unlock()
	if f.down.Load() {
		panic(http.ErrAbortHandler)
	}
	if f.blocked.Load() && strings.HasSuffix(r.URL.Path, ".wasm") {
		http.Error(w, "blocked", http.StatusForbidden)
		return
	}
	if gate := f.gate(r.URL.Path); gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
		if f.down.Load() {
			panic(http.ErrAbortHandler)
		}
	}
	if f.lose.Load() && r.Method == http.MethodPost {
		site.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	site.ServeHTTP(w, r)
}

// hold keeps back requests whose path starts or ends so, until the returned function is called.
func (f *front) hold(part string) (open func()) {
	gate := make(chan struct{})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gates[part] = gate
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.gates[part] == gate {
			close(gate)
			delete(f.gates, part)
		}
	}
}

func (f *front) gate(path string) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	for part, gate := range f.gates {
		if strings.HasPrefix(path, part) || strings.HasSuffix(path, part) {
			return gate
		}
	}
	return nil
}

func (f *front) openAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for part, gate := range f.gates {
		close(gate)
		delete(f.gates, part)
	}
}

// asked counts the requests so far that start so: "POST /item/one".
func (f *front) asked(start string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, s := range f.seen {
		if strings.HasPrefix(s, start) {
			n++
		}
	}
	return n
}

// askedFor counts the requests so far for paths under a folder with a part in their name.
func (f *front) askedFor(folder, part string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, s := range f.seen {
		if strings.HasPrefix(s, "GET "+folder) && strings.Contains(s, part) {
			n++
		}
	}
	return n
}

// fetch reads a URL without a browser.
func fetch(t *testing.T, url string) (body string, status int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(b), answer.StatusCode
}
