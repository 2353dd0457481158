package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// operate runs a command of the events site as its operator would.
func operate(t *testing.T, s stack, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join("..", "..", "bin", "events"), args...)
	cmd.Env = append(os.Environ(), "PUBLIC_URL="+s.events)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// ownEvent imports an event of the test's own with one shift of so many seats, and returns its path and the shift.
func ownEvent(t *testing.T, s stack, seats int) (path, shift string) {
	t.Helper()
	return eventOf(t, s, "rivera-for-ohio", time.Now().Add(72*time.Hour), seats)
}

// ownOrganisation makes an organisation for one test, in that zone.
func ownOrganisation(t *testing.T, s stack, zone string) (slug string) {
	t.Helper()
	slug = "own-" + uuid.NewString()[:8]
	operate(t, s, "orgs", "--add", slug, "--name", "Harbor Neighbors", "--timezone", zone)
	return slug
}

func eventOf(t *testing.T, s stack, org string, start time.Time, seats int) (path, shift string) {
	t.Helper()
	name := "Waitlist " + uuid.NewString()[:8]
	start = start.UTC()
	file := filepath.Join(t.TempDir(), "own.ics")
	require.NoError(t, os.WriteFile(file, []byte(strings.Join([]string{"BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:" + uuid.NewString(),
		"SUMMARY:" + name, "LOCATION:Merrick House", "DTSTART:" + start.Format("20060102T150405Z"), "DTEND:" + start.Add(2*time.Hour).Format("20060102T150405Z"),
		"END:VEVENT", "END:VCALENDAR", ""}, "\r\n")), 0o600))
	require.Contains(t, operate(t, s, "import-ics", "--org", org, file), "1 created")
	path = "/e/" + strings.ReplaceAll(strings.ToLower(name), " ", "-")
	shift = regexp.MustCompile(`name="?shift_id"?[^>]*value="?([0-9a-f-]{36})`).FindStringSubmatch(get(t, s.events+path))[1]
	operate(t, s, "seats", "--shift", shift, "--capacity", fmt.Sprint(seats))
	return path, shift
}

// joinShift fills the form of an event in and waits for the answer.
func joinShift(b *tab, site *front, m mode, path, email string) {
	b.t.Helper()
	b.visit(site.URL + path)
	if m == full {
		b.alive()
	}
	fillSignup(b, email)
	b.click(sendSignup)
	b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
}

func openLink(b *tab, site *front, m mode, mail string) {
	b.t.Helper()
	link := manageLink.FindString(mail)
	require.NotEmpty(b.t, link)
	b.visit(site.URL + link)
	if m == full {
		b.alive()
		require.Empty(b.t, eval[[]string](b, "window.atHydration"))
	}
}

func TestAFullShiftIsWaitedForInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			path, _ := ownEvent(t, s, 1)
			first, second := someone(), someone()
			b := newTab(t, m)
			joinShift(b, site, m, path, first)
			require.Contains(t, b.text("#joined"), "signed up")
			confirmed := mailTo(t, s, first, "signed up")

			soldOut(t, s, path)
			if m == full {
				b.visitAlive(site.URL + path)
				b.shots("waitlist-form")
			}
			joinShift(b, site, m, path, second)
			require.Contains(t, b.text("#joined"), "number 1 in line")
			b.shotsIn(m, "waitlist-answer")
			openLink(b, site, m, mailTo(t, s, second, "On the waitlist"))
			require.Contains(t, b.text("#status"), "You are number 1 in line")
			b.shotsIn(m, "my-waitlisted")

			openLink(b, site, m, confirmed)
			b.click("details:has(#cancel) > summary")
			b.click(`#cancel button[type="submit"]`)
			b.until(`document.querySelector("#status")?.textContent.includes("You cancelled")`)

			openLink(b, site, m, mailTo(t, s, second, "A place is free for you"))
			require.Contains(t, b.text("#status"), "A place is free for you")
			b.shotsIn(m, "my-offered")
			b.click(`#accept button[type="submit"]`)
			b.until(`document.querySelector("#status")?.textContent.includes("You’re in")`)
			mailTo(t, s, second, "You’re signed up")
		})
	}
}

