package eventsvc_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
)

// person is a sign-up as the model has it.
type person struct {
	email            string
	status           events.SignupStatus
	pool             events.Pool
	party            int
	created, details time.Duration
	offerEnds        time.Duration
	ended            events.EndedReason
}

// model is what a shift with waiting lines does, in memory and one thing at a time: what the service must do on the
// database. Times are since noon.
type model struct {
	now, starts, ends time.Duration
	offer             time.Duration // how long one is good
	waitlist          bool
	verify            bool                // new sign-ups are held until they are confirmed
	capacity          map[events.Pool]int // -1: unlimited
	people            []person            // in the order of signing up; the newest of an address counts
	line              map[events.Pool][]int
	mails             map[string]int
}

func (m *model) clone() *model {
	c := *m
	c.capacity, c.mails, c.people = maps.Clone(m.capacity), maps.Clone(m.mails), slices.Clone(m.people)
	c.line = map[events.Pool][]int{}
	for p, l := range m.line {
		c.line[p] = slices.Clone(l)
	}
	return &c
}

func (m *model) held(p events.Pool) (n int) {
	for _, g := range m.people {
		if g.pool == p && (g.status == events.Registered || g.status == events.Offered) {
			n += g.party
		}
	}
	return n
}

func (m *model) fits(p events.Pool, party int) bool {
	return m.capacity[p] < 0 || m.held(p)+party <= m.capacity[p]
}

// active is the index of the sign-up of an address that is not over, -1 if none.
func (m *model) active(email string) int {
	return slices.IndexFunc(m.people, func(g person) bool { return g.email == email && g.status != events.SignupCancelled })
}

// settle ends offers and makes those that are due.
func (m *model) settle() {
	for i, g := range m.people {
		if g.status == events.Offered && g.offerEnds <= m.now {
			m.people[i].status, m.people[i].ended = events.SignupCancelled, events.EndedExpired
			m.mails["events.offer_expired"]++
		}
	}
	for p, line := range m.line {
		for len(line) > 0 && m.now < m.starts && m.fits(p, m.people[line[0]].party) {
			head := &m.people[line[0]]
			line = line[1:]
			m.offers(head)
			m.mails["events.offered"]++
		}
		m.line[p] = line
	}
}

// offers holds a place.
func (m *model) offers(g *person) {
	last := m.starts
	if m.now >= m.starts {
		last = m.ends
	}
	g.status, g.offerEnds = events.Offered, min(m.now+m.offer, last)
	m.mails["events.expire_offer"]++
}

// seat gives a newcomer the place, or holds it.
func (m *model) seat(g *person) {
	if g.status = events.Registered; m.verify {
		m.offers(g)
	}
}

func (m *model) leaveLine(i int) {
	p := m.people[i].pool
	m.line[p] = slices.DeleteFunc(m.line[p], func(n int) bool { return n == i })
}

// outcome is what a stranger gets.
func (m *model) outcome(p events.Pool, party int) (events.SignupStatus, fault.Code) {
	open := m.now < m.starts
	waits := open && len(m.line[p]) > 0
	switch {
	case m.now >= m.ends:
		return "", fault.Gone
	case !waits && m.fits(p, party):
		return events.Registered, ""
	case !open || !m.waitlist || !waits && m.held(p) < m.capacity[p] || party > m.capacity[p] && m.capacity[p] >= 0:
		return "", fault.Conflict
	}
	return events.Waitlisted, ""
}

func mailOf(s events.SignupStatus) string {
	return map[events.SignupStatus]string{events.Registered: "events.confirm", events.Waitlisted: "events.waitlisted", events.Offered: "events.offered"}[s]
}

