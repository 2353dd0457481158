package seed

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
)

// contact is a person an organisation knows.
type contact struct {
	id                                      uuid.UUID
	org                                     int
	given, family, email, phone, postalCode string
	created                                 time.Time
}

// signup is one person's place in a shift.
type signup struct {
	id        uuid.UUID
	contact   *contact
	cancelled bool
	waits     bool // in line, since it was created
	pool      string
	attend    string
	party     int
	note      string
	created   time.Time
}

// people makes the contacts of all organisations. Their addresses are of example.org, their numbers of the range kept
// free for fiction.
func (p *planner) people() [][]contact {
	given, family := names()
	out := make([][]contact, len(p.orgs))
	number := 0
	for o, org := range p.orgs {
		taken := map[string]int{}
		venues := p.places[org.slug]
		for range org.people {
			number++
			c := contact{id: fixedID("contact", number), org: o, given: pick(p.random, given), family: pick(p.random, family)}
			local := strings.ReplaceAll(slugOf(c.given+" "+c.family), "-", ".")
			if taken[local]++; taken[local] > 1 {
				local = fmt.Sprintf("%s%d", local, taken[local])
			}
			c.email = local + "@example.org"
			if p.random.IntN(3) > 0 {
				c.phone = fmt.Sprintf("(%d) 555-01%02d", pick(p.random, areaCodes(o)), p.random.IntN(100))
			}
			c.postalCode = pick(p.random, venues).postalCode
			c.created = p.now.AddDate(0, 0, -220-p.random.IntN(300))
			out[o] = append(out[o], c)
		}
	}
	return out
}

func areaCodes(org int) []int {
	return [][]int{{216, 330, 380, 419, 513, 614}, {303, 719, 720, 970}, {206, 213, 310, 503, 510, 916}}[org]
}

// The words that people leave with their sign-up; most leave none.
func notes() []string {
	return []string{
		"I can bring a folding table.", "First time! A bit nervous.", "Vegetarian, please.", "I may be ten minutes late from work.", "Happy to drive, three seats.",
		"Bringing my daughter, she is nine.", "I speak Spanish and some Vietnamese.", "Allergic to nuts.", "Can I help set up?", "I use a wheelchair, see you there!",
	}
}

// fill signs people up. Events that are chosen for it end up full or nearly so: their capacity is what was taken, and
// nothing ever takes more than there is.
func (p *planner) fill(events []event, people [][]contact) {
	full, nearly, number := 0, 0, 0
	for i := range events {
		e := &events[i]
		soon := e.status == "scheduled" && e.shifts[0].capacity != nil && e.shifts[0].start.After(p.now) && e.shifts[0].start.Before(p.now.AddDate(0, 0, 45))
		spare := -1
		switch {
		case soon && i%4 == 1 && full < 11:
			spare, full = 0, full+1
		case soon && i%4 == 3 && nearly < 14:
			spare, nearly = 1+i%3, nearly+1
		}
		for n := range e.shifts {
			s := &e.shifts[n]
			if e.mode == "hybrid" && i%2 == 0 { // the other rooms online hold everybody
				seats := 100
				s.online = &seats
			}
			want := p.turnout(s)
			if spare >= 0 {
				want = 7 + p.random.IntN(6)
			}
			number = p.sign(e, s, people[e.org], want, number)
			if spare >= 0 && s.start.After(p.now) {
				seats := s.taken + spare
				s.capacity = &seats
			}
		}
	}
	p.line(events, people, number)
}

// line puts people into the waiting line of the first full shift of somewhere one goes.
func (p *planner) line(events []event, people [][]contact, number int) {
	for i := range events {
		e := &events[i]
		s := &e.shifts[0]
		full := s.capacity != nil && s.taken == *s.capacity && *s.capacity > 3
		if !full || e.status != "scheduled" || e.mode != "in_person" || s.start.Before(p.now.AddDate(0, 0, 2)) {
			continue
		}
		there := map[uuid.UUID]bool{}
		for _, one := range s.signups {
			there[one.contact.id] = true
		}
		for n := 0; s.waiting < 4; n++ {
			who := &people[e.org][n]
			if there[who.id] {
				continue
			}
			number++
			s.waiting++
			s.signups = append(s.signups, signup{id: fixedID("signup", number), contact: who, waits: true, pool: "main", attend: "in_person", party: 1 + min(e.guests, s.waiting%2),
				created: p.now.Add(-time.Duration(50-10*s.waiting) * time.Minute)})
		}
		return
	}
}

// turnout is how many sign up: more the nearer the shift is.
func (p *planner) turnout(s *shift) int {
	switch until := s.start.Sub(p.now).Hours() / 24; {
	case until < 0:
		return 3 + p.random.IntN(6)
	case until < 14:
		return 2 + p.random.IntN(7)
	case until < 45:
		return p.random.IntN(6)
	}
	return p.random.IntN(3)
}

func (p *planner) sign(e *event, s *shift, people []contact, want, number int) int {
	there := map[uuid.UUID]bool{}
	for range want {
		who := &people[p.random.IntN(len(people))]
		one := signup{contact: who, attend: attend(e.mode, p.random), party: 1, cancelled: p.random.IntN(20) == 0}
		if e.guests > 0 && p.random.IntN(4) == 0 {
			one.party += 1 + p.random.IntN(min(e.guests, 3))
		}
		one.pool = pool(e.mode, one.attend)
		if there[who.id] || !one.cancelled && one.pool == "main" && s.capacity != nil && s.taken+one.party > *s.capacity {
			continue
		}
		there[who.id] = true
		number++
		one.id = fixedID("signup", number)
		if p.random.IntN(12) == 0 {
			one.note = pick(p.random, notes())
		}
		last := earlier(p.now, s.start.Add(-2*time.Hour))
		one.created = last.Add(-time.Duration(10+p.random.IntN(14*24*60)) * time.Minute)
		switch {
		case one.cancelled:
		case one.pool == "online":
			s.onlineTaken += one.party
		default:
			s.taken += one.party
		}
		s.signups = append(s.signups, one)
	}
	return number
}

// pool is whose seats somebody takes who takes part that way.
func pool(mode, attend string) string {
	if mode == "hybrid" && attend == "online" {
		return "online"
	}
	return "main"
}

func attend(mode string, random *rand.Rand) string {
	if mode == "online" || mode == "hybrid" && random.IntN(2) == 0 {
		return "online"
	}
	return "in_person"
}
