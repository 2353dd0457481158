// Package chromium finds and starts the browser that the browser tests and the benchmark drive. It is for tests only and
// knows no site.
package chromium

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// ErrMissing says that this machine has no Chromium.
var ErrMissing = errors.New("there is no Chromium: install it, or name it in CHROMIUM")

// Start runs a headless Chromium with a profile of its own, and with nothing in it that works behind a test's back. The
// context it returns is chromedp's; stop ends the browser and removes the profile. It fails with ErrMissing where there
// is none.
func Start(ctx context.Context) (browser context.Context, stop func(), err error) {
	path := find()
	if path == "" {
		return nil, nil, ErrMissing
	}
	profile, err := os.MkdirTemp("", "groundswell-chromium-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a profile: %w", err)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options(path, profile)...)
	browser, stopBrowser := chromedp.NewContext(allocator)
	stop = func() {
		stopBrowser()
		stopAllocator()
		_ = os.RemoveAll(profile)
	}
	if err := chromedp.Do(browser); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return browser, stop, nil
}

func options(path, profile string) []chromedp.ExecAllocatorOption {
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(1280, 900),
	}
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-dev-shm-usage", "disable-extensions", "disable-background-timer-throttling", "disable-renderer-backgrounding",
		"disable-backgrounding-occluded-windows"} {
		options = append(options, chromedp.Flag(name, true))
	}
	return options
}

func find() string {
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