func (m *model) signUp(email string, p events.Pool, party int) (position int, code fault.Code) {
	m.settle()
	status, refused := m.outcome(p, party)
	if status == events.Waitlisted {
		position = len(m.line[p]) + 1
	}
	if i := m.active(email); i >= 0 {
		g := &m.people[i]
		sameAgain := refused == fault.Conflict && m.now-g.created <= 10*time.Minute && g.party == party
		if refused != "" && !sameAgain {
			return 0, refused
		}
		own, _ := m.outcome(g.pool, g.party)
		switch {
		case g.status == events.Waitlisted && own == events.Registered:
			m.leaveLine(i)
			m.seat(g)
			m.mails[mailOf(g.status)]++
		case m.now-g.details >= hour:
			g.details = m.now
			m.mails[mailOf(g.status)]++
		}
		return position, ""
	}
	if refused != "" {
		return 0, refused
	}
	g := person{email: email, status: status, pool: p, party: party, created: m.now, details: m.now}
	if status == events.Waitlisted {
		m.line[p] = append(m.line[p], len(m.people))
	} else {
		m.seat(&g)
	}
	m.people = append(m.people, g)
	m.mails[mailOf(g.status)]++
	return position, ""
}

func (m *model) cancel(i int) fault.Code {
	m.settle()
	g := &m.people[i]
	switch {
	case g.status == events.SignupCancelled:
		return ""
	case m.now >= m.ends:
		return fault.Gone
	case g.status == events.Registered:
		m.mails["events.cancelled_signup"]++
	default:
		m.leaveLine(i)
		m.mails["events.left_waitlist"]++
	}
	g.status, g.ended = events.SignupCancelled, events.EndedByPerson
	m.settle()
	return ""
}

func (m *model) accept(i int) fault.Code {
	m.settle()
	g := &m.people[i]
	switch g.status {
	case events.SignupCancelled:
		return fault.Gone
	case events.Waitlisted:
		return fault.Conflict
	case events.Offered:
		g.status = events.Registered
		m.mails["events.confirm"]++
	}
	return ""
}

func (m *model) resize(i, party int) fault.Code {
	m.settle()
	g := &m.people[i]
	waits := m.now < m.starts && len(m.line[g.pool]) > 0
	switch {
	case g.status == events.SignupCancelled || m.now >= m.ends:
		return fault.Gone
	case party == g.party:
		return ""
	case g.status == events.Waitlisted && party > g.party:
		if m.capacity[g.pool] >= 0 && party > m.capacity[g.pool] {
			return fault.Conflict
		}
		m.leaveLine(i)
		m.line[g.pool] = append(m.line[g.pool], i)
	case party > g.party && (waits || !m.fits(g.pool, party-g.party)):
		return fault.Conflict
	}
	if g.status == events.Registered {
		m.mails["events.party_changed"]++
	}
	g.party = party
	m.settle()
	return ""
}

func (m *model) setCapacity(p events.Pool, n int) fault.Code {
	m.settle()
	if n >= 0 && n < m.held(p) {
		return fault.Conflict
	}
	m.capacity[p] = n
	m.settle()
	return ""
}

// cancelShift ends every line and offer for good.
func (m *model) cancelShift() {
	m.settle()
	told := 0
	for i, g := range m.people {
		switch g.status {
		case events.Waitlisted, events.Offered:
			m.people[i].status, m.people[i].ended = events.SignupCancelled, events.EndedByOrganiser
			told++
		case events.Registered:
			told++
		}
	}
	clear(m.line)
	if told > 0 {
		m.mails["events.tell"]++
	}
}

// walk does random things to the model and to the service alike.
type walk struct {
	*bundle
	r     *rand.Rand
	m     *model
	slug  string
	shift events.ShiftID
	ids   []uuid.UUID // of the model's people
	trace []string
}

func TestSeatsFollowTheModel(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for seed := range uint64(40) {
		w := b.walk(seed)
		for range 70 {
			w.step()
			if w.m.now >= w.m.ends {
				break
			}
		}
		w.cancelShift()
	}
}

