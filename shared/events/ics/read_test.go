package ics_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events/ics"
)

// parse reads VEVENT lines inside a calendar of New York, in November 2026.
func parse(t *testing.T, lines string) ([]ics.Imported, []ics.Problem) {
	t.Helper()
	if !strings.HasPrefix(lines, "BEGIN:VCALENDAR") {
		lines = "BEGIN:VCALENDAR\nX-WR-TIMEZONE:America/New_York\n" + lines + "\nEND:VCALENDAR\n"
	}
	events, problems, err := ics.Parse(strings.NewReader(lines), ics.Limits{Now: noon, Tags: 20, TagLength: 40})
	require.NoError(t, err)
	return events, problems
}

// one reads a single event that must come without a problem.
func one(t *testing.T, lines string) ics.Imported {
	t.Helper()
	events, problems := parse(t, lines)
	require.Empty(t, problems)
	require.Len(t, events, 1)
	return events[0]
}

func vevent(lines ...string) string {
	return "BEGIN:VEVENT\nUID:u@example.org\nSUMMARY:Title\n" + strings.Join(lines, "\n") + "\nEND:VEVENT"
}

// starts are the starts on the clock of the event's zone.
func starts(t *testing.T, e ics.Imported) []string {
	t.Helper()
	loc, err := time.LoadLocation(e.Zone)
	require.NoError(t, err)
	out := []string{}
	for _, o := range e.Occurrences {
		out = append(out, o.Start.In(loc).Format("2006-01-02 15:04 MST"))
	}
	return out
}

