//go:build !js

package fullstack_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"groundswell/shared/blob"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

// shelf is an S3 in memory.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	at      map[string]time.Time
	down    bool
	gets    []string
	took    time.Duration // of a Get
}

func newShelf() *shelf { return &shelf{objects: map[string][]byte{}, at: map[string]time.Time{}} }

func (s *shelf) set(change func(*shelf)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *shelf) has(key string) bool {
	_, _, err := s.find(key)
	return err == nil
}

func (s *shelf) find(key string) ([]byte, blob.Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, blob.Info{}, fault.New(fault.Unavailable, "Files are not available for a moment.")
	}
	b, ok := s.objects[key]
	if !ok {
		return nil, blob.Info{}, fault.New(fault.NotFound, "There is no such file.")
	}
	return b, blob.Info{Size: int64(len(b)), Modified: s.at[key]}, nil
}

func (s *shelf) Get(_ context.Context, key string) (io.ReadCloser, blob.Info, error) {
	s.set(func(s *shelf) { s.gets = append(s.gets, key) })
	<-time.After(s.took)
	b, info, err := s.find(key)
	return io.NopCloser(bytes.NewReader(b)), info, err
}

func (s *shelf) Stat(_ context.Context, key string) (blob.Info, error) {
	_, info, err := s.find(key)
	return info, err
}

func (s *shelf) Put(_ context.Context, key string, r io.Reader, _ int64, _ blob.Info) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return fault.New(fault.Unavailable, "Files are not available for a moment.")
	}
	s.objects[key], s.at[key] = b, time.Now()
	return err
}

func (s *shelf) Remove(_ context.Context, key string) error {
	s.set(func(s *shelf) { delete(s.objects, key) })
	return nil
}

func (s *shelf) List(_ context.Context, prefix string, each func(string, time.Time) error) error {
	s.mu.Lock()
	keys := slices.Sorted(maps.Keys(s.objects))
	at := maps.Clone(s.at)
	s.mu.Unlock()
	for _, key := range keys {
		if strings.HasPrefix(key, prefix) {
			if err := each(key, at[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

// release is a site of its own styles and program, that shares its files on the shelf.
func release(t *testing.T, s *shelf, css, wasm string) *fullstack.Site {
	t.Helper()
	_, site := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) {
		cfg.CSS, cfg.Releases = []byte(css), s
		cfg.Client = fstest.MapFS{"app.wasm.br": {Data: []byte(wasm)}, "app.wasm.gz": {Data: []byte(wasm)}, "wasm_exec.js": {Data: []byte("//")}}
	})
	return site
}

// share begins to share a site's files, in a bubble whose clock is the test's.
func share(t *testing.T, sites ...*fullstack.Site) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() { cancel(); running.Wait() })
	for _, site := range sites {
		running.Go(func() { site.ShareFiles(ctx) })
	}
	synctest.Wait()
}

// filesOf are the hashed files a site's page and service worker name.
func filesOf(t *testing.T, site *fullstack.Site) []string {
	t.Helper()
	named := fullstacktest.Get(t, site, "/book/one").HTML + fullstacktest.Get(t, site, "/sw.js").HTML + fullstacktest.Get(t, site, "/manifest.webmanifest").HTML
	var files []string
	for part := range strings.SplitSeq(named, `"`) {
		if strings.HasPrefix(part, "/static/") && len(part) > len("/static/") && !slices.Contains(files, part) {
			files = append(files, part)
		}
	}
	require.Greater(t, len(files), 6)
	return files
}

func ask(site *fullstack.Site, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

func TestEachReleaseServesTheFilesOfTheOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		a, b := release(t, s, "body{color:red}", "wasm of a"), release(t, s, "body{color:blue}", "wasm of b")
		share(t, a, b)
		for _, pair := range [][2]*fullstack.Site{{a, b}, {b, a}} {
			for _, file := range filesOf(t, pair[0]) {
				want, got := ask(pair[0], file, "Accept-Encoding", "br"), ask(pair[1], file, "Accept-Encoding", "br")
				require.Equal(t, 200, got.Code, file)
				require.Equal(t, want.Body.String(), got.Body.String(), file)
				require.Equal(t, want.Header(), got.Header(), file)
				require.Contains(t, got.Header().Get("Cache-Control"), "immutable")
				require.Equal(t, 304, ask(pair[1], file, "Accept-Encoding", "br", "If-None-Match", want.Header().Get("Etag")).Code)
			}
		}
		gets := len(s.gets)
		require.Equal(t, 200, ask(a, filesOf(t, b)[0]).Code)
		require.Len(t, s.gets, gets, "what was fetched once stays in memory")
		stored := len(s.objects)
		share(t, release(t, s, "body{color:red}", "wasm of a"))
		require.Len(t, s.objects, stored, "the same files are stored once")
	})
}

