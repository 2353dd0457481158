package eventsvc_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
)

func verifying(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	require.NoError(t, b.svc.SetVerifies(t.Context(), "tremont", true))
	return b
}

// mailed runs the jobs of a kind and returns the newest mail.
func mailed[J any](b *bundle, kind string, send func(J) error) messages.Message {
	b.t.Helper()
	for _, raw := range b.takeJobs(kind) {
		var job J
		require.NoError(b.t, json.Unmarshal(raw, &job))
		require.NoError(b.t, send(job))
	}
	require.NotEmpty(b.t, b.mail.sent)
	return b.mail.sent[len(b.mail.sent)-1]
}

func (b *bundle) offer() messages.Message {
	return mailed(b, "events.offered", func(j eventsvc.OfferedArgs) error { return b.work.SendOffer(b.t.Context(), j) })
}

func TestASignUpThatIsToBeConfirmedHoldsItsPlaceUntilThen(t *testing.T) {
	t.Parallel()
	b := verifying(t)
	shift := b.shift(b.event("canvass", "Canvass", "place_private = true", "instructions = 'Ring twice.'", "guests_allowed = 2"), 48*hour, 2)
	require.True(t, b.get("canvass").Confirms, "which the form says before")
	out, err := b.rsvp(shift, "ada@example.org", 1)
	require.NoError(t, err)
	require.True(t, out.Confirm)
	own := b.own("ada@example.org")
	require.Equal(t, events.Offered, own.Status)
	require.True(t, own.Unconfirmed)
	require.Equal(t, noon.Add(12*hour), own.OfferEnds.At)
	require.Empty(t, own.Event.Place.Line1, "the address is for those with a place")
	require.Empty(t, own.Instructions)
	require.Empty(t, own.Reminders)
	require.Equal(t, 2, b.taken(shift), "nobody else gets them meanwhile")
	b.consistent(shift)

	m := b.offer()
	require.Equal(t, "Confirm your place: Canvass, Wed, Nov 25 at 12:00 PM EST", m.Subject)
	require.Empty(t, m.Attachments, "there is no appointment yet")
	for _, form := range []string{m.Text, m.HTML} {
		b.says(m, "Confirm your place", "We hold your place until Tuesday, November 24, 12:00 AM EST", "/my/"+b.token("ada@example.org"), "there is nothing to do")
		for _, not := range []string{"Starkweather", "Ring twice", "became free", "is free for you", "next in line"} {
			require.NotContains(t, form, not)
		}
	}

	accepted, err := b.accept("ada@example.org")
	require.NoError(t, err)
	require.Equal(t, events.Registered, accepted.Status)
	require.False(t, accepted.Unconfirmed)
	require.Equal(t, "1050 Starkweather Ave", accepted.Event.Place.Line1)
	_, err = b.accept("ada@example.org")
	require.NoError(t, err)
	m = mailed(b, "events.confirm", func(j eventsvc.ConfirmArgs) error { return b.work.SendConfirmation(t.Context(), j) })
	require.Len(t, b.mail.sent, 2, "once")
	require.Len(t, m.Attachments, 1)
	b.says(m, "You’re signed up", "Ring twice.")
	b.consistent(shift)
}

