package fullstack

import (
	"maps"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Render draws the form: what tells the server which form it is, the fault's sentence, then the fields. The sentence's
// element is always there, empty or not, because go-app matches children by position and would build the fields anew.
func (f *Form) Render() app.UI {
	s := f.current()
	content := []app.UI{hidden(fieldForm, f.ID), hidden(fieldFunction, f.For)}
	if f.Submitted != nil && f.Submitted.Key != "" {
		content = append(content, hidden(fieldKey, attemptOf(f.Submitted.Key, f.ID)))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Hidden)) {
		content = append(content, hidden(name, f.Hidden[name]))
	}
	content = append(content, f.renderFault(s))
	if f.Fields != nil {
		content = append(content, f.Fields(s)...)
	}
	form := app.Form().ID(f.ID).Method("post").Class(f.Class).Body(content...)
	if f.Label != "" {
		form = form.Aria("label", f.Label)
	}
	if s.Pending {
		form = form.Aria("busy", "true")
	}
	return f.upgrade(form)
}

// current is the state to draw: the last attempt made in this browser, else the one the server refused.
func (f *Form) current() FormState {
	s := f.state
	if s.values == nil && f.Submitted != nil && f.Submitted.Form == f.ID {
		s.values, s.Fault = f.Submitted.Values, f.Submitted.Fault
		if s.values == nil {
			s.values = map[string][]string{}
		}
	}
	s.ID = f.ID
	return s
}

// renderFault is the summary of what was refused. Without JavaScript the new document focuses it; the browser program
// focuses the first field in error instead.
func (f *Form) renderFault(s FormState) app.UI {
	box := app.Div().ID(faultID(f.ID)).Class("form-fault").Role("alert").TabIndex(-1)
	if s.Fault == nil {
		return box.Hidden(true)
	}
	return box.Hidden(false).Attr("autofocus", true).Body(app.P().Text(s.Fault.Message))
}

// attemptOf is the page's key for one of its forms.
func attemptOf(key, form string) string {
	both := key + "-" + form
	if !goodKey(both) {
		return key
	}
	return both
}

func faultID(form string) string { return form + "-fault" }

func hidden(name, value string) app.UI {
	return app.Input().Type("hidden").Name(name).Value(value)
}
