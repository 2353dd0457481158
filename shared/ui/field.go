package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fullstack"
)

// Field is a labelled text input. Its value and error come from the form's state; hint and error are tied to it by
// aria-describedby. Fields that may stay empty say so: the others are required.
type Field struct {
	app.Compo
	Form         fullstack.FormState
	Name         string // of the wire
	Label        string
	Hint         string
	Type         string // of the input element; zero: text
	Default      string // shown until something was typed
	Placeholder  string
	AutoComplete string // HTML autofill field: given-name, email, off
	InputMode    string
	MaxLength    int
	Required     bool
	Quiet        bool // optional without saying so: a search field
}

// Render draws label, input, hint and error.
func (f *Field) Render() app.UI {
	id := fieldID(f.Form, f.Name)
	kind := f.Type
	if kind == "" {
		kind = "text"
	}
	input := app.Input().ID(id).Class("input").Type(kind).Name(f.Name).Required(f.Required).
		Value(f.Form.Value(f.Name, f.Default)).Placeholder(f.Placeholder).
		Attr("autocomplete", f.AutoComplete).Attr("inputmode", f.InputMode).
		Aria("invalid", yes(f.Form.Error(f.Name) != "")).Aria("describedby", describedBy(f.Form, f.Name, f.Hint))
	if f.MaxLength > 0 {
		input = input.MaxLength(f.MaxLength)
	}
	return field(f.Form, f.Name, f.Label, f.Hint, f.Required || f.Quiet, input)
}

// Textarea is Field for more than one line.
type Textarea struct {
	app.Compo
	Form      fullstack.FormState
	Name      string
	Label     string
	Hint      string
	Default   string
	MaxLength int
	Required  bool
}

// Render draws label, textarea, hint and error.
func (f *Textarea) Render() app.UI {
	area := app.Textarea().ID(fieldID(f.Form, f.Name)).Class("input").DataSet("kind", "textarea").Name(f.Name).
		Required(f.Required).Text(f.Form.Value(f.Name, f.Default)).
		Aria("invalid", yes(f.Form.Error(f.Name) != "")).Aria("describedby", describedBy(f.Form, f.Name, f.Hint))
	if f.MaxLength > 0 {
		area = area.MaxLength(f.MaxLength)
	}
	return field(f.Form, f.Name, f.Label, f.Hint, f.Required, area)
}

// Option is one choice of a Select. Its value cannot be empty: go-app drops empty attributes.
type Option struct{ Value, Label string }

// Select is a labelled choice from a list.
type Select struct {
	app.Compo
	Form     fullstack.FormState
	Name     string
	Label    string
	Hint     string
	Default  string
	Options  []Option
	Required bool
}

// Render draws label, select, hint and error.
func (f *Select) Render() app.UI {
	chosen := f.Form.Value(f.Name, f.Default)
	options := make([]app.UI, len(f.Options))
	for i, o := range f.Options {
		options[i] = app.Option().Value(o.Value).Selected(o.Value == chosen).Text(o.Label)
	}
	choice := app.Select().ID(fieldID(f.Form, f.Name)).Class("input").DataSet("kind", "select").Name(f.Name).
		Required(f.Required).Aria("invalid", yes(f.Form.Error(f.Name) != "")).
		Aria("describedby", describedBy(f.Form, f.Name, f.Hint)).Body(options...)
	return field(f.Form, f.Name, f.Label, f.Hint, true, choice)
}

// Checkbox is a labelled yes or no, sent as Value (zero: true) when ticked.
type Checkbox struct {
	app.Compo
	Form    fullstack.FormState
	Name    string
	Value   string
	Label   string
	Hint    string
	Default bool

	LinkHref, LinkLabel string // at the end of the hint; "" for none
}

// Render draws the box, its label, hint and error.
func (c *Checkbox) Render() app.UI {
	value := c.Value
	if value == "" {
		value = "true"
	}
	on := c.Default
	if c.Form.Sent() {
		on = c.Form.Has(c.Name, value)
	}
	box := app.Input().ID(fieldID(c.Form, c.Name)).Class("choice-input").Type("checkbox").Name(c.Name).Value(value).
		Checked(on).Aria("invalid", yes(c.Form.Error(c.Name) != "")).Aria("describedby", describedBy(c.Form, c.Name, c.Hint))
	return app.Div().Class("field").Body(append(
		[]app.UI{app.Label().Class("choice").Body(box, app.Span().Text(c.Label))},
		fieldNotes(c.Form, c.Name, c.Hint, c.link()...)...)...)
}

func (c *Checkbox) link() []app.UI {
	if c.LinkHref == "" {
		return nil
	}
	return []app.UI{app.Text(" "), app.A().Href(safeURL(c.LinkHref)).Text(c.LinkLabel)}
}

// FieldError is the problem of a field that is not one of the above, such as a group of radio buttons; its id is
// ErrorID. It draws nothing when there is none.
func FieldError(s fullstack.FormState, name string) app.UI {
	message := s.Error(name)
	return app.If(message != "", func() app.UI {
		return app.P().ID(ErrorID(s, name)).Class("field-error").Body(Icon(IconAlert), app.Span().Text(message))
	})
}

// ErrorID is the id of a field's problem, for aria-describedby.
func ErrorID(s fullstack.FormState, name string) string { return fieldID(s, name) + "-error" }

func field(s fullstack.FormState, name, label, hint string, required bool, control app.UI) app.UI {
	text := app.Label().Class("field-label").For(fieldID(s, name)).Text(label)
	if !required {
		text = text.Body(app.Text(label+" "), app.Span().Class("field-optional").Text("(optional)"))
	}
	return app.Div().Class("field").Body(append([]app.UI{text, control}, fieldNotes(s, name, hint)...)...)
}

func fieldNotes(s fullstack.FormState, name, hint string, more ...app.UI) []app.UI {
	return app.FilterUIElems(
		app.If(hint != "", func() app.UI {
			return app.P().ID(fieldID(s, name) + "-hint").Class("field-hint").Body(append([]app.UI{app.Text(hint)}, more...)...)
		}),
		FieldError(s, name),
	)
}

func describedBy(s fullstack.FormState, name, hint string) string {
	ids := make([]string, 0, 2)
	if hint != "" {
		ids = append(ids, fieldID(s, name)+"-hint")
	}
	if s.Error(name) != "" {
		ids = append(ids, ErrorID(s, name))
	}
	return strings.Join(ids, " ")
}

func fieldID(s fullstack.FormState, name string) string {
	name = strings.ReplaceAll(name, ".", "-") // a dot would have to be escaped wherever the id is selected by
	if s.ID == "" {
		return "field-" + name
	}
	return s.ID + "-" + name
}

// safeURL is named so that every link of the design system visibly passes it.
func safeURL(s string) string { return fullstack.SafeURL(s) }
