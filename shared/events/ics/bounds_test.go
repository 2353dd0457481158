package ics_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	rrule "github.com/teambition/rrule-go"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"groundswell/shared/events/ics"
)

// endless is a reader of n bytes of one letter.
func endless(n int64) io.Reader { return io.LimitReader(letters{}, n) }

type letters struct{}

func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

// parseBounded reads what is meant to exhaust us, and fails when it takes long or much.
func parseBounded(t *testing.T, r io.Reader) ([]ics.Imported, []ics.Problem) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	events, problems, err := ics.Parse(r, ics.Limits{Now: noon, Tags: 20, TagLength: 40})
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Less(t, time.Since(began), 20*time.Second)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<30))
	return events, problems
}

func TestALineOf50MBIsAProblem(t *testing.T) {
	events, problems := parseBounded(t, io.MultiReader(strings.NewReader("BEGIN:VCALENDAR\n"+vevent("DTSTART:20261201T180000")+"\nDESCRIPTION:"), endless(50<<20)))
	require.Len(t, events, 1)
	require.Equal(t, []ics.Problem{{7, "This line is longer than 256 KB; it was left out."}, {0, "The file is larger than 20 MB; the rest was not read."}}, problems)
}

func TestALongLineInTheMiddleIsReadPast(t *testing.T) {
	events, problems := parseBounded(t, io.MultiReader(strings.NewReader("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nATTACH:"), endless(5<<20),
		strings.NewReader("\n continued\nSUMMARY:T\nDTSTART:20261201T180000Z\nEND:VEVENT\nEND:VCALENDAR\n")))
	require.Len(t, events, 1)
	require.Equal(t, "T", events[0].Summary)
	require.Len(t, problems, 1)
	require.Equal(t, 4, problems[0].Line)
}

func TestRulesThatNeverEndAreBounded(t *testing.T) {
	for _, rule := range []string{
		"FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;BYSECOND=0,1,2", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYSETPOS=2",
		"FREQ=DAILY;INTERVAL=9223372036854775807", "FREQ=DAILY;COUNT=2147483647", "FREQ=DAILY", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
		"FREQ=DAILY;BYDAY=" + strings.TrimSuffix(strings.Repeat("MO,", 100_000), ","),
	} {
		var file strings.Builder
		file.WriteString("BEGIN:VCALENDAR\n")
		for i := range 600 {
			if file.Len() > 5<<20 {
				break
			}
			fmt.Fprintf(&file, "BEGIN:VEVENT\nUID:%d\nSUMMARY:T\nDTSTART:19000101T180000\nRRULE:%s\nEND:VEVENT\n", i, rule)
		}
		events, _ := parseBounded(t, strings.NewReader(file.String()))
		total := 0
		for _, e := range events {
			total += len(e.Occurrences)
		}
		require.LessOrEqual(t, total, 52_000)
	}
}

func TestTheNumberOfThingsIsBounded(t *testing.T) {
	for name, part := range map[string]func(i int) string{
		"events": func(i int) string {
			return fmt.Sprintf("BEGIN:VEVENT\nUID:%d\nDTSTART:20261201T180000\nEND:VEVENT\n", i)
		},
		"zones": func(i int) string {
			return fmt.Sprintf("BEGIN:VEVENT\nUID:%d\nDTSTART;TZID=A/B%d:20261201T180000\nEND:VEVENT\n", i, i)
		},
		"calendars":  func(i int) string { return fmt.Sprintf("BEGIN:VCALENDAR\nX-WR-TIMEZONE:A/B/%d\nEND:VCALENDAR\n", i) },
		"properties": func(int) string { return "BEGIN:VEVENT\n" + strings.Repeat("URL:a\n", 1000) },
		"junk":       func(int) string { return "junk\n" },
		"nesting":    func(int) string { return "BEGIN:VEVENT\nBEGIN:VALARM\n" },
		"definitions": func(i int) string {
			return fmt.Sprintf("BEGIN:VTIMEZONE\nTZID:Z%d\n", i) + strings.Repeat("BEGIN:STANDARD\nDTSTART:20260101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nRRULE:FREQ=DAILY;BYSETPOS=2\nEND:STANDARD\n", 50) +
				fmt.Sprintf("END:VTIMEZONE\nBEGIN:VEVENT\nUID:%d\nDTSTART;TZID=Z%d:20261201T180000\nEND:VEVENT\n", i, i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var file strings.Builder
			file.WriteString("BEGIN:VCALENDAR\n")
			for i := 0; file.Len() < 5<<20; i++ {
				file.WriteString(part(i))
			}
			events, problems := parseBounded(t, strings.NewReader(file.String()))
			require.LessOrEqual(t, len(events), 5000)
			require.LessOrEqual(t, len(problems), 201)
		})
	}
}