// shots are the four screenshots of a page that a person looks at.
func (b *tab) shots(name string) {
	b.t.Helper()
	for _, width := range []int64{390, 1280} {
		for _, dark := range []bool{false, true} {
			b.shot(name, width, dark)
		}
	}
}

func (b *tab) shotsIn(m mode, name string) {
	b.t.Helper()
	if m == full {
		b.shots(name)
	}
}

// soldOut waits until the public page, which may be a moment old, offers the waitlist.
func soldOut(t *testing.T, s stack, path string) {
	t.Helper()
	require.Eventually(t, func() bool {
		body, _ := fetch(t, s.events+path)
		return strings.Contains(body, "Join the waitlist")
	}, time.Minute, 100*time.Millisecond, "the page never says that it is full")
}

// eventForGroups is an event with two times or more where one may bring guests, and two of its shifts, which are given
// room for everybody.
func eventForGroups(t *testing.T, s stack) (path string, shifts []string) {
	t.Helper()
	for _, found := range regexp.MustCompile(`href="(/e/[^"#?]+)"`).FindAllStringSubmatch(get(t, s.events+"/?open=true&mode=in_person"), -1) {
		page := get(t, s.events+found[1])
		boxes := regexp.MustCompile(`name="?shift_ids"? type="?checkbox"? value="?([0-9a-f-]{36})`).FindAllStringSubmatch(page, -1)
		if len(boxes) < 2 || !strings.Contains(page, "rsvp-guests") {
			continue
		}
		for _, box := range boxes[:2] {
			operate(t, s, "seats", "--shift", box[1], "--capacity", "none")
			shifts = append(shifts, box[1])
		}
		return found[1], shifts
	}
	t.Fatal("the demo campaign has no event for groups")
	return "", nil
}

func TestSeveralTimesAndAnotherPartyInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			path, shifts := eventForGroups(t, s)
			b, email := newTab(t, m), someone()
			b.visit(site.URL + path)
			if m == full {
				b.alive()
			}
			fillSignup(b, email)
			for _, shift := range shifts {
				eval[any](b, fmt.Sprintf(`(() => { const box = document.querySelector('[name=shift_ids][value="%s"]'); if (!box.checked) box.click(); })()`, shift))
			}
			b.click(sendSignup)
			b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
			require.Len(t, strings.Split(eval[string](b, `new URLSearchParams(location.search).get("joined")`), ","), 2)
			b.shotsIn(m, "several-answer")
			openLink(b, site, m, mailTo(t, s, email, "2 times"))
			require.Equal(t, 1, eval[int](b, `document.querySelectorAll('main a[href^="/my/"]:not(.menu-link)').length`), "the other time")
			eval[any](b, `document.querySelector("#party").closest("details").open = true`)
			eval[any](b, `document.querySelector("#party-guests").value = "1"`)
			b.shotsIn(m, "my-party")
			b.click(`#party button[type="submit"]`)
			b.until(`document.querySelector("main").textContent.includes("You and 1 guest")`)
			require.Equal(t, "Who is coming: You and 1 guest.", b.text("#saved p:last-child"))
			mailTo(t, s, email, "Your party is changed")
		})
	}
}

// post calls a function of the site.
func post(t *testing.T, url string, in map[string]any) {
	t.Helper()
	body, err := json.Marshal(in)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", uuid.NewString())
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s", said)
}

// The offer is good for a minute, the least there is, and nobody looks: the job of its end moves the line on.
func TestAnOfferThatEndsGoesToTheNextInLine(t *testing.T) {
	t.Parallel()
	_, s := eventsSite(t, jsOff)
	path, shift := ownEvent(t, s, 1)
	operate(t, s, "waitlist", "--event", strings.TrimPrefix(path, "/e/"), "--offer-minutes", "1")
	people := []string{someone(), someone(), someone()}
	for _, email := range people {
		post(t, s.events+"/fn/events.rsvp", map[string]any{"shift_id": shift, "given_name": "Ada", "family_name": "Lovelace", "email": email})
	}
	token := strings.TrimPrefix(manageLink.FindString(mailTo(t, s, people[0], "signed up")), "/my/")
	post(t, s.events+"/fn/events.cancel", map[string]any{"token": token})
	mailTo(t, s, people[1], "A place is free for you")
	mailWithin(t, s, people[1], "Your offer has ended", 2*time.Minute)
	mailTo(t, s, people[2], "A place is free for you")
}
