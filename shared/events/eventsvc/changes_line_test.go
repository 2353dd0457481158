package eventsvc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
)

// line puts Ada on the only seat of a private home that gets one more, which is offered to Bob while Cyd waits.
func (b *bundle) line(set ...string) events.ShiftID {
	b.t.Helper()
	shift := b.shift(b.event("party", "House party", append(set, "place_private = true", "online_url = 'https://meet.example.org/secret'")...), 54*hour, 1)
	b.join(shift, "ada@example.org", "bob@example.org", "cyd@example.org")
	two := 2
	require.NoError(b.t, b.svc.SetCapacity(b.t.Context(), shift, eventsvc.Capacity{Main: &two}))
	require.Equal(b.t, []events.SignupStatus{events.Offered, events.Waitlisted}, b.statuses("bob@example.org", "cyd@example.org"))
	return shift
}

// toldLine is told, by the addressee: once each. What those without a place get claims nothing they do not have, and
// gives away nothing.
func (b *bundle) toldLine() map[string]messages.Message {
	b.t.Helper()
	mails := map[string]messages.Message{}
	for _, m := range b.told() {
		require.NotContains(b.t, mails, m.To, "once")
		mails[m.To] = m
		if b.own(m.To).Status == events.Registered {
			require.Len(b.t, m.Attachments, 1)
			continue
		}
		require.Empty(b.t, m.Attachments)
		for _, body := range []string{m.Text, text(b.t, m.HTML)} {
			for _, never := range []string{"signed up", "sign-up", "calendar", "Starkweather", "Merrick", "meet.example.org"} {
				require.NotContains(b.t, body, never)
			}
		}
		require.NotContains(b.t, m.Text, "\n\n\n")
	}
	return mails
}

// says checks both forms of a mail.
func (b *bundle) says(m messages.Message, want ...string) {
	b.t.Helper()
	for _, w := range want {
		require.Contains(b.t, m.Text, w)
		require.Contains(b.t, text(b.t, m.HTML), w)
	}
}

func TestWhoWaitsIsToldWhatChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.line()
	people, err := b.svc.RescheduleShift(t.Context(), shift, "2026-11-25 19:30", "2026-11-25 21:30", "The cake takes longer.")
	require.NoError(t, err)
	require.Equal(t, 3, people)
	mails := b.toldLine()
	require.Len(t, mails, 3)
	for _, who := range []string{"bob@example.org", "cyd@example.org"} {
		require.Equal(t, "New time: House party, Wed, Nov 25 at 7:30 PM EST", mails[who].Subject)
		b.says(mails[who], "6:00 PM – 8:00 PM EST", "7:30 PM – 9:30 PM EST", "The cake takes longer.", "Cleveland, OH", "was on the waitlist for", b.token(who))
	}
	b.says(mails["bob@example.org"], "we hold it until Tuesday, November 24, 12:00 AM EST", "Accept or decline your place")
	b.says(mails["cyd@example.org"], "You are still on the waitlist", "See your place in line or leave it")
	require.Empty(t, b.told(), "once")

	_, err = b.svc.MoveOnline(t.Context(), "party", "https://meet.example.org/other", "")
	require.NoError(t, err)
	mails = b.toldLine()
	require.Len(t, mails, 3)
	require.Equal(t, "Moved online: House party, Wed, Nov 25 at 7:30 PM EST", mails["cyd@example.org"].Subject)
	b.says(mails["cyd@example.org"], "Online")
	_, err = b.svc.MoveOnline(t.Context(), "party", "https://meet.example.org/third", "")
	require.NoError(t, err)
	require.Len(t, b.toldLine(), 1, "the link is for those with a place")

	_, err = b.accept("bob@example.org")
	require.NoError(t, err)
	require.Empty(t, b.told(), "the confirmation said it all")
}

func TestAPostponedEventKeepsItsLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.line()
	people, err := b.svc.PostponeEvent(t.Context(), "party", "Snow.")
	require.NoError(t, err)
	require.Equal(t, 3, people)
	mails := b.toldLine()
	require.Len(t, mails, 3)
	require.Equal(t, "Postponed: House party, Wed, Nov 25 at 6:00 PM EST", mails["cyd@example.org"].Subject)
	b.says(mails["cyd@example.org"], "Snow.", "You keep your place in line", "we write to you when there is a date")
	b.says(mails["bob@example.org"], "We still hold your place until Tuesday, November 24, 12:00 AM EST", "Accept or decline your place")
	require.Equal(t, []events.SignupStatus{events.Offered, events.Waitlisted}, b.statuses("bob@example.org", "cyd@example.org"))

	b.pass(13 * hour)
	require.NoError(t, b.work.ExpireOffer(t.Context(), eventsvc.ExpireOfferArgs{SignupID: b.signup("bob@example.org")}))
	_, err = b.svc.RescheduleShift(t.Context(), shift, "2026-12-02 18:00", "2026-12-02 20:00", "")
	require.NoError(t, err)
	mails = b.toldLine()
	require.Len(t, mails, 2, "who let an offer go does not wait any longer")
	require.Equal(t, "New date: House party, Wed, Dec 2 at 6:00 PM EST", mails["cyd@example.org"].Subject)
	require.Equal(t, []events.SignupStatus{events.Offered}, b.statuses("cyd@example.org"), "the seat that was let go is offered with the new date")
}

func TestACancelledTimeEndsItsLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.line()
	other := b.shift(b.event("later", "Later"), 80*hour, 1)
	b.join(other, "eve@example.org", "fay@example.org")
	var event string
	require.NoError(t, b.db.QueryRow(t.Context(), `select event_id::text from event_shifts where id = $1`, shift.UUID).Scan(&event))
	b.exec(`update event_shifts set event_id = $1 where id = $2`, event, other.UUID)
	b.shift(b.event("cake", "Cake"), 60*hour, 5)
	b.exec(`update event_shifts set waiting = 1 where id = $1`, b.shift(b.event("pie", "Pie"), 59*hour, 5).UUID) // its seats are those in line's

	people, err := b.svc.CancelEvent(t.Context(), "party", shift, "No cake.")
	require.NoError(t, err)
	require.Equal(t, 3, people)
	b.consistent(shift)
	require.Equal(t, 1, b.number(`select taken * 10 + waiting + online_waiting - 9 from event_shifts where id = $1`, shift.UUID))
	for _, who := range []string{"bob@example.org", "cyd@example.org"} {
		own := b.own(who)
		require.Equal(t, events.SignupCancelled, own.Status)
		require.Equal(t, events.EndedByOrganiser, own.EndedReason)
		_, err = b.accept(who)
		require.Equal(t, fault.Gone, code(err))
		require.ErrorContains(t, err, "This was cancelled")
	}
	require.NoError(t, b.work.ExpireOffer(t.Context(), eventsvc.ExpireOfferArgs{SignupID: b.signup("bob@example.org")}))
	require.NoError(t, b.work.SendOffer(t.Context(), eventsvc.OfferedArgs{SignupID: b.signup("bob@example.org"), Sequence: 1, Asked: noon.Unix()}))
	require.Empty(t, b.mail.sent, "nothing is offered any more")
	require.Equal(t, events.Waitlisted, b.own("fay@example.org").Status, "the line of another time stays")

	mails := b.toldLine()
	require.Len(t, mails, 3)
	for _, who := range []string{"bob@example.org", "cyd@example.org"} {
		require.Equal(t, "Cancelled: House party, Wed, Nov 25 at 6:00 PM EST", mails[who].Subject)
		b.says(mails[who], "No cake.", "https://events.example.org/e/cake", "was on the waitlist for")
		require.NotContains(t, mails[who].Text, b.token(who), "there is nothing left to manage")
		require.NotContains(t, mails[who].Text, "/e/pie")
	}
	b.says(mails["cyd@example.org"], "The time you were waiting for is cancelled", "your place in line has ended")
	b.says(mails["bob@example.org"], "The time we held a place for you at is cancelled", "cannot be accepted any more")

	people, err = b.svc.CancelEvent(t.Context(), "party", events.ShiftID{}, "")
	require.NoError(t, err)
	require.Equal(t, 2, people, "Eve and Fay")
	mails = b.toldLine()
	require.NotContains(t, mails, "ada@example.org", "they were told once")
	require.NotContains(t, mails, "bob@example.org")
	require.NotContains(t, mails, "cyd@example.org")
	require.Equal(t, "Event cancelled: House party, Thu, Nov 26 at 8:00 PM EST", mails["fay@example.org"].Subject)
	b.says(mails["fay@example.org"], "The event you were waiting for is cancelled")
	b.consistent(other)
	feed, err := b.svc.MyCalendar(t.Context(), events.SignupIn{Token: b.feedToken("cyd@example.org")})
	require.NoError(t, err)
	require.Empty(t, reread(t, feed), "what one only waited for never was an appointment")
}

func TestAnOfferEndsWhenAShiftThatMovedStarts(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]func(*bundle) events.ShiftID{
		"by hand": func(b *bundle) events.ShiftID {
			shift := b.line()
			_, err := b.svc.RescheduleShift(t.Context(), shift, "2026-11-23 16:00", "2026-11-23 18:00", "")
			require.NoError(t, err)
			return shift
		},
		"by an import": func(b *bundle) events.ShiftID {
			b.importing(calendarOf(weekly))
			shift := b.get("weekly-phone-bank").Shifts[0].ID
			one, two := 1, 2
			require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &one}))
			b.join(shift, "ada@example.org", "bob@example.org", "cyd@example.org")
			require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &two}))
			b.importing(calendarOf(strings.ReplaceAll(strings.ReplaceAll(weekly, "T180000", "T150000"), "T200000", "T170000")))
			return shift
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			shift := move(b)
			bob := b.own("bob@example.org")
			require.Equal(t, events.Offered, bob.Status)
			require.Equal(t, noon.Add(4*hour), bob.OfferEnds.At.UTC())
			b.consistent(shift)
			require.Equal(t, 1, b.number(`select count(*) from river_job where kind = 'events.expire_offer' and scheduled_at = $1`, noon.Add(4*hour)))
			b.pass(2 * time.Minute)
			for _, m := range b.told() {
				if m.To == "bob@example.org" {
					b.says(m, "we hold it until Monday, November 23, "+bob.OfferEnds.Local().Format("3:04 PM MST"))
				}
			}
			b.pass(4 * hour)
			_, err := b.accept("bob@example.org")
			require.Equal(t, fault.Gone, code(err))
			require.NoError(t, b.work.ExpireOffer(t.Context(), eventsvc.ExpireOfferArgs{SignupID: b.signup("bob@example.org")}))
			require.Equal(t, events.EndedExpired, b.own("bob@example.org").EndedReason)
			require.Equal(t, events.Waitlisted, b.own("cyd@example.org").Status, "nothing is offered of what has begun")
		})
	}
}

