package events

import "time"

// NextShift is the first of an event's shifts that is not over and takes place, else the last there was; false when there is
// none.
func (e Event) NextShift() (next Shift, ok bool) {
	for _, s := range e.Shifts {
		if e.Now.Before(s.End.At) && !s.Cancelled {
			return s, true
		}
	}
	if len(e.Shifts) == 0 {
		return next, false
	}
	return e.Shifts[len(e.Shifts)-1], true
}

// ArchivedAfter is how long after its end an event stays in search engines: its page says so to them, and the sitemap leaves it
// out from then on.
const ArchivedAfter = 90 * 24 * time.Hour

// Archived reports whether the event is long over.
func (e Event) Archived() bool {
	for _, s := range e.Shifts {
		if e.Now.Before(s.End.At.Add(ArchivedAfter)) {
			return false
		}
	}
	return len(e.Shifts) > 0
}
