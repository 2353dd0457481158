//go:build !js

package fullstack

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"groundswell/shared/fault"
)

// SiteConfig is what a server adds to the App it shares with the browser.
type SiteConfig struct {
	App       App
	Functions *Functions
	Origin    string // https://events.example.org: for canonical links, Open Graph and the cross-origin check
	CSS       []byte // the stylesheet
	Icons     fs.FS  // icon-192.png, icon-512.png, icon-maskable-512.png, favicon.svg
	Client    fs.FS  // wasm/<app>/dist: app.wasm.br, app.wasm.gz, wasm_exec.js.*; empty: pages stay native
	// Releases is where releases share their hashed files (ShareFiles); nil: a page gets its files from its own release only.
	Releases  ReleaseStore
	DevReload string   // URL of the development stack's reload stream; development only
	Trusted   []string // origins of sibling sites whose forms may post here
	// PageBytes is the most memory the page cache holds; zero: 64 MiB; negative: no cache (for measuring).
	PageBytes int
	// Observe is told the pattern of each page served and how it ended, "hit", "miss" or the fault's code.
	Observe func(pattern, outcome string)
	Log     *slog.Logger
}

// Site serves the pages, functions and static files of one App. Make one with NewSite.
type Site struct {
	cfg       SiteConfig
	app       App
	fns       *Functions
	origin    string
	assets    *assets
	headFixed []byte // the part of every head that never changes
	// headEmbedded is headFixed for pages in frames: the style, and nothing that installs or is installed
	headEmbedded []byte
	bodyEnd      []byte       // the loader's script element
	room         atomic.Int64 // how much to set aside for a document
	cache        *pageCache
	mux          *http.ServeMux
}

// NewSite checks the App against this build (the encoder's layout guard, the routes, the forms' commands) and returns a
// Site ready to serve. Release, part of every document, is the hash of the assets.
func NewSite(cfg SiteConfig) (*Site, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Observe == nil {
		cfg.Observe = func(string, string) {}
	}
	if _, err := goApp(); err != nil {
		return nil, fmt.Errorf("this build's go-app is not the one the encoder knows: %w", err)
	}
	s := &Site{cfg: cfg, app: cfg.App, fns: cfg.Functions, origin: strings.TrimSuffix(cfg.Origin, "/")}
	if s.app.Lang == "" {
		s.app.Lang = "en"
	}
	var err error
	if s.assets, err = newAssets(cfg); err != nil {
		return nil, err
	}
	s.fns.release = s.assets.release
	s.cache = newPageCache(cfg.PageBytes)
	s.headFixed, s.bodyEnd = s.assets.tags(s.app, cfg)
	s.headEmbedded = append(Link{Rel: "stylesheet", Href: s.assets.byName["app.css"]}.element().append(nil, ""), colorScheme...)
	return s, s.routes()
}

// Release identifies the assets of this build.
func (s *Site) Release() string { return s.assets.release }

// ServeHTTP answers everything the site has; what it has not is its own 404 page. Requests that change something are
// refused when a browser says they come from another site.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Wait returns when no page is being rendered in the background any more: call it after the last request, before the
// database is closed.
func (s *Site) Wait() { s.cache.running.Wait() }

// Handle adds a plain HTTP route, such as a feed or a webhook, beside the pages.
func (s *Site) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// Fail answers a plain HTTP route with the designed page of its error, whose status is the fault's.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) { s.writeError(w, r, err) }

func (s *Site) routes() error {
	s.mux = http.NewServeMux()
	guard := http.NewCrossOriginProtection()
	trusted := s.cfg.Trusted
	if s.origin != "" { // a proxy may have told us another host than the browser knows
		trusted = append([]string{s.origin}, trusted...)
	}
	for _, origin := range trusted {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			return fmt.Errorf("trusted origin %q: %w", origin, err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(s.serveCrossSite))
	s.mux.Handle("/fn/", guard.Handler(s.fns))
	for _, route := range s.app.Routes {
		for _, a := range route.Actions() {
			if s.fns.table[a.FunctionSpec().Name] == nil {
				return fmt.Errorf("page %s has a form for %q, which this site does not handle", route.Pattern(), a.FunctionSpec().Name)
			}
		}
		if err := s.mount(route.Pattern(), guard.Handler(&pageHandler{site: s, route: route, params: route.known()})); err != nil {
			return err
		}
	}
	s.assets.mount(s.mux)
	s.mux.HandleFunc("GET /offline", s.serveOffline)
	s.mux.HandleFunc("GET /manifest.webmanifest", s.serveManifest)
	s.mux.HandleFunc("/", s.serveNothing)
	return nil
}

// serveNothing answers what no route does: 404, or 405 where there is something to be read.
func (s *Site) serveNothing(w http.ResponseWriter, r *http.Request) {
	err := error(fault.New(fault.NotFound, "There is no page at this address. It may have moved, or the link may be incomplete."))
	read := &http.Request{Method: http.MethodGet, Host: r.Host, URL: r.URL}
	if _, pattern := s.mux.Handler(read); pattern != "/" {
		err = methodFault("GET, HEAD", "This can only be read.")
	}
	s.writeError(w, r, err)
}

// mount registers a pattern; the mux panics on one that is malformed or taken.
func (s *Site) mount(pattern string, h http.Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("route %s: %v", pattern, p)
		}
	}()
	s.mux.Handle(pattern, h)
	return nil
}

func (s *Site) serveCrossSite(w http.ResponseWriter, r *http.Request) {
	err := fault.New(fault.Forbidden, "This form was sent from another site, so it was not accepted. Please open the page here and try again.")
	if strings.HasPrefix(r.URL.Path, "/fn/") || wantsJSON(r) {
		w.Header().Set("Cache-Control", "no-store")
		writeFault(w, err)
		return
	}
	s.writeError(w, r, err)
}

// seeOther answers with a redirect of Load or of a form.
func seeOther(w http.ResponseWriter, r *http.Request, err error) bool {
	var to *Redirect
	if !errors.As(err, &to) {
		return false
	}
	status := http.StatusSeeOther
	if to.Permanent {
		status = http.StatusMovedPermanently
	}
	w.Header().Set("Cache-Control", "private, no-store") // where it goes may depend on who asks, and on the data
	http.Redirect(w, r, to.Path(), status)
	return true
}
