package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// axe-core is npm's: too large to keep here, and pinned by what it must hold.
const (
	axeVersion = "4.14.1"
	axeSum     = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
)

var errNoNPM = errors.New("axe-core is not in bin, and there is no npm to fetch it")

// loadAxe reads axe-core from bin, where it is put by npm the first time.
var loadAxe = sync.OnceValues(func() (script string, err error) {
	path := filepath.Join("..", "..", "bin", "axe-core-"+axeVersion+".tgz")
	packed, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		packed, err = fetchAxe(path)
	}
	if err != nil {
		return "", err
	}
	if sum := sha256.Sum256(packed); hex.EncodeToString(sum[:]) != axeSum {
		return "", fmt.Errorf("%s is not axe-core %s: remove it", path, axeVersion)
	}
	return fileIn(packed, "package/axe.min.js")
})

func fetchAxe(path string) ([]byte, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, errNoNPM
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "axe-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	pack := exec.Command(npm, "pack", "axe-core@"+axeVersion)
	pack.Dir = dir
	if out, err := pack.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack axe-core: %w\n%s", err, out)
	}
	if err := os.Rename(filepath.Join(dir, filepath.Base(path)), path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func fileIn(packed []byte, name string) (string, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	archive := tar.NewReader(unzipped)
	for {
		header, err := archive.Next()
		if err != nil {
			return "", fmt.Errorf("find %s: %w", name, err)
		}
		if header.Name == name {
			b, err := io.ReadAll(archive)
			return string(b), err
		}
	}
}

// axe is axe-core's source. Where nobody can fetch it the test is skipped, and fails with CI set.
func axe(t *testing.T) string {
	t.Helper()
	script, err := loadAxe()
	if errors.Is(err, errNoNPM) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return script
}

// violations are what axe finds in the page as it is now: "serious color-contrast: .badge (why)". DevTools run it past
// the page's policy. Axe waits on timers, which stand still while scripting is off, in an isolated world too: accessible
// turns it on first, which brings no script of the page to life that was parsed before.
func (b *tab) violations() (grave, light []string) {
	b.t.Helper()
	eval[any](b, axe(b.t)+"; null")
	for _, found := range eval[[]string](b, `axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.flatMap((v) =>
		v.nodes.map((n) => v.impact + " " + v.id + ": " + n.target.join(" ") + " (" + (n.any[0] || n.all[0] || n.none[0] || {}).message + ")")))`) {
		if strings.HasPrefix(found, "critical ") || strings.HasPrefix(found, "serious ") {
			grave = append(grave, found)
		} else {
			light = append(light, found)
		}
	}
	return grave, light
}

// pageIn is a page in a state: its address, and what is done there before anybody looks.
type pageIn struct {
	name, path string
	then       func(*tab)
}

// program reports whether a program comes to the page: none does to one within another website's.
func (p pageIn) program() bool { return !strings.HasPrefix(p.path, "/embed/") }

// everyPage is every page of the site in every state that it has of its own.
func everyPage(t *testing.T, s stack) []pageIn {
	t.Helper()
	event, asking := openEvent(t, s), askingEvent(t, s)
	org := firstLink(t, s.events+event, `href="(/o/[^"#?]+)"`)
	joined, manage := signUp(t, s, event)
	stop := firstLink(t, s.events+manage, `href="(/reminders/[^"#?]+)"`)
	line := lineFor(t, s)
	texting, _ := eventOf(t, s, "rivera-for-ohio", inDaytime(3), 50)
	_, texted := signUp(t, s, texting)
	host := newTab(t, jsOff)
	host.visit(s.events + hostForm)
	email := someone()
	fillHosting(host, "Soup for axe", email)
	hosting := sendHosted(host, s, email)
	return []pageIn{
		{"discover", "/", nil},
		{"filtered", "/?open=true&mode=in_person&q=a", nil},
		{"near", "/?near=41.5%2C-81.69&sort=distance", nil},
		{"nothing found", "/?q=xyzzyxyzzy", nil},
		{"misspelt", "/?q=canvasing", nil},
		{"second page", "/?page=2", nil},
		{"refused search", "/?from=nonsense", nil},
		{"past", "/?past=true", nil},
		{"calendar", "/calendar", nil},
		{"calendar, nothing", "/calendar?month=2031-02", nil},
		{"event", event, nil},
		{"event over", firstLink(t, s.events+"/?past=true", `href="(/e/[^"#?]+)"`), nil},
		{"event, refused", event, func(b *tab) {
			fillSignup(b, "ada@nowhere")
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-email-error")`)
		}},
		{"event, no text to this number", texting, func(b *tab) {
			fillSignup(b, someone())
			b.fill("#rsvp-phone", "800 555 0123")
			b.click("#rsvp-text_me")
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-phone-error")`)
		}},
		{"event, joined", joined, nil},
		{"event, full", line.event, nil},
		{"event, in line", line.joined, nil},
		{"event, questions", asking, nil},
		{"event, questions refused", asking, func(b *tab) {
			fillSignup(b, someone())
			eval[any](b, `document.querySelector("#rsvp").noValidate = true`)
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-fault")?.textContent`)
		}},
		{"organisation", org, nil},
		{"embedded list", "/embed" + org, nil},
		{"embedded event", "/embed" + event, nil},
		{"embedded form", "/embed" + event + "/signup", nil},
		{"sign-up", manage, func(b *tab) { b.click("details:has(#cancel) > summary") }},
		{"sign-up, calendar menu", manage, func(b *tab) { b.click(".menu > summary") }},
		{"sign-up, text wanted", texted, func(b *tab) { b.click("details:has(#want-text) > summary") }},
		{"sign-up, cancelled", line.cancelled, nil},
		{"sign-up, offered", line.offered, nil},
		{"sign-up, in line", line.waiting, nil},
		{"rating", feedbackLinks(t, s, 1)[0], nil},
		{"reminders", stop, nil},
		{"reminders, chosen", stop, func(b *tab) {
			b.click(`#choose button`)
			b.until(`document.querySelector("#said")`)
		}},
		{"forged link", "/my/not-a-token", nil},
		{"missing event", "/e/there-is-no-such-event", nil},
		{"host", hostForm, nil},
		{"host, refused", hostForm, func(b *tab) {
			eval[any](b, `document.querySelector("#host").noValidate = true`)
			ageLikeAPerson(b)
			b.click(sendHosting)
			b.until(`document.querySelector("#host-title-error")`)
		}},
		{"host, online", hostForm, func(b *tab) { b.click(`#host [value="online"]`) }},
		{"hosting", hosting, nil},
		{"missing", "/nothing", nil},
		{"offline", "/offline", nil},
	}
}

// line is an event with one seat, and the pages of the three who wanted it.
type line struct{ event, joined, cancelled, offered, waiting string }

func lineFor(t *testing.T, s stack) (l line) {
	t.Helper()
	l.event, _ = ownEvent(t, s, 1)
	_, l.cancelled = signUp(t, s, l.event)
	soldOut(t, s, l.event)
	_, l.offered = signUp(t, s, l.event)
	l.joined, l.waiting = signUp(t, s, l.event)
	b := newTab(t, jsOff)
	b.visit(s.events + l.cancelled)
	b.click("details:has(#cancel) > summary")
	b.click(`#cancel button[type="submit"]`)
	b.until(`document.querySelector("#status")?.textContent.includes("You cancelled")`)
	require.Contains(t, get(t, s.events+l.offered), "A place is free for you")
	return l
}

// signUp puts somebody on the list: the page after that, and the page of the sign-up, which only the mail names.
func signUp(t *testing.T, s stack, event string) (joined, manage string) {
	t.Helper()
	b, email := newTab(t, jsOff), someone()
	b.visit(s.events + event)
	fillSignup(b, email)
	b.click(sendSignup)
	b.until(`document.querySelector("#joined")`)
	return strings.TrimPrefix(b.address(), s.events), manageLink.FindString(mailTo(t, s, email, "."))
}

func TestEveryPageIsAccessibleInEveryMode(t *testing.T) {
	t.Parallel()
	s := running(t)
	axe(t)
	pages := everyPage(t, s)
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, _ := eventsSite(t, m)
			for _, p := range pages {
				if m != wasmBlocked && p.then == nil {
					continue // it is the same in all modes: TestEventsPagesAreAdoptedUnchanged
				}
				t.Run(p.name, func(t *testing.T) {
					b := newTab(t, m)
					b.visit(site.URL + p.path)
					if m == full && p.program() {
						b.alive()
					}
					if p.then != nil {
						p.then(b)
					}
					b.accessible()
				})
			}
		})
	}
}

// accessible fails for each grave violation, on a phone by day and on a desk by night: colours are the same at both widths.
func (b *tab) accessible() {
	b.t.Helper()
	b.scripting(true)
	for _, look := range []struct {
		width  int64
		scheme string
	}{{390, "light"}, {1280, "dark"}} {
		b.size(look.width)
		b.prefer("prefers-color-scheme", look.scheme)
		grave, light := b.violations()
		for _, v := range grave {
			b.t.Errorf("%d px, %s: %s", look.width, look.scheme, v)
		}
		for _, v := range light {
			b.t.Logf("%d px, %s: %s", look.width, look.scheme, v)
		}
	}
}
