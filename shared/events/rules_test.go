package events_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/id"
)

var now = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

func valid() events.RSVPIn {
	return events.RSVPIn{ShiftID: id.New[events.Shift](), GivenName: "Ada", FamilyName: "Lovelace", Email: "ada@example.org"}
}

// numbers are so many different answers.
func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strconv.Itoa(i)
	}
	return out
}

// strays are answers to so many questions that nobody asked, none of which can be shown.
func strays(n int) events.Answers {
	out := events.Answers{}
	for _, stray := range numbers(n) {
		out[stray] = []string{"\x00"}
	}
	return out
}

func TestRSVPInValidate(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 10_000)
	question := id.New[events.Question]().String()
	cases := []struct {
		name  string
		set   func(*events.RSVPIn)
		field string // "" when it is fine
	}{
		{"complete", func(*events.RSVPIn) {}, ""},
		{"spaces around", func(in *events.RSVPIn) { in.Email = "  ada@example.org\t" }, ""},
		{"no shift", func(in *events.RSVPIn) { in.ShiftID = events.ShiftID{} }, "shift_id"},
		{"no first name", func(in *events.RSVPIn) { in.GivenName = " \u00a0 " }, "given_name"},
		{"long first name", func(in *events.RSVPIn) { in.GivenName = long }, "given_name"},
		{"a first name that draws nothing", func(in *events.RSVPIn) { in.GivenName = "\u200b\u3164\u2800" }, "given_name"},
		{"no last name", func(in *events.RSVPIn) { in.FamilyName = "" }, "family_name"},
		{"NUL", func(in *events.RSVPIn) { in.FamilyName = "a\x00b" }, "family_name"},
		{"override", func(in *events.RSVPIn) { in.FamilyName = "a\u202eb" }, "family_name"},
		{"not UTF-8", func(in *events.RSVPIn) { in.FamilyName = "a\xffb" }, "family_name"},
		{"right to left", func(in *events.RSVPIn) { in.FamilyName = "עדה\u200f" }, ""},
		{"emoji", func(in *events.RSVPIn) { in.GivenName = "👩🏽‍🌾" }, ""},
		{"initials", func(in *events.RSVPIn) { in.GivenName, in.FamilyName = "J.R.R.", "St. John-O'Neil Jr." }, ""},
		{"an advertisement", func(in *events.RSVPIn) { in.GivenName = "Win at evil-casino.example now" }, "given_name"},
		{"a link", func(in *events.RSVPIn) { in.FamilyName = "https://evil" }, "family_name"},
		{"no email", func(in *events.RSVPIn) { in.Email = "" }, "email"},
		{"phone", func(in *events.RSVPIn) { in.Phone = "+1 (216) 555-0123 x12" }, ""},
		{"short phone", func(in *events.RSVPIn) { in.Phone = "12345" }, "phone"},
		{"phone in words", func(in *events.RSVPIn) { in.Phone = "call my mother" }, "phone"},
		{"postal code", func(in *events.RSVPIn) { in.PostalCode = "SW1A 1AA" }, ""},
		{"postal code with signs", func(in *events.RSVPIn) { in.PostalCode = "44113'--" }, "postal_code"},
		{"fewer than no guests", func(in *events.RSVPIn) { in.Guests = -1 }, "guests"},
		{"a stadium", func(in *events.RSVPIn) { in.Guests = 1 << 40 }, "guests"},
		{"attend", func(in *events.RSVPIn) { in.Attend = events.Online }, ""},
		{"attend both", func(in *events.RSVPIn) { in.Attend = events.Hybrid }, "attend"},
		{"note", func(in *events.RSVPIn) { in.Note = "One.\nTwo.\tThree." }, ""},
		{"long note", func(in *events.RSVPIn) { in.Note = long }, "note"},
		{"more answers than any question has choices", func(in *events.RSVPIn) { in.Answers = events.Answers{question: numbers(31)} }, "answers." + question},
		{"as many answers as choices", func(in *events.RSVPIn) { in.Answers = events.Answers{question: numbers(30)} }, ""},
		{"answers to more than all questions", func(in *events.RSVPIn) { in.Answers = strays(5000) }, "answers"},
		{"NUL in the note", func(in *events.RSVPIn) { in.Note = "\x00" }, "note"},
	}
	for _, c := range cases {
		in := valid()
		c.set(&in)
		err := in.Validate()
		if c.field == "" {
			require.NoError(t, err, c.name)
			continue
		}
		f := fault.As(err)
		require.NotNil(t, f, c.name)
		require.Len(t, f.Fields, 1, c.name)
		require.Equal(t, c.field, f.Fields[0].Name, c.name)
		require.Less(t, len(f.Fields[0].Message), 200, "a sentence never repeats what was typed: %s", c.name)
	}
}

func TestEmailAddresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"a@b.co": true, "first.last+tag@sub.example.org": true, "o'brien@example.org": true, "x_y-z@xn--bcher-kva.example": true,
		"A@EXAMPLE.ORG": true, strings.Repeat("a", 64) + "@example.org": true,
		"": false, "a": false, "a@": false, "@b.co": false, "a@b": false, "a@b.": false, "a@.b.co": false, "a@b..co": false, "a@@b.co": false,
		"a@b.co@c.co": false, ".a@b.co": false, "a.@b.co": false, "a..b@c.co": false, "a b@c.co": false, "a@b c.co": false, "a@-b.co": false,
		"a@b-.co": false, "a@127.0.0.1": false, "a@[127.0.0.1]": false, `"a b"@c.co`: false, "a@b.co\nBcc: c@d.co": false, "a,b@c.co": false,
		"<a@b.co>": false, "zoë@example.org": false, "a@exämple.org": false, strings.Repeat("a", 65) + "@example.org": false,
		"a@" + strings.Repeat("b", 64) + ".org": false, "a@" + strings.Repeat("b.", 130) + "org": false, "a@b.c": false,
	} {
		in := valid()
		in.Email = address
		require.Equal(t, ok, in.Validate() == nil, "%q", address)
	}
}

func FuzzValidateHoldsForWhatTheDatabaseHolds(f *testing.F) {
	f.Add("Ada", "ada@example.org", "216 555 0123", "note\n")
	f.Add("\x00", "a@b.co\r\n", "\u202e", "\xff")
	f.Fuzz(func(t *testing.T, name, email, phone, note string) {
		in := valid()
		in.GivenName, in.Email, in.Phone, in.Note = name, email, phone, note
		if in.Validate() != nil {
			return
		}
		clean := in.Clean()
		require.NoError(t, clean.Validate(), "cleaning what is valid keeps it valid")
		require.Equal(t, clean, clean.Clean())
		require.NotContains(t, clean.GivenName+clean.Email+clean.Phone, "\n")
		require.NotContains(t, clean.GivenName+clean.Email+clean.Phone+clean.Note, "\x00")
	})
}

func at(hours int) events.Time { return events.Time{At: now.Add(time.Duration(hours) * time.Hour)} }

