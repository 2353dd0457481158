//go:build !js

package fullstacktest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

// What follows is how a page is tested that comes alive: its behaviour first.

type orderIn struct {
	Name string `json:"name"`
	Milk bool   `json:"milk,omitempty"`
	Size string `json:"size,omitempty"`
}

func (in *orderIn) Validate() error {
	var c fault.Check
	c.Field(in.Name != "nobody", "name", "There is no such person.")
	return c.Err()
}

var order = fullstack.Command[orderIn, string]{Name: "demo.order"}

type orderData struct {
	Done string `json:"done,omitempty"`
	fullstack.Submitted
}

type doneIn struct {
	Done string `param:"done"`
}

var ordering = fullstack.Page[doneIn, orderData]{
	Path: "/order",
	Load: func(_ context.Context, _ fullstack.Caller, in doneIn) (orderData, error) {
		return orderData{Done: in.Done}, nil
	},
	View: func(d orderData) app.UI {
		return app.Main().Body(app.H1().Text("Order"), app.P().ID("done").Text("Done: "+d.Done),
			&fullstack.Form{ID: "order", For: order.Name, Submitted: d.Submission, Fields: func(s fullstack.FormState) []app.UI {
				return []app.UI{
					app.Input().ID("name").Name("name").Required(true).Value(s.Value("name", "")), app.P().ID("problem").Text("? " + s.Error("name")),
					app.Label().For("milk").ID("with").Text("Milk"), app.Input().ID("milk").Type("checkbox").Name("milk").Checked(s.Has("milk", "on")),
					app.Input().ID("small").Type("radio").Name("size").Value("small").Checked(true), app.Input().ID("large").Type("radio").Name("size").Value("large"),
					app.Button().ID("go").Type("submit").Text("Order"),
				}
			}})
	},
	Forms: []fullstack.Action{fullstack.Post(order, func(_ orderIn, out string) string { return "/order?done=" + out })},
}

func orderSite(t *testing.T, orders *[]orderIn) *fullstack.Site {
	t.Helper()
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{})
	fullstack.Handle(fns, fullstack.Policy{Name: "public"}, order, func(_ context.Context, in orderIn) (string, error) {
		*orders = append(*orders, in)
		return "one", nil
	})
	return newSite(t, fns, ordering, gadgets)
}

func newSite(t *testing.T, fns *fullstack.Functions, routes ...fullstack.Route) *fullstack.Site {
	t.Helper()
	site, err := fullstack.NewSite(fullstack.SiteConfig{App: fullstack.App{Routes: routes}, Functions: fns})
	require.NoError(t, err)
	return site
}

func TestAFormIsFilledInAndSent(t *testing.T) {
	t.Parallel()
	var orders []orderIn
	s := fullstacktest.Open(t, orderSite(t, &orders), "/order")
	require.Empty(t, s.Mutations())
	s.Fill("#name", "nobody")
	s.Click("#with")
	s.Click("#large")
	s.Click("#go")
	require.Equal(t, 422, s.Status())
	require.Equal(t, "/order", s.Address())
	require.Empty(t, s.Mutations(), "a refused form is adopted, too")
	require.Equal(t, "? There is no such person.", s.Text("#problem"))
	require.Equal(t, "nobody", s.Value("#name"))
	require.True(t, s.Has("#milk[checked]"))

	s.Fill("#name", "Ada")
	s.Click("#milk") // not any more
	s.Click("#go")
	require.Equal(t, "/order?done=one", s.Address())
	require.Equal(t, "Done: one", s.Text("#done"))
	require.Equal(t, []orderIn{{Name: "Ada", Size: "small"}}, orders)
}

// gadget is a component with one of everything that a handler does.
type gadget struct {
	app.Compo
	seen   []string
	typed  string
	answer string
}

var gadgets = fullstack.Page[struct{}, struct{}]{
	Path: "/gadgets",
	Load: func(context.Context, fullstack.Caller, struct{}) (struct{}, error) { return struct{}{}, nil },
	View: func(struct{}) app.UI { return app.Main().Body(&gadget{}) },
}

func (g *gadget) OnMount(ctx app.Context) {
	ctx.Async(func() {
		answer, err := order.Call(ctx, fullstack.Browser{}, orderIn{Name: "mounted"})
		ctx.Dispatch(func(app.Context) { g.answer = fmt.Sprint(answer, " ", err) })
	})
}

