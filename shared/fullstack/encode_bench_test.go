//go:build !js

package fullstack

import (
	"bytes"
	"html/template"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

const (
	benchRows  = 50
	benchRound = 100 // long enough for the garbage collector to have its share
)

type benchRow struct {
	app.Compo
	ID          int
	Name, Price string
	Done        bool
}

func (r *benchRow) Render() app.UI {
	id := strconv.Itoa(r.ID)
	return app.Li().Class("row").ID("row-"+id).Body(
		app.A().Class("name").Href("/items/"+id).Text(r.Name),
		app.Span().Class("price").Text(r.Price),
		app.Input().Type("checkbox").Name("done").Checked(r.Done).Aria("label", r.Name),
		app.Button().Class("del").Title("delete "+r.Name).Text("x"),
	)
}

type benchItem struct {
	ID          int
	Name, Price string
	Done        bool
}

var someItems = sync.OnceValue(func() []benchItem {
	items := make([]benchItem, benchRows)
	for i := range items {
		items[i] = benchItem{i, "Item <" + strconv.Itoa(i) + "> & co", strconv.Itoa(i) + ".50 €", i%3 == 0}
	}
	return items
})

func benchPage(row func(i benchItem) app.UI) app.UI {
	items := someItems()
	rows := make([]app.UI, len(items))
	for i, it := range items {
		rows[i] = row(it)
	}
	return app.Div().ID("root").Body(app.H1().Text("Items"), app.Ul().Class("list").Body(rows...))
}

//go:noinline
func component(i benchItem) app.UI { // on the heap for every contestant, as in a page
	return &benchRow{ID: i.ID, Name: i.Name, Price: i.Price, Done: i.Done}
}

func built(i benchItem) app.UI { return component(i).(*benchRow).Render() }

// The contestants make the same page of 50 rows, 252 elements.

func buildOnly() { benchPage(built) }

func buildAndEncode(dst []byte) []byte {
	out, err := AppendHTML(dst[:0], benchPage(component))
	if err != nil {
		panic(err)
	}
	return out
}

func executeTemplate(b *bytes.Buffer) {
	b.Reset()
	if err := benchTemplate.Execute(b, someItems()); err != nil {
		panic(err)
	}
}

var benchTemplate = template.Must(template.New("").Parse(`<div id="root"><h1>Items</h1><ul class="list">{{range .}}` +
	`<li class="row" id="row-{{.ID}}"><a class="name" href="/items/{{.ID}}">{{.Name}}</a><span class="price">{{.Price}}</span>` +
	`<input type="checkbox" name="done"{{if .Done}} checked{{end}} aria-label="{{.Name}}">` +
	`<button class="del" title="delete {{.Name}}">x</button></li>{{end}}</ul></div>`))

func BenchmarkBuildOnly(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		buildOnly()
	}
}

func BenchmarkBuildAndEncode(b *testing.B) {
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = buildAndEncode(dst)
	}
}

func BenchmarkEncodeOnly(b *testing.B) {
	b.ReportAllocs()
	page := benchPage(built)
	var dst []byte
	for b.Loop() {
		var err error
		if dst, err = AppendHTML(dst[:0], page); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTMLTemplate(b *testing.B) {
	b.ReportAllocs()
	var buf bytes.Buffer
	for b.Loop() {
		executeTemplate(&buf)
	}
}

func BenchmarkGoAppHTMLString(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = app.HTMLString(benchPage(component))
	}
}

// BenchmarkEncodeRatios runs the contestants in turn and reports the ratios of their fastest rounds, which a busy machine
// disturbs least. The goals: encode/build at most 1.35, encode/template at most 0.5.
func BenchmarkEncodeRatios(b *testing.B) {
	var dst []byte
	var buf bytes.Buffer
	contestants := []func(){
		buildOnly,
		func() { dst = buildAndEncode(dst) },
		func() { executeTemplate(&buf) },
		func() { _ = app.HTMLString(benchPage(component)) },
	}
	best := make([]time.Duration, len(contestants))
	for b.Loop() {
		for i, run := range contestants {
			start := time.Now()
			for range benchRound {
				run()
			}
			if took := time.Since(start) / benchRound; best[i] == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	b.ReportMetric(float64(best[0].Microseconds()), "build-µs")
	b.ReportMetric(float64(best[1])/float64(best[0]), "encode/build")
	b.ReportMetric(float64(best[1])/float64(best[2]), "encode/template")
	b.ReportMetric(float64(best[1])/float64(best[3]), "encode/go-app")
}
