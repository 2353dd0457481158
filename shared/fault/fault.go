// Package fault holds the errors a person can cause: a code, a sentence fit to show them, and what is wrong
// with which field. A fault crosses the wire whole, so the browser sees the type the service returned.
// It knows nothing of HTTP beyond the one mapping from code to status.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code names a kind of fault. Codes are part of the wire format: add, never rename.
type Code string

// The codes, each with the HTTP status Status maps it to.
const (
	Malformed       Code = "malformed"       // 400: the request cannot be read
	Unauthenticated Code = "unauthenticated" // 401: sign in first
	Forbidden       Code = "forbidden"       // 403: known, not allowed
	NotFound        Code = "not_found"       // 404: no such thing, or not for this viewer
	Method          Code = "method"          // 405: the thing exists, the verb does not apply
	Conflict        Code = "conflict"        // 409: the state does not allow it (full, changed meanwhile)
	Reload          Code = "reload"          // 409: client and server are of different releases; load the page again
	Gone            Code = "gone"            // 410: it was there and is over
	TooLarge        Code = "too_large"       // 413
	Unsupported     Code = "unsupported"     // 415: a content type or encoding we do not read
	Invalid         Code = "invalid"         // 422: read, and refused: see Fields
	TooMany         Code = "too_many"        // 429: see RetryAfter
	Internal        Code = "internal"        // 500: ours; the sentence carries the request id and nothing else
	Unavailable     Code = "unavailable"     // 503: a dependency is away; see RetryAfter
)

// Status is the HTTP status of a code; an unknown code is 500.
func (c Code) Status() int {
	switch c {
	case Malformed:
		return 400
	case Unauthenticated:
		return 401
	case Forbidden:
		return 403
	case NotFound:
		return 404
	case Method:
		return 405
	case Conflict, Reload:
		return 409
	case Gone:
		return 410
	case TooLarge:
		return 413
	case Unsupported:
		return 415
	case Invalid:
		return 422
	case TooMany:
		return 429
	case Unavailable:
		return 503
	}
	return 500
}

// Field says what is wrong with one input, by its wire (JSON) name.
type Field struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// Error is a fault. Message is a whole sentence in the user's words. The JSON form is the wire form.
type Error struct {
	Code       Code    `json:"code"`
	Message    string  `json:"message"`
	Fields     []Field `json:"fields,omitempty"`
	RetryAfter int     `json:"retry_after,omitempty"` // seconds; for TooMany and Unavailable
	RequestID  string  `json:"request_id,omitempty"`  // set by the edge for Internal
}

// Error returns the code and the sentence.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Is reports whether target is a fault of the same code, so that errors.Is(err, fault.New(fault.NotFound, ""))
// asks for the kind alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// New makes a fault. The message is shown to people: a whole sentence, no internals.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// After is New with the time after which trying again makes sense, rounded up to whole seconds.
func After(code Code, wait time.Duration, format string, args ...any) *Error {
	e := New(code, format, args...)
	e.RetryAfter = int((wait + time.Second - 1) / time.Second)
	return e
}

// As finds the fault in err's chain; nil if there is none.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Check collects what is wrong with an input. The zero value is ready; a Validate method ends with return c.Err().
type Check struct{ fields []Field }

// Field records a problem unless ok. Only the first problem of a field is kept: one thing to mend at a time.
func (c *Check) Field(ok bool, name, format string, args ...any) {
	if ok {
		return
	}
	for _, f := range c.fields {
		if f.Name == name {
			return
		}
	}
	c.fields = append(c.fields, Field{name, fmt.Sprintf(format, args...)})
}

// Err is nil when nothing was recorded, else an Invalid fault that carries every field.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	e := New(Invalid, "Please check the highlighted fields.")
	if len(c.fields) == 1 {
		e = New(Invalid, "Please check one field: %s", c.fields[0].Message)
	}
	e.Fields = c.fields
	return e
}

// Field returns the message for one input, "" if it is fine. It works on a nil fault.
func (e *Error) Field(name string) string {
	if e == nil {
		return ""
	}
	for _, f := range e.Fields {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}