func (g *gadget) note(what string) func(app.Context, app.Event) {
	return func(app.Context, app.Event) { g.seen = append(g.seen, what) }
}

func (g *gadget) Render() app.UI {
	return app.Div().ID("gadget").OnClick(g.note("around")).Body(
		app.P().ID("seen").Text(strings.Join(g.seen, ", ")),
		app.P().ID("answer").Text("Answer: "+g.answer),
		app.P().ID("inside").Text("inside").OnClick(g.note("inside")),
		app.Button().ID("stop").Type("button").OnClick(func(ctx app.Context, e app.Event) {
			e.Call("stopPropagation")
			g.seen = append(g.seen, ctx.JSSrc().Get("id").String()+" of "+ctx.JSSrc().Call("closest", "div").Call("getAttribute", "id").String())
		}),
		app.A().ID("held").Href("/order").OnClick(func(_ app.Context, e app.Event) { e.PreventDefault() }),
		app.Input().ID("box").Type("checkbox").OnChange(func(ctx app.Context, _ app.Event) {
			g.seen = append(g.seen, fmt.Sprint("box ", ctx.JSSrc().Get("checked").Bool()))
		}),
		app.Input().ID("stays").Type("checkbox").OnClick(func(_ app.Context, e app.Event) { e.PreventDefault() }),
		app.Input().ID("field").OnInput(g.ValueTo(&g.typed)).OnChange(func(_ app.Context, e app.Event) {
			g.seen = append(g.seen, "changed to "+e.Get("target").Get("value").String())
		}),
		app.Button().ID("clear").Type("button").OnClick(func(ctx app.Context, _ app.Event) {
			ctx.JSSrc().Call("closest", "div").Get("firstElementChild")
		}),
		app.Details().Body(app.Summary().ID("more").Text("More"), app.Button().ID("deep").Type("button").OnClick(g.note("deep"))),
		app.If(g.typed != "", func() app.UI { return app.B().ID("typed").Text(g.typed) }),
		app.If(g.typed == "late", func() app.UI { return &late{} }),
		app.Button().ID("off").Disabled(true),
		app.A().ID("away").Href("https://elsewhere.example/"),
	)
}

// late looks at its element as soon as it is there.
type late struct{ app.Compo }

func (l *late) OnMount(ctx app.Context) {
	if !ctx.JSSrc().Get("open").Truthy() {
		ctx.JSSrc().Call("showModal")
	}
}

func (l *late) Render() app.UI { return app.Dialog().ID("late") }

func TestHandlersHearWhatABrowserTellsThem(t *testing.T) {
	t.Parallel()
	var orders []orderIn
	s := fullstacktest.Open(t, orderSite(t, &orders), "/gadgets")
	require.Empty(t, s.Mutations(), "what OnMount changes is no difference")
	require.Equal(t, "Answer: one <nil>", s.Text("#answer"))
	require.Equal(t, []orderIn{{Name: "mounted"}}, orders, "Browser called the site in process")
	for _, step := range []struct{ click, seen string }{
		{"#inside", "inside, around"},
		{"#stop", "inside, around, stop of gadget"},
		{"#held", "inside, around, stop of gadget, around"},
		{"#box", "inside, around, stop of gadget, around, around, box true"},
		{"#stays", "inside, around, stop of gadget, around, around, box true, around"},
	} {
		s.Click(step.click)
		require.Equal(t, step.seen, s.Text("#seen"), step.click)
	}
	require.Equal(t, "/gadgets", s.Address(), "the link was held")
	s.Fill("#field", "typed")
	require.Equal(t, "typed", s.Text("#typed"))
	require.Equal(t, "typed", s.Value("#field"))
	require.Contains(t, s.Text("#seen"), "changed to typed")
	require.False(t, s.Has("#late"))
	s.Fill("#field", "late")
	require.True(t, s.Has("#late[open]"), "a component that comes later hears OnMount, too")
	s.Click("#more")
	require.True(t, s.Has("details[open]"))
	s.Click("#deep")
	require.Contains(t, s.Text("#seen"), "deep, around")
}

