package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHydrationChangesNothing(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	for _, path := range []string{"/", "/?q=one", "/item/one", "/item/one?signed=true", "/item/missing", "/nothing/here", "/offline"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, full)
			b.visitAlive(site.URL + path)
			h := b.hydration()
			require.Empty(t, h.First, "console: %s", b.said())
			require.Positive(t, h.Adopted)
			require.Zero(t, h.Fresh+h.Text+h.Attrs+h.Removed)
			require.Empty(t, b.mutations())
		})
	}
}

func TestHydrationKeepsWhatThePersonDid(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	open := site.hold(".wasm")
	b := newTab(t, full)
	b.visit(site.URL + "/?q=item")
	b.click("#more summary")
	b.click("#box")
	b.fill("#text", "typed and ")
	eval[any](b, `document.querySelector("#colour").value = "green"`)
	b.fill("#echo", "typed early")
	eval[any](b, `(() => { const e = document.querySelector("#echo"); e.focus(); e.setSelectionRange(2, 5); scrollTo(0, 333); })()`)
	open()
	b.alive()
	require.Equal(t, hydration{Adopted: b.hydration().Adopted, Kept: b.hydration().Kept}, b.hydration())
	require.Equal(t, "typed early", b.value("#echo"))
	require.Equal(t, "typed and as written", b.value("#text"))
	require.Equal(t, "green", b.value("#colour"))
	require.True(t, eval[bool](b, `document.querySelector("#more").open`))
	require.False(t, eval[bool](b, `document.querySelector("#box").checked`))
	require.Equal(t, "echo", b.focused())
	require.Equal(t, []int{2, 5}, eval[[]int](b, `[document.activeElement.selectionStart, document.activeElement.selectionEnd]`))
	require.InDelta(t, 333, eval[float64](b, "scrollY"), 1)
	b.until(`document.querySelector("#echoed").textContent === "typed early"`) // the program was told
	b.click("#count")
	b.until(`document.querySelector("#count").textContent === "1"`)
}

// A worker ran the program before, up to its end, on every kind of page: the page's own start is short.
func TestEveryPageIsRehearsed(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	urls := []string{site.URL + "/", site.URL + "/item/one", site.URL + "/item/missing", site.URL + "/overlays", site.URL + "/offline"}
	s := running(t)
	urls = append(urls, s.events+"/", s.events+"/calendar", s.events+"/nowhere", s.events+openEvent(t, s))
	for _, url := range urls {
		b := newTab(t, full)
		b.visitAlive(url)
		require.True(t, eval[bool](b, `performance.getEntriesByName("fullstack:rehearsed").length === 1`), "%s, console: %s", url, b.said())
	}
}

// yieldingOften is a script that makes the mount yield before every element, on a clock that runs away, and then runs
// meanwhile; rests is how often it did.
func yieldingOften(meanwhile string) string {
	return `(() => {
		const now = performance.now;
		let late = 0, yielded;
		window.rests = 0;
		performance.now = () => now.call(performance) + (late += 10);
		Object.defineProperty(window, "fullstackYield", { configurable: true, get: () => yielded, set: (f) => {
			yielded = (on) => {
				f(on);
				if (!on) return;
				rests++;
				` + meanwhile + `
			};
		} });
	})();`
}

// The mount rests, here before every element, and the page is anybody's meanwhile.
func TestAPageMayBeTouchedWhileItIsAdopted(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full, yieldingOften(`if (rests === 12) {
		window.made = document.createElement("p");
		window.madeFresh = !made.isConnected && made.parentNode === null;
		document.querySelector("h1").before(made);
		document.querySelector("#text").value = "typed meanwhile";
	}`))
	b.visitAlive(site.URL + "/?q=item")
	require.Greater(t, eval[int](b, `rests`), 20)
	require.True(t, eval[bool](b, `madeFresh`), "the element a stranger made was one of the page")
	require.Empty(t, b.hydration().Failed, "console: %s", b.said())
	require.Equal(t, "typed meanwhile", b.value("#text"))
	require.False(t, eval[bool](b, `"fullstackYield" in window`))
	b.click("#count")
	b.until(`document.querySelector("#count").textContent === "1"`)
}

