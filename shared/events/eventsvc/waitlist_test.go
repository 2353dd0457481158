package eventsvc_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
)

// own opens the newest sign-up of an address by its link.
func (b *bundle) own(email string) events.Signup {
	b.t.Helper()
	out, err := b.svc.GetSignup(b.t.Context(), events.SignupIn{Token: b.token(email)})
	require.NoError(b.t, err)
	return out
}

func (b *bundle) join(shift events.ShiftID, emails ...string) {
	b.t.Helper()
	for _, email := range emails {
		_, err := b.rsvp(shift, email, 0)
		require.NoError(b.t, err, email)
	}
}

func (b *bundle) cancel(email string) {
	b.t.Helper()
	_, err := b.svc.CancelRSVP(b.t.Context(), events.SignupIn{Token: b.token(email)})
	require.NoError(b.t, err)
}

func (b *bundle) accept(email string) (events.Signup, error) {
	return b.svc.Accept(b.t.Context(), events.SignupIn{Token: b.token(email)})
}

func (b *bundle) statuses(emails ...string) (out []events.SignupStatus) {
	for _, email := range emails {
		out = append(out, b.own(email).Status)
	}
	return out
}

func TestAFullShiftHasALineAndAFreeSeatIsOfferedToItsFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass", "place_private = true", "instructions = 'Ring twice.'", "mode = 'hybrid'", "online_url = 'https://meet.example.org/x'")
	shift := b.shift(event, 48*hour, 1)
	b.join(shift, "ada@example.org")
	for i, email := range []string{"bob@example.org", "cyd@example.org"} {
		out, err := b.rsvp(shift, email, 0)
		require.NoError(t, err)
		require.Equal(t, []events.PlaceInLine{{ShiftID: shift, Position: i + 1}}, out.Waitlisted)
		own := b.own(email)
		require.Equal(t, events.Waitlisted, own.Status)
		require.Equal(t, i+1, own.Position)
		require.Empty(t, own.Event.Place.Line1, "the address is for those with a place")
		require.Empty(t, own.Instructions)
	}
	e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "canvass"})
	require.NoError(t, err)
	require.Equal(t, 2, e.Shifts[0].Waiting)
	require.Equal(t, 2, b.jobs("events.waitlisted"))
	_, err = b.accept("bob@example.org")
	require.Equal(t, fault.Conflict, code(err), "there is nothing to accept yet")

	b.cancel("ada@example.org")
	bob := b.own("bob@example.org")
	require.Equal(t, events.Offered, bob.Status)
	require.Equal(t, noon.Add(12*hour), bob.OfferEnds.At)
	require.Equal(t, 1, b.own("cyd@example.org").Position)
	require.Equal(t, 1, b.taken(shift), "the seat is held")
	require.Equal(t, 1, b.number(`select count(*) from river_job where kind = 'events.expire_offer' and scheduled_at = $1`, noon.Add(12*hour)))
	_, err = b.rsvp(shift, "dan@example.org", 0)
	require.NoError(t, err)
	require.Equal(t, 2, b.own("dan@example.org").Position, "nobody overtakes")

	accepted, err := b.accept("bob@example.org")
	require.NoError(t, err)
	require.Equal(t, events.Registered, accepted.Status)
	require.Equal(t, "1050 Starkweather Ave", accepted.Event.Place.Line1)
	require.Nil(t, accepted.OfferEnds)
	again, err := b.accept("bob@example.org")
	require.NoError(t, err)
	require.Equal(t, accepted, again)
	require.Equal(t, 2, b.jobs("events.confirm"), "Ada's and Bob's")
	require.Equal(t, 1, b.taken(shift))
}

