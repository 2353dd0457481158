package lru_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"groundswell/shared/lru"
)

func TestWhatWasNotAskedForIsForgottenFirst(t *testing.T) {
	t.Parallel()
	m := lru.New(10, func(s string) int { return len(s) })
	m.Put("a", "1234")
	m.Put("b", "1234")
	_, ok := m.Get("a")
	require.True(t, ok)
	m.Put("c", "1234")
	_, ok = m.Get("b")
	require.False(t, ok)
	for _, key := range []string{"a", "c"} {
		v, ok := m.Peek(key)
		require.True(t, ok)
		require.Equal(t, "1234", v)
	}
}

// The bytes that are kept are never more than there may be, and none is counted twice.
func TestTheBytesAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const most = 64
		m := lru.New(most, func(s string) int { return len(s) })
		keys := rapid.SampledFrom([]string{"a", "b", "c", "dd", "ee"})
		for _, key := range rapid.SliceOf(keys).Draw(t, "keys") {
			if rapid.Bool().Draw(t, "put") {
				m.Put(key, rapid.StringN(0, 40, 40).Draw(t, "value"))
			} else {
				m.Remove(key)
			}
			sum := 0
			for _, k := range []string{"a", "b", "c", "dd", "ee"} {
				if v, ok := m.Peek(k); ok {
					sum += len(k) + len(v)
				}
			}
			require.LessOrEqual(t, sum, most)
		}
		for _, key := range []string{"a", "b", "c", "dd", "ee"} {
			m.Remove(key)
		}
		m.Put("f", string(make([]byte, most-1)))
		_, ok := m.Peek("f")
		require.True(t, ok, "an empty memory holds as much as it may")
	})
}
