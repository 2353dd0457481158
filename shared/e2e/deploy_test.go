package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
)

var (
	staticFile  = regexp.MustCompile(`/static/[\w.-]+\.([0-9a-f]{12})\.\w+`)
	pageRelease = regexp.MustCompile(`data-release="([0-9a-f]+)"`)
	workerOf    = regexp.MustCompile(`"release":"([0-9a-f]+)"`)
)

// crowd are visitors: each opens a page, loads every file it names and calls its functions, again and again.
type crowd struct {
	b       *balancer
	files   map[string][]string // by release: what its pages and its worker may name
	old     string              // the first release, which answers events.month
	stopped chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	wrong   []string
	pages   map[string]int // by release
	crossed int            // files that came from the other release's process
	reloads int
}

// deploy starts a release and sends it requests at once, while it still shares its files, having noted which those are.
func (c *crowd) deploy(name string) (i *instance, release string) {
	c.b.t.Helper()
	i = c.b.start(name)
	page, worker := get(c.b.t, i.origin+"/"), get(c.b.t, i.origin+"/sw.js")
	release = pageRelease.FindStringSubmatch(page)[1]
	files := staticFile.FindAllString(page+worker+get(c.b.t, i.origin+"/manifest.webmanifest"), -1)
	slices.Sort(files)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files[release] = slices.Compact(files)
	c.b.add(i)
	return i, release
}

func newCrowd(b *balancer) *crowd {
	return &crowd{b: b, files: map[string][]string{}, stopped: make(chan struct{}), pages: map[string]int{}}
}

func (c *crowd) come(visitors int) {
	for n := range visitors {
		c.running.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: 20 * time.Second}
			for n := n; ; n++ {
				select {
				case <-c.stopped:
					return
				default:
					c.visit(client, n)
				}
			}
		})
	}
}

func (c *crowd) leave() {
	close(c.stopped)
	c.running.Wait()
}

func (c *crowd) fault(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

// ask is one request; status 0 is no answer, or one that broke off.
func ask(client *http.Client, url string, header ...string) (status int, by string, body []byte) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, err.Error(), nil
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := client.Do(r)
	if err != nil {
		return 0, err.Error(), nil
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		return 0, err.Error(), nil
	}
	return resp.StatusCode, resp.Header.Get("X-Answered-By"), body
}

func (c *crowd) visit(client *http.Client, n int) {
	path := []string{"/", "/?mode=online", "/sw.js", "/?page=2"}[n%4]
	status, by, page := ask(client, c.b.URL+path)
	if status != http.StatusOK {
		c.fault("%s is %d from %s", path, status, by)
		return
	}
	m := pageRelease.FindSubmatch(page)
	if path == "/sw.js" {
		m = workerOf.FindSubmatch(page)
	}
	if m == nil {
		c.fault("%s says no release", path)
		return
	}
	release := string(m[1])
	for _, file := range staticFile.FindAllString(string(page), -1) {
		c.load(client, release, by, file)
	}
	if path != "/sw.js" {
		c.call(client, release)
		c.mu.Lock()
		c.pages[release]++
		c.mu.Unlock()
	}
}

// load asks for a file of a page: it must be one of the page's release, and be what its name's hash is of.
func (c *crowd) load(client *http.Client, release, pageBy, file string) {
	c.mu.Lock()
	known := slices.Contains(c.files[release], file)
	c.mu.Unlock()
	if !known {
		c.fault("a page of %s names %s", release, file)
	}
	encoding := "identity"
	if strings.HasSuffix(file, ".wasm") {
		encoding = "br" // as it is stored and hashed
	}
	status, by, body := ask(client, c.b.URL+file, "Accept-Encoding", encoding)
	sum := sha256.Sum256(body)
	if hash := staticFile.FindStringSubmatch(file)[1]; status != http.StatusOK || hex.EncodeToString(sum[:6]) != hash {
		c.fault("%s of %s is %d from %s: %.60s", file, release, status, by, body)
	}
	if by != pageBy {
		c.mu.Lock()
		c.crossed++
		c.mu.Unlock()
	}
}

// call asks what both releases answer, and what only the first does: the second says "reload" to its pages.
func (c *crowd) call(client *http.Client, release string) {
	status, by, body := ask(client, c.b.URL+"/fn/events.find", "X-Release", release)
	if status != http.StatusOK {
		c.fault("events.find is %d from %s: %.200s", status, by, body)
	}
	if release != c.old {
		return
	}
	status, by, body = ask(client, c.b.URL+"/fn/events.month", "X-Release", release)
	reload := status == http.StatusConflict && bytes.Contains(body, []byte(`"code":"`+string(fault.Reload)+`"`))
	if reload != (by == "b") || !reload && status != http.StatusOK {
		c.fault("events.month is %d from %s: %.200s", status, by, body)
	}
	if reload {
		c.mu.Lock()
		c.reloads++
		c.mu.Unlock()
	}
}