// The rule library, run from the start to the end without our shortcuts, is the judge of the expansion.
func TestExpansionAgreesWithTheRuleLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := "FREQ=" + rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
		rule += fmt.Sprintf(";INTERVAL=%d", rapid.IntRange(1, 5).Draw(t, "interval"))
		rule += rapid.SampledFrom([]string{"", ";BYDAY=MO,TH", ";BYMONTHDAY=1,-1", ";BYMONTH=1,6,12", ";BYDAY=SA;BYMONTHDAY=13", ";WKST=SU;BYDAY=SU,MO"}).Draw(t, "by")
		rule += rapid.SampledFrom([]string{"", ";COUNT=40", ";UNTIL=20270401T000000Z"}).Draw(t, "end")
		start := noon.AddDate(0, 0, -rapid.IntRange(0, 4000).Draw(t, "days"))
		events, _, err := ics.Parse(strings.NewReader("BEGIN:VCALENDAR\n"+vevent("DTSTART:"+start.Format("20060102T150405Z"), "RRULE:"+rule)+"\nEND:VCALENDAR"), ics.Limits{Now: noon})
		require.NoError(t, err)

		option, err := rrule.StrToROption(rule)
		require.NoError(t, err)
		option.Dtstart = start
		judge, err := rrule.NewRRule(*option)
		require.NoError(t, err)
		want := map[time.Time]bool{}
		if start.Add(time.Hour).After(noon) {
			want[start] = true
		}
		for _, at := range judge.Between(noon.Add(-time.Hour+time.Second), noon.AddDate(1, 0, 0), true) {
			want[at] = true
		}
		got := map[time.Time]bool{}
		for _, e := range events {
			for _, o := range e.Occurrences {
				got[o.Start] = true
			}
		}
		require.Equal(t, want, got)
	})
}

func FuzzParse(f *testing.F) {
	f.Add("BEGIN:VCALENDAR\n" + vevent("DTSTART;TZID=Eastern Standard Time:20261201T180000", "DURATION:P1DT2H", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1;WKST=SU", "EXDATE:20261201T180000") + "\nEND:VCALENDAR")
	f.Add("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:16010101T020000\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\nEND:STANDARD\nEND:VTIMEZONE\n" + vevent("DTSTART;TZID=X:20261201T180000", "RDATE;VALUE=PERIOD:20261210T100000/PT3H") + "\nEND:VCALENDAR")
	f.Add("BEGIN:VCALENDAR\n" + vevent("DTSTART;VALUE=DATE:20261201", "GEO:1;2", "CATEGORIES:A\\,b,Ünï\\\\,-", "LOCATION:Hall\\n1 Main St\\, Ames IA 50010", "RRULE:FREQ=YEARLY;BYEASTER=1;BYWEEKNO=-53;BYYEARDAY=366"))
	f.Fuzz(func(t *testing.T, input string) {
		began := time.Now()
		events, _, err := ics.Parse(strings.NewReader(input), ics.Limits{Now: noon, Events: 50})
		require.Less(t, time.Since(began), 5*time.Second)
		if err != nil {
			require.ErrorIs(t, err, ics.ErrNotCalendar)
			return
		}
		for _, e := range events {
			require.NotEmpty(t, e.UID)
			require.NotEmpty(t, e.Occurrences)
			require.LessOrEqual(t, len(e.Tags), 20)
			for _, tag := range e.Tags {
				require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, tag)
				require.LessOrEqual(t, len(tag), 40)
			}
			require.NotContains(t, e.Description+e.Summary+e.Location+e.UID, "\x00")
			keys := map[string]bool{}
			for _, o := range e.Occurrences {
				require.True(t, o.End.After(o.Start))
				require.False(t, keys[o.Key], "the key %q twice", o.Key)
				keys[o.Key] = true
			}
			_, err := time.LoadLocation(e.Zone)
			require.NoError(t, err)
		}
	})
}
