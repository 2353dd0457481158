package goapp

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBrowserProgramsHoldNoHTTPStack lists what the events client is made of.
func TestBrowserProgramsHoldNoHTTPStack(t *testing.T) {
	t.Parallel()
	file, err := ModFile(t.Context(), "../..", t.TempDir())
	require.NoError(t, err)
	again, err := ModFile(t.Context(), "../..", t.TempDir())
	require.NoError(t, err)
	require.NotEqual(t, file, again)
	list := exec.CommandContext(t.Context(), "go", "list", "-modfile="+file, "-deps", "./apps/events")
	list.Dir = "../.."
	list.Env = append(list.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.CombinedOutput()
	require.NoError(t, err, string(out))
	for line := range strings.Lines(string(out)) {
		require.NotContains(t, []string{"net/http", "crypto/tls", "net", "html/template", "text/template"}, strings.TrimSpace(line))
	}
	require.Contains(t, string(out), "go-app/v10/pkg/app")
}
