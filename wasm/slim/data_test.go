package slim_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/wasm/slim"
)

const header = "\x00asm\x01\x00\x00\x00"

// before and after are sections around the data: a memory and a custom section.
const (
	before = "\x05\x03\x01\x00\x02"
	after  = "\x00\x02\x01x"
)

func TestDataIsJoinedAcrossShortGapsOnly(t *testing.T) {
	t.Parallel()
	// "c" at 74, "ab" at 64, "d" at 8266: the linker writes its sections in another order than they lie in memory
	data := "\x03" + "\x00\x41\xca\x00\x0b\x01c" + "\x00\x41\xc0\x00\x0b\x02ab" + "\x00\x41\xca\xc0\x00\x0b\x01d"
	got, err := slim.JoinData([]byte(header + before + "\x0b" + string(rune(len(data))) + data + after))
	require.NoError(t, err)
	joined := "\x02" + "\x00\x41\xc0\x00\x0b\x0bab\x00\x00\x00\x00\x00\x00\x00\x00c" + "\x00\x41\xca\xc0\x00\x0b\x01d"
	require.Equal(t, header+before+"\x0b"+string(rune(len(joined)))+joined+after, string(got))

	again, err := slim.JoinData(got)
	require.NoError(t, err)
	require.True(t, bytes.Equal(got, again), "joined data stays as it is")
}

func TestDataOfAnotherShapeIsRefused(t *testing.T) {
	t.Parallel()
	for name, program := range map[string]string{
		"no module":     "<!doctype html>",
		"passive":       header + "\x0b\x04\x01\x01\x01a",
		"overlapping":   header + "\x0b\x0e\x02\x00\x41\x01\x0b\x01a\x00\x41\x00\x0b\x02bb",
		"negative":      header + "\x0b\x07\x01\x00\x41\x7f\x0b\x01a",
		"ends too soon": header + "\x0b\x07\x01\x00\x41\x00\x0b\x09a",
		"section short": header + "\x0b\x7f\x01",
	} {
		_, err := slim.JoinData([]byte(program))
		require.Error(t, err, name)
	}
}
