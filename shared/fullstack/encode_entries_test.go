//go:build !js

package fullstack

import (
	"fmt"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"
)

// Whatever a map went through, its entries are read as an iteration over it would.
func TestEntriesOf(t *testing.T) {
	t.Parallel()
	for size := range mostAttributes {
		for deleted := range min(size, 4) {
			m := map[string]string{}
			for i := range size {
				m[fmt.Sprintf("name-%d", i)] = fmt.Sprint(i)
			}
			for i := range deleted {
				delete(m, fmt.Sprintf("name-%d", i*2))
			}
			if size%3 == 0 {
				m["again"] = "added after a deletion"
			}
			var scratch [8]uint8
			slots, order := entriesOf(scratch[:0], m)
			got := map[string]string{}
			for _, i := range order {
				got[slots[i].name] = slots[i].value
			}
			require.Equal(t, m, got)
			require.Len(t, order, len(m), "each once")
		}
	}
	_, order := entriesOf(nil, nil)
	require.Empty(t, order)
}

func TestSortedAttributes(t *testing.T) {
	t.Parallel()
	m := map[string]string{"b": "2", "": "0", "ab": "1", "a": "1", "z": "9", "aria-label": "x", "aria-hidden": "y", "c": "3", "d": "4", "B": "5"}
	slots, order := sortedAttributes(nil, m)
	var names []string
	for _, i := range order {
		names = append(names, slots[i].name)
	}
	require.Equal(t, []string{"", "B", "a", "ab", "aria-hidden", "aria-label", "b", "c", "d", "z"}, names)
}

func TestEncodeRefusesTooManyAttributes(t *testing.T) {
	t.Parallel()
	div := app.Div()
	for i := range mostAttributes {
		div = div.DataSet(fmt.Sprint("n", i), i)
	}
	_, err := AppendHTML(nil, div)
	require.NoError(t, err)
	_, err = AppendHTML(nil, div.DataSet("one-more", 1))
	require.ErrorContains(t, err, "more than 200 attributes")
}
