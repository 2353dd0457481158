package chaos

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// move is one change of one sign-up, in the order in which the changes of its shift happened: a trigger writes it down under
// the shift's lock, in the transaction that makes it.
type move struct {
	tx          string
	at          time.Time
	now         time.Time // as who made it read the clock, before the wait for the lock
	email       string
	pool        string
	was, status string // was is "" for a new sign-up
	wasParty    int
	party       int
	ended       string    // why it ended
	ends        time.Time // the offer, if there ever was one
}

// expires reports whether it is the end of an offer that was not taken.
func (m move) expires() bool { return m.status == "cancelled" && m.ended == "expired" }

// mail is the kind of mail that must tell of the move; "" for none.
func (m move) mail() string {
	switch {
	case m.was == m.status && m.status != "registered": // a party in line
		return ""
	case m.was == m.status:
		return "events.party_changed"
	case m.status == "registered":
		return "events.confirm"
	case m.expires():
		return "events.offer_expired"
	case m.status == "cancelled" && m.was == "registered":
		return "events.cancelled_signup"
	case m.status == "cancelled":
		return "events.left_waitlist"
	}
	return "events." + m.status
}

// watch has the moves of the line's shifts written down.
func (q *line) watch() {
	q.s.exec(`create table chaos_moves (n bigserial primary key, tx xid8 not null default pg_current_xact_id(), at timestamptz not null default clock_timestamp(),
		now timestamptz not null, shift_id uuid not null, email text not null, pool text not null, was text not null, was_party int not null,
		status text not null, party int not null, ended text not null, ends timestamptz)`)
	q.s.exec(`create function chaos_move() returns trigger language plpgsql as $$
		declare
			was text := '';
			was_party int := 0;
		begin
			if tg_op = 'UPDATE' then
				was := old.status;
				was_party := old.party_size;
			end if;
			insert into chaos_moves (now, shift_id, email, pool, was, was_party, status, party, ended, ends)
			values (new.updated_at, new.shift_id, new.email, new.pool, was, was_party, new.status, new.party_size, new.ended_reason, new.offer_expires_at);
			return null;
		end $$`)
	q.s.exec(`create trigger chaos_joined after insert on event_signups for each row when (` + q.ours() + `) execute function chaos_move()`)
	q.s.exec(`create trigger chaos_moved after update of status, party_size on event_signups for each row
		when (` + q.ours() + ` and (old.status, old.party_size) is distinct from (new.status, new.party_size)) execute function chaos_move()`)
}

// history is what happened at a shift.
func (s *stack) history(shift string) []move {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `select tx::text, at, now, email, pool, was, was_party, status, party, ended, coalesce(ends, 'epoch') from chaos_moves where shift_id = $1 order by n`, shift)
	require.NoError(s.t, err)
	var all []move
	for rows.Next() {
		var m move
		require.NoError(s.t, rows.Scan(&m.tx, &m.at, &m.now, &m.email, &m.pool, &m.was, &m.wasParty, &m.status, &m.party, &m.ended, &m.ends))
		all = append(all, m)
	}
	require.NoError(s.t, rows.Err())
	return all
}

// replay goes through the history of one pool of seats and says what in it was wrong: more seats given than there are, somebody who
// overtook, a seat that stayed empty although the first in line would have had it, an offer that ended too early or was good for too
// long.
func replay(history []move, seats int) (wrong []string) {
	r := &replayed{seats: seats, people: map[string]move{}}
	for i, m := range history {
		r.apply(m)
		if i+1 == len(history) || history[i+1].tx != m.tx {
			r.committed(m)
		}
	}
	return r.wrong
}

type replayed struct {
	seats, taken int
	line         []string
	people       map[string]move // the last of each
	wrong        []string
}

func (r *replayed) fault(m move, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf("%s, %s %d → %s %d at %s: ", m.email, m.was, m.wasParty, m.status, m.party, m.at.Format(time.StampMicro))+fmt.Sprintf(format, args...))
}

func (r *replayed) apply(m move) {
	if before := r.people[m.email]; before.status != m.was || before.party != m.wasParty {
		r.fault(m, "it was %s %d", before.status, before.party)
	}
	r.people[m.email] = m
	place := slices.Index(r.line, m.email)
	if held(m.was) {
		r.taken -= m.wasParty
	}
	switch {
	case m.was == "" && m.status == "registered" && len(r.line) > 0:
		r.fault(m, "%d were in line before", len(r.line))
	case m.was == "waitlisted" && m.status == "offered" && place > 0:
		r.fault(m, "%s was before in line", r.line[0])
	case m.was == "waitlisted" && m.status == "registered", m.was == "" && m.status == "offered":
		r.fault(m, "nobody gets a seat like that")
	case m.was == "registered" && m.status == "registered" && m.party > m.wasParty && len(r.line) > 0:
		r.fault(m, "it grew past the line")
	case m.expires() && (m.was != "offered" || m.now.Before(m.ends)):
		r.fault(m, "no offer had ended")
	case m.was == "offered" && m.status == "registered" && !m.now.Before(m.ends):
		r.fault(m, "the offer had ended at %s", m.ends.Format(time.StampMicro))
	}
	if place >= 0 && (m.status != "waitlisted" || m.party > m.wasParty) {
		r.line = slices.Delete(r.line, place, place+1)
		place = -1
	}
	if m.status == "waitlisted" && place < 0 {
		r.line = append(r.line, m.email)
	}
	if held(m.status) {
		r.taken += m.party
	}
	if r.taken > r.seats {
		r.fault(m, "%d seats are taken of %d", r.taken, r.seats)
	}
}

