//go:build !js

package fullstacktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// differences says in words where the program's tree is another than the server's. Comments, which keep texts apart, do not
// count. What stands in an element that is another is not looked at.
func differences(server, program *html.Node) []string {
	return compare(nil, name(server), server, program)
}

func compare(found []string, path string, server, program *html.Node) []string {
	note := func(kind, theirs, ours string) {
		found = append(found, fmt.Sprintf("%s: %s: the server wrote %s, the program draws %s", path, kind, theirs, ours))
	}
	was, is := attributes(server), attributes(program)
	for _, attr := range slices.Sorted(maps.Keys(merged(was, is))) {
		a, hadIt := was[attr]
		b, hasIt := is[attr]
		if a != b || hadIt != hasIt {
			note("attribute "+attr, valueOr(a, hadIt), valueOr(b, hasIt))
		}
	}
	theirs, ours := children(server), children(program)
	nth := 0
	for i := range max(len(theirs), len(ours)) {
		a, b := at(theirs, i), at(ours, i)
		if b != nil && b.Type == html.ElementNode {
			nth++
		}
		switch {
		case a == nil || b == nil || a.Type != b.Type || a.Type == html.ElementNode && (a.Data != b.Data || a.Namespace != b.Namespace):
			note(fmt.Sprintf("child %d", i+1), describe(a), describe(b))
		case a.Type == html.ElementNode:
			inside := name(b)
			if !has(b, "id") {
				inside = fmt.Sprintf("%s > %s:nth-child(%d)", path, b.Data, nth)
			}
			found = compare(found, inside, a, b)
		case a.Data != b.Data:
			note("text", describe(a), describe(b))
		}
	}
	return found
}

func attributes(n *html.Node) map[string]string {
	all := make(map[string]string, len(n.Attr))
	for _, a := range n.Attr {
		all[strings.TrimPrefix(a.Namespace+":"+a.Key, ":")] = a.Val
	}
	return all
}

func merged(a, b map[string]string) map[string]string {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

func valueOr(s string, there bool) string {
	if !there {
		return "none"
	}
	return fmt.Sprintf("%q", s)
}

func children(n *html.Node) []*html.Node {
	var kept []*html.Node
	for c := range n.ChildNodes() {
		if c.Type != html.CommentNode {
			kept = append(kept, c)
		}
	}
	return kept
}

func at(nodes []*html.Node, i int) *html.Node {
	if i < len(nodes) {
		return nodes[i]
	}
	return nil
}

func describe(n *html.Node) string {
	switch {
	case n == nil:
		return "nothing"
	case n.Type == html.ElementNode:
		return "<" + strings.TrimPrefix(n.Namespace+":"+name(n), ":") + ">"
	}
	return fmt.Sprintf("the text %.60q", n.Data)
}

func name(n *html.Node) string {
	if has(n, "id") {
		return n.Data + "#" + attr(n, "id")
	}
	return n.Data
}
