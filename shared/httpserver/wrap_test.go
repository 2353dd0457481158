package httpserver_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/httpserver"
	"groundswell/shared/telemetry"
)

type bench struct {
	handler http.Handler
	log     *bytes.Buffer
	metrics *telemetry.Metrics
}

func setup(t *testing.T, change func(*httpserver.Config)) bench {
	t.Helper()
	b := bench{log: &bytes.Buffer{}, metrics: telemetry.NewMetrics("test", "v0")}
	cfg := httpserver.Config{
		Log: slog.New(telemetry.Logger(b.log, telemetry.LogConfig{App: "test"}).Handler()), Metrics: b.metrics, HTTPS: true,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")},
		TokenPaths:     []string{"/my/"}, ConnectSrc: []string{"http://localhost:8090"},
	}
	if change != nil {
		change(&cfg)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /e/{slug}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, httpserver.ClientIP(r.Context()).String()+" "+httpserver.RequestID(r.Context()))
	})
	mux.HandleFunc("GET /my/{token}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /panic", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Etag", `"x"`)
		w.Header().Set("Content-Encoding", "br")
		panic("the reason")
	})
	mux.HandleFunc("GET /late", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("too late")
	})
	mux.HandleFunc("GET /named", func(_ http.ResponseWriter, r *http.Request) { httpserver.SetRoute(r.Context(), "page:named") })
	b.handler = httpserver.Wrap(cfg, mux)
	return b
}

func (b bench) get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "remote" {
			r.RemoteAddr = header[i+1]
			continue
		}
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]int{"/e/x": 200, "/nothing": 404, "/panic": 500, "/my/t": 200} {
		b := setup(t, nil)
		w := b.get(path)
		require.Equal(t, status, w.Code, path)
		h := w.Header()
		require.Equal(t, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self' http://localhost:8090; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "+
			"object-src 'none'; form-action 'self'; frame-ancestors 'none'", h.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "max-age=63072000; includeSubDomains", h.Get("Strict-Transport-Security"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
		require.NotEmpty(t, h.Get("Permissions-Policy"))
		require.NotEmpty(t, h.Get("X-Request-Id"))
	}
	b := setup(t, func(c *httpserver.Config) { c.HTTPS = false })
	require.Empty(t, b.get("/e/x").Header().Get("Strict-Transport-Security"))
	require.Equal(t, "strict-origin-when-cross-origin", b.get("/e/x").Header().Get("Referrer-Policy"))
	require.Equal(t, "no-referrer", b.get("/my/t").Header().Get("Referrer-Policy"))
}

func TestClientIP(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct {
		remote string
		xff    []string
		want   string
	}{
		"a peer that is no proxy is not believed": {"203.0.113.9:1", []string{"1.1.1.1"}, "203.0.113.9"},
		"a proxy is": {"10.0.0.1:1", []string{"1.1.1.1"}, "1.1.1.1"},
		"what the client wrote to the left is not":   {"10.0.0.1:1", []string{"6.6.6.6, 1.1.1.1"}, "1.1.1.1"},
		"trusted hops are passed over":               {"10.0.0.1:1", []string{"6.6.6.6, 1.1.1.1, 192.0.2.1"}, "1.1.1.1"},
		"several headers are one list":               {"10.0.0.1:1", []string{"6.6.6.6", "1.1.1.1", "10.2.2.2"}, "1.1.1.1"},
		"rubbish ends the walk":                      {"10.0.0.1:1", []string{"1.1.1.1, <script>, 10.3.3.3"}, "10.3.3.3"},
		"a proxy without the header is the client":   {"10.0.0.1:1", nil, "10.0.0.1"},
		"IPv4 in IPv6 is IPv4":                       {"[::ffff:10.0.0.1]:1", []string{"::ffff:1.1.1.1"}, "1.1.1.1"},
		"only trusted hops leave the first of those": {"10.0.0.1:1", []string{"10.9.9.9, 10.8.8.8"}, "10.9.9.9"},
	} {
		args := []string{"remote", c.remote}
		for _, v := range c.xff {
			args = append(args, "X-Forwarded-For", v)
		}
		require.Contains(t, b.get("/e/x", args...).Body.String(), c.want+" ", name)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const theirs = "abc-DEF_123.456"
	require.Equal(t, theirs, b.get("/e/x", "remote", "10.0.0.1:1", "X-Request-Id", theirs).Header().Get("X-Request-Id"))
	for _, args := range [][]string{
		{"remote", "203.0.113.9:1", "X-Request-Id", theirs},
		{"remote", "10.0.0.1:1", "X-Request-Id", "x\" injected=\"1"},
		{"remote", "10.0.0.1:1", "X-Request-Id", "short"},
	} {
		w := b.get("/e/x", args...)
		id := w.Header().Get("X-Request-Id")
		require.Len(t, id, 26, "made here")
		require.Contains(t, w.Body.String(), " "+id)
		require.Contains(t, b.log.String(), `"request_id":"`+id+`"`)
	}
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.get("/e/march?email=ada@example.org")
	require.Contains(t, b.log.String(), `"route":"/e/{slug}"`)
	require.Contains(t, b.log.String(), `"path":"/e/march"`)
	for _, path := range []string{"/my/s3cr3t", "//my/s3cr3t", "/x/../my/s3cr3t", "/MY/s3cr3t", "/%6dy/s3cr3t", "/my/s3cr3t/", "/lost/s3cr3t"} {
		b.get(path)
	}
	require.Contains(t, b.log.String(), `"route":"/my/{token}"`)
	require.NotContains(t, b.log.String(), "s3cr3t")
	require.NotContains(t, b.log.String(), "ada@example.org")
}

func TestAPanicIsA500(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	w := b.get("/panic")
	require.Equal(t, 500, w.Code)
	require.NotContains(t, w.Body.String(), "the reason")
	require.Contains(t, w.Body.String(), w.Header().Get("X-Request-Id"))
	require.Empty(t, w.Header().Get("Etag"))
	require.Empty(t, w.Header().Get("Content-Encoding"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Contains(t, b.log.String(), "the reason")

	designed := setup(t, func(c *httpserver.Config) {
		c.Failed = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "designed")
		})
	})
	require.Equal(t, "designed", designed.get("/panic").Body.String())
	broken := setup(t, func(c *httpserver.Config) {
		c.Failed = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("as well") })
	})
	require.Contains(t, broken.get("/panic").Body.String(), "Something went wrong")
}

func TestAPanicAfterTheFirstByteCutsTheAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { b.get("/late") })
	require.Contains(t, b.log.String(), `"status":499`)
}

func TestRoutesInMetrics(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.get("/e/one")
	b.get("/e/two")
	b.get("/named")
	b.get("/nothing")
	w := httptest.NewRecorder()
	b.metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Contains(t, w.Body.String(), `http_request_duration_seconds_count{method="GET",route="/e/{slug}",status="200"} 2`)
	require.Contains(t, w.Body.String(), `route="page:named"`)
	require.Contains(t, w.Body.String(), `route="unmatched",status="404"`)
}
