package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Variants of buttons; the zero value is the main action.
const (
	Accent    = "accent"    // the one thing the page is for
	Secondary = "secondary" // beside a main action
	Quiet     = "quiet"     // looks like a link
	Danger    = "danger"    // takes something away; also a tone
)

// Tones of badges, alerts and progress; the zero value is neutral.
const (
	TonePrimary  = "primary"
	ToneAccent   = "accent"
	TonePositive = "positive"
	ToneWarning  = "warning"
	ToneDanger   = "danger"
	ToneInfo     = "info"
)

// Button does something. Inside a form it submits unless Type says otherwise.
type Button struct {
	app.Compo
	Label   string
	Icon    IconName // before the label
	Variant string
	Large   bool
	Full    bool   // as wide as its container
	Type    string // zero: submit
	Pending string // when not "", shown instead of the label; the button stays focusable and says it is busy
	OnClick app.EventHandler
}

// Render draws the button.
func (b *Button) Render() app.UI {
	kind := b.Type
	if kind == "" {
		kind = "submit"
	}
	e := app.Button().Class("button").Type(kind).DataSet("variant", b.Variant).
		DataSet("size", size(b.Large)).DataSet("width", width(b.Full))
	if b.OnClick != nil {
		e = e.OnClick(b.OnClick)
	}
	if b.Pending != "" {
		return e.Aria("disabled", "true").Body(app.Text(b.Pending))
	}
	return e.Body(labelled(b.Icon, b.Label)...)
}

// LinkButton goes somewhere and looks like a Button.
type LinkButton struct {
	app.Compo
	Label    string
	Href     string // a URL of this site or one that passed fullstack.SafeURL
	Icon     IconName
	Variant  string
	Large    bool
	Full     bool
	Download bool
}

// Render draws the link.
func (b *LinkButton) Render() app.UI {
	e := app.A().Class("button").Href(safeURL(b.Href)).DataSet("variant", b.Variant).
		DataSet("size", size(b.Large)).DataSet("width", width(b.Full))
	if b.Download {
		e = e.Attr("download", "download")
	}
	return e.Body(labelled(b.Icon, b.Label)...)
}

func labelled(icon IconName, label string) []app.UI {
	if icon == "" {
		return []app.UI{app.Text(label)}
	}
	return []app.UI{Icon(icon), app.Span().Text(label)}
}

func size(large bool) string {
	if large {
		return "large"
	}
	return ""
}

func width(full bool) string {
	if full {
		return "full"
	}
	return ""
}

// yes is the value of a state attribute: absent unless on.
func yes(on bool) string {
	if on {
		return "true"
	}
	return ""
}

// Badge is a short fact about the thing it stands on.
func Badge(tone string, icon IconName, label string) app.UI {
	return app.Span().Class("badge").DataSet("tone", tone).Body(labelled(icon, label)...)
}

// Progress shows value of most: seats taken, steps done. Its label is read, not seen; the numbers should stand beside it.
func Progress(tone, label string, value, most int) app.UI {
	return app.Progress().Class("progress").DataSet("tone", tone).Aria("label", label).Value(value).Max(most)
}

// Chip is a link that takes one choice away again; say what happens for those who do not see the cross.
func Chip(href, label, action string) app.UI {
	return app.A().Class("chip").Href(safeURL(href)).Aria("label", action).Body(app.Span().Text(label), Icon(IconClose))
}
