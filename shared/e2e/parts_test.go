package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const othersShown = `document.querySelector("#others")?.textContent === "Item item-7 & <b>"`

func TestAPageIsReadWhileAPartOfItIsStillMade(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := fixtureSite(t, m)
			held := make(chan struct{})
			s.set(func(s *service) { s.held = held })
			b := newTab(t, m)
			b.visit(site.URL + "/item/one")
			eval[any](b, `void location.assign("/parts")`)
			b.until(`location.pathname === "/parts" && document.querySelector("h1")?.textContent === "Item one"`)
			b.until(`document.querySelector("h1").getBoundingClientRect().height > 0`)
			require.False(t, eval[bool](b, othersShown))
			close(held)
			b.until(othersShown)
			if m != full {
				return
			}
			b.alive()
			require.Empty(t, b.hydration().First, "console: %s", b.said())
			require.Empty(t, b.mutations())
			b.click("#count")
			b.until(`document.querySelector("#count").textContent === "1"`)
		})
	}
}

func TestANavigationShowsAPageWithAllOfItsParts(t *testing.T) {
	t.Parallel()
	site, s := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/item/one")
	eval[any](b, sameDocument)
	follow := `(() => { const a = document.createElement("a"); a.href = "/parts"; document.querySelector("main").append(a); a.click(); })()`
	eval[any](b, follow)
	b.at("/parts")
	b.until(othersShown)
	b.click("#home")
	b.until(`document.querySelector("h1").textContent === "Items"`)
	s.set(func(s *service) { s.lost = true })
	eval[any](b, follow)
	b.at("/parts")
	b.until(`document.querySelector("#failed")?.textContent === "The others are lost."`)
	require.True(t, eval[bool](b, `window.marked`), "the document was replaced")
}
