//go:build !js

package fullstack

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
)

func renderForm(t *testing.T, sub *Submission) string {
	t.Helper()
	b, err := AppendHTML(nil, &Form{
		ID: "sign", For: "book.sign", Submitted: sub, Class: "form", Label: "Sign the book",
		Hidden: map[string]string{"slug": "a&b", "also": "1"},
		Fields: func(s FormState) []app.UI {
			return []app.UI{
				app.Input().Name("name").Value(s.Value("name", "Ada")),
				app.Input().Type("checkbox").Name("likes").Value("tea").Checked(s.Has("likes", "tea")),
				app.P().Text("! " + s.Error("name")),
			}
		},
	})
	require.NoError(t, err)
	require.NoError(t, CheckMarkup(b))
	return string(b)
}

func TestAFreshFormIsNative(t *testing.T) {
	t.Parallel()
	require.Equal(t, `<form aria-label="Sign the book" class="form" id="sign" method="post">`+
		`<input name="_form" type="hidden" value="sign"><input name="_fn" type="hidden" value="book.sign">`+
		`<input name="also" type="hidden" value="1"><input name="slug" type="hidden" value="a&amp;b">`+
		`<div class="form-fault" hidden id="sign-fault" role="alert" tabindex="-1"></div>`+
		`<input name="name" value="Ada"><input name="likes" type="checkbox" value="tea"><p>! </p></form>`, renderForm(t, nil))
}

func TestARefusedFormSaysWhyAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	var c fault.Check
	c.Field(false, "name", "Please enter your name.")
	html := renderForm(t, &Submission{Form: "sign", Values: map[string][]string{"name": {"<x>"}, "likes": {"tea"}}, Fault: fault.As(c.Err())})
	require.Contains(t, html, `<div autofocus class="form-fault" id="sign-fault" role="alert" tabindex="-1"><p>Please check one field: Please enter your name.</p></div>`)
	require.Contains(t, html, `<input name="name" value="&lt;x&gt;"><input checked name="likes" type="checkbox" value="tea"><p>! Please enter your name.</p>`)
}

func TestTheRefusalOfAnotherFormIsNotShown(t *testing.T) {
	t.Parallel()
	other := renderForm(t, &Submission{Form: "other", Values: map[string][]string{"name": {"x"}}, Fault: fault.New(fault.Conflict, "Full.")})
	require.Equal(t, renderForm(t, nil), other)
}
