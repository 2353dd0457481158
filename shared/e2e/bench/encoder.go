package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"testing"
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
	return errors.Join(failure, benchThousandRows(r))
}

// benchThousandRows makes a page of 1000 rows: the tree alone, the tree encoded, and the same bytes written into a strings.Builder by
// hand, which is the least that any way of making them takes. What the encoder adds to the tree is promised. The
// tree itself is go-app's, a map and boxed values for each element, so its distance to the least is printed only.
func benchThousandRows(r *report) error {
	const n = 1000
	items := make([]item, n)
	for i := range items {
		items[i] = item{i, fmt.Sprintf("Item <%d> & more", i), fmt.Sprintf("$%d.00", i), i%3 == 0}
	}
	var failure error
	var page []byte
	build := func() {
		rows(items)
		for i := range items {
			(&row{Item: items[i]}).Render()
		}
	}
	encode := func() {
		var err error
		if page, err = fullstack.AppendHTML(page[:0], rows(items)); err != nil {
			failure = err
		}
	}
	encode()
	var least string
	write := func() { least = rowsByHand(items) }
	write()
	if failure == nil && len(least) != len(page) {
		failure = fmt.Errorf("1000 rows: %d bytes encoded, %d by hand", len(page), len(least))
	}
	var took [3][]float64
	for range 40 {
		for i, f := range []func(){build, encode, write} {
			start := time.Now()
			for range 5 {
				f()
			}
			took[i] = append(took[i], float64(time.Since(start).Microseconds())/5)
		}
	}
	tree, all := testing.AllocsPerRun(10, build)/n, testing.AllocsPerRun(10, encode)/n
	fmt.Printf("# 1000 rows: the least %.0f µs, the tree %.0f µs and %.1f allocations a row; the least is %.2f of the tree and %.2f of the page (the wish: 0.5, and 3 allocations a row)\n",
		slices.Min(took[2]), slices.Min(took[0]), tree, medianRatio(took[2], took[0]), medianRatio(took[2], took[1]))
	r.atMost("thousand_rows_encoder_vs_build", medianRatio(took[1], took[0]), "ratio", 1.35, slices.Min(took[0]))
	r.atMost("thousand_rows_encoder_allocations", max(all-tree, 0), "allocations/row", 0.1, tree)
	return failure
}

// rowsByHand is what rows encodes to.
func rowsByHand(items []item) string {
	var b strings.Builder
	b.WriteString(`<div id="root"><h1>Items</h1><ul class="list">`)
	for _, i := range items {
		id, name := strconv.Itoa(i.ID), template.HTMLEscapeString(i.Name)
		checked := ""
		if i.Done {
			checked = " checked"
		}
		for _, s := range []string{`<li class="row" id="row-`, id, `"><a class="name" href="/items/`, id, `">`, name, `</a><span class="price">`, i.Price,
			`</span><input aria-label="`, name, `"`, checked, ` name="done" type="checkbox"><button class="del" title="delete `, name, `">x</button></li>`} {
			b.WriteString(s)
		}
	}
	b.WriteString("</ul></div>")
	return b.String()
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
