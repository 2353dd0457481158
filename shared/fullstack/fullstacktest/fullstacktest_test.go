//go:build !js

package fullstacktest_test

import (
	"context"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

// What follows is how a page is tested: a function, a page that calls it, and answers in place of the service.

type greetIn struct {
	Name string `json:"name" param:"name"`
}

var greet = fullstack.Query[greetIn, string]{Name: "demo.greet"}

var greeting = fullstack.Page[greetIn, string]{
	Path: "/hello/{name}",
	Load: func(ctx context.Context, api fullstack.Caller, p greetIn) (string, error) {
		return greet.Call(ctx, api, p)
	},
	Head: func(line string) fullstack.Head { return fullstack.Head{Title: line} },
	View: func(line string) app.UI { return app.Main().Body(app.H1().Text(line), app.A().Href("/").Text("Back")) },
}

func TestAPageIsTestedWithAnswersInPlaceOfItsService(t *testing.T) {
	t.Parallel()
	answers := fullstacktest.Answers{"demo.greet": func(in greetIn) (string, error) {
		if in.Name == "nobody" {
			return "", fault.New(fault.NotFound, "There is nobody here.")
		}
		return "Hello <" + in.Name + ">", nil
	}}
	line, err := greeting.Load(t.Context(), answers, greetIn{Name: "Ada"})
	require.NoError(t, err)
	page := fullstacktest.View(t, greeting.View(line))
	require.Equal(t, "Hello <Ada>", page.Text("main > h1"))
	require.Equal(t, "/", page.Attr("a", "href"))
	require.False(t, page.Has("ada"), "text stays text")
	require.Equal(t, "Hello <Ada>", greeting.Head(line).Title)

	_, err = greeting.Load(t.Context(), answers, greetIn{Name: "nobody"})
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
	line, err = greeting.Load(t.Context(), fullstacktest.Answers{"demo.greet": "fixed"}, greetIn{})
	require.NoError(t, err)
	require.Equal(t, "fixed", line)
	_, err = greeting.Load(t.Context(), fullstacktest.Answers{}, greetIn{})
	require.ErrorContains(t, err, "demo.greet", "it says what is missing")
}

func TestASiteIsTestedInProcess(t *testing.T) {
	t.Parallel()
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{})
	fullstack.Handle(fns, fullstack.Policy{Name: "public"}, greet, func(_ context.Context, in greetIn) (string, error) { return "Hello " + in.Name, nil })
	site, err := fullstack.NewSite(fullstack.SiteConfig{App: fullstack.App{Routes: []fullstack.Route{greeting}}, Functions: fns})
	require.NoError(t, err)
	page := fullstacktest.Get(t, site, "/hello/Ada")
	require.Equal(t, 200, page.Status)
	require.Equal(t, "Hello Ada", page.Text("title"))
	require.Equal(t, "Hello Ada", fullstacktest.JSON[string](t, fullstacktest.Get(t, site, "/fn/demo.greet?name=Ada")))
	require.Equal(t, 405, fullstacktest.Post(t, site, "/hello/Ada", nil).Status)
}