func (b *bundle) walk(seed uint64) *walk {
	b.now.Store(0)
	b.exec(`delete from event_signups`)
	b.exec(`delete from river_job`)
	r := rand.New(rand.NewPCG(seed, 7))
	waitlist := seed%5 != 4
	slug := fmt.Sprintf("model-%d", seed)
	event := b.event(slug, "Model", "guests_allowed = 3", "mode = 'hybrid'", fmt.Sprintf("waitlist_enabled = %t", waitlist))
	m := &model{
		starts: time.Duration(5+25*(seed%2)) * hour, offer: time.Duration(1+seed%3) * hour, waitlist: waitlist, verify: seed%4 > 1, line: map[events.Pool][]int{}, mails: map[string]int{},
		capacity: map[events.Pool]int{events.MainPool: r.IntN(7), events.OnlinePool: r.IntN(5) - 1},
	}
	m.ends = m.starts + 2*hour
	b.exec(`update events set offer_minutes = $2 where id = $1`, event, m.offer/time.Minute)
	require.NoError(b.t, b.svc.SetVerifies(b.t.Context(), "tremont", m.verify))
	w := &walk{bundle: b, r: r, m: m, slug: slug, shift: b.shift(event, m.starts, m.capacity[events.MainPool]), trace: []string{fmt.Sprint("seed ", seed)}}
	if n := m.capacity[events.OnlinePool]; n >= 0 {
		b.exec(`update event_shifts set online_capacity = $2 where id = $1`, w.shift.UUID, n)
	}
	return w
}

func (w *walk) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf("%v: ", w.m.now)+fmt.Sprintf(format, args...))
}

// step does one thing to both, and compares.
func (w *walk) step() {
	w.t.Helper()
	before := w.m.clone()
	var want fault.Code
	var err error
	atomic := false // whether a refusal takes back what was brought up to date before it
	switch n := w.r.IntN(23); {
	case n < 8 || len(w.ids) == 0:
		want, err = w.signUp()
		atomic = true
	case n < 11:
		i := w.r.IntN(len(w.ids))
		w.note("cancel %d", i)
		want = w.m.cancel(i)
		_, err = w.svc.CancelRSVP(w.t.Context(), w.link(i))
	case n < 14:
		i := w.someone(events.Offered)
		w.note("accept %d", i)
		want = w.m.accept(i)
		_, err = w.svc.Accept(w.t.Context(), w.link(i))
	case n < 16:
		i, party := w.someone(events.Waitlisted, events.Registered, events.Offered), 1+w.r.IntN(4)
		w.note("resize %d to %d", i, party)
		want = w.m.resize(i, party)
		_, err = w.svc.SetParty(w.t.Context(), events.PartyIn{Token: w.link(i).Token, Guests: party - 1})
	case n < 17:
		want, err = w.resizeShift()
		atomic = true
	case n < 18:
		i := w.someone(events.Offered)
		w.note("expire %d", i)
		w.m.settle()
		if err = w.work.ExpireOffer(w.t.Context(), eventsvc.ExpireOfferArgs{SignupID: w.ids[i]}); err != nil {
			require.Equal(w.t, events.Offered, w.m.people[i].status, "it waits: %v", err)
			err = nil
		}
	default:
		step := []time.Duration{time.Minute, 11 * time.Minute, hour, 2 * hour, 20 * time.Minute, -20 * time.Minute}[w.r.IntN(6)]
		w.m.now += step
		w.pass(step)
		w.note("the clock goes %v", step)
	}
	if want != "" && atomic {
		w.m = before
	}
	require.Equal(w.t, want, code(err), "%v\n%s", err, w.story())
	w.compare()
}

