//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
	"golang.org/x/sync/errgroup"

	"groundswell/wasm/slim"
)

// The brotli qualities: what a release ships, what `make run` waits for, what a saved file waits for.
const (
	qualityRelease = 11
	qualityRun     = 6
	qualityWatch   = 1
)

// clientBuild says what wasm/<app>/dist was made of: with the same content compressed at least as well there is nothing to do.
type clientBuild struct {
	Sum     string `json:"sum"` // of app.wasm
	Quality int    `json:"quality"`
	Support string `json:"support"` // of wasm_exec.js
}

// clientSizes is what a build made, in bytes.
type clientSizes struct {
	Raw, Brotli, Gzip int
	Fresh             bool // false: everything was there already
}

func (s clientSizes) String() string {
	return fmt.Sprintf("%.2f MB, %.2f MB brotli, %.2f MB gzip", mb(s.Raw), mb(s.Brotli), mb(s.Gzip))
}

func mb(n int) float64 { return float64(n) / 1e6 }

// client compiles the browser program of an app into wasm/<app>/dist: app.wasm.br, app.wasm.gz and wasm_exec.js.
func (b builder) client(ctx context.Context, app string, quality int) (clientSizes, error) {
	program, err := b.compileClient(ctx, app)
	if err != nil {
		return clientSizes{}, err
	}
	return b.packClient(ctx, app, program, quality)
}

// compileClient is slim.Build with what builder says of a build that fails, and with a place of its own for the linked program: the go
// command links none afresh that is there as it would be.
func (b builder) compileClient(ctx context.Context, app string) ([]byte, error) {
	linked := filepath.Join(b.root, "bin", ".new", app+".wasm")
	flags, err := slim.Flags(ctx, b.root)
	if err != nil {
		return nil, err
	}
	err = b.goBuild(ctx, "the browser program of "+app, []string{"GOOS=js", "GOARCH=wasm"}, append(flags, "-o", linked, "./apps/"+app)...)
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(linked)
	if err != nil {
		return nil, fmt.Errorf("read the browser program of %s: %w", app, err)
	}
	if program, err = slim.JoinData(program); err != nil {
		return nil, fmt.Errorf("pack the browser program of %s: %w", app, err)
	}
	return program, nil
}

// packClient compresses and installs the program unless that was done before.
func (b builder) packClient(ctx context.Context, app string, program []byte, quality int) (clientSizes, error) {
	support, err := wasmExec(ctx, b.root)
	if err != nil {
		return clientSizes{}, err
	}
	dist := filepath.Join(b.root, "wasm", app, "dist")
	want := clientBuild{Sum: sum(program), Quality: quality, Support: sum(support)}
	stamp := filepath.Join(b.root, "bin", ".new", app+".wasm.json")
	if have, ok := readStamp(stamp); ok && have.Sum == want.Sum && have.Support == want.Support && have.Quality >= quality {
		if sizes, ok := installed(dist, len(program)); ok {
			return sizes, nil
		}
	}
	var br, gz []byte
	var g errgroup.Group
	g.Go(func() (err error) { br, err = brotliOf(program, quality); return err })
	g.Go(func() (err error) { gz, err = gzipOf(program, quality); return err })
	if err := g.Wait(); err != nil {
		return clientSizes{}, fmt.Errorf("compress the browser program of %s: %w", app, err)
	}
	_ = os.Remove(stamp)
	files := map[string][]byte{"app.wasm.br": br, "app.wasm.gz": gz, "wasm_exec.js": support}
	for name, content := range files {
		if err := replaceFile(filepath.Join(dist, name), content); err != nil {
			return clientSizes{}, err
		}
	}
	text, err := json.Marshal(want)
	if err != nil {
		return clientSizes{}, err
	}
	return clientSizes{Raw: len(program), Brotli: len(br), Gzip: len(gz), Fresh: true}, replaceFile(stamp, text)
}

func readStamp(path string) (clientBuild, bool) {
	var c clientBuild
	text, err := os.ReadFile(path)
	return c, err == nil && json.Unmarshal(text, &c) == nil
}

// installed is what dist holds of a program of that many bytes. The program itself stays out: dist is embedded.
func installed(dist string, raw int) (clientSizes, bool) {
	var sizes [3]int
	for i, name := range []string{"app.wasm.br", "app.wasm.gz", "wasm_exec.js"} {
		info, err := os.Stat(filepath.Join(dist, name))
		if err != nil {
			return clientSizes{}, false
		}
		sizes[i] = int(info.Size())
	}
	return clientSizes{Raw: raw, Brotli: sizes[0], Gzip: sizes[1]}, true
}

// wasmExec is the support file of the Go toolchain that compiled the program; the two must match.
func wasmExec(ctx context.Context, root string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOROOT")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("ask go for its folder: %w", err)
	}
	support, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("this Go has no wasm_exec.js, its installation is not complete: %w", err)
	}
	return support, nil
}

func brotliOf(b []byte, quality int) ([]byte, error) {
	var out bytes.Buffer
	options := brotli.WriterOptions{Quality: quality, LGWin: 24}
	if quality < qualityRun {
		options.LGWin = 20
	}
	w := brotli.NewWriterOptions(&out, options)
	_, err := w.Write(b)
	return closed(&out, w, err)
}

func gzipOf(b []byte, quality int) ([]byte, error) {
	level := gzip.BestCompression
	if quality < qualityRelease {
		level = gzip.BestSpeed
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(b)
	return closed(&out, w, err)
}

// closed ends the compression, whose last bytes are written by Close.
func closed(out *bytes.Buffer, w io.Closer, err error) ([]byte, error) {
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// replaceFile writes the whole file or nothing.
func replaceFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make a folder for %s: %w", path, err)
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, content, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
