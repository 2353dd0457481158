package mail

import (
	"errors"
	"net/textproto"

	"groundswell/shared/sending"
)

// failed classifies. The stages are connect, sender, recipient, data, content and accept; the code is the server's reply (RFC 5321 section 4.2). A connection or a sender that is refused is ours to mend, so that mail is kept for later.
func failed(stage string, err error) *sending.Error {
	e := &sending.Error{Of: "mail", Stage: stage, Outcome: sending.Temporary, Cause: err}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		e.Code, e.Cause = reply.Code, nil
	}
	switch {
	case stage == "connect", stage == "sender":
	case e.Code >= 500:
		e.Outcome = sending.Permanent
	case stage == "accept" && e.Code == 0: // no answer
		e.Outcome = sending.Unknown
	}
	return e
}
