package e2e

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// feedbackLinks waits for mails that ask how it was: the demo campaign has events that are just over.
func feedbackLinks(t *testing.T, s stack, n int) (links []string) {
	t.Helper()
	link := regexp.MustCompile(`/rate/[\w-]{43}`)
	require.Eventually(t, func() bool {
		var mails []struct{ Subject, Text string }
		body, status := fetch(t, s.mail+"/api/mail")
		if status != http.StatusOK || json.Unmarshal([]byte(body), &mails) != nil {
			return false
		}
		links = nil
		for _, m := range mails {
			if strings.HasPrefix(m.Subject, "How was it?") && link.MatchString(m.Text) {
				links = append(links, link.FindString(m.Text))
			}
		}
		return len(links) >= n
	}, time.Minute, 100*time.Millisecond, "nobody is asked how it was")
	return links
}

func TestRatingInEveryMode(t *testing.T) {
	t.Parallel()
	links := feedbackLinks(t, running(t), 3)
	for i, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			b, link := newTab(t, m), site.URL+links[i]
			body := get(t, s.events+links[i]+"?stars=4") // as a scanner does
			require.NotContains(t, body, "Change my answer")
			b.visit(link + "?stars=4")
			if m == full {
				b.alive()
				require.Empty(t, eval[[]string](b, "window.atHydration"))
			}
			require.Equal(t, "4", eval[string](b, `document.querySelector("[name=stars]:checked").value`))
			require.NotContains(t, b.text("main"), "Thank you", "opening the link says nothing")
			eval[any](b, `document.querySelector("[name=stars]:checked").focus()`)
			b.do(chromedp.KeyEvent(kb.ArrowUp))
			require.Equal(t, "5", eval[string](b, `document.querySelector("[name=stars]:checked").value`))
			b.fill("#rate-comment", "More soup.")
			b.click(`#rate button[type="submit"]`)
			b.until(`document.querySelector("#said")`)
			require.Contains(t, b.text("#said"), "Thank you")

			b.visit(link)
			require.Equal(t, "5", eval[string](b, `document.querySelector("[name=stars]:checked").value`))
			require.Equal(t, "More soup.", b.value("#rate-comment"))
			require.Contains(t, b.text("#rate"), "Change my answer")
		})
	}
}
