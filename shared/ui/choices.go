package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fullstack"
)

// Choices is a labelled group of radio buttons or, when Multiple, of check boxes. An optional group says so.
type Choices struct {
	app.Compo
	Form     fullstack.FormState
	Name     string // of the wire
	Label    string
	Hint     string
	Options  []Option
	Multiple bool
	Required bool // of one choice; the browser checks it for radio buttons only
}

// Render draws the legend, the choices, hint and error.
func (c *Choices) Render() app.UI {
	legend := app.Legend().Class("legend").Text(c.Label)
	if !c.Required {
		legend = legend.Body(app.Text(c.Label+" "), app.Span().Class("field-optional").Text("(optional)"))
	}
	kind := "radio"
	if c.Multiple {
		kind = "checkbox"
	}
	body := []app.UI{legend}
	for i, o := range c.Options {
		box := app.Input().ID(fieldID(c.Form, c.Name) + "-" + strconv.Itoa(i)).Class("choice-input").Type(kind).Name(c.Name).Value(o.Value).
			Checked(c.Form.Has(c.Name, o.Value)).Required(c.Required && !c.Multiple)
		body = append(body, app.Label().Class("choice").Body(box, app.Span().Text(o.Label)))
	}
	return app.FieldSet().Class("fieldset").Aria("describedby", describedBy(c.Form, c.Name, c.Hint)).
		Body(append(body, fieldNotes(c.Form, c.Name, c.Hint)...)...)
}

// Trap is a field for robots: no person sees it, hears of it, or comes to it by keyboard, and no browser fills it in.
// Whoever fills it in is not a person. It is hidden as text for screen readers is, for robots skip what is not displayed.
func Trap(s fullstack.FormState, name string) app.UI {
	return app.Div().Class("visually-hidden").Aria("hidden", "true").Body(
		app.Label().For(fieldID(s, name)).Text("Leave this empty"),
		app.Input().ID(fieldID(s, name)).Type("text").Name(name).TabIndex(-1).Attr("autocomplete", "off"),
	)
}
