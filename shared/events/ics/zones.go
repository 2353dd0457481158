package ics

import (
	_ "embed"
	"slices"
	"sort"
	"strings"
	"time"
)

// windowsZones maps the zone names of Windows, which Outlook and Exchange write, to IANA names: the rows for territory
// 001 of CLDR's windowsZones.xml, one a line, separated by a tab.
//
//go:embed windows_zones.tsv
var windowsZones string

// zoneFinder resolves the zone names of one calendar. What it found it remembers: loading a zone reads a file.
type zoneFinder struct {
	now      time.Time
	fallback *time.Location // the calendar's own zone
	defs     map[string]*zoneDef
	known    map[string]*time.Location // nil: looked for and not found
	budget   *budget
}

// budget is what one file may cost, over all its calendars.
type budget struct {
	names      int // of zones that may still be looked for: an unknown one costs some file system calls
	rules      int // zones that may still be compared with every candidate
	recurrence *recurrence
	candidates []*time.Location // loaded when first needed
}

func newBudget() *budget {
	return &budget{names: 500, rules: 100, recurrence: &recurrence{steps: 2_000_000, barren: 200}}
}

// find returns the IANA zone that a TZID means: by its name, by Windows' name for it, or by what its VTIMEZONE says.
func (z *zoneFinder) find(tzid string) (*time.Location, bool) {
	if loc, done := z.known[tzid]; done {
		return loc, loc != nil
	}
	if z.budget.names--; z.budget.names < 0 {
		return nil, false
	}
	loc := namedZone(tzid)
	if def := z.defs[tzid]; loc == nil && def != nil {
		if loc = namedZone(def.location); loc == nil {
			loc = z.byRules(def)
		}
	}
	z.known[tzid] = loc
	return loc, loc != nil
}

// namedZone resolves "America/New_York", "/mozilla.org/20050126_1/America/New_York", "Eastern Standard Time" and
// "(UTC-05:00) Eastern Time (US & Canada)"; nil when it is none of them.
func namedZone(name string) *time.Location {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 120 || strings.EqualFold(name, "Local") {
		return nil
	}
	if iana := windowsZone(name); iana != "" {
		name = iana
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for n := min(3, len(parts)); n > 0; n-- {
		if loc, err := time.LoadLocation(strings.Join(parts[len(parts)-n:], "/")); err == nil && loc != time.Local {
			return loc
		}
	}
	return nil
}

func windowsZone(name string) string {
	if _, after, ok := strings.Cut(name, ") "); ok && strings.HasPrefix(name, "(") {
		name = after
	}
	for line := range strings.Lines(windowsZones) {
		windows, iana, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.EqualFold(windows, name) || strings.EqualFold(displayName(windows), name) {
			return iana
		}
	}
	return ""
}

// displayName is what Outlook shows, and sometimes writes, for the zones of North America; "" for the others.
func displayName(windows string) string {
	switch windows {
	case "Eastern Standard Time", "Central Standard Time", "Mountain Standard Time", "Pacific Standard Time":
		return strings.Replace(windows, "Standard Time", "Time (US & Canada)", 1)
	case "US Mountain Standard Time":
		return "Arizona"
	case "US Eastern Standard Time":
		return "Indiana (East)"
	case "Alaskan Standard Time":
		return "Alaska"
	case "Hawaiian Standard Time":
		return "Hawaii"
	case "Atlantic Standard Time":
		return "Atlantic Time (Canada)"
	}
	return ""
}

// byRules finds the IANA zone whose clock agrees with a VTIMEZONE over the coming year. Candidates are the zone of the
// calendar and those of the table of Windows' zones, of which there is one for every rule in use.
func (z *zoneFinder) byRules(def *zoneDef) *time.Location {
	if z.budget.rules--; z.budget.rules < 0 {
		return nil
	}
	rules := z.changes(def)
	if len(rules) == 0 {
		return nil
	}
	agrees := func(loc *time.Location) bool {
		for day := 0; day <= 365; day += 7 {
			at := z.now.AddDate(0, 0, day)
			if _, offset := at.In(loc).Zone(); offset != offsetAt(rules, at) {
				return false
			}
		}
		return true
	}
	if agrees(z.fallback) {
		return z.fallback
	}
	for _, loc := range z.budget.zones() {
		if agrees(loc) {
			return loc
		}
	}
	return nil
}

// zones are the candidates, those most likely here first.
func (b *budget) zones() []*time.Location {
	if b.candidates != nil {
		return b.candidates
	}
	first := "\tAmerica/New_York\n\tAmerica/Chicago\n\tAmerica/Denver\n\tAmerica/Phoenix\n\tAmerica/Los_Angeles\n\tEurope/London\n\tEurope/Berlin\n"
	for line := range strings.Lines(first + windowsZones) {
		_, iana, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if loc, err := time.LoadLocation(iana); err == nil {
			b.candidates = append(b.candidates, loc)
		}
	}
	return b.candidates
}

// change is a moment from which a zone has an offset.
type change struct {
	at     time.Time
	offset int // seconds east of UTC
}

// changes lists when the offset of a zone changes, from its first rule to a year from now. It is empty when the
// definition makes no sense.
func (z *zoneFinder) changes(def *zoneDef) []change {
	var out []change
	for _, o := range def.observances {
		p, _ := o.first("DTSTART")
		start, err := time.Parse(localLayout, strings.TrimSpace(p.value))
		from, okFrom := o.offset("TZOFFSETFROM")
		to, okTo := o.offset("TZOFFSETTO")
		if err != nil || !okFrom || !okTo {
			return nil
		}
		onsets := []time.Time{start}
		if rule, ok := o.first("RRULE"); ok && start.Year() <= z.now.Year() {
			// Such rules are yearly: a zone written from the year 1601 on need not be computed from there.
			start = start.AddDate(max(0, z.now.Year()-2-start.Year()), 0, 0)
			walls, _ := z.budget.recurrence.expand(rule.value, start, time.UTC, z.now.AddDate(1, 0, 1))
			onsets = append(onsets, walls...)
		}
		for _, p := range o.props["RDATE"] {
			if t, err := time.Parse(localLayout, strings.TrimSpace(p.value)); err == nil {
				onsets = append(onsets, t)
			}
		}
		for _, wall := range onsets {
			out = append(out, change{wall.Add(-time.Duration(from) * time.Second), to})
		}
	}
	slices.SortFunc(out, func(a, b change) int { return a.at.Compare(b.at) })
	return out
}

// offsetAt is the offset by the last change before at, or by the first of all.
func offsetAt(changes []change, at time.Time) int {
	i := sort.Search(len(changes), func(i int) bool { return changes[i].at.After(at) })
	return changes[max(0, i-1)].offset
}

// offset reads "-0500" or "+053000" as seconds east of UTC.
func (c *component) offset(name string) (int, bool) {
	p, _ := c.first(name)
	value := strings.TrimSpace(p.value)
	layout := "-0700"
	if len(value) == 7 {
		layout = "-070000"
	}
	t, err := time.Parse(layout, value)
	if err != nil {
		return 0, false
	}
	_, offset := t.Zone()
	return offset, true
}
