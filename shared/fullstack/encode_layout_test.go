//go:build !js

package fullstack

import (
	"reflect"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"
)

func TestLayoutOfGoAppIsTheMirrored(t *testing.T) {
	t.Parallel()
	l, err := goApp()
	require.NoError(t, err)
	_, err = mountable()
	require.NoError(t, err)
	for want, ui := range map[nodeKind]app.UI{
		elementNode:   app.Elem("x"),
		textNode:      app.Text("x"),
		rawNode:       app.Raw("<p></p>"),
		selectorNode:  app.If(true, func() app.UI { return app.Div() }),
		componentNode: &still{},
		unknownNode:   &disguised{app.Div()},
	} {
		require.Equal(t, want, l.kind(ui), "%T", ui)
	}
}

type still struct{ app.Compo }

type disguised struct{ app.HTMLDiv }

func TestLayoutThatDiffersIsRefused(t *testing.T) {
	t.Parallel()
	for name, got := range map[string]any{
		"renamed": struct {
			jsvalue app.Value
			parent  app.UI
			value   string
		}{},
		"moved": struct {
			parentElement app.UI
			jsvalue       app.Value
			value         string
		}{},
		"retyped": struct {
			jsvalue       app.Value
			parentElement app.UI
			value         []byte
		}{},
		"more": struct {
			jsvalue       app.Value
			parentElement app.UI
			value         string
			more          int
		}{},
		"no struct": "",
	} {
		require.ErrorContains(t, sameLayout(reflect.TypeOf(got), reflect.TypeFor[textMirror]()), "layout changed", name)
	}
	attributes := reflect.TypeOf(struct{ attributes map[string]any }{})
	require.Error(t, sameLayout(attributes, reflect.TypeOf(struct{ attributes map[string]string }{})))

	require.Error(t, sameLayout(reflect.TypeOf(struct {
		event, scope string
		passive      bool
		goHandler    func()
		jsHandler    app.Func
		close        func()
	}{}), reflect.TypeFor[handlerMirror]()))

	_, err := newLayout(app.Text(""), app.Text(""), app.Raw("<p></p>"))
	require.ErrorContains(t, err, "layout changed")
	_, err = newLayout(app.Div(), app.Raw("<p></p>"), app.Raw("<p></p>"))
	require.ErrorContains(t, err, "layout changed")
}

func TestAppendHTMLLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	out, err := AppendHTML([]byte("before "), app.B())
	require.NoError(t, err)
	require.Equal(t, "before <b></b>", string(out))
	out, err = AppendHTML(out, app.Div().Body(app.I(), app.Elem("no script")))
	require.Error(t, err)
	require.Equal(t, "before <b></b>", string(out))
}
