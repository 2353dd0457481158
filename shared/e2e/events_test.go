package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// stack is a running one: make e2e starts it and names it in the environment.
type stack struct{ events, mail string }

func running(t *testing.T) stack {
	t.Helper()
	s := stack{os.Getenv("E2E_EVENTS_URL"), os.Getenv("E2E_MAIL_URL")}
	switch {
	case s.events == "" && s.mail == "" && os.Getenv("CI") == "":
		t.Skip("there is no running stack: use make e2e, or set E2E_EVENTS_URL and E2E_MAIL_URL")
	case s.events == "" || s.mail == "":
		t.Fatal("E2E_EVENTS_URL and E2E_MAIL_URL must both name the running stack")
	}
	browser(t)
	return s
}

// eventsSite is the running events site behind a network of the test's own.
func eventsSite(t *testing.T, m mode) (*front, stack) {
	t.Helper()
	s := running(t)
	return newFront(t, proxyTo(t, s.events), m), s
}

// openEvent is the path of an event of the demo that one can sign up for: those of other tests (eventOf) may begin in minutes.
func openEvent(t *testing.T, s stack) string {
	t.Helper()
	for _, found := range regexp.MustCompile(`href="(/e/[^"#?]+)"`).FindAllStringSubmatch(get(t, s.events+"/?open=true&mode=in_person"), -1) {
		if !strings.HasPrefix(found[1], "/e/waitlist-") {
			return found[1]
		}
	}
	require.Fail(t, "no event of the demo is open")
	return ""
}

func firstLink(t *testing.T, url, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(get(t, url))
	require.NotNil(t, found, "no link like %s on %s", pattern, url)
	return found[1]
}

func get(t *testing.T, url string) string {
	t.Helper()
	body, status := fetch(t, url)
	require.Equal(t, http.StatusOK, status, url)
	return body
}

// mailTo waits for a mail to an address and returns its text.
func mailTo(t *testing.T, s stack, address string, subject string) string {
	t.Helper()
	return mailWithin(t, s, address, subject, time.Minute)
}

func mailWithin(t *testing.T, s stack, address, subject string, wait time.Duration) string {
	t.Helper()
	var found string
	require.Eventually(t, func() bool {
		var mails []struct {
			To      []string
			Subject string
			Text    string
		}
		body, status := fetch(t, s.mail+"/api/mail")
		if status != http.StatusOK || json.Unmarshal([]byte(body), &mails) != nil {
			return false
		}
		for _, m := range mails {
			if slices.Contains(m.To, address) && regexp.MustCompile(subject).MatchString(m.Subject) {
				found = m.Text
				return true
			}
		}
		return false
	}, wait, 100*time.Millisecond, "no mail to %s about %q", address, subject)
	return found
}

// fillSignup takes as long as a person, at least, where the program would tell.
func fillSignup(b *tab, email string) {
	b.t.Helper()
	b.fill("#rsvp-given_name", "Ada")
	b.fill("#rsvp-family_name", "Lovelace")
	b.fill("#rsvp-email", email)
	chooseTime(b)
	ageLikeAPerson(b)
}

// chooseTime ticks a time where there is a choice and none was made.
func chooseTime(b *tab) {
	b.t.Helper()
	eval[any](b, `document.querySelector("#rsvp :is([name=shift_id], [name=shift_ids]):checked") || document.querySelector("#rsvp [name=shift_ids]:enabled").click()`)
}

func ageLikeAPerson(b *tab) {
	b.t.Helper()
	b.until(`!performance.getEntriesByName("fullstack:mounted").length || performance.now() - (performance.getEntriesByName("fullstack:navigated").at(-1)?.startTime ?? 0) > 2050`)
}

func someone() string { return "e2e-" + uuid.NewString()[:8] + "@example.org" }

// manageLink is the way to one's own sign-up, in a mail.
var manageLink = regexp.MustCompile(`/my/[\w-]+`)

const sendSignup = `#rsvp button[type="submit"]`

func TestEventsPagesAreAdoptedUnchanged(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	for _, p := range everyPage(t, s) {
		if p.then != nil || !p.program() {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, full)
			b.visitAlive(site.URL + p.path)
			h := b.hydration()
			require.Empty(t, h.First+h.Failed, "console: %s", b.said())
			require.Zero(t, h.Fresh+h.Text+h.Attrs+h.Removed)
			require.Empty(t, eval[[]string](b, "window.atHydration"))
			require.NotContains(t, b.said(), "exception")
			t.Logf("alive after %.0f ms", eval[float64](b, `performance.getEntriesByName("fullstack:mounted")[0].startTime`))
		})
	}
}

