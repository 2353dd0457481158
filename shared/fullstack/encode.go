//go:build !js

package fullstack

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// maxDepth is where browsers stop nesting elements (Blink and Gecko flatten past 512); it also ends a component that
// renders itself.
const maxDepth = 500

// AppendHTML appends the tree to dst as the HTML a browser parses back into exactly that tree: no added white space, values
// escaped, attributes sorted, `<!---->` between texts that would run together. The same tree gives the same bytes.
// It calls OnInit and Render of each component as the client does at its first mount, and nothing else.
//
// It refuses, naming the path of components and elements: what it cannot read, what a browser would parse into
// something else (a name, void content, nesting too deep), inline handlers and styles, which the page's security
// policy forbids. A URL with a scheme that SafeURL refuses is replaced. Raw is written as it is: its author vouches
// for it. A tree that the parser repairs (a block in a p, a tr without tbody) is CheckMarkup's to find.
// After an error dst is returned as it was.
func AppendHTML(dst []byte, ui app.UI) ([]byte, error) { return appendHTML(dst, ui, nil, nil) }

// appendHTML is AppendHTML that shows flush, if there is one, what stands before each part that it has to wait for: dst and
// all of the tree so far. With live it writes a tree that is mounted.
func appendHTML(dst []byte, ui app.UI, flush func([]byte), live *liveTree) ([]byte, error) {
	l, err := goApp()
	if err != nil {
		return dst, err
	}
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.layout, e.out, e.err, e.afterText, e.flush, e.live, e.unsure = l, dst, nil, false, flush, live, 0
	e.path = e.path[:0]
	e.node(ui, &parentNode{}, 0)
	out, err := e.out, e.failure()
	e.out, e.flush, e.live = nil, nil, nil
	if err != nil {
		return dst, err
	}
	return out, nil
}

// encoders holds scratch memory only, never a value of a request.
var encoders = sync.Pool{New: func() any { return new(encoder) }}

// encoder walks one tree. After err is set every method returns at once and path grows from the node that failed up
// to the root.
type encoder struct {
	layout    *layout
	out       []byte
	afterText bool // the last thing written is text: more text would run together with it
	err       error
	path      []string
	flush     func([]byte)
	unsure    int // elements around whose beginning may yet change
	live      *liveTree
}

// parentNode is what a node must know of the elements around it.
type parentNode struct {
	tag       string
	namespace string
	holds     content
	choice    *string // value of the select around: marks the option
}

func (e *encoder) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

func (e *encoder) failure() error {
	if e.err == nil {
		return nil
	}
	if len(e.path) == 0 {
		return fmt.Errorf("encode HTML: %w", e.err)
	}
	slices.Reverse(e.path)
	return fmt.Errorf("encode HTML: %s: %w", strings.Join(e.path, " > "), e.err)
}

// leave notes the node that is being left because something in it failed.
func (e *encoder) leave(name string) { e.path = append(e.path, name) }

func (e *encoder) node(v app.UI, parent *parentNode, depth int) {
	if v == nil {
		e.fail("nil node")
		return
	}
	if depth > maxDepth {
		e.fail("more than %d levels deep", maxDepth)
		return
	}
	switch e.layout.kind(v) {
	case textNode:
		e.text((*textMirror)(pointerOf(v)), parent)
	case elementNode:
		e.live.element(v)
		e.element((*elementMirror)(pointerOf(v)), parent, depth)
	case componentNode:
		e.component(v.(app.Composer), parent, depth)
	case initializerNode:
		if e.live == nil {
			v.(app.Initializer).OnInit()
		}
		e.component(v.(app.Composer), parent, depth)
	case rawNode:
		e.raw((*rawMirror)(pointerOf(v)), parent)
	case selectorNode:
		e.selector(v, parent, depth)
	default:
		e.fail("unsupported node %T", v)
	}
}

func (e *encoder) component(c app.Composer, parent *parentNode, depth int) {
	if a, ok := c.(*awaited); ok && e.flush != nil && e.unsure == 0 && !isClosed(a.done) {
		e.flush(e.out)
	}
	var root app.UI
	if e.live == nil {
		root = c.Render()
	} else {
		root = e.live.component(c)
	}
	if root == nil {
		e.fail("rendered nothing")
	} else {
		e.node(root, parent, depth+1)
	}
	if e.err != nil {
		e.leave(reflect.TypeOf(c).String())
	}
}

