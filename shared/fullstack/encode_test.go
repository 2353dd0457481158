//go:build !js

package fullstack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"groundswell/shared/fullstack"
)

// hostile is what people and attackers type.
var hostile = []string{
	`" onfocus=alert(1) autofocus x="`, `'`, `\`, `\" onx="`, "a\x01b\x7f", "ünïcödé 日本 🎉", "a\nb", "a\r\nb", "true", "false", "",
	`</textarea><script>alert(1)</script>`, `</title><script>alert(1)</script>`, "<!--", "-->", "--!>", "&amp;", "&amp", "&#0;", "\xff\xfe", "\xe2\x82",
	"x\x00y", "\t tab ", "\n  <b>", "\n\nx", "\u2028", "a\n  b", "]]>", "<![CDATA[x", "</svg><script>", "`",
}

// carried is what of s a parser can carry at all: no NUL, only UTF-8.
func carried(s string) string { return strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD") }

// parsed is the first element with that tag in what a browser reads.
func parsed(t require.TestingT, markup []byte, tag string) *html.Node {
	doc, err := html.Parse(strings.NewReader("<!doctype html><body>" + string(markup)))
	require.NoError(t, err)
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			return n
		}
	}
	require.Failf(t, "not found", "<%s> in %s", tag, markup)
	return nil
}

