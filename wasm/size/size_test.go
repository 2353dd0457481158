package size

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAProgramMayNotGrowUnnoticed(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1_020_000, Budget{Brotli: 1_200_000, Recorded: 1_000_000}.Limit(), "2 % above what was recorded")
	require.Equal(t, 1_010_000, Budget{Brotli: 1_010_000, Recorded: 1_000_000}.Limit(), "never above the budget")
	require.Zero(t, Budget{Brotli: 1_010_000}.Limit(), "nothing recorded: nothing allowed")
}

func TestGrowthNamesThePackagesMostFirst(t *testing.T) {
	t.Parallel()
	before := map[string]int{"a": 100, "b": 100, "c": 100}
	now := map[string]int{"a": 150, "b": 90, "c": 100, "regexp": 78034}
	require.Equal(t, []string{"  +78034 bytes of code  regexp", "     +50 bytes of code  a"}, Growth(before, now))
}

func TestCodeIsAddedUpByPackage(t *testing.T) {
	t.Parallel()
	program := []byte("\x00asm\x01\x00\x00\x00")
	section := func(id byte, content string) {
		program = append(append(program, id, byte(len(content))), content...)
	}
	section(2, "\x01")                                           // one import
	section(10, "\x03\x02ab\x03abc\x01a")                        // three functions of 2, 3 and 1 bytes
	section(0, "\x04name\x01\x0f\x02\x01\x05x.One\x02\x05x.Two") // names of the functions 1 and 2
	got, err := codeByPackage(program)
	require.NoError(t, err)
	require.Equal(t, map[string]int{"x": 5, "runtime": 1}, got)
	_, err = codeByPackage([]byte("MZ"))
	require.Error(t, err)
}
