package fullstack

import (
	"encoding/json"

	"groundswell/shared/fault"
)

// reply is the server's answer to a request of the browser program.
type reply struct {
	status  int
	body    []byte
	release string //nolint:unused // whose answer it is; "" if it does not say. The browser reads it
}

// readAnswer stores a success in out; anything else is the fault it carries.
func readAnswer(r reply, out any) error {
	if r.status == 200 {
		if err := json.Unmarshal(r.body, out); err != nil {
			return fault.New(fault.Reload, "This page is from an older version. Please load it again.")
		}
		return nil
	}
	return faultOf(r)
}

// faultOf reads the fault of an answer. One that is none, from a proxy say, is described by its status.
func faultOf(r reply) *fault.Error {
	var a answer
	if json.Unmarshal(r.body, &a) == nil && a.Fault != nil && a.Fault.Code != "" {
		return a.Fault
	}
	switch r.status {
	case 404, 410:
		return fault.New(fault.NotFound, "There is nothing here any more.")
	case 413:
		return fault.New(fault.TooLarge, "This is too large to send.")
	case 429:
		return fault.New(fault.TooMany, "That was a lot at once. Please wait a moment and try again.")
	case 502, 503, 504:
		return fault.New(fault.Unavailable, "The site is away for a moment. Please try again.")
	}
	return fault.New(fault.Internal, "The answer could not be read. Please try again.")
}
