package fullstack

import (
	"fmt"
	"net/url"
	"strings"
)

// pattern is the path part of a net/http pattern: literal segments, {name} for one segment, {name...} for the rest, a
// trailing slash for a subtree and {$} for exactly that slash. It has no method and no host. It matches the same
// paths as net/http's ServeMux does, so that the browser takes over exactly the URLs the server answers.
type pattern struct {
	segments []segment
}

// segment is one part of a path between slashes.
type segment struct {
	text string // the literal, or the wildcard's name
	kind segmentKind
}

type segmentKind uint8

const (
	literal segmentKind = iota
	end                 // {$}: a path that ends in a slash here
	single              // {name}
	rest                // {name...} or a trailing slash
)

// parsePattern reads a path pattern. An error names the pattern: it is a programming mistake.
func parsePattern(s string) (pattern, error) {
	if !strings.HasPrefix(s, "/") {
		return pattern{}, fmt.Errorf("pattern %q does not start with a slash", s)
	}
	var p pattern
	seen := map[string]bool{}
	parts := strings.Split(s[1:], "/")
	for i, part := range parts {
		seg, err := parseSegment(part, i == len(parts)-1)
		if err != nil {
			return pattern{}, fmt.Errorf("pattern %q: %w", s, err)
		}
		if seg.kind == single || seg.kind == rest && seg.text != "" {
			if seen[seg.text] {
				return pattern{}, fmt.Errorf("pattern %q: {%s} stands twice", s, seg.text)
			}
			seen[seg.text] = true
		}
		p.segments = append(p.segments, seg)
	}
	return p, nil
}

func parseSegment(s string, last bool) (segment, error) {
	name, opened := strings.CutPrefix(s, "{")
	if !opened {
		switch {
		case strings.ContainsAny(s, "{}"):
			return segment{}, fmt.Errorf("%q: a wildcard is a whole segment", s)
		case s == "" && last:
			return segment{kind: rest}, nil
		case s == "":
			return segment{}, fmt.Errorf("an empty segment")
		}
		text, err := url.PathUnescape(s)
		return segment{text: text}, err
	}
	name, closed := strings.CutSuffix(name, "}")
	if !closed {
		return segment{}, fmt.Errorf("%q is not closed", s)
	}
	if name == "$" && last {
		return segment{kind: end}, nil
	}
	seg := segment{text: name, kind: single}
	if short, ok := strings.CutSuffix(name, "..."); ok && last {
		seg = segment{text: short, kind: rest}
	}
	if !wildcardName(seg.text) {
		return segment{}, fmt.Errorf("%q is not a wildcard's name", name)
	}
	return seg, nil
}

func wildcardName(s string) bool {
	for i, c := range s {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// match compares an escaped path, as location.pathname or URL.EscapedPath give it, and returns the decoded values of
// the wildcards. A path the server would clean up first (empty or dot segments) does not match.
func (p pattern) match(path string) (map[string]string, bool) {
	if !strings.HasPrefix(path, "/") {
		return nil, false
	}
	values := map[string]string{}
	left := path[1:]
	for _, seg := range p.segments {
		if left == noSegment {
			return nil, false
		}
		if seg.kind == rest {
			return values, seg.keepRest(values, left)
		}
		part, after, more := strings.Cut(left, "/")
		text, err := url.PathUnescape(part)
		if err != nil {
			return nil, false
		}
		switch seg.kind {
		case literal:
			if text != seg.text {
				return nil, false
			}
		case end:
			return values, left == ""
		case single:
			if text == "" || part == "." || part == ".." {
				return nil, false
			}
			values[seg.text] = text
		}
		if left = after; !more {
			left = noSegment
		}
	}
	return values, left == noSegment
}

// noSegment is what is left of a path after its last segment; a trailing slash leaves "".
const noSegment = "\x00"

func (s segment) keepRest(values map[string]string, left string) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(left, "/"), "/") {
		if part == "." || part == ".." || part == "" && left != "" {
			return false
		}
	}
	text, err := url.PathUnescape(left)
	if s.text != "" {
		values[s.text] = text
	}
	return err == nil
}

// build is match's inverse: the escaped path of the pattern with its wildcards filled in.
func (p pattern) build(values map[string]string) (string, error) {
	var b strings.Builder
	for _, seg := range p.segments {
		b.WriteByte('/')
		switch seg.kind {
		case literal:
			b.WriteString(url.PathEscape(seg.text))
		case single:
			v := values[seg.text]
			if v == "" || v == "." || v == ".." {
				return "", fmt.Errorf("{%s} cannot be %q", seg.text, v)
			}
			b.WriteString(url.PathEscape(v))
		case rest:
			parts := strings.Split(values[seg.text], "/")
			for i := range parts {
				parts[i] = url.PathEscape(parts[i])
			}
			b.WriteString(strings.Join(parts, "/"))
		}
	}
	return b.String(), nil
}

// outranks reports whether p is more specific than q where both match: the first segment in which they differ decides.
func (p pattern) outranks(q pattern) bool {
	for i := range min(len(p.segments), len(q.segments)) {
		if a, b := p.segments[i].kind, q.segments[i].kind; a != b {
			return a < b
		}
	}
	return len(p.segments) > len(q.segments)
}

// routeTable finds the route of a URL.
type routeTable []tableRow

type tableRow struct {
	pattern pattern
	route   Route
}

func newRouteTable(routes []Route) (routeTable, error) {
	t := make(routeTable, 0, len(routes))
	for _, r := range routes {
		p, err := parsePattern(r.Pattern())
		if err != nil {
			return nil, err
		}
		t = append(t, tableRow{p, r})
	}
	return t, nil
}

// find returns the most specific route that matches an escaped path, with the wildcards' values; nil if there is none.
func (t routeTable) find(path string) (Route, map[string]string) {
	var best *tableRow
	var values map[string]string
	for i := range t {
		row := &t[i]
		if v, ok := row.pattern.match(path); ok && (best == nil || row.pattern.outranks(best.pattern)) {
			best, values = row, v
		}
	}
	if best == nil {
		return nil, nil
	}
	return best.route, values
}

// byPattern returns the route declared with exactly this pattern; nil if there is none.
func (t routeTable) byPattern(p string) Route {
	for _, row := range t {
		if row.route.Pattern() == p {
			return row.route
		}
	}
	return nil
}
