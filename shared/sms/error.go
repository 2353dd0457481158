package sms

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
)

// Outcome says what became of a text that was not plainly taken over.
type Outcome string

// The outcomes.
const (
	Permanent Outcome = "permanent" // refused, and would be again
	Temporary Outcome = "temporary" // surely not taken over; try again later
	Unknown   Outcome = "unknown"   // perhaps taken over: trying again might send it twice
)

// stopped is the provider's code for a person who told it to stop. (Codes are those of www.twilio.com/docs/api/errors.)
const stopped = 21610

// Error is how a Send failed. Its text holds a stage and a code, never what the provider said, which repeats numbers.
type Error struct {
	Outcome Outcome
	Stage   string // request, connect, refused or answer
	Code    int    // the provider's, else the HTTP status; 0 when there was no answer
	cause   error  // of the network or of our own
}

// Error names outcome, stage and code.
func (e *Error) Error() string {
	text := fmt.Sprintf("sms: %s failure at %s", e.Outcome, e.Stage)
	if e.Code != 0 {
		text += fmt.Sprintf(", code %d", e.Code)
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap is the network's error, if it was one.
func (e *Error) Unwrap() error { return e.cause }

// Reason is stage and code in a word: "refused 21211", "connect".
func (e *Error) Reason() string {
	if e.Code == 0 {
		return e.Stage
	}
	return fmt.Sprintf("%s %d", e.Stage, e.Code)
}

// Stopped reports whether the provider refused because the person told it to stop: nothing may be sent until they say START.
func (e *Error) Stopped() bool { return Stopped(e.Code) }

// Stopped is the same of a code that the provider posts.
func Stopped(code int) bool { return code == stopped }

// broken is a request without an answer.
func broken(connected bool, err error) *Error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err // its own text names the account
	}
	if connected {
		return &Error{Outcome: Unknown, Stage: "answer", cause: err}
	}
	return &Error{Outcome: Temporary, Stage: "connect", cause: err}
}

// refused is an answer that is no yes. What another configuration or a later moment heals is kept for then.
func refused(status, code int) *Error {
	if status >= 500 || status == 408 || status < 300 { // it may have been taken over all the same
		return &Error{Outcome: Unknown, Stage: "answer", Code: status}
	}
	e := &Error{Outcome: Permanent, Stage: "refused", Code: cmp.Or(code, status)}
	switch status {
	case 401, 403, 404, 429:
		e.Outcome = Temporary
	}
	switch code {
	case 20003, 20005, 20404, 21212, 21606, 21609, 21659, 21660: // the account, its number, the address for reports
		e.Outcome = Temporary
	case 14107, 20429, 21611: // too much at once
		e.Outcome = Temporary
	}
	if status < 400 { // another address
		e.Outcome = Temporary
	}
	return e
}
