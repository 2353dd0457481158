package ics

import (
	"slices"
	"strings"
	"time"
)

// occurrences are the dates of an event before the changes made to single ones.
func (b *builder) occurrences(c *component, start moment) []Occurrence {
	length := b.span(c, start)
	rules, dates := c.props["RRULE"], c.props["RDATE"]
	if len(rules) == 0 && len(dates) == 0 {
		return []Occurrence{{Start: start.UTC(), End: length.after(start.Time).UTC()}}
	}
	set := map[int64]Occurrence{}
	add := func(at, end time.Time) {
		if end.After(b.limits.Now) && !at.After(b.until) && end.After(at) {
			set[at.Unix()] = Occurrence{Key: at.UTC().Format(utcLayout), Start: at.UTC(), End: end.UTC()}
		}
	}
	add(start.Time, length.after(start.Time)) // the start is always the first (RFC 5545 section 3.8.5.3)
	for i, rule := range rules {
		if i == 10 {
			b.partial = true
			b.problems.add(rule.line, "The event has too many rules; the rest was left out.")
			break
		}
		moments, err := b.budget.recurrence.expand(rule.value, start.Time, start.Location(), b.until)
		if err != nil {
			b.partial = true
			b.problems.add(rule.line, "The rule %s: %v; the event has only the dates that could be read.", short(rule.value), err)
		}
		for _, at := range moments {
			add(at, length.after(at))
		}
	}
	b.extra(dates, length, add)
	if p, ok := c.first("EXRULE"); ok {
		b.problems.add(p.line, "EXRULE was abolished in 2009; it was left out.")
	}
	return b.pick(c, set, start.Location())
}

// extra adds the dates that are listed one by one: moments, days or periods.
func (b *builder) extra(dates []property, length span, add func(at, end time.Time)) {
	for _, p := range dates {
		for value := range strings.SplitSeq(p.value, ",") {
			from, to, period := strings.Cut(value, "/")
			m, err := b.moment(p, from)
			if err != nil {
				b.partial = true
				b.problems.add(p.line, "An extra date: %v; it was left out.", err)
				continue
			}
			end := length.after(m.Time)
			if period {
				end = b.periodEnd(p, m, to, end)
			}
			add(m.Time, end)
		}
	}
}

// periodEnd reads the second half of a PERIOD: a moment or a length.
func (b *builder) periodEnd(p property, from moment, to string, otherwise time.Time) time.Time {
	if d, err := parseDuration(to); err == nil {
		return d.after(from.Time)
	}
	if end, err := b.moment(p, to); err == nil && end.Sub(from.Time) <= maxSpan {
		return end.Time
	}
	b.problems.add(p.line, "The end of an extra date, %s, makes no sense; it was given the length of the others.", short(to))
	return otherwise
}

// pick takes the excluded dates out and keeps no more than allowed.
func (b *builder) pick(c *component, set map[int64]Occurrence, loc *time.Location) []Occurrence {
	days := map[string]bool{}
	for _, p := range c.props["EXDATE"] {
		for value := range strings.SplitSeq(p.value, ",") {
			m, err := b.moment(p, value)
			switch {
			case err != nil:
				b.problems.add(p.line, "An excluded date: %v; it was left out.", err)
			case m.date:
				days[m.Format(dateLayout)] = true
			default:
				delete(set, m.Unix())
			}
		}
	}
	var out []Occurrence
	for _, o := range set {
		if !days[o.Start.In(loc).Format(dateLayout)] {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(x, y Occurrence) int { return x.Start.Compare(y.Start) })
	if len(out) > b.limits.Occurrences {
		b.partial = true
		b.problems.add(c.line, "The event has more than %d dates; only the first were taken.", b.limits.Occurrences)
		out = out[:b.limits.Occurrences]
	}
	return out
}

// apply puts the changed occurrences in the place of the original ones, and adds those that moved into the window.
func (b *builder) apply(e Imported, g *group) []Occurrence {
	out := e.Occurrences
	at := make(map[string]int, 2*len(out))
	loc, err := time.LoadLocation(e.Zone)
	if err != nil {
		loc = time.UTC
	}
	for i, o := range out {
		at[o.Start.In(loc).Format(dateLayout)] = i
		at[o.Start.Format(utcLayout)] = i
	}
	for _, c := range g.changed {
		o, key, ok := b.change(c, e, g.master == nil)
		if !ok {
			continue
		}
		if i, known := at[key]; known {
			o.Key = out[i].Key
			out[i] = o
		} else if o.End.After(b.limits.Now) && !o.Start.After(b.until) && len(out) < b.limits.Occurrences {
			at[key] = len(out)
			out = append(out, o)
		}
	}
	if e.Cancelled {
		for i := range out {
			out[i].Cancelled = true
		}
	}
	return out
}

// change reads a component with a RECURRENCE-ID; key says which occurrence it replaces.
func (b *builder) change(c *component, e Imported, alone bool) (_ Occurrence, key string, ok bool) {
	p, _ := c.first("RECURRENCE-ID")
	original, err := b.moment(p, p.value)
	if err != nil {
		b.problems.add(p.line, "A changed date: %v; it was left out.", err)
		return Occurrence{}, "", false
	}
	if p.param("RANGE") != "" {
		b.problems.add(p.line, "A change of this and all later dates was read as a change of this one.")
	}
	start, ok := b.start(c)
	if !ok {
		return Occurrence{}, "", false
	}
	o := Occurrence{Key: original.UTC().Format(utcLayout), Cancelled: c.cancelled()}
	o.Start, o.End = start.UTC(), b.span(c, start).after(start.Time).UTC()
	if s := b.line(c, "SUMMARY"); !alone && s != e.Summary {
		o.Summary = s
	}
	if where, ok := c.first("LOCATION"); ok && !alone && where.text() != e.Location {
		o.Location = where.text()
	}
	return o, original.key(), true
}
