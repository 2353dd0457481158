package chaos

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/signedlink"
)

const (
	lineShifts = 2
	lineSeats  = 5  // of each, in person
	lineOnline = 3  // of each
	linePeople = 16 // at once
	mostGuests = 2
	// Shifts are so short, and so far from each other, that a move makes none of them overlap.
	lineLasts = 5 * time.Minute
	lineApart = 20 * time.Minute
	lineMoves = 10 // minutes at most
)

// line is people who want more seats than two shifts have, in person or online, at one of them or at both: they wait, are offered for
// five seconds at most what others give back, accept, decline or let it end, change their party and cancel, each until they are told
// that it is done; and an organiser who moves the shifts meanwhile.
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
	q := &line{load: s.newLoad(origin, ""), signer: s.signer()}
	q.fill()
	q.hurry()
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
	s.exec(`insert into events (id, org_id, org_name, slug, title, published_at, timezone, guests_allowed, city, region, mode, online_url)
		select $1, id, name, 'line', 'A line', now(), $2, $3, 'Cleveland', 'OH', 'hybrid', 'https://meet.example.org/line' from organizations order by id limit 1`, q.event, zone, mostGuests)
	for i := range lineShifts {
		shift := uuid.Must(uuid.NewV7()).String()
		starts := q.starts.Add(time.Duration(i) * lineApart)
		s.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity, online_capacity) select $1, org_id, id, $3, $4, $5, $6
			from events where id = $2`, shift, q.event, starts, starts.Add(lineLasts), lineSeats, lineOnline)
		q.shifts = append(q.shifts, shift)
	}
}

// hurry makes the offers of the line's shifts end after a moment: the product counts in minutes.
func (q *line) hurry() {
	q.s.exec(`create function chaos_hurry() returns trigger language plpgsql as $$
		begin
			new.offer_expires_at := clock_timestamp() + (0.2 + 4.8 * random()) * interval '1 second';
			return new;
		end $$`)
	q.s.exec(`create trigger chaos_hurry before update of status on event_signups for each row
		when (` + q.ours() + ` and old.status <> 'offered' and new.status = 'offered') execute function chaos_hurry()`)
	q.s.exec(`create function chaos_hurry_job() returns trigger language plpgsql as $$
		begin
			new.scheduled_at := (select offer_expires_at from event_signups where id = (new.args ->> 'signup_id')::uuid);
			return new;
		end $$`)
	q.s.exec(`create trigger chaos_hurry before insert on river_job for each row
		when (new.kind = 'events.expire_offer') execute function chaos_hurry_job()`)
}

// ours is the condition of a trigger on sign-ups that the row is of the line.
func (q *line) ours() string { return `new.shift_id in ('` + strings.Join(q.shifts, `', '`) + `')` }

// organise moves the shifts again and again by the operator's command, later each time, and has people reminded.
func (q *line) organise() {
	for !q.over() {
		for i, shift := range q.shifts {
			q.move(shift, q.starts.Add(time.Duration(i)*lineApart))
		}
		q.remind()
		select {
		case <-q.stopped:
		case <-time.After(3 * time.Second):
		}
	}
}

func (q *line) move(shift string, from time.Time) {
	q.moves++
	starts := from.Add(time.Duration(q.moves%lineMoves) * time.Minute).In(q.zone)
	const clock = "2006-01-02 15:04"
	_, here, _, _ := runtime.Caller(0)
	for ; !q.over(); time.Sleep(100 * time.Millisecond) {
		move := exec.Command(filepath.Join(filepath.Dir(here), "../../../bin/events"), "reschedule", "--shift", shift, "--note", "It moves.",
			"--starts", starts.Format(clock), "--ends", starts.Add(lineLasts).Format(clock))
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

// settle waits until every offer has been accepted or has ended, by the workers alone: then nothing changes any more.
func (q *line) settle() {
	q.s.t.Helper()
	open, began := `select count(*) from event_signups where status = 'offered' and shift_id = any($1)`, time.Now()
	left := q.s.count(open, q.shifts)
	require.Eventually(q.s.t, func() bool { return q.s.count(open, q.shifts) == 0 }, 4*time.Minute, 100*time.Millisecond, "offers end")
	q.s.t.Logf("%d offers were open; the last ended after %s", left, time.Since(began).Round(time.Millisecond))
}

// judge settles: what people were promised is there, the seats went to those who were first, the counters are the rows.
func (q *line) judge() {
	t := q.s.t
	t.Helper()
	q.settle()
	made, acked, refused := q.signups.Keys()
	attempts, failures, slowest, _ := q.signups.Requests()
	t.Logf("the line: %d sign-ups, %d promised, %d refused, %d moves of the event; %d requests, %d failed; slowest promise %s; %v",
		made, acked, refused, q.moves, attempts, failures, slowest.Round(time.Millisecond), q.statuses)
	require.Positive(t, acked)
	require.Zero(t, q.retries, "answers 503 without Retry-After")
	stored, states := map[string]int{}, map[string]string{}
	happened := map[string]int{}
	for _, shift := range q.shifts {
		last := q.judgeHistory(shift, happened)
		for email, state := range q.s.statesOf(shift) {
			require.Equal(t, last[email], state, "%s is what its history says", email)
			states[q.keyOf(email, shift)] = state
		}
		for email, n := range q.s.signupsOf(shift) {
			stored[q.keyOf(email, shift)] = n
		}
		require.Zero(t, q.s.count(`select count(*) from event_shifts s where id = $1 and (taken, waiting, online_taken, online_waiting) <> (select
			coalesce(sum(party_size) filter (where status = 'registered' and pool = 'main'), 0)::int, count(*) filter (where status = 'waitlisted' and pool = 'main')::int,
			coalesce(sum(party_size) filter (where status = 'registered' and pool = 'online'), 0)::int, count(*) filter (where status = 'waitlisted' and pool = 'online')::int
			from event_signups where shift_id = s.id)`, shift), "the counters are the rows")
	}
	t.Logf("what happened: %v", happened)
	for _, what := range []string{"waitlisted → offered", "offered → registered", "offered → expired", passedOn, "main", "online"} {
		require.Positive(t, happened[what], what)
	}
	require.NoError(t, q.signups.Judge(stored).Err())
	require.Empty(t, q.signups.JudgeStates(states))
}

// passedOn is what happens when seats go on to the next with the end of an offer.
const passedOn = "an ended offer is the next one's"

// judgeHistory judges what happened at a shift, counts it, and returns the last state of everybody.
func (q *line) judgeHistory(shift string, happened map[string]int) (last map[string]string) {
	q.s.t.Helper()
	last = map[string]string{}
	for pool, seats := range map[string]int{"main": lineSeats, "online": lineOnline} {
		history := slices.DeleteFunc(q.s.history(shift), func(m move) bool { return m.pool != pool })
		require.Empty(q.s.t, replay(history, seats), "shift %s, %s", shift, pool)
		ended := ""
		for _, m := range history {
			last[m.email] = state{events.SignupStatus(m.status), events.EndedReason(m.ended)}.says(m.party)
			happened[pool]++
			if m.expires() {
				ended = m.tx
				happened["offered → expired"]++
				continue
			}
			happened[m.was+" → "+m.status]++
			if m.status == "offered" && m.was == "waitlisted" && m.tx == ended {
				happened[passedOn]++
			}
		}
	}
	return last
}

func (s *stack) statesOf(shift string) map[string]string {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `select email, status || ' ' || party_size || ' ' || ended_reason from event_signups where shift_id = $1`, shift)
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
// place that they had left or a second one about the same offer, and everybody knows where the event has moved.
func (q *line) judgeMail() {
	t, s := q.s.t, q.s
	t.Helper()
	mails, about := q.mailsOf()
	kinds := map[string]int{}
	for _, all := range mails {
		for _, m := range all {
			kinds[m.kind]++
		}
	}
	t.Logf("the line's mails: %v", kinds)
	for _, kind := range []string{"events.changed", "events.remind", "events.offered", "events.offer_expired", confirmAll} {
		require.Positive(t, kinds[kind], kind)
	}
	for _, shift := range q.shifts {
		last, offers := map[string]move{}, map[string]int{}
		for _, m := range s.history(shift) {
			last[m.email] = m
			if m.status == "offered" && m.was == "waitlisted" {
				offers[m.email]++
			}
		}
		for email, m := range last {
			key := q.keyOf(email, shift)
			if kind := m.mail(); kind != "" && !about[key+" "+kind] && (m.was != "" || !about[email+" "+confirmAll]) {
				t.Errorf("%s never got %s: %+v", key, kind, m)
			}
			q.judgeMailsOf(mails[key], m, offers[email])
		}
	}
	require.Zero(t, s.count(`select count(*) from event_signups g join event_shifts s on s.id = g.shift_id join events e on e.id = s.event_id
		where e.id = $1 and g.status <> 'cancelled' and (g.told ->> 'sequence')::int < e.sequence`, q.event), "people who do not know where the event moved")
	require.Zero(t, s.count(`select count(*) - count(distinct message_id) from deliveries`), "two mails that look like one")
	require.Zero(t, s.count(`select count(*) from river_job where kind like 'events.%' and state in ('discarded', 'cancelled')`), "work that was given up")
}

// confirmAll is the mail about several times that were signed up for together.
const confirmAll = "events.confirm_all"

type letter struct{ id, kind string }

// mailsOf are the mails of each sign-up, and which of them, by its key and their kind, are about what it is now; those about several
// times are the first one's, and the person's.
func (q *line) mailsOf() (mails map[string][]letter, about map[string]bool) {
	t := q.s.t
	t.Helper()
	mails, about = map[string][]letter{}, map[string]bool{}
	rows, err := q.s.db.Query(t.Context(), `select d.message_id, d.kind, g.email, g.shift_id::text, g.sequence, d.key from deliveries d
		join event_signups g on g.id::text = substring(d.key from '/([0-9a-f]{8}-[0-9a-f-]{27})/') where g.shift_id = any($1)`, q.shifts)
	require.NoError(t, err)
	for rows.Next() {
		var m letter
		var email, shift, key string
		var sequence int
		require.NoError(t, rows.Scan(&m.id, &m.kind, &email, &shift, &sequence, &key))
		signup := q.keyOf(email, shift)
		mails[signup] = append(mails[signup], m)
		var asked int64
		if n, _ := fmt.Sscanf(key[len(m.kind)+1+36:], fmt.Sprintf("/%d/%%d", sequence), &asked); n == 1 {
			about[signup+" "+m.kind] = true
		}
		if m.kind == confirmAll {
			about[email+" "+m.kind] = true
		}
	}
	require.NoError(t, rows.Err())
	return mails, about
}

// judgeMailsOf judges the mails of one sign-up, whose last move and number of offers are given.
func (q *line) judgeMailsOf(mails []letter, last move, offers int) {
	q.s.t.Helper()
	count := map[string]int{}
	for _, sent := range mails {
		count[sent.kind]++
		switch sent.kind {
		case "events.cancelled_signup", "events.left_waitlist", "events.offer_expired", confirmAll: // the last leaves out what was left
			continue
		}
		came, here := q.s.mails.when(sent.id)
		if last.status == string(events.SignupCancelled) && here && came.After(last.at.Add(lateMail)) {
			q.s.t.Errorf("%s left, and got %s %s later", last.email, sent.kind, came.Sub(last.at))
		}
	}
	if count["events.offered"] > offers || count[confirmAll] > 1 {
		q.s.t.Errorf("%s had %d offers, and got %v", last.email, offers, count)
	}
}
