package eventsvc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

// marks says of an address whether the person came; nil takes it back.
func (b *bundle) marks(email string, came *bool) {
	b.t.Helper()
	err := b.svc.MarkAttendance(b.t.Context(), "tremont", "canvass", []events.SignupID{{UUID: b.signup(email)}}, came)
	require.NoError(b.t, err)
}

func TestWhoDidNotComeIsNotAskedHowItWas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20) // Wednesday at 6 PM
	for i := range 4 {
		_, err := b.rsvp(shift, address(i), 0)
		require.NoError(t, err)
	}
	b.until(25, 18, 0)
	b.marks(address(0), new(false))
	b.marks(address(1), new(true))
	b.marks(address(2), new(false))
	signup, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: b.token(address(0))})
	require.NoError(t, err)
	require.Empty(t, signup.Reminders, "nor told that the mail will come")
	b.until(25, 21, 0)
	b.plan()
	b.marks(address(2), nil)
	b.marks(address(3), new(false)) // when the mail was planned
	var asked []string
	for _, m := range b.remind() {
		asked = append(asked, m.To)
	}
	require.ElementsMatch(t, []string{address(1), address(2)}, asked)
}

func TestAttendanceEndsWithThePlaceAndWithAnotherTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 20)
	for i := range 2 {
		_, err := b.rsvp(shift, address(i), 0)
		require.NoError(t, err)
	}
	b.pass(2 * hour)
	said := func() int { return b.number(`select count(*) from event_signups where attended is not null`) }
	b.marks(address(0), new(true))
	b.marks(address(1), new(false))
	_, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token(address(0))})
	require.NoError(t, err)
	require.Equal(t, 1, said(), "who gave the place back did not come")
	_, err = b.svc.RescheduleShift(t.Context(), shift, "2026-11-23 13:30", "2026-11-23 18:00", "")
	require.NoError(t, err)
	require.Equal(t, 1, said(), "it has begun as before")
	_, err = b.svc.RescheduleShift(t.Context(), shift, "2026-11-28 10:00", "2026-11-28 12:00", "")
	require.NoError(t, err)
	require.Zero(t, said(), "nobody has come yet")
}

func TestAttendanceEndsWhenACalendarMovesTheShift(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imports := func(start, end string) {
		b.importing(calendarOf("UID:c@example.org\nSUMMARY:Canvass\nDTSTART:" + start + "\nDTEND:" + end))
	}
	imports("20261123T180000Z", "20261123T210000Z")
	shift := b.get("canvass").Shifts[0].ID
	_, err := b.rsvp(shift, address(0), 0)
	require.NoError(t, err)
	b.pass(2 * hour)
	b.marks(address(0), new(false))
	imports("20261123T183000Z", "20261123T210000Z")
	require.Equal(t, 1, b.number(`select count(*) from event_signups where not attended`), "it has begun as before")
	imports("20261130T180000Z", "20261130T210000Z")
	require.Equal(t, shift, b.get("canvass").Shifts[0].ID)
	require.Equal(t, 1, b.number(`select count(*) from event_signups where attended is null`), "nobody has come yet")
}
