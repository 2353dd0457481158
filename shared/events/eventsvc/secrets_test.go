package eventsvc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

// partyCalendar is a calendar with one entry. more are its further lines.
func partyCalendar(title string, sequence int, more ...string) string {
	lines := append([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:" + title, "DTSTAMP:20261101T000000Z", "DTSTART:20261125T230000Z",
		"DTEND:20261126T010000Z", "SUMMARY:" + title, fmt.Sprintf("SEQUENCE:%d", sequence),
	}, more...)
	return strings.Join(append(lines, "END:VEVENT", "END:VCALENDAR", ""), "\r\n")
}

func (b *bundle) imported(calendar string) {
	b.t.Helper()
	require.Empty(b.t, b.importing(calendar).Problems)
}

// Whoever has the link to a video meeting is in it, and calendars write it everywhere.
func TestWhatLetsOneJoinByVideoIsNotPublished(t *testing.T) {
	t.Parallel()
	const link = "https://us02web.zoom.us/j/123456?pwd=SECRET"
	for name, more := range map[string][]string{
		"google": {"X-GOOGLE-CONFERENCE:https://meet.google.com/abc-SECRET", `DESCRIPTION:Come!\n\nJoin with Google Meet: https://meet.google.com/abc-SECRET\n\nBring a friend.`},
		"place":  {"LOCATION:" + link, `DESCRIPTION:Come!\n\nBring a friend.`},
		"both":   {"LOCATION:Town hall", `DESCRIPTION:Come!\n` + link + `\nMeeting ID: 123 SECRET\nPasscode: SECRET\n\nBring a friend.`},
		"url":    {"URL:" + link, "LOCATION:Zoom: " + link, `DESCRIPTION:Come!\n\nBring a friend.`},
		"own":    {"CONFERENCE;VALUE=URI:https://video.example.org/SECRET", `DESCRIPTION:Come!\nhttps://video.example.org/SECRET\n\nBring a friend.`},
		"a date": {"RRULE:FREQ=WEEKLY;COUNT=2", `DESCRIPTION:Come!\n\nBring a friend.`, "END:VEVENT", "BEGIN:VEVENT", "UID:Party", "RECURRENCE-ID:20261202T230000Z",
			"DTSTAMP:20261101T000000Z", "DTSTART:20261202T230000Z", "DTEND:20261203T010000Z", "SUMMARY:Party", "LOCATION:" + link},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.imported(partyCalendar("Party", 0, more...))
			e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "party"})
			require.NoError(t, err)
			feed, err := b.svc.OrgCalendar(t.Context(), "tremont")
			require.NoError(t, err)
			calendar, err := feed.Write(t.Context())
			require.NoError(t, err)
			require.NotContains(t, fmt.Sprintf("%+v", e), "SECRET")
			require.NotContains(t, strings.ReplaceAll(string(calendar), "\r\n ", ""), "SECRET")
			require.Contains(t, e.Description, "Come!")
			require.Contains(t, e.Description, "Bring a friend.")
			if name == "both" {
				b.join(e.Shifts[0].ID, "ada@example.org")
				require.Contains(t, b.own("ada@example.org").Instructions, "Passcode: SECRET", "who takes part needs it")
			}
		})
	}
}

func TestADateOfAPrivatePlaceHidesWhereItIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	series := func(where string) string {
		return partyCalendar("Party", 0, "RRULE:FREQ=WEEKLY;COUNT=2", `LOCATION:Mrs Old\, 7 Lane\, Cleveland\, OH 44113`, "END:VEVENT", "BEGIN:VEVENT", "UID:Party",
			"RECURRENCE-ID:20261202T230000Z", "DTSTAMP:20261101T000000Z", "DTSTART:20261202T230000Z", "DTEND:20261203T010000Z", "SUMMARY:Party", "LOCATION:"+where)
	}
	b.imported(series("Hall"))
	b.exec(`update events set place_private = true`)
	b.imported(series(`Mr New\, 9 Other Street\, Cleveland\, OH 44113`))
	e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "party"})
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprintf("%+v", e), "Other Street")
	second := e.Shifts[1].ID
	b.join(second, "ada@example.org")
	require.Contains(t, b.own("ada@example.org").Instructions, "Mr New, 9 Other Street")
}

// The home of a host who asked people to stay away does not go to somebody who never was let in there.
func TestWhoWaitedIsNotToldTheFormerPrivatePlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.imported(partyCalendar("Party", 0, `LOCATION:Mrs Old\, 7 Secret Lane\, Cleveland\, OH 44113`))
	b.exec(`update events set place_private = true, waitlist_enabled = true`)
	b.exec(`update event_shifts set capacity = 1`)
	var shift events.ShiftID
	require.NoError(t, b.db.QueryRow(t.Context(), `select id from event_shifts`).Scan(&shift.UUID))
	b.join(shift, "ada@example.org", "bob@example.org")
	b.cancel("ada@example.org")
	require.Equal(t, events.Offered, b.own("bob@example.org").Status)
	b.imported(partyCalendar("Party", 1, `LOCATION:Mr New\, 9 Other Street\, Cleveland\, OH 44113`))
	_, err := b.accept("bob@example.org")
	require.NoError(t, err)
	for _, m := range b.told() {
		require.NotContains(t, m.Text, "Secret Lane", m.To)
	}
	require.Equal(t, "9 Other Street", b.own("bob@example.org").Event.Place.Line1)
}

func TestOnlineSeatsDoNotTellAPrivatePlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	e := b.event("party", "Party", "mode = 'hybrid'", "place_private = true", "online_url = 'https://meet.example.org/one'")
	shift := b.shift(e, 54*hour, 1)
	b.exec(`update event_shifts set online_capacity = 100`)
	b.join(shift, "ada@example.org")
	in := form(shift, "bob@example.org", 0)
	in.Attend = events.Online
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.NotEmpty(t, b.own("ada@example.org").Event.Place.Line1)
	require.Empty(t, b.own("bob@example.org").Event.Place.Line1)
	require.NotEmpty(t, b.own("bob@example.org").OnlineURL)
}

func TestWhoComesInPersonIsNotMailedTheLink(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.imported(partyCalendar("Party", 0, `LOCATION:Hall\, 7 Lane\, Cleveland\, OH 44113`, "CONFERENCE;VALUE=URI:https://meet.example.org/one"))
	var shift events.ShiftID
	require.NoError(t, b.db.QueryRow(t.Context(), `update event_shifts set online_capacity = 5 returning id`).Scan(&shift.UUID))
	b.join(shift, "ada@example.org")
	in := form(shift, "bob@example.org", 0)
	in.Attend = events.Online
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	b.imported(partyCalendar("Party", 1, `LOCATION:Hall\, 7 Lane\, Cleveland\, OH 44113`, "CONFERENCE;VALUE=URI:https://meet.example.org/two"))
	var to []string
	for _, m := range b.told() {
		to = append(to, m.To)
		require.Contains(t, m.Text, "meet.example.org/two")
	}
	require.Equal(t, []string{"bob@example.org"}, to)
}
