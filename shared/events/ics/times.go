package ics

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The forms of RFC 5545 sections 3.3.4 and 3.3.5.
const (
	dateLayout  = "20060102"
	localLayout = "20060102T150405"
	utcLayout   = "20060102T150405Z"
)

// moment is a DATE or DATE-TIME with the zone it was written in.
type moment struct {
	time.Time      // in the zone's location; a date is its midnight
	date      bool // a day, no time
	zone      bool // the zone was named, by TZID
}

// key identifies the moment among the occurrences of an event.
func (m moment) key() string {
	if m.date {
		return m.Format(dateLayout)
	}
	return m.UTC().Format(utcLayout)
}

// moment reads one value of a property in its zone: the one TZID names, UTC for a trailing Z, else the event's, else the
// calendar's.
func (b *builder) moment(p property, value string) (moment, error) {
	written := value
	value = strings.ToUpper(strings.TrimSpace(value))
	m := moment{}
	loc := b.home
	if tzid := p.param("TZID"); tzid != "" && !strings.HasSuffix(value, "Z") {
		if found, ok := b.zones.find(tzid); ok {
			loc, m.zone = found, true
		} else {
			b.problems.add(p.line, "The time zone %s is not known; %s was used.", short(tzid), loc)
		}
	}
	var err error
	switch len(value) {
	case len(dateLayout):
		m.date = true
		m.Time, err = time.Parse(dateLayout, value)
		m.Time = onClock(m.Time, loc)
	case len(localLayout):
		m.Time, err = time.Parse(localLayout, value)
		m.Time = onClock(m.Time, loc)
	case len(utcLayout):
		m.Time, err = time.Parse(utcLayout, value)
	default:
		err = errors.New("wrong length")
	}
	if err != nil {
		return moment{}, fmt.Errorf("%s is not a date and time", short(written))
	}
	if y := m.Year(); y < 1900 || y > 2200 {
		return moment{}, fmt.Errorf("the year %d cannot be right", y)
	}
	return m, nil
}

// span is a length of time: days follow the clock (a day may have 23 hours), the rest is exact.
type span struct {
	days  int
	exact time.Duration
}

func (s span) after(t time.Time) time.Time { return t.AddDate(0, 0, s.days).Add(s.exact) }

// maxSpan bounds how long one occurrence may be.
const maxSpan = 366 * 24 * time.Hour

// parseDuration reads RFC 5545 section 3.3.6: P1W, P1DT2H, PT90M.
func parseDuration(value string) (span, error) {
	wrong := fmt.Errorf("%s is not a length of time", short(value))
	s := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(value)), "+")
	if len(s) < 3 || len(s) > 32 || s[0] != 'P' {
		return span{}, wrong
	}
	var out span
	days, times, _ := strings.Cut(s[1:], "T")
	for _, half := range []struct{ text, units string }{{days, "WD"}, {times, "HMS"}} {
		for text := half.text; text != ""; {
			i := strings.IndexAny(text, half.units)
			if i < 1 {
				return span{}, wrong
			}
			n, err := strconv.Atoi(text[:i])
			if err != nil || n < 0 || n > 10_000_000 {
				return span{}, wrong
			}
			switch text[i] {
			case 'W':
				out.days += 7 * n
			case 'D':
				out.days += n
			case 'H':
				out.exact += time.Duration(n) * time.Hour
			case 'M':
				out.exact += time.Duration(n) * time.Minute
			case 'S':
				out.exact += time.Duration(n) * time.Second
			}
			text = text[i+1:]
		}
	}
	if out.days > 400 || out.exact > maxSpan {
		return span{}, wrong
	}
	return out, nil
}

// end is how long an event takes: by DTEND, DURATION or, failing both, a day or an hour.
func (b *builder) span(c *component, start moment) span {
	byDefault := span{exact: time.Hour}
	if start.date {
		byDefault = span{days: 1}
	}
	if p, ok := c.first("DTEND"); ok {
		end, err := b.moment(p, p.value)
		switch {
		case err != nil:
			b.problems.add(p.line, "The end: %v; it was taken to be %s.", err, byDefault)
		case end.Sub(start.Time) > maxSpan:
			b.problems.add(p.line, "The event takes more than a year; it was taken to be %s.", byDefault)
		case !end.After(start.Time):
			if !end.Equal(start.Time) {
				b.problems.add(p.line, "The end is before the start; it was taken to be %s.", byDefault)
			}
		case start.date && end.date:
			return span{days: int(wall(end.Time).Sub(wall(start.Time)) / (24 * time.Hour))}
		default:
			return span{exact: end.Sub(start.Time)}
		}
		return byDefault
	}
	if p, ok := c.first("DURATION"); ok {
		s, err := parseDuration(p.value)
		if err == nil && s != (span{}) {
			return s
		}
		b.problems.add(p.line, "The duration %s makes no sense; it was taken to be %s.", short(p.value), byDefault)
	}
	return byDefault
}

// String is for messages; only the defaults are ever shown.
func (s span) String() string {
	if s.days > 0 {
		return "one day"
	}
	return "one hour"
}
