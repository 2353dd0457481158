// Package httpserver runs a binary's public and private listeners and stands around every request: request id, client
// address, access log, metrics, panic recovery, security headers, and a drain that fails no request. It knows no
// feature, no page and no database.
package httpserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"groundswell/shared/telemetry"
)

// Config is a process's HTTP side. Log and PrivateListen are required; a process without a Public handler (workers)
// has the private listener only.
type Config struct {
	Listen string       // the public address, host:port
	Public http.Handler // wrapped by Wrap

	PrivateListen string                                     // the address of /livez, /readyz, /healthz/deps and /metrics
	Private       http.Handler                               // whatever else the private listener serves; may be nil
	Checks        map[string]func(ctx context.Context) error // dependencies, for /healthz/deps; they do not decide readiness

	Metrics *telemetry.Metrics // nil: none
	Log     *slog.Logger

	HTTPS          bool           // the public URL is https: HSTS is sent
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and X-Request-Id are believed
	ConnectSrc     []string       // origins besides our own that pages may connect to
	TokenPaths     []string       // path prefixes that hold secrets ("/my/"): never logged, no referrer, not indexed
	Failed         http.Handler   // answers instead of a handler that panicked, with status 500; nil: one plain sentence

	Grace time.Duration // how long a stopping process goes on serving while /readyz says 503; at least a fifth of a second
	Drain time.Duration // how long requests may then take to end; zero: 20 s

	Started func(public, private net.Addr) // called once both listeners accept; public is nil without Public. May be nil
}

const (
	leastGrace = 200 * time.Millisecond // enough for clients in a loop to be told Connection: close
	queueGrace = 50 * time.Millisecond  // to accept what has come when the listener stops hearing
	gcPercent  = 300                    // a site lives in some 10 MB and allocates half a megabyte a page: collecting at twice that is a fifth of its time
	freshGrace = 500 * time.Millisecond // a connection that sent nothing for so long after the listener closed is idle
)

// Run listens and serves until ctx ends, then drains: /readyz answers 503 and answers carry Connection: close for
// Grace, the listener closes, requests under way end, and Run returns nil. It returns an error when it cannot listen or
// when requests had to be cut off after Drain.
func Run(ctx context.Context, cfg Config) error {
	if cfg.Drain == 0 {
		cfg.Drain = 20 * time.Second
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	s := &server{cfg: cfg, conns: newConns(), publicServed: make(chan struct{})}
	if err := s.listen(ctx); err != nil {
		return err
	}
	return s.serve(ctx)
}

type server struct {
	cfg                       Config
	publicLn, privateLn       net.Listener
	state                     atomic.Pointer[string] // why /readyz says 503; nil: ready
	draining                  atomic.Bool
	conns                     *conns
	publicServer, privateServ *http.Server
	publicServed              chan struct{} // closed when nothing more is accepted
}

func (s *server) listen(ctx context.Context) (err error) {
	s.setState("starting")
	if s.privateLn, err = listen(ctx, "PRIVATE_LISTEN", s.cfg.PrivateListen); err != nil {
		return err
	}
	if s.cfg.Public == nil {
		return nil
	}
	if s.publicLn, err = listen(ctx, "LISTEN", s.cfg.Listen); err != nil {
		return errors.Join(err, s.privateLn.Close())
	}
	return nil
}

func listen(ctx context.Context, name, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	lc.SetMultipathTCP(false) // takes no socket filter, see deafen
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot listen at %s: %w", name, addr, err)
	}
	return ln, nil
}

func (s *server) serve(ctx context.Context) error {
	base, cut := context.WithCancel(context.WithoutCancel(ctx)) // requests outlive ctx: they drain
	defer cut()
	var group errgroup.Group
	failed, fail := context.WithCancel(ctx) // a listener that fails stops the other
	defer fail()
	run := func(srv *http.Server, ln net.Listener, served func()) {
		group.Go(func() error {
			defer fail()
			defer served()
			if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) && !s.draining.Load() {
				return fmt.Errorf("serve %s: %w", ln.Addr(), err)
			}
			return nil
		})
	}
	s.privateServ = s.newServer(base, s.privateHandler())
	run(s.privateServ, s.privateLn, func() {})
	if s.cfg.Public != nil {
		s.publicServer = s.newServer(base, s.closing(Wrap(s.cfg, s.cfg.Public)))
		s.publicServer.ConnState = s.conns.track
		run(s.publicServer, s.publicLn, func() { close(s.publicServed) })
	}
	s.started()
	<-failed.Done()
	return errors.Join(s.drain(context.WithoutCancel(ctx), cut, ctx.Err() != nil), group.Wait())
}

func (s *server) newServer(base context.Context, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
	}
}

func (s *server) started() {
	s.state.Store(nil)
	notify("READY=1")
	var public net.Addr
	if s.publicLn != nil {
		public = s.publicLn.Addr()
		s.cfg.Log.Info("serving", "listen", public.String(), "private", s.privateLn.Addr().String())
	} else {
		s.cfg.Log.Info("serving", "private", s.privateLn.Addr().String())
	}
	if s.cfg.Started != nil {
		s.cfg.Started(public, s.privateLn.Addr())
	}
}

// drain ends the public server, then the private one. asked is false when a listener failed: nobody waits then.
func (s *server) drain(ctx context.Context, cut func(), asked bool) error {
	s.setState("draining")
	s.draining.Store(true)
	notify("STOPPING=1")
	if s.publicServer == nil || !asked {
		return errors.Join(closeServer(s.publicServer), s.privateServ.Close())
	}
	s.cfg.Log.Info("draining", "grace", s.cfg.Grace.String())
	time.Sleep(max(s.cfg.Grace, leastGrace))

	bound, cancel := context.WithTimeout(ctx, s.cfg.Drain)
	defer cancel()
	s.stopAccepting()
	s.conns.wait(bound)
	err := s.publicServer.Shutdown(bound)
	if errors.Is(err, context.DeadlineExceeded) {
		cut()
		err = errors.Join(fmt.Errorf("drain: requests cut off after %s: %w", s.cfg.Drain, err), s.publicServer.Close())
	} else if errors.Is(err, net.ErrClosed) { // the listener, closed above
		err = nil
	}
	return errors.Join(err, s.privateServ.Close())
}

// stopAccepting closes the listener after the connections in its queue were accepted.
func (s *server) stopAccepting() {
	if deafen(s.publicLn) {
		time.Sleep(queueGrace)
	}
	_ = s.publicLn.Close()
	<-s.publicServed
}

func closeServer(srv *http.Server) error {
	if srv == nil {
		return nil
	}
	return srv.Close()
}

// closing tells clients of a draining server to take their next request elsewhere.
func (s *server) closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) setState(state string) { s.state.Store(&state) }
