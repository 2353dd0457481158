package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// tabTo presses Tab until the focus is on a match, as somebody without a mouse does.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 80 {
		b.press(kb.Tab)
		if eval[bool](b, "document.activeElement.matches("+quote(selector)+")") {
			return
		}
	}
	b.t.Fatalf("Tab does not reach %s; it is at %s", selector, b.focused())
}

func TestSignUpAndCancelByKeyboard(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	b, email := newTab(t, full), someone()
	b.visitAlive(site.URL + openEvent(t, s))
	b.tabTo(".skip-link")
	b.press(kb.Enter)
	b.at("#main")
	b.tabTo("#rsvp-given_name")
	b.press("Ada")
	b.tabTo("#rsvp-family_name")
	b.press("Lovelace")
	b.tabTo("#rsvp-email")
	b.press(email)
	b.tabTo(sendSignup)
	require.True(t, eval[bool](b, `document.activeElement.matches(":focus-visible")`))
	ageLikeAPerson(b)
	b.press(" ")
	b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)

	b.visitAlive(site.URL + manageLink.FindString(mailTo(t, s, email, ".")))
	b.tabTo("details:has(#cancel) > summary")
	b.press(kb.Enter)
	b.until(`document.querySelector("details[open] #cancel")`)
	b.tabTo(`#cancel button[type="submit"]`)
	b.press(kb.Enter)
	b.until(`document.querySelector("#status")?.textContent.includes("You cancelled")`)
	mailTo(t, s, email, "(?i)cancel")
}
