package ics

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrNotCalendar is returned by Parse for input without a VCALENDAR: a web page, an image, an empty file.
var ErrNotCalendar = errors.New("not an iCalendar file")

// Limits bound what Parse reads. A zero number means its default; of tags, whose bounds are the caller's, there are none then.
type Limits struct {
	Now         time.Time      // recurrences are expanded from here to one year ahead; required
	Zone        *time.Location // of times without a zone in a calendar that names none; nil means UTC
	Bytes       int64          // of input; 20 MB
	Events      int            // 5,000
	Occurrences int            // of one event; 1,000
	Problems    int            // the list's length; 200
	Tags        int            // of one event
	TagLength   int            // ASCII characters
}

func (l Limits) withDefaults() Limits {
	if l.Zone == nil {
		l.Zone = time.UTC
	}
	if l.Bytes <= 0 {
		l.Bytes = 20 << 20
	}
	if l.Events <= 0 {
		l.Events = 5000
	}
	if l.Occurrences <= 0 {
		l.Occurrences = 1000
	}
	if l.Problems <= 0 {
		l.Problems = 200
	}
	return l
}

// Imported is one event of a calendar: everything with the same UID.
type Imported struct {
	Line           int    // where it begins
	UID            string // never empty: an entry without one gets one made of its start and title
	Sequence       int
	Zone           string // IANA name
	AllDay         bool
	Cancelled      bool
	Private        bool   // CLASS says that it is not for the public
	Partial        bool   // some of its dates could not be read, or were too many: what is not in Occurrences may still be
	Summary        string // plain text, one line
	Description    string // plain text, paragraphs separated by blank lines, without Joining
	Joining        string // what the description says of how to join by video: not for the public
	Location       string // as written
	Place          Place  // Location taken apart, as well as can be
	Lat, Lng       *float64
	Tags           []string // its categories: small letters a to z, digits and hyphens, within the limits, sorted
	URL            string   // absolute http or https, none for joining by video
	OnlineURL      string   // where one joins by video, if it says so
	OrganizerName  string
	OrganizerEmail string
	Occurrences    []Occurrence // by start; at least one
}

// Occurrence is one time an event takes place.
type Occurrence struct {
	Key        string // the same in every export: "" for an event that does not repeat, else its original start in UTC
	Start, End time.Time
	Cancelled  bool
	Summary    string // when this one is called differently
	Location   string // when this one is elsewhere; without links, which are for joining by video
}

// Problem is something that could not be read as written. Message is a sentence fit to show.
type Problem struct {
	Line    int // 0: the file as a whole
	Message string
}

// Parse reads a calendar as it comes from Google, Outlook, Apple or an organising tool. What it cannot read is a Problem,
// and the rest is still read. An event that does not repeat is returned whenever it is; one that repeats is expanded in
// its own zone from l.Now to a year ahead, with its exceptions, and left out when it has ended. The work is bounded by l
// whatever the input. The error is ErrNotCalendar or the reader's.
func Parse(r io.Reader, l Limits) ([]Imported, []Problem, error) {
	l = l.withDefaults()
	problems := &problemList{max: l.Problems}
	calendars, err := collect(r, l, problems)
	if err != nil {
		return nil, nil, err
	}
	if len(calendars) == 0 {
		return nil, nil, ErrNotCalendar
	}
	b := newBuilder(l, problems)
	var events []Imported
	for _, c := range calendars {
		events = append(events, b.calendar(c)...)
	}
	return events, problems.finish(), nil
}

// problemList keeps the first problems and counts the rest.
type problemList struct {
	list      []Problem
	max, more int
}

func (p *problemList) add(line int, format string, args ...any) {
	if len(p.list) >= p.max {
		p.more++
		return
	}
	p.list = append(p.list, Problem{line, fmt.Sprintf(format, args...)})
}

func (p *problemList) finish() []Problem {
	if p.more > 0 {
		p.list = append(p.list, Problem{0, fmt.Sprintf("There are %d more problems like these.", p.more)})
	}
	return p.list
}

// short quotes input in a message.
func short(s string) string {
	s = paramText(s[:min(len(s), 400)])
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return "“" + s + "”"
}
