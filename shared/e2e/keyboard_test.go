package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"
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

// signUpByKeyboard fills the form of an event in, of which one may come to one time, and sends it.
func (b *tab) signUpByKeyboard(email string) {
	b.t.Helper()
	b.typeIn("#rsvp-given_name", "Ada")
	b.typeIn("#rsvp-family_name", "Lovelace")
	b.typeIn("#rsvp-email", email)
	b.tabTo(sendSignup)
	require.True(b.t, eval[bool](b, `document.activeElement.matches(":focus-visible")`))
	ageLikeAPerson(b)
	b.press(" ")
	b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
}

// typeIn goes to a field and types.
func (b *tab) typeIn(selector, text string) {
	b.t.Helper()
	b.tabTo(selector)
	b.press(text)
}

// pressOn goes to a button and presses it.
func (b *tab) pressOn(selector string) {
	b.t.Helper()
	b.tabTo(selector)
	b.press(kb.Enter)
}

func TestSignUpAndCancelByKeyboard(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	b, email := newTab(t, full), someone()
	b.visitAlive(site.URL + openEvent(t, s))
	b.pressOn(".skip-link")
	b.at("#main")
	b.signUpByKeyboard(email)

	b.visitAlive(site.URL + manageLink.FindString(mailTo(t, s, email, ".")))
	b.pressOn("details:has(#cancel) > summary")
	b.until(`document.querySelector("details[open] #cancel")`)
	b.pressOn(`#cancel button[type="submit"]`)
	b.until(`document.querySelector("#status")?.textContent.includes("You cancelled")`)
	mailTo(t, s, email, "(?i)cancel")
}

// Confirming, and saying the day before that one comes: with neither mouse nor JavaScript.
func TestAConfirmedSignUpComesByKeyboardWithoutJavaScript(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, jsOff)
	zone, b, email := afternoon(t), newTab(t, jsOff), someone()
	org := ownOrganisation(t, s, zone.String())
	operate(t, s, "verify", "--org", org, "--on")
	path, shift := eventOf(t, s, org, noonIn(zone, 2), 5)
	b.visit(site.URL + path)
	b.signUpByKeyboard(email)
	require.Contains(t, b.text("#joined"), "One step is left")

	b.visit(site.URL + manageLink.FindString(mailTo(t, s, email, "Confirm your place")))
	b.pressOn(`#accept button[type="submit"]`)
	b.until(`document.querySelector("#status")?.textContent.includes("You’re in")`)
	mail := mailTo(t, s, email, "You’re signed up")
	askTomorrow(t, s, email, shift, zone)

	b.visit(site.URL + manageLink.FindString(mail))
	b.pressOn(`#coming button[type="submit"]`)
	b.until(`document.querySelector("#coming")?.textContent.includes("You said that you are coming")`)
	require.Contains(t, operate(t, s, "signups", "--event", path[len("/e/"):]), "registered, says they come")
}

// hostByKeyboard fills the form of hosts in, sends it, and confirms the address by the link in the mail, which it returns.
func hostByKeyboard(b *tab, site *front, s stack, title string) (page string) {
	b.t.Helper()
	email := someone()
	b.visit(site.URL + hostForm)
	b.typeIn("#host-title", title)
	b.typeIn("#host-description", "Soup and bread.")
	b.typeIn("#host-date", fmt.Sprintf("0101%d", time.Now().Year()+1)) // in whichever order a clock has months and days
	b.typeIn("#host-starts", "0630PM")
	b.typeIn("#host-ends", "0900PM")
	b.typeIn("#host-line1", "7 Secret Lane")
	b.typeIn("#host-city", "Cleveland")
	b.typeIn("#host-given_name", "Grace")
	b.typeIn("#host-family_name", "Ho")
	b.typeIn("#host-email", email)
	b.pressOn(sendHosting)
	b.until(`document.querySelector("#sent")`)
	page = hostingLink.FindString(mailTo(b.t, s, email, "confirm"))
	require.NotEmpty(b.t, page)
	b.visit(site.URL + page)
	b.pressOn("#confirm button")
	b.until(`document.querySelector("#status")?.textContent.includes("Waiting for approval")`)
	return page
}

func TestHostingByKeyboardWithoutTheProgram(t *testing.T) {
	t.Parallel()
	for _, approved := range []bool{false, true} {
		t.Run(map[bool]string{false: "withdrawn", true: "cancelled"}[approved], func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, wasmBlocked)
			b, title := newTab(t, wasmBlocked), "Porch soup "+uuid.NewString()[:8]
			page, ended := hostByKeyboard(b, site, s, title), "You withdrew this event"
			if approved {
				slug := strings.ReplaceAll(strings.ToLower(title), " ", "-")
				require.Contains(t, operate(t, s, "review", "--org", "rivera-for-ohio", "--event", slug, "--approve"), "approved")
				ended = "This event was cancelled"
			}
			b.visit(site.URL + page)
			b.pressOn("details:not(.menu) > summary")
			b.until(`document.querySelector("details[open] #cancel")`)
			if approved {
				b.typeIn("#cancel-note", "I have a cold.")
			}
			b.pressOn(`#cancel button[type="submit"]`)
			b.until(`document.querySelector("#status")?.textContent.includes(` + quote(ended) + `)`)
		})
	}
}

func TestRatingByKeyboard(t *testing.T) {
	t.Parallel()
	link := feedbackLinks(t, running(t), 4)[3] // the others are TestRatingInEveryMode's
	site, _ := eventsSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + link)
	b.tabTo("[name=stars]")
	b.press(" ")
	require.Equal(t, "5", eval[string](b, `document.querySelector("[name=stars]:checked").value`))
	b.press(kb.ArrowDown)
	require.Equal(t, "4", eval[string](b, `document.querySelector("[name=stars]:checked").value`))
	b.typeIn("#rate-comment", "More soup.")
	b.pressOn(`#rate button[type="submit"]`)
	b.until(`document.querySelector("#said")?.textContent.includes("Thank you")`)
}
