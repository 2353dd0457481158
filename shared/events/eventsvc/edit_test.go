package eventsvc_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
)

func (b *bundle) edit(slug string, edit events.Edit) (people int) {
	b.t.Helper()
	people, err := b.svc.EditEvent(b.t.Context(), "tremont", slug, edit, "")
	require.NoError(b.t, err)
	return people
}

func TestAnEditIsShownAndFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.join(b.shift(b.event("canvass", "Canvass", "latitude = 41.4", "longitude = -81.6", "updated_at = '2026-11-23'"), 54*hour, 20), "ada@example.org")
	before := b.get("canvass")
	b.pass(hour)
	require.Zero(t, b.edit("canvass", events.Edit{
		Title: new("Phone bank"), Summary: new("Call with us"), Type: new(events.Type("phone_bank")), GuestsAllowed: new(3),
		Accessibility: new("accessible"), AccessNotes: new("A ramp.\nA lift."), Latitude: new(41.5), Longitude: new(-81.7),
		Instructions: new("Bring a phone."), ContactName: new("The office"), ContactEmail: new("office@example.org"),
	}), "nobody is told")
	e := b.get("canvass")
	want := before
	want.Title, want.Summary, want.Type, want.GuestsAllowed = "Phone bank", "Call with us", "phone_bank", 3
	want.Accessibility, want.AccessNotes, want.ContactName, want.ContactEmail = "accessible", "A ramp.\nA lift.", "The office", "office@example.org"
	want.Place.Latitude, want.Place.Longitude = new(41.5), new(-81.7)
	want.Sequence, want.UpdatedAt, want.Now = before.Sequence+1, e.UpdatedAt, e.Now
	require.Equal(t, want, e)
	require.True(t, e.UpdatedAt.After(before.UpdatedAt), "feeds and calendars follow")
	require.Equal(t, "Bring a phone.", b.own("ada@example.org").Instructions)
	for _, in := range []events.FindIn{{Q: "phone"}, {Type: "phone_bank"}, {Accessible: true}} {
		out, err := b.svc.Find(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, 1, out.Total, "%+v", in)
	}
	require.Empty(t, b.told())

	require.Zero(t, b.edit("canvass", events.Edit{Title: new("Phone bank"), Latitude: new(41.5), Longitude: new(-81.7)}))
	require.Equal(t, e.Sequence, b.get("canvass").Sequence, "what is so already is no change")
	b.edit("canvass", events.Edit{Line1: new("2 Main St")})
	require.Nil(t, b.get("canvass").Place.Latitude, "the coordinates were of the other address")
}

func TestAnotherPlaceIsToldToWhoIsSignedUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, 54*hour, 1)
	b.join(shift, "ada@example.org", "waits@example.org", "gone@example.org")
	b.cancel("gone@example.org")
	b.join(b.shift(b.event("other", "Other"), 54*hour, 1), "eve@example.org")

	people, err := b.svc.EditEvent(t.Context(), "tremont", "canvass", events.Edit{Venue: new("The library"), Line1: new("2 Main St")}, "The roof leaks.")
	require.NoError(t, err)
	require.Equal(t, 2, people)
	mails := b.told()
	require.Len(t, mails, 2)
	for _, m := range mails {
		require.Equal(t, "New place: Canvass, Wed, Nov 25 at 6:00 PM EST", m.Subject)
		b.says(m, "The roof leaks.", "Merrick House", "The library, 2 Main St", b.token(m.To))
	}
	require.Contains(t, unfold(mails[0].Attachments[0].Data), "SEQUENCE:1")
	require.Empty(t, b.told(), "once")

	b.edit("canvass", events.Edit{Venue: new("The church")})
	b.edit("canvass", events.Edit{Venue: new("The library")})
	require.Empty(t, b.told(), "it is as it was")
}

