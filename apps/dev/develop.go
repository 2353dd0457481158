//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// develop rebuilds, restarts and reloads what saved files touch, until ctx ends.
func (s *stack) develop(ctx context.Context) error {
	g, w, err := s.watchFiles(ctx)
	if err != nil {
		return err
	}
	s.rebuild(ctx, g, w)
	return nil
}

// watchFiles returns once every later save will be noticed.
func (s *stack) watchFiles(ctx context.Context) (graph, *watcher, error) {
	g, err := readGraph(ctx, s.root, s.programs)
	if err != nil {
		return g, nil, err
	}
	w, err := newWatcher(s.root)
	return g, w, err
}

func (s *stack) rebuild(ctx context.Context, g graph, w *watcher) {
	go w.run(ctx)
	for files := range w.Batches {
		g = s.saved(ctx, g, files)
	}
}

// saved handles one batch of changed files and returns the graph for the next.
func (s *stack) saved(ctx context.Context, g graph, files []string) graph {
	if slices.ContainsFunc(files, g.unknown) {
		g = s.refresh(ctx, g)
	}
	p := g.plan(s.root, s.programs, files)
	for _, hint := range p.Hints {
		s.console.say("%s", hint)
	}
	if p.empty() {
		return g
	}
	begin := time.Now()
	if err := s.apply(ctx, p); err != nil {
		if ctx.Err() == nil {
			s.console.say("\n%v\nThe programs go on as they were.\n", err)
		}
	} else if len(p.Servers) > 0 {
		s.console.say("%s: %s", what(s.root, files), p.done(since(begin)))
	}
	// A changed import moves packages between programs; this is known before the next save.
	if slices.ContainsFunc(files, g.moved) {
		g = s.refresh(ctx, g)
	}
	return g
}

// refresh reads the graph again; while the code does not compile the old one is as good.
func (s *stack) refresh(ctx context.Context, old graph) graph {
	g, err := readGraph(ctx, s.root, s.programs)
	if err != nil {
		return old
	}
	return g
}

// apply builds first, all of it; only then is anything replaced.
func (s *stack) apply(ctx context.Context, p plan) error {
	for _, each := range s.programs {
		if slices.Contains(p.Clients, each.Name) {
			if _, err := s.builder.client(ctx, each.Name, qualityWatch); err != nil {
				return err
			}
		}
	}
	for _, each := range s.programs {
		if slices.Contains(p.Servers, each.Name) {
			if err := s.builder.server(ctx, each); err != nil {
				return err
			}
		}
	}
	if p.Migrate {
		if err := s.migrate(ctx, p); err != nil {
			return err
		}
	}
	var errs []error
	for _, u := range s.units {
		if slices.Contains(p.Servers, u.p.Name) {
			errs = append(errs, u.restart(ctx))
			s.reloads.tell(u.p.Name)
		}
	}
	return errors.Join(errs...)
}

// migrate runs the migrations as the fresh binary has them: this process has those it was built with.
func (s *stack) migrate(ctx context.Context, p plan) error {
	for _, each := range s.programs {
		if !slices.Contains(p.Servers, each.Name) {
			continue
		}
		cmd := exec.CommandContext(ctx, s.builder.binary(each), "migrate")
		cmd.Env = append(os.Environ(), s.common()...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("migrate: %s", strings.TrimSpace(string(out)))
		}
		return nil
	}
	return nil
}

func what(root string, files []string) string {
	name := strings.TrimPrefix(files[0], root+"/")
	if len(files) > 1 {
		return fmt.Sprintf("%s and %d more", name, len(files)-1)
	}
	return name
}

func (p plan) done(took time.Duration) string {
	parts := "restarted " + strings.Join(p.Servers, ", ")
	if len(p.Clients) > 0 {
		parts = "rebuilt the browser program of " + strings.Join(p.Clients, ", ") + ", " + parts
	}
	return fmt.Sprintf("%s, reloaded (%s)", parts, took)
}