func TestAnOfferThatIsNotTakenGoesToTheNext(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*bundle, events.ShiftID){
		"by its job": func(b *bundle, _ events.ShiftID) {
			job := eventsvc.ExpireOfferArgs{SignupID: b.signup("bob@example.org")}
			require.NoError(b.t, b.work.ExpireOffer(b.t.Context(), job))
			require.NoError(b.t, b.work.ExpireOffer(b.t.Context(), job), "twice is once")
		},
		"by whoever comes, when the job is late": func(b *bundle, shift events.ShiftID) { b.join(shift, "eve@example.org") },
		"by a vain attempt to take it": func(b *bundle, _ events.ShiftID) {
			_, err := b.accept("bob@example.org")
			require.Equal(b.t, fault.Gone, code(err))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
			b.join(shift, "ada@example.org", "bob@example.org", "cyd@example.org")
			b.cancel("ada@example.org")
			b.pass(12*hour - time.Second)
			early := b.work.ExpireOffer(t.Context(), eventsvc.ExpireOfferArgs{SignupID: b.signup("bob@example.org")})
			require.ErrorContains(t, early, "1s", "an early job waits")
			require.Equal(t, events.Offered, b.own("bob@example.org").Status)
			b.pass(time.Second)
			require.Equal(t, events.EndedExpired, b.own("bob@example.org").EndedReason, "read before anybody noted it")
			end(b, shift)
			require.Equal(t, 1, b.number(`select count(*) from event_signups where status = 'cancelled' and ended_reason = 'expired'`))
			cyd := b.own("cyd@example.org")
			require.Equal(t, events.Offered, cyd.Status)
			require.Equal(t, noon.Add(24*hour), cyd.OfferEnds.At)
			require.Equal(t, 1, b.taken(shift))
			require.Equal(t, 1, b.jobs("events.offer_expired"))
			require.Equal(t, 2, b.jobs("events.offered"))
			b.join(shift, "bob@example.org")
			require.Positive(t, b.own("bob@example.org").Position, "who missed an offer may wait again")
		})
	}
}

func TestAPartyThatChangesInLineStillGetsItsMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 2"), 48*hour, 3)
	b.join(shift, "ada@example.org", "cyd@example.org", "eve@example.org")
	_, err := b.rsvp(shift, "bob@example.org", 2)
	require.NoError(t, err)
	shrink := func(guests int) {
		_, err := b.svc.SetParty(t.Context(), events.PartyIn{Token: b.token("bob@example.org"), Guests: guests})
		require.NoError(t, err)
	}
	shrink(1)
	bob := b.signup("bob@example.org")
	require.NoError(t, b.work.SendWaitlisted(t.Context(), eventsvc.WaitlistedArgs{SignupID: bob, Asked: noon.Unix()}))
	require.Len(t, b.mail.sent, 1, "no other mail tells the place in line")
	b.cancel("ada@example.org")
	b.cancel("cyd@example.org")
	require.Equal(t, events.Offered, b.own("bob@example.org").Status)
	shrink(0)
	require.NoError(t, b.work.SendOffer(t.Context(), eventsvc.OfferedArgs{SignupID: bob, Sequence: 2, Asked: noon.Unix()}))
	require.Len(t, b.mail.sent, 2, "no other mail makes the offer")
}

func TestNothingIsOfferedOnceTheShiftBegan(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 2*hour, 1)
	b.join(shift, "ada@example.org", "bob@example.org", "cyd@example.org")
	b.cancel("ada@example.org")
	require.Equal(t, noon.Add(2*hour), b.own("bob@example.org").OfferEnds.At, "an offer ends when the shift starts")
	b.pass(2 * hour)
	_, err := b.accept("bob@example.org")
	require.Equal(t, fault.Gone, code(err))
	require.Equal(t, events.Waitlisted, b.own("cyd@example.org").Status)
	require.Zero(t, b.taken(shift))
	b.join(shift, "dan@example.org")
	require.Equal(t, events.Registered, b.own("dan@example.org").Status, "who comes finds the free seat: the line is closed")
	_, err = b.rsvp(shift, "eve@example.org", 0)
	require.Equal(t, fault.Conflict, code(err), "and nobody can join it")
	b.cancel("dan@example.org")
	b.join(shift, "cyd@example.org")
	require.Equal(t, events.Registered, b.own("cyd@example.org").Status, "who stood in it may take the seat, too")
}