// A fake that answers what it does not know hides what is broken.
func TestWhatTheFakeCannotDoFailsInWords(t *testing.T) {
	t.Parallel()
	for words, act := range map[string]func(s *fullstacktest.Screen){
		"no property firstElementChild of <div#gadget>": func(s *fullstacktest.Screen) { s.Click("#clear") },
		"has no #nowhere":            func(s *fullstacktest.Screen) { s.Click("#nowhere") },
		"<button#off> is disabled":   func(s *fullstacktest.Screen) { s.Click("#off") },
		"<button#deep> is not shown": func(s *fullstacktest.Screen) { s.Click("#deep") },
		"leads out of this page's":   func(s *fullstacktest.Screen) { s.Click("#away") },
		"no field for text":          func(s *fullstacktest.Screen) { s.Fill("#box", "x") },
	} {
		require.Contains(t, said(t, "/gadgets", act), words)
	}
	require.Contains(t, said(t, "/order", func(s *fullstacktest.Screen) { s.Click("#go") }), `<input#name name="name"> is required`)
}

// said is the first thing a test would have failed with.
func said(t *testing.T, page string, act func(*fullstacktest.Screen)) string {
	t.Helper()
	var orders []orderIn
	site := orderSite(t, &orders)
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() { // Fatalf ends it
		defer close(done)
		act(fullstacktest.Open(r, site, page))
	}()
	<-done
	require.NotEmpty(t, r.said)
	return r.said[0]
}

type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

type mixed struct {
	Lost  string                     `json:"-"`
	Lines fullstack.Static[[]string] `json:"lines"`
}

func TestMutationsSayWhereAViewIsNotPure(t *testing.T) {
	t.Parallel()
	lines := func(d mixed) app.UI {
		return d.Lines.Draw("lines", func(lines []string) app.UI {
			return app.Ul().Body(app.Range(lines).Slice(func(i int) app.UI { return app.Li().Body(app.Raw(`<svg viewBox="0 0 1 1"></svg>`), app.Text(lines[i])) }))
		})
	}
	for name, c := range map[string]struct {
		view func(d mixed) app.UI
		want []string
	}{
		"pure":      {func(d mixed) app.UI { return app.Main().Body(lines(d)) }, nil},
		"two texts": {func(mixed) app.UI { return app.P().Body(app.Text("one"), app.Text("two")) }, nil},
		"a text": {func(d mixed) app.UI { return app.Main().Body(app.H1().Text("It is " + d.Lost)) },
			[]string{`div#app > main:nth-child(1) > h1:nth-child(1): text: the server wrote the text "It is lost", the program draws the text "It is "`}},
		"an attribute": {func(d mixed) app.UI { return app.Main().ID("main").Title(d.Lost) },
			[]string{`main#main: attribute title: the server wrote "lost", the program draws none`}},
		"an element": {func(d mixed) app.UI { return app.Main().Body(app.Elem("x-" + d.Lost)) },
			[]string{`div#app > main:nth-child(1): child 1: the server wrote <x-lost>, the program draws <x->`}},
		"one more": {func(d mixed) app.UI {
			return app.Main().Body(app.Text("a"), app.If(d.Lost != "", func() app.UI { return app.B().ID("b") }))
		},
			[]string{`div#app > main:nth-child(1): child 2: the server wrote <b#b>, the program draws nothing`}},
		"a Static that is looked into": {func(d mixed) app.UI { return app.Main().Body(app.P().Text(len(d.Lines.Value)), lines(d)) },
			[]string{`div#app > main:nth-child(1) > p:nth-child(1): text: the server wrote the text "2", the program draws the text "0"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openMixed(t, c.view)
			require.Equal(t, c.want, s.Mutations())
			if name == "pure" {
				require.Equal(t, "a <b>c", s.Text("ul"))
			}
		})
	}
}

func TestMarkupThatTheParserRepairsIsAMutation(t *testing.T) {
	t.Parallel()
	s := openMixed(t, func(mixed) app.UI { return app.P().ID("p").Body(app.Div()) })
	require.Len(t, s.Mutations(), 1)
	require.Contains(t, s.Mutations()[0], "<div> is written, the parser reads nothing more")
}

func openMixed(t *testing.T, view func(mixed) app.UI) *fullstacktest.Screen {
	t.Helper()
	page := fullstack.Page[struct{}, mixed]{Path: "/mixed", View: view, Load: func(context.Context, fullstack.Caller, struct{}) (mixed, error) {
		return mixed{"lost", fullstack.Static[[]string]{Value: []string{"a <b>", "c"}}}, nil
	}}
	return fullstacktest.Open(t, newSite(t, fullstack.NewFunctions(fullstack.FunctionsConfig{}), page), "/mixed")
}