// selector writes what an If or Range at the root of a component holds: the first node, as the client does.
func (e *encoder) selector(v app.UI, parent *parentNode, depth int) {
	nodes := app.FilterUIElems(v)
	if len(nodes) == 0 {
		e.fail("rendered nothing")
		return
	}
	e.node(nodes[0], parent, depth+1)
}

func (e *encoder) raw(r *rawMirror, parent *parentNode) {
	switch {
	case r == nil:
		e.fail("nil node")
	case parent.holds != markup:
		e.fail("<%s> holds text only", parent.tag)
	case len(r.value) == 0 || r.value[len(r.value)-1] != '>':
		e.fail("raw HTML must be one element")
	default:
		e.out = append(e.out, r.value...)
		e.afterText = false
	}
}

func (e *encoder) text(t *textMirror, parent *parentNode) {
	switch {
	case t == nil:
		e.fail("nil node")
		return
	case t.value == "":
		return
	case parent.holds == rawText:
		e.rawText(t.value, parent.tag)
		return
	case e.afterText && parent.holds == markup:
		e.out = append(e.out, "<!---->"...)
	}
	e.out = appendEscaped(e.out, t.value)
	e.afterText = true
}

var errRawText = errors.New("text would end the element or be changed by the parser")

// rawText writes the text of a script or style, where nothing can be escaped.
func (e *encoder) rawText(s, tag string) {
	if !safeRawText(s, tag) {
		e.fail("<%s>: %w", tag, errRawText)
		return
	}
	e.out = append(e.out, s...)
}

func (e *encoder) element(el *elementMirror, parent *parentNode, depth int) {
	switch {
	case el == nil:
		e.fail("nil node")
		return
	case parent.holds != markup:
		e.fail("<%s> holds no elements", parent.tag)
		return
	}
	e.open(el, parent, depth)
	if e.err != nil {
		e.leave(el.tag)
	}
}

func (e *encoder) open(el *elementMirror, parent *parentNode, depth int) {
	inside := parentNode{tag: el.tag, namespace: el.xmlns, choice: parent.choice}
	if !e.inside(&inside, parent) {
		return
	}
	out := append(append(e.out, '<'), el.tag...)
	var value *string
	if len(el.attributes) > 0 {
		out, value = e.attributes(out, el, &inside)
	}
	e.out = append(e.live.mark(out), '>')
	e.afterText = false
	if e.err != nil {
		return
	}
	if inside.holds >= nothing && len(el.children) > 0 {
		e.fail("<%s> has no content", el.tag)
		return
	}
	if inside.holds == voidElement {
		return
	}
	start := len(e.out)
	drops := dropsFirstNewline(el.tag)
	if drops {
		e.unsure++
	}
	if value != nil {
		e.out = appendEscaped(e.out, *value)
	} else {
		e.children(el.children, &inside, depth)
	}
	if drops {
		e.unsure--
		if startsWithNewline(e.out[start:]) {
			e.out = slices.Insert(e.out, start, '\n')
		}
	}
	e.out = append(append(append(e.out, '<', '/'), el.tag...), '>')
	e.afterText = false
}

// inside completes what the children of an element will know of it; false when the element must not be written.
func (e *encoder) inside(in, parent *parentNode) bool {
	if want := namespaceOf(in.tag, parent.namespace); in.namespace != want {
		e.fail("<%s> has namespace %q, where a browser reads %q", in.tag, in.namespace, want)
		return false
	}
	var ok bool
	if in.namespace == "" {
		in.holds, ok = contentOf(in.tag)
	} else {
		in.holds, ok = foreignContentOf(in.tag)
	}
	if !ok {
		e.fail("element <%s> is not allowed", in.tag)
	}
	if in.tag == "foreignObject" {
		in.namespace = ""
	}
	return ok
}

func (e *encoder) children(nodes []app.UI, parent *parentNode, depth int) {
	for _, child := range nodes {
		if e.node(child, parent, depth+1); e.err != nil {
			return
		}
	}
}
