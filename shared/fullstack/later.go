package fullstack

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// Later is page data that may take longer than the rest of its page, and that the page can do without. Load begins it
// with Defer, View shows it with Await. A page for one person is sent up to the part that is not there yet, in the order it
// is read, with JavaScript or without: status and head are final by then. A page for everybody is sent, and kept, when it is
// whole. In the browser a navigation waits for all of the page.
type Later[T any] struct{ part *part[T] }

type part[T any] struct {
	done  chan struct{} // closed when value and fault are set
	value T
	fault *fault.Error
}

// Defer begins to load in the background. load's ctx ends with the page, or when its visitor leaves; what it returns as an error
// is a fault as that of Load would be. ctx must be Load's; with another one Defer waits for load.
func Defer[T any](ctx context.Context, load func(ctx context.Context) (T, error)) Later[T] {
	p := &part[T]{done: make(chan struct{})}
	of, _ := ctx.Value(partsOf{}).(*parts)
	ctx, end := context.WithCancel(ctx)
	run := func() {
		defer end()
		defer close(p.done)
		var err error
		if p.value, err = guarded(ctx, load); err != nil {
			p.fault = of.failed(ctx, err)
		}
	}
	if of == nil {
		run()
	} else {
		of.start(run, end)
	}
	return Later[T]{p}
}

func guarded[T any](ctx context.Context, load func(context.Context) (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	return load(ctx)
}

// Await shows what was deferred, or failed what kept it from coming. Both are pure, like View.
func Await[T any](l Later[T], view func(T) app.UI, failed func(*fault.Error) app.UI) app.UI {
	show := func() app.UI {
		v, f := l.wait()
		if f != nil {
			return failed(f)
		}
		return view(v)
	}
	if l.ready() {
		return show()
	}
	return &awaited{done: l.part.done, show: show}
}

func (l Later[T]) ready() bool {
	return l.part == nil || isClosed(l.part.done)
}

func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func (l Later[T]) wait() (v T, f *fault.Error) {
	if l.part == nil {
		return v, nil
	}
	<-l.part.done
	return l.part.value, l.part.fault
}

// laterJSON is how a part travels to the browser.
type laterJSON[T any] struct {
	Value T            `json:"value"`
	Fault *fault.Error `json:"fault,omitempty"`
}

// MarshalJSON waits for the part.
func (l Later[T]) MarshalJSON() ([]byte, error) {
	v, f := l.wait()
	return json.Marshal(laterJSON[T]{v, f})
}

// UnmarshalJSON reads a part that is there.
func (l *Later[T]) UnmarshalJSON(b []byte) error {
	var in laterJSON[T]
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	l.part = &part[T]{done: make(chan struct{}), value: in.Value, fault: in.Fault}
	close(l.part.done)
	return nil
}

// awaited is a part that was not there when the view was made.
type awaited struct {
	app.Compo
	done <-chan struct{}
	show func() app.UI
}

// Render waits for the part.
func (a *awaited) Render() app.UI { return a.show() }

// parts are what a page deferred.
type parts struct {
	running sync.WaitGroup
	missing atomic.Bool // one of them failed
	report  func(context.Context, error) error

	mu   sync.Mutex
	ends []context.CancelFunc
}

type partsOf struct{}

// deferring is ctx for a Load whose deferred parts end when close is called. report turns errors into those the visitor may see.
func deferring(ctx context.Context, report func(context.Context, error) error) (context.Context, *parts) {
	p := &parts{report: report}
	return context.WithValue(ctx, partsOf{}, p), p
}

// start runs a part, which end gives up.
func (p *parts) start(run func(), end context.CancelFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ends = append(p.ends, end)
	p.running.Go(run)
}

// close ends what nobody waits for any more.
func (p *parts) close() {
	p.mu.Lock()
	for _, end := range p.ends {
		end()
	}
	p.mu.Unlock()
	p.running.Wait()
}

func (p *parts) failed(ctx context.Context, err error) *fault.Error {
	if p != nil {
		p.missing.Store(true)
		if p.report != nil {
			err = p.report(ctx, err)
		}
	}
	if f := fault.As(err); f != nil {
		return f
	}
	return fault.New(fault.Unavailable, "This part could not be loaded. Please try again in a moment.")
}
