// Package size holds browser programs to their budgets. When one grows past its budget it says which packages grew.
// It is for tests.
package size

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"groundswell/wasm/slim"
)

// Budget is wasm/<app>/budget.json.
type Budget struct {
	Brotli   int            `json:"brotli_bytes"`       // the most the program may be at brotli-11
	Recorded int            `json:"recorded_bytes"`     // what it was when it was last recorded
	Note     string         `json:"note"`               // why it is what it is
	Packages map[string]int `json:"packages,omitempty"` // bytes of code by package when the budget was set, the largest only
}

// Limit is the most the program may be now: its budget, and no more than 2 % above what was recorded, so that it does not
// grow unnoticed. Whoever records it anew says in the note why.
func (b Budget) Limit() int { return min(b.Brotli, b.Recorded+b.Recorded/50) }

// ReadBudget reads a budget file.
func ReadBudget(file string) (Budget, error) {
	var b Budget
	data, err := os.ReadFile(file)
	if err != nil {
		return b, fmt.Errorf("budget: %w", err)
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return b, fmt.Errorf("budget %s: %w", file, err)
	}
	return b, nil
}

// Forbidden are packages that no browser program links: each costs every visitor more than what it could do there.
func Forbidden() []string {
	return []string{"net/http", "crypto/tls", "regexp", "html/template", "text/template", "database/sql", "os/exec", "time/tzdata", "log/slog",
		"crypto/rand", "crypto/aes", "database/sql/driver"}
}

// Imports lists the packages that the program in the folder app is built from.
func Imports(ctx context.Context, app string) ([]string, error) {
	root := filepath.Join(app, "..", "..")
	flags, err := slim.Flags(ctx, root)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"list", "-deps"}, flags...), ".")...)
	cmd.Dir = app
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the packages of %s: %w", app, err)
	}
	return strings.Fields(string(out)), nil
}

// Packages builds the program in the folder app with its function names and adds up the code of each package.
func Packages(ctx context.Context, app string) (map[string]int, error) {
	dir, err := os.MkdirTemp("", "size")
	if err != nil {
		return nil, fmt.Errorf("size: %w", err)
	}
	defer os.RemoveAll(dir)
	root := filepath.Join(app, "..", "..")
	flags, err := slim.Flags(ctx, root)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "app.wasm")
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build"}, flags...), "-ldflags=", "-o", out, ".")...) // not stripped: with names
	cmd.Dir = app
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if b, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", app, err, b)
	}
	program, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("size: %w", err)
	}
	return codeByPackage(program)
}

// Growth lists the packages that have more code than before, most first, as lines to print.
func Growth(before, now map[string]int) []string {
	type growth struct {
		name string
		by   int
	}
	var all []growth
	for name, n := range now {
		if n > before[name] {
			all = append(all, growth{name, n - before[name]})
		}
	}
	slices.SortFunc(all, func(a, b growth) int { return b.by - a.by })
	var lines []string
	for _, g := range all[:min(len(all), 15)] {
		lines = append(lines, fmt.Sprintf("%+8d bytes of code  %s", g.by, g.name))
	}
	return lines
}

// Largest keeps the n packages with the most code: what a budget file records.
func Largest(packages map[string]int, n int) map[string]int {
	names := slices.SortedFunc(maps.Keys(packages), func(a, b string) int { return packages[b] - packages[a] })
	kept := map[string]int{}
	for _, name := range names[:min(n, len(names))] {
		kept[name] = packages[name]
	}
	return kept
}

// codeByPackage reads the code section and the function names of a WebAssembly module (core specification 5.5 and
// appendix A.1, name section).
func codeByPackage(program []byte) (map[string]int, error) {
	if !bytes.HasPrefix(program, []byte("\x00asm\x01\x00\x00\x00")) {
		return nil, errors.New("not a WebAssembly module")
	}
	var sizes []int
	names := map[int]string{}
	imports := 0
	for rest := program[8:]; len(rest) > 0; {
		id := rest[0]
		n, after := number(rest[1:])
		section := after[:n]
		rest = after[n:]
		switch id {
		case 2:
			imports, _ = number(section) // Go imports functions only
		case 10:
			count, body := number(section)
			for range count {
				size, code := number(body)
				sizes = append(sizes, size)
				body = code[size:]
			}
		case 0:
			if length, name := number(section); bytes.HasPrefix(name, []byte("name")) {
				functionNames(name[length:], names)
			}
		}
	}
	packages := map[string]int{}
	for i, size := range sizes {
		packages[packageOf(names[i+imports])] += size
	}
	return packages, nil
}

func functionNames(section []byte, names map[int]string) {
	for len(section) > 0 {
		id := section[0]
		n, after := number(section[1:])
		if id == 1 {
			count, entries := number(after)
			for range count {
				index, tail := number(entries)
				length, name := number(tail)
				names[index] = string(name[:length])
				entries = name[length:]
			}
		}
		section = after[n:]
	}
}

// packageOf is the package of a function's name. The linker writes the slashes of an import path as underscores, so the
// path ends at the first dot after its host.
func packageOf(function string) string {
	host := ""
	for _, h := range []string{"github.com", "golang.org"} {
		if i := strings.Index(function, h+"_"); i >= 0 && !strings.ContainsAny(function[:i], ".[") {
			host, function = function[:i]+h, function[i+len(h):]
		}
	}
	if dot := strings.IndexByte(function, '.'); dot >= 0 {
		return host + function[:dot]
	}
	return "runtime"
}

// number reads an unsigned LEB128.
func number(b []byte) (int, []byte) {
	n, size := binary.Uvarint(b)
	return int(n), b[max(size, 0):]
}
