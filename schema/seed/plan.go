package seed

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// event is one event of the plan with its shifts.
type event struct {
	id                                                    uuid.UUID
	org                                                   int
	kind, slug, title, summary, description, mode, status string
	place                                                 place // its text is empty when the event is online
	private                                               bool
	onlineURL, instructions                               string
	access, accessNotes                                   string
	guests                                                int
	host, hostEmail                                       string
	published, updated                                    time.Time
	sequence                                              int
	shifts                                                []shift
	asks                                                  bool           // has questions in its form
	hosts                                                 map[int]string // roles of other organisations
}

// shift is one shift with the people in it.
type shift struct {
	id          uuid.UUID
	name        string
	start, end  time.Time
	previous    *time.Time // its start before it was moved
	capacity    *int
	taken       int
	online      *int // the capacity of a hybrid event's online seats
	onlineTaken int
	waiting     int
	signups     []signup
}

// planner makes the events. It draws from one source in one order, so that the same now gives the same campaign; only the
// times depend on now.
type planner struct {
	now     time.Time
	random  *rand.Rand
	orgs    []organisation
	recipes map[string]*recipe
	places  map[string][]place
	zones   map[string]*time.Location
	used    map[string]int // slugs
	counts  map[string]int // events so far, by organisation and kind
	visits  map[int]int    // venues handed out, by organisation
	shifts  int
}

func newPlanner(now time.Time) (*planner, error) {
	p := &planner{
		now: now.UTC().Truncate(time.Second), random: rand.New(rand.NewPCG(1848, 1920)), orgs: organisations(), zones: map[string]*time.Location{},
		used: map[string]int{}, counts: map[string]int{}, visits: map[int]int{},
	}
	var err error
	if p.recipes, err = recipes(); err != nil {
		return nil, err
	}
	if p.places, err = places(); err != nil {
		return nil, err
	}
	for _, list := range p.places {
		for _, at := range list {
			if p.zones[at.zone], err = time.LoadLocation(at.zone); err != nil {
				return nil, fmt.Errorf("load a zone of the demo: %w", err)
			}
		}
	}
	return p, nil
}

// fixedID is an identifier that is the same in every seed: a UUIDv7 whose random part is a hash.
func fixedID(kind string, n int) uuid.UUID {
	sum := sha256.Sum256([]byte(kind + "/" + strconv.Itoa(n)))
	id := uuid.UUID(sum[:16])
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(1767225600000+n)) // from 2026-01-01, in milliseconds
	copy(id[:6], stamp[2:])
	id[6], id[8] = 0x70|id[6]&0x0f, 0x80|id[8]&0x3f
	return id
}

// slot is an event that is still without a date.
type slot struct {
	org  int
	kind string
}