func TestAnOfferOfAShiftThatMovedToNowIsOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.line()
	people, err := b.svc.RescheduleShift(t.Context(), shift, "2026-11-23 11:30", "2026-11-23 13:30", "")
	require.NoError(t, err)
	require.Equal(t, 2, people, "Ada and Cyd")
	require.Equal(t, events.EndedExpired, b.own("bob@example.org").EndedReason)
	require.Equal(t, 1, b.jobs("events.offer_expired"))
	require.NotContains(t, b.toldLine(), "bob@example.org", "that is a mail of its own")
	b.consistent(shift)
}

func TestAnOfferThatWasOverIsNotTheOrganisersToEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.line()
	b.pass(13 * hour)
	people, err := b.svc.CancelEvent(t.Context(), "party", events.ShiftID{}, "")
	require.NoError(t, err)
	require.Equal(t, 2, people)
	require.Equal(t, []events.EndedReason{events.EndedExpired, events.EndedByOrganiser},
		[]events.EndedReason{b.own("bob@example.org").EndedReason, b.own("cyd@example.org").EndedReason})
	require.NotContains(t, b.toldLine(), "bob@example.org")
}

func TestALineThatEndedStaysEndedWhenTheDateComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	shift := b.get("weekly-phone-bank").Shifts[1].ID
	one := 1
	require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &one}))
	b.join(shift, "ada@example.org", "cyd@example.org")
	b.importing(calendarOf(strings.Replace(weekly, "RRULE", "EXDATE;TZID=America/Chicago:20261130T180000\nRRULE", 1)))
	b.importing(calendarOf(weekly))
	require.Equal(t, events.SignupCancelled, b.own("cyd@example.org").Status)
	mails := b.told()
	require.Len(t, mails, 1, "for Ada it is as it was")
	require.Equal(t, "cyd@example.org", mails[0].To)
	require.Equal(t, "Your place in line has ended: Weekly phone bank, Mon, Nov 30 at 6:00 PM CST", mails[0].Subject)
	b.says(mails[0], "It takes place after all", "Join the line again", "https://events.example.org/e/weekly-phone-bank")
	require.NotContains(t, mails[0].Text, "There is room here")
	require.Empty(t, b.told(), "once")
	b.join(shift, "cyd@example.org")
	require.Equal(t, 1, b.own("cyd@example.org").Position)
}

// Offers are taken, declined and joined for while the event is cancelled: in the end nobody waits for it or has an offer,
// and everybody who did is told.
func TestNobodyTakesAnOfferOfWhatIsCancelled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
	var tokens []string
	for i := range 24 {
		b.join(shift, address(i))
		tokens = append(tokens, b.token(address(i)))
	}
	thirteen := 13
	require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &thirteen}))
	var g errgroup.Group
	for i, token := range tokens {
		g.Go(func() error {
			if i == 6 {
				_, err := b.svc.CancelEvent(t.Context(), "canvass", shift, "")
				return err
			}
			do := b.svc.Accept
			if i%3 == 0 {
				do = b.svc.CancelRSVP
			}
			if _, err := do(t.Context(), events.SignupIn{Token: token}); fault.As(err) == nil {
				return err
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	b.consistent(shift)
	require.Zero(t, b.number(`select count(*) from event_signups where status in ('waitlisted', 'offered')`))
	left := b.number(`select count(*) from event_signups where status = 'registered' or ended_reason = 'organiser'`)
	require.Len(t, b.told(), left)
	for _, token := range tokens {
		_, err := b.svc.Accept(t.Context(), events.SignupIn{Token: token})
		require.Equal(t, fault.Gone, code(err))
	}
}

// Whoever signs up while the event is cancelled is refused or told: nobody has a place at, or waits for, what they believe
// takes place.
func TestNobodySignsUpForWhatIsCancelled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 4)
	var g errgroup.Group
	for i := range 40 {
		g.Go(func() error {
			if i == 8 {
				_, err := b.svc.CancelEvent(t.Context(), "canvass", events.ShiftID{}, "")
				return err
			}
			if _, err := b.rsvp(shift, address(i), 0); code(err) != fault.Gone {
				return err
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	b.consistent(shift)
	require.Zero(t, b.number(`select waiting from event_shifts where id = $1`, shift.UUID))
	require.Len(t, b.told(), b.number(`select count(*) from event_signups`))
}
