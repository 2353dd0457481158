//go:build js

package fullstack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"syscall/js"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

const formPatience = 30 * time.Second

// upgrade lets the browser program submit the form.
func (f *Form) upgrade(form app.HTMLForm) app.HTMLForm { return form.OnSubmit(f.submit) }

// submit posts what the form holds to the page's own URL, as the browser would, and stays on the page. It comes after
// the browser's own validation. A second submit while one is on its way does nothing.
//
// An attempt has one idempotency key until the server has given a definite answer to it, so that trying again after a
// lost connection cannot do it twice; other values are another attempt.
func (f *Form) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if f.state.Pending {
		return
	}
	form := document().Call("getElementById", f.ID)
	sent := formValues(form, submitterOf(e))
	key := f.state.attemptKey(sent.texts)
	f.state = FormState{Pending: true, values: sent.texts}
	f.state.values[fieldKey] = []string{key}
	r := request{url: address(), method: "POST", body: sent.body, headers: map[string]any{
		"Accept": "application/json", headerKey: key, headerRelease: release(), headerAge: strconv.Itoa(int(pageAge().Milliseconds())),
	}}
	ctx.Async(func() {
		answer, err := r.send(context.Background(), formPatience)
		ctx.Dispatch(func(ctx app.Context) { f.answered(ctx, answer, err) })
	})
}

// pageAge is how long the page has been shown: since the document was asked for, or since the last navigation of the program.
func pageAge() time.Duration {
	performance := js.Global().Get("performance")
	age := performance.Call("now").Float()
	if shown := performance.Call("getEntriesByName", markNavigated); shown.Length() > 0 {
		age -= shown.Index(shown.Length() - 1).Get("startTime").Float()
	}
	return time.Duration(age * float64(time.Millisecond))
}

// answered goes where the answer says, or shows the fault beside what was typed.
func (f *Form) answered(ctx app.Context, r reply, err error) {
	if err == nil {
		var a answer
		if r.status == 200 && json.Unmarshal(r.body, &a) == nil && a.To != "" {
			ctx.NewActionWithValue(actionNavigate, submitted{a.To, func() {
				ctx.Dispatch(func(app.Context) { f.state.Pending = false })
			}})
			return
		}
		err = faultOf(r)
	}
	f.state.Pending = false
	f.state.Fault = fault.As(err)
	switch f.state.Fault.Code {
	case fault.Reload:
		// an older program than the server's: the browser can still send the form itself
		js.Global().Get("HTMLFormElement").Get("prototype").Get("submit").Call("call", document().Call("getElementById", f.ID))
		return
	case fault.Unavailable, fault.Internal:
	default:
		delete(f.state.values, fieldKey)
	}
	ctx.Defer(func(app.Context) { f.focusFault() })
}

// submitted is a destination that follows a change: what was read before may be wrong. The form stays pending until its
// page is gone, or until stuck says that the next page could not be loaded.
type submitted struct {
	to    string
	stuck func()
}

// focusFault moves focus to the first field in error, in the order of the document, else to the summary.
func (f *Form) focusFault() {
	form := document().Call("getElementById", f.ID)
	if !form.Truthy() {
		return
	}
	fields := form.Get("elements")
	for i := range fields.Length() {
		field := fields.Index(i)
		if name := field.Get("name"); name.Truthy() && field.Get("type").String() != "hidden" && f.state.Fault.Field(name.String()) != "" {
			field.Call("focus")
			return
		}
	}
	summary := document().Call("getElementById", faultID(f.ID))
	if summary.Truthy() {
		summary.Call("focus")
	}
}

// attemptKey is the key of the last attempt while nobody knows how that ended and nothing was changed since.
func (s FormState) attemptKey(values map[string][]string) string {
	if key := s.values[fieldKey]; len(key) == 1 {
		last := maps.Clone(s.values)
		delete(last, fieldKey)
		if maps.EqualFunc(last, values, slices.Equal) {
			return key[0]
		}
	}
	return newKey()
}

// sentForm is what a form would send.
type sentForm struct {
	texts map[string][]string // the texts a person entered; not the kit's own fields and not files
	body  js.Value            // URLSearchParams, or FormData when there are files
}

func formValues(form, submitter js.Value) sentForm {
	data := js.Global().Get("FormData").New(form)
	data.Call("delete", fieldKey) // the program has keys of its own: see attemptKey
	if submitter.Truthy() && submitter.Get("name").Truthy() {
		data.Call("append", submitter.Get("name"), submitter.Get("value"))
	}
	sent := sentForm{texts: map[string][]string{}, body: data}
	files := false
	entries := js.Global().Get("Array").Call("from", data)
	for i := range entries.Length() {
		name, value := entries.Index(i).Index(0).String(), entries.Index(i).Index(1)
		if value.Type() != js.TypeString {
			files = true
			continue
		}
		if name[:min(1, len(name))] != "_" {
			sent.texts[name] = append(sent.texts[name], value.String())
		}
	}
	if !files {
		sent.body = js.Global().Get("URLSearchParams").New(data)
	}
	return sent
}

// submitterOf is the button the form was sent with, as a JavaScript value.
func submitterOf(e app.Event) js.Value {
	button := e.Get("submitter")
	if !button.Truthy() {
		return js.Null()
	}
	return js.ValueOf(map[string]any{"name": button.Get("name").String(), "value": button.Get("value").String()})
}
