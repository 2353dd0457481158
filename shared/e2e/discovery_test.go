package e2e

import (
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

const cards = `document.querySelectorAll(".media-card").length`

func TestMisspelledWordsFindWhatWasMeant(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, _ := eventsSite(t, m)
			b := newTab(t, m)
			b.visit(site.URL + "/")
			if m == full {
				b.alive()
			}
			b.fill("#field-q", "canvasing")
			b.fill("#field-place", "Clevland\r")
			b.until(`document.querySelector(".results")?.textContent.includes("Showing results for")`)
			require.Contains(t, b.text(".results"), "Showing results for canvass Cleveland")
			require.Positive(t, eval[int](b, cards))
			require.Equal(t, "canvasing", b.value("#field-q"), "what was typed can be mended")
		})
	}
}

// place sets the tab's device to Cleveland, and allows pages to ask for it.
func (b *tab) place() {
	b.t.Helper()
	latitude, longitude, accuracy := 41.4993, -81.6944, 10.0
	_, err := chromedp.Call(b.ctx, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: &latitude, Longitude: &longitude, Accuracy: &accuracy})
	require.NoError(b.t, err)
	_, err = chromedp.CallBrowser(b.ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Permission: &cdpbrowser.PermissionDescriptor{Name: "geolocation"}, Setting: cdpbrowser.PermissionSettingGranted,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	require.NoError(b.t, err)
}

func TestNearMeAsksOnAClickAndFindsTheNearest(t *testing.T) {
	t.Parallel()
	site, _ := eventsSite(t, full)
	const watch = `navigator.geolocation && (() => { window.asked = 0; const real = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
		navigator.geolocation.getCurrentPosition = (...a) => { window.asked++; return real(...a); }; })()`
	b := newTab(t, full, watch)
	b.visitAlive(site.URL + "/")
	b.place()
	b.until(`document.querySelector(".search-bar-aid button")`)
	require.Zero(t, eval[int](b, "window.asked"), "nobody is asked for their place unprompted")
	b.click(".search-bar-aid button")
	b.until(`location.search.includes("near=41.50%2C-81.69") || location.search.includes("near=41.50,-81.69")`)
	b.until(`document.querySelector(".section-title")?.textContent.includes("near you")`)
	b.until(`[...document.querySelectorAll(".media-card")].some((c) => /mile/.test(c.textContent))`)
	eval[any](b, `[...document.querySelectorAll(".toggle-link")].find((a) => a.textContent === "Nearest first").click()`)
	b.until(`location.search.includes("sort=distance") && performance.getEntriesByName("fullstack:navigated").length === 2`)
	miles := eval[[]int](b, `[...document.querySelectorAll(".media-card")].filter((c) => /mile/.test(c.textContent)).map((c) => +(c.textContent.match(/(\d+) miles? away/)?.[1] ?? 0))`)
	require.NotEmpty(t, miles)
	require.IsNonDecreasing(t, miles)
}

func TestARadiusAroundATownWithoutJavaScript(t *testing.T) {
	t.Parallel()
	site, _ := eventsSite(t, jsOff)
	b := newTab(t, jsOff)
	b.visit(site.URL + "/?place=Akron")
	inTown := eval[int](b, cards)
	b.visit(site.URL + eval[string](b, `[...document.querySelectorAll(".facet-link")].find((a) => a.textContent.includes("Within 50 miles")).getAttribute("href")`))
	require.Greater(t, eval[int](b, cards), inTown, "Cleveland is 50 km away")
	require.True(t, eval[bool](b, `[...document.querySelectorAll(".media-card")].some((c) => c.textContent.includes("Cleveland, OH · "))`))
}

func TestAMonthIsWalkedByKeyboard(t *testing.T) {
	t.Parallel()
	site, _ := eventsSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/calendar")
	title := b.text("h1")
	eval[any](b, `document.querySelector("a[rel=prev]").focus()`)
	b.press(kb.Tab)
	require.Equal(t, "next", eval[string](b, "document.activeElement.rel"))
	b.press(kb.Enter)
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 1`)
	require.NotEqual(t, title, b.text("h1"))
	require.Equal(t, "h1", b.focused(), "the reader is told of the new month")
	for range 60 {
		b.press(kb.Tab)
		if eval[bool](b, `document.activeElement.matches(".month-event")`) {
			break
		}
	}
	event := eval[string](b, `document.activeElement.getAttribute("href")`)
	require.Contains(t, event, "/e/")
	b.press(kb.Enter)
	b.at(event)
}

func TestAccessibleEventsAreFoundInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, _ := eventsSite(t, m)
			b := newTab(t, m)
			b.visit(site.URL + "/?mode=in_person")
			if m == full {
				b.alive()
			}
			eval[any](b, `[...document.querySelectorAll(".facet-link")].find((a) => a.textContent.includes("Wheelchair accessible")).click()`)
			b.until(`location.search === "?mode=in_person&accessible=true" && document.querySelector(".chip-list")?.textContent.includes("Wheelchair accessible")`)
			b.until(`document.querySelector("a[rel=next]") && document.readyState === "complete"`)
			require.Positive(t, eval[int](b, cards))
			next := eval[string](b, `document.querySelector("a[rel=next]").getAttribute("href")`)
			require.Contains(t, next, "accessible=true")
			b.visit(site.URL + next)
			require.Positive(t, eval[int](b, cards))
			event := eval[string](b, `document.querySelector('.media-card a[href^="/e/"]').getAttribute("href")`)
			b.visit(site.URL + event)
			require.Contains(t, b.text("main"), "Wheelchair accessible")
		})
	}
}