func TestGoogleExport(t *testing.T) {
	t.Parallel()
	e := one(t, "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"+
		"X-WR-CALNAME:Team\r\nX-WR-TIMEZONE:America/Chicago\r\nBEGIN:VTIMEZONE\r\nTZID:America/Chicago\r\nX-LIC-LOCATION:America/Chicago\r\n"+
		"BEGIN:DAYLIGHT\r\nTZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nTZNAME:CDT\r\nDTSTART:19700308T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nEND:DAYLIGHT\r\n"+
		"BEGIN:STANDARD\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\nTZNAME:CST\r\nDTSTART:19701101T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"+
		"BEGIN:VEVENT\r\nDTSTART;TZID=America/Chicago:20260105T180000\r\nDTEND;TZID=America/Chicago:20260105T200000\r\n"+
		"RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20261215T055959Z;BYDAY=MO\r\nEXDATE;TZID=America/Chicago:20261130T180000\r\nDTSTAMP:20260101T000000Z\r\n"+
		"ORGANIZER;CN=Ada Lopez:mailto:ada@example.org\r\nUID:abc123@google.com\r\nSEQUENCE:2\r\nSTATUS:CONFIRMED\r\nSUMMARY:Phone bank\\, week\r\n ly\r\n"+
		"DESCRIPTION:<p>Bring a <b>laptop</b>.</p><ul><li>one</li><li>two &amp\\; three</li></ul><a href=\"https://example.org/x\">Guide</a>\r\n"+
		"LOCATION:Union Hall\\, 1901 W Carroll Ave\\, Chicago\\, IL 60612\\, USA\r\nX-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij\r\nTRANSP:OPAQUE\r\n"+
		"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:This is an event reminder\r\nTRIGGER:-P0DT0H10M0S\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
	require.Equal(t, "abc123@google.com", e.UID)
	require.Equal(t, 2, e.Sequence)
	require.Equal(t, "Phone bank, weekly", e.Summary)
	require.Equal(t, "Bring a laptop.\n\n• one\n• two & three\n\nGuide (https://example.org/x)", e.Description)
	require.Equal(t, ics.Place{Venue: "Union Hall", Line1: "1901 W Carroll Ave", City: "Chicago", Region: "IL", PostalCode: "60612", Country: "US"}, e.Place)
	require.Equal(t, "https://meet.google.com/abc-defg-hij", e.OnlineURL)
	require.Equal(t, "Ada Lopez", e.OrganizerName)
	require.Equal(t, "ada@example.org", e.OrganizerEmail)
	require.Equal(t, []string{"2026-11-23 18:00 CST", "2026-12-07 18:00 CST", "2026-12-14 18:00 CST"}, starts(t, e))
	require.Equal(t, "20261124T000000Z", e.Occurrences[0].Key)
}

func TestOutlookExportWithWindowsZones(t *testing.T) {
	t.Parallel()
	e := one(t, "BEGIN:VCALENDAR\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\nVERSION:2.0\nMETHOD:PUBLISH\nX-WR-TIMEZONE:Pacific Standard Time\n"+
		"BEGIN:VEVENT\nUID:040000008200E00074C5B7101A82E008\nDTSTART;TZID=\"Eastern Standard Time\":20270301T090000\nDURATION:PT1H30M\n"+
		"RRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY;LANGUAGE=en-us:Training\nLOCATION:Microsoft Teams Meeting\nX-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/l/meetup-join/x\nEND:VEVENT\nEND:VCALENDAR\n")
	require.Equal(t, "America/New_York", e.Zone)
	require.Equal(t, []string{"2027-03-01 09:00 EST", "2027-03-08 09:00 EST", "2027-03-15 09:00 EDT"}, starts(t, e))
	require.Equal(t, 90*time.Minute, e.Occurrences[2].End.Sub(e.Occurrences[2].Start))
	require.Equal(t, ics.Place{}, e.Place)
	require.Equal(t, "https://teams.microsoft.com/l/meetup-join/x", e.OnlineURL)
}

func TestAppleExport(t *testing.T) {
	t.Parallel()
	e := one(t, vevent("DTSTART;TZID=America/New_York:20261201T183000", "DTEND;TZID=America/New_York:20261201T203000",
		`LOCATION:Prospect Park Picnic House\n95 Prospect Park West\nBrooklyn NY 11215\nUnited States`, "URL;VALUE=URI:https://example.org/picnic",
		`X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="95 Prospect Park West\, Brooklyn: NY";X-APPLE-RADIUS=70;X-TITLE=Picnic House:geo:40.665,-73.972`))
	require.Equal(t, ics.Place{Venue: "Prospect Park Picnic House", Line1: "95 Prospect Park West", City: "Brooklyn", Region: "NY", PostalCode: "11215", Country: "US"}, e.Place)
	require.InDelta(t, 40.665, *e.Lat, 1e-9)
	require.InDelta(t, -73.972, *e.Lng, 1e-9)
	require.Equal(t, "https://example.org/picnic", e.URL)
	require.Equal(t, []string{"2026-12-01 18:30 EST"}, starts(t, e))
	require.Empty(t, e.Occurrences[0].Key)
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		want  []string
		hours float64 // the length of the first
	}{
		"UTC, shown in the calendar's zone":        {[]string{"DTSTART:20261201T233000Z", "DTEND:20261202T003000Z"}, []string{"2026-12-01 18:30 EST"}, 1},
		"floating":                                 {[]string{"DTSTART:20261201T183000", "DTEND:20261201T203000"}, []string{"2026-12-01 18:30 EST"}, 2},
		"the past, without repetition":             {[]string{"DTSTART:20200101T100000", "DTEND:20200101T110000"}, []string{"2020-01-01 10:00 EST"}, 1},
		"no end":                                   {[]string{"DTSTART:20261201T183000"}, []string{"2026-12-01 18:30 EST"}, 1},
		"all day":                                  {[]string{"DTSTART;VALUE=DATE:20261201"}, []string{"2026-12-01 00:00 EST"}, 24},
		"three days over the clock change":         {[]string{"DTSTART;VALUE=DATE:20270313", "DTEND;VALUE=DATE:20270316"}, []string{"2027-03-13 00:00 EST"}, 71},
		"duration in days":                         {[]string{"DTSTART:20270313T120000", "DURATION:P1DT1H"}, []string{"2027-03-13 12:00 EST"}, 24},
		"a time the clocks skip":                   {[]string{"DTSTART:20270314T023000", "DURATION:PT1H"}, []string{"2027-03-14 03:30 EDT"}, 1},
		"a time that comes twice":                  {[]string{"DTSTART:20271107T013000", "DURATION:PT1H"}, []string{"2027-11-07 01:30 EDT"}, 1},
		"vendor prefix":                            {[]string{"DTSTART;TZID=/mozilla.org/20050126_1/America/Denver:20261201T183000"}, []string{"2026-12-01 18:30 MST"}, 1},
		"display name of Outlook":                  {[]string{`DTSTART;TZID="(UTC-06:00) Central Time (US & Canada)":20261201T183000`}, []string{"2026-12-01 18:30 CST"}, 1},
		"exceptions without the zone of the start": {[]string{"DTSTART;TZID=W. Europe Standard Time:20261201T180000", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261202T180000"}, []string{"2026-12-01 18:00 CET", "2026-12-03 18:00 CET"}, 1},
		"half-hour zone":                           {[]string{"DTSTART;TZID=India Standard Time:20261201T183000"}, []string{"2026-12-01 18:30 IST"}, 1},
		"every other month, last Friday":           {[]string{"DTSTART:20260130T180000", "RRULE:FREQ=MONTHLY;INTERVAL=4;BYDAY=-1FR;COUNT=4"}, []string{"2027-01-29 18:00 EST"}, 1},
		"extra and excluded dates":                 {[]string{"DTSTART:20261201T180000", "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20261210T100000,20261211T100000", "EXDATE:20261202T180000", "EXDATE;VALUE=DATE:20261211"}, []string{"2026-12-01 18:00 EST", "2026-12-03 18:00 EST", "2026-12-10 10:00 EST"}, 1},
		"a period as extra date":                   {[]string{"DTSTART:20261120T180000", "RDATE;VALUE=PERIOD:20261210T100000/PT3H"}, []string{"2026-12-10 10:00 EST"}, 3},
		"all day, weekly, until a day":             {[]string{"DTSTART;VALUE=DATE:20261206", "RRULE:FREQ=WEEKLY;UNTIL=20261213"}, []string{"2026-12-06 00:00 EST", "2026-12-13 00:00 EST"}, 24},
		"the start that the rule leaves out":       {[]string{"DTSTART:20261201T180000", "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2"}, []string{"2026-12-01 18:00 EST", "2026-12-02 18:00 EST", "2026-12-09 18:00 EST"}, 1},
		"two a day":                                {[]string{"DTSTART:20261201T090000", "RRULE:FREQ=DAILY;BYHOUR=9,17;UNTIL=20261202T045959Z"}, []string{"2026-12-01 09:00 EST", "2026-12-01 17:00 EST"}, 1},
		"until in local time":                      {[]string{"DTSTART:20261201T090000", "RRULE:FREQ=DAILY;UNTIL=20261202T090000"}, []string{"2026-12-01 09:00 EST", "2026-12-02 09:00 EST"}, 1},
		"a leap day":                               {[]string{"DTSTART:20240229T090000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261201"}, []string{"2026-11-30 09:00 EST"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := one(t, vevent(c.lines...))
			require.Equal(t, c.want, starts(t, e))
			require.InDelta(t, c.hours, e.Occurrences[0].End.Sub(e.Occurrences[0].Start).Hours(), 0)
		})
	}
}

func TestRepetitionIsExpandedAYearAhead(t *testing.T) {
	t.Parallel()
	e := one(t, vevent("DTSTART:20100101T100000", "RRULE:FREQ=WEEKLY"))
	require.Len(t, e.Occurrences, 52)
	require.True(t, e.Occurrences[0].End.After(noon))
	require.False(t, e.Occurrences[51].Start.After(noon.AddDate(1, 0, 0)))
}

func TestZoneIsFoundByItsRules(t *testing.T) {
	t.Parallel()
	zone := func(rules string) string {
		return "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:T\nDTSTART;TZID=Customized Time Zone:20261201T183000\nEND:VEVENT\n" +
			"BEGIN:VTIMEZONE\nTZID:Customized Time Zone\n" + rules + "END:VTIMEZONE\nEND:VCALENDAR\n"
	}
	pacific := "BEGIN:STANDARD\nDTSTART:16010101T020000\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\nEND:STANDARD\n" +
		"BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:-0800\nTZOFFSETTO:-0700\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\nEND:DAYLIGHT\n"
	require.Equal(t, "America/Los_Angeles", one(t, zone(pacific)).Zone)
	nepal := "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0545\nTZOFFSETTO:+0545\nEND:STANDARD\n"
	require.Equal(t, "Asia/Katmandu", one(t, zone(nepal)).Zone)
	events, problems := parse(t, zone("BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0111\nTZOFFSETTO:+0111\nEND:STANDARD\n"))
	require.Len(t, events, 1)
	require.Equal(t, "UTC", events[0].Zone)
	require.Equal(t, []ics.Problem{{5, "The time zone “Customized Time Zone” is not known; UTC was used."}}, problems)
}

func TestChangedOccurrences(t *testing.T) {
	t.Parallel()
	change := func(lines ...string) string {
		return "\nBEGIN:VEVENT\nUID:u@example.org\nSUMMARY:Title\n" + strings.Join(lines, "\n") + "\nEND:VEVENT"
	}
	e := one(t, vevent("DTSTART:20261201T180000", "DTEND:20261201T190000", "RRULE:FREQ=DAILY;COUNT=4")+
		change("RECURRENCE-ID:20261202T230000Z", "DTSTART:20261205T200000", "DTEND:20261205T220000", "LOCATION:Elsewhere", "SUMMARY:Moved")+
		change("RECURRENCE-ID;VALUE=DATE:20261203", "DTSTART:20261203T180000", "STATUS:CANCELLED"))
	require.Equal(t, []string{"2026-12-01 18:00 EST", "2026-12-03 18:00 EST", "2026-12-04 18:00 EST", "2026-12-05 20:00 EST"}, starts(t, e))
	moved := e.Occurrences[3]
	require.Equal(t, "20261202T230000Z", moved.Key)
	require.Equal(t, 2*time.Hour, moved.End.Sub(moved.Start))
	require.Equal(t, "Elsewhere", moved.Location)
	require.True(t, e.Occurrences[1].Cancelled)
	require.False(t, e.Cancelled)
}

func TestCancelledEvents(t *testing.T) {
	t.Parallel()
	e := one(t, vevent("DTSTART:20261201T180000", "STATUS:CANCELLED"))
	require.True(t, e.Cancelled)
	require.True(t, e.Occurrences[0].Cancelled)
	require.True(t, one(t, "BEGIN:VCALENDAR\nMETHOD:CANCEL\n"+vevent("DTSTART:20261201T180000")+"\nEND:VCALENDAR").Cancelled)
}

func TestProblemsNameTheLineAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines string
		line  int
		says  string
		event bool
	}{
		"no colon":            {vevent("GARBAGE", "DTSTART:20261201T180000"), 6, "is not a calendar line", true},
		"bad start":           {vevent("DTSTART:20260231T180000"), 6, "is not a date and time", false},
		"no start":            {vevent("STATUS:CONFIRMED"), 3, "no start", false},
		"unknown zone":        {vevent("DTSTART;TZID=Middle Earth:20261201T180000"), 6, "“Middle Earth” is not known; America/New_York was used", true},
		"end before start":    {vevent("DTSTART:20261201T180000", "DTEND:20261201T170000"), 7, "The end is before the start", true},
		"bad end":             {vevent("DTSTART:20261201T180000", "DTEND:soon"), 7, "is not a date and time", true},
		"bad duration":        {vevent("DTSTART:20261201T180000", "DURATION:-PT5M"), 7, "makes no sense", true},
		"bad rule":            {vevent("DTSTART:20261201T180000", "RRULE:FREQ=OFTEN"), 7, "The rule “FREQ=OFTEN”", true},
		"every second":        {vevent("DTSTART:20261201T180000", "RRULE:FREQ=SECONDLY"), 7, "more than once an hour", true},
		"every second, hid":   {vevent("DTSTART:20261201T180000", "RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,1,2"), 7, "more than once an hour", true},
		"bad position":        {vevent("DTSTART:20261201T180000", "GEO:91;200"), 7, "is not a position", true},
		"bad address":         {vevent("DTSTART:20261201T180000", "URL:javascript:alert(1)"), 7, "is not a web address", true},
		"no title":            {"BEGIN:VEVENT\nUID:1\nDTSTART:20261201T180000\nEND:VEVENT", 3, "no title", true},
		"no UID":              {"BEGIN:VEVENT\nSUMMARY:T\nDTSTART:20261201T180000\nEND:VEVENT", 3, "no usable UID", true},
		"a series that ended": {vevent("DTSTART:20200101T180000", "RRULE:FREQ=DAILY;COUNT=3"), 3, "no date within a year from now", false},
		"too many dates":      {vevent("DTSTART:20261201T000000", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7"), 3, "more than 1000 dates", true},
		"the wrong end":       {vevent("DTSTART:20261201T180000", "END:VALARM"), 7, "has no beginning", true},
		"not ended":           {"BEGIN:VEVENT\nUID:2\nSUMMARY:T\nDTSTART:20261201T180000\n" + vevent("DTSTART:20261201T180000"), 3, "is not ended", true},
		"cut off":             {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:2\nSUMMARY:T", 2, "ends in the middle", false},
		"this and future":     {vevent("DTSTART:20261201T180000", "RRULE:FREQ=DAILY;COUNT=2") + "\n" + vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T180000", "DTSTART:20261202T190000"), 12, "read as a change of this one", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, problems := parse(t, c.lines)
			require.Len(t, problems, 1, "%v", problems)
			require.Equal(t, c.line, problems[0].Line)
			require.Contains(t, problems[0].Message, c.says)
			require.Equal(t, c.event, len(events) > 0)
		})
	}
}

func TestWhatIsNotACalendarIsRefused(t *testing.T) {
	t.Parallel()
	for _, input := range []string{"", "<!doctype html>\n<p>Sign in: now", "\x89PNG\r\n", "UID:1\nEND:VEVENT"} {
		_, _, err := ics.Parse(strings.NewReader(input), ics.Limits{Now: noon})
		require.ErrorIs(t, err, ics.ErrNotCalendar)
	}
	broken := errors.New("broken pipe")
	_, _, err := ics.Parse(io.MultiReader(strings.NewReader("BEGIN:VCALENDAR\n"), failing{broken}), ics.Limits{Now: noon})
	require.ErrorIs(t, err, broken)
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func TestSplitLocation(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]ics.Place{
		"":                                   {},
		"The old mill":                       {Venue: "The old mill"},
		"500 Main St, Springfield, IL 62701": {Line1: "500 Main St", City: "Springfield", Region: "IL", PostalCode: "62701", Country: "US"},
		"Town Hall, Akron, Ohio":             {Venue: "Town Hall", City: "Akron", Region: "OH", Country: "US"},
		"Ames, IA":                           {City: "Ames", Region: "IA", Country: "US"},
		"1 A St, Suite 5, Salt Lake City UT 84101": {Line1: "1 A St, Suite 5", City: "Salt Lake City", Region: "UT", PostalCode: "84101", Country: "US"},
		"Gate, 12 Street, Mumbai, India":           {Venue: "Gate, 12 Street, Mumbai", Country: "IN"},
		"Georgia":                                  {Venue: "Georgia"},
	} {
		require.Equal(t, want, ics.SplitLocation(in), in)
	}
}

func TestATitleKeepsNoLinkToJoinBy(t *testing.T) {
	t.Parallel()
	for written, title := range map[string]string{
		"Phone bank https://zoom.us/j/123 tonight": "Phone bank tonight",
		"https://zoom.us/j/123":                    "Untitled event",
		"Read https://example.org/ first":          "Read https://example.org/ first",
	} {
		e := one(t, "BEGIN:VEVENT\nUID:u@example.org\nSUMMARY:"+written+"\nDTSTART:20261201T180000\nDTEND:20261201T190000\nEND:VEVENT")
		require.Equal(t, title, e.Summary)
	}
}
