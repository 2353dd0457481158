package eventsvc_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

func TestGetSignupRevealsWhatThePublicPageHides(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("party", "House party", "place_private = true", "latitude = 41.5, longitude = -81.7", "mode = 'hybrid'",
		"online_url = 'https://meet.example.org/x'", "instructions = 'Ring twice.'")
	shift := b.shift(event, 24*hour, 20)
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)

	public, err := b.svc.Get(t.Context(), events.GetIn{Slug: "party"})
	require.NoError(t, err)
	require.Equal(t, events.Place{City: "Cleveland", Region: "OH", Country: "US"}, public.Place)

	own, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	require.Equal(t, "1050 Starkweather Ave", own.Event.Place.Line1)
	require.Equal(t, "44113", own.Event.Place.PostalCode)
	require.NotNil(t, own.Event.Place.Latitude)
	require.Empty(t, own.OnlineURL, "the link is for those who take part online")
	require.Equal(t, "Ring twice.", own.Instructions)
	require.Equal(t, events.Registered, own.Status)
	require.Equal(t, shift, own.Shift.ID)
	require.Equal(t, "EST", own.Shift.Start.Abbr)
	require.Len(t, own.Event.Shifts, 1)

	_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	own, err = b.svc.GetSignup(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	require.Empty(t, own.Event.Place.Line1, "who cancelled does not come, and needs no address")
	require.Empty(t, own.OnlineURL)
}

func TestCancelGivesTheSeatsBackExactlyOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 2", "waitlist_enabled = false"), 24*hour, 3)
	_, err := b.rsvp(shift, "ada@example.org", 2)
	require.NoError(t, err)
	_, err = b.rsvp(shift, "bob@example.org", 0)
	require.Equal(t, fault.Conflict, code(err))
	token := b.token("ada@example.org")
	first, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token})
	require.NoError(t, err)
	require.Equal(t, events.SignupCancelled, first.Status)
	require.Zero(t, first.Shift.Taken)
	again, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token})
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Zero(t, b.taken(shift))
	require.Equal(t, 1, b.jobs("events.cancelled_signup"))

	_, err = b.rsvp(shift, "bob@example.org", 0)
	require.NoError(t, err, "the seat is free for somebody else")
	_, err = b.rsvp(shift, "ada@example.org", 1)
	require.NoError(t, err, "and who cancelled may come back")
	require.Equal(t, 3, b.taken(shift))
	require.Equal(t, 2, b.number(`select sequence from event_signups where id = $1`, b.signup("ada@example.org")),
		"the calendar entry goes on after the cancellation's")
}

func TestCancelIsRefusedOnceTheShiftIsOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 3)
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	b.pass(4 * hour)
	_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.Equal(t, fault.Gone, code(err))
	require.Equal(t, 1, b.taken(shift))
}

func TestLinksThatAreNotOursOrOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 3)
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	token := b.token("ada@example.org")
	swapped := []byte(token)
	swapped[40] ^= 1
	bad := map[string]string{
		"empty": "", "garbage": "x\x00y", "tampered": string(swapped),
		"other purpose": b.sign.Token("other", b.signup("ada@example.org")),
	}
	for name, token := range bad {
		_, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: token})
		require.Equal(t, fault.NotFound, code(err), name)
		_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token})
		require.Equal(t, fault.NotFound, code(err), name)
	}
	b.pass(30*24*hour + 2*hour)
	_, err = b.svc.GetSignup(t.Context(), events.SignupIn{Token: token})
	require.NoError(t, err)
	b.pass(2 * time.Hour)
	_, err = b.svc.GetSignup(t.Context(), events.SignupIn{Token: token})
	require.Equal(t, fault.Gone, code(err))
	_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token})
	require.Equal(t, fault.Gone, code(err))
}

// A request that was lost on its way and comes late, sent again by a browser or a proxy, does not undo what came after it.
func TestALateRepeatOfACommandUndoesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 3"), 48*hour, 10)
	b.join(shift, "ada@example.org")
	token := b.token("ada@example.org")
	first, second := fullstack.WithKey(t.Context(), "key-first"), fullstack.WithKey(t.Context(), "key-second")
	party := func(ctx context.Context, guests int) (events.Signup, error) {
		return b.svc.SetParty(ctx, events.PartyIn{Token: token, Guests: guests})
	}
	_, err := party(first, 2)
	require.NoError(t, err)
	_, err = party(second, 0)
	require.NoError(t, err)
	_, err = party(first, 2)
	require.Equal(t, fault.Conflict, code(err), "it is not as they ask")
	require.Contains(t, fault.As(err).Message, "changed since")
	require.Equal(t, 1, b.taken(shift))
	_, err = party(first, 1)
	require.Equal(t, fault.Conflict, code(err), "same key, other input")
	require.Equal(t, 2, b.jobs("events.party_changed"))

	refused := fullstack.WithKey(t.Context(), "key-refused")
	_, err = party(refused, 50)
	require.Equal(t, fault.Invalid, code(err))
	_, again := party(refused, 50)
	require.Equal(t, fault.As(err), fault.As(again))

	cancel := fullstack.WithKey(t.Context(), "key-cancel")
	for range 2 {
		gone, err := b.svc.CancelRSVP(cancel, events.SignupIn{Token: token})
		require.NoError(t, err)
		require.Equal(t, events.SignupCancelled, gone.Status)
	}
	require.Equal(t, 1, b.jobs("events.cancelled_signup"))
	var kept int
	require.NoError(t, b.db.QueryRow(t.Context(), `select count(*) from idempotency_keys where answer::text like '%ada@%'`).Scan(&kept))
	require.Zero(t, kept, "nothing of a person is kept a second time")
}

// Where a list is separated by semicolons, as in much of Europe, a name may not begin a cell that is run.
func TestAnExportRunsNoFormula(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.join(b.shift(b.event("party", "House party"), 54*hour, 20), "ada@example.org")
	b.exec(`update event_signups set given_name = 'A;=1+1', family_name = $1, phone = '+15550100'`, "B;\" @x\t-y")
	for _, comma := range []rune{',', ';', '\t'} {
		var out bytes.Buffer
		require.NoError(t, b.svc.WriteSignups(t.Context(), &out, "tremont", "party"))
		r := csv.NewReader(&out)
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
		rows, err := r.ReadAll()
		require.NoError(t, err)
		for _, row := range rows {
			for _, cell := range row {
				require.NotRegexp(t, `^[ "]*[=+@-]`, cell)
			}
		}
	}
}

func TestAHiddenAddressKeepsWhatPeopleNeedToKnow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("party", "House party", "instructions = 'Ring twice.'")
	b.join(b.shift(event, 54*hour, 20), "ada@example.org")
	b.exec(`update event_shifts set instructions = 'About this time: Back room'`)
	require.Equal(t, "About this time: Back room\n\nRing twice.", b.own("ada@example.org").Instructions)
}
