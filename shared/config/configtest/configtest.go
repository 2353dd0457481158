// Package configtest holds the README to the settings that programs really read. It knows no program.
package configtest

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
)

var write = flag.Bool("readme", false, "write the configuration tables into README.md")

// Readme compares the table of T's variables with the one in the file, between the lines <!-- configuration of PROGRAM --> and
// <!-- end -->; with the flag -readme it writes it there.
func Readme[T any](t *testing.T, file, program string) {
	t.Helper()
	open, end := "<!-- configuration of "+program+" -->\n", "<!-- end -->"
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(b), open)
	require.True(t, ok, open)
	table, after, ok := strings.Cut(rest, end)
	require.True(t, ok, end)
	want := config.Markdown(config.Table[T]())
	if *write {
		require.NoError(t, os.WriteFile(file, []byte(before+open+want+end+after), 0o600))
		return
	}
	require.Equal(t, want, table, "run the test of %s with -run Readme -readme", program)
}
