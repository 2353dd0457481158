package eventsvc_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

const hour = time.Hour

func code(err error) fault.Code {
	if f := fault.As(err); f != nil {
		return f.Code
	}
	return ""
}

func TestRSVPSignsUpOnceWithContactSeatsAndJob(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass in Tremont", "guests_allowed = 3"), hour, 10)
	in := form(shift, " Ada@Example.org ", 2)
	in.Phone, in.Note = "216 555 0123", "I bring water.\r\nAnd snacks."
	out, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, events.RSVPOut{EventSlug: "canvass", ShiftID: shift, Email: "Ada@Example.org"}, out)
	require.Equal(t, 3, b.taken(shift))
	require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'Ada@Example.org' and phone = '216 555 0123' and org_id = $1`, b.org))
	require.Equal(t, 1, b.number(`select count(*) from event_signups where party_size = 3 and note = E'I bring water.\nAnd snacks.' and sequence = 0`))
	require.Equal(t, 1, b.jobs("events.confirm"))
}

func TestRSVPByTheSameAddressChangesNothingAndSendsTheDetailsHourly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 5"), 48*hour, 2)
	first, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	for _, email := range []string{"ada@example.org", "ADA@example.org"} {
		out, err := b.rsvp(shift, email, 0)
		require.NoError(t, err)
		first.Email = email
		require.Equal(t, first, out)
	}
	require.Equal(t, 1, b.taken(shift))
	require.Equal(t, 1, b.jobs("events.confirm"), "not again within the hour")
	b.pass(61 * time.Minute)
	_, err = b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	_, err = b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	require.Equal(t, 2, b.jobs("events.confirm"), "once in the next hour")
	require.Equal(t, 1, b.taken(shift))
}

func TestRSVPToAFullShiftDoesNotTellWhoTakesPart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "waitlist_enabled = false"), 48*hour, 1)
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	_, err = b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err, "the same form sent twice is not a refusal")
	b.pass(61 * time.Minute)
	_, known := b.rsvp(shift, "ada@example.org", 0)
	_, stranger := b.rsvp(shift, "bob@example.org", 0)
	require.Equal(t, fault.Conflict, code(stranger))
	require.Equal(t, fault.As(stranger), fault.As(known))
	require.Equal(t, 1, b.jobs("events.confirm"), "a refusal sends nothing to anybody")
}

// A key that was kept for one person and not for another would tell them apart.
func TestARefusedRSVPDoesNotTellWhoTakesPart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 10)
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	for _, later := range []time.Duration{0, 61 * time.Minute} {
		b.pass(later)
		for i, guests := range []int{99, 98} {
			var faults []*fault.Error
			for _, email := range []string{"ada@example.org", "bob@example.org"} {
				ctx := fullstack.WithKey(t.Context(), "key-of-"+email+later.String())
				_, err := b.svc.RSVP(ctx, events.RSVPIn{ShiftID: shift, GivenName: "Ada", FamilyName: "Lee", Email: email, Guests: guests})
				faults = append(faults, fault.As(err))
			}
			require.NotNil(t, faults[1])
			require.Equal(t, faults[1], faults[0], "attempt %d", i)
		}
	}
	require.Equal(t, 1, b.taken(shift))
}

func TestRSVPReplaysTheAnswerOfItsKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 3"), hour, -1)
	ctx := fullstack.WithKey(t.Context(), "0199-key")
	first, err := b.svc.RSVP(ctx, form(shift, "ada@example.org", 1))
	require.NoError(t, err)
	b.exec(`update events set slug = 'renamed'`)
	again, err := b.svc.RSVP(ctx, form(shift, "ada@example.org", 1))
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = b.svc.RSVP(ctx, form(shift, "eve@example.org", 1))
	require.Equal(t, fault.Conflict, code(err), "same key, other input")
	require.Equal(t, 2, b.taken(shift))
	require.Equal(t, 1, b.jobs("events.confirm"))
}

func TestFiveHundredForAHundredSeatsGiveExactlyAHundred(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "waitlist_enabled = false"), hour, 100)
	var in, full atomic.Int64
	var g errgroup.Group
	g.SetLimit(64)
	for i := range 500 {
		g.Go(func() error {
			_, err := b.rsvp(shift, address(i), 0)
			switch code(err) {
			case fault.Conflict:
				full.Add(1)
				return nil
			case "":
				in.Add(1)
			}
			return err
		})
	}
	require.NoError(t, g.Wait())
	require.EqualValues(t, 100, in.Load())
	require.EqualValues(t, 400, full.Load())
	require.Equal(t, 100, b.taken(shift))
	require.Equal(t, 100, b.number(`select count(*) from event_signups`))
	require.Equal(t, 100, b.number(`select count(*) from contacts`), "who was refused left nothing")
	require.Equal(t, 100, b.jobs("events.confirm"))
}

func TestRacingPartiesNeverExceedTheSeats(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass", "guests_allowed = 9")
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		capacity := r.IntN(40)
		shift := b.shift(event, time.Duration(seed+1)*hour, capacity)
		tokens := make(chan string, 200)
		var g errgroup.Group
		g.SetLimit(16)
		for i := range 60 {
			guests, email, cancels := r.IntN(10), address(int(seed)*1000+r.IntN(50)+i/30*500), r.IntN(3) == 0
			g.Go(func() error {
				_, err := b.rsvp(shift, email, guests)
				if code(err) == fault.Conflict {
					return nil
				}
				if err == nil && cancels {
					tokens <- b.token(email)
				}
				return err
			})
		}
		require.NoError(t, g.Wait())
		close(tokens)
		var c errgroup.Group
		for token := range tokens {
			c.Go(func() error { _, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token}); return err })
			c.Go(func() error { _, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token}); return err })
		}
		require.NoError(t, c.Wait())
		taken := b.taken(shift)
		require.LessOrEqual(t, taken, capacity, "seed %d", seed)
		require.Equal(t, b.number(`select coalesce(sum(party_size), 0) from event_signups where shift_id = $1 and status in ('registered', 'offered')`, shift.UUID), taken, "seed %d", seed)
	}
}

func TestOneAddressRacingItselfSignsUpOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 1)
	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.rsvp(shift, "ada@example.org", 0) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, 1, b.taken(shift))
	require.Equal(t, 1, b.jobs("events.confirm"))
}

func TestRSVPRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	open := b.event("open", "Open", "guests_allowed = 1")
	ended, full := b.shift(open, -3*hour, -1), b.shift(open, hour, 0)
	off := b.shift(open, hour, -1)
	b.exec(`update event_shifts set cancelled_at = now() where id = $1`, off.UUID)
	good := b.shift(open, hour, -1)
	of := func(slug, set string) events.ShiftID { return b.shift(b.event(slug, slug, set), hour, -1) }
	cases := map[string]struct {
		shift  events.ShiftID
		guests int
		code   fault.Code
	}{
		"over":            {ended, 0, fault.Gone},
		"full":            {full, 0, fault.Conflict},
		"shift cancelled": {off, 0, fault.Gone},
		"event cancelled": {of("cancelled", "status = 'cancelled'"), 0, fault.Gone},
		"postponed":       {of("postponed", "status = 'postponed'"), 0, fault.Conflict},
		"draft":           {of("draft", "published_at = null"), 0, fault.NotFound},
		"unlisted":        {of("unlisted", "visibility = 'unlisted'"), 0, fault.NotFound},
		"private":         {of("private", "visibility = 'private'"), 0, fault.NotFound},
		"too many guests": {good, 2, fault.Invalid},
		"no such shift":   {events.ShiftID{UUID: uuid.Must(uuid.NewV7())}, 0, fault.NotFound},
		"no shift":        {events.ShiftID{}, 0, fault.Invalid},
	}
	for name, c := range cases {
		_, err := b.rsvp(c.shift, "ada@example.org", c.guests)
		require.Equal(t, c.code, code(err), "%s: %v", name, err)
	}
	require.Zero(t, b.number(`select count(*) from event_signups`)+b.number(`select count(*) from contacts`)+b.jobs("events.confirm"))
}

func TestRSVPRefusesHostileText(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, -1)
	for _, hostile := range []string{"a\x00b", "\xff\xfe", "a\u202eb", "a\u2066b", "a\x1bb", "line\nbreak", strings.Repeat("ä", 10_000)} {
		for _, set := range []func(*events.RSVPIn){
			func(in *events.RSVPIn) { in.GivenName = hostile },
			func(in *events.RSVPIn) { in.FamilyName = hostile },
			func(in *events.RSVPIn) { in.Email = hostile + "@example.org" },
			func(in *events.RSVPIn) { in.Phone = hostile },
			func(in *events.RSVPIn) { in.PostalCode = hostile },
		} {
			in := form(shift, "ada@example.org", 0)
			set(&in)
			_, err := b.svc.RSVP(t.Context(), in)
			require.Equal(t, fault.Invalid, code(err), "%q", hostile)
			require.Len(t, fault.As(err).Fields, 1)
		}
	}
	require.Zero(t, b.number(`select count(*) from contacts`))
	in := form(shift, "zoë@example.org", 0)
	_, err := b.svc.RSVP(t.Context(), in)
	require.Equal(t, fault.Invalid, code(err))
	in = form(shift, "zoe@example.org", 0)
	in.GivenName, in.FamilyName = "👩🏽‍🌾 Zoë", "عمر' OR 1=1; --"
	_, err = b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 1, b.number(`select count(*) from event_signups where family_name = $1 and given_name = $2`, in.FamilyName, in.GivenName))
}

func TestAStrangersFormDoesNotRenameAContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	one, two := b.shift(event, hour, -1), b.shift(event, 2*hour, -1)
	_, err := b.rsvp(one, "ada@example.org", 0)
	require.NoError(t, err)
	in := form(two, "ADA@example.org", 0)
	in.GivenName, in.Phone = "Mallory", "216 555 0199"
	_, err = b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 1, b.number(`select count(*) from contacts`))
	require.Equal(t, 1, b.number(`select count(*) from contacts where given_name = 'Ada' and phone = '216 555 0199'`))
}

func TestTheDatabaseRefusesWhatTheServiceWouldNeverWrite(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.organisation("other", "Other")
	shift := b.shift(b.event("canvass", "Canvass"), hour, 1)
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	for name, sql := range map[string]string{
		"taken above capacity":     `update event_shifts set taken = 2`,
		"taken below zero":         `update event_shifts set taken = -1`,
		"ends before it starts":    `update event_shifts set ends_at = starts_at`,
		"another tenant's shift":   `update event_signups set org_id = '` + other.String() + `'`,
		"another tenant's event":   `update event_shifts set org_id = '` + other.String() + `'`,
		"another tenant's contact": `insert into event_signups select gen_random_uuid(), '` + other.String() + `', shift_id, contact_id from event_signups`,
		"party of nobody":          `update event_signups set party_size = 0`,
		"a second active sign-up": `insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at)
			select gen_random_uuid(), org_id, shift_id, contact_id, attend, 1, '', '', upper(email), now() from event_signups`,
	} {
		_, err := b.db.Exec(t.Context(), sql)
		require.Error(t, err, name)
	}
}
