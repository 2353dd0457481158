package chaos

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/signedlink"
)

const (
	lineShifts = 2
	lineSeats  = 6  // of each
	linePeople = 16 // at once
	mostGuests = 2
)

// line is people who want more seats than two shifts have: they wait, are offered what others give back, accept or decline,
// change their party and cancel, each until they are told that it is done; and an organiser who moves the shifts meanwhile.
type line struct {
	*load
	signer *signedlink.Signer
	shifts []string
	event  string
	starts time.Time
	zone   *time.Location
	moves  int // by the organiser
}

// queue starts that load on a site.
func (s *stack) queue(origin string) *line {
	s.t.Helper()
	key, err := hex.DecodeString(secretKey)
	require.NoError(s.t, err)
	signer, err := signedlink.New(key)
	require.NoError(s.t, err)
	q := &line{load: s.newLoad(origin, ""), signer: signer}
	q.fill()
	q.watch()
	for p := range linePeople {
		q.wg.Go(func() {
			for n := 0; !q.over(); n++ {
				q.visit(fmt.Sprintf("line%d-%d@example.org", p, n))
			}
		})
	}
	q.wg.Go(q.organise)
	return q
}

// fill makes the event. It starts within the hour, so that nobody is made to wait for the news of a move, and it is noon
// there, so that its reminders are due.
func (q *line) fill() {
	s, now := q.s, time.Now().UTC()
	east := 12 - now.Hour()
	zone := fmt.Sprintf("Etc/GMT%+d", -east)
	q.zone = time.FixedZone(zone, east*3600)
	q.starts = now.Truncate(time.Minute).Add(25 * time.Minute)
	q.event = uuid.Must(uuid.NewV7()).String()
	s.exec(`insert into events (id, org_id, org_name, slug, title, published_at, timezone, guests_allowed, city, region)
		select $1, id, name, 'line', 'A line', now(), $2, $3, 'Cleveland', 'OH' from organizations order by id limit 1`, q.event, zone, mostGuests)
	for range lineShifts {
		shift := uuid.Must(uuid.NewV7()).String()
		s.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity) select $1, org_id, id, $3, $3::timestamptz + interval '2 hours', $4
			from events where id = $2`, shift, q.event, q.starts, lineSeats)
		q.shifts = append(q.shifts, shift)
	}
}

// guest is one sign-up, as its person knows it.
type guest struct {
	*line
	email, token string
	status       events.SignupStatus
	party        int
}

// states are what the store may say of somebody who was told that: who waits may be offered seats at any moment.
func states(status events.SignupStatus, party int) []string {
	all := []string{fmt.Sprint(status, " ", party)}
	if status == events.Waitlisted {
		all = append(all, fmt.Sprint(events.Offered, " ", party))
	}
	return all
}

// visit is one person, from the sign-up until they cancel or the load is over.
func (q *line) visit(email string) {
	g := &guest{line: q, email: email, party: 1 + rand.N(1+mostGuests)}
	if !g.signUp() {
		return
	}
	for g.status != events.SignupCancelled && !q.over() {
		time.Sleep(50*time.Millisecond + rand.N(250*time.Millisecond)) // people take their time
		switch chance := rand.N(10); {
		case g.status == events.Offered && chance < 6:
			g.ask(events.Accept.Name, events.SignupIn{Token: g.token}, states(events.Registered, g.party))
		case chance < 2:
			g.ask(events.CancelRSVP.Name, events.SignupIn{Token: g.token}, states(events.SignupCancelled, g.party))
		case chance < 5:
			party := 1 + rand.N(1+mostGuests)
			g.ask(events.SetParty.Name, events.PartyIn{Token: g.token, Guests: party - 1}, append(states(g.status, party), states(g.status, g.party)...))
		default:
			g.ask(events.GetSignup.Name, events.SignupIn{Token: g.token}, nil)
		}
	}
}

// signUp reports whether the person has a seat or a place in line.
func (g *guest) signUp() bool {
	g.signups.Began(g.email)
	g.signups.Asks(g.email, append(states(events.Registered, g.party), states(events.Waitlisted, g.party)...)...)
	key, began := uuid.NewString(), time.Now()
	in := events.RSVPIn{
		ShiftID: shiftID(g.shifts[rand.N(len(g.shifts))]), GivenName: "Line", FamilyName: "Stander", Email: g.email, Guests: g.party - 1,
	}
	var out events.RSVPOut
	switch status := g.untilDefinite(func() (int, string) { return g.call(events.RSVP.Name, key, in, &out) }); status {
	case http.StatusConflict:
		g.signups.Refused(g.email)
		return false
	case http.StatusOK:
	default:
		g.s.t.Errorf("%s signs up and is told %d", g.email, status)
		return false
	}
	g.signups.Acked(g.email, time.Since(began))
	if g.status = events.Registered; len(out.Waitlisted) > 0 {
		g.status = events.Waitlisted
	}
	g.told()
	var id uuid.UUID
	for g.s.db.QueryRow(g.s.t.Context(), `select id from event_signups where email = $1`, g.email).Scan(&id) != nil {
		time.Sleep(50 * time.Millisecond) // the database is away
	}
	g.token = g.signer.Token("events.signup", id)
	return true
}

// ask does something with the sign-up, after which it may be in the states.
func (g *guest) ask(function string, in any, may []string) {
	g.signups.Asks(g.email, may...)
	began := time.Now()
	var out events.Signup
	switch status := g.untilDefinite(func() (int, string) { return g.call(function, "", in, &out) }); status {
	case http.StatusConflict: // a party that cannot grow
		g.told()
	case http.StatusOK:
		g.status, g.party = out.Status, out.PartySize
		g.told()
		g.signups.Acked(g.email, time.Since(began))
	default:
		g.s.t.Errorf("%s asks for %s and is told %d", g.email, function, status)
	}
}

func (g *guest) told() {
	if all := states(g.status, g.party); !g.signups.Told(g.email, all...) {
		g.s.t.Errorf("%s is told %q and never asked for it", g.email, all[0])
	}
}

// organise moves the shifts again and again by the operator's command, later each time, and has people reminded.
func (q *line) organise() {
	for !q.over() {
		for _, shift := range q.shifts {
			q.move(shift)
		}
		q.remind()
		select {
		case <-q.stopped:
		case <-time.After(3 * time.Second):
		}
	}
}

func (q *line) move(shift string) {
	q.moves++
	starts := q.starts.Add(time.Duration(q.moves%30) * time.Minute).In(q.zone)
	const clock = "2006-01-02 15:04"
	_, here, _, _ := runtime.Caller(0)
	for ; !q.over(); time.Sleep(100 * time.Millisecond) {
		move := exec.Command(filepath.Join(filepath.Dir(here), "../../../bin/events"), "reschedule", "--shift", shift, "--note", "It moves.",
			"--starts", starts.Format(clock), "--ends", starts.Add(2*time.Hour).Format(clock))
		move.Env = append(append(move.Environ(), q.s.environment()...), "PUBLIC_URL="+q.origin)
		said, err := move.CombinedOutput()
		if err == nil {
			return
		}
		if q.s.db.Ping(q.s.t.Context()) == nil && rand.N(50) == 0 {
			q.s.t.Logf("a move fails and is tried again: %s", said)
		}
	}
}

// remind makes who is registered somebody who was so yesterday, and looks for the reminders that are due.
func (q *line) remind() {
	_, err := q.s.db.Exec(q.s.t.Context(), `with locked as materialized (select id from event_shifts where id = any($1) order by id for no key update),
		old as (update event_signups set created_at = now() - interval '2 days' where shift_id in (select id from locked) and status <> 'cancelled')
		insert into river_job (args, kind, max_attempts, queue, priority, state, metadata)
		values (json_build_object('tick', now()), 'events.reminders', 25, 'default', 1, 'available', '{}')`, q.shifts)
	if err != nil {
		q.s.t.Logf("no reminders planned while the database is away: %v", err)
	}
}

// judge settles: what people were promised is there, the seats went to those who were first, the counters are the rows.
func (q *line) judge() {
	t := q.s.t
	t.Helper()
	made, acked, refused := q.signups.Keys()
	attempts, failures, slowest, _ := q.signups.Requests()
	t.Logf("the line: %d people, %d promised, %d refused, %d moves of the event; %d requests, %d failed; slowest promise %s; %v",
		made, acked, refused, q.moves, attempts, failures, slowest.Round(time.Millisecond), q.statuses)
	require.Positive(t, acked)
	require.Zero(t, q.retries, "answers 503 without Retry-After")
	stored, states := map[string]int{}, map[string]string{}
	happened := map[string]int{}
	for _, shift := range q.shifts {
		history := q.s.history(shift)
		require.Empty(t, replay(history, lineSeats), "shift %s", shift)
		last := map[string]string{}
		for _, m := range history {
			last[m.email] = fmt.Sprint(m.status, " ", m.party)
			happened[m.was+" → "+m.status]++
		}
		for email, state := range q.s.statesOf(shift) {
			require.Equal(t, last[email], state, "%s is what its history says", email)
			states[email] = state
		}
		for email, n := range q.s.signupsOf(shift) {
			stored[email] += n
		}
		require.Zero(t, q.s.count(`select count(*) from event_shifts s where id = $1 and (taken, waiting, online_taken, online_waiting) <> (select
			coalesce(sum(party_size) filter (where status in ('registered', 'offered')), 0)::int, count(*) filter (where status = 'waitlisted')::int, 0, 0
			from event_signups where shift_id = s.id)`, shift), "the counters are the rows")
	}
	t.Logf("what happened: %v", happened)
	require.Positive(t, happened["waitlisted → offered"])
	require.Positive(t, happened["offered → registered"])
	require.NoError(t, q.signups.Judge(stored).Err())
	require.Empty(t, q.signups.JudgeStates(states))
}

func (s *stack) statesOf(shift string) map[string]string {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `select email, status || ' ' || party_size from event_signups where shift_id = $1`, shift)
	require.NoError(s.t, err)
	all := map[string]string{}
	for rows.Next() {
		var email, state string
		require.NoError(s.t, rows.Scan(&email, &state))
		all[email] = state
	}
	require.NoError(s.t, rows.Err())
	return all
}

// lateMail is how long after somebody left a mail about their place may still come: it was in hand.
const lateMail = 10 * time.Second

// judgeMail asks, once all mail has gone (stack.judgeMail): everybody got the mail about what came of them last, nobody a mail about a
// place that they had left, and everybody knows where the event has moved.
func (q *line) judgeMail() {
	t, s := q.s.t, q.s
	t.Helper()
	type mail struct{ id, kind string }
	mails, about := map[string][]mail{}, map[string]bool{}
	rows, err := s.db.Query(t.Context(), `select d.message_id, d.kind, g.email, g.sequence, d.key from deliveries d
		join event_signups g on g.id::text = substring(d.key from '/([0-9a-f]{8}-[0-9a-f-]{27})/') where g.shift_id = any($1)`, q.shifts)
	require.NoError(t, err)
	kinds := map[string]int{}
	for rows.Next() {
		var m mail
		var email, key string
		var sequence int
		require.NoError(t, rows.Scan(&m.id, &m.kind, &email, &sequence, &key))
		mails[email] = append(mails[email], m)
		var asked int64
		if n, _ := fmt.Sscanf(key[len(m.kind)+1+36:], fmt.Sprintf("/%d/%%d", sequence), &asked); n == 1 {
			about[email+" "+m.kind] = true
		}
		kinds[m.kind]++
	}
	require.NoError(t, rows.Err())
	t.Logf("the line's mails: %v", kinds)
	require.Positive(t, kinds["events.changed"])
	require.Positive(t, kinds["events.remind"])
	s.mails.mu.Lock()
	defer s.mails.mu.Unlock()
	for _, shift := range q.shifts {
		last := map[string]move{}
		for _, m := range s.history(shift) {
			last[m.email] = m
		}
		for email, m := range last {
			if kind := m.mail(); kind != "" && !about[email+" "+kind] {
				t.Errorf("%s never got %s: %+v", email, kind, m)
			}
			if m.status != string(events.SignupCancelled) {
				continue
			}
			for _, sent := range mails[email] {
				came, here := s.mails.came[sent.id]
				if gone := sent.kind == "events.cancelled_signup" || sent.kind == "events.left_waitlist"; here && !gone && came.After(m.at.Add(lateMail)) {
					t.Errorf("%s left, and got %s %s later", email, sent.kind, came.Sub(m.at))
				}
			}
		}
	}
	require.Zero(t, s.count(`select count(*) from event_signups g join event_shifts s on s.id = g.shift_id join events e on e.id = s.event_id
		where e.id = $1 and g.status <> 'cancelled' and (g.told ->> 'sequence')::int < e.sequence`, q.event), "people who do not know where the event moved")
	require.Zero(t, s.count(`select count(*) - count(distinct message_id) from deliveries`), "two mails that look like one")
	require.Zero(t, s.count(`select count(*) from river_job where kind like 'events.%' and state in ('discarded', 'cancelled')`), "work that was given up")
}
