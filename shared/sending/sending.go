// Package sending says how handing a message to a server failed, in the same words for mails and texts: what may be done next
// depends on nothing else. It knows no server.
package sending

import "fmt"

// Outcome says what became of a message that the server did not plainly take over.
type Outcome string

// The outcomes.
const (
	Permanent Outcome = "permanent" // refused, and would be again
	Temporary Outcome = "temporary" // surely not taken over; try again later
	Unknown   Outcome = "unknown"   // perhaps taken over: trying again might send it twice
)

// Error is how a Send failed. Its text holds a stage and a code, never what the server said, which repeats addresses and numbers.
type Error struct {
	Of      string // what sends: mail or sms
	Outcome Outcome
	Stage   string // how far it came, in the words of what sends
	Code    int    // the server's; 0 when it gave none
	Cause   error  // of the network or of our own
}

// Error names outcome, stage and code.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s failure at %s", e.Of, e.Outcome, e.Stage)
	if e.Code != 0 {
		text += fmt.Sprintf(", code %d", e.Code)
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap is the cause, if there is one.
func (e *Error) Unwrap() error { return e.Cause }

// Reason is stage and code in a word: "recipient 550", "refused 21211", "accept".
func (e *Error) Reason() string {
	if e.Code == 0 {
		return e.Stage
	}
	return fmt.Sprintf("%s %d", e.Stage, e.Code)
}
