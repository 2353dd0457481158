package main

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fullstack"
)

type item struct {
	ID    int
	Name  string
	Price string
	Done  bool
}

type row struct {
	app.Compo
	Item item
}

func (r *row) Render() app.UI {
	return app.Li().Class("row").ID("row-"+strconv.Itoa(r.Item.ID)).Body(
		app.A().Class("name").Href("/items/"+strconv.Itoa(r.Item.ID)).Text(r.Item.Name),
		app.Span().Class("price").Text(r.Item.Price),
		app.Input().Type("checkbox").Name("done").Checked(r.Item.Done).Aria("label", r.Item.Name),
		app.Button().Class("del").Title("delete "+r.Item.Name).Text("x"),
	)
}

func rows(items []item) app.UI {
	list := make([]app.UI, len(items))
	for i := range items {
		list[i] = &row{Item: items[i]}
	}
	return app.Div().ID("root").Body(app.H1().Text("Items"), app.Ul().Class("list").Body(list...))
}

var rowsTemplate = template.Must(template.New("").Parse(`<div id="root"><h1>Items</h1><ul class="list">{{range .}}` +
	`<li class="row" id="row-{{.ID}}"><a class="name" href="/items/{{.ID}}">{{.Name}}</a><span class="price">{{.Price}}</span>` +
	`<input type="checkbox" name="done"{{if .Done}} checked{{end}} aria-label="{{.Name}}"><button class="del" title="delete {{.Name}}">x</button></li>` +
	`{{end}}</ul></div>`))

// benchEncoder compares, in short turns so that the machine's mood is shared, building the tree, building and encoding
// it, and html/template. The fastest of the turns is each one's cost; each is long enough for the garbage collector.
func benchEncoder(_ context.Context, r *report) error {
	items := make([]item, 50)
	for i := range items {
		items[i] = item{i, fmt.Sprintf("Item <%d> & more", i), fmt.Sprintf("$%d.00", i), i%3 == 0}
	}
	var failure error
	build := func() {
		rows(items)
		for i := range items {
			(&row{Item: items[i]}).Render()
		}
	}
	var page []byte
	encode := func() {
		var err error
		if page, err = fullstack.AppendHTML(page[:0], rows(items)); err != nil {
			failure = err
		}
	}
	var buf bytes.Buffer
	templates := func() {
		buf.Reset()
		if err := rowsTemplate.Execute(&buf, items); err != nil {
			failure = err
		}
	}
	var least [3]time.Duration
	for range 150 {
		for i, f := range []func(){build, encode, templates} {
			start := time.Now()
			for range 100 {
				f()
			}
			if took := time.Since(start) / 100; least[i] == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	us := func(i int) float64 { return float64(least[i].Nanoseconds()) / 1000 }
	r.atMost("encoder_vs_build", us(1)/us(0), "ratio", 1.35, us(0))
	r.atMost("encoder_vs_html_template", us(1)/us(2), "ratio", 0.5, us(2))
	return failure
}
