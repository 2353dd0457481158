package ui

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fullstack"
)

// Card is a surface with a heading.
func Card(title string, body ...app.UI) app.UI {
	return card(title, body).Class("card")
}

// StickyCard is a Card that stays in view beside a long text on a wide screen. It is the target of links to its id.
func StickyCard(id, title string, body ...app.UI) app.UI {
	return card(title, body).ID(id).Class("card").DataSet("sticky", "true").Aria("label", title)
}

func card(title string, body []app.UI) app.HTMLSection {
	return app.Section().Body(append([]app.UI{app.H2().Class("card-title").Text(title)}, body...)...)
}

// Section is a part of a page with a heading.
func Section(title string, body ...app.UI) app.UI {
	return app.Section().Class("section").Body(append([]app.UI{app.H2().Class("section-title").Text(title)}, body...)...)
}

// Meta is a line of fact: an icon and what it says. It stands in text as well as in a list.
func Meta(icon IconName, body ...app.UI) app.UI {
	return app.P().Class("meta").Body(Icon(icon), app.Span().Body(body...))
}

// Fact is a row of a DefinitionList.
type Fact struct {
	Icon  IconName
	Term  string
	Value []app.UI
}

// DefinitionList shows facts with their names.
func DefinitionList(facts ...Fact) app.UI {
	rows := make([]app.UI, len(facts))
	for i, f := range facts {
		rows[i] = app.Div().Class("facts-row").Body(
			app.Dt().Class("facts-term").Body(app.Span().Class("facts-icon").Body(Icon(f.Icon)), app.Text(f.Term)),
			app.Dd().Class("facts-value").Body(f.Value...),
		)
	}
	return app.Dl().Class("facts").Body(rows...)
}

// DateBlock is a calendar leaf of the date on date's own clock. It repeats what the text beside it says, so assistive
// technology does not read it.
func DateBlock(date time.Time, muted bool) app.UI {
	return app.Div().Class("date-block").DataSet("muted", yes(muted)).Aria("hidden", "true").Body(
		app.Span().Class("date-block-month").Text(date.Format("Jan")),
		app.Span().Class("date-block-day").Text(date.Format("2")),
		app.Span().Class("date-block-weekday").Text(date.Format("Mon")),
	)
}

// Cover is the picture of a card or, when Wide, of a page; without URL it is a field in one of four tones.
type Cover struct {
	app.Compo
	URL    string
	Srcset string // smaller versions, as HTML's srcset; "" when there are none
	Alt    string // "" when the picture only decorates
	Icon   IconName
	Tone   string // "0" to "3"
	Wide   bool
	Eager  bool // seen at once: do not wait for scrolling
}

// sizes is how wide the picture is shown, for the browser's choice among Srcset.
func (c *Cover) sizes() string {
	switch {
	case c.Srcset == "":
		return ""
	case c.Wide:
		return "(min-width: 64rem) 46rem, calc(100vw - 2.25rem)"
	}
	return "(min-width: 64rem) 24rem, (min-width: 40rem) 50vw, calc(100vw - 2.25rem)"
}

// Render draws the picture in its box, whose shape does not depend on the file.
func (c *Cover) Render() app.UI {
	if c.URL == "" {
		return app.Div().Class("cover-blank").DataSet("tone", c.Tone).DataSet("size", wide(c.Wide)).Aria("hidden", "true").
			Body(coverSwell(), LargeIcon(c.Icon))
	}
	loading, decoding := "lazy", "async"
	if c.Eager {
		loading, decoding = "eager", "sync"
	}
	// go-app drops an empty alt, so a picture that decorates is hidden instead.
	img := app.Img().Class("cover").DataSet("size", wide(c.Wide)).Src(safeURL(c.URL)).
		Attr("srcset", fullstack.SafeSrcset(c.Srcset)).Attr("sizes", c.sizes()).Alt(c.Alt).
		Aria("hidden", yes(c.Alt == "")).Width(1280).Height(720).
		Attr("loading", loading).Attr("decoding", decoding)
	if c.Eager && c.Wide { // the largest thing of its page
		img = img.Attr("fetchpriority", "high")
	}
	return img
}

func wide(on bool) string {
	if on {
		return "wide"
	}
	return ""
}

// Avatar shows the first letters of a name's first two words.
func Avatar(name string) app.UI {
	var b strings.Builder
	for i, word := range strings.Fields(name) {
		if i == 2 {
			break
		}
		r, _ := utf8.DecodeRuneInString(word)
		b.WriteRune(r)
	}
	return app.Div().Class("avatar").Aria("hidden", "true").Text(strings.ToUpper(b.String()))
}
