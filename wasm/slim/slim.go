// Package slim makes browser programs small. Flags prepares copies of two modules: go-app without its server half
// (http.go, resource.go, static.go), whose import of net/http alone costs every visitor 0.34 MB of brotli for code that
// never runs, with a router that needs no regexp (0.08 MB), as the kit routes one component whatever the path, and
// without the cipher of its stored states; and google/uuid with the browser's random numbers and without name hashes and
// SQL. Together the two had brought 0.05 MB of cryptography. The first mount of a page rests every few milliseconds, so
// that it never blocks the browser for long. Only the builds of browser programs use the copies, through go build's
// -modfile; everything else builds with the modules as published. JoinData then lays out the linked program's data for compression.
package slim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is a module to copy and what is another in the copy.
type module struct {
	path, version string
	copied        []string // patterns of files; the tests among them stay out
	dropped       []string // names of files that stay out
	edits         []edit
	added         map[string]string // content by file
}

// edit replaces the one place in a file that reads as old.
type edit struct{ file, old, new string }

func goApp() module {
	const mounting = "\tjsElement, _ := Window().createElement(v.Tag(), v.XMLNamespace())\n"
	return module{
		path:    "github.com/maxence-charriere/go-app/v10",
		version: "v10.1.11",
		copied:  []string{"go.mod", "pkg/app/*.go", "pkg/errors/*.go"},
		dropped: []string{"http.go", "resource.go", "static.go", "wasm.go", "route.go", "crypto.go"},
		edits:   []edit{{"pkg/app/node.go", mounting, "\tyield()\n" + mounting}},
		added:   map[string]string{"pkg/app/client.go": client},
	}
}

func googleUUID() module {
	return module{
		path:    "github.com/google/uuid",
		version: "v1.6.0",
		copied:  []string{"go.mod", "*.go"},
		dropped: []string{"dce.go", "hash.go", "node.go", "node_js.go", "node_net.go", "null.go", "sql.go", "time.go", "version1.go", "version6.go"},
		edits:   []edit{{"uuid.go", `"crypto/rand"`, `"github.com/google/uuid/rand"`}},
		added:   map[string]string{"clock.go": clock, "rand/rand.go": random},
	}
}

// clock is what version7.go asks of the dropped files.
const clock = `package uuid

import (
	"sync"
	"time"
)

// Nil is the empty UUID.
var Nil UUID

var (
	timeMu  sync.Mutex
	timeNow = time.Now
)
`

const random = `// Package rand has the browser's random numbers.
package rand

import (
	"io"
	"syscall/js"
)

// Reader never fails.
var Reader io.Reader = browser{}

type browser struct{}

func (browser) Read(b []byte) (int, error) {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.Global().Get("crypto").Call("getRandomValues", array)
	return js.CopyBytesToGo(b, array), nil
}
`

// client is what the rest of package app asks of the dropped files and of mounting.
const client = `package app

import (
	"syscall/js"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/errors"
)

// atOnce is how long the first mount works before it lets the browser do what waits.
const atOnce = 8 * time.Millisecond

var working time.Time

// yield is called before each element is mounted. The page has fullstackYield while it is adopted, and only then:
// later, events would come between.
func yield() {
	if time.Since(working) < atOnce {
		return
	}
	if pause := js.Global().Get("fullstackYield"); pause.Type() == js.TypeFunction {
		pause.Invoke(true)
		time.Sleep(1)
		pause.Invoke(false)
	}
	working = time.Now()
}

// Resources have absolute addresses here: nothing is resolved.
func clientResourceResolver(string) func(string) string {
	return func(location string) string { return location }
}

// router leads every path to the component that was routed last.
type router struct{ component func() Composer }

func makeRouter() router { return router{} }

func (r *router) route(_ string, component func() Composer) { r.component = component }

func (r *router) routeWithRegexp(_ string, component func() Composer) { r.component = component }

func (r *router) createComponent(string) (Composer, bool) {
	if r.component == nil {
		return nil, false
	}
	return r.component(), true
}

// Nothing is kept encrypted: who can read the browser's storage can read the key beside it.
func encrypt(string, []byte) ([]byte, error) { return nil, errors.New("the browser program has no cipher") }

func decrypt(string, []byte) ([]byte, error) { return nil, errors.New("the browser program has no cipher") }
`

