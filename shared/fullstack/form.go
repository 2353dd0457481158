package fullstack

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// Action is one form a page answers to: a POST to the page's own URL that names it. See Post.
type Action interface {
	FunctionSpec() Spec
	// run decodes the posted values into the command's input, calls it and says where to go.
	run(call func(spec Spec, in, out any) error, decode func(in any) error) (to string, err error)
}

// Post makes a page answer a form for the command: on success the visitor is sent (303) to what done returns, a path
// of this site; a fault shows the page again, 422 or the fault's status, with what was typed (Submission).
func Post[In, Out any](f Function[In, Out], done func(in In, out Out) string) Action {
	return action[In, Out]{f, done}
}

type action[In, Out any] struct {
	function Function[In, Out]
	done     func(In, Out) string
}

func (a action[In, Out]) FunctionSpec() Spec { return a.function.Spec() }

func (a action[In, Out]) run(call func(Spec, any, any) error, decode func(any) error) (string, error) {
	var in In
	var out Out
	if err := decode(&in); err != nil {
		return "", err
	}
	if err := call(a.function.Spec(), &in, &out); err != nil {
		return "", err
	}
	return a.done(in, out), nil
}

// Submission is a form's last attempt: what was typed and why it was refused. The zero value is a fresh form. A page that
// is one visitor's alone has a Key for the next attempt, so that a form sent twice without JavaScript is one command;
// a page that visitors share has none, and its commands need a natural key.
type Submission struct {
	Form   string              `json:"form,omitempty"` // the id of the form it belongs to
	Key    string              `json:"key,omitempty"`
	Values map[string][]string `json:"values,omitempty"`
	Fault  *fault.Error        `json:"fault,omitempty"`
}

// Of reports whether there was an attempt with the form of that ID. It was refused: what hides the form stands open then.
func (s *Submission) Of(form string) bool { return s != nil && s.Form == form }

// Submitted is embedded in a page's data so that the kit can hand the page the form that was just refused.
type Submitted struct {
	Submission *Submission `json:"submission,omitzero"`
}

func (s *Submitted) setSubmission(v *Submission) { s.Submission = v }

type submittable interface{ setSubmission(*Submission) }

// Form is a form that works natively and, once wasm is there, without leaving the page: same URL, same encoding, same
// answer. It shows the fault's sentence above the fields, keeps what was typed, and focuses the first field in error.
type Form struct {
	app.Compo
	ID        string                     // unique in the page
	For       string                     // the command's name, one the page's Forms answer to
	Submitted *Submission                // the page data's Submitted.Submission
	Class     string                     // CSS class of the form element
	Label     string                     // accessible name; "" when a heading inside does
	Hidden    map[string]string          // fixed values sent along
	Fields    func(s FormState) []app.UI // the visible content: fields and the submit button

	state FormState
}

// FormState is what a form's fields are drawn from.
type FormState struct {
	ID      string
	Pending bool // an attempt is on its way: the submit button says so and does nothing
	Fault   *fault.Error
	values  map[string][]string
}

// Busy is the text while an attempt is on its way, and "" otherwise: for the Pending of a button.
func (s FormState) Busy(text string) string {
	if !s.Pending {
		return ""
	}
	return text
}

// Value is what was typed in the field, else def.
func (s FormState) Value(name, def string) string {
	if v, ok := s.values[name]; ok && len(v) > 0 {
		return v[0]
	}
	return def
}

// Has reports whether the field was sent with that value: for checkboxes and multiple choices.
func (s FormState) Has(name, value string) bool {
	return slices.Contains(s.values[name], value)
}

// Sent reports whether there was an attempt, so that an unticked box differs from a fresh one.
func (s FormState) Sent() bool { return s.values != nil }

// Error is what is wrong with the field, "" if nothing.
func (s FormState) Error(name string) string { return s.Fault.Field(name) }
