//go:build !js

package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
)

var readme = flag.Bool("readme", false, "write the configuration table into README.md")

// TestReadmeListsTheConfiguration holds the README to the variables the events site really reads.
func TestReadmeListsTheConfiguration(t *testing.T) {
	t.Parallel()
	const file, open, end = "../../README.md", "<!-- configuration -->\n", "<!-- end -->"
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(b), open)
	require.True(t, ok)
	table, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := config.Markdown(config.Table[settings]())
	if *readme {
		require.NoError(t, os.WriteFile(file, []byte(before+open+want+end+after), 0o600))
		return
	}
	require.Equal(t, want, table, "run: go test ./apps/events -run Readme -readme")
}
