package ics_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	golangical "github.com/arran4/golang-ical"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"groundswell/shared/events/ics"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func entry() ics.Entry {
	lat, lng := 41.8781, -87.6298
	return ics.Entry{
		UID: "one@example.org", Sequence: 3, Stamp: noon, Start: noon.Add(48 * time.Hour), End: noon.Add(50 * time.Hour),
		Summary: "Knock on doors; bring water, a hat", Description: "First line.\n\nÜber-long " + strings.Repeat("wörds ", 40),
		Location: "Hall\n1 Main St, Chicago", Lat: &lat, Lng: &lng, URL: "https://events.example.org/e/doors?a=1",
		OrganizerName: `Smith, "J." Jones`, OrganizerEmail: "jo+events@example.org",
	}
}

func encode(t require.TestingT, c ics.Calendar) string {
	out, err := c.Encode()
	require.NoError(t, err)
	return string(out)
}

func TestEncodeWritesWhatTheStandardSays(t *testing.T) {
	t.Parallel()
	out := encode(t, ics.Calendar{Method: ics.Request, Name: "Doors", Entries: []ics.Entry{entry()}})
	for _, line := range []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "X-WR-CALNAME:Doors", "UID:one@example.org", "SEQUENCE:3",
		"DTSTAMP:20261123T120000Z", "DTSTART:20261125T120000Z", "DTEND:20261125T140000Z", "STATUS:CONFIRMED",
		`SUMMARY:Knock on doors\; bring water\, a hat`, `LOCATION:Hall\n1 Main St\, Chicago`, "GEO:41.878100;-87.629800",
		"URL:https://events.example.org/e/doors?a=1", `ORGANIZER;CN="Smith, 'J.' Jones":mailto:jo+events@example.org`,
	} {
		require.Contains(t, out, line+"\r\n")
	}
	requireWellFolded(t, out)
}

func requireWellFolded(t require.TestingT, out string) {
	require.True(t, strings.HasSuffix(out, "END:VCALENDAR\r\n"))
	require.NotContains(t, strings.ReplaceAll(out, "\r\n", ""), "\n")
	require.NotContains(t, strings.ReplaceAll(out, "\r\n", ""), "\r")
	for line := range strings.SplitSeq(out, "\r\n") {
		require.LessOrEqual(t, len(line), 75)
		require.True(t, utf8.ValidString(line), "a character is split: %q", line)
	}
}

func TestEncodeLeavesOutWhatIsNotWellFormed(t *testing.T) {
	t.Parallel()
	e := entry()
	far := 200.0
	e.URL, e.OrganizerEmail, e.Lat = "javascript:alert(1)", "nobody\r\nX-EVIL:1@example.org", &far
	out := encode(t, ics.Calendar{Entries: []ics.Entry{e}})
	for _, name := range []string{"URL", "ORGANIZER", "GEO", "X-EVIL", "javascript"} {
		require.NotContains(t, out, name)
	}
}

func TestEncodeRefusesEntriesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*ics.Entry){
		"no UID":            func(e *ics.Entry) { e.UID = " \x00" },
		"no stamp":          func(e *ics.Entry) { e.Stamp = time.Time{} },
		"no start":          func(e *ics.Entry) { e.Start = time.Time{} },
		"end before start":  func(e *ics.Entry) { e.End = e.Start.Add(-time.Second) },
		"unknown status":    func(e *ics.Entry) { e.Status = "MAYBE" },
		"negative sequence": func(e *ics.Entry) { e.Sequence = -1 },
	} {
		e := entry()
		spoil(&e)
		_, err := ics.Calendar{Entries: []ics.Entry{e}}.Encode()
		require.Error(t, err, name)
	}
	_, err := ics.Calendar{Method: "PUBLISH\r\nX-EVIL:1"}.Encode()
	require.Error(t, err)
}

