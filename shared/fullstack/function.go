package fullstack

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Function is a typed server function: a Query or a Command. Its Name is "feature.verb" and, under /fn/, its path.
type Function[In, Out any] interface {
	Spec() Spec
	// Call runs the function through api: in process on the server, over fetch in the browser. The error is a
	// *fault.Error whenever the service returned one, on either side.
	Call(ctx context.Context, api Caller, in In) (Out, error)
	signature(In, Out)
}

// Spec is what a declaration says about a function, without its types.
type Spec struct {
	Name      string
	Command   bool          // changes something: POST only, idempotency key
	Secret    bool          // never in an address
	Rate      Rate          // zero: RateRead of a query, RateWrite of a command
	Body      int64         // most bytes of a request body; zero: 64 KiB
	Timeout   time.Duration // zero: 10 s
	LeastTime time.Duration // see Command
}

// Rate names a class of request rates; the server's configuration gives each its numbers.
type Rate string

// The rate classes every site knows.
const (
	RateRead  Rate = "read"  // the default of queries
	RateWrite Rate = "write" // the default of commands
	RateMail  Rate = "mail"  // commands that make us send something to an address somebody typed
)

// Query changes nothing: it answers GET and POST and may be retried.
type Query[In, Out any] struct {
	Name    string
	Secret  bool // its input holds a secret: the browser sends it by POST, for addresses are logged
	Rate    Rate
	Timeout time.Duration
}

// Command changes something: it answers POST only and carries an idempotency key (KeyFrom). The same key and input
// give the same answer once, whoever retries.
//
// LeastTime is the least time a person takes to fill in its form. A Form that the browser program sends sooner after its page
// was shown is refused with Invalid, keeps what was typed, and may be sent again. It holds up robots that run programs,
// not those that post without: a page that visitors share cannot prove when one of them saw it.
type Command[In, Out any] struct {
	Name      string
	Rate      Rate
	Body      int64
	Timeout   time.Duration
	LeastTime time.Duration
}

// Caller carries a call to the function's implementation. Functions (server) and Browser (wasm) are callers.
type Caller interface {
	// CallFunction runs the function spec names with in and stores its answer in *out.
	CallFunction(ctx context.Context, spec Spec, in, out any) error
}

// Validator is implemented by inputs that can judge themselves; it runs on both sides, before the call leaves the
// browser and before the service method sees the input. The error is an Invalid fault (fault.Check).
type Validator interface{ Validate() error }

// Spec describes the query.
func (q Query[In, Out]) Spec() Spec {
	s := Spec{Name: q.Name, Secret: q.Secret, Rate: q.Rate, Timeout: q.Timeout}
	if s.Rate == "" {
		s.Rate = RateRead
	}
	return s.withDefaults()
}

// Spec describes the command.
func (c Command[In, Out]) Spec() Spec {
	s := Spec{Name: c.Name, Command: true, Rate: c.Rate, Body: c.Body, Timeout: c.Timeout, LeastTime: c.LeastTime}
	if s.Rate == "" {
		s.Rate = RateWrite
	}
	return s.withDefaults()
}

func (s Spec) withDefaults() Spec {
	if s.Body == 0 {
		s.Body = 64 << 10
	}
	if s.Timeout == 0 {
		s.Timeout = 10 * time.Second
	}
	return s
}

// Call runs the query through api.
func (q Query[In, Out]) Call(ctx context.Context, api Caller, in In) (Out, error) {
	return call[In, Out](ctx, api, q.Spec(), in)
}

// Call runs the command through api. Without WithKey on ctx the browser makes a fresh idempotency key per call and
// keeps it across its own retries.
func (c Command[In, Out]) Call(ctx context.Context, api Caller, in In) (Out, error) {
	return call[In, Out](ctx, api, c.Spec(), in)
}

func (Query[In, Out]) signature(In, Out)   {}
func (Command[In, Out]) signature(In, Out) {}

func call[In, Out any](ctx context.Context, api Caller, s Spec, in In) (out Out, err error) {
	if v, ok := any(&in).(Validator); ok {
		if err := v.Validate(); err != nil {
			return out, err
		}
	}
	err = api.CallFunction(ctx, s, &in, &out)
	return out, err
}

type keyContext struct{}

// WithKey gives the command called with ctx its idempotency key: the client's own id of the attempt.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyContext{}, key)
}

// KeyFrom is the idempotency key of the command being served, "" when the caller sent none. A form on a page that visitors
// share sends none without JavaScript, so its command needs a natural key as well.
func KeyFrom(ctx context.Context) string {
	key, _ := ctx.Value(keyContext{}).(string)
	return key
}

// goodKey accepts no key, or 8 to 64 letters, digits, dashes: a UUID, or what another client uses.
func goodKey(key string) bool {
	if key == "" {
		return true
	}
	const ok = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	return len(key) >= 8 && len(key) <= 64 && strings.Trim(key, ok) == ""
}

// newKey is a fresh idempotency key: a UUID version 7.
func newKey() string { return uuid.Must(uuid.NewV7()).String() }
