package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

func TestADialogKeepsTheFocusAndGivesItBack(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/overlays")
	eval[any](b, `window.closings = 0; document.addEventListener("close", () => closings++, true)`)
	for times, closing := range []func(){
		func() { b.press(kb.Escape) },
		func() { b.click(`#dialog [aria-label="Close"]`) },
	} {
		b.tabTo("#ask")
		b.press(kb.Enter)
		b.until(`document.querySelector("#dialog").matches(":modal")`)
		require.Equal(t, "Really?", eval[string](b, `document.getElementById(document.querySelector("#dialog").getAttribute("aria-labelledby")).textContent`))
		for range 6 { // past both ends
			require.True(t, eval[bool](b, `document.activeElement === document.body || document.querySelector("#dialog").contains(document.activeElement)`))
			b.press(kb.Tab)
		}
		closing()
		// The browser says that it closed some milliseconds after it did, sooner than any hand can ask again.
		b.until(fmt.Sprintf(`closings >= %d && !document.querySelector("#dialog").open && document.activeElement.id === "ask"`, times+1))
		eval[any](b, `document.activeElement.blur()`)
	}
}

func TestAToastIsSaidAndCanBeDismissed(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full, `const soon = setTimeout; window.setTimeout = (f, ms, ...a) => ms > 3000 ? 0 : soon(f, ms, ...a);`) // none goes by itself
	b.visitAlive(site.URL + "/overlays")
	require.True(t, eval[bool](b, `(window.region = document.querySelector("[role=status][aria-live=polite]")).textContent === ""`))
	b.click("#tell")
	b.until(`window.region.isConnected && window.region.textContent === "It is saved."`)
	b.click("#tell")
	b.until(`window.region.children.length === 2`)
	b.click(".toast-dismiss")
	b.until(`window.region.children.length === 1`)
	b.click(".toast-dismiss")
	b.until(`window.region.children.length === 0`)
}
