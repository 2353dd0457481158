package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A private window installs nothing, so this tab is in the browser's own profile; its origin is the test's alone.
func TestTheEventsSiteCanBeInstalled(t *testing.T) {
	t.Parallel()
	site, _ := eventsSite(t, full)
	ctx, cancel := chromedp.NewContext(browser(t))
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	b := &tab{t: t, ctx: ctx}
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")

	manifest, err := chromedp.Call(ctx, page.GetAppManifest, page.GetAppManifestParams{})
	require.NoError(t, err)
	require.Equal(t, site.URL+"/manifest.webmanifest", manifest.URL)
	require.Empty(t, manifest.Errors)
	answer, err := chromedp.Call(ctx, page.GetInstallabilityErrors, cdp.Empty{})
	require.NoError(t, err)
	for _, e := range answer.InstallabilityErrors {
		t.Errorf("%s %v", e.ErrorID, e.ErrorArguments)
	}
}