// saw waits until the crowd has seen so many more pages of a release.
func (c *crowd) saw(release string, more int) {
	c.b.t.Helper()
	count := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.pages[release]
	}
	before := count()
	require.Eventually(c.b.t, func() bool { return count() >= before+more }, time.Minute, 10*time.Millisecond, "pages of %s; wrong so far: %.5q", release, c.wrong)
}

// judge is after the crowd left.
func (c *crowd) judge() {
	c.b.t.Helper()
	c.b.t.Logf("pages %v, %d files came from the other process, %d calls were told to reload", c.pages, c.crossed, c.reloads)
	require.Empty(c.b.t, c.wrong[:min(len(c.wrong), 5)], "%d in all", len(c.wrong))
	require.Empty(c.b.t, c.b.failures())
	require.Positive(c.b.t, c.crossed)
	require.Positive(c.b.t, c.reloads)
}

// runs is the release whose page is open: its document, and nothing but its files, among them its program.
func (c *crowd) runs(b *tab) string {
	b.t.Helper()
	release := eval[string](b, `document.querySelector("#fullstack-loader").dataset.release`)
	loaded := eval[[]string](b, `[...new Set([...performance.getEntriesByType("resource").map((r) => new URL(r.name).pathname), document.querySelector("#fullstack-loader").dataset.wasm])].filter((p) => p.startsWith("/static/"))`)
	require.Subset(b.t, c.files[release], loaded, "files of another release")
	require.NotContains(b.t, b.said(), "staying native")
	require.Equal(b.t, release != c.old, eval[bool](b, `getComputedStyle(document.documentElement).getPropertyValue("--release") === "b"`), "the styles are the release's")
	return release
}

// The second release replaces the first while people visit: nobody notices.
func TestADeployUnderLoadFailsNothing(t *testing.T) {
	t.Parallel()
	l := newBalancer(t)
	c := newCrowd(l)
	var a *instance
	a, c.old = c.deploy("a")
	open := newTab(t, full)
	open.visitAlive(l.URL + "/")
	workerReady(open, "/")
	require.Equal(t, c.old, c.runs(open))

	c.come(6)
	c.saw(c.old, 20)
	_, next := c.deploy("b")
	require.NotEqual(t, c.old, next)
	c.saw(next, 20)
	l.stop(a)
	c.saw(next, 20)
	c.leave()
	c.judge()

	for _, file := range c.files[c.old] {
		_, status := fetch(t, l.URL+file)
		require.Equal(t, http.StatusOK, status, "a page of the first release may still need %s", file)
	}
	eval[any](open, `document.querySelector('main a[href^="/e/"]').click()`) // one navigation in a page of the first release
	open.until(`location.pathname.startsWith("/e/") && document.querySelector("#fullstack-loader").dataset.release === ` + quote(next))
	open.alive()
	require.Equal(t, next, c.runs(open))
	later := newTab(t, full)
	later.visitAlive(l.URL + "/")
	require.Equal(t, next, c.runs(later))
	require.Empty(t, l.failures())
}

// Both releases stay: every page is wholly of one of them, with the service worker of either, and offline too.
func TestTwoReleasesBehindOneBalancerNeverMix(t *testing.T) {
	t.Parallel()
	l := newBalancer(t)
	c := newCrowd(l)
	_, c.old = c.deploy("a")
	_, next := c.deploy("b")
	c.come(4)
	c.saw(c.old, 20)
	c.saw(next, 20)
	c.leave()
	c.judge()

	b, seen := newTab(t, full), map[string]bool{}
	b.visitAlive(l.URL + "/")
	workerReady(b, "/")
	for n := 2; len(seen) < 2 || n < 6; n++ {
		path := fmt.Sprintf("/?page=%d", 1+n%4)
		b.visitAlive(l.URL + path)
		seen[c.runs(b)] = true
		eval[any](b, `navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => 0)`)
		kept(b, path)
		require.Less(t, n, 40, "both releases answer")
	}
	b.untilAnswer(`navigator.serviceWorker.getRegistration().then((r) => !r.installing)`)
	require.Empty(t, l.failures())
	l.down.Store(true)
	for n := range 4 {
		b.visitAlive(l.URL + fmt.Sprintf("/?page=%d", 1+n))
		c.runs(b)
	}
	b.visit(l.URL + "/o/never-visited")
	b.until(`document.title.includes("offline")`)
	c.runs(b)
}