func (w *walk) signUp() (fault.Code, error) {
	email, party, attend := address(w.r.IntN(14)), 1, events.InPerson
	if w.r.IntN(2) == 0 {
		party += w.r.IntN(4)
	}
	if w.r.IntN(3) == 0 {
		attend = events.Online
	}
	pool := events.Event{Mode: events.Hybrid}.Pool(attend)
	w.note("%s signs up, %d of %s", email, party, pool)
	people := len(w.m.people)
	position, want := w.m.signUp(email, pool, party)
	in := form(w.shift, email, party-1)
	in.Attend = attend
	out, err := w.svc.RSVP(w.t.Context(), in)
	if err == nil && want == "" {
		var places []events.PlaceInLine
		if position > 0 {
			places = []events.PlaceInLine{{ShiftID: w.shift, Position: position}}
		}
		require.Equal(w.t, places, out.Waitlisted, w.story())
		require.Equal(w.t, w.m.verify && position == 0, out.Confirm, w.story())
		if len(w.m.people) > people {
			w.ids = append(w.ids, w.signup(email))
		}
	}
	return want, err
}

func (w *walk) resizeShift() (fault.Code, error) {
	pool := []events.Pool{events.MainPool, events.OnlinePool}[w.r.IntN(2)]
	n := w.r.IntN(10) - 1
	w.note("capacity of %s is to be %d", pool, n)
	want := w.m.setCapacity(pool, n)
	var c eventsvc.Capacity
	limits := maps.Clone(w.m.capacity)
	limits[pool] = n
	if n := limits[events.MainPool]; n >= 0 {
		c.Main = &n
	}
	if n := limits[events.OnlinePool]; n >= 0 {
		c.Online = &n
	}
	return want, w.svc.SetCapacity(w.t.Context(), w.shift, c)
}

func (w *walk) cancelShift() {
	w.t.Helper()
	if w.m.now >= w.m.ends {
		return
	}
	w.note("the shift is cancelled")
	w.m.cancelShift()
	_, err := w.svc.CancelEvent(w.t.Context(), w.slug, w.shift, "")
	require.NoError(w.t, err, w.story())
	w.compare()
}

func (w *walk) link(i int) events.SignupIn {
	return events.SignupIn{Token: w.sign.Token("events.signup", w.ids[i])}
}

// someone prefers people of the statuses.
func (w *walk) someone(statuses ...events.SignupStatus) int {
	var of []int
	for i, g := range w.m.people {
		if slices.Contains(statuses, g.status) {
			of = append(of, i)
		}
	}
	if len(of) == 0 || w.r.IntN(5) == 0 {
		return w.r.IntN(len(w.ids))
	}
	return of[w.r.IntN(len(of))]
}

func (w *walk) story() string { return strings.Join(w.trace, "\n") }

// compare checks every person, the lines, the counters and the mails.
func (w *walk) compare() {
	w.t.Helper()
	w.consistent(w.shift)
	rows, err := w.db.Query(w.t.Context(), `select id, status, pool, party_size, ended_reason, coalesce(offer_expires_at, $2),
		case when status = 'waitlisted' then row_number() over (partition by pool, status order by waitlisted_at, id) else 0 end
		from event_signups where shift_id = $1 order by id`, w.shift.UUID, noon)
	require.NoError(w.t, err)
	got, want := map[uuid.UUID]string{}, map[uuid.UUID]string{}
	for rows.Next() {
		var id uuid.UUID
		var status, pool, ended string
		var party, position int
		var ends time.Time
		require.NoError(w.t, rows.Scan(&id, &status, &pool, &party, &ended, &ends, &position))
		got[id] = fmt.Sprintln(status, pool, party, ended, ends.Sub(noon), position)
	}
	require.NoError(w.t, rows.Err())
	for i, g := range w.m.people {
		position := 1 + slices.Index(w.m.line[g.pool], i)
		want[w.ids[i]] = fmt.Sprintln(g.status, g.pool, g.party, g.ended, g.offerEnds, position)
	}
	require.Equal(w.t, want, got, w.story())
	mails := map[string]int{}
	rows, err = w.db.Query(w.t.Context(), `select kind, count(*) from river_job group by kind`)
	require.NoError(w.t, err)
	for rows.Next() {
		var kind string
		var n int
		require.NoError(w.t, rows.Scan(&kind, &n))
		mails[kind] = n
	}
	require.NoError(w.t, rows.Err())
	require.Equal(w.t, w.m.mails, mails, w.story())
}