func TestASmallerPartyDoesNotOvertake(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 5"), 48*hour, 3)
	for _, who := range []struct {
		email  string
		guests int
	}{{"ada@example.org", 0}, {"bob@example.org", 1}, {"cyd@example.org", 2}, {"dan@example.org", 0}} {
		_, err := b.rsvp(shift, who.email, who.guests)
		require.NoError(t, err)
	}
	b.cancel("ada@example.org")
	require.Equal(t, []events.SignupStatus{events.Waitlisted, events.Waitlisted}, b.statuses("cyd@example.org", "dan@example.org"))
	_, err := b.rsvp(shift, "eve@example.org", 5)
	require.Equal(t, fault.Conflict, code(err), "a party that never fits does not block the line")
	_, err = b.svc.SetParty(t.Context(), events.PartyIn{Token: b.token("cyd@example.org"), Guests: 0})
	require.NoError(t, err)
	require.Equal(t, events.Offered, b.own("cyd@example.org").Status, "the first may shrink its party")
	b.cancel("bob@example.org")
	require.Equal(t, events.Offered, b.own("dan@example.org").Status)
}

func TestPartiesChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 3"), 48*hour, 4)
	resize := func(email string, guests int) error {
		_, err := b.svc.SetParty(t.Context(), events.PartyIn{Token: b.token(email), Guests: guests})
		return err
	}
	_, err := b.rsvp(shift, "ada@example.org", 1)
	require.NoError(t, err)
	require.NoError(t, resize("ada@example.org", 2))
	require.NoError(t, resize("ada@example.org", 2), "no change")
	require.Equal(t, 3, b.taken(shift))
	require.Equal(t, 1, b.jobs("events.party_changed"))
	require.Equal(t, 1, b.number(`select sequence from event_signups`))
	require.Equal(t, fault.Invalid, code(resize("ada@example.org", 4)))
	require.Equal(t, fault.Invalid, code(resize("ada@example.org", -1)))
	b.join(shift, "bob@example.org", "cyd@example.org", "dan@example.org")
	require.Equal(t, fault.Conflict, code(resize("ada@example.org", 3)), "nothing is free")
	require.NoError(t, resize("cyd@example.org", 1))
	require.Equal(t, 2, b.own("cyd@example.org").Position, "a larger party goes to the end of the line")
	require.Equal(t, 1, b.own("dan@example.org").Position)
	require.NoError(t, resize("cyd@example.org", 0))
	require.Equal(t, 2, b.own("cyd@example.org").Position, "a smaller one stays where it is")
	require.NoError(t, resize("ada@example.org", 0))
	require.Equal(t, []events.SignupStatus{events.Offered, events.Offered}, b.statuses("cyd@example.org", "dan@example.org"), "what is given back is offered")
	require.Equal(t, 4, b.taken(shift))
	b.pass(51 * hour)
	require.Equal(t, fault.Gone, code(resize("bob@example.org", 1)))
}

func TestMoreSeatsAreOfferedInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
	b.join(shift, "ada@example.org", "bob@example.org", "cyd@example.org", "dan@example.org")
	three, none := 3, 0
	require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &three}))
	require.Equal(t, []events.SignupStatus{events.Offered, events.Offered, events.Waitlisted}, b.statuses("bob@example.org", "cyd@example.org", "dan@example.org"))
	require.Equal(t, fault.Conflict, code(b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &none})), "held seats are not taken away")
	require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{}))
	require.Equal(t, events.Offered, b.own("dan@example.org").Status)
	require.Equal(t, fault.NotFound, code(b.svc.SetCapacity(t.Context(), events.ShiftID{UUID: uuid.Must(uuid.NewV7())}, eventsvc.Capacity{})))
	for _, minutes := range []int{60, 0} {
		good, err := b.svc.SetWaitlist(t.Context(), "canvass", false, minutes)
		require.NoError(t, err)
		require.Equal(t, 60, good)
	}
	_, err := b.svc.SetWaitlist(t.Context(), "canvass", true, 50_000)
	require.Equal(t, fault.Invalid, code(err))
	_, err = b.svc.SetWaitlist(t.Context(), "nothing", true, 60)
	require.Equal(t, fault.NotFound, code(err))
	require.Equal(t, 1, b.number(`select count(*) from events where not waitlist_enabled and offer_minutes = 60`))
}

