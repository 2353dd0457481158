//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// graph knows which programs a file of the repository is compiled or embedded into.
type graph struct {
	servers map[string][]string // file -> programs
	clients map[string][]string // file -> apps whose browser program has it
	heads   map[string]string   // Go file -> what decides of what else is compiled; see headOf
	embeds  map[string]bool     // folders that hold embedded files: a new file there may be embedded too
}

// plan is what a change asks for.
type plan struct {
	Servers []string // programs to compile and restart
	Clients []string // apps whose browser program to compile; their servers, which embed it, are in Servers
	Migrate bool     // a migration changed
	Hints   []string // what the programmer has to do by hand
}

func (p plan) empty() bool {
	return len(p.Servers) == 0 && len(p.Clients) == 0 && len(p.Hints) == 0
}

// listed is a package as go list describes it.
type listed struct {
	ImportPath, Dir            string
	GoFiles, EmbedFiles, Deps  []string
	SFiles, OtherFiles, HFiles []string
	Module                     *struct{ Main bool }
}

// readGraph asks the go command, once for the servers and once for the browser programs.
func readGraph(ctx context.Context, root string, all []program) (graph, error) {
	g := graph{servers: map[string][]string{}, clients: map[string][]string{}, heads: map[string]string{}, embeds: map[string]bool{}}
	if err := g.read(ctx, root, all, nil, g.servers); err != nil {
		return g, err
	}
	clients := slices.DeleteFunc(slices.Clone(all), func(p program) bool { return !p.Client })
	if len(clients) == 0 {
		return g, nil
	}
	return g, g.read(ctx, root, clients, []string{"GOOS=js", "GOARCH=wasm"}, g.clients)
}

func (g graph) read(ctx context.Context, root string, all []program, env []string, into map[string][]string) error {
	args := []string{"list", "-e", "-deps", "-json=ImportPath,Dir,GoFiles,EmbedFiles,Deps,SFiles,OtherFiles,HFiles,Module"}
	for _, p := range all {
		args = append(args, p.Package)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("ask go what belongs to which program: %w", err)
	}
	packages := map[string]listed{}
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := in.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the answer of go list: %w", err)
		}
		if p.Module != nil && p.Module.Main {
			packages[p.ImportPath] = p
		}
	}
	for _, p := range all {
		g.add(packages, root, p, into)
	}
	return nil
}

// add notes the files of every package that the program is made of.
func (g graph) add(packages map[string]listed, root string, p program, into map[string][]string) {
	dir := filepath.Join(root, p.Package)
	for _, top := range packages {
		if top.Dir != dir {
			continue
		}
		for _, path := range append([]string{top.ImportPath}, top.Deps...) {
			g.addPackage(packages[path], p.Name, into)
		}
	}
}

func (g graph) addPackage(p listed, program string, into map[string][]string) {
	for _, name := range slices.Concat(p.GoFiles, p.EmbedFiles, p.SFiles, p.OtherFiles, p.HFiles) {
		file := filepath.Join(p.Dir, name)
		into[file] = append(into[file], program)
		if _, ok := g.heads[file]; !ok && strings.HasSuffix(name, ".go") {
			g.heads[file] = headOf(file)
		}
	}
	for _, name := range p.EmbedFiles {
		g.embeds[filepath.Dir(filepath.Join(p.Dir, name))] = true
	}
}

// unknown tells whether the file may belong to a program although the graph does not have it: it is new.
func (g graph) unknown(file string) bool {
	if g.servers[file] != nil || g.clients[file] != nil || strings.HasSuffix(file, "_test.go") {
		return false
	}
	return strings.HasSuffix(file, ".go") || g.embeds[filepath.Dir(file)]
}

// moved tells whether a known file asks for other packages or files than when the graph was read.
func (g graph) moved(file string) bool {
	return strings.HasSuffix(file, ".go") && headOf(file) != g.heads[file]
}

// headOf is the part of a Go file before its declarations, with its imports and build constraints, and what it embeds.
func headOf(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	var head strings.Builder
	above := true
	for line := range strings.Lines(string(text)) {
		for _, word := range []string{"func ", "type ", "var ", "const "} {
			above = above && !strings.HasPrefix(line, word)
		}
		if above && strings.TrimSpace(line) != "" || strings.HasPrefix(line, "//go:embed") {
			head.WriteString(line)
		}
	}
	return head.String()
}

// plan is what the changed files ask for.
func (g graph) plan(root string, all []program, files []string) plan {
	var p plan
	for _, file := range files {
		rel, err := filepath.Rel(root, file)
		if err != nil {
			continue
		}
		switch {
		case rel == "go.mod" || rel == "go.sum":
			for _, each := range all {
				p.Servers = append(p.Servers, each.Name)
				if each.Client {
					p.Clients = append(p.Clients, each.Name)
				}
			}
		case strings.HasPrefix(rel, "queries/") && strings.HasSuffix(rel, ".sql"):
			p.Hints = append(p.Hints, rel+" changed: run `make gen`")
		case strings.HasPrefix(rel, "apps/dev/") && strings.HasSuffix(rel, ".go"):
			p.Hints = append(p.Hints, rel+" changed: start `make dev` again")
		}
		p.Migrate = p.Migrate || strings.HasPrefix(rel, "schema/") && strings.HasSuffix(rel, ".sql")
		p.Servers = append(p.Servers, g.servers[file]...)
		p.Clients = append(p.Clients, g.clients[file]...)
	}
	p.Servers = unique(append(p.Servers, p.Clients...))
	p.Clients, p.Hints = unique(p.Clients), unique(p.Hints)
	return p
}

func unique(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}
