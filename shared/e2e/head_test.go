package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheHeadAfterNavigationIsTheServersHead compares every page of the fixture, a missing one too, after a click with
// the same page after a load. What two pages have in common is not taken out in between.
func TestTheHeadAfterNavigationIsTheServersHead(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	const head = `[document.title, ...[...document.head.querySelectorAll("[data-page]")].map((e) => e.outerHTML).sort()]`
	b := newTab(t, full)
	for _, path := range []string{"/", "/item/one", "/item/two?signed=true", "/differs", "/mine", "/item/missing"} {
		b.visit(site.URL + path)
		want := eval[[]string](b, head)
		require.Greater(t, len(want), 3, path)
		b.visitAlive(site.URL + "/item/item-7")
		eval[any](b, `window.kept = document.querySelector("link[rel=license]"), window.site = document.querySelector("link[rel=stylesheet]")`)
		eval[any](b, fmt.Sprintf(follow, quote(path)))
		b.until(`performance.getEntriesByName("fullstack:navigated").length === 1`)
		require.Equal(t, want, eval[[]string](b, head), path)
		require.True(t, eval[bool](b, `site.isConnected`))
		require.Equal(t, eval[bool](b, `!!document.querySelector("link[rel=license]")`), eval[bool](b, `kept.isConnected`), path)
	}
}