func TestEventsKeepWhatWasDoneBeforeTheProgram(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	open := site.hold(".wasm")
	b := newTab(t, full)
	b.visit(site.URL + openEvent(t, s))
	fillSignup(b, "half@typ")
	eval[any](b, `(() => { scrollTo({ top: 120, behavior: "instant" }); document.querySelector("#rsvp-given_name").focus({ preventScroll: true }); document.activeElement.setSelectionRange(1, 2); })()`)
	open()
	b.alive()
	require.Empty(t, eval[[]string](b, "window.atHydration"))
	require.Equal(t, "Ada", b.value("#rsvp-given_name"))
	require.Equal(t, "half@typ", b.value("#rsvp-email"))
	require.Equal(t, "rsvp-given_name", b.focused())
	require.Equal(t, []int{1, 2}, eval[[]int](b, `[document.activeElement.selectionStart, document.activeElement.selectionEnd]`))
	require.InDelta(t, 120, eval[float64](b, "window.scrollAtHydration"), 1)
}

func TestSignUpAndCancelInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			b, email := newTab(t, m), someone()
			b.visit(site.URL + openEvent(t, s))
			if m == full {
				b.alive()
				eval[any](b, sameDocument)
			}
			fillSignup(b, email)
			b.click(sendSignup)
			b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
			require.Contains(t, b.text("#joined"), "signed up")
			if m == full {
				require.True(t, eval[bool](b, `window.marked`), "the document was replaced")
			}

			manage := manageLink.FindString(mailTo(t, s, email, "."))
			require.NotEmpty(t, manage)
			b.visit(site.URL + manage)
			if m == full {
				b.alive()
				require.Empty(t, eval[[]string](b, "window.atHydration"))
			}
			require.Contains(t, b.text("#status"), "Ada")
			b.click("details:has(#cancel) > summary")
			b.click(`#cancel button[type="submit"]`)
			b.until(`document.querySelector("#status")?.textContent.includes("You cancelled")`)
			mailTo(t, s, email, "(?i)cancel")
		})
	}
}

// What a page draws from Static data is in its document only: the way back must bring it again.
func TestBackToTheFirstPageShowsItWhole(t *testing.T) {
	t.Parallel()
	site, _ := eventsSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	const cards = `document.querySelectorAll('main a[href^="/e/"]').length`
	before, title := eval[int](b, cards), eval[string](b, "document.title")
	require.Positive(t, before)
	eval[any](b, `document.querySelector('main a[href^="/e/"]').click()`)
	b.until(`location.pathname.startsWith("/e/") && performance.getEntriesByName("fullstack:navigated").length === 1`)
	b.do(chromedp.NavigateBack())
	b.until(`location.pathname === "/" && performance.getEntriesByName("fullstack:navigated").length === 2`)
	require.Equal(t, before, eval[int](b, cards))
	require.Equal(t, title, eval[string](b, "document.title"))
}

func TestEventsNavigation(t *testing.T) {
	t.Parallel()
	site, _ := eventsSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	eval[any](b, sameDocument)
	b.fill("#field-q", "canvass\r")
	b.until(`location.search === "?q=canvass"`)
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 1`)
	const lastCard = `[...document.querySelectorAll('main a[href^="/e/"]')].pop()`
	eval[any](b, lastCard+`.scrollIntoView({ behavior: "instant" })`)
	y, title := eval[float64](b, "scrollY"), eval[string](b, lastCard+`.textContent`)
	require.Positive(t, y)
	eval[any](b, lastCard+`.click()`)
	b.until(`location.pathname.startsWith("/e/")`)
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 2`)
	require.Contains(t, title, b.text("h1"))
	require.Equal(t, b.text("h1")+" · Groundswell Events", eval[string](b, "document.title"))
	require.Equal(t, "h1", b.focused())
	require.Zero(t, eval[float64](b, "scrollY"))
	require.Equal(t, eval[string](b, "document.title"), b.text(".fullstack-live"))
	b.do(chromedp.NavigateBack())
	b.until(`location.search === "?q=canvass" && performance.getEntriesByName("fullstack:navigated").length === 3`)
	require.InDelta(t, y, eval[float64](b, "scrollY"), 2)
	require.True(t, eval[bool](b, `window.marked`))
}

// The head after navigation is the one the server would have written.
func TestEventsHeadIsTheSameAfterNavigation(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	event := firstLink(t, s.events+"/?past=true", `href="(/e/[^"#?]+)"`) // its seats change no more
	const head = `[...document.head.querySelectorAll("title,meta[name=description],meta[name=robots],meta[property],meta[name^=twitter],link[rel=canonical],link[rel=alternate],script[type='application/ld+json']")]
		.map((e) => e.outerHTML.replaceAll(location.origin, "").replaceAll(/https?:\/\/(localhost|127.0.0.1)(:\d+)?/g, "")).sort()`
	b := newTab(t, full)
	b.visitAlive(site.URL + event)
	want := eval[[]string](b, head)
	b.visitAlive(site.URL + "/")
	eval[any](b, fmt.Sprintf(`(() => { const a = document.createElement("a"); a.href = %s; document.querySelector("main").append(a); a.click(); })()`, quote(event)))
	b.at(event)
	b.until(`performance.getEntriesByName("fullstack:navigated").length === 1`)
	require.Equal(t, want, eval[[]string](b, head))
}

