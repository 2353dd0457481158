//go:build !js

package fullstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"unsafe"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Mounted is the page of a document in go-app's engine for tests, made from the document's data script as the browser
// program makes it. fullstacktest.Screen is built on it, and only tests have one. It is not safe for concurrent use.
//
// Outside a browser go-app leaves out OnMount, and its elements stand for no node of a document. So Announce
// calls OnMount, and gives every element the value that its handlers find (Context.JSSrc).
type Mounted struct {
	engine app.TestEngine
	root   *mountedRoot
	value  func(MountedElement) app.Value
	source uintptr
	live   liveTree              // as drawn last
	told   map[app.Composer]bool // components that are mounted and know it
}

// MountedElement is one of the elements of a Mounted page; the same element is equal to itself after an update.
type MountedElement struct{ ui app.UI }

type browserCalls struct{}

// Mount makes the page of a data script's text. Browser's calls go to calls if they have the context of an event handler
// or of OnMount. value is asked for each element at every Announce, and gives the same element the same value. When Mount
// returns, nothing but OnInit and Render has run.
func (s *Site) Mount(script string, calls Caller, value func(MountedElement) app.Value) (*Mounted, error) {
	source, err := mountable()
	if err != nil {
		return nil, err
	}
	var st state
	if err := json.Unmarshal([]byte(script), &st); err != nil {
		return nil, fmt.Errorf("read the data script: %w", err)
	}
	routes, err := newRouteTable(s.app.Routes)
	if err != nil {
		return nil, err
	}
	l, err := s.app.firstView(routes, st)
	if err != nil {
		return nil, err
	}
	m := &Mounted{engine: app.NewTestEngine(), root: &mountedRoot{calls: calls, view: l.view}, source: source, value: value}
	if err := m.engine.Load(m.root); err != nil {
		return nil, fmt.Errorf("mount the page: %w", err)
	}
	return m, nil
}

// mountedRoot stands where the browser program's root does.
type mountedRoot struct {
	app.Compo
	calls Caller
	view  func() app.UI
	ctx   app.Context
}

// OnPreRender is the one moment at which go-app gives a component its context outside a browser.
func (r *mountedRoot) OnPreRender(ctx app.Context) {
	ctx.PreventUpdate()
	ctx.Context = context.WithValue(ctx.Context, browserCalls{}, r.calls)
	r.ctx = ctx
}

// Render shows the page inside the element the server wrote it into.
func (r *mountedRoot) Render() app.UI { return app.Div().ID("app").Body(&pageView{make: r.view}) }

// MountedAttribute is on every element that Draw writes, and numbers them. AdoptedAttribute is on an element that stands
// for the part of the document that Static adopts; its value is the part's id.
const (
	MountedAttribute = "data-fullstack-mounted"
	AdoptedAttribute = adoptedAttribute
)

// Draw is #app as it is mounted now, written as the server writes pages, and its elements in the order of their numbers.
func (m *Mounted) Draw() (string, []MountedElement, error) {
	m.live = liveTree{}
	b, err := appendHTML(nil, m.root, nil, &m.live)
	return string(b), m.live.elements, err
}

// Settle runs what waits (dispatched and deferred functions, those of Async, updates) until nothing is left. What
// ctx.After puts off is waited for.
func (m *Mounted) Settle() { m.engine.ConsumeAll() }

// Announce gives the elements that were drawn last their values and puts OnMount of new components in the queue. It
// reports whether there were any: then Settle and Draw are due again.
func (m *Mounted) Announce() (more bool) {
	for _, e := range m.live.elements {
		e.mirror().jsElement = m.value(e)
	}
	told := map[app.Composer]bool{}
	for _, c := range m.live.components {
		told[c] = true
		if mounter, ok := c.(app.Mounter); ok && !m.told[c] {
			m.contextOf(c).Dispatch(mounter.OnMount)
			more = true
		}
	}
	m.told = told
	return more
}

// Fire puts the element's handler of an event in the queue, if it has one. It runs at the next Settle, if wanted says so.
func (m *Mounted) Fire(e MountedElement, event string, v app.Value, wanted func() bool) {
	h, ok := e.handlers()[event]
	if !ok {
		return
	}
	m.contextOf(e.ui).Dispatch(func(ctx app.Context) {
		if wanted() {
			h.goHandler(ctx, app.Event{Value: v})
		}
	})
}

// Hears reports whether the element has a handler of an event, such as "click".
func (e MountedElement) Hears(event string) bool {
	_, ok := e.handlers()[event]
	return ok
}

// Attr is what the program gave the attribute.
func (e MountedElement) Attr(name string) (value string, ok bool) {
	value, ok = e.mirror().attributes[name]
	return value, ok
}

func (e MountedElement) mirror() *elementMirror { return (*elementMirror)(pointerOf(e.ui)) }

func (e MountedElement) handlers() map[string]handlerMirror {
	return *(*map[string]handlerMirror)(unsafe.Pointer(&e.mirror().eventHandlers))
}

// contextOf is the context go-app gives to handlers and components in ui.
func (m *Mounted) contextOf(ui app.UI) app.Context {
	ctx := m.root.ctx
	*(*app.UI)(unsafe.Add(unsafe.Pointer(&ctx), m.source)) = ui
	return ctx
}

// What a mounted tree is read by, beside the encoder's mirrors; mountable compares them with the real types.

type handlerMirror struct {
	event     string
	scope     string
	passive   bool
	goHandler app.EventHandler
	jsHandler app.Func
	close     func()
}

type compoMirror struct {
	treeDepth     uint
	ref           app.Composer
	parentElement app.UI
	rootElement   app.UI
}

// mountable is where a Context has what it is of, or why mounted trees must not be read.
var mountable = sync.OnceValues(func() (source uintptr, err error) {
	l, err := goApp()
	if err != nil {
		return 0, err
	}
	field, _ := reflect.TypeFor[app.Context]().FieldByName("sourceElement")
	if field.Type != reflect.TypeFor[app.UI]() {
		return 0, errors.New("go-app's layout changed: app.Context has no sourceElement")
	}
	handlers, _ := l.element.FieldByName("eventHandlers")
	return field.Offset, errors.Join(
		sameLayout(handlers.Type.Elem(), reflect.TypeFor[handlerMirror]()),
		sameLayout(reflect.TypeFor[app.Compo](), reflect.TypeFor[compoMirror]()),
	)
})

// liveTree is what the encoder meets in a tree that is mounted, where a component's content is there and not to be
// rendered. It is nil for every other tree.
type liveTree struct {
	elements   []MountedElement
	components []app.Composer
}

func (l *liveTree) element(ui app.UI) {
	if l != nil {
		l.elements = append(l.elements, MountedElement{ui})
	}
}

// mark appends the number of the element met last.
func (l *liveTree) mark(out []byte) []byte {
	if l == nil {
		return out
	}
	out = append(out, " "+MountedAttribute+`="`...)
	return append(strconv.AppendInt(out, int64(len(l.elements)-1), 10), '"')
}

// component is what is mounted for c; nil when nothing is.
func (l *liveTree) component(c app.Composer) app.UI {
	l.components = append(l.components, c)
	compo := reflect.Indirect(reflect.ValueOf(c)).FieldByName("Compo")
	if !compo.IsValid() || compo.Type() != reflect.TypeFor[app.Compo]() || !compo.CanAddr() {
		return nil
	}
	return (*compoMirror)(unsafe.Pointer(compo.UnsafeAddr())).rootElement
}
