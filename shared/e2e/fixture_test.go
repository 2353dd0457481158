package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"groundswell/shared/e2e/fixture"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/wasm/slim"
)

// buildFixture makes the fixture's browser program once for all tests.
var buildFixture = sync.OnceValues(func() (fs.FS, error) {
	raw, err := slim.Build(context.Background(), "../..", "./shared/e2e/fixture/client")
	if err != nil {
		return nil, err
	}
	script, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	var br, gz bytes.Buffer
	b, g := brotli.NewWriterLevel(&br, 2), gzip.NewWriter(&gz)
	for _, write := range []func() error{
		func() error { _, err := b.Write(raw); return err }, b.Close,
		func() error { _, err := g.Write(raw); return err }, g.Close,
	} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return fstest.MapFS{
		"app.wasm.br": {Data: br.Bytes()}, "app.wasm.gz": {Data: gz.Bytes()}, "wasm_exec.js": {Data: script},
	}, nil
})

// service is the fixture's own: items in memory, each command once per idempotency key.
type service struct {
	mu    sync.Mutex
	count map[string]int
	done  map[string]fixture.SignOut
	keys  []string
	busy  bool          // answers Unavailable
	full  bool          // refuses to sign
	held  chan struct{} // finds nothing before it is closed
	lost  bool          // finds nothing at all
}

func newService() *service {
	return &service{count: map[string]int{"one": 1, "two": 2}, done: map[string]fixture.SignOut{}}
}

func (s *service) set(change func(*service)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *service) find(ctx context.Context, in fixture.FindIn) ([]fixture.Item, error) {
	s.mu.Lock()
	held, lost := s.held, s.lost
	s.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if lost {
		return nil, fault.New(fault.NotFound, "The others are lost.")
	}
	items := []fixture.Item{}
	for _, slug := range append([]string{"one", "two"}, manySlugs()...) {
		if item := s.item(slug); strings.Contains(strings.ToLower(item.Title), strings.ToLower(in.Q)) {
			items = append(items, item)
		}
	}
	return items, nil
}

func manySlugs() []string {
	slugs := make([]string, 40)
	for i := range slugs {
		slugs[i] = fmt.Sprintf("item-%d & <b>", i)
	}
	return slugs
}

func (s *service) item(slug string) fixture.Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fixture.Item{Slug: slug, Title: "Item " + slug, Count: s.count[slug]}
}

func (s *service) get(_ context.Context, in fixture.ItemIn) (fixture.Item, error) {
	s.mu.Lock()
	busy := s.busy
	s.mu.Unlock()
	switch {
	case busy:
		return fixture.Item{}, fault.New(fault.Unavailable, "The items are away.")
	case in.Slug == "missing":
		return fixture.Item{}, fault.New(fault.NotFound, "There is no such item.")
	}
	return s.item(in.Slug), nil
}

func (s *service) sign(ctx context.Context, in fixture.SignIn) (fixture.SignOut, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return fixture.SignOut{}, fault.New(fault.Conflict, "This item is full.")
	}
	key := fullstack.KeyFrom(ctx)
	s.keys = append(s.keys, key)
	if out, ok := s.done[key]; ok && key != "" {
		return out, nil
	}
	s.count[in.Item]++
	out := fixture.SignOut{Item: fixture.Item{Slug: in.Item, Count: s.count[in.Item]}}
	s.done[key] = out
	return out, nil
}

// fixtureSite serves the fixture with its own service.
func fixtureSite(t *testing.T, m mode) (*front, *service) {
	t.Helper()
	browser(t)
	s := newService()
	return newFront(t, fixtureRelease(t, s, ".tall{height:3000px}"), m), s
}

// deploy replaces the site behind the front by a release with other styles.
func (f *front) deploy(t *testing.T, css string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.site = fixtureRelease(t, newService(), css)
}

func fixtureRelease(t *testing.T, s *service, css string) *fullstack.Site {
	t.Helper()
	dist, err := buildFixture()
	require.NoError(t, err)
	return fixtureWith(t, s, css, dist)
}

// fixtureWith is the fixture with a browser program; without one its pages stay native.
func fixtureWith(t *testing.T, s *service, css string, dist fs.FS) *fullstack.Site {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{Log: log})
	everybody := fullstack.Policy{Name: "public"}
	fullstack.Handle(fns, everybody, fixture.Find, s.find)
	fullstack.Handle(fns, everybody, fixture.Get, s.get)
	fullstack.Handle(fns, everybody, fixture.Sign, s.sign)
	site, err := fullstack.NewSite(fullstack.SiteConfig{
		App: fixture.App(), Functions: fns, Origin: "https://fixture.example.org", Client: dist, Log: log, PageBytes: -1,
		CSS: []byte(css),
	})
	require.NoError(t, err)
	return site
}
