package events

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"groundswell/wasm/size"
)

var update = flag.Bool("budget", false, "record the packages' sizes in budget.json")

// TestTheBrowserProgramKeepsItsBudget compresses the built program as a release does. Raising the budget needs a reason
// in its note and in the commit.
func TestTheBrowserProgramKeepsItsBudget(t *testing.T) {
	t.Parallel()
	budget, err := size.ReadBudget("budget.json")
	require.NoError(t, err)
	program, err := fs.ReadFile(Client(), "app.wasm.br")
	require.NoError(t, err, "build it first: make wasm")
	n := len(program)
	if n > budget.Limit() { // perhaps built for development, compressed less
		n = recompressed(t, program)
	}
	if *update {
		packages, err := size.Packages(t.Context(), "../../apps/events")
		require.NoError(t, err)
		budget.Packages, budget.Recorded = size.Largest(packages, 80), n
		b, err := json.MarshalIndent(budget, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("budget.json", append(b, '\n'), 0o600))
	}
	t.Logf("events client: %d bytes at brotli-11, recorded %d, budget %d", n, budget.Recorded, budget.Brotli)
	if n <= budget.Limit() {
		return
	}
	now, err := size.Packages(t.Context(), "../../apps/events")
	require.NoError(t, err)
	t.Fatalf("the events client is %d bytes; it was %d and may be %d. If what grew is worth it, say so in the note of budget.json "+
		"and run go test ./wasm/events -budget. What grew:\n%s", n, budget.Recorded, budget.Limit(),
		strings.Join(size.Growth(budget.Packages, now), "\n"))
}

// TestTheBrowserProgramLinksNoServer asks go list, so it is as fresh as the embedded program, which changes with it.
func TestTheBrowserProgramLinksNoServer(t *testing.T) {
	t.Parallel()
	imports, err := size.Imports(t.Context(), "../../apps/events")
	require.NoError(t, err)
	require.Contains(t, imports, "groundswell/shared/fullstack")
	for _, name := range size.Forbidden() {
		require.NotContains(t, imports, name)
	}
}

func recompressed(t *testing.T, program []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: 11, LGWin: 24})
	_, err := io.Copy(w, brotli.NewReader(bytes.NewReader(program)))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Len()
}