func attributesOf(n *html.Node) map[string]string {
	m := map[string]string{}
	for _, a := range n.Attr {
		m[a.Key] = a.Val
	}
	return m
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func encode(t require.TestingT, ui app.UI) []byte {
	out, err := fullstack.AppendHTML(nil, ui)
	require.NoError(t, err)
	return out
}

func TestEncodeCarriesHostileAttributes(t *testing.T) {
	t.Parallel()
	for _, h := range hostile {
		out := encode(t, app.Div().Title("%s", h).DataSet("k", h).Aria("label", h))
		want := map[string]string{}
		if v := carried(strings.TrimSpace(h)); v != "" { // go-app trims and drops empty ones
			want = map[string]string{"title": v, "data-k": v, "aria-label": v}
		}
		require.Equal(t, want, attributesOf(parsed(t, out, "div")), "%s", out)

		out = encode(t, app.Input().Value(h))
		want = map[string]string{"value": carried(h)}
		if h == "" {
			want = map[string]string{}
		}
		require.Equal(t, want, attributesOf(parsed(t, out, "input")), "%s", out)
	}
}

func TestEncodeCarriesHostileText(t *testing.T) {
	t.Parallel()
	contexts := []struct {
		tag  string
		ui   func(h string) app.UI
		want func(h string) string
	}{
		{"p", func(h string) app.UI { return app.P().Text(h) }, nil},
		{"title", func(h string) app.UI { return app.Title().Text(h) }, nil},
		{"textarea", func(h string) app.UI { return app.Textarea().Text(h) }, nil},
		{"textarea", func(h string) app.UI { return app.Textarea().Attr("value", h) }, nil},
		{"pre", func(h string) app.UI { return app.Pre().Text(h) }, nil},
		{"pre", func(h string) app.UI { return app.Pre().Body(app.Code().Text(h), app.Text("\nz")) },
			func(h string) string { return h + "\nz" }},
		{"p", func(h string) app.UI {
			return app.P().Body(app.Text(h), app.Text("B"), app.B().Text("c"), &label{text: h}, app.Text(h))
		}, func(h string) string { return h + "Bc" + h + h }},
		{"text", func(h string) app.UI { return svg(app.Elem("text").XMLNS(svgNS).Body(app.Text(h))) }, nil},
		{"desc", func(h string) app.UI { return svg(app.Elem("desc").XMLNS(svgNS).Body(app.Text(h))) }, nil},
	}
	for _, c := range contexts {
		for _, h := range hostile {
			out := encode(t, app.Div().Body(c.ui(h), app.I()))
			want := h
			if c.want != nil {
				want = c.want(h)
			}
			require.Equal(t, carried(want), textOf(parsed(t, out, c.tag)), "%s", out)
			require.NotContains(t, string(out), "<script")
			require.NoError(t, fullstack.CheckMarkup(out))
		}
	}
}

const svgNS = "http://www.w3.org/2000/svg"

func svg(body ...app.UI) app.UI { return app.Elem("svg").XMLNS(svgNS).Body(body...) }

// label is a component whose root is a text.
type label struct {
	app.Compo
	text string
}

func (l *label) Render() app.UI { return app.Text(l.text) }

func TestEncodeWritesWhatTheClientWouldBuild(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ui   app.UI
		want string
	}{
		"attributes sorted":        {app.Div().Title("c").ID("a").Class("b").Lang("d"), `<div class="b" id="a" lang="d" title="c"></div>`},
		"no white space":           {app.Ul().Body(app.Li().Text("a"), app.Li().Text("b")), `<ul><li>a</li><li>b</li></ul>`},
		"texts kept apart":         {app.P().Body(app.Text("a"), app.Text(""), app.Text("b")), `<p>a<!---->b</p>`},
		"texts of components":      {app.P().Body(app.Text("a"), &label{text: "b"}, app.B(), &label{text: "c"}), `<p>a<!---->b<b></b>c</p>`},
		"texts in a textarea":      {app.Textarea().Body(app.Text("a"), app.Text("b")), `<textarea>ab</textarea>`},
		"false is absent":          {app.Input().Disabled(false).Checked(false).Required(true), `<input required>`},
		"hidden is boolean":        {app.Div().Hidden(true), `<div hidden></div>`},
		"aria is text":             {app.Div().Aria("expanded", false).Aria("busy", true), `<div aria-busy="true" aria-expanded="false"></div>`},
		"set as text by go-app":    {app.Form().NoValidate(true), `<form novalidate="true"></form>`},
		"textarea value":           {app.Textarea().Attr("value", "\n<b>"), "<textarea>\n\n&lt;b&gt;</textarea>"},
		"pre keeps first newline":  {app.Pre().Text("\nx"), "<pre>\n\nx</pre>"},
		"select value":             {app.Select().Attr("value", "b").Body(app.Option().Value("a"), &choice{value: "b"}), `<select><option value="a"></option><option selected value="b"></option></select>`},
		"select value, said twice": {app.Select().Attr("value", "b").Body(app.Option().Selected(true).Value("b")), `<select><option selected value="b"></option></select>`},
		"void":                     {app.P().Body(app.Br(), app.Img().Src("/a.png").Alt("A")), `<p><br><img alt="A" src="/a.png"></p>`},
		"svg children are closed":  {svg(app.ElemSelfClosing("circle").XMLNS(svgNS).Attr("r", 1)), `<svg><circle r="1"></circle></svg>`},
		"svg names keep case":      {svg(app.Elem("linearGradient").XMLNS(svgNS).Attr("gradientUnits", "x")), `<svg><linearGradient gradientUnits="x"></linearGradient></svg>`},
		"html in svg":              {svg(app.Elem("foreignObject").XMLNS(svgNS).Body(app.P().Text("x"))), `<svg><foreignObject><p>x</p></foreignObject></svg>`},
		"script data":              {app.Script().Type("application/json").Text(`{"a":"\u003c"}`), `<script type="application/json">{"a":"\u003c"}</script>`},
		"raw":                      {app.Div().Body(app.Raw("<b>x</b>"), app.Text("y")), `<div><b>x</b>y</div>`},
		"if and range":             {app.Div().Body(app.If(false, nil).Else(func() app.UI { return app.B() }), app.Range([]int{1, 2}).Slice(func(int) app.UI { return app.I() })), `<div><b></b><i></i><i></i></div>`},
		"if at a root":             {&conditional{}, `<b></b>`},
		"OnInit before Render":     {&initialised{}, `<p>ready</p>`},
		"scheme refused":           {app.A().Href("jav\tascript:alert(1)"), `<a href="about:invalid#blocked"></a>`},
		"scheme, other case":       {app.Div().Attr("HREF", "javascript:x"), `<div HREF="about:invalid#blocked"></div>`},
		"scheme in a form":         {app.Form().Action("javascript:x"), `<form action="about:invalid#blocked"></form>`},
		"scheme in a list":         {app.A().Ping("/a data:x"), `<a ping="about:invalid#blocked"></a>`},
		"srcset per candidate":     {app.Img().SrcSet("/a.png 1x").SrcSet("javascript:x 2x"), `<img srcset="/a.png 1x, about:invalid#blocked 2x">`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, string(encode(t, c.ui)))
		})
	}
}

type choice struct {
	app.Compo
	value string
}

