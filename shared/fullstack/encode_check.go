//go:build !js

package fullstack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// CheckMarkup is for tests: it fails when an HTML parser builds another tree from the markup than the one that is
// written there, which is what the client builds, so that hydration would not find it. Such are a block in a p, a tr
// without tbody, a nested a, form or button, text in a table, an end tag that is missing. It also refuses interactive
// elements within a link or button. The markup is a whole document, with all its tags, or what stands in a body.
func CheckMarkup(markup []byte) error {
	written, err := writtenTree(markup)
	if err != nil {
		return fmt.Errorf("check markup: %w", err)
	}
	parsed, err := parsedTree(markup)
	if err != nil {
		return fmt.Errorf("check markup: %w", err)
	}
	if err := compareTrees(written, parsed, []string{"the markup"}); err != nil {
		return fmt.Errorf("check markup: %w", err)
	}
	if err := checkInteractive(written, ""); err != nil {
		return fmt.Errorf("check markup: %w", err)
	}
	return nil
}

// markupNode is an element (tag), a text (text) or a comment (neither) of either tree. The root has no tag.
type markupNode struct {
	tag    string
	text   string
	hidden bool // <input type="hidden">
	nodes  []*markupNode
}

func (n *markupNode) String() string {
	switch {
	case n == nil:
		return "nothing more"
	case n.tag != "":
		return "<" + n.tag + ">"
	case n.text != "":
		return fmt.Sprintf("text %.40q", n.text)
	}
	return "a comment"
}

func (n *markupNode) add(child *markupNode) {
	if child.text != "" {
		if last := len(n.nodes) - 1; last >= 0 && n.nodes[last].text != "" {
			n.nodes[last].text += child.text
			return
		}
	}
	n.nodes = append(n.nodes, child)
}

// writtenTree takes the tags at their word.
func writtenTree(markup []byte) (*markupNode, error) {
	open := []*markupNode{{}}
	z := html.NewTokenizer(bytes.NewReader(markup))
	for {
		z.Next()
		token := z.Token()
		top := open[len(open)-1]
		switch token.Type {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				return nil, z.Err()
			}
			if len(open) > 1 {
				return nil, fmt.Errorf("%s is not closed", top)
			}
			return open[0], nil
		case html.TextToken:
			addText(top, token.Data)
		case html.CommentToken:
			top.add(&markupNode{})
		case html.StartTagToken, html.SelfClosingTagToken:
			n := &markupNode{tag: token.Data, hidden: isHiddenInput(token.Data, token.Attr)}
			top.add(n)
			if !closedAtOnce(token, open) {
				open = append(open, n)
			}
		case html.EndTagToken:
			if top.tag != token.Data {
				return nil, fmt.Errorf("</%s> where %s is open", token.Data, top)
			}
			open = open[:len(open)-1]
		}
	}
}

func isHiddenInput(tag string, attrs []html.Attribute) bool {
	return tag == "input" && slices.ContainsFunc(attrs, func(a html.Attribute) bool {
		return a.Key == "type" && strings.EqualFold(a.Val, "hidden")
	})
}

func closedAtOnce(token html.Token, open []*markupNode) bool {
	foreign := slices.ContainsFunc(open, func(n *markupNode) bool { return n.tag == "svg" || n.tag == "math" })
	if foreign || token.Data == "svg" || token.Data == "math" {
		return token.Type == html.SelfClosingTagToken
	}
	holds, _ := contentOf(token.Data)
	return holds == voidElement || token.DataAtom == atom.Base
}

func addText(n *markupNode, text string) {
	if dropsFirstNewline(n.tag) && len(n.nodes) == 0 {
		text = strings.TrimPrefix(text, "\n")
	}
	if text != "" {
		n.add(&markupNode{text: text})
	}
}

func parsedTree(markup []byte) (*markupNode, error) {
	root := &markupNode{}
	if isDocument(markup) {
		doc, err := html.Parse(bytes.NewReader(markup))
		if err != nil {
			return nil, err
		}
		addParsed(root, doc)
		return root, nil
	}
	nodes, err := html.ParseFragment(bytes.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	for _, n := range nodes {
		root.add(parsedNode(n))
	}
	return root, err
}

func isDocument(markup []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(markup[:min(len(markup), 64)]))
	return bytes.HasPrefix(start, []byte("<!doctype")) || bytes.HasPrefix(start, []byte("<html"))
}

func addParsed(to *markupNode, from *html.Node) {
	for c := range from.ChildNodes() {
		if c.Type != html.DoctypeNode {
			to.add(parsedNode(c))
		}
	}
}

func parsedNode(n *html.Node) *markupNode {
	switch n.Type {
	case html.ElementNode:
		// The tokenizer writes the names of SVG in lower case.
		m := &markupNode{tag: strings.ToLower(n.Data), hidden: isHiddenInput(n.Data, n.Attr)}
		addParsed(m, n)
		return m
	case html.TextNode:
		return &markupNode{text: n.Data}
	}
	return &markupNode{}
}

// compareTrees names the first place where the parser did something else.
func compareTrees(written, parsed *markupNode, path []string) error {
	for i := range max(len(written.nodes), len(parsed.nodes)) {
		w, p := nodeAt(written, i), nodeAt(parsed, i)
		if w == nil || p == nil || w.tag != p.tag || w.text != p.text {
			return fmt.Errorf("in %s, child %d: %s is written, the parser reads %s", strings.Join(path, " > "), i, w, p)
		}
		if err := compareTrees(w, p, append(path, w.tag)); err != nil {
			return err
		}
	}
	return nil
}

func nodeAt(n *markupNode, i int) *markupNode {
	if i < len(n.nodes) {
		return n.nodes[i]
	}
	return nil
}

// checkInteractive refuses interactive content within a link, button or label; within is the nearest such element. A
// label may hold its control.
func checkInteractive(n *markupNode, within string) error {
	for _, c := range n.nodes {
		if within != "" && isInteractive(c) && (within != "label" || c.tag == "label") {
			return fmt.Errorf("<%s> stands within <%s>: one of them is out of reach of the keyboard", c.tag, within)
		}
		inside := within
		if c.tag == "a" || c.tag == "button" || c.tag == "label" {
			inside = c.tag
		}
		if err := checkInteractive(c, inside); err != nil {
			return err
		}
	}
	return nil
}

func isInteractive(n *markupNode) bool {
	switch n.tag {
	case "a", "button", "details", "embed", "iframe", "label", "select", "textarea":
		return true
	case "input":
		return !n.hidden
	}
	return false
}
