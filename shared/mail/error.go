package mail

import (
	"errors"
	"fmt"
	"net/textproto"
)

// Outcome says what became of a mail that was not plainly sent.
type Outcome string

// The outcomes.
const (
	Permanent Outcome = "permanent" // refused, and would be again
	Temporary Outcome = "temporary" // surely not accepted; try again later
	Unknown   Outcome = "unknown"   // perhaps accepted: trying again might send it twice
)

// Error is how a Send failed. Its text holds a stage and a code, never what the server said, which repeats addresses.
type Error struct {
	Outcome Outcome
	Stage   string // connect, sender, recipient, data, content or accept
	Code    int    // the server's reply (RFC 5321 section 4.2), 0 when it gave none
	cause   error  // of the network or of our own
}

// Error names outcome, stage and code.
func (e *Error) Error() string {
	text := fmt.Sprintf("mail: %s failure at %s", e.Outcome, e.Stage)
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

// Reason is stage and code in a word: "recipient 550", "accept".
func (e *Error) Reason() string {
	if e.Code == 0 {
		return e.Stage
	}
	return fmt.Sprintf("%s %d", e.Stage, e.Code)
}

// failed classifies. A connection or a sender that is refused is ours to mend, so that mail is kept for later.
func failed(stage string, err error) *Error {
	e := &Error{Stage: stage, Outcome: Temporary, cause: err}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		e.Code, e.cause = reply.Code, nil
	}
	switch {
	case stage == "connect", stage == "sender":
	case e.Code >= 500:
		e.Outcome = Permanent
	case stage == "accept" && e.Code == 0: // no answer
		e.Outcome = Unknown
	}
	return e
}
