//go:build js

package fullstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"syscall/js"
	"time"

	"groundswell/shared/fault"
)

const (
	mostAttempts = 3
	firstWait    = 300 * time.Millisecond // doubled for every further attempt, and spread by half
	longestWait  = 5 * time.Second        // a server that asks for more is not asked again
	grace        = 3 * time.Second        // for the network, on top of the function's own deadline
	shortInput   = 1500                   // bytes of a query's input that still go into a URL
)

// CallFunction runs the function on the server.
func (Browser) CallFunction(ctx context.Context, spec Spec, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("write input of %s: %w", spec.Name, err)
	}
	r := callRequest(ctx, spec, string(body))
	for attempt := 1; ; attempt++ {
		answer, err := r.send(ctx, spec.Timeout+grace)
		if err == nil {
			noteRelease(ctx, answer.release)
			err = readAnswer(answer, out)
		}
		wait, again := retryAfter(err, attempt)
		if !again {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func callRequest(ctx context.Context, spec Spec, body string) request {
	r := request{url: "/fn/" + spec.Name, method: "POST", headers: map[string]any{
		"Accept": "application/json", headerRelease: release(),
	}}
	if escaped := url.QueryEscape(body); !spec.Command && !spec.Secret && len(escaped) < shortInput {
		r.method, r.url = "GET", r.url+"?in="+escaped
		return r
	}
	r.headers["Content-Type"], r.body = "application/json", body
	if spec.Command {
		key := KeyFrom(ctx)
		if key == "" {
			key = newKey()
		}
		r.headers[headerKey] = key
	}
	return r
}

// otherRelease is the context's key of a mark that is set when a release other than the program's has answered.
type otherRelease struct{}

func noteRelease(ctx context.Context, answered string) {
	if mark, ok := ctx.Value(otherRelease{}).(*atomic.Bool); ok && answered != "" && answered != release() {
		mark.Store(true)
	}
}

// release is that of the document, which is the program's own.
func release() string { return fromLoader("release") }

// fromLoader reads what the document's loader script was told; "" if nothing.
func fromLoader(name string) string {
	loader := document().Call("getElementById", "fullstack-loader")
	if !loader.Truthy() {
		return ""
	}
	if v := loader.Get("dataset").Get(name); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

// retryAfter says whether another attempt makes sense, and when.
func retryAfter(err error, attempt int) (time.Duration, bool) {
	f := fault.As(err)
	if f == nil || f.Code != fault.Unavailable || attempt >= mostAttempts || !online() {
		return 0, false
	}
	wait := firstWait << (attempt - 1)
	wait += time.Duration(js.Global().Get("Math").Call("random").Float() * float64(wait) / 2)
	if asked := time.Duration(f.RetryAfter) * time.Second; asked > wait {
		wait = asked
	}
	return wait, wait <= longestWait
}

func online() bool { return !js.Global().Get("navigator").Get("onLine").Equal(js.ValueOf(false)) }

// unreachable is the fault of a request that got no answer.
type unreachable struct{ fault *fault.Error }

func (e *unreachable) Error() string { return e.fault.Error() }
func (e *unreachable) Unwrap() error { return e.fault }

func noAnswer(ctx context.Context, cause error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case !online():
		return &unreachable{fault.New(fault.Unavailable, "You are offline. This will work again when you have a connection.")}
	case errors.Is(cause, context.DeadlineExceeded):
		return &unreachable{fault.New(fault.Unavailable, "The connection is too slow right now. Please try again.")}
	}
	return &unreachable{fault.New(fault.Unavailable, "We cannot reach the site right now. Please check your connection and try again.")}
}
