package e2e

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

const follow = `(() => { const a = document.createElement("a"); a.href = %s; document.querySelector("#app").append(a); a.click(); })()`

// TestAPrivatePageIsNotKeptByTheWorker opens it both ways; afterwards, without the server, nobody who takes the device sees it.
func TestAPrivatePageIsNotKeptByTheWorker(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/")
	workerReady(b, "/")
	b.visitAlive(site.URL + "/mine") // a document
	require.Equal(t, "Mine alone", b.text("h1"))
	b.visitAlive(site.URL + "/item/one")
	eval[any](b, fmt.Sprintf(follow, quote("/mine"))) // by the program, which tells the worker
	b.until(`document.querySelector("h1").textContent === "Mine alone"`)
	b.visitAlive(site.URL + "/item/two")
	kept(b, "/item/two")
	site.down.Store(true)
	b.visit(site.URL + "/mine")
	require.Equal(t, "No connection", b.text("h1"))
}

// TestTheProgramIsNotSentToAnotherSite: an address that names the next one is no way off this site.
func TestTheProgramIsNotSentToAnotherSite(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	for _, next := range []string{"//evil.invalid/", "https://evil.invalid/", "javascript:document.title='evil'"} {
		b.visitAlive(site.URL + "/item/one")
		eval[any](b, sameDocument)
		eval[any](b, fmt.Sprintf(follow, quote("/mine?next="+url.QueryEscape(next))))
		b.until(`document.querySelector("h1").textContent === "Items"`)
		require.Equal(t, site.URL+"/", b.address(), next)
		require.True(t, eval[bool](b, `window.marked`), next)
	}
}
