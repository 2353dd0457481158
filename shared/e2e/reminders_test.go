package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRemindersAreStoppedAndComeAgainInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			_, manage := signUp(t, s, openEvent(t, s))
			b := newTab(t, m)
			b.visit(site.URL + manage)
			if m == full {
				b.alive()
			}
			b.click(`main a[href^="/reminders/"]`)
			b.until(`document.querySelector("#choose")`)
			require.Contains(t, b.text("main"), "***@")
			b.click("#choose button")
			b.until(`document.querySelector("#said")`)
			require.Contains(t, b.text("#said"), "No more reminders")
			b.visit(site.URL + manage)
			require.Contains(t, b.text("#reminders"), "You asked for no reminders")
			b.click("#reminders a")
			b.until(`document.querySelector("#choose")`)
			b.click("#choose button")
			b.until(`document.querySelector("#said")`)
			require.Contains(t, b.text("#said"), "come again")
			b.visit(site.URL + manage)
			require.Contains(t, b.text("#reminders"), "We ask you how it was")
		})
	}
}
