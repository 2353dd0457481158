//go:build !js

package fullstack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"groundswell/shared/fault"
)

// Policy says who may call a function. Allow nil lets everybody; its error is a fault (Unauthenticated, Forbidden,
// NotFound). The viewer is read from ctx (RequestFrom), which makes a page that does so private.
type Policy struct {
	Name  string
	Allow func(ctx context.Context) error
}

// FunctionsConfig is what the function table needs from its site.
type FunctionsConfig struct {
	// Limit is asked once per request from outside, before the service is; its error is a TooMany fault.
	Limit func(ctx context.Context, rate Rate) error
	// RequestID names the request of ctx in faults and logs.
	RequestID func(ctx context.Context) string
	// Observe is told how each call ended: code "ok" or the fault's.
	Observe func(name, code string, took time.Duration)
	Log     *slog.Logger
	// BodyWithin is how long 64 KiB of a request's body may take to arrive; zero: 10 seconds.
	BodyWithin time.Duration
}

// Functions is the table of the server functions of one site. It is an http.Handler for /fn/{name} and, in process, a
// Caller. Fill it with Handle before serving.
type Functions struct {
	cfg     FunctionsConfig
	release string // of this build; a caller of another is told to reload when it asks for what is not here
	table   map[string]*handler
}

// Handled is one row of the table.
type Handled struct {
	Spec   Spec
	Policy string
}

type handler struct {
	Handled
	allow func(context.Context) error
	newIn func() any
	run   func(ctx context.Context, in any) (any, error)
	store func(out any, answer any)
}

// NewFunctions returns an empty table.
func NewFunctions(cfg FunctionsConfig) *Functions {
	if cfg.Limit == nil {
		cfg.Limit = func(context.Context, Rate) error { return nil }
	}
	if cfg.RequestID == nil {
		cfg.RequestID = func(context.Context) string { return "" }
	}
	if cfg.Observe == nil {
		cfg.Observe = func(string, string, time.Duration) {}
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.BodyWithin == 0 {
		cfg.BodyWithin = 10 * time.Second
	}
	return &Functions{cfg: cfg, table: map[string]*handler{}}
}

// Handle serves f with h under policy. Handling one name twice, or a name that is not "feature.verb", is a programming
// error and panics.
func Handle[In, Out any](fns *Functions, policy Policy, f Function[In, Out], h func(context.Context, In) (Out, error)) {
	spec := f.Spec()
	if !functionName(spec.Name) || policy.Name == "" || fns.table[spec.Name] != nil {
		panic(fmt.Sprintf("fullstack: cannot handle %q under policy %q", spec.Name, policy.Name))
	}
	fns.table[spec.Name] = &handler{
		Handled: Handled{spec, policy.Name},
		allow:   policy.Allow,
		newIn:   func() any { return new(In) },
		run:     func(ctx context.Context, in any) (any, error) { return h(ctx, *in.(*In)) },
		store:   func(out, answer any) { *out.(*Out) = answer.(Out) },
	}
}

// List is the table, by name: what documentation and contract tests enumerate.
func (f *Functions) List() []Handled {
	rows := make([]Handled, 0, len(f.table))
	for _, h := range f.table {
		rows = append(rows, h.Handled)
	}
	slices.SortFunc(rows, func(a, b Handled) int { return strings.Compare(a.Spec.Name, b.Spec.Name) })
	return rows
}

// NewInput returns a pointer to a zero input of the function, nil for an unknown name: for contract tests.
func (f *Functions) NewInput(name string) any {
	if h := f.table[name]; h != nil {
		return h.newIn()
	}
	return nil
}

// CallFunction runs a function in process, for a page's Load and for forms: policy, Validate and deadline as over HTTP.
func (f *Functions) CallFunction(ctx context.Context, spec Spec, in, out any) error {
	h := f.table[spec.Name]
	if h == nil {
		return fmt.Errorf("function %q is not handled by this site", spec.Name)
	}
	answer, err := f.call(ctx, h, in)
	if err != nil {
		return err
	}
	h.store(out, answer)
	return nil
}

// call runs one function. Its error is always a *fault.Error, unless the caller went away.
func (f *Functions) call(ctx context.Context, h *handler, in any) (answer any, err error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, h.Spec.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		var redirect *Redirect
		if errors.As(err, &redirect) { // over fetch it could not arrive
			err = fmt.Errorf("a service may not redirect, a page's Load may: %s", redirect.Error())
		}
		err = f.fault(ctx, h.Spec.Name, err)
		if e := fault.As(err); e != nil && e.Code == fault.Unavailable {
			f.cfg.Log.WarnContext(ctx, "a dependency is away", "what", h.Spec.Name, "err", err)
		}
		f.cfg.Observe(h.Spec.Name, codeOf(err), time.Since(start))
	}()
	if h.allow != nil {
		if err := h.allow(ctx); err != nil {
			return nil, err
		}
	}
	if err := checkText(in); err != nil {
		return nil, err
	}
	if v, ok := in.(Validator); ok {
		if err := v.Validate(); err != nil {
			return nil, err
		}
	}
	return h.run(ctx, in)
}

// fault turns whatever a service returned into what may leave the server. What is not a fault is logged here, once, and
// becomes Internal with the request id and nothing else.
func (f *Functions) fault(ctx context.Context, what string, err error) error {
	var redirect *Redirect
	known := fault.As(err)
	switch {
	case err == nil, known != nil && known.Code != fault.Internal, errors.As(err, &redirect):
		return err
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		f.cfg.Log.WarnContext(ctx, "call took too long", "what", what)
		return fault.After(fault.Unavailable, 5*time.Second, "This took too long. Please try again in a moment.")
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	}
	id := f.cfg.RequestID(ctx)
	f.cfg.Log.ErrorContext(ctx, "call failed", "what", what, "err", err)
	return internal(id)
}

func internal(id string) *fault.Error {
	e := fault.New(fault.Internal, "Something went wrong on our side. Nothing you entered is lost; please try again.")
	if id != "" {
		e.Message += " If it happens again, tell us this number: " + id
		e.RequestID = id
	}
	return e
}

func codeOf(err error) string {
	switch e := fault.As(err); {
	case err == nil:
		return "ok"
	case e != nil:
		return string(e.Code)
	}
	return "canceled"
}

func functionName(s string) bool {
	feature, verb, ok := strings.Cut(s, ".")
	word := func(w string) bool {
		return w != "" && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	}
	return ok && word(feature) && word(verb)
}

type requestContext struct{}

type requestInfo struct {
	r    *http.Request
	read atomic.Bool
}

// RequestFrom is the request being served. Reading it makes the page private: an answer that may depend on who asks is
// never shared. While a page is rendered to be shared it is a blank request of nobody; that rendering is thrown away and
// done again for the visitor alone. It is nil outside a request.
func RequestFrom(ctx context.Context) *http.Request {
	info, _ := ctx.Value(requestContext{}).(*requestInfo)
	if info == nil {
		return nil
	}
	info.read.Store(true)
	return info.r
}
