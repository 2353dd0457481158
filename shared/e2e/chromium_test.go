package e2e

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests; each test has a profile of its own in it.
type chromium struct {
	ctx   context.Context
	close func()
}

var start = sync.OnceValues(startChromium)

func TestMain(m *testing.M) {
	code := m.Run()
	if c, err := start(); err == nil && c != nil {
		c.close()
	}
	os.Exit(code)
}

// startChromium returns nothing, without an error, where there is no Chromium.
func startChromium() (*chromium, error) {
	path := findChromium()
	if path == "" {
		return nil, nil
	}
	profile, err := os.MkdirTemp("", "groundswell-e2e-")
	if err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(1280, 900),
	}
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-dev-shm-usage", "disable-extensions", "disable-background-timer-throttling", "disable-renderer-backgrounding",
		"disable-backgrounding-occluded-windows"} {
		options = append(options, chromedp.Flag(name, true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	closeAll := func() {
		cancel()
		stop()
		_ = os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil {
		closeAll()
		return nil, err
	}
	return &chromium{ctx, closeAll}, nil
}

func findChromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// browser starts Chromium, or skips the test with the reason.
func browser(t *testing.T) *chromium {
	t.Helper()
	c, err := start()
	switch {
	case err != nil:
		t.Fatalf("Chromium does not start: %v", err)
	case c == nil && os.Getenv("CI") != "":
		t.Fatal("there is no Chromium: install it, or name it in CHROMIUM")
	case c == nil:
		t.Skip("there is no Chromium: install it, or name it in CHROMIUM")
	}
	return c
}
