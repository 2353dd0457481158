package ics

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxOccurrences bounds a whole file.
const maxOccurrences = 50_000

// builder makes events of components.
type builder struct {
	limits   Limits
	until    time.Time
	problems *problemList
	budget   *budget
	zones    *zoneFinder    // of the calendar at hand
	total    int            // occurrences so far
	partial  bool           // some date of the event at hand was left out
	home     *time.Location // the zone of the event at hand, for the values that name none
}

func newBuilder(l Limits, problems *problemList) *builder {
	return &builder{limits: l, until: l.Now.AddDate(1, 0, 0), problems: problems, budget: newBudget()}
}

// calendar makes the events of one VCALENDAR, in the order in which they begin.
func (b *builder) calendar(c *calendar) []Imported {
	b.zones = &zoneFinder{b.limits.Now, b.limits.Zone, c.zones, map[string]*time.Location{}, b.budget}
	if name := c.zone.text(); name != "" {
		if loc, ok := b.zones.find(name); ok {
			b.zones.fallback = loc
		} else {
			b.problems.add(c.zone.line, "The time zone %s is not known; %s was used.", short(name), b.limits.Zone)
		}
	}
	var out []Imported
	for _, g := range b.group(c.events) {
		if e, ok := b.event(g, c.method == string(Cancel)); ok {
			out = append(out, e)
		}
	}
	return out
}

// group is everything with one UID: the event itself and the occurrences that were changed.
type group struct {
	uid     string
	master  *component
	changed []*component
}

func (b *builder) group(events []*component) []*group {
	var out []*group
	byUID := map[string]*group{}
	for _, c := range events {
		uid := b.uid(c)
		g := byUID[uid]
		if g == nil {
			g = &group{uid: uid}
			byUID[uid] = g
			out = append(out, g)
		}
		if _, changed := c.first("RECURRENCE-ID"); changed {
			g.changed = append(g.changed, c)
			continue
		}
		if g.master != nil {
			b.problems.add(c.line, "Another event has the same UID; the one with the highest SEQUENCE was taken.")
			if c.sequence() < g.master.sequence() {
				continue
			}
		}
		g.master = c
	}
	return out
}

func (b *builder) uid(c *component) string {
	p, _ := c.first("UID")
	if uid := strings.ReplaceAll(p.text(), "\n", " "); uid != "" && len(uid) <= 1000 {
		return uid
	}
	start, _ := c.first("DTSTART")
	summary, _ := c.first("SUMMARY")
	sum := sha256.Sum256([]byte(p.value + "\n" + start.value + "\n" + summary.value))
	b.problems.add(c.line, "This event has no usable UID; it is known by its start and title, and will be another event when these change.")
	return "made-" + hex.EncodeToString(sum[:16])
}

func (c *component) sequence() int {
	p, _ := c.first("SEQUENCE")
	n, err := strconv.Atoi(strings.TrimSpace(p.value))
	if err != nil || n < 0 || n > 1<<30 {
		return 0
	}
	return n
}

func (c *component) cancelled() bool {
	p, _ := c.first("STATUS")
	return strings.EqualFold(strings.TrimSpace(p.value), string(Cancelled))
}

// event makes one event; ok is false when there is nothing to import, which a problem says.
func (b *builder) event(g *group, cancelled bool) (_ Imported, ok bool) {
	c := g.master
	if c == nil { // an invitation to one occurrence of something we do not have
		c = g.changed[0]
	}
	if b.total >= maxOccurrences {
		b.problems.add(c.line, "There are more than %d dates; this event was left out.", maxOccurrences)
		return Imported{}, false
	}
	b.home = b.zones.fallback
	start, ok := b.start(c)
	if !ok {
		return Imported{}, false
	}
	if start.zone { // Outlook and others leave the zone away where it is that of the start
		b.home = start.Location()
	}
	e := b.describe(c, g.uid)
	b.partial = g.master == nil
	e.AllDay, e.Cancelled = start.date, cancelled || c.cancelled() && g.master != nil
	if e.Zone = b.zones.fallback.String(); start.zone && start.Location() != time.UTC {
		e.Zone = start.Location().String()
	}
	if g.master != nil {
		e.Occurrences = b.occurrences(c, start)
	}
	e.Occurrences = b.apply(e, g)
	slices.SortFunc(e.Occurrences, func(x, y Occurrence) int {
		return cmp.Or(x.Start.Compare(y.Start), cmp.Compare(x.Key, y.Key))
	})
	if len(e.Occurrences) == 0 && b.partial && g.master != nil {
		return Imported{}, false // why has been said
	}
	if len(e.Occurrences) == 0 {
		b.problems.add(c.line, "%s has no date within a year from now; it was left out.", short(e.Summary))
		return Imported{}, false
	}
	b.total += len(e.Occurrences)
	e.Partial = b.partial
	e.hideJoining()
	return e, true
}

