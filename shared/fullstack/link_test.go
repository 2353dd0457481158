package fullstack

import (
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type Paging struct {
	Page int `param:"page"`
}

type linkParams struct {
	Slug   string    `param:"slug"`
	Path   string    `param:"path"`
	Word   string    `param:"q"`
	Open   bool      `param:"open"`
	Limit  *int8     `param:"limit"`
	Kinds  []string  `param:"kind"`
	ID     uuid.UUID `param:"id"`
	Secret string    // of no address
	Paging
}

func TestURL(t *testing.T) {
	t.Parallel()
	require.Equal(t, "/e/spring%20picnic", URL("/e/{slug}", linkParams{Slug: "spring picnic", Secret: "s"}))
	require.Equal(t, "/e/a%2Fb?q=%26&open=true", URL("/e/{slug}", linkParams{Slug: "a/b", Word: "&", Open: true}))
	require.Equal(t, "/?kind=a&kind=b", URL("/{$}", linkParams{Kinds: []string{"a", "b"}}))
	require.Equal(t, "/", URL("/{$}", linkParams{}))
	require.Equal(t, "/about", URL("/about", struct{}{}))
	require.Equal(t, "/docs/a/b%20c", URL("/docs/{path...}", linkParams{Path: "a/b c"}))
	for _, nowhere := range []string{"/e/{slug}", "e", "/e/{slug", "/e/{other}"} {
		require.Equal(t, "/", URL(nowhere, linkParams{}), nowhere)
	}
	require.Equal(t, "/", URL("/x", struct {
		F float64 `param:"f"`
	}{1.5}), "no page could read it")
}

// A page reads from the address what it was made of.
func TestURLIsTheInverseOfReadingIt(t *testing.T) {
	t.Parallel()
	table, err := newRouteTable([]Route{Page[linkParams, struct{}]{Path: "/e/{slug}/{path...}"}})
	require.NoError(t, err)
	plain := rapid.String().Filter(plainText)
	rapid.Check(t, func(t *rapid.T) {
		want := linkParams{
			Slug: rapid.StringMatching(`[^\x00-\x1f\x7f]{1,9}`).Filter(func(s string) bool { return s != "." && s != ".." }).Draw(t, "slug"),
			Path: rapid.StringMatching(`[^\x00-\x1f\x7f./]{1,4}(/[^\x00-\x1f\x7f./]{1,4}){0,2}`).Draw(t, "path"),
			Word: plain.Draw(t, "word"), Open: rapid.Bool().Draw(t, "open"), Paging: Paging{rapid.Int().Draw(t, "page")},
		}
		if kinds := rapid.SliceOfN(plain, 0, 3).Draw(t, "kinds"); len(kinds) > 0 {
			want.Kinds = kinds
		}
		if rapid.Bool().Draw(t, "limited") {
			n := rapid.Int8().Draw(t, "limit")
			want.Limit = &n
		}
		copy(want.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		address, err := url.Parse(URL("/e/{slug}/{path...}", want))
		require.NoError(t, err)
		route, values := table.find(address.EscapedPath())
		require.NotNil(t, route, address)
		var got linkParams
		require.NoError(t, decodeParams(&got, values, address.Query()))
		require.Equal(t, want, got)
	})
}