func TestHybridEventsHaveTwoKindsOfSeats(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("hall", "Town hall", "mode = 'hybrid'", "online_url = 'https://meet.example.org/x'"), 48*hour, 1)
	b.exec(`update event_shifts set online_capacity = 1`)
	in := func(email string, attend events.Mode) events.Signup {
		form := form(shift, email, 0)
		form.Attend = attend
		_, err := b.svc.RSVP(t.Context(), form)
		require.NoError(t, err)
		return b.own(email)
	}
	there, online := in("ada@example.org", events.InPerson), in("bob@example.org", events.Online)
	require.Equal(t, []events.SignupStatus{events.Registered, events.Registered}, []events.SignupStatus{there.Status, online.Status})
	require.Empty(t, there.OnlineURL)
	require.Equal(t, "https://meet.example.org/x", online.OnlineURL)
	require.Equal(t, 1, in("cyd@example.org", events.Online).Position)
	require.Equal(t, 1, in("dan@example.org", events.InPerson).Position, "each kind has its own line")
	b.cancel("bob@example.org")
	require.Equal(t, []events.SignupStatus{events.Offered, events.Waitlisted}, b.statuses("cyd@example.org", "dan@example.org"))
	require.Equal(t, 1, b.number(`select taken * 1000 + online_taken * 100 + waiting * 10 + online_waiting - 1110 + 1 from event_shifts`))
}

func TestTheAnswerIsAStrangers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
	b.join(shift, "ada@example.org", "bob@example.org", "cyd@example.org")
	for _, later := range []time.Duration{0, 61 * time.Minute} {
		b.pass(later)
		var answers []events.RSVPOut
		for _, email := range []string{"ada@example.org", "bob@example.org", "zoe" + later.String()[:1] + "@example.org"} {
			out, err := b.rsvp(shift, email, 0)
			require.NoError(t, err)
			out.Email = ""
			answers = append(answers, out)
		}
		require.Equal(t, answers[2], answers[0], "who has a place")
		require.Equal(t, answers[2], answers[1], "who waits")
	}
	require.Equal(t, 1, b.own("bob@example.org").Position)
	require.Equal(t, 2, b.jobs("events.confirm"), "and each is sent where they stand, at most hourly")
}

// 500 race for 100 seats and 400 places in line; the order of the line is that of the commits: who was told before another
// asked stands before.
func TestFiveHundredForAHundredSeatsWaitInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 100)
	type racer struct {
		asked, told time.Time
		position    int
	}
	racers := make([]racer, 500)
	var g errgroup.Group
	g.SetLimit(64)
	for i := range racers {
		g.Go(func() error {
			racers[i].asked = time.Now()
			out, err := b.rsvp(shift, address(i), 0)
			racers[i].told = time.Now()
			if len(out.Waitlisted) == 1 {
				racers[i].position = out.Waitlisted[0].Position
			}
			return err
		})
	}
	require.NoError(t, g.Wait())
	require.Equal(t, 100, b.number(`select count(*) from event_signups where status = 'registered'`))
	require.Equal(t, 400, b.number(`select count(*) from event_signups where status = 'waitlisted'`))
	slices.SortFunc(racers, func(a, b racer) int { return a.position - b.position })
	for i, r := range racers[100:] {
		require.Equal(t, i+1, r.position, "every place once")
		if i > 0 {
			require.False(t, r.told.Before(racers[100+i-1].asked), "place %d was given before %d was asked for", i+1, i)
		}
	}
	for i := range 500 {
		if own := b.own(address(i)); own.Status == events.Waitlisted {
			require.Equal(t, 1, b.number(`select count(*) from (select id, row_number() over (order by waitlisted_at, id) n from event_signups where status = 'waitlisted') l
				where id = $1 and n = $2`, own.ID.UUID, own.Position))
		}
	}
	b.stampede(shift)
}

