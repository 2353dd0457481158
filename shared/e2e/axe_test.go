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

// axePage is a page in a state: its address, and what is done there before axe looks.
type axePage struct {
	name, path string
	then       func(*tab)
}

func axePages(t *testing.T, s stack) []axePage {
	t.Helper()
	event := openEvent(t, s)
	joined, manage := signUp(t, s, event)
	stop := firstLink(t, s.events+manage, `href="(/reminders/[^"#?]+)"`)
	return []axePage{
		{"discover", "/", nil},
		{"filtered", "/?open=true&mode=in_person&q=a", nil},
		{"nothing found", "/?q=xyzzyxyzzy", nil},
		{"calendar", "/calendar", nil},
		{"event", event, nil},
		{"event over", firstLink(t, s.events+"/?past=true", `href="(/e/[^"#?]+)"`), nil},
		{"event, refused", event, func(b *tab) {
			fillSignup(b, "ada@nowhere")
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-email-error")`)
		}},
		{"event, joined", joined, nil},
		{"organisation", firstLink(t, s.events+event, `href="(/o/[^"#?]+)"`), nil},
		{"sign-up", manage, func(b *tab) { b.click("details:not(.menu) > summary") }},
		{"sign-up, calendar menu", manage, func(b *tab) { b.click(".menu > summary") }},
		{"reminders", stop, nil},
		{"reminders, chosen", stop, func(b *tab) {
			b.click(`#choose button`)
			b.until(`document.querySelector("#said")`)
		}},
		{"missing", "/nothing", nil},
		{"offline", "/offline", nil},
	}
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
	pages := axePages(t, s)
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, _ := eventsSite(t, m)
			for _, p := range pages {
				t.Run(p.name, func(t *testing.T) {
					b := newTab(t, m)
					b.visit(site.URL + p.path)
					if m == full {
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

// accessible fails for each grave violation, on a phone and on a desk, by day and by night.
func (b *tab) accessible() {
	b.t.Helper()
	b.scripting(true)
	for _, width := range []int64{390, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			b.size(width)
			b.prefer("prefers-color-scheme", scheme)
			grave, light := b.violations()
			for _, v := range grave {
				b.t.Errorf("%d px, %s: %s", width, scheme, v)
			}
			for _, v := range light {
				b.t.Logf("%d px, %s: %s", width, scheme, v)
			}
		}
	}
}