// Flags are the flags of go build with which a release's browser programs are compiled, after writing the copies they are built with to
// bin in root, the main module's folder. It fails when go.mod asks for another version of a module than the one this was made for.
func Flags(ctx context.Context, root string) ([]string, error) {
	file, err := modfile(ctx, root)
	if err != nil {
		return nil, err
	}
	// Without inlining the program is larger, and smaller once compressed.
	return []string{"-modfile", file, "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l"}, nil
}

// modfile writes the copies and returns the go.mod that names them.
func modfile(ctx context.Context, root string) (string, error) {
	goMod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("slim: %w", err)
	}
	goSum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return "", fmt.Errorf("slim: %w", err)
	}
	dir, err := filepath.Abs(filepath.Join(root, "bin"))
	if err != nil {
		return "", fmt.Errorf("slim: %w", err)
	}
	var text strings.Builder
	text.Write(goMod)
	for _, m := range []module{goApp(), googleUUID()} {
		if !strings.Contains(string(goMod), m.path+" "+m.version+"\n") {
			return "", fmt.Errorf("slim: go.mod asks for another %s than %s: look at wasm/slim again", m.path, m.version)
		}
		copied := filepath.Join(dir, m.name()+"-"+m.version)
		if err := m.copy(ctx, root, copied); err != nil {
			return "", err
		}
		text.WriteString("\nreplace " + m.path + " => " + strconv.Quote(copied) + "\n")
	}
	file := filepath.Join(dir, "client.mod")
	return file, errors.Join(write(file, []byte(text.String())), write(filepath.Join(dir, "client.sum"), goSum))
}

// Build returns the browser program of a package (./apps/events) below root, as a release has it: compiled with Flags, its data joined.
func Build(ctx context.Context, root, pkg string) ([]byte, error) {
	flags, err := Flags(ctx, root)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "slim-")
	if err != nil {
		return nil, fmt.Errorf("slim: %w", err)
	}
	defer os.RemoveAll(dir)
	linked := filepath.Join(dir, "app.wasm")
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build"}, flags...), "-o", linked, pkg)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	program, err := os.ReadFile(linked)
	if err != nil {
		return nil, fmt.Errorf("slim: %w", err)
	}
	return JoinData(program)
}

// name is the module's, without its host, owner and major version.
func (m module) name() string { return strings.Split(m.path, "/")[2] }

// copy copies what a browser program imports of the module.
func (m module) copy(ctx context.Context, root, to string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.path)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("slim: download %s: %w\n%s", m.path, err, out)
	}
	cmd = exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", m.path)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("slim: find %s: %w", m.path, err)
	}
	from := strings.TrimSpace(string(out))
	for _, pattern := range m.copied {
		files, err := filepath.Glob(filepath.Join(from, pattern))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("slim: %s has no %s", m.path, pattern)
		}
		for _, file := range files {
			name := strings.TrimPrefix(file, from+string(filepath.Separator))
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			if slices.Contains(m.dropped, filepath.Base(name)) { // perhaps copied before it was dropped
				if err := os.RemoveAll(filepath.Join(to, name)); err != nil {
					return fmt.Errorf("slim: %w", err)
				}
				continue
			}
			if err := m.copyFile(file, filepath.Join(to, name), filepath.ToSlash(name)); err != nil {
				return err
			}
		}
	}
	for name, content := range m.added {
		if err := write(filepath.Join(to, name), []byte(content)); err != nil {
			return err
		}
	}
	return nil
}

func (m module) copyFile(from, to, name string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("slim: %w", err)
	}
	for _, e := range m.edits {
		if e.file != name {
			continue
		}
		if strings.Count(string(b), e.old) != 1 {
			return fmt.Errorf("slim: %s of %s does not have %q once: look at wasm/slim again", name, m.path, e.old)
		}
		b = []byte(strings.Replace(string(b), e.old, e.new, 1))
	}
	return write(to, b)
}

// write leaves a file that is right as it is, so that the next build finds nothing new.
func write(file string, content []byte) error {
	if have, err := os.ReadFile(file); err == nil && string(have) == string(content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("slim: %w", err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		return fmt.Errorf("slim: %w", err)
	}
	return nil
}