// committed looks at what others see. Who has the lock ends what was over when they read the clock.
func (r *replayed) committed(m move) {
	for email, last := range r.people {
		if last.status == "offered" && !last.ends.IsZero() && !m.now.Before(last.ends) {
			r.fault(m, "the offer to %s had ended at %s", email, last.ends.Format(time.StampMicro))
		}
	}
	if len(r.line) == 0 {
		return
	}
	if first := r.people[r.line[0]]; r.taken+first.party <= r.seats {
		r.fault(m, "%d seats stay empty, and %s waits for %d", r.seats-r.taken, first.email, first.party)
	}
}

func held(status string) bool { return status == "registered" || status == "offered" }

func TestReplayFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	full := []move{
		{tx: "1", email: "a", status: "registered", party: 2},
		{tx: "2", email: "b", status: "waitlisted", party: 2},
		{tx: "3", email: "c", status: "waitlisted", party: 1},
	}
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	offered := []move{
		{tx: "4", email: "a", was: "registered", wasParty: 2, status: "cancelled", party: 2},
		{tx: "4", email: "b", was: "waitlisted", wasParty: 2, status: "offered", party: 2, ends: noon},
	}
	ends := func(now time.Time) move {
		return move{tx: "5", now: now, email: "b", was: "offered", wasParty: 2, status: "cancelled", party: 2, ended: "expired", ends: noon}
	}
	next := move{tx: "5", now: noon, email: "c", was: "waitlisted", wasParty: 1, status: "offered", party: 1, ends: noon.Add(time.Hour)}
	accepts := func(now time.Time) move {
		return move{tx: "5", now: now, email: "b", was: "offered", wasParty: 2, status: "registered", party: 2, ends: noon}
	}
	leaves := move{tx: "4", email: "a", was: "registered", wasParty: 2, status: "cancelled", party: 2}
	for name, c := range map[string]struct {
		then  []move
		wrong string
	}{
		"in order":                                 {[]move{leaves, {tx: "4", email: "b", was: "waitlisted", wasParty: 2, status: "offered", party: 2}}, ""},
		"overtaken":                                {[]move{leaves, {tx: "4", email: "c", was: "waitlisted", wasParty: 1, status: "offered", party: 1}}, "b was before in line"},
		"overtaken by a newcomer":                  {[]move{leaves, {tx: "4", email: "d", status: "registered", party: 2}}, "were in line before"},
		"nobody is offered the seats":              {[]move{leaves}, "stay empty"},
		"too many":                                 {[]move{{tx: "4", email: "b", was: "waitlisted", wasParty: 2, status: "offered", party: 2}}, "4 seats are taken of 2"},
		"without the lock":                         {[]move{{tx: "4", email: "a", was: "registered", wasParty: 1, status: "cancelled", party: 1}}, "it was registered 2"},
		"an offer that ends is the next one's":     {append(slices.Clone(offered), ends(noon), next), ""},
		"an offer that ends is nobody's":           {append(slices.Clone(offered), ends(noon)), "stay empty"},
		"an offer that ends too early":             {append(slices.Clone(offered), ends(noon.Add(-1)), next), "no offer had ended"},
		"the end of what was never offered":        {[]move{{tx: "4", email: "b", was: "waitlisted", wasParty: 2, status: "cancelled", party: 2, ended: "expired"}}, "no offer had ended"},
		"an offer that is accepted":                {append(slices.Clone(offered), accepts(noon.Add(-1))), ""},
		"an offer that is accepted too late":       {append(slices.Clone(offered), accepts(noon)), "had ended at"},
		"an offer that others leave when it ended": {append(slices.Clone(offered), move{tx: "5", now: noon, email: "d", status: "waitlisted", party: 1}), "the offer to b had ended"},
		"who grows goes to the end": {[]move{
			{tx: "4", email: "b", was: "waitlisted", wasParty: 2, status: "waitlisted", party: 3}, {tx: "5", email: "a", was: "registered", wasParty: 2, status: "registered", party: 1},
			{tx: "5", email: "c", was: "waitlisted", wasParty: 1, status: "offered", party: 1},
		}, ""},
		"who shrinks keeps the place": {[]move{
			{tx: "4", email: "b", was: "waitlisted", wasParty: 2, status: "waitlisted", party: 1}, {tx: "5", email: "a", was: "registered", wasParty: 2, status: "registered", party: 1},
			{tx: "5", email: "c", was: "waitlisted", wasParty: 1, status: "offered", party: 1},
		}, "b was before in line"},
	} {
		wrong := replay(append(slices.Clone(full), c.then...), 2)
		if c.wrong == "" {
			require.Empty(t, wrong, name)
		} else {
			require.Contains(t, strings.Join(wrong, "\n"), c.wrong, name)
		}
	}
}
