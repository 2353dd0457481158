package chaos

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
)

// guest is one sign-up, as its person knows it.
type guest struct {
	*line
	email, key, token string
	state             state
	party             int
}

// state is what a sign-up is, and why it ended.
type state struct {
	status events.SignupStatus
	ended  events.EndedReason
}

// expired is what comes of an offer by itself.
func expired() state { return state{events.SignupCancelled, events.EndedExpired} }

// states are what the store may say of somebody who was told that: who waits may be offered seats at any moment, and an offer ends.
func states(s state, party int) []string {
	said := func(s state) string { return s.says(party) }
	all := []string{said(s)}
	switch s.status {
	case events.Waitlisted:
		all = append(all, said(state{status: events.Offered}), said(expired()))
	case events.Offered:
		all = append(all, said(expired()))
	}
	return all
}

func (s state) says(party int) string { return fmt.Sprint(s.status, " ", party, " ", s.ended) }

// keyOf names what a person asked for at a shift.
func (q *line) keyOf(email, shift string) string {
	return fmt.Sprint(email, " at ", slices.Index(q.shifts, shift))
}

// visit is one person, from the sign-up for one time or for all of them until they have cancelled or the load is over.
func (q *line) visit(email string) {
	shifts := []string{q.shifts[rand.N(len(q.shifts))]}
	if rand.N(3) == 0 {
		shifts = q.shifts
	}
	there := q.join(email, shifts)
	for len(there) > 0 && !q.over() {
		time.Sleep(50*time.Millisecond + rand.N(250*time.Millisecond)) // people take their time
		there[rand.N(len(there))].act()
		there = slices.DeleteFunc(there, func(g *guest) bool { return g.state.status == events.SignupCancelled })
	}
}

func (g *guest) act() {
	switch chance := rand.N(10); {
	case g.state.status == events.Offered && chance >= 2 && chance < 8:
		g.ask(events.Accept.Name, events.SignupIn{Token: g.token}, states(state{status: events.Registered}, g.party))
	case chance < 2:
		g.ask(events.CancelRSVP.Name, events.SignupIn{Token: g.token}, states(state{events.SignupCancelled, events.EndedByPerson}, g.party))
	case chance < 5:
		party := 1 + rand.N(1+mostGuests)
		g.ask(events.SetParty.Name, events.PartyIn{Token: g.token, Guests: party - 1}, append(states(g.state, party), states(g.state, g.party)...))
	default:
		g.ask(events.GetSignup.Name, events.SignupIn{Token: g.token}, nil)
	}
}

// join signs a person up in one request; nobody is returned when it is refused.
func (q *line) join(email string, shifts []string) (there []*guest) {
	in := events.RSVPIn{GivenName: "Line", FamilyName: "Stander", Email: email, Guests: rand.N(1 + mostGuests), Attend: events.InPerson}
	if rand.N(3) == 0 {
		in.Attend = events.Online
	}
	var keys []string
	for _, shift := range shifts {
		in.ShiftIDs = append(in.ShiftIDs, shiftID(shift))
		g := &guest{line: q, email: email, key: q.keyOf(email, shift), party: in.PartySize()}
		there, keys = append(there, g), append(keys, g.key)
		q.signups.Began(g.key)
		q.signups.Asks(g.key, append(states(state{status: events.Registered}, g.party), states(state{status: events.Waitlisted}, g.party)...)...)
	}
	q.signups.Together(keys...)
	key, began := uuid.NewString(), time.Now()
	var out events.RSVPOut
	switch status := q.untilDefinite(func() (int, string) { return q.call(events.RSVP.Name, key, in, &out) }); status {
	case http.StatusConflict:
		for _, key := range keys {
			q.signups.Refused(key)
		}
		return nil
	case http.StatusOK:
	default:
		q.s.t.Errorf("%s signs up and is told %d", email, status)
		return nil
	}
	for i, g := range there {
		q.signups.Acked(g.key, time.Since(began))
		g.state.status = events.Registered
		if slices.ContainsFunc(out.Waitlisted, func(p events.PlaceInLine) bool { return p.ShiftID == in.ShiftIDs[i] }) {
			g.state.status = events.Waitlisted
		}
		g.told()
		g.token = q.tokenOf(email, shifts[i])
	}
	return slices.DeleteFunc(there, func(g *guest) bool { return g.token == "" })
}

// tokenOf is "" for a sign-up that is not there, which judge finds.
func (q *line) tokenOf(email, shift string) string {
	for {
		var id uuid.UUID
		err := q.s.db.QueryRow(q.s.t.Context(), `select id from event_signups where email = $1 and shift_id = $2`, email, shift).Scan(&id)
		switch {
		case err == nil:
			return q.signer.Token("events.signup", id)
		case errors.Is(err, pgx.ErrNoRows):
			return ""
		}
		time.Sleep(50 * time.Millisecond) // the database is away
	}
}

// ask does something with the sign-up, after which it may be in the states.
func (g *guest) ask(function string, in any, may []string) {
	g.signups.Asks(g.key, may...)
	began := time.Now()
	var out events.Signup
	switch status := g.untilDefinite(func() (int, string) { return g.call(function, "", in, &out) }); status {
	case http.StatusConflict: // a party that cannot grow
	case http.StatusGone: // the offer has ended; how many were to come of it, the page says
		if g.ask(events.GetSignup.Name, events.SignupIn{Token: g.token}, nil); g.state != expired() {
			g.s.t.Errorf("%s asks for %s and is told that the offer has ended, but the page says %s", g.key, function, g.state.says(g.party))
		}
		return
	case http.StatusOK:
		g.state, g.party = state{out.Status, out.EndedReason}, out.PartySize
		g.signups.Acked(g.key, time.Since(began))
	default:
		g.s.t.Errorf("%s asks for %s and is told %d", g.key, function, status)
	}
	g.told()
}

func (g *guest) told() {
	if all := states(g.state, g.party); !g.signups.Told(g.key, all...) {
		g.s.t.Errorf("%s is told %q and never asked for it", g.key, all[0])
	}
}