func (b *builder) start(c *component) (moment, bool) {
	p, ok := c.first("DTSTART")
	if !ok {
		b.problems.add(c.line, "This event has no start; it was left out.")
		return moment{}, false
	}
	m, err := b.moment(p, p.value)
	if err != nil {
		b.problems.add(p.line, "The start: %v; the event was left out.", err)
		return moment{}, false
	}
	return m, true
}

// untitled is the title of what has none.
const untitled = "Untitled event"

// describe reads everything but the times.
func (b *builder) describe(c *component, uid string) Imported {
	e := Imported{Line: c.line, UID: uid, Sequence: c.sequence()}
	class, _ := c.first("CLASS")
	e.Private = class.value != "" && !strings.EqualFold(strings.TrimSpace(class.value), "PUBLIC")
	e.Summary = b.line(c, "SUMMARY")
	if e.Summary == "" {
		b.problems.add(c.line, "This event has no title.")
		e.Summary = untitled
	}
	if p, ok := c.first("DESCRIPTION"); ok {
		e.Description = plainText(p.text())
	}
	if p, ok := c.first("LOCATION"); ok {
		e.Location = p.text()
	}
	if p, ok := c.first("URL"); ok {
		if e.URL = webURL(p.value); e.URL == "" {
			b.problems.add(p.line, "%s is not a web address; it was left out.", short(p.value))
		}
	}
	e.Tags = b.tags(c)
	e.Place, e.OnlineURL = b.place(c, e)
	e.Lat, e.Lng = b.position(c)
	e.OrganizerName, e.OrganizerEmail = organizer(c)
	return e
}

// line is a text on one line.
func (b *builder) line(c *component, name string) string {
	p, _ := c.first(name)
	return strings.Join(strings.Fields(p.text()), " ")
}

func (b *builder) position(c *component) (lat, lng *float64) {
	p, ok := c.first("GEO")
	value, sep := p.value, ";"
	if apple, found := c.first("X-APPLE-STRUCTURED-LOCATION"); !ok && found {
		p, value, sep, ok = apple, strings.TrimPrefix(apple.value, "geo:"), ",", true
	}
	if !ok {
		return nil, nil
	}
	a, o, _ := strings.Cut(value, sep)
	x, errX := strconv.ParseFloat(strings.TrimSpace(a), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(o), 64)
	if errX != nil || errY != nil || !(x >= -90 && x <= 90 && y >= -180 && y <= 180) {
		b.problems.add(p.line, "%s is not a position; it was left out.", short(value))
		return nil, nil
	}
	if x == 0 && y == 0 { // what programs write that do not know
		return nil, nil
	}
	return &x, &y
}

func organizer(c *component) (name, email string) {
	p, ok := c.first("ORGANIZER")
	if !ok {
		return "", ""
	}
	name = paramText(p.param("CN"))
	if address, ok := cutPrefixFold(strings.TrimSpace(p.value), "mailto:"); ok {
		if raw, err := url.PathUnescape(address); err == nil {
			address = raw
		}
		if a, err := mail.ParseAddress(address); err == nil {
			email = a.Address
		}
	}
	if strings.EqualFold(name, email) {
		name = ""
	}
	return name, email
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// webURL is an absolute http or https address, made of ASCII; "" when s is none.
func webURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.User != nil || len(s) > 2000 {
		return ""
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return ascii(u.String())
}
