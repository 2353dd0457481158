package httpserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/httpserver"
)

type running struct {
	public, private string
	stop            context.CancelFunc
	done            chan error
}

func run(t *testing.T, cfg httpserver.Config) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := running{stop: cancel, done: make(chan error, 1)}
	started := make(chan struct{})
	cfg.Listen, cfg.PrivateListen, cfg.Log = "127.0.0.1:0", "127.0.0.1:0", slog.New(slog.DiscardHandler)
	cfg.Started = func(public, private net.Addr) {
		if public != nil {
			r.public = "http://" + public.String()
		}
		r.private = "http://" + private.String()
		close(started)
	}
	go func() { r.done <- httpserver.Run(ctx, cfg) }()
	select {
	case <-started:
	case err := <-r.done:
		require.NoError(t, err)
	}
	t.Cleanup(cancel)
	return r
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestPrivateListener(t *testing.T) {
	t.Parallel()
	r := run(t, httpserver.Config{
		Public: http.NotFoundHandler(),
		Checks: map[string]func(context.Context) error{
			"postgres": func(context.Context) error { return nil },
			"redis":    func(context.Context) error { return errors.New("connection refused") },
		},
	})
	status, _ := fetch(t, r.private+"/livez")
	require.Equal(t, 200, status)
	status, _ = fetch(t, r.private+"/readyz")
	require.Equal(t, 200, status, "a dependency that is away does not make the site unready")
	status, body := fetch(t, r.private+"/healthz/deps")
	require.Equal(t, 503, status)
	require.Contains(t, body, `"name":"redis","ok":false,"error":"connection refused"`)
	status, _ = fetch(t, r.public+"/livez")
	require.Equal(t, 404, status, "not on the public listener")
	r.stop()
	require.NoError(t, <-r.done)
}

func TestAPortInUseIsSaidInWords(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	err = httpserver.Run(t.Context(), httpserver.Config{
		Listen: taken.Addr().String(), PrivateListen: "127.0.0.1:0", Public: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler),
	})
	require.ErrorContains(t, err, "LISTEN: cannot listen at "+taken.Addr().String())
}

// TestDrainLosesNoRequest stops a server under load from clients that keep their connections. A refused connection is
// no loss, it can go to another instance; an answer that never comes to a request that was sent is.
func TestDrainLosesNoRequest(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere connections in the listener's queue are reset, see deafen")
	}
	release := make(chan struct{})
	r := run(t, httpserver.Config{Public: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/slow" {
			<-release
			require.NoError(t, req.Context().Err(), "a request under way is not cancelled")
		}
		_, _ = io.WriteString(w, "ok")
	})})
	var answered atomic.Int64
	lost := make(chan error, 64)
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() { load(r.public, &answered, lost) })
	}
	slow := make(chan string, 1)
	go func() {
		resp, err := http.Get(r.public + "/slow")
		if err != nil {
			slow <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		slow <- string(body)
	}()
	require.Eventually(t, func() bool { return answered.Load() > 500 }, 10*time.Second, time.Millisecond)
	r.stop()
	require.Eventually(t, func() bool { // not ready, and still serving
		status, body := fetch(t, r.private+"/readyz")
		return status == 503 && strings.HasPrefix(body, "draining")
	}, time.Second, time.Millisecond)
	clients.Wait() // every client has met the closed port
	close(release)
	require.Equal(t, "ok", <-slow)
	require.NoError(t, <-r.done)
	require.Empty(t, lost, "first: %v", first(lost))
}

// load asks in a loop over one connection at a time until the port is closed.
func load(url string, answered *atomic.Int64, lost chan<- error) {
	transport := &http.Transport{MaxIdleConnsPerHost: 1}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	for {
		resp, err := client.Post(url+"/x", "text/plain", strings.NewReader("body")) // POST: the transport does not retry it
		if err != nil {
			var op *net.OpError
			if !errors.As(err, &op) || op.Op != "dial" {
				lost <- err
			}
			return
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || string(body) != "ok" {
			lost <- fmt.Errorf("status %d, body %q: %w", resp.StatusCode, body, err)
		}
		answered.Add(1)
	}
}

func first(lost chan error) error {
	select {
	case err := <-lost:
		return err
	default:
		return nil
	}
}

func TestDrainIsBounded(t *testing.T) {
	t.Parallel()
	entered, cancelled := make(chan struct{}), make(chan struct{})
	r := run(t, httpserver.Config{Drain: 50 * time.Millisecond, Public: http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		close(entered)
		<-req.Context().Done()
		close(cancelled)
	})})
	go func() {
		if resp, err := http.Get(r.public + "/"); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-entered
	r.stop()
	require.ErrorContains(t, <-r.done, "cut off after 50ms")
	<-cancelled
}

func TestAConnectionThatSaysNothingDoesNotDelayTheDrain(t *testing.T) {
	t.Parallel()
	r := run(t, httpserver.Config{Public: http.NotFoundHandler()})
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.public, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	fetch(t, r.public+"/") // the silent connection was accepted before this one
	started := time.Now()
	r.stop()
	require.NoError(t, <-r.done)
	require.Less(t, time.Since(started), 3*time.Second)
}

func TestWorkersHaveThePrivateListenerOnly(t *testing.T) {
	t.Parallel()
	r := run(t, httpserver.Config{})
	require.Empty(t, r.public)
	status, _ := fetch(t, r.private+"/readyz")
	require.Equal(t, 200, status)
	r.stop()
	require.NoError(t, <-r.done)
}
