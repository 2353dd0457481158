//go:build !js

package fullstack_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

// The fixture is a guest book: one query, one command, a public page with a form, a private page and a page that fails.

type signIn struct {
	Name  string   `json:"name"`
	Age   int      `json:"age,omitempty"`
	Loud  bool     `json:"loud,omitempty"`
	Likes []string `json:"likes,omitempty"`
}

func (in *signIn) Validate() error {
	var c fault.Check
	c.Field(in.Name != "", "name", "Please enter your name.")
	c.Field(len(in.Name) <= 100, "name", "Please use at most 100 characters.")
	return c.Err()
}

type signOut struct {
	Line string `json:"line"`
	Key  string `json:"key,omitempty"`
}

type listIn struct {
	Filter string `json:"filter,omitempty"`
}

type listOut struct {
	Lines []string `json:"lines"`
}

var (
	sign = fullstack.Command[signIn, signOut]{Name: "book.sign", LeastTime: time.Second}
	list = fullstack.Query[listIn, listOut]{Name: "book.list"}
)

type bookParams struct {
	Slug   string `param:"slug"`
	Filter string `param:"filter"`
	Page   int    `param:"page"`
}

type bookData struct {
	Slug  string   `json:"slug"`
	Page  int      `json:"page"`
	Lines []string `json:"lines"`
	fullstack.Submitted
}

type book struct {
	loads   atomic.Int64
	signs   atomic.Int64
	down    atomic.Bool
	gone    atomic.Bool
	cache   fullstack.Cache
	lines   atomic.Int64  // changes what list answers
	limited error         // what the limiter says
	started chan struct{} // when set, list announces itself and waits for its context to end or for finish
	finish  chan struct{}
	ended   chan error
}

func (b *book) sign(ctx context.Context, in signIn) (signOut, error) {
	b.signs.Add(1)
	switch in.Name {
	case "panic":
		panic("secret of the panic")
	case "internal":
		return signOut{}, errors.New("secret of the database")
	case "full":
		return signOut{}, fault.New(fault.Conflict, "The book is full.")
	}
	return signOut{Line: in.Name, Key: fullstack.KeyFrom(ctx)}, nil
}

func (b *book) list(ctx context.Context, in listIn) (listOut, error) {
	b.loads.Add(1)
	if b.started != nil {
		b.started <- struct{}{}
		select {
		case <-ctx.Done():
		case <-b.finish:
		}
		b.ended <- ctx.Err()
		if ctx.Err() != nil {
			return listOut{}, ctx.Err()
		}
	}
	if b.down.Load() {
		return listOut{}, fault.After(fault.Unavailable, 5e9, "The book is away.")
	}
	return listOut{Lines: append([]string{"Ada & <Grace>", in.Filter}, make([]string, b.lines.Load())...)}, nil
}

func (b *book) public() fullstack.Page[bookParams, bookData] {
	return fullstack.Page[bookParams, bookData]{
		Path:  "/book/{slug}",
		Cache: b.cache,
		Load: func(ctx context.Context, api fullstack.Caller, p bookParams) (bookData, error) {
			switch p.Slug {
			case "nowhere":
				return bookData{}, fault.New(fault.NotFound, "There is no such book.")
			case "brief":
				if b.gone.Load() {
					return bookData{}, fault.New(fault.Gone, "This book is closed.")
				}
			case "over":
				return bookData{}, fault.New(fault.Gone, "This book is closed.")
			case "next":
				return bookData{}, &fullstack.Redirect{To: p.Filter}
			case "moved":
				return bookData{}, &fullstack.Redirect{To: "/book/new", Permanent: true}
			case "broken":
				panic("secret of the page")
			case "mine":
				return bookData{Slug: fullstack.RequestFrom(ctx).Header.Get("X-Who")}, nil
			}
			out, err := list.Call(ctx, api, listIn{Filter: p.Filter})
			return bookData{Slug: p.Slug, Page: p.Page, Lines: out.Lines}, err
		},
		Head: func(d bookData) fullstack.Head {
			return fullstack.Head{Title: `Book "` + d.Slug + `"`, Description: "a </script> book", JSONLD: func(func(string) string) any { return map[string]string{"x": "</script>"} }}
		},
		View: func(d bookData) app.UI {
			return app.Main().Body(app.H1().Text(d.Slug), &fullstack.Form{
				ID: "sign", For: sign.Name, Submitted: d.Submission,
				Fields: func(s fullstack.FormState) []app.UI {
					return []app.UI{app.Input().Name("name").Value(s.Value("name", "")), app.P().Class("error").Text("E:" + s.Error("name"))}
				},
			})
		},
		Forms: []fullstack.Action{fullstack.Post(sign, func(in signIn, out signOut) string { return "/book/thanks?filter=" + out.Line })},
	}
}

func setup(t *testing.T) (*book, *fullstack.Site) {
	t.Helper()
	return setupWith(t, func(*book, *fullstack.SiteConfig) {})
}

// setupFresh keeps shared pages for so long without asking.
func setupFresh(t *testing.T, fresh time.Duration) (*book, *fullstack.Site) {
	t.Helper()
	return setupWith(t, func(b *book, _ *fullstack.SiteConfig) { b.cache.Fresh = fresh })
}

func setupWith(t *testing.T, change func(*book, *fullstack.SiteConfig)) (*book, *fullstack.Site) {
	t.Helper()
	b := &book{}
	log := slog.New(slog.DiscardHandler)
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{
		Log: log, RequestID: func(context.Context) string { return "req-1" },
		Limit: func(context.Context, fullstack.Rate) error { return b.limited }, BodyWithin: bodyWithin,
	})
	public := fullstack.Policy{Name: "public"}
	fullstack.Handle(fns, public, sign, b.sign)
	fullstack.Handle(fns, public, list, b.list)
	cfg := fullstack.SiteConfig{
		App: fullstack.App{
			Name: "Guest books",
			ErrorView: func(f *fault.Error) app.UI {
				return app.Main().Body(app.H1().Text(string(f.Code)), app.P().Text(f.Message))
			},
			OfflineView: func() app.UI { return app.Main().Body(app.H1().Text("offline")) },
		},
		Functions: fns,
		Origin:    "https://books.example.org",
		CSS:       []byte("body{color:red}"),
		Icons:     fstest.MapFS{"icon-192.png": {Data: []byte("png")}, "icon-maskable-512.png": {Data: []byte("png2")}},
		Log:       log,
	}
	change(b, &cfg)
	cfg.App.Routes = append(cfg.App.Routes, b.public())
	site, err := fullstack.NewSite(cfg)
	require.NoError(t, err)
	return b, site
}