func TestVisitedEventsOpenOffline(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	event := openEvent(t, s)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	b.visitAlive(site.URL + event)
	kept(b, event)
	title := b.text("h1")
	site.down.Store(true)
	b.visit(site.URL + event)
	require.Equal(t, title, b.text("h1"))
	b.visit(site.URL + "/o/never-visited")
	b.until(`document.title.includes("offline")`)
	b.visit(site.URL + "/")
	require.Positive(t, eval[int](b, `document.querySelectorAll('main a[href^="/e/"]').length`))
	b.alive()
	require.Equal(t, "rgb", eval[string](b, `getComputedStyle(document.body).color.slice(0, 3)`))
}

func TestAnEventWorksBeforeAndWithoutItsProgram(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	event := openEvent(t, s)
	site.hold(".wasm") // never arrives
	b := newTab(t, full)
	b.visit(site.URL + "/")
	b.fill("#field-q", "a\r")
	b.until(`new URLSearchParams(location.search).get("q") === "a"`)
	b.visit(site.URL + event)
	email := someone()
	fillSignup(b, email)
	b.click(sendSignup)
	b.until(`document.querySelector("#joined")`)
	mailTo(t, s, email, ".")
}

func TestARefusedSignUpKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			b := newTab(t, m)
			b.visit(site.URL + openEvent(t, s))
			if m == full {
				b.alive()
			}
			fillSignup(b, "ada@nowhere") // good for a browser, not for us
			b.fill("#rsvp-phone", "555 0100")
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-email-error")`)
			require.NotEmpty(t, b.text("#rsvp-fault"))
			require.Equal(t, "true", eval[string](b, `document.querySelector("#rsvp-email").getAttribute("aria-invalid")`))
			require.Contains(t, eval[string](b, `document.querySelector("#rsvp-email").getAttribute("aria-describedby")`), "rsvp-email-error")
			require.Equal(t, "555 0100", b.value("#rsvp-phone"))
			require.Equal(t, "Ada", b.value("#rsvp-given_name"))
			if m == full {
				require.Equal(t, "rsvp-email", b.focused())
			}
			require.Equal(t, "ada@nowhere", b.value("#rsvp-email"))
		})
	}
}

// A program that sends the form at once is told to wait, and nothing is lost.
func TestARobotsSpeedIsRefused(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	b, email := newTab(t, full, `(() => {
		const ask = fetch;
		window.fetch = (url, init) => {
			if (init?.headers?.["X-Form-Age"] && !window.said) { window.said = init.headers["X-Form-Age"]; init.headers["X-Form-Age"] = "900"; }
			return ask(url, init);
		};
	})()`), someone()
	b.visitAlive(site.URL + openEvent(t, s))
	fillSignup(b, email)
	b.click(sendSignup)
	b.until(`document.querySelector("#rsvp-fault p")?.textContent.includes("once more")`)
	require.True(t, eval[bool](b, `said > 2000 && said < performance.now()`), "what the program said: %s", eval[string](b, `said`))
	require.Equal(t, email, b.value("#rsvp-email"))
	b.click(sendSignup)
	b.until(`document.querySelector("#joined")`)
	mailTo(t, s, email, ".")
}

func TestALostSignUpIsOneSignUp(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	b, email := newTab(t, full), someone()
	b.visitAlive(site.URL + openEvent(t, s))
	site.lose.Store(true)
	fillSignup(b, email)
	b.click(sendSignup)
	b.until(`document.querySelector("#rsvp-fault p")`)
	require.Equal(t, email, b.value("#rsvp-email"))
	site.lose.Store(false)
	b.click(sendSignup)
	b.until(`document.querySelector("#joined")`)
	mailTo(t, s, email, ".")
}

// TestEventsScreens writes the screenshots a person looks at, when E2E_SHOTS names a folder.
func TestEventsScreens(t *testing.T) {
	t.Parallel()
	if os.Getenv("E2E_SHOTS") == "" {
		t.Skip("E2E_SHOTS names no folder")
	}
	site, s := eventsSite(t, full)
	event := openEvent(t, s)
	for name, path := range map[string]string{"discover": "/", "near": "/?near=41.5%2C-81.69&sort=distance&type=canvass%2Crally", "calendar": "/calendar", "event": event, "missing": "/nothing", "offline": "/offline"} {
		b := newTab(t, full)
		b.visitAlive(site.URL + path)
		for _, width := range []int64{390, 1280} {
			for _, dark := range []bool{false, true} {
				b.shot(name, width, dark)
			}
		}
	}
}
