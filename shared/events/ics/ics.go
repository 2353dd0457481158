package ics

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// ContentType is the media type of an encoded calendar; mails add "; method=" and the method.
const ContentType = "text/calendar; charset=utf-8"

// Method is the iTIP method (RFC 5546) of a calendar: what the receiver is meant to do with it.
type Method string

// The methods.
const (
	Publish Method = "PUBLISH" // here is an event: downloads and feeds
	Request Method = "REQUEST" // you take part: put it into your calendar, or change what is there
	Cancel  Method = "CANCEL"  // it does not happen for you: take it out
)

// Status is the state of one entry.
type Status string

// The statuses.
const (
	Confirmed Status = "CONFIRMED"
	Tentative Status = "TENTATIVE"
	Cancelled Status = "CANCELLED"
)

// Calendar is a set of entries sent together.
type Calendar struct {
	Method  Method // empty means Publish
	Name    string // shown by calendar programs that subscribe; optional
	Entries []Entry
	Refresh time.Duration // how often subscribers are asked to look again (RFC 7986 section 5.7); zero says nothing
}

// Entry is one appointment: for us, one shift of an event.
type Entry struct {
	UID      string    // the same for the life of the appointment; see UID
	Sequence int       // grows with every change; a receiver ignores a lower one
	Stamp    time.Time // when this version was made
	Start    time.Time
	End      time.Time // after Start; the zero time leaves it out
	Status   Status    // empty means Confirmed

	Summary     string
	Description string
	Location    string
	Lat, Lng    *float64 // both or none
	URL         string   // absolute http or https

	OrganizerName  string
	OrganizerEmail string
	AttendeeName   string // RFC 5546 asks Request and Cancel to name the attendee
	AttendeeEmail  string
}

// UID is the identity of an appointment of ours: the identifier of its shift at the domain of the site.
func UID(id fmt.Stringer, domain string) string { return id.String() + "@" + domain }

// Encode returns the calendar as RFC 5545 text: CRLF, lines of at most 75 octets, times in UTC, the same bytes for the
// same value. No text can start a property: line breaks become \n, other control characters are dropped, invalid UTF-8
// becomes U+FFFD. A URL, an address or a position that is not well formed is left out. An entry without UID, Stamp or
// Start, one that ends before it starts, and an unknown Method or Status are errors.
func (c Calendar) Encode() ([]byte, error) {
	if c.Method == "" {
		c.Method = Publish
	}
	if c.Method != Publish && c.Method != Request && c.Method != Cancel {
		return nil, fmt.Errorf("encode calendar: unknown method %q", c.Method)
	}
	var buf bytes.Buffer
	w := writer{&buf}
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.line("PRODID:-//Groundswell//Events//EN")
	w.line("CALSCALE:GREGORIAN")
	w.line("METHOD:" + string(c.Method))
	w.text("NAME", c.Name)
	w.text("X-WR-CALNAME", c.Name)
	if every := int(c.Refresh / time.Minute); every > 0 {
		w.line(fmt.Sprintf("REFRESH-INTERVAL;VALUE=DURATION:PT%dM", every))
		w.line(fmt.Sprintf("X-PUBLISHED-TTL:PT%dM", every)) // the same for older programs
	}
	for i, e := range c.Entries {
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("encode calendar entry %d: %w", i, err)
		}
		w.entry(e)
	}
	w.line("END:VCALENDAR")
	return buf.Bytes(), nil
}

func (e Entry) check() error {
	switch {
	case clean(e.UID) == "":
		return errors.New("no UID")
	case e.Stamp.IsZero():
		return errors.New("no time stamp")
	case e.Start.IsZero():
		return errors.New("no start")
	case !e.End.IsZero() && e.End.Before(e.Start):
		return errors.New("the end is before the start")
	case e.Sequence < 0:
		return errors.New("negative sequence")
	}
	switch e.Status {
	case "", Confirmed, Tentative, Cancelled:
		return nil
	}
	return fmt.Errorf("unknown status %q", e.Status)
}
