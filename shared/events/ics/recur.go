package ics

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	rrule "github.com/teambition/rrule-go"
)

// recurrence expands rules within a budget shared by a whole file.
type recurrence struct {
	steps  int // dates that may still be produced
	barren int // rules without any date that may still be tried: each makes the iterator run to its last year
}

var (
	errTooFine = errors.New("repeats more than once an hour, which no event does")
	errTooMuch = errors.New("needs too much computing")
)

// expand returns the moments at which a rule starts, from start to until, in loc. Rules are about what clocks show, so
// they are computed on the wall clock and then placed in the zone: six o'clock stays six o'clock over a change of the
// clocks. A clock time that is skipped or comes twice is read as RFC 5545 section 3.3.5 says. The moments found before
// an error are returned with it.
func (r *recurrence) expand(rule string, start time.Time, loc *time.Location, until time.Time) ([]time.Time, error) {
	option, end, err := parseRule(rule, loc)
	if err != nil {
		return nil, err
	}
	if r.barren <= 0 || r.steps <= 0 {
		return nil, errTooMuch
	}
	last := wall(until.In(loc)).AddDate(0, 0, 1)
	if end.IsZero() || end.After(last) {
		end = last
	}
	if end.Before(wall(start.In(loc))) {
		return nil, nil
	}
	// The iterator looks for dates up to the year 9999 when a rule has none ("30 February"). The calendar is the same
	// every 400 years, so it is let to start close to the end.
	shift := (9998 - end.Year()) / 400 * 400
	option.Dtstart = wall(start.In(loc)).AddDate(shift, 0, 0)
	option.Until = end.AddDate(shift, 0, 0)
	iterate, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, err
	}
	next := iterate.Iterator()
	var out []time.Time
	for {
		t, ok := next()
		if !ok {
			break
		}
		if r.steps--; r.steps <= 0 {
			return out, errTooMuch
		}
		out = append(out, onClock(t.AddDate(-shift, 0, 0), loc))
	}
	if len(out) == 0 {
		r.barren--
	}
	return out, nil
}

// parseRule reads a RECUR value. UNTIL is returned apart, on the wall clock of loc.
func parseRule(rule string, loc *time.Location) (_ *rrule.ROption, until time.Time, err error) {
	var rest []string
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(rule)), ";") {
		key, value, _ := strings.Cut(part, "=")
		switch {
		case part == "" || strings.HasPrefix(key, "X-"):
		case len(value) > 400:
			return nil, until, errTooMuch
		case key == "BYEASTER": // the library's own, and it panics far from Easter
			return nil, until, errors.New("has BYEASTER, which is not in the standard")
		case key == "UNTIL":
			if until, err = parseUntil(value, loc); err != nil {
				return nil, until, err
			}
		case key == "INTERVAL" || key == "COUNT":
			if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 100_000 {
				return nil, until, fmt.Errorf("has an impossible %s", key)
			}
			rest = append(rest, part)
		default:
			rest = append(rest, part)
		}
	}
	option, err := rrule.StrToROption(strings.Join(rest, ";"))
	if err != nil {
		return nil, until, err
	}
	if option.Freq > rrule.DAILY || len(option.Bysecond) > 1 || len(option.Byhour)*max(1, len(option.Byminute)) > 24 || len(option.Byminute) > 1 {
		return nil, until, errTooFine
	}
	return option, until, nil
}

func parseUntil(value string, loc *time.Location) (time.Time, error) {
	switch len(value) {
	case len(dateLayout):
		t, err := time.Parse(dateLayout, value)
		return t.Add(24*time.Hour - time.Second), err
	case len(utcLayout):
		t, err := time.Parse(utcLayout, value)
		return wall(t.In(loc)), err
	}
	return time.Parse(localLayout, value)
}

// wall is what the clock shows, as a time in UTC.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// onClock is the moment at which the clocks of loc show what t shows in UTC. A time that the clocks skip is counted with
// the offset before the gap, one that comes twice is the first of the two (RFC 5545 section 3.3.5).
func onClock(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.Date()
	at := time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, loc)
	if wall(at).Equal(t) {
		return at
	}
	_, before := at.Add(-12 * time.Hour).Zone()
	return t.Add(-time.Duration(before) * time.Second).In(loc)
}