func TestAPlaceThatIsNotConfirmedGoesToTheNextInLine(t *testing.T) {
	t.Parallel()
	b := verifying(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
	b.join(shift, "ada@example.org")
	out, err := b.rsvp(shift, "bob@example.org", 0)
	require.NoError(t, err)
	require.False(t, out.Confirm, "who waits has nothing to confirm")
	require.False(t, b.own("bob@example.org").Unconfirmed)
	b.pass(12 * hour)
	require.NoError(t, b.work.ExpireOffer(t.Context(), eventsvc.ExpireOfferArgs{SignupID: b.signup("ada@example.org")}))
	ada, bob := b.own("ada@example.org"), b.own("bob@example.org")
	require.Equal(t, events.EndedExpired, ada.EndedReason)
	require.True(t, ada.Unconfirmed)
	require.Equal(t, events.Offered, bob.Status)
	require.False(t, bob.Unconfirmed, "a place became free for him")
	_, err = b.accept("ada@example.org")
	require.Equal(t, fault.Gone, code(err))
	require.ErrorContains(t, err, "not confirmed in time")
	m := mailed(b, "events.offer_expired", func(j eventsvc.OfferExpiredArgs) error { return b.work.SendOfferExpired(t.Context(), j) })
	b.says(m, "Your place was not confirmed", "It was not confirmed, so it went back to the others.")
	b.accepted("bob@example.org")
	require.Zero(t, b.jobs("events.confirm")-1, "an accepted offer is confirmed by that")
	b.consistent(shift)
}

func (b *bundle) accepted(email string) {
	b.t.Helper()
	out, err := b.accept(email)
	require.NoError(b.t, err)
	require.Equal(b.t, events.Registered, out.Status)
}

// Whoever types an address learns nothing of it, and takes nothing in its name: it is asked each time.
func TestAnAddressThatConfirmedBeforeIsAskedAgain(t *testing.T) {
	t.Parallel()
	b := verifying(t)
	event := b.event("canvass", "Canvass")
	first, second := b.shift(event, 48*hour, 5), b.shift(event, 72*hour, 5)
	b.join(first, "ada@example.org")
	b.accepted("ada@example.org")
	known, err := b.rsvp(first, "ada@example.org", 0)
	require.NoError(t, err)
	stranger, err := b.rsvp(first, "bob@example.org", 0)
	require.NoError(t, err)
	stranger.Email = known.Email
	require.Equal(t, stranger, known)
	require.Equal(t, events.Registered, b.own("ada@example.org").Status, "nobody takes a place away by asking again")
	known, err = b.rsvp(second, "ada@example.org", 0)
	require.NoError(t, err)
	require.True(t, known.Confirm)
	require.True(t, b.own("ada@example.org").Unconfirmed)
}

func TestOneConfirmationIsForAllTimesOfASignUp(t *testing.T) {
	t.Parallel()
	b := verifying(t)
	event := b.event("canvass", "Canvass")
	in := events.RSVPIn{GivenName: "Ada", FamilyName: "Lovelace", Email: "ada@example.org"}
	for _, after := range []time.Duration{72 * hour, 24 * hour, 48 * hour} {
		in.ShiftIDs = append(in.ShiftIDs, b.shift(event, after, 1))
	}
	elsewhere := b.shift(b.event("other", "Other"), 48*hour, 1)
	b.join(elsewhere, "ada@example.org")
	out, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.True(t, out.Confirm)
	all := func() messages.Message {
		return mailed(b, "events.confirm_all", func(j eventsvc.ConfirmAllArgs) error { return b.work.SendConfirmations(t.Context(), j) })
	}
	m := all()
	b.says(m, "Confirm your places", "Held for you until Tuesday, November 24, 12:00 AM EST", "One confirmation is for all times")
	require.Empty(t, m.Attachments)
	require.NotContains(t, m.Text, "Starkweather")

	last := b.own("ada@example.org")
	require.Len(t, last.Others, 2)
	require.True(t, last.Others[0].Unconfirmed && last.Others[1].Unconfirmed)
	b.accepted("ada@example.org")
	require.Equal(t, 3, b.number(`select count(*) from event_signups where status = 'registered'`))
	require.Equal(t, 1, b.number(`select count(*) from event_signups where status = 'offered' and shift_id = $1`, elsewhere.UUID), "another event is another question")
	m = all()
	b.says(m, "You’re signed up", "You have a place")
	require.Len(t, m.Attachments, 1)
	require.Zero(t, b.jobs("events.confirm"), "one mail says it all")
	for _, shift := range in.ShiftIDs {
		b.consistent(shift)
	}
}

func TestWhoSignsUpDuringTheShiftHasUntilItsEndToConfirm(t *testing.T) {
	t.Parallel()
	b := verifying(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, hour, 5)
	b.join(shift, "ada@example.org")
	require.Equal(t, noon.Add(hour), b.own("ada@example.org").OfferEnds.At, "never past the start")
	b.pass(2 * hour)
	b.join(shift, "bob@example.org")
	require.Equal(t, noon.Add(3*hour), b.own("bob@example.org").OfferEnds.At)
	_, err := b.svc.RescheduleShift(t.Context(), shift, "2026-11-23 13:00", "2026-11-23 14:30", "")
	require.NoError(t, err)
	require.Equal(t, noon.Add(2*hour+30*time.Minute), b.own("bob@example.org").OfferEnds.At, "its end moved")
	b.consistent(shift)
	b.accepted("bob@example.org")
}

func TestGivingBackAPlaceThatWasNotConfirmed(t *testing.T) {
	t.Parallel()
	b := verifying(t)
	shift := b.shift(b.event("canvass", "Canvass"), 48*hour, 1)
	b.join(shift, "ada@example.org")
	b.cancel("ada@example.org")
	require.Zero(t, b.taken(shift))
	m := mailed(b, "events.left_waitlist", func(j eventsvc.LeftLineArgs) error { return b.work.SendLeftLine(t.Context(), j) })
	b.says(m, "You gave your place back", "you are not signed up")
	require.NotContains(t, m.Text, "waitlist")
	b.consistent(shift)
}