func TestUIDIsStable(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("0190c6a8-7c1e-7cc0-8000-000000000001")
	require.Equal(t, "0190c6a8-7c1e-7cc0-8000-000000000001@events.example.org", ics.UID(id, "events.example.org"))
}

// hostile draws text with everything that could end a line, a value or a parameter.
func hostile() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"\r\n", "\n", "\r", "\u2028", "\u0085", "\x00", "\xff", `\`, `\n`, `"`, ";", ":", ",", "^n", "END:VEVENT\r\nBEGIN:VEVENT",
		"\r\nX-EVIL:1", "\r\n X", "👩‍👩‍👧‍👦", "é", "https://example.org/", "javascript:", "%0D%0A", " "}))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "") })
}

func TestNoTextStartsAProperty(t *testing.T) {
	t.Parallel()
	text := hostile()
	rapid.Check(t, func(t *rapid.T) {
		e := ics.Entry{
			UID: "u" + text.Draw(t, "uid"), Stamp: noon, Start: noon, End: noon.Add(time.Hour),
			Summary: text.Draw(t, "summary"), Description: text.Draw(t, "description"), Location: text.Draw(t, "location"),
			URL:           rapid.SampledFrom([]string{"", "https://example.org/"}).Draw(t, "scheme") + text.Draw(t, "url"),
			OrganizerName: text.Draw(t, "cn"), OrganizerEmail: rapid.SampledFrom([]string{"", "a@example.org"}).Draw(t, "mail") + text.Draw(t, "email"),
		}
		out := encode(t, ics.Calendar{Name: text.Draw(t, "name"), Entries: []ics.Entry{e}})
		requireWellFolded(t, out)
		parsed, err := golangical.ParseCalendar(strings.NewReader(out))
		require.NoError(t, err)
		require.Len(t, parsed.Components, 1)
		seen := map[string]bool{}
		for _, p := range parsed.Events()[0].Properties {
			require.Contains(t, "UID SEQUENCE DTSTAMP DTSTART DTEND STATUS SUMMARY DESCRIPTION LOCATION URL ORGANIZER", p.IANAToken)
			require.False(t, seen[p.IANAToken], "twice: %s", p.IANAToken)
			seen[p.IANAToken] = true
		}
	})
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := entry()
		e.Summary = "S" + hostile().Draw(t, "summary")
		e.Location = hostile().Draw(t, "location")
		e.Sequence = rapid.IntRange(0, 1000).Draw(t, "sequence")
		e.Start = noon.Add(time.Duration(rapid.IntRange(-1e6, 1e6).Draw(t, "start")) * time.Minute)
		e.End = e.Start.Add(time.Duration(rapid.IntRange(1, 1e5).Draw(t, "length")) * time.Minute)
		out := encode(t, ics.Calendar{Entries: []ics.Entry{e}})

		events, problems, err := ics.Parse(strings.NewReader(out), ics.Limits{Now: noon})
		require.NoError(t, err)
		require.Empty(t, problems)
		require.Len(t, events, 1)
		got := events[0]
		require.Equal(t, e.UID, got.UID)
		require.Equal(t, e.Sequence, got.Sequence)
		require.Equal(t, []ics.Occurrence{{Start: e.Start, End: e.End}}, got.Occurrences)
		require.InDelta(t, *e.Lat, *got.Lat, 1e-6)
		require.Equal(t, e.OrganizerEmail, got.OrganizerEmail)

		judge, err := golangical.ParseCalendar(strings.NewReader(out))
		require.NoError(t, err)
		start, err := judge.Events()[0].GetStartAt()
		require.NoError(t, err)
		require.True(t, start.Equal(e.Start))
		again := ics.Entry{UID: e.UID, Stamp: noon, Start: noon, Summary: got.Summary}
		second, _, err := ics.Parse(strings.NewReader(encode(t, ics.Calendar{Entries: []ics.Entry{again}})), ics.Limits{Now: noon})
		require.NoError(t, err)
		require.Equal(t, got.Summary, second[0].Summary)
	})
}