func (p *planner) slots() ([]slot, error) {
	var out []slot
	for i, org := range p.orgs {
		words := strings.Fields(org.program)
		for w := 0; w+1 < len(words); w += 2 {
			count, err := strconv.Atoi(words[w+1])
			if err != nil || p.recipes[words[w]] == nil {
				return nil, fmt.Errorf("the program of %s: %s", org.slug, words[w])
			}
			for range count {
				out = append(out, slot{i, words[w]})
			}
		}
	}
	p.random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

// events plans all of them: three in ten are over.
func (p *planner) events() ([]event, error) {
	slots, err := p.slots()
	if err != nil {
		return nil, err
	}
	out := make([]event, len(slots))
	abroad := false
	for i, s := range slots {
		past := i%10 < 3
		days := 1 + int(104*math.Pow(p.random.Float64(), 1.5))
		if past {
			days = -3 - int(180*math.Pow(p.random.Float64(), 1.3))
			if i%50 == 0 {
				days = -1 // just over: its people are asked how it was
			}
		}
		at := p.venue(s.org)
		if s.kind == "voter_registration" && s.org == 0 && !past && !abroad {
			at, abroad = p.places["abroad"][0], true
		}
		out[i] = p.event(i, s, at, days)
	}
	p.fates(out)
	return out, nil
}

func (p *planner) venue(org int) place {
	list := p.places[p.orgs[org].slug]
	p.visits[org]++
	return list[(p.visits[org]*7)%len(list)] // 7 divides no list's length: all are visited in turn
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func (p *planner) event(n int, s slot, at place, days int) event {
	r := p.recipes[s.kind]
	key := fmt.Sprint(s.org, s.kind)
	turn := p.counts[key]
	p.counts[key]++
	e := event{id: fixedID("event", n), org: s.org, kind: s.kind, mode: r.modes[turn%len(r.modes)], status: "scheduled", place: at, guests: r.guests}
	given, family := names()
	e.host = pick(p.random, given) + " " + pick(p.random, family)
	e.hostEmail = strings.ReplaceAll(slugOf(e.host), "-", ".") + "@example.org"
	p.write(&e, r, turn)
	p.setting(&e)
	p.dates(&e, r, days)
	first := e.shifts[0].start
	e.published = earlier(first.AddDate(0, 0, -30-p.random.IntN(20)), p.now.AddDate(0, 0, -1-p.random.IntN(9)))
	e.updated = e.published
	return e
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// write fills in the words.
func (p *planner) write(e *event, r *recipe, turn int) {
	org := p.orgs[e.org]
	titles, notes := r.titles, r.notes
	hood, city, region, venue := e.place.hood, e.place.city, state(e.place.region), e.place.venue
	if e.mode == "online" {
		titles = r.online
		hood, city, region, venue = state(org.region), state(org.region), state(org.region), "your kitchen table"
		if len(r.titles) > 0 && e.kind != "phone_bank" {
			notes = nil // they speak of a room
		}
	}
	fill := strings.NewReplacer("{hood}", hood, "{city}", city, "{region}", region, "{venue}", venue, "{host}", e.host, "{cause}", org.cause)
	e.title = fill.Replace(titles[turn%len(titles)])
	for n := 1; n < len(titles) && p.used[slugOf(e.title)] > 0; n++ {
		e.title = fill.Replace(titles[(turn+n)%len(titles)])
	}
	if e.place.org == "abroad" {
		e.title = "Ohioans abroad: ballot help desk in " + e.place.city
	}
	e.slug = slugOf(e.title)
	if p.used[e.slug]++; p.used[e.slug] > 1 {
		e.slug += "-" + strconv.Itoa(p.used[e.slug])
	}
	e.summary = fill.Replace(pick(p.random, r.summaries))
	paragraphs := []string{pick(p.random, r.openings), pick(p.random, r.details)}
	if len(notes) > 0 && p.random.IntN(10) < 8 {
		paragraphs = append(paragraphs, pick(p.random, notes))
	}
	if p.random.IntN(10) < 6 {
		paragraphs = append(paragraphs, pick(p.random, org.closers))
	}
	e.description = fill.Replace(strings.Join(paragraphs, "\n\n"))
}

// setting says where, and how one gets in.
func (p *planner) setting(e *event) {
	if e.mode != "in_person" {
		e.onlineURL = "https://meet.example.org/" + e.slug
		e.instructions = "The link opens ten minutes before we start. If you cannot get in, answer this mail and we will call you."
	}
	if e.mode == "online" {
		org := p.orgs[e.org]
		e.place = place{zone: org.zone, org: org.slug}
		e.access, e.accessNotes = "accessible", "Live captions in every call."
		return
	}
	how := pick(p.random, access())
	e.access, e.accessNotes = how.state, how.notes
	if e.private = e.kind == "house_party"; e.private {
		e.place.line1 = strconv.Itoa(20+p.random.IntN(400)) + " " + pick(p.random, []string{"Maple", "Juniper", "Holmden", "Larch", "Birchwood", "Sycamore"}) + " St"
		e.place.venue = strings.Fields(e.host)[0] + "'s home"
		e.instructions = "Ring the lower bell, or come through the garden gate if you hear music. There is parking on the street."
	}
}

// dates makes the shifts: one, two on a day, or one a week, of which some series are under way.
func (p *planner) dates(e *event, r *recipe, days int) {
	zone := p.zones[e.place.zone]
	today := p.now.In(zone)
	day := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, zone).AddDate(0, 0, days)
	step := 1
	if days < 0 {
		step = -1
	}
	wanted := pick(p.random, r.days)
	for days != -1 && day.Weekday() != wanted {
		day = day.AddDate(0, 0, step)
	}
	hour := pick(p.random, r.hours)
	switch chance := p.random.IntN(100); {
	case chance < 50 || e.kind == "rally" || e.kind == "fundraiser" || e.kind == "house_party" || e.kind == "office_opening" || e.kind == "barnstorm":
		p.shift(e, r, day, hour, "")
	case chance < 72 && len(r.hours) > 1 && r.length <= 3*time.Hour && r.hours[len(r.hours)-1]-r.hours[0] >= 3:
		for _, h := range r.hours {
			p.shift(e, r, day, h, partOfDay(h))
		}
	default:
		weeks := 3 + p.random.IntN(3)
		if days > 0 && days < 30 && p.random.IntN(3) == 0 {
			day = day.AddDate(0, 0, -14)
			weeks += 2
		}
		for w := range weeks {
			p.shift(e, r, day.AddDate(0, 0, 7*w*step), hour, "")
		}
	}
	if step < 0 {
		for i, j := 0, len(e.shifts)-1; i < j; i, j = i+1, j-1 {
			if e.shifts[i].start.After(e.shifts[j].start) {
				e.shifts[i], e.shifts[j] = e.shifts[j], e.shifts[i]
			}
		}
	}
}

func partOfDay(hour int) string {
	switch {
	case hour < 12:
		return "Morning"
	case hour < 17:
		return "Afternoon"
	}
	return "Evening"
}

func (p *planner) shift(e *event, r *recipe, day time.Time, hour int, name string) {
	p.shifts++
	start := time.Date(day.Year(), day.Month(), day.Day(), hour, 30*(len(e.title)%2), 0, 0, day.Location())
	s := shift{id: fixedID("shift", p.shifts), name: name, start: start.UTC(), end: start.Add(r.length).UTC()}
	if r.seats > 0 {
		seats := max(6, r.seats*(8+p.random.IntN(5))/10)
		s.capacity = &seats
	}
	e.shifts = append(e.shifts, s)
}

// indoors reports whether an event of the kind could take place on a screen instead.
func indoors(kind string) bool {
	switch kind {
	case "meeting", "training", "workshop", "town_hall", "letter_writing", "debate_watch_party":
		return true
	}
	return false
}

// fates gives some events a change of plan.
func (p *planner) fates(events []event) {
	cancelled, postponed, moved := 0, 0, 0
	for i := range events {
		e := &events[i]
		future := e.shifts[0].start.After(p.now.AddDate(0, 0, 2))
		switch {
		case i%17 == 5 && cancelled < 8:
			e.status, cancelled = "cancelled", cancelled+1
			e.description = "We are sorry: this event had to be cancelled. Everybody who had signed up has been told.\n\n" + e.description
		case i%23 == 7 && future && postponed < 5:
			e.status, postponed = "postponed", postponed+1
			e.description = "We have to find a new date for this event. Your place is kept, and you will get a mail as soon as we know more.\n\n" + e.description
		case i%7 == 3 && future && e.mode == "in_person" && indoors(e.kind) && moved < 6:
			e.status, moved = "moved_online", moved+1
			e.onlineURL = "https://meet.example.org/" + e.slug
			e.instructions = "This event takes place online. The link opens ten minutes before we start."
		default:
			continue
		}
		e.sequence = 1
		e.updated = p.now.Add(-time.Duration(5+p.random.IntN(60)) * time.Hour)
		if e.shifts[0].start.Before(e.updated) {
			e.updated = e.shifts[0].start.AddDate(0, 0, -2)
		}
	}
}
