// Package slim prepares go-app for the browser: the same module without its server half (http.go, resource.go,
// static.go), whose import of net/http alone costs every visitor 0.34 MB of brotli for code that never runs, and with a
// router that needs no regexp (0.08 MB): the kit routes one component, whatever the path. The first mount of a page
// rests every few milliseconds, so that it never blocks the browser for long. Only the builds of browser programs use it, through go build's -modfile; everything else builds with the module as published.
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

const (
	module  = "github.com/maxence-charriere/go-app/v10"
	version = "v10.1.11"
)

// dropped are the files of package app that only a server needs, and the router.
var dropped = []string{"http.go", "resource.go", "static.go", "wasm.go", "route.go"}

// mounting is where mountHTML of node.go makes an element.
const mounting = "\tjsElement, _ := Window().createElement(v.Tag(), v.XMLNamespace())\n"

// replacement is what the rest of the package asks of the dropped files and of mounting.
const replacement = `package app

import (
	"syscall/js"
	"time"
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
`

// Modfile writes the copy below dir and returns the go.mod to build with (go build -modfile). root is the main module's
// folder. It fails when go.mod asks for another go-app than the one this was made for.
func Modfile(ctx context.Context, root, dir string) (string, error) {
	goMod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("slim: %w", err)
	}
	if !strings.Contains(string(goMod), module+" "+version+"\n") {
		return "", errors.New("slim: go.mod asks for another go-app than " + version + ": look at wasm/slim again")
	}
	goSum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return "", fmt.Errorf("slim: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", fmt.Errorf("slim: %w", err)
	}
	copied := filepath.Join(dir, "go-app-"+version)
	if err := copyModule(ctx, root, copied); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "client.mod")
	text := string(goMod) + "\nreplace " + module + " => " + strconv.Quote(copied) + "\n"
	return file, errors.Join(write(file, []byte(text)), write(filepath.Join(dir, "client.sum"), goSum))
}

// copyModule copies what a browser program imports of go-app.
func copyModule(ctx context.Context, root, to string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("slim: download go-app: %w\n%s", err, out)
	}
	cmd = exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("slim: find go-app: %w", err)
	}
	from := strings.TrimSpace(string(out))
	for _, pattern := range []string{"go.mod", "pkg/app/*.go", "pkg/errors/*.go"} {
		files, err := filepath.Glob(filepath.Join(from, pattern))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("slim: go-app has no %s", pattern)
		}
		for _, file := range files {
			name := filepath.Base(file)
			if strings.HasSuffix(name, "_test.go") || slices.Contains(dropped, name) {
				continue
			}
			b, err := os.ReadFile(file)
			if err != nil {
				return fmt.Errorf("slim: %w", err)
			}
			if name == "node.go" {
				if strings.Count(string(b), mounting) != 1 {
					return errors.New("slim: node.go of go-app mounts elements in another way: look at wasm/slim again")
				}
				b = []byte(strings.Replace(string(b), mounting, "\tyield()\n"+mounting, 1))
			}
			if err := write(filepath.Join(to, strings.TrimPrefix(file, from)), b); err != nil {
				return err
			}
		}
	}
	for _, name := range dropped { // a copy made before this one was dropped
		if err := os.RemoveAll(filepath.Join(to, "pkg/app", name)); err != nil {
			return fmt.Errorf("slim: %w", err)
		}
	}
	return write(filepath.Join(to, "pkg/app/client.go"), []byte(replacement))
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
