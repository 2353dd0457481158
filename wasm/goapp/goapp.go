// Package goapp prepares the go-app that browser programs are built with: the pinned release without its HTTP server.
// go-app's app package imports net/http for a handler this project never uses; in a browser program that import alone
// costs a third of a megabyte, compressed. Go refuses to overlay files of the module cache, so the program is built
// with -modfile, a go.mod that replaces go-app by a copy of the same release in which four files differ. It is for the
// build and for tests.
package goapp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	module  = "github.com/maxence-charriere/go-app/v10"
	version = "v10.1.11"
)

// left reports whether only a server needs the file of the app package.
func left(name string) bool {
	switch name {
	case "http.go", "static.go", "resource.go", "wasm.go":
		return true
	}
	return false
}

// What takes the place of the files left out.
const (
	resourceBrowser = `package app

// clientResourceResolver leaves locations as they are: the site's own server names its files.
func clientResourceResolver(string) func(string) string {
	return func(location string) string { return location }
}
`
	wasmBrowser = `package app

func wasmExecJS() string { return "" }
`
)

// ModFile writes the copy and a go.mod that uses it into dir, and returns that go.mod's absolute path, for
// go build -modfile. root is the folder of the main module. What is there already and the same is not written again.
func ModFile(ctx context.Context, root, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("go-app: %w", err)
	}
	source, err := sourceOf(ctx, root)
	if err != nil {
		return "", err
	}
	for _, sub := range []string{"pkg/app", "pkg/errors"} {
		if err := copyPackage(filepath.Join(source, sub), filepath.Join(dir, "go-app", sub)); err != nil {
			return "", err
		}
	}
	for name, content := range map[string]string{"resource_browser.go": resourceBrowser, "wasm_browser.go": wasmBrowser} {
		if err := write(filepath.Join(dir, "go-app", "pkg", "app", name), []byte(content)); err != nil {
			return "", err
		}
	}
	if err := copyFile(filepath.Join(source, "go.mod"), filepath.Join(dir, "go-app", "go.mod")); err != nil {
		return "", err
	}
	if err := copyFile(filepath.Join(root, "go.sum"), filepath.Join(dir, "client.sum")); err != nil {
		return "", err
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("go-app: %w", err)
	}
	mod = fmt.Appendf(mod, "\nreplace %s => %q\n", module, filepath.Join(dir, "go-app"))
	file := filepath.Join(dir, "client.mod")
	return file, write(file, mod)
}

// sourceOf is the folder of the pinned release in the module cache. Another release is refused: the copy is made for
// this one.
func sourceOf(ctx context.Context, root string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module+"@"+version)
	cmd.Dir = root
	if out, err := cmd.Output(); err != nil {
		return "", fmt.Errorf("go-app %s: %w\n%s", version, err, out)
	}
	cmd = exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", module)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go-app: go list: %w", err)
	}
	is, folder, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if is != version || folder == "" {
		return "", fmt.Errorf("go-app is %s, and the browser's copy is made for %s", is, version)
	}
	return folder, nil
}

func copyPackage(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("go-app: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || left(name) {
			continue
		}
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("go-app: %w", err)
	}
	return write(to, b)
}

// write leaves a file alone that is the same already, and never shows half of one to a build beside this one.
func write(file string, b []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, b) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("go-app: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".writing-*")
	if err != nil {
		return fmt.Errorf("go-app: %w", err)
	}
	_, err = temp.Write(b)
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(temp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("go-app: %w", err)
	}
	return nil
}