func TestCanJoin(t *testing.T) {
	t.Parallel()
	seats := func(n int) *int { return &n }
	cases := []struct {
		name    string
		event   events.Event
		shift   events.Shift
		party   int
		code    fault.Code
		message string
	}{
		{"free", events.Event{}, events.Shift{Capacity: seats(2), Taken: 1}, 1, "", ""},
		{"unlimited", events.Event{GuestsAllowed: 100}, events.Shift{Taken: 1 << 30}, 101, "", ""},
		{"already begun", events.Event{}, events.Shift{Start: at(-1)}, 1, "", ""},
		{"moved online", events.Event{Status: events.MovedOnline}, events.Shift{}, 1, "", ""},
		{"full", events.Event{}, events.Shift{Capacity: seats(2), Taken: 2}, 1, fault.Conflict, "This time is full. Please choose another."},
		{"no seats at all", events.Event{}, events.Shift{Capacity: seats(0)}, 1, fault.Conflict, "This time is full. Please choose another."},
		{"one left for two", events.Event{GuestsAllowed: 1}, events.Shift{Capacity: seats(2), Taken: 1}, 2, fault.Conflict, "Only one place is left. You can still come alone."},
		{"three left for four", events.Event{GuestsAllowed: 9}, events.Shift{Capacity: seats(3)}, 4, fault.Conflict, "Only 3 places are left. Please bring fewer guests or choose another time."},
		{"over", events.Event{}, events.Shift{End: events.Time{At: now}}, 1, fault.Gone, "This is over: it ended before you signed up."},
		{"cancelled", events.Event{Status: events.Cancelled}, events.Shift{}, 1, fault.Gone, "This event was cancelled."},
		{"shift cancelled", events.Event{}, events.Shift{Cancelled: true}, 1, fault.Gone, "This time was cancelled. Please choose another."},
		{"postponed", events.Event{Status: events.Postponed}, events.Shift{}, 1, fault.Conflict, "This event is postponed. You can sign up once there is a new date."},
		{"guest where none may come", events.Event{}, events.Shift{}, 2, fault.Invalid, "Please check one field: This event has no places for guests: everyone signs up for themselves."},
		{"two guests for one", events.Event{GuestsAllowed: 1}, events.Shift{}, 3, fault.Invalid, "Please check one field: You can bring one guest to this event."},
		{"a party of nobody", events.Event{GuestsAllowed: 1}, events.Shift{}, 0, fault.Invalid, "Please check one field: Please say how many guests you bring."},
	}
	for _, c := range cases {
		if c.shift.End.At.IsZero() {
			c.shift.End = at(2)
		}
		err := c.event.CanJoin(c.shift, now, c.party)
		if c.code == "" {
			require.NoError(t, err, c.name)
			continue
		}
		f := fault.As(err)
		require.NotNil(t, f, c.name)
		require.Equal(t, c.code, f.Code, c.name)
		require.Equal(t, c.message, f.Message, c.name)
	}
}

func TestFindInValidate(t *testing.T) {
	t.Parallel()
	for field, list := range map[string][]events.FindIn{
		"":      {{}, {Q: "ünïcode & \"quotes\"", Type: "canvass", Mode: "online", Place: "Cleveland, OH", From: "2028-02-29", To: "2028-02-29", Org: "a-b", Page: 100}},
		"q":     {{Q: "\x00"}, {Q: strings.Repeat("q", 201)}},
		"type":  {{Type: "CANVASS"}, {Type: "x' or 1=1"}},
		"mode":  {{Mode: "both"}},
		"place": {{Place: "\u202e"}, {Place: strings.Repeat("p", 101)}},
		"from":  {{From: "2026-02-29"}, {From: "2026-13-01"}, {From: "23.11.2026"}, {From: "9999999-01-01"}, {From: "0001-01-01"}},
		"to":    {{To: "2026-11-31"}, {From: "2026-11-24", To: "2026-11-23"}},
		"org":   {{Org: "A"}, {Org: "a--b"}, {Org: "-a"}, {Org: "a/b"}, {Org: "a\x00"}},
		"page":  {{Page: -1}, {Page: 101}, {Page: 1_000_000_000}},
	} {
		for _, in := range list {
			err := in.Validate()
			if field == "" {
				require.NoError(t, err)
				continue
			}
			f := fault.As(err)
			require.NotNil(t, f, "%+v", in)
			require.Len(t, f.Fields, 1, "%+v", in)
			require.Equal(t, field, f.Fields[0].Name)
		}
	}
}

func TestTypesHaveLabels(t *testing.T) {
	t.Parallel()
	seen := map[events.Type]bool{}
	for _, kind := range events.Types() {
		require.False(t, seen[kind])
		require.True(t, kind.Known())
		require.NotEqual(t, "Event", kind.Label())
		seen[kind] = true
	}
	require.False(t, events.Type("").Known())
	require.Equal(t, "Event", events.Type("something newer").Label())
}

func TestShiftLeft(t *testing.T) {
	t.Parallel()
	five := 5
	n, limited := events.Shift{Capacity: &five, Taken: 7}.Left()
	require.Equal(t, 0, n)
	require.True(t, limited)
	_, limited = events.Shift{}.Left()
	require.False(t, limited)
}
