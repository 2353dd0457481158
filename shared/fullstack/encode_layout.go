//go:build !js

package fullstack

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// go-app gives no access to what an element holds, so the encoder reads its private structs through mirrors of them.
// layoutError compares the mirrors with the real types, once, before anything is read; go.mod pins the version.

type elementMirror struct {
	tag           string
	xmlns         string
	treeDepth     uint
	isSelfClosing bool
	jsElement     app.Value
	attributes    map[string]string
	eventHandlers map[string]struct{}
	parentElement app.UI
	children      []app.UI
}

type textMirror struct {
	jsvalue       app.Value
	parentElement app.UI
	value         string
}

type rawMirror struct {
	jsElement     app.Value
	parentElement app.UI
	treeDepth     uint
	tag           string
	value         string
}

// nodeKind is what a node of the tree is to the encoder.
type nodeKind uint8

const (
	unknownNode nodeKind = iota
	elementNode
	textNode
	rawNode
	componentNode
	initializerNode // a component with OnInit
	selectorNode    // If and Range: what they hold stands in their place
)

// kindBits masks a nodeKind in the low bits of an aligned address.
const kindBits = 7

// layout is what was learned about go-app's types. Its kinds are a cache and safe for concurrent use.
type layout struct {
	element, text, raw reflect.Type
	kinds              sync.Map            // reflect.Type -> nodeKind
	recent             [256]atomic.Uintptr // the same, found by a method table's address: see kind
}

// goApp is the layout of the linked go-app, or why it must not be read.
var goApp = sync.OnceValues(func() (*layout, error) {
	return newLayout(app.Div(), app.Text(""), app.Raw("<p></p>"))
})

func newLayout(element, text, raw app.UI) (*layout, error) {
	base, err := embeddedElement(reflect.TypeOf(element))
	if err != nil {
		return nil, err
	}
	l := &layout{element: base, text: reflect.TypeOf(text), raw: reflect.TypeOf(raw)}
	if l.text.Kind() != reflect.Pointer || l.raw.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("go-app's layout changed: %v and %v are not pointers", l.text, l.raw)
	}
	return l, errors.Join(
		sameLayout(base, reflect.TypeFor[elementMirror]()),
		sameLayout(l.text.Elem(), reflect.TypeFor[textMirror]()),
		sameLayout(l.raw.Elem(), reflect.TypeFor[rawMirror]()),
	)
}

// embeddedElement is the one field that every concrete element of go-app consists of.
func embeddedElement(t reflect.Type) (reflect.Type, error) {
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 1 {
		if f := t.Elem().Field(0); f.Name == "htmlElement" && f.Anonymous {
			return f.Type, nil
		}
	}
	return nil, fmt.Errorf("go-app's layout changed: %v is not a pointer to {htmlElement}", t)
}

// sameLayout fails unless got has the fields of want: names, order, offsets, types.
func sameLayout(got, want reflect.Type) error {
	if got.Kind() != reflect.Struct || got.NumField() != want.NumField() || got.Size() != want.Size() {
		return fmt.Errorf("go-app's layout changed: %v is not %v", got, want)
	}
	for i := range want.NumField() {
		g, w := got.Field(i), want.Field(i)
		if g.Name != w.Name || g.Offset != w.Offset || !sameField(g, w) {
			return fmt.Errorf("go-app's layout changed: %v.%s %v is not %s %v", got, g.Name, g.Type, w.Name, w.Type)
		}
	}
	return nil
}

// sameField compares types; go-app's maps are named, and the handlers' values are never read.
func sameField(got, want reflect.StructField) bool {
	if want.Type.Kind() != reflect.Map {
		return got.Type == want.Type
	}
	if got.Type.Kind() != reflect.Map || got.Type.Key() != want.Type.Key() {
		return false
	}
	return want.Name != "attributes" || got.Type.Elem() == want.Type.Elem()
}

// kind says how to read v, which must not be nil. A type has one method table for app.UI; its address, with the kind
// in the bits that alignment leaves free, is kept in recent, which spares most lookups.
func (l *layout) kind(v app.UI) nodeKind {
	table := uintptr((*[2]unsafe.Pointer)(unsafe.Pointer(&v))[0])
	slot := &l.recent[(table>>3^table>>9)%uintptr(len(l.recent))]
	if known := slot.Load(); known&^kindBits == table {
		return nodeKind(known & kindBits)
	}
	k := l.kindOf(reflect.TypeOf(v))
	if table&kindBits == 0 {
		slot.Store(table | uintptr(k))
	}
	return k
}

func (l *layout) kindOf(t reflect.Type) nodeKind {
	if k, ok := l.kinds.Load(t); ok {
		return k.(nodeKind)
	}
	k := l.classify(t)
	l.kinds.Store(t, k)
	return k
}

func (l *layout) classify(t reflect.Type) nodeKind {
	if base, err := embeddedElement(t); err == nil && base == l.element && t.Elem().PkgPath() == base.PkgPath() {
		return elementNode
	}
	switch {
	case t == l.text:
		return textNode
	case t == l.raw:
		return rawNode
	case t.Implements(reflect.TypeFor[app.HTML]()):
		return unknownNode // wraps an element of go-app's: the mirror does not fit
	case t.Implements(reflect.TypeFor[app.Composer]()):
		if t.Implements(reflect.TypeFor[app.Initializer]()) {
			return initializerNode
		}
		return componentNode
	case t.Implements(reflect.TypeFor[app.Condition]()), t.Implements(reflect.TypeFor[app.RangeLoop]()):
		return selectorNode
	}
	return unknownNode
}

// pointerOf is the pointer that v holds; its kind must be one whose concrete type is a pointer.
func pointerOf(v app.UI) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] }
