package eventsvc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
)

const room = "https://meet.example.org/room"

// attending signs people up who take part that way.
func (b *bundle) attending(shift events.ShiftID, attend events.Mode, emails ...string) {
	b.t.Helper()
	for _, email := range emails {
		in := form(shift, email, 0)
		in.Attend = attend
		_, err := b.svc.RSVP(b.t.Context(), in)
		require.NoError(b.t, err)
	}
}

// seats are the limits and the counters of a shift, of the main seats and of those online; a limit of -1 is none.
func (b *bundle) seats(shift events.ShiftID) (n [6]int) {
	b.t.Helper()
	require.NoError(b.t, b.db.QueryRow(b.t.Context(), `select coalesce(capacity, -1), taken, waiting, coalesce(online_capacity, -1), online_taken, online_waiting
		from event_shifts where id = $1`, shift.UUID).Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5]))
	require.Equal(b.t, [2]int{n[1], n[4]}, [2]int{
		b.number(`select coalesce(sum(party_size), 0) from event_signups where shift_id = $1 and pool = 'main' and status in ('registered', 'offered')`, shift.UUID),
		b.number(`select coalesce(sum(party_size), 0) from event_signups where shift_id = $1 and pool = 'online' and status in ('registered', 'offered')`, shift.UUID),
	})
	return n
}

func TestAnEventInPersonTakesPlaceOnline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("call", "Call", "latitude = 41.4", "longitude = -81.6"), 54*hour, 2)
	b.join(shift, "ada@example.org", "bea@example.org", "waits@example.org")
	require.Equal(t, 3, b.edit("call", events.Edit{Mode: new(events.Online), OnlineURL: new(room)}))
	e := b.get("call")
	require.Equal(t, []any{events.Online, events.Scheduled, events.Place{}, 1}, []any{e.Mode, e.Status, e.Place, e.Sequence})
	require.Equal(t, [6]int{2, 2, 1, -1, 0, 0}, b.seats(shift))
	mails := b.told()
	require.Len(t, mails, 3)
	for _, m := range mails {
		require.Equal(t, "Moved online: Call, Wed, Nov 25 at 6:00 PM EST", m.Subject)
		b.says(m, "Merrick House", "Online")
		require.Equal(t, m.To != "waits@example.org", strings.Contains(m.Text, room))
	}
	require.Contains(t, unfold(mails[0].Attachments[0].Data), "LOCATION:"+room)

	require.Equal(t, 3, b.edit("call", events.Edit{Mode: new(events.InPerson), Venue: new("The library"), City: new("Akron")}))
	require.Empty(t, b.own("ada@example.org").OnlineURL)
	require.Equal(t, events.InPerson, b.own("ada@example.org").Attend)
	require.Equal(t, "The library", b.get("call").Place.Venue)
	for _, m := range b.told() {
		require.Equal(t, "New place: Call, Wed, Nov 25 at 6:00 PM EST", m.Subject)
		b.says(m, "Online", "The library, Akron")
		require.NotContains(t, m.Text, room)
	}
}

func TestAnEventThatMovedOnlineComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "ada@example.org")
	_, err := b.svc.MoveOnline(t.Context(), "canvass", room, "")
	require.NoError(t, err)
	b.join(shift, "late@example.org")
	b.told()
	require.Equal(t, 2, b.edit("canvass", events.Edit{Mode: new(events.InPerson)}))
	e := b.get("canvass")
	require.Equal(t, []any{events.InPerson, events.Scheduled, "Merrick House"}, []any{e.Mode, e.Status, e.Place.Venue})
	for _, email := range []string{"ada@example.org", "late@example.org"} {
		require.False(t, b.own(email).JoinsOnline(), email)
	}
	require.Len(t, b.told(), 2)
	require.Zero(t, b.edit("canvass", events.Edit{Mode: new(events.InPerson)}), "it is so already")
	require.Equal(t, e.Sequence, b.get("canvass").Sequence)

	_, err = b.svc.PostponeEvent(t.Context(), "canvass", "")
	require.NoError(t, err)
	_, err = b.svc.RescheduleShift(t.Context(), shift, "2026-11-26 19:30", "2026-11-26 21:30", "")
	require.NoError(t, err)
	require.Equal(t, events.Scheduled, b.get("canvass").Status, "and stays")
}

func TestAnOnlineEventBecomesHybrid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("call", "Call", "mode = 'online'", "online_url = '"+room+"'"), 54*hour, 2)
	b.join(shift, "ada@example.org", "bea@example.org", "waits@example.org")
	b.edit("call", events.Edit{Mode: new(events.Hybrid), Venue: new("The library")})
	require.Equal(t, [6]int{-1, 0, 0, 2, 2, 1}, b.seats(shift), "those who take part online keep their seats and their limit")
	require.True(t, b.own("ada@example.org").JoinsOnline())
	require.Empty(t, b.told(), "nothing is different for them")
	b.attending(shift, events.InPerson, "in@example.org")
	require.Equal(t, [6]int{-1, 1, 0, 2, 2, 1}, b.seats(shift))
}

