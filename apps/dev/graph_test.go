//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// repository is a small one in the shape of ours: one site with a browser program, and workers.
var repository = map[string]string{
	"go.mod":                        "module groundswell\n\ngo 1.26\n",
	"apps/events/main.go":           "//go:build !js\n\npackage main\n\nimport (\n_ \"groundswell/apps/events/pages\"\n_ \"groundswell/shared/ui\"\n_ \"groundswell/shared/eventsvc\"\n_ \"groundswell/schema\"\n)\n\nfunc main() {}\n",
	"apps/events/main_js.go":        "package main\n\nimport _ \"groundswell/apps/events/pages\"\n\nfunc main() {}\n",
	"apps/events/pages/page.go":     "package pages\n",
	"apps/events/pages/a_test.go":   "package pages\n",
	"shared/ui/ui.go":               "package ui\n\nimport \"embed\"\n\n//go:embed css/*.css\nvar F embed.FS\n",
	"shared/ui/css/base.css":        "a{}",
	"shared/eventsvc/svc.go":        "package eventsvc\n",
	"schema/schema.go":              "package schema\n\nimport \"embed\"\n\n//go:embed *.sql\nvar F embed.FS\n",
	"schema/0001_a.sql":             "",
	"queries/a.sql":                 "",
	"workers/main.go":               "package main\n\nimport _ \"groundswell/shared/eventsvc\"\n\nfunc main() {}\n",
	"wasm/events/dist/app.wasm.br":  "",
	"shared/lonely/lonely.go":       "package lonely\n",
	"apps/events/pages/testdata/x":  "",
	"shared/ui/css/readme.markdown": "",
}

func makeRepository(t *testing.T) (string, []program) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for name, text := range repository {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	all, err := findPrograms(root, false)
	require.NoError(t, err)
	return root, all
}

func TestFindPrograms_listsWhatIsThere(t *testing.T) {
	t.Parallel()
	_, all := makeRepository(t)
	require.Equal(t, []program{
		{Name: "events", Package: "./apps/events", Port: 8083, Private: 9083, Client: true},
		{Name: "workers", Package: "./workers", Private: 8088},
	}, all)
}

func TestPlan_rebuildsWhatAFileTouches(t *testing.T) {
	t.Parallel()
	root, all := makeRepository(t)
	g, err := readGraph(t.Context(), root, all)
	require.NoError(t, err)
	events, both := []string{"events"}, []string{"events", "workers"}
	for file, want := range map[string]plan{
		"apps/events/main.go":          {Servers: events},
		"apps/events/main_js.go":       {Servers: events, Clients: events},
		"apps/events/pages/page.go":    {Servers: events, Clients: events},
		"shared/ui/css/base.css":       {Servers: events},
		"shared/eventsvc/svc.go":       {Servers: both},
		"workers/main.go":              {Servers: []string{"workers"}},
		"schema/0001_a.sql":            {Servers: events, Migrate: true},
		"go.mod":                       {Servers: both, Clients: events},
		"apps/events/pages/a_test.go":  {},
		"shared/lonely/lonely.go":      {},
		"wasm/events/dist/app.wasm.br": {},
		"queries/a.sql":                {Hints: []string{"queries/a.sql changed: run `make gen`"}},
	} {
		got := g.plan(root, all, []string{filepath.Join(root, file)})
		require.ElementsMatch(t, want.Servers, got.Servers, file)
		require.ElementsMatch(t, want.Clients, got.Clients, file)
		require.Equal(t, want.Migrate, got.Migrate, file)
		require.ElementsMatch(t, want.Hints, got.Hints, file)
	}
}

func TestUnknown_isANewFileThatMayMatter(t *testing.T) {
	t.Parallel()
	root, all := makeRepository(t)
	g, err := readGraph(t.Context(), root, all)
	require.NoError(t, err)
	for file, want := range map[string]bool{
		"shared/eventsvc/new.go":      true,
		"shared/ui/css/new.css":       true,
		"shared/eventsvc/svc.go":      false,
		"shared/eventsvc/new_test.go": false,
		"README.md":                   false,
	} {
		require.Equal(t, want, g.unknown(filepath.Join(root, file)), file)
	}
}

func TestMoved_isAFileThatAsksForOthers(t *testing.T) {
	t.Parallel()
	root, all := makeRepository(t)
	g, err := readGraph(t.Context(), root, all)
	require.NoError(t, err)
	file := filepath.Join(root, "shared/eventsvc/svc.go")
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	require.False(t, g.moved(file))
	for text, want := range map[string]bool{
		string(before) + "\nfunc another() { /* import \"os\" */ }\n":        false,
		strings.Replace(string(before), "\n", "\n\nimport _ \"os\"\n", 1):    true,
		"//go:build js\n\n" + string(before):                                 true,
		string(before) + "\nfunc f() {}\n\n//go:embed a.txt\nvar a string\n": true,
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.Equal(t, want, g.moved(file), text)
	}
	require.NoError(t, os.Remove(file))
	require.True(t, g.moved(file))
}

func TestWatcher_givesSavedFilesInABatch(t *testing.T) {
	t.Parallel()
	root, _ := makeRepository(t)
	w, err := newWatcher(root)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	go w.run(ctx)
	write := func(name string) string {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("package x\n"), 0o600))
		return path
	}
	write("wasm/events/dist/app.wasm.br")
	write("shared/ui/.ui.go.swp")
	a, b := write("shared/ui/ui.go"), write("shared/fresh/fresh.go")
	seen := map[string]bool{}
	for !seen[a] || !seen[b] {
		batch, open := <-w.Batches
		require.True(t, open, "the files were not seen")
		for _, f := range batch {
			seen[f] = true
		}
	}
	require.Len(t, seen, 2, "%v", seen)
	c := write("shared/fresh/second.go")
	require.Equal(t, []string{c}, <-w.Batches, "a new folder is watched too")
}
