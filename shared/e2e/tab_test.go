package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// mode is what works in the visitor's browser.
type mode string

const (
	full        mode = "wasm on"
	wasmBlocked mode = "wasm blocked"
	jsOff       mode = "JavaScript off"
)

// patience is how long a condition may take on a busy machine.
const patience = 30 * time.Second

// tab is a browser tab with a profile of its own: no cookies, cache or workers of other tests.
type tab struct {
	t     *testing.T
	ctx   context.Context
	media []*emulation.MediaFeature

	mu      sync.Mutex
	console []string
}

// observe records every change to the document from the moment it is parsed, in mutations; atHydration are those up to
// the end of the program's first mount, after which its components may change what they like.
const observe = `addEventListener("DOMContentLoaded", () => {
  window.mutations = [];
  const note = (list) => { for (const m of list) mutations.push(
    m.type + " of " + m.target.nodeName + "#" + (m.target.id || "") + " " + (m.attributeName || "") +
    " +" + [...m.addedNodes].map((n) => n.nodeName + ":" + (n.textContent || "").slice(0, 30)) + " -" + [...m.removedNodes].map((n) => n.nodeName)); };
  const observer = new MutationObserver(note);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const mark = performance.mark;
  performance.mark = function (name, ...rest) {
    if (name === "fullstack:hydrated") { note(observer.takeRecords()); window.atHydration = [...mutations]; window.scrollAtHydration = scrollY; }
    return mark.call(this, name, ...rest);
  };
});`

// newTab opens a tab. Scripts run in each document before its own.
func newTab(t *testing.T, m mode, scripts ...string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)))
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	b.prefer("prefers-reduced-motion", "reduce") // smooth scrolling moves buttons away under the mouse
	for _, script := range append([]string{observe}, scripts...) {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		require.NoError(t, err)
	}
	b.scripting(m != jsOff)
	return b
}

// scripting says whether scripts of pages run from now on.
func (b *tab) scripting(on bool) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	require.NoError(b.t, err)
}

func (b *tab) hear(event any) {
	var line string
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			line += fmt.Sprintf("%s%s ", arg.Value, arg.Description)
		}
	case *runtime.EventExceptionThrown:
		line = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			line += " " + e.ExceptionDetails.Exception.Description
		}
	}
	if line != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.console = append(b.console, line)
	}
}

// said is what was written to the console so far.
func (b *tab) said() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.console, "\n")
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...), "console: %s", b.said())
}

// visit opens a URL as a typed address does.
func (b *tab) visit(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// visitAlive opens a URL and waits until its program has taken over.
func (b *tab) visitAlive(url string) {
	b.t.Helper()
	b.visit(url)
	b.alive()
}

func (b *tab) alive() {
	b.t.Helper()
	b.until(`performance.getEntriesByName("fullstack:mounted").length > 0`)
}

// eval runs an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := tryEval[T](b, expression)
	require.NoError(b.t, err, expression)
	return v
}

func tryEval[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// until waits for an expression to be true; while a document is being replaced it is not.
func (b *tab) until(expression string) {
	b.t.Helper()
	b.wait("!!(" + expression + ")")
}

// untilAnswer is until for an expression that is a promise.
func (b *tab) untilAnswer(promise string) {
	b.t.Helper()
	b.wait("(async () => !!(await (" + promise + ")))()")
}

func (b *tab) wait(expression string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := tryEval[bool](b, expression)
		if ok && err == nil {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("never became true: %s\nerror: %v\nat: %s\nconsole: %s\nforms: %s\nbody: %s", expression, err, b.address(), b.said(), b.forms(), b.body())
		}
		<-tick.C
	}
}

func (b *tab) address() string {
	s, _ := tryEval[string](b, "location.href")
	return s
}

func (b *tab) body() string {
	s, _ := tryEval[string](b, "document.body.innerText.slice(0, 600)")
	return s
}

// forms is what the page's forms hold, for the message of a test that failed.
func (b *tab) forms() string {
	s, _ := tryEval[string](b, `[...document.forms].map((f) => f.id + " busy=" + f.getAttribute("aria-busy") + " valid=" + f.checkValidity() +
		" " + new URLSearchParams(new FormData(f)) + " says " + f.querySelector("[role=alert]")?.textContent).join("\n") + "\nfocus: " + document.activeElement.outerHTML.slice(0, 100) + " scroll: " + scrollY`)
	return s
}

// at waits until the address ends so.
func (b *tab) at(suffix string) {
	b.t.Helper()
	b.until("location.href.endsWith(" + quote(suffix) + ")")
}

// click presses the mouse on an element.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// fill types into a field, key by key.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// text is the text of the first match, "" when there is none.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, "(document.querySelector("+quote(selector)+")?.textContent ?? '').trim()")
}

func (b *tab) value(selector string) string {
	b.t.Helper()
	return eval[string](b, "document.querySelector("+quote(selector)+").value")
}

// focused is the id of the element with focus, or its tag.
func (b *tab) focused() string {
	b.t.Helper()
	return eval[string](b, "document.activeElement.id || document.activeElement.localName")
}

func (b *tab) mutations() []string {
	b.t.Helper()
	return eval[[]string](b, "window.mutations")
}

// hydration is what the program says of how it adopted the page.
type hydration struct {
	Adopted, Fresh, Text, Attrs, Removed, Kept int
	First, Failed                              string
}

func (b *tab) hydration() hydration {
	b.t.Helper()
	return eval[hydration](b, "window.fullstackHydration")
}

// shot writes a screenshot of the whole page to $E2E_SHOTS, when that is set.
func (b *tab) shot(name string, width int64, dark bool) {
	b.t.Helper()
	folder := os.Getenv("E2E_SHOTS")
	if folder == "" {
		return
	}
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.prefer("prefers-color-scheme", scheme)
	b.size(width)
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	path := filepath.Join(folder, name+"-"+strconv.FormatInt(width, 10)+"-"+scheme+".png")
	require.NoError(b.t, os.WriteFile(path, png, 0o600))
}

// size sets the window's width.
func (b *tab) size(width int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
}

// prefer sets a media feature, as the visitor's system would; those set before stay.
func (b *tab) prefer(feature, value string) {
	b.t.Helper()
	b.media = slices.DeleteFunc(b.media, func(f *emulation.MediaFeature) bool { return f.Name == feature })
	b.media = append(b.media, &emulation.MediaFeature{Name: feature, Value: value})
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: b.media})
	require.NoError(b.t, err)
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