func TestNothingElseIsReadThroughTheFilesOfReleases(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		site := release(t, s, "body{}", "wasm")
		s.objects["media/secret.0123456789ab.png"] = []byte("secret")
		s.objects["releases/secret.png"] = []byte("secret")
		s.objects["releases/secret.0123456789ab.png"] = []byte("secret") // of another hash
		s.objects["releases/secret.0123456789ab.html"] = []byte("secret")
		for _, name := range []string{
			"secret.png", "..%2fmedia%2fsecret.0123456789ab.png", "media%2fsecret.0123456789ab.png", "secret.0123456789ab.html", ".secret.0123456789ab.png",
			"secret.0123456789AB.png", "secret.0123456789ab.png%00", strings.Repeat("a", 200) + ".0123456789ab.png",
		} {
			w := ask(site, "/static/"+name)
			require.Equal(t, 404, w.Code, name)
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		}
		require.Empty(t, s.gets, "the store is not even asked")
		w := ask(site, "/static/secret.0123456789ab.png")
		require.Equal(t, 503, w.Code, "it may be cut short: the next time it may be whole")
		require.NotContains(t, w.Body.String(), "secret")
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	})
}

func TestAFileThatIsNowhereIsNotAskedForAgainAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		site := release(t, s, "body{}", "wasm")
		began := time.Now()
		var crowd sync.WaitGroup
		for range 50 {
			crowd.Go(func() {
				if w := ask(site, "/static/app.0123456789ab.css"); w.Code != 404 || w.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("%d %v", w.Code, w.Header())
				}
			})
		}
		crowd.Wait()
		require.Less(t, time.Since(began), 5*time.Second)
		asked := len(s.gets)
		require.LessOrEqual(t, asked, 6, "one looks for all")
		require.Equal(t, 404, ask(site, "/static/app.0123456789ab.css").Code)
		require.Len(t, s.gets, asked)
		<-time.After(10 * time.Second) // the bubble's clock
		require.Equal(t, 404, ask(site, "/static/app.0123456789ab.css").Code)
		require.Greater(t, len(s.gets), asked)
	})
}

// A release serves pages as soon as it can, and puts its files meanwhile.
func TestTheFilesOfAReleaseThatJustStartsAreWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		a, b := release(t, s, "body{color:red}", "wasm of a"), release(t, s, "body{color:blue}", "wasm of b")
		file := fullstacktest.Get(t, b, "/book/one").Attr("link[rel=stylesheet]", "href")
		answer := make(chan *httptest.ResponseRecorder, 1)
		go func() { answer <- ask(a, file) }()
		<-time.After(time.Second) // the bubble's clock
		share(t, b)
		w := <-answer
		require.Equal(t, 200, w.Code)
		require.Equal(t, "body{color:blue}", w.Body.String())
	})
}

func TestAStoreThatIsAwayHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.down = true
		a, b := release(t, s, "body{color:red}", "wasm of a"), release(t, s, "body{color:blue}", "wasm of b")
		share(t, a, b)
		began := time.Now()
		require.Equal(t, 200, ask(a, "/book/one").Code)
		for _, file := range filesOf(t, a) {
			require.Equal(t, 200, ask(a, file).Code, "its own files are in memory")
		}
		file := fullstacktest.Get(t, b, "/book/one").Attr("link[rel=stylesheet]", "href")
		w := ask(a, file)
		require.Equal(t, 503, w.Code)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.NotEmpty(t, w.Header().Get("Retry-After"))
		require.Zero(t, time.Since(began))
		s.set(func(s *shelf) { s.down = false })
		<-time.After(2 * time.Minute) // the bubble's clock: it tries again each minute at least
		require.Equal(t, 200, ask(a, file).Code)
	})
}

func TestAStoreThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.took = 3 * time.Second // as long as blob.Store waits
		s.down = true
		site := release(t, s, "body{}", "wasm")
		began := time.Now()
		var crowd sync.WaitGroup
		for n := range 100 {
			crowd.Go(func() {
				if w := ask(site, fmt.Sprintf("/static/app.%012d.css", n)); w.Code != 503 {
					t.Errorf("%d", w.Code)
				}
			})
		}
		crowd.Wait()
		require.LessOrEqual(t, time.Since(began), 12*time.Second)
		require.Less(t, len(s.gets), 40, "few at once")
	})
}

func TestWhoGuessesNamesIsLimited(t *testing.T) {
	t.Parallel()
	s := newShelf()
	limited, site := setupWith(t, func(_ *book, cfg *fullstack.SiteConfig) { cfg.Releases = s })
	own := fullstacktest.Get(t, site, "/book/one").Attr("link[rel=stylesheet]", "href")
	limited.limited = fault.After(fault.TooMany, time.Minute, "That was a lot at once.")
	w := ask(site, "/static/app.0123456789ab.css")
	require.Equal(t, 429, w.Code)
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Empty(t, s.gets)
	require.Equal(t, 200, ask(site, own).Code)
}

// What runs is renewed, whatever the clean-up does; what does not run goes after thirty days, not before.
func TestOnlyTheFilesOfReleasesThatDoNotRunAreRemoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		runs, old := release(t, s, "body{color:red}", "wasm of a"), release(t, s, "body{color:blue}", "wasm of b")
		s.objects["media/cover.jpg"] = []byte("jpg")
		ctx, stop := context.WithCancel(t.Context())
		var ended sync.WaitGroup
		ended.Go(func() { old.ShareFiles(ctx) })
		synctest.Wait()
		stop()
		ended.Wait()
		share(t, runs)
		_, other := setup(t) // has none of the files but the kit's
		files, gone := filesOf(t, runs), fullstacktest.Get(t, old, "/book/one").Attr("link[rel=stylesheet]", "href")
		for day := range 40 {
			removed, err := fullstack.RemoveReleased(t.Context(), s, time.Now())
			require.NoError(t, err)
			require.Equal(t, day == 30, removed > 0, "day %d", day)
			for _, file := range files {
				require.True(t, s.has("releases/"+strings.TrimPrefix(file, "/static/")), file)
			}
			<-time.After(24 * time.Hour) // the bubble's clock
		}
		require.False(t, s.has("releases/"+strings.TrimPrefix(gone, "/static/")))
		require.True(t, s.has("media/cover.jpg"))
		require.Equal(t, 404, ask(other, gone).Code, "without a store there are no other files")
	})
}

// A file that was cut short is put again.
func TestAFileThatIsNotWholeIsPutAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		site := release(t, s, "body{color:red}", "wasm of a")
		key := "releases/" + strings.TrimPrefix(fullstacktest.Get(t, site, "/book/one").Attr("link[rel=stylesheet]", "href"), "/static/")
		s.objects[key], s.at[key] = []byte("body{"), time.Now()
		share(t, site)
		require.Equal(t, "body{color:red}", string(s.objects[key]))
	})
}

// pieces are the sizes of the writes of an answer.
type pieces struct {
	*httptest.ResponseRecorder
	sizes []int
}

func (p *pieces) Write(b []byte) (int, error) {
	p.sizes = append(p.sizes, len(b))
	return p.ResponseRecorder.Write(b)
}

func TestAProgramIsDecompressedNoFasterThanItIsTaken(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	var program bytes.Buffer
	w := brotli.NewWriter(&program)
	_, err := w.Write(make([]byte, size))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	site := release(t, newShelf(), "body{}", program.String())
	files := filesOf(t, site)
	file := files[slices.IndexFunc(files, func(f string) bool { return strings.HasSuffix(f, ".wasm") })]
	get := func(method string, header http.Header) *pieces {
		r := httptest.NewRequest(method, file, nil)
		r.Header = header
		p := &pieces{ResponseRecorder: httptest.NewRecorder()}
		site.ServeHTTP(p, r)
		return p
	}
	got := get(http.MethodGet, http.Header{})
	require.Equal(t, size, got.Body.Len())
	require.Equal(t, "application/wasm", got.Header().Get("Content-Type"))
	require.Less(t, slices.Max(got.sizes), 1<<20, "it is never whole in memory")
	require.Empty(t, get(http.MethodHead, http.Header{}).sizes)
	again := get(http.MethodGet, http.Header{"If-None-Match": {got.Header().Get("Etag")}})
	require.Equal(t, http.StatusNotModified, again.Code)
	require.Empty(t, again.sizes)
}
