package ics

import (
	"errors"
	"io"
	"strings"
)

// calendar is a VCALENDAR as read: the events and zones not yet understood, for a zone may come after its use.
type calendar struct {
	method string
	zone   property // X-WR-TIMEZONE
	events []*component
	zones  map[string]*zoneDef // by TZID
}

// component is a VEVENT, or a STANDARD or DAYLIGHT of a zone.
type component struct {
	line  int
	props map[string][]property
}

// zoneDef is a VTIMEZONE.
type zoneDef struct {
	tzid, location string // location is X-LIC-LOCATION: the IANA name, where the writer knew it
	observances    []*component
}

// first returns the first property of a name that has a value.
func (c *component) first(name string) (property, bool) {
	for _, p := range c.props[name] {
		if p.value != "" {
			return p, true
		}
	}
	return property{}, false
}

// known are the properties that are kept: by component, since an alarm's description is not the event's.
const (
	knownEvent = " UID CLASS SEQUENCE DTSTART DTEND DURATION RRULE RDATE EXDATE EXRULE RECURRENCE-ID STATUS SUMMARY DESCRIPTION LOCATION" +
		" GEO URL CATEGORIES ORGANIZER CONFERENCE X-GOOGLE-CONFERENCE X-MICROSOFT-SKYPETEAMSMEETINGURL X-MICROSOFT-ONLINEMEETINGURL X-APPLE-STRUCTURED-LOCATION "
	knownObservance = " DTSTART RRULE RDATE TZOFFSETFROM TZOFFSETTO "
)

// collector sorts properties into components.
type collector struct {
	limits    Limits
	problems  *problemList
	calendars []*calendar
	stack     []string // of open components, the innermost last
	event     *component
	zone      *zoneDef
	observed  *component
	count     int // of events
	kept      int // properties
}

// maxKept bounds the memory of a file made of nothing but tiny properties; a real one of 20 MB has a tenth of it.
const maxKept = 1_000_000

// collect reads the whole input.
func collect(r io.Reader, l Limits, problems *problemList) ([]*calendar, error) {
	lines := newLineReader(r, l.Bytes)
	c := &collector{limits: l, problems: problems}
	for {
		text, number, long, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if long {
			problems.add(number, "This line is longer than %d KB; it was left out.", maxLine>>10)
			continue
		}
		c.line(string(text), number)
	}
	if lines.truncated() {
		problems.add(0, "The file is larger than %d MB; the rest was not read.", l.Bytes>>20)
	}
	if c.event != nil {
		problems.add(c.event.line, "The file ends in the middle of this event; it was left out.")
	}
	return c.calendars, nil
}

func (c *collector) line(s string, number int) {
	if strings.TrimSpace(s) == "" {
		return
	}
	p, err := parseProperty(s, number)
	switch {
	case err != nil && len(c.calendars) == 0: // not a calendar, perhaps: no list of its lines
	case err != nil:
		c.problems.add(number, "The line %v; it was left out.", err)
	case p.name == "BEGIN":
		c.begin(strings.ToUpper(strings.TrimSpace(p.value)), number)
	case p.name == "END":
		c.end(strings.ToUpper(strings.TrimSpace(p.value)), number)
	case len(c.calendars) > 0:
		c.property(p)
	}
}

func (c *collector) begin(kind string, line int) {
	if kind == "VEVENT" && c.event != nil {
		c.problems.add(c.event.line, "This event is not ended; it was read up to line %d.", line)
		c.finish(kind, c.calendars[len(c.calendars)-1])
		c.stack = []string{"VCALENDAR"}
	}
	parent := c.top()
	if len(c.stack) < 8 { // deeper than any real calendar: nothing is kept there, and END finds its way back
		c.stack = append(c.stack, kind)
	}
	switch {
	case kind == "VCALENDAR":
		c.calendars = append(c.calendars, &calendar{zones: map[string]*zoneDef{}})
		c.stack, c.event = []string{kind}, nil
	case len(c.calendars) == 0 || parent != "VCALENDAR" && parent != "VTIMEZONE":
	case kind == "VEVENT" && parent == "VCALENDAR":
		c.event = &component{line: line, props: map[string][]property{}}
	case kind == "VTIMEZONE" && parent == "VCALENDAR":
		c.zone = &zoneDef{}
	case (kind == "STANDARD" || kind == "DAYLIGHT") && parent == "VTIMEZONE":
		c.observed = &component{line: line, props: map[string][]property{}}
	}
}

func (c *collector) end(kind string, line int) {
	at := len(c.stack) - 1
	for at >= 0 && c.stack[at] != kind {
		at--
	}
	if at < 0 {
		if len(c.calendars) > 0 {
			c.problems.add(line, "END:%s has no beginning.", short(kind))
		}
		return
	}
	if at != len(c.stack)-1 {
		c.problems.add(line, "Something before END:%s was not ended.", short(kind))
	}
	c.stack = c.stack[:at]
	current := c.calendars
	if len(current) == 0 {
		return
	}
	c.finish(kind, current[len(current)-1])
}

// finish hands a component that has ended to its owner.
func (c *collector) finish(kind string, into *calendar) {
	switch {
	case kind == "VEVENT" && c.event != nil:
		if c.count++; c.count <= c.limits.Events {
			into.events = append(into.events, c.event)
		} else if c.count == c.limits.Events+1 {
			c.problems.add(c.event.line, "There are more than %d events; the rest was not read.", c.limits.Events)
		}
		c.event = nil
	case kind == "VTIMEZONE" && c.zone != nil:
		if c.zone.tzid != "" && len(into.zones) < 500 {
			into.zones[c.zone.tzid] = c.zone
		}
		c.zone = nil
	case (kind == "STANDARD" || kind == "DAYLIGHT") && c.observed != nil:
		if c.zone != nil && len(c.zone.observances) < 60 {
			c.zone.observances = append(c.zone.observances, c.observed)
		}
		c.observed = nil
	case kind == "VCALENDAR" && c.event != nil:
		c.problems.add(c.event.line, "This event is not ended; it was left out.")
		c.event = nil
	}
}

func (c *collector) property(p property) {
	into := c.calendars[len(c.calendars)-1]
	switch c.top() {
	case "VCALENDAR":
		switch p.name {
		case "METHOD":
			into.method = strings.ToUpper(p.text())
		case "X-WR-TIMEZONE":
			into.zone = p
		}
	case "VEVENT":
		if c.event != nil && strings.Contains(knownEvent, " "+p.name+" ") && c.keep(p) {
			c.event.props[p.name] = append(c.event.props[p.name], p)
		}
	case "VTIMEZONE":
		if c.zone != nil && p.name == "TZID" {
			c.zone.tzid = p.text()
		}
		if c.zone != nil && p.name == "X-LIC-LOCATION" {
			c.zone.location = p.text()
		}
	case "STANDARD", "DAYLIGHT":
		if c.observed != nil && strings.Contains(knownObservance, " "+p.name+" ") && c.keep(p) {
			c.observed.props[p.name] = append(c.observed.props[p.name], p)
		}
	}
}

func (c *collector) keep(p property) bool {
	if c.kept++; c.kept == maxKept+1 {
		c.problems.add(p.line, "The file has more than %d lines that matter; the rest was not read.", maxKept)
	}
	return c.kept <= maxKept
}

func (c *collector) top() string {
	if len(c.stack) == 0 {
		return ""
	}
	return c.stack[len(c.stack)-1]
}
