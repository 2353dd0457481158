package card_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/apps/events/card"
)

func cards() map[string]card.Card {
	usual := card.Card{Title: "Knock on doors in Clintonville", Plain: "Canvass", When: "Sat, Nov 28 · 10:00 AM–1:00 PM EST",
		Where: "Global Gallery, Columbus, OH", Org: "Rivera for Ohio"}
	with := func(change func(*card.Card)) card.Card {
		c := usual
		change(&c)
		return c
	}
	return map[string]card.Card{
		"usual":    usual,
		"short":    with(func(c *card.Card) { c.Title = "Rally" }),
		"long":     with(func(c *card.Card) { c.Title = strings.Repeat("A long evening of letters and songs ", 9)[:300] }),
		"one-word": with(func(c *card.Card) { c.Title = strings.Repeat("Donaudampfschifffahrt", 15)[:300] }),
		"wide": with(func(c *card.Card) {
			c.Title, c.Where, c.Org = strings.Repeat("W", 300), strings.Repeat("W", 200), strings.Repeat("M ", 200)
		}),
		"emoji": with(func(c *card.Card) {
			c.Title = "🎉 Party 👩‍👩‍👧‍👦 for the 🏳️‍🌈 neighbors ❤️"
		}),
		"hebrew": with(func(c *card.Card) {
			c.Title = "מסיבת רחוב בשכונה \u202e" + strings.Repeat("שלום ", 50)
		}),
		"cyrillic":  with(func(c *card.Card) { c.Title = "Встреча соседей во дворе" }),
		"cancelled": with(func(c *card.Card) { c.Status = "Cancelled" }),
		"empty":     {},
		"controls":  with(func(c *card.Card) { c.Title = "a\x00b\nc\u2028d\xff" }),
	}
}

func draw(t *testing.T, c card.Card) *image.RGBA {
	t.Helper()
	p, err := card.New()
	require.NoError(t, err)
	b, err := p.PNG(c)
	require.NoError(t, err)
	require.Less(t, len(b), 300<<10, "networks refuse what is too large")
	again, err := p.PNG(c)
	require.NoError(t, err)
	require.True(t, bytes.Equal(b, again), "the same bytes for the same card")
	if folder := os.Getenv("CARD_SHOTS"); folder != "" && c.Org != "" {
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(t.Name())+".png"), b, 0o600))
	}
	img, err := png.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	require.Equal(t, image.Rect(0, 0, card.Width, card.Height), img.Bounds())
	return img.(*image.RGBA) // what an opaque picture decodes to
}

// changed is the smallest rectangle in which two pictures differ.
func changed(a, b *image.RGBA) (r image.Rectangle) {
	for y := range card.Height {
		for x := range card.Width {
			if i := a.PixOffset(x, y); !bytes.Equal(a.Pix[i:i+4], b.Pix[i:i+4]) {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

func TestTextStaysInItsPlaceWhateverItIs(t *testing.T) {
	t.Parallel()
	blank := draw(t, card.Card{})
	for name, c := range cards() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img := draw(t, c)
			require.True(t, changed(blank, img).In(image.Rect(64, 80, card.Width-64, 590)), "%s", changed(blank, img))
			title := draw(t, card.Card{Title: c.Title, Plain: c.Plain})
			require.True(t, changed(blank, title).In(image.Rect(64, 160, card.Width-64, 470)), "%s", changed(blank, title))
			if name != "empty" {
				require.Greater(t, changed(blank, title).Dx(), 30, "something is written")
			}
		})
	}
}

func TestATitleTheFontsCannotWriteIsReplaced(t *testing.T) {
	t.Parallel()
	all := cards()
	require.Equal(t, draw(t, card.Card{Title: "Canvass"}), draw(t, card.Card{Title: all["hebrew"].Title, Plain: "Canvass"}))
	require.Equal(t, draw(t, card.Card{Title: "Party for the neighbors"}), draw(t, card.Card{Title: "🎉 Party for the\n👩‍👩‍👧‍👦 neighbors ❤️"}))
}
