package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// hostForm is the form of the organisation of the demo campaign that lets volunteers host.
const hostForm = "/o/rivera-for-ohio/host"

var hostingLink = regexp.MustCompile(`/hosting/[\w-]+`)

// fillHosting says everything but where the event is.
func fillHosting(b *tab, title, email string) {
	b.t.Helper()
	for field, text := range map[string]string{"title": title, "description": "Soup and bread.", "given_name": "Grace", "family_name": "Ho", "email": email} {
		b.fill("#host-"+field, text)
	}
	for field, value := range map[string]string{"date": time.Now().AddDate(0, 0, 10).Format(time.DateOnly), "starts": "18:30", "ends": "21:00"} {
		eval[any](b, `document.querySelector("#host-`+field+`").value = "`+value+`"`)
	}
	ageLikeAPerson(b)
}

const sendHosting = `#host button[type="submit"]`

// sendHosted says where the event is, and returns the page of its host, which only the mail names.
func sendHosted(b *tab, s stack, email string) (page string) {
	b.t.Helper()
	b.fill("#host-line1", "7 Secret Lane")
	b.fill("#host-city", "Cleveland")
	b.click(sendHosting)
	b.until(`document.querySelector("#sent")`)
	page = hostingLink.FindString(mailTo(b.t, s, email, "confirm"))
	require.NotEmpty(b.t, page)
	return page
}

func TestAVolunteerHostsAnEvent(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			title := "Porch soup " + uuid.NewString()[:8]
			path := "/e/" + strings.ReplaceAll(strings.ToLower(title), " ", "-")
			b := newTab(t, m)
			visit := func(to string) {
				b.visit(to)
				if m == full {
					b.alive()
					require.Empty(t, eval[[]string](b, "window.atHydration"))
				}
			}
			visit(site.URL + "/o/rivera-for-ohio")
			b.click(`main a[href$="/host"]`)
			b.until(`location.pathname === "` + hostForm + `" && document.querySelector("#host")`)
			b.shotsIn(m, "host")
			host := someone()
			fillHosting(b, title, host)
			eval[any](b, `document.querySelector("#host").noValidate = true`)
			b.click(sendHosting)
			b.until(`document.querySelector("#host-city-error")`)
			require.Equal(t, title, b.value("#host-title"), "what was typed is kept")
			b.shotsIn(m, "host-refused")
			page := site.URL + sendHosted(b, s, host)
			b.shotsIn(m, "host-sent")

			visit(page)
			require.Contains(t, b.text("main"), "7 Secret Lane")
			b.shotsIn(m, "hosting")
			b.click(`#confirm button`)
			b.until(`document.querySelector("#status")?.textContent.includes("Waiting for approval")`)
			_, status := fetch(t, s.events+path)
			require.Equal(t, 404, status, "nobody sees it yet")
			slug := strings.TrimPrefix(path, "/e/")
			require.Contains(t, operate(t, s, "review", "--org", "rivera-for-ohio", "--event", slug, "--approve"), "approved")
			require.Eventually(t, func() bool { // the page that said there is none may be a moment old
				_, status := fetch(t, s.events+path)
				return status == 200
			}, time.Minute, 100*time.Millisecond)

			email := someone()
			joinShift(b, site, m, path, email)
			require.Contains(t, mailTo(t, s, email, "signed up"), "7 Secret Lane")
			require.Contains(t, b.text("main"), "Hosted by Grace for Rivera for Ohio")
			require.NotContains(t, b.text("main"), "Secret Lane")
			b.shotsIn(m, "hosted-event")
			visit(page)
			require.Contains(t, b.text("#signups"), "1 person has signed up")
			b.shotsIn(m, "hosting-public")
			b.click("details:not(.menu) > summary")
			b.fill("#cancel-note", "I have a cold.")
			b.click(`#cancel button[type="submit"]`)
			b.until(`document.querySelector("#status")?.textContent.includes("cancelled")`)
		})
	}
}
