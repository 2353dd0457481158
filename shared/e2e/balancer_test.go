package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

// releases are two builds of the events site that differ in their version, their styles, their browser program and their
// functions: the second answers events.month no more.
type releases struct{ dir string }

var buildReleases = sync.OnceValues(func() (releases, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return releases{}, err
	}
	r := releases{filepath.Join(root, "bin", "e2e")}
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return r, err
	}
	overlay, err := r.changes(root)
	if err != nil {
		return r, err
	}
	for name, args := range map[string][]string{"a": nil, "b": {"-overlay", overlay}} {
		args = append([]string{"build", "-buildvcs=false", "-ldflags", "-s -w -X main.version=" + name, "-o", filepath.Join(r.dir, name)}, args...)
		build := exec.Command("go", append(args, "./apps/events")...)
		build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return r, fmt.Errorf("build release %s: %w\n%s", name, err, out)
		}
	}
	return r, nil
})

// changes writes the files that are others in release b, and the overlay that names them.
func (r releases) changes(root string) (overlay string, err error) {
	replace := map[string]string{}
	change := func(name string, edit func([]byte) ([]byte, error)) {
		if err != nil {
			return
		}
		path := filepath.Join(root, name)
		var content []byte
		if content, err = os.ReadFile(path); err != nil {
			return
		}
		if content, err = edit(content); err != nil {
			return
		}
		replace[path] = filepath.Join(r.dir, strings.ReplaceAll(name, "/", "-")+".b")
		err = os.WriteFile(replace[path], content, 0o600)
	}
	change("shared/ui/css/utilities.css", func(b []byte) ([]byte, error) { return append(b, "\n:root { --release: b; }\n"...), nil })
	change("apps/events/serve.go", func(b []byte) ([]byte, error) {
		const line = "fullstack.Handle(fns, access.Public, events.Month, svc.Month)"
		if !bytes.Contains(b, []byte(line)) {
			return nil, errors.New("serve.go does not handle events.Month")
		}
		return bytes.Replace(b, []byte(line), nil, 1), nil
	})
	var program []byte
	change("wasm/events/dist/app.wasm.br", func(b []byte) ([]byte, error) {
		if program, err = io.ReadAll(brotli.NewReader(bytes.NewReader(b))); err != nil {
			return nil, err
		}
		program = append(program, "\x00\x0a\x07release\x01b"...) // a custom section, which engines pass over
		var out bytes.Buffer
		w := brotli.NewWriterLevel(&out, 2)
		return packed(&out, w, program)
	})
	change("wasm/events/dist/app.wasm.gz", func([]byte) ([]byte, error) {
		var out bytes.Buffer
		return packed(&out, gzip.NewWriter(&out), program)
	})
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(r.dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}

func packed(out *bytes.Buffer, w io.WriteCloser, content []byte) ([]byte, error) {
	_, err := w.Write(content)
	err = errors.Join(err, w.Close()) // writes the end
	return out.Bytes(), err
}

// instance is a process of a release behind the balancer.
type instance struct {
	name            string
	origin, private string
	cmd             *exec.Cmd
	log             *bytes.Buffer
	proxy           *httputil.ReverseProxy
}

// balancer sends each request to the next instance that says it is ready. It tries nothing twice: whatever fails is seen.
type balancer struct {
	*front
	t *testing.T

	mu        sync.Mutex
	instances []*instance
	next      int
	failed    []string
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	running(t)
	l := &balancer{t: t}
	l.front = newFront(t, http.HandlerFunc(l.balance), full)
	return l
}

func (l *balancer) balance(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	if len(l.instances) == 0 {
		l.failed = append(l.failed, "nobody to answer "+r.URL.Path)
		l.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	l.next++
	to := l.instances[l.next%len(l.instances)]
	l.mu.Unlock()
	w.Header().Set("X-Answered-By", to.name)
	to.proxy.ServeHTTP(w, r)
}

// start runs a release and waits until it is ready.
func (l *balancer) start(name string) *instance {
	l.t.Helper()
	built, err := buildReleases()
	require.NoError(l.t, err)
	public, private := freeAddress(l.t), freeAddress(l.t)
	i := &instance{name: name, origin: "http://" + public, private: "http://" + private, log: &bytes.Buffer{}}
	i.cmd = exec.Command(filepath.Join(built.dir, name))
	i.cmd.Dir = l.t.TempDir() // nothing lies beside it
	i.cmd.Env = append(os.Environ(), "LISTEN="+public, "PRIVATE_LISTEN="+private, "PUBLIC_URL="+l.URL, "DEV=0", "DRAIN_GRACE=1s", "RATE_LIMITS=0", "LOG_FORMAT=json")
	i.cmd.Stdout, i.cmd.Stderr = i.log, i.log
	require.NoError(l.t, i.cmd.Start())
	l.t.Cleanup(func() {
		if i.cmd.ProcessState == nil {
			_ = i.cmd.Process.Kill()
			_ = i.cmd.Wait()
		}
	})
	target, err := url.Parse(i.origin)
	require.NoError(l.t, err)
	i.proxy = httputil.NewSingleHostReverseProxy(target)
	i.proxy.ErrorHandler = func(_ http.ResponseWriter, r *http.Request, err error) {
		if r.Context().Err() == nil {
			l.mu.Lock()
			l.failed = append(l.failed, fmt.Sprintf("%s answers nothing to %s: %v", name, r.URL.Path, err))
			l.mu.Unlock()
		}
		panic(http.ErrAbortHandler)
	}
	require.Eventually(l.t, i.ready, 20*time.Second, 5*time.Millisecond, "release %s is ready", name)
	return i
}

// add sends the instance requests from now on.
func (l *balancer) add(i *instance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.instances = append(l.instances, i)
}

func (i *instance) ready() bool {
	resp, err := http.Get(i.private + "/readyz")
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// stop asks the instance to end, as an operator does, sends it nothing more once it says that it is not ready, and waits.
func (l *balancer) stop(i *instance) {
	l.t.Helper()
	require.NoError(l.t, i.cmd.Process.Signal(syscall.SIGTERM))
	require.Eventually(l.t, func() bool { return !i.ready() }, 5*time.Second, 5*time.Millisecond)
	l.mu.Lock()
	l.instances = slices.DeleteFunc(l.instances, func(other *instance) bool { return other == i })
	l.mu.Unlock()
	require.NoError(l.t, i.cmd.Wait(), "%s", i.log)
}

func (l *balancer) failures() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return ln.Addr().String()
}