func TestAnEventInPersonBecomesHybrid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 1)
	b.join(shift, "ada@example.org", "waits@example.org")
	b.edit("canvass", events.Edit{Mode: new(events.Hybrid), OnlineURL: new(room)})
	require.Equal(t, [6]int{1, 1, 1, -1, 0, 0}, b.seats(shift))
	require.Empty(t, b.told(), "nothing is different for them")
	require.Empty(t, b.own("ada@example.org").OnlineURL)
	require.Equal(t, 1, b.get("canvass").Sequence)
}

func hybrid(t *testing.T) (*bundle, events.ShiftID) {
	t.Helper()
	b := setup(t)
	shift := b.shift(b.event("both", "Both", "mode = 'hybrid'", "online_url = '"+room+"'"), 54*hour, 2)
	b.exec(`update event_shifts set online_capacity = 1`)
	b.attending(shift, events.InPerson, "in@example.org")
	b.attending(shift, events.Online, "on@example.org", "line@example.org")
	require.Equal(t, [6]int{2, 1, 0, 1, 1, 1}, b.seats(shift))
	return b, shift
}

func TestAHybridEventTakesPlaceOnlineOnly(t *testing.T) {
	t.Parallel()
	b, shift := hybrid(t)
	b.edit("both", events.Edit{Mode: new(events.Online)})
	require.Equal(t, [6]int{2, 2, 1, -1, 0, 0}, b.seats(shift), "the limit online, but nobody loses a place")
	mails := b.told()
	require.Len(t, mails, 1)
	require.Equal(t, "in@example.org", mails[0].To)
	require.Contains(t, mails[0].Subject, "Moved online")
	b.says(mails[0], "Merrick House", room)
}

func TestAHybridEventTakesPlaceInPersonOnly(t *testing.T) {
	t.Parallel()
	b, shift := hybrid(t)
	b.edit("both", events.Edit{Mode: new(events.InPerson)})
	require.Equal(t, [6]int{2, 2, 1, -1, 0, 0}, b.seats(shift))
	require.Equal(t, events.InPerson, b.own("on@example.org").Attend)
	mails := b.told()
	require.Len(t, mails, 2)
	for _, m := range mails {
		require.NotEqual(t, "in@example.org", m.To)
		require.Contains(t, m.Subject, "New place")
		b.says(m, "Online", "Merrick House")
		require.NotContains(t, m.Text, room)
	}
}

func TestARoomThatIsTooSmallIsSaid(t *testing.T) {
	t.Parallel()
	b, shift := hybrid(t)
	b.attending(shift, events.InPerson, "too@example.org")
	_, err := b.svc.EditEvent(t.Context(), "tremont", "both", events.Edit{Mode: new(events.InPerson)}, "")
	require.Equal(t, fault.Conflict, code(err))
	require.ErrorContains(t, err, "1 more are needed")
	require.Equal(t, events.Hybrid, b.get("both").Mode)
	require.Equal(t, [6]int{2, 2, 0, 1, 1, 1}, b.seats(shift))
}

func TestAModeStaysOverImports(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	shift := b.get("weekly-phone-bank").Shifts[0].ID
	b.edit("weekly-phone-bank", events.Edit{Mode: new(events.Online), OnlineURL: new(room), Description: new("All of it.\n\nBy us.")})
	b.join(shift, "ada@example.org")
	b.importing(calendarOf(strings.Replace(weekly, "SUMMARY:Weekly", "SUMMARY:Jolly", 1)))
	e := b.get("weekly-phone-bank")
	require.Equal(t, []any{"Jolly phone bank", events.Online, events.Place{}}, []any{e.Title, e.Mode, e.Place})
	require.Equal(t, room, b.own("ada@example.org").OnlineURL)
	require.Contains(t, e.Description, "Call with us", "the entry has one")
	require.Empty(t, b.told(), "it is where it was")
}

func TestAnImportGivesEverybodyASeatOfItsMode(t *testing.T) {
	t.Parallel()
	b := setup(t)
	both := strings.Replace(weekly, "LOCATION:", "URL:"+room+"\nX-GOOGLE-CONFERENCE:"+room+"\nLOCATION:", 1)
	b.importing(calendarOf(both))
	e := b.get("weekly-phone-bank")
	require.Equal(t, events.Hybrid, e.Mode)
	shift := e.Shifts[0].ID
	b.exec(`update event_shifts set capacity = 1`)
	b.attending(shift, events.InPerson, "in@example.org")
	b.attending(shift, events.Online, "on@example.org")
	b.importing(calendarOf(weekly))
	require.Equal(t, events.InPerson, b.get("weekly-phone-bank").Mode)
	require.Equal(t, [6]int{2, 2, 0, -1, 0, 0}, b.seats(shift), "there is room for everybody who has a place")
	require.False(t, b.own("on@example.org").JoinsOnline())
}