func TestAnotherLinkIsToldToWhoTakesPartOnline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("call", "Call", "mode = 'online'", "online_url = 'https://meet.example.org/old'")
	b.join(b.shift(event, 54*hour, 1), "ada@example.org", "waits@example.org")
	require.Equal(t, 1, b.edit("call", events.Edit{OnlineURL: new("https://meet.example.org/new")}))
	mails := b.told()
	require.Len(t, mails, 1, "who waits knows no link")
	require.Equal(t, "ada@example.org", mails[0].To)
	b.says(mails[0], "https://meet.example.org/new")
}

// Who waits knows the town of a private address at most, whichever of the old and the new one is private.
func TestAPrivateAddressIsToldOnlyToWhoHasAPlace(t *testing.T) {
	t.Parallel()
	for name, private := range map[string][]bool{"before and after": {true, true}, "before": {true, false}, "after": {false, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			event := b.event("party", "House party")
			b.exec(`update events set place_private = $1`, private[0])
			shift := b.shift(event, 54*hour, 1)
			b.join(shift, "ada@example.org", "waits@example.org")
			require.Equal(t, 1, b.edit("party", events.Edit{Venue: new("The yellow house"), Line1: new("7 Elm St"), PlacePrivate: &private[1]}))
			mails := b.told()
			require.Len(t, mails, 1)
			require.Equal(t, "ada@example.org", mails[0].To)
			b.says(mails[0], "The yellow house, 7 Elm St")

			_, err := b.svc.RescheduleShift(t.Context(), shift, "2026-11-25 19:30", "2026-11-25 21:30", "")
			require.NoError(t, err)
			for _, m := range b.told() {
				if m.To == "waits@example.org" {
					require.NotContains(t, m.Text+m.HTML, "Starkweather")
					require.Equal(t, private[1], !strings.Contains(m.Text, "Elm St"))
				}
			}
			require.Equal(t, private[1], b.get("party").Place.Line1 == "")
		})
	}
}

func TestAnAddressThatBecomesPrivateHidesThoseOfItsDates(t *testing.T) {
	t.Parallel()
	b := setup(t)
	moved := weekly + "\nEND:VEVENT\nBEGIN:VEVENT\nUID:weekly@example.org\nSUMMARY:Weekly phone bank\nRECURRENCE-ID:20261201T000000Z\nDTSTART:20261201T010000Z\nDTEND:20261201T020000Z\nLOCATION:The yellow house"
	b.importing(calendarOf(moved))
	date := b.get("weekly-phone-bank").Shifts[1]
	require.Equal(t, "The yellow house", date.Name)
	b.join(date.ID, "ada@example.org")
	require.Zero(t, b.edit("weekly-phone-bank", events.Edit{PlacePrivate: new(true)}))
	hidden := func() {
		require.Empty(t, b.get("weekly-phone-bank").Shifts[1].Name)
		require.Contains(t, b.own("ada@example.org").Instructions, "The yellow house")
	}
	hidden()
	b.importing(calendarOf(moved))
	hidden()
}

func TestAnEditStaysOverImports(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	b.join(b.get("weekly-phone-bank").Shifts[0].ID, "ada@example.org")
	b.edit("weekly-phone-bank", events.Edit{Title: new("Calls"), Venue: new("Side door"), Type: new(events.Type("meeting")), GuestsAllowed: new(2),
		Accessibility: new("not_sure"), AccessNotes: new("Ask us."), PlacePrivate: new(true), Instructions: new("Ring twice.")})
	b.told()
	want := b.get("weekly-phone-bank")
	b.importing(calendarOf(weekly))
	require.Equal(t, want, b.get("weekly-phone-bank"), "the calendar is as it was")
	require.Empty(t, b.told())

	b.importing(calendarOf(strings.Replace(weekly, "SUMMARY:Weekly", "SUMMARY:Jolly", 1)))
	e := b.get("weekly-phone-bank")
	want.Title, want.Sequence, want.UpdatedAt = "Jolly phone bank", e.Sequence, e.UpdatedAt
	require.Equal(t, want, e, "what calendars do not know stays")
	require.Equal(t, "Union Hall", b.own("ada@example.org").Event.Place.Venue, "the changed entry brings its place again")
	require.Equal(t, "Ring twice.", b.own("ada@example.org").Instructions)
	require.Len(t, b.told(), 1)
}