func (c *choice) Render() app.UI { return app.Option().Value(c.value) }

type conditional struct{ app.Compo }

func (*conditional) Render() app.UI { return app.If(true, func() app.UI { return app.B() }) }

type initialised struct {
	app.Compo
	text string
}

func (c *initialised) OnInit()        { c.text = "ready" }
func (c *initialised) Render() app.UI { return app.P().Text(c.text) }

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	var noDiv app.HTMLDiv
	for name, c := range map[string]struct {
		ui   app.UI
		want string
	}{
		"attribute name":       {app.Div().Attr(`x onclick=alert(1) y`, "1"), "div: attribute \"x onclick=alert(1) y\" is not allowed"},
		"handler":              {app.Div().Attr("onclick", "x"), `attribute "onclick" is not allowed`},
		"handler, other case":  {app.Div().Attr("oNload", "x"), `attribute "oNload" is not allowed`},
		"style":                {app.Div().Style("color", "red"), `attribute "style" is not allowed`},
		"srcdoc":               {app.IFrame().SrcDoc("<p>"), `attribute "srcdoc" is not allowed`},
		"link by animation":    {svg(app.Elem("set").XMLNS(svgNS).Attr("attributeName", "href")), "attributeName"},
		"false that is true":   {app.Form().NoValidate(false), "leave it out"},
		"tag name":             {app.Elem("a b"), "element <a b> is not allowed"},
		"upper case":           {app.Elem("SCRIPT"), "element <SCRIPT> is not allowed"},
		"noscript":             {app.NoScript(), "element <noscript> is not allowed"},
		"script end":           {app.Script().Text("</SCRIPT >"), "<script>: text would end"},
		"script comment":       {app.Script().Text("<!-- <script>"), "<script>: text would end"},
		"style end":            {app.Style().Text("</style"), "<style>: text would end"},
		"svg style":            {svg(app.Style().Text("<a>")), "namespace"},
		"svg script":           {svg(app.Elem("script").XMLNS(svgNS)), "element <script> is not allowed"},
		"svg without its name": {app.Elem("svg"), "namespace"},
		"svg outside of svg":   {app.Elem("textarea").XMLNS(svgNS), "namespace"},
		"element in textarea":  {app.Textarea().Body(app.B()), "textarea: <textarea> holds no elements"},
		"raw in title":         {app.Title().Body(app.Raw("<b></b>")), "title: <title> holds text only"},
		"raw with a tail":      {app.Raw("<b></b> tail"), "one element"},
		"void with content":    {app.Elem("br").Body(app.Text("x")), "<br> has no content"},
		"iframe with content":  {app.Elem("iframe").Body(app.Text("x")), "<iframe> has no content"},
		"nil":                  {nil, "nil node"},
		"nothing rendered":     {&conditionalNothing{}, "*fullstack_test.conditionalNothing: rendered nothing"},
		"nil rendered":         {&nilRoot{}, "*fullstack_test.nilRoot: rendered nothing"},
		"wrapped element":      {&wrapped{app.Div()}, "unsupported node *fullstack_test.wrapped"},
		"wrapped nil":          {&wrapped{noDiv}, "unsupported node"},
		"a component in itself": {
			&endless{}, "more than 500 levels deep"},
		"where": {
			app.Main().Body(&page{}), `main > *fullstack_test.page > section > p: attribute "style" is not allowed`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := fullstack.AppendHTML(nil, c.ui)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, out)
		})
	}
}

type conditionalNothing struct{ app.Compo }

func (*conditionalNothing) Render() app.UI { return app.If(false, nil) }

type nilRoot struct{ app.Compo }

func (*nilRoot) Render() app.UI { return nil }

type wrapped struct{ app.HTMLDiv }

type endless struct{ app.Compo }

func (e *endless) Render() app.UI { return &endless{} }

type page struct{ app.Compo }

func (*page) Render() app.UI { return app.Section().Body(app.B(), app.P().Style("a", "b")) }

func TestEncodeIsDeterministic(t *testing.T) {
	t.Parallel()
	draw := func() string {
		p := app.Div().ID("a").Class("b").Title("c").Lang("d").Role("e").Dir("ltr")
		for i := range 20 {
			p = p.DataSet(fmt.Sprint(i), i)
		}
		return string(encode(t, p))
	}
	want := draw()
	for range 50 {
		require.Equal(t, want, draw())
	}
}
