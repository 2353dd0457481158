package main

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"slices"
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
// it, and html/template. A ratio is the median of the turns'; each turn is long enough for the garbage collector.
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
	var took [3][]float64
	for range 150 {
		for i, f := range []func(){build, encode, templates} {
			start := time.Now()
			for range 100 {
				f()
			}
			took[i] = append(took[i], float64(time.Since(start).Nanoseconds())/100/1000)
		}
	}
	r.atMost("encoder_vs_build", medianRatio(took[1], took[0]), "ratio", 1.35, slices.Min(took[0]))
	r.atMost("encoder_vs_html_template", medianRatio(took[1], took[2]), "ratio", 0.5, slices.Min(took[2]))
	return failure
}

// medianRatio is the median of the ratios a/b, turn by turn.
func medianRatio(a, b []float64) float64 {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = a[i] / b[i]
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}
