//go:build !js

package fullstack_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"groundswell/shared/fullstack"
)

// tree is a page without go-app: what the encoder is given is built from it, what a parser reads is compared with it.
type tree struct {
	tag        string // "" for a text
	text       string
	attributes map[string]string
	component  bool // stands behind a component
	nodes      []*tree
}

func (n *tree) ui() app.UI {
	ui := app.Text(n.text)
	if n.tag != "" {
		el := app.Elem(n.tag)
		for name, value := range n.attributes {
			el = el.Attr(name, value)
		}
		var body []app.UI
		for _, c := range n.nodes {
			body = append(body, c.ui())
		}
		ui = el.Body(body...)
	}
	if n.component {
		return &shown{ui: ui}
	}
	return ui
}

type shown struct {
	app.Compo
	ui app.UI
}

func (s *shown) Render() app.UI { return s.ui }

// rules of a small language whose trees no parser needs to repair.
var (
	phrasing = []string{"b", "i", "span", "em", "input", "br"}
	flow     = []string{"div", "section", "p", "ul", "table", "pre", "textarea", "h1", "select", "label"}
	allowed  = map[string][]string{
		"": flow, "div": flow, "section": flow, "li": flow, "td": flow,
		"p": phrasing, "b": phrasing, "i": phrasing, "span": phrasing, "em": phrasing, "pre": phrasing, "h1": phrasing,
		"label": {"b", "span"}, "ul": {"li"}, "table": {"tbody"}, "tbody": {"tr"}, "tr": {"td"}, "select": {"option"},
	}
	textless = map[string]bool{"ul": true, "table": true, "tbody": true, "tr": true, "select": true, "input": true, "br": true}
)

func drawText(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()).Draw(t, "text")
}

func drawTree(t *rapid.T, tag string, depth int) *tree {
	n := &tree{tag: tag, attributes: map[string]string{}, component: rapid.Bool().Draw(t, "component")}
	for range rapid.IntRange(0, 3).Draw(t, "attributes") {
		name := rapid.SampledFrom([]string{"title", "class", "data-x", "aria-label", "id", "alt"}).Draw(t, "name")
		n.attributes[name] = drawText(t)
	}
	if tag == "input" || tag == "br" {
		return n
	}
	for range rapid.IntRange(0, 4).Draw(t, "nodes") {
		kinds := allowed[tag]
		switch {
		case depth > 0 && len(kinds) > 0 && (textless[tag] || rapid.Bool().Draw(t, "element")):
			n.nodes = append(n.nodes, drawTree(t, rapid.SampledFrom(kinds).Draw(t, "tag"), depth-1))
		case !textless[tag]:
			n.nodes = append(n.nodes, &tree{text: drawText(t), component: rapid.Bool().Draw(t, "component")})
		}
	}
	return n
}

// requireRead compares what a parser read with the tree: every text is a node of its own, but in a textarea.
func requireRead(t require.TestingT, want *tree, got *html.Node) {
	require.Equal(t, want.tag, got.Data)
	attributes := map[string]string{}
	for name, value := range want.attributes {
		if v := carried(strings.TrimSpace(value)); v != "" { // go-app trims and drops empty ones
			attributes[name] = v
		}
	}
	require.True(t, maps.Equal(attributes, attributesOf(got)), "%v %v", attributes, got.Attr)
	var nodes []*html.Node
	for c := range got.ChildNodes() {
		if c.Type != html.CommentNode {
			nodes = append(nodes, c)
		}
	}
	if want.tag == "textarea" {
		var text strings.Builder
		for _, n := range want.nodes {
			text.WriteString(carried(n.text))
		}
		require.Equal(t, text.String(), textOf(got))
		return
	}
	for _, n := range want.nodes {
		if n.tag == "" && n.text == "" {
			continue
		}
		require.NotEmpty(t, nodes, "nothing for %+v", n)
		if n.tag == "" {
			require.Equal(t, html.TextNode, nodes[0].Type)
			require.Equal(t, carried(n.text), nodes[0].Data)
		} else {
			requireRead(t, n, nodes[0])
		}
		nodes = nodes[1:]
	}
	require.Empty(t, nodes)
}

func TestAnyTreeIsReadBackAsItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawTree(t, "div", 4)
		out := encode(t, want.ui())
		require.NoError(t, fullstack.CheckMarkup(out), "%s", out)
		requireRead(t, want, parsed(t, out, "div"))
		require.Equal(t, string(out), string(encode(t, want.ui())))
	})
}

// FuzzEncode puts any strings in every place a string goes; it either refuses or a parser reads them back.
func FuzzEncode(f *testing.F) {
	for i, h := range hostile {
		f.Add(h, "data-x", hostile[len(hostile)-1-i])
	}
	f.Add("x", "onclick", "x")
	f.Add("x", "href", "java\nscript:x")
	f.Add("</script", "srcset", "data:x 1x, /y")
	f.Fuzz(func(t *testing.T, text, name, value string) {
		want := &tree{tag: "div", attributes: map[string]string{"title": value}, nodes: []*tree{
			{text: text}, {text: value, component: true},
			{tag: "textarea", nodes: []*tree{{text: text}, {text: value}}},
			{tag: "pre", nodes: []*tree{{text: text}, {tag: "b", nodes: []*tree{{text: value}}}}},
			{tag: "p", attributes: map[string]string{"class": text, "data-y": value}},
		}}
		out := encode(t, want.ui())
		require.NoError(t, fullstack.CheckMarkup(out), "%s", out)
		requireRead(t, want, parsed(t, out, "div"))
		fuzzAttribute(t, name, value)
		fuzzScript(t, text)
	})
}

func fuzzAttribute(t *testing.T, name, value string) {
	t.Helper()
	out, err := fullstack.AppendHTML(nil, app.Div().Attr(name, value))
	if err != nil {
		return
	}
	got := attributesOf(parsed(t, out, "div"))
	require.LessOrEqual(t, len(got), 1)
	for k, v := range got {
		require.Equal(t, strings.ToLower(name), k)
		require.False(t, strings.HasPrefix(k, "on") || k == "style", "%s", out)
		require.Contains(t, []string{carried(strings.TrimSpace(value)), fullstack.SafeSrcset(carried(strings.TrimSpace(value))), blocked, ""}, v)
	}
}

func fuzzScript(t *testing.T, text string) {
	t.Helper()
	out, err := fullstack.AppendHTML(nil, app.Div().Body(app.Script().Text(text), app.B().Text("end")))
	if err != nil {
		return
	}
	require.Equal(t, text, textOf(parsed(t, out, "script")))
	require.Equal(t, "end", textOf(parsed(t, out, "b")))
}
