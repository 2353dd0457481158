package e2e

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// shifts keeps what moved without anybody asking for it: each entry of the page's cumulative layout shift.
const shifts = `window.shifts = []; new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput)
	shifts.push({ at: e.startTime, value: e.value, moved: e.sources.map((s) => s.node?.parentElement?.outerHTML.slice(0, 120) + " from " + JSON.stringify(s.previousRect) + " to " + JSON.stringify(s.currentRect)) }); })
	.observe({ type: "layout-shift", buffered: true })`

type shift struct {
	At, Value float64
	Moved     []string
}

// What a page adds once it is alive has its place from the start. The visitor's clock is no event's here, so that there
// is something to add, on another day at that.
func TestNothingMovesWhenAPageBecomesAlive(t *testing.T) {
	t.Parallel()
	s := running(t)
	event := openEvent(t, s)
	_, manage := signUp(t, s, event)
	for name, path := range map[string]string{
		"discover": "/", "event": event, "online": firstLink(t, s.events+"/?mode=online", `href="(/e/[^"#?]+)"`), "organisation": firstLink(t, s.events+event, `href="(/o/[^"#?]+)"`), "sign-up": manage,
	} {
		for _, width := range []int64{390, 1280} {
			t.Run(name+" "+strconv.FormatInt(width, 10), func(t *testing.T) {
				t.Parallel()
				site, _ := eventsSite(t, full)
				b := newTab(t, full, shifts)
				b.size(width)
				_, err := chromedp.Call(b.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Kolkata"})
				require.NoError(t, err)
				open := site.hold(".wasm")
				b.visit(site.URL + path)
				b.untilAnswer(twoFrames) // the server's page is painted
				painted := eval[float64](b, "performance.now()")
				open()
				b.alive()
				if name == "event" || name == "sign-up" {
					b.until(`document.querySelector(".viewer-time").textContent.startsWith("Your time: ")`)
				}
				if name == "online" {
					b.until(`document.querySelector(".viewer-time").textContent.startsWith("The event’s time: ")`)
					for _, at := range []string{".facts time", ".choice-card time", ".action-bar-text"} {
						require.Contains(t, b.text(at), "GMT+5:30", at)
					}
				}
				if name == "event" {
					b.until(`[...document.querySelectorAll("button")].find((e) => e.textContent === "Share")?.checkVisibility({ visibilityProperty: true })`)
				}
				b.untilAnswer(twoFrames)
				total := 0.0
				for _, shift := range eval[[]shift](b, "window.shifts") {
					total += shift.Value
					require.Less(t, shift.At, painted, "moved %q", shift.Moved)
				}
				require.LessOrEqual(t, total, 0.02, "while loading")
			})
		}
	}
}

const twoFrames = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`
