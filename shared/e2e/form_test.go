package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFormWorksInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, svc := fixtureSite(t, m)
			b := newTab(t, m)
			b.visit(site.URL + "/item/one")
			if m == full {
				b.alive()
				eval[any](b, sameDocument)
			}
			b.fill("#sign-note", "hello <b>")
			b.click("#likes-tea")
			b.click("#send") // refused: no name
			b.until(`document.querySelector("#sign-name-error")`)
			require.Equal(t, "Please check one field: Please enter your name.", b.text("#sign-fault"))
			require.Equal(t, "Please enter your name.", b.text("#sign-name-error"))
			require.Equal(t, "hello <b>", b.value("#sign-note"))
			require.True(t, eval[bool](b, `document.querySelector("#likes-tea").checked`))
			if m == full {
				require.Equal(t, "sign-name", b.focused())
			} else {
				require.Equal(t, "sign-fault", b.focused())
			}

			b.fill("#sign-name", "Ada")
			b.click("#send")
			b.at("/item/one?signed=true")
			b.until(`document.querySelector("#thanks") && document.querySelector("#signatures").textContent === "2"`)
			require.Empty(t, b.value("#sign-name"), "the form is fresh")
			require.Empty(t, b.text("#sign-fault"))
			require.Len(t, svc.keys, 1)
			if m == full {
				require.True(t, eval[bool](b, `window.marked`), "the document was replaced")
				require.NotEmpty(t, svc.keys[0])
			}
		})
	}
}

func TestARefusedFormIsAdopted(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	open := site.hold(".wasm")
	b := newTab(t, full)
	b.visit(site.URL + "/item/one")
	b.fill("#sign-note", "typed")
	b.click("#send")
	b.until(`document.querySelector("#sign-name-error")`)
	b.fill("#sign-name", "Ada")
	open()
	b.alive()
	require.Empty(t, b.mutations())
	require.Equal(t, "typed", b.value("#sign-note"))
	require.Equal(t, "Ada", b.value("#sign-name"))
	b.click("#send")
	b.at("/item/one?signed=true")
	b.until(`document.querySelector("#thanks")`)
}

func TestADoubleSubmitIsOne(t *testing.T) {
	t.Parallel()
	site, svc := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/item/one")
	open := site.hold("/item/one")
	b.fill("#sign-name", "Ada")
	b.click("#send")
	b.until(`document.querySelector("#sign").getAttribute("aria-busy") === "true" && document.querySelector("#send").textContent === "Signing"`)
	b.click("#send")
	b.fill("#sign-name", "\r")
	require.Equal(t, "Ada", b.value("#sign-name"))
	open()
	b.at("/item/one?signed=true")
	b.until(`document.querySelector("#thanks")`)
	require.Len(t, svc.keys, 1)
	require.Equal(t, 1, site.asked("POST /item/one"))
}

func TestALostAnswerIsTriedAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	site, svc := fixtureSite(t, full)
	b := newTab(t, full)
	b.visitAlive(site.URL + "/item/one")
	site.lose.Store(true) // the site gets the request, the visitor never gets the answer
	b.fill("#sign-name", "Ada")
	b.click("#send")
	b.until(`document.querySelector("#sign-fault p")?.textContent.startsWith("We cannot reach the site")`)
	require.Equal(t, "Ada", b.value("#sign-name"))
	require.Equal(t, "sign-fault", b.focused())
	site.lose.Store(false)
	b.click("#send")
	b.at("/item/one?signed=true")
	b.until(`document.querySelector("#thanks") && document.querySelector("#signatures").textContent === "2"`)
	require.GreaterOrEqual(t, len(svc.keys), 2) // Chromium itself tries again on a reused connection
	for _, key := range svc.keys {
		require.Equal(t, svc.keys[0], key)
	}
}

func TestAFaultThatIsNoFieldsIsSaidAboveTheForm(t *testing.T) {
	t.Parallel()
	site, svc := fixtureSite(t, full)
	svc.set(func(s *service) { s.full = true })
	b := newTab(t, full)
	b.visitAlive(site.URL + "/item/one")
	b.fill("#sign-name", "Ada")
	eval[any](b, `document.querySelector("#sign-colour").value = "grey"`)
	b.click("#send")
	b.until(`document.querySelector("#colour-error").textContent === "! Grey is not a colour."`)
	require.Equal(t, "sign-colour", b.focused())
	eval[any](b, `document.querySelector("#sign-colour").value = "red"`)
	b.click("#send")
	b.until(`document.querySelector("#sign-fault p")?.textContent === "This item is full."`)
	require.Equal(t, "!", b.text("#colour-error"))
	require.Equal(t, "Ada", b.value("#sign-name"))
}
