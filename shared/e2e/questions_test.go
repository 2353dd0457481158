package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// askingEvent is the event of the demo campaign whose form has questions.
func askingEvent(t *testing.T, s stack) string {
	t.Helper()
	for _, found := range regexp.MustCompile(`/e/[a-z0-9-]+`).FindAllString(get(t, s.events+"/sitemap/events-1.xml"), -1) {
		if strings.Contains(get(t, s.events+found), `name="answers.`) {
			return found
		}
	}
	t.Fatal("no event asks anything")
	return ""
}

// choose ticks the choice of that name.
func choose(b *tab, label string) {
	b.t.Helper()
	eval[any](b, `[...document.querySelectorAll("#rsvp label.choice")].find(l => l.textContent.trim() === "`+label+`").querySelector("input").click()`)
}

func TestQuestionsAreAnsweredInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			path := askingEvent(t, s)
			b, email := newTab(t, m), someone()
			b.visit(site.URL + path + "?utm_source=e2e")
			if m == full {
				b.alive()
				require.Empty(t, eval[[]string](b, "window.atHydration"))
			}
			b.shotsIn(m, "questions")
			fillSignup(b, email)
			choose(b, "Spanish")
			choose(b, "Polish")
			eval[any](b, `document.querySelector("#rsvp").noValidate = true`) // what the browser would stop, the server must
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-fault")?.textContent`)
			require.Contains(t, b.text("#rsvp"), "Please answer: What would you like to do?")
			require.Contains(t, b.text("#rsvp"), "Please answer: Is this your first time with us?")
			require.Equal(t, 2, eval[int](b, `document.querySelectorAll("#rsvp [type=checkbox][name^='answers.']:checked").length`), "answers are kept")
			b.shotsIn(m, "questions-refused")
			choose(b, "Drive people")
			choose(b, "No")
			b.click(sendSignup)
			b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
			openLink(b, site, m, mailTo(t, s, email, "signed up"))
			for _, answer := range []string{"Drive people", "Spanish, Polish", "Is this your first time with us?"} {
				require.Contains(t, b.text("main"), answer)
			}
			b.shotsIn(m, "my-answers")
		})
	}
}
