package sms

import (
	"cmp"
	"errors"
	"net/url"

	"groundswell/shared/sending"
)

// Stopped reports whether a code of the provider says that the person told it to stop: nothing may be sent until they say START.
// (Codes are those of www.twilio.com/docs/api/errors.)
func Stopped(code int) bool { return code == 21610 }

// failed is how a Send ended at a stage: request, connect, refused or answer. The code is the provider's, else the HTTP status.
func failed(o sending.Outcome, stage string, code int, cause error) *sending.Error {
	return &sending.Error{Of: "sms", Outcome: o, Stage: stage, Code: code, Cause: cause}
}

// broken is a request without an answer.
func broken(connected bool, err error) *sending.Error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err // its own text names the account
	}
	if connected {
		return failed(sending.Unknown, "answer", 0, err)
	}
	return failed(sending.Temporary, "connect", 0, err)
}

// refused is an answer that is no yes. What another configuration or a later moment heals is kept for then.
func refused(status, code int) *sending.Error {
	if status >= 500 || status == 408 || status < 300 { // it may have been taken over all the same
		return failed(sending.Unknown, "answer", status, nil)
	}
	e := failed(sending.Permanent, "refused", cmp.Or(code, status), nil)
	switch status {
	case 401, 403, 404, 429:
		e.Outcome = sending.Temporary
	}
	switch code {
	case 20003, 20005, 20404, 21212, 21606, 21609, 21659, 21660: // the account, its number, the address for reports
		e.Outcome = sending.Temporary
	case 14107, 20429, 21611: // too much at once
		e.Outcome = sending.Temporary
	}
	if status < 400 { // another address
		e.Outcome = sending.Temporary
	}
	return e
}