// A form sent while the program is starting is the browser's alone: the program must not send it a second time.
func TestAFormSentWhileThePageIsAdoptedIsSentOnce(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full, `(() => {
		const ask = fetch;
		window.native = 0, window.again = 0;
		window.fetch = (url, init) => { if (init?.method === "POST") again++; return ask(url, init); };
	})();`, yieldingOften(`if (rests > 5 && document.querySelector("#sign").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }))) native++;`))
	b.visitAlive(site.URL + "/item/one")
	b.until(`performance.getEntriesByName("fullstack:settled").length`)
	require.Positive(t, eval[int](b, `native`))
	require.Zero(t, eval[int](b, `again`))
	b.fill("#sign-name", "Ada\r")
	b.until(`again === 1`)
}

func TestHydrationHealsAPageThatDiffers(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/differs")
	h := b.hydration()
	require.Empty(t, h.Failed)
	require.NotEmpty(t, h.First)
	require.Contains(t, b.said(), "differences to the server's page, first in div#app")
	require.Equal(t, []string{"H1", "UL", "INPUT", "svg", "DIV"}, eval[[]string](b, `[...document.querySelector("main").children].map((e) => e.nodeName)`))
	require.Equal(t, "Browser", b.text("h1.b"))
	require.Equal(t, []string{"zero", "one", "two"}, eval[[]string](b, `[...document.querySelectorAll("li")].map((e) => e.textContent)`))
	b.click("#count")
	b.until(`document.querySelector("#count").textContent === "1"`)
}

func TestAnExceptionInHydrationMountsNatively(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	for name, script := range map[string]string{
		"raw":       `Node.prototype.isEqualNode = () => { throw new Error("broken on purpose"); };`,
		"attribute": `Element.prototype.getAttribute = function (k) { if (k === "for" || k === "viewBox" || k === "href") throw new Error("broken on purpose"); return this.getAttributeNode(k)?.value ?? null; };`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, full, script)
			b.visitAlive(site.URL + "/")
			require.Contains(t, b.hydration().Failed, "broken on purpose")
			require.Equal(t, 1, eval[int](b, `document.querySelectorAll("main").length`))
			require.Equal(t, 42, eval[int](b, `document.querySelectorAll("#list li").length`))
			require.Equal(t, 1, eval[int](b, `document.querySelectorAll("svg").length`))
			require.Equal(t, "There are 42 items.", b.text("main > p"))
			b.click("#count")
			b.until(`document.querySelector("#count").textContent === "1"`)
		})
	}
}

// Extensions and translators change the document before the program sees it.
func TestHydrationSurvivesAForeignDocument(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	for name, script := range map[string]string{
		"nodes added everywhere": `for (const e of document.querySelectorAll("#app *")) if (!/OPTION|SELECT|TEXTAREA/.test(e.nodeName)) { e.append(document.createElement("grammar-check")); e.prepend("x"); }`,
		"texts wrapped":          `for (const e of document.querySelectorAll("a,p,h1,li")) { const f = document.createElement("font"); f.append(...e.childNodes); e.append(f); }`,
		"half of it gone":        `[...document.querySelectorAll("#app *")].forEach((e, i) => { if (i % 2) e.remove(); });`,
		"attributes changed":     `for (const e of document.querySelectorAll("#app *")) { e.id = "x" + e.id; e.className = "y"; e.title = "z"; }`,
		"texts gone":             `for (const e of document.querySelectorAll("#app *")) if (!e.children.length) e.textContent = "";`,
		"first in the body":      `document.body.prepend(document.createElement("aside"));`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, full, `addEventListener("DOMContentLoaded", () => { `+script+` });`)
			b.visitAlive(site.URL + "/")
			require.Empty(t, b.hydration().Failed)
			require.Equal(t, "Items", b.text("h1"))
			require.Equal(t, 42, eval[int](b, `document.querySelectorAll("#list > li").length`))
			require.Equal(t, "Item one", b.text("#list li a"))
			require.Equal(t, "There are 42 items.", b.text("main > p"))
			require.Equal(t, 3, eval[int](b, `document.querySelectorAll("#colour > option").length`))
			b.click("#count")
			b.until(`document.querySelector("#count").textContent === "1"`)
		})
	}
}