// stampede: 50 give their seats back while those who were offered some take them, decline and let them go.
func (b *bundle) stampede(shift events.ShiftID) {
	b.t.Helper()
	var tokens []string
	rows, err := b.db.Query(b.t.Context(), `select id from event_signups where status = 'registered' order by id limit 50`)
	require.NoError(b.t, err)
	for rows.Next() {
		var id uuid.UUID
		require.NoError(b.t, rows.Scan(&id))
		tokens = append(tokens, b.sign.Token("events.signup", id))
	}
	var g errgroup.Group
	g.SetLimit(32)
	for i := range 150 {
		g.Go(func() error {
			if i < 50 {
				_, err := b.svc.CancelRSVP(b.t.Context(), events.SignupIn{Token: tokens[i]})
				return err
			}
			var id uuid.UUID
			err := b.db.QueryRow(b.t.Context(), `select id from event_signups where status = 'offered' order by random() limit 1`).Scan(&id)
			if err != nil {
				return nil //nolint:nilerr // nobody is offered anything at the moment
			}
			token := events.SignupIn{Token: b.sign.Token("events.signup", id)}
			switch i % 3 {
			case 0:
				_, err = b.svc.Accept(b.t.Context(), token)
			case 1:
				_, err = b.svc.CancelRSVP(b.t.Context(), token)
			default:
				if i%6 == 2 {
					b.pass(hour)
				}
				err = nil
				_ = b.work.ExpireOffer(b.t.Context(), eventsvc.ExpireOfferArgs{SignupID: id})
			}
			if fault.As(err) != nil {
				return nil //nolint:nilerr // refused is fine
			}
			return err
		})
	}
	require.NoError(b.t, g.Wait())
	b.consistent(shift)
}

// consistent checks what must hold of a shift at any moment between transactions.
func (b *bundle) consistent(shift events.ShiftID) {
	b.t.Helper()
	require.Zero(b.t, b.number(`
		select count(*) from event_shifts s, lateral (
			select coalesce(sum(party_size) filter (where status in ('registered', 'offered') and pool = 'main'), 0) as taken,
				coalesce(sum(party_size) filter (where status in ('registered', 'offered') and pool = 'online'), 0) as online_taken,
				count(*) filter (where status = 'waitlisted' and pool = 'main') as waiting,
				count(*) filter (where status = 'waitlisted' and pool = 'online') as online_waiting,
				min(offer_expires_at) filter (where status = 'offered') as offers_end_at
			from event_signups g where g.shift_id = s.id) sums
		where s.id = $1 and (s.taken, s.online_taken, s.waiting, s.online_waiting) <> (sums.taken, sums.online_taken, sums.waiting, sums.online_waiting)
			or s.id = $1 and s.offers_end_at is distinct from sums.offers_end_at`, shift.UUID), "the counters are those of the sign-ups")
	require.Zero(b.t, b.number(`select count(*) from event_shifts where id = $1 and (taken > capacity or online_taken > online_capacity)`, shift.UUID))
	require.Zero(b.t, b.number(`
		select count(*) from event_shifts s, lateral (select party_size from event_signups g where g.shift_id = s.id and status = 'waitlisted' and pool = 'main'
			order by waitlisted_at, g.id limit 1) head
		where s.id = $1 and s.starts_at > $2 and (s.capacity is null or s.taken + head.party_size <= s.capacity)`,
		shift.UUID, noon.Add(time.Duration(b.now.Load())*time.Second)), "nobody waits while the first fits")
}

func TestACalendarHasNoAppointmentOneOnlyWaitsFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
	b.join(shift, "ada@example.org", "bob@example.org")
	feed := func() string {
		calendar, err := b.svc.MyCalendar(t.Context(), events.SignupIn{Token: b.feedToken("bob@example.org")})
		require.NoError(t, err)
		file, err := calendar.Write(t.Context())
		require.NoError(t, err)
		return unfold(file)
	}
	require.NotContains(t, feed(), "BEGIN:VEVENT")
	b.cancel("ada@example.org")
	require.NotContains(t, feed(), "BEGIN:VEVENT", "an offer is none either")
	_, err := b.accept("bob@example.org")
	require.NoError(t, err)
	require.Contains(t, feed(), "STATUS:CONFIRMED")
}
