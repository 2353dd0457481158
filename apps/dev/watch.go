//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the files must rest before they are compiled: an editor writes several times per save.
const settle = 80 * time.Millisecond

// watcher gives the files that were saved, in batches.
type watcher struct {
	root    string
	notify  *fsnotify.Watcher
	Batches chan []string
}

func newWatcher(root string) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	w := &watcher{root: root, notify: notify, Batches: make(chan []string)}
	if err := w.add(root); err != nil {
		return nil, errors.Join(err, notify.Close())
	}
	return w, nil
}

// add watches a folder and those below it, except what is built and what is data.
func (w *watcher) add(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // gone again, or a file
		}
		if w.ignored(path) {
			return filepath.SkipDir
		}
		if err := w.notify.Add(path); err != nil {
			return fmt.Errorf("watch %s: %w (on Linux, raise fs.inotify.max_user_watches)", path, err)
		}
		return nil
	})
}

func (w *watcher) ignored(path string) bool {
	rel, err := filepath.Rel(w.root, path)
	if err != nil || rel == "." {
		return false
	}
	name := filepath.Base(path)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") {
		return true
	}
	switch filepath.Ext(name) {
	case ".swp", ".swx", ".tmp", ".new", ".orig":
		return true
	}
	parts := strings.Split(rel, string(filepath.Separator))
	return parts[0] == "bin" || parts[0] == "tmp" || parts[0] == "wasm" && len(parts) > 2 && parts[2] == "dist"
}

// run collects changes until ctx ends; then it closes Batches.
func (w *watcher) run(ctx context.Context) {
	defer close(w.Batches)
	defer w.notify.Close()
	changed := map[string]bool{}
	var rest <-chan time.Time
	var out chan []string
	for {
		select {
		case e := <-w.notify.Events:
			if w.note(e, changed) {
				rest, out = time.After(settle), nil
			}
		case <-rest:
			rest, out = nil, w.Batches
		case out <- keys(changed):
			changed, out = map[string]bool{}, nil
		case <-w.notify.Errors: // an overflow: the next save is seen again
		case <-ctx.Done():
			return
		}
	}
}

// note remembers a change; false when it does not matter.
func (w *watcher) note(e fsnotify.Event, changed map[string]bool) bool {
	if e.Op == fsnotify.Chmod || w.ignored(e.Name) {
		return false
	}
	if e.Op.Has(fsnotify.Create) {
		_ = w.add(e.Name) // a folder; its files are noted below as they are found
		_ = filepath.WalkDir(e.Name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !w.ignored(path) {
				changed[path] = true
			}
			return nil
		})
		return len(changed) > 0
	}
	changed[e.Name] = true
	return true
}

func keys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return unique(out)
}
