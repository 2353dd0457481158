//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// builder compiles the programs of the repository with the go command.
type builder struct {
	root  string
	quick bool // servers for `make dev`: our packages are not inlined, which compiles in two thirds of the time
}

// errBuild is a compile error whose text the programmer must see as it is.
type errBuild struct {
	what, text string
}

func (e errBuild) Error() string { return "building " + e.what + " failed:\n" + e.text }

// server compiles a binary into bin/. The old file is replaced by a rename: it may be running.
func (b builder) server(ctx context.Context, p program) error {
	final := b.binary(p)
	draft := filepath.Join(b.root, "bin", ".new", p.Name)
	// Without symbols for a debugger the link takes a third less of the time a saved file waits.
	args := []string{"-ldflags", "-s -w", "-o", draft, p.Package}
	if b.quick {
		args = slices.Insert(args, 0, "-gcflags=groundswell/...=-l")
	}
	if err := b.goBuild(ctx, p.Name, nil, args...); err != nil {
		return err
	}
	// The draft stays, so that the next build finds nothing to link when nothing changed.
	if same(draft, final) {
		return nil
	}
	link := final + ".new"
	_ = os.Remove(link)
	if err := os.Link(draft, link); err != nil {
		return fmt.Errorf("put %s in place: %w", final, err)
	}
	if err := os.Rename(link, final); err != nil {
		return fmt.Errorf("put %s in place: %w", final, err)
	}
	return nil
}

func (b builder) binary(p program) string { return filepath.Join(b.root, "bin", p.Name) }

// same tells whether both names are one file: then the build changed nothing.
func same(a, b string) bool {
	ia, errA := os.Stat(a)
	ib, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(ia, ib)
}

// goBuild runs go build in the repository. The state of git is left out: a binary is not relinked because of it.
func (b builder) goBuild(ctx context.Context, what string, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-buildvcs=false"}, args...)...)
	cmd.Dir = b.root
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("the go command is not in PATH: install Go 1.26 (https://go.dev/dl) and start again")
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := strings.TrimSpace(string(out))
	if strings.Contains(text, "no space left on device") {
		return errors.New("the disk is full: the go command could not write its output; free some space and start again")
	}
	if text == "" {
		text = err.Error()
	}
	return errBuild{what, text}
}
