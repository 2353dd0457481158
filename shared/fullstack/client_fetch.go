//go:build js

package fullstack

import (
	"context"
	"errors"
	"syscall/js"
	"time"
)

// request is one HTTP request to our own server.
type request struct {
	url, method string
	headers     map[string]any
	body        any // string, js.Value (FormData) or nil
}

// send answers with whatever the server said, or with an unreachable fault, or with the context's own error.
func (r request) send(ctx context.Context, patience time.Duration) (reply, error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	controller := js.Global().Get("AbortController").New()
	stop := context.AfterFunc(limited, func() { controller.Call("abort") })
	defer stop()

	init := map[string]any{"method": r.method, "headers": r.headers, "signal": controller.Get("signal"), "redirect": "error"}
	if r.body != nil {
		init["body"] = r.body
	}
	answer, err := await(js.Global().Call("fetch", r.url, init))
	if err == nil {
		var content js.Value
		if content, err = await(answer.Call("arrayBuffer")); err == nil {
			from := answer.Get("headers").Call("get", headerRelease)
			r := reply{status: answer.Get("status").Int(), body: bytesOf(content)}
			if from.Type() == js.TypeString {
				r.release = from.String()
			}
			return r, nil
		}
	}
	if limited.Err() != nil {
		err = limited.Err()
	}
	return reply{}, noAnswer(ctx, err)
}

func bytesOf(buffer js.Value) []byte {
	array := js.Global().Get("Uint8Array").New(buffer)
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

// await blocks this goroutine until the promise is settled. It must not be called on the UI goroutine.
func await(promise js.Value) (js.Value, error) {
	type settled struct {
		value js.Value
		err   error
	}
	done := make(chan settled, 1)
	kept := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{value: args[0]}
		return nil
	})
	broken := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{err: errors.New(args[0].Call("toString").String())}
		return nil
	})
	promise.Call("then", kept, broken)
	s := <-done
	kept.Release()
	broken.Release()
	return s.value, s.err
}