func TestAnEditStaysWhereTheEntryOfTheCalendarNamesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bare := "UID:bare@example.org\nDTSTART;TZID=America/Chicago:20261205T180000\nDTEND;TZID=America/Chicago:20261205T200000"
	b.importing(calendarOf(bare))
	slug := "untitled-event"
	b.join(b.get(slug).Shifts[0].ID, "ada@example.org")
	b.edit(slug, events.Edit{Title: new("Fair"), Summary: new("Come all"), Venue: new("The park"), Line1: new("2 Main St"), City: new("Chicago"), Region: new("IL"),
		Latitude: new(41.5), Longitude: new(-87.6), ContactName: new("The office"), ContactEmail: new("office@example.org")})
	require.Len(t, b.told(), 1)
	want := b.get(slug)
	b.importing(calendarOf(bare + "\nCATEGORIES:Boats"))
	e := b.get(slug)
	require.Equal(t, []string{"boats"}, e.Tags, "the entry changed")
	want.Tags, want.Sequence, want.UpdatedAt = e.Tags, e.Sequence, e.UpdatedAt
	require.Equal(t, want, e)
	require.Empty(t, b.told())

	named := bare + "\nSUMMARY:Boat fair\nDESCRIPTION:Boats\nLOCATION:The harbor\nORGANIZER;CN=Bo:mailto:bo@example.org"
	b.importing(calendarOf(named))
	e = b.get(slug)
	require.Equal(t, []string{"Boat fair", "Boats", "The harbor", "Bo", "bo@example.org"}, []string{e.Title, e.Summary, e.Place.Venue, e.ContactName, e.ContactEmail})
	require.Nil(t, e.Place.Latitude, "of another address")
	require.Len(t, b.told(), 1)
	b.importing(calendarOf(bare))
	e = b.get(slug)
	require.Equal(t, []string{"Untitled event", "", "", "", ""}, []string{e.Title, e.Summary, e.Place.Venue, e.ContactName, e.ContactEmail}, "what the calendar named is its own to take away")
}

// Coordinates belong to their address: those of an entry without any stay while the address does.
func TestCoordinatesStayWithTheirAddressOverImports(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	b.edit("weekly-phone-bank", events.Edit{Latitude: new(41.8), Longitude: new(-87.6)})
	b.importing(calendarOf(strings.Replace(weekly, "Call with us", "Do call", 1)))
	require.Equal(t, new(41.8), b.get("weekly-phone-bank").Place.Latitude)
	b.importing(calendarOf(strings.Replace(weekly, "1901 W", "2000 W", 1)))
	require.Nil(t, b.get("weekly-phone-bank").Place.Latitude)
}

func TestEditsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.organisation("lake", "Lake Votes")
	b.event("canvass", "Canvass")
	b.event("call", "Call", "mode = 'online'", "online_url = 'https://meet.example.org/x'")
	before := []events.Event{b.get("canvass"), b.get("call")}
	for _, c := range []struct {
		org, slug string
		edit      events.Edit
		code      fault.Code
		sentence  string
	}{
		{"lake", "canvass", events.Edit{Title: new("Ours")}, fault.NotFound, "no event here"},
		{"nobody", "canvass", events.Edit{Title: new("Ours")}, fault.NotFound, "no event here"},
		{"tremont", "nothing", events.Edit{Title: new("Ours")}, fault.NotFound, "no event here"},
		{"tremont", "canvass", events.Edit{Title: new("")}, fault.Invalid, "Give the event a title"},
		{"tremont", "canvass", events.Edit{Title: new("a\u202eb")}, fault.Invalid, "cannot be shown"},
		{"tremont", "canvass", events.Edit{Summary: new(strings.Repeat("ü", 201))}, fault.Invalid, "longer than 200"},
		{"tremont", "canvass", events.Edit{Type: new(events.Type("party"))}, fault.Invalid, "There are: canvass, phone_bank"},
		{"tremont", "canvass", events.Edit{GuestsAllowed: new(101)}, fault.Invalid, "between 0 and 100 guests"},
		{"tremont", "canvass", events.Edit{Accessibility: new("yes")}, fault.Invalid, `not "yes"`},
		{"tremont", "canvass", events.Edit{AccessNotes: new(strings.Repeat("x", 5001))}, fault.Invalid, "longer than 5000"},
		{"tremont", "canvass", events.Edit{PostalCode: new("441_13")}, fault.Invalid, "no postal code"},
		{"tremont", "canvass", events.Edit{Latitude: new(1.0)}, fault.Invalid, "or neither"},
		{"tremont", "canvass", events.Edit{Latitude: new(math.NaN()), Longitude: new(1.0)}, fault.Invalid, "between -90 and 90"},
		{"tremont", "canvass", events.Edit{Latitude: new(1.0), Longitude: new(181.0)}, fault.Invalid, "between -90 and 90"},
		{"tremont", "canvass", events.Edit{ContactEmail: new("office")}, fault.Invalid, "not a complete email address"},
		{"tremont", "canvass", events.Edit{OnlineURL: new("https://meet.example.org/x")}, fault.Conflict, "in person"},
		{"tremont", "canvass", events.Edit{Description: new(strings.Repeat("ü", 20_001))}, fault.Invalid, "longer than 20000"},
		{"tremont", "canvass", events.Edit{Description: new("a\u202eb")}, fault.Invalid, "cannot be shown"},
		{"tremont", "canvass", events.Edit{Country: new("usa")}, fault.Invalid, "two letters, like US"},
		{"tremont", "canvass", events.Edit{Mode: new(events.Mode("virtual"))}, fault.Invalid, `in_person, online or hybrid, not "virtual"`},
		{"tremont", "canvass", events.Edit{Mode: new(events.Online)}, fault.Conflict, "without a link"},
		{"tremont", "canvass", events.Edit{Mode: new(events.Hybrid)}, fault.Conflict, "without a link"},
		{"tremont", "canvass", events.Edit{Mode: new(events.Hybrid), OnlineURL: new("")}, fault.Conflict, "hold it in person"},
		{"tremont", "canvass", events.Edit{Mode: new(events.Online), OnlineURL: new("https://meet.example.org/x"), City: new("Akron")}, fault.Conflict, "no place to come to"},
		{"tremont", "call", events.Edit{OnlineURL: new("")}, fault.Conflict, "give the event another one, or hold it in person"},
		{"tremont", "call", events.Edit{Country: new("US")}, fault.Conflict, "is online"},
		{"tremont", "call", events.Edit{Mode: new(events.InPerson)}, fault.Conflict, "no place to come to yet"},
		{"tremont", "call", events.Edit{Mode: new(events.Hybrid), Region: new("OH")}, fault.Conflict, "no place to come to yet"},
		{"tremont", "call", events.Edit{Mode: new(events.InPerson), City: new("Akron"), OnlineURL: new("https://meet.example.org/y")}, fault.Conflict, "in person"},
		{"tremont", "call", events.Edit{OnlineURL: new("javascript:alert(1)")}, fault.Invalid, "Name the link"},
		{"tremont", "call", events.Edit{Venue: new("The library")}, fault.Conflict, "is online"},
	} {
		_, err := b.svc.EditEvent(t.Context(), c.org, c.slug, c.edit, "")
		require.ErrorContains(t, err, c.sentence)
		require.Equal(t, c.code, code(err), c.sentence)
	}
	_, err := b.svc.EditEvent(t.Context(), "tremont", "canvass", events.Edit{Venue: new("X")}, eventsvc.Notice(strings.Repeat("x", 2001)))
	require.Equal(t, fault.Invalid, code(err))
	for i, slug := range []string{"canvass", "call"} {
		require.Equal(t, before[i], b.get(slug))
	}
	b.pass(2 * time.Minute)
	require.Empty(t, b.told())
}
