package eventsvc_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/events/ics"
	"groundswell/shared/fault"
)

// calendarOf wraps VEVENTs; each part is the lines of one.
func calendarOf(parts ...string) string {
	return "BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-TIMEZONE:America/Chicago\nBEGIN:VEVENT\n" +
		strings.Join(parts, "\nEND:VEVENT\nBEGIN:VEVENT\n") + "\nEND:VEVENT\nEND:VCALENDAR\n"
}

const (
	weekly = "UID:weekly@example.org\nSUMMARY:Weekly phone bank\nDESCRIPTION:Call with us.\\n\\nWe train you.\nDTSTART;TZID=America/Chicago:20261102T180000\n" +
		"DTEND;TZID=America/Chicago:20261102T200000\nRRULE:FREQ=WEEKLY;COUNT=8\nLOCATION:Union Hall\\, 1901 W Carroll Ave\\, Chicago\\, IL 60612"
	single = "UID:single@example.org\nSUMMARY:Weekly phone bank\nDTSTART:20261205T180000Z\nDTEND:20261205T190000Z\nURL:https://zoom.us/j/1\nLOCATION:https://zoom.us/j/1"
)

func (b *bundle) importing(calendar string) eventsvc.ImportReport {
	b.t.Helper()
	report, err := b.svc.ImportICS(b.t.Context(), "tremont", strings.NewReader(calendar))
	require.NoError(b.t, err)
	return report
}

func (b *bundle) get(slug string) events.Event {
	b.t.Helper()
	e, err := b.svc.Get(b.t.Context(), events.GetIn{Slug: slug})
	require.NoError(b.t, err)
	return e
}

// open are the starts of the shifts that are not cancelled, on the event's clock.
func open(e events.Event) (starts []string) {
	for _, s := range e.Shifts {
		if !s.Cancelled {
			starts = append(starts, s.Start.Local().Format("01-02 15:04"))
		}
	}
	return starts
}

func TestImportMakesAnEventForEachUIDWithAShiftForEachDate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	report := b.importing(calendarOf(weekly, single, "UID:broken\nSUMMARY:Broken\nDTSTART:someday"))
	require.Equal(t, eventsvc.ImportReport{Created: 2, Problems: []ics.Problem{
		{Line: 24, Message: "The start: “someday” is not a date and time; the event was left out."}}}, report)

	e := b.get("weekly-phone-bank")
	require.Equal(t, []string{"11-23 18:00", "11-30 18:00", "12-07 18:00", "12-14 18:00", "12-21 18:00"}, open(e))
	require.Equal(t, "America/Chicago", e.Zone)
	require.Equal(t, events.Place{Venue: "Union Hall", Line1: "1901 W Carroll Ave", City: "Chicago", Region: "IL", PostalCode: "60612", Country: "US"}, e.Place)
	require.Equal(t, "Call with us.", e.Summary)
	require.Equal(t, events.Type("phone_bank"), e.Type)

	online := b.get("weekly-phone-bank-2")
	require.Equal(t, events.Online, online.Mode)
	require.Equal(t, []string{"12-05 12:00"}, open(online))

	out, err := b.svc.Find(t.Context(), events.FindIn{Q: "phone bank"})
	require.NoError(t, err)
	require.Equal(t, 2, out.Total)
}

func TestImportAgainChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly, single))
	before := b.get("weekly-phone-bank")
	require.Equal(t, eventsvc.ImportReport{Unchanged: 2}, b.importing(calendarOf(single, weekly)))
	require.Equal(t, before, b.get("weekly-phone-bank"))
	require.Equal(t, 2, b.number(`select count(*) from events`))

	b.pass(30 * 24 * time.Hour) // dates go by; what is over stays, what comes into the year is added
	require.Equal(t, eventsvc.ImportReport{Unchanged: 1, Problems: []ics.Problem{
		{Line: 4, Message: "“Weekly phone bank” has no date within a year from now; it was left out."}}}, b.importing(calendarOf(weekly, single)))
	require.Equal(t, 6, b.number(`select count(*) from event_shifts where cancelled_at is null`))
}

func TestImportUpdatesWhatChangedAndKeepsSignups(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly, single))
	before := b.get("weekly-phone-bank")
	moved := before.Shifts[1].ID
	_, err := b.rsvp(moved, "ada@example.org", 0)
	require.NoError(t, err)

	b.pass(time.Hour)
	change := weekly + "\nEND:VEVENT\nBEGIN:VEVENT\nUID:weekly@example.org\nSUMMARY:Weekly phone bank\nRECURRENCE-ID:20261201T000000Z\nDTSTART:20261201T010000Z\nDTEND:20261201T020000Z\nLOCATION:The library"
	require.Equal(t, eventsvc.ImportReport{Updated: 1, Unchanged: 1}, b.importing(calendarOf(change, single)))
	after := b.get("weekly-phone-bank")
	require.Equal(t, before.Sequence+1, after.Sequence)
	require.True(t, after.UpdatedAt.After(before.UpdatedAt))
	require.Equal(t, []string{"11-23 18:00", "11-30 19:00", "12-07 18:00", "12-14 18:00", "12-21 18:00"}, open(after))
	require.Equal(t, moved, after.Shifts[1].ID)
	require.Equal(t, "The library", after.Shifts[1].Name)
	require.Equal(t, 1, after.Shifts[1].Taken)

	// The whole series an hour later: the same shifts, by their days.
	later := strings.NewReplacer("T180000", "T183000", "T200000", "T203000").Replace(weekly)
	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(calendarOf(later)))
	again := b.get("weekly-phone-bank")
	require.Equal(t, []string{"11-23 18:30", "11-30 18:30", "12-07 18:30", "12-14 18:30", "12-21 18:30"}, open(again))
	require.Equal(t, moved, again.Shifts[1].ID)
	require.Empty(t, again.Shifts[1].Name)
}

func TestImportCancelsDatesThatAreGoneAndKeepsTheirSignups(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	shift := b.get("weekly-phone-bank").Shifts[2].ID
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)

	without := weekly + "\nEXDATE;TZID=America/Chicago:20261207T180000"
	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(calendarOf(without)))
	require.Equal(t, []string{"11-23 18:00", "11-30 18:00", "12-14 18:00", "12-21 18:00"}, open(b.get("weekly-phone-bank")))
	require.Equal(t, 1, b.number(`select count(*) from event_signups where shift_id = $1`, shift.UUID))
	require.Equal(t, eventsvc.ImportReport{Unchanged: 1}, b.importing(calendarOf(without)))

	unreadable := strings.Replace(weekly, "FREQ=WEEKLY", "FREQ=SOMETIMES", 1)
	report := b.importing(calendarOf(unreadable))
	require.Len(t, report.Problems, 1, "and nothing is cancelled for what could not be read: %v", report)
	require.Len(t, open(b.get("weekly-phone-bank")), 4)

	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(calendarOf(weekly)), "the date is back, in its shift")
	require.Len(t, open(b.get("weekly-phone-bank")), 5)
}

func TestImportCancelsEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	cancelled := weekly + "\nSTATUS:CANCELLED"
	require.Equal(t, eventsvc.ImportReport{Cancelled: 1}, b.importing(calendarOf(cancelled)))
	e := b.get("weekly-phone-bank")
	require.Equal(t, events.Cancelled, e.Status)
	require.Equal(t, 1, e.Sequence)
	require.Equal(t, eventsvc.ImportReport{Unchanged: 1}, b.importing(calendarOf(cancelled)))
	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(calendarOf(weekly)))
	require.Equal(t, events.Scheduled, b.get("weekly-phone-bank").Status)

	b.exec(`update events set status = 'cancelled'`) // by the organiser: the calendar does not revive it
	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(calendarOf(strings.Replace(weekly, "Call with", "Ring with", 1))))
	require.Equal(t, events.Cancelled, b.get("weekly-phone-bank").Status)
}

func TestImportKeepsPrivateEventsPrivate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(single + "\nCLASS:PRIVATE"))
	_, err := b.svc.Get(t.Context(), events.GetIn{Slug: "weekly-phone-bank"})
	require.Equal(t, fault.NotFound, fault.As(err).Code)
}

func TestImportTagsAnEventWithItsCategories(t *testing.T) {
	t.Parallel()
	b := setup(t)
	named := func(categories string) string { return calendarOf(weekly + "\nCATEGORIES:" + categories) }
	tags := func() []string { return b.get("weekly-phone-bank").Tags }
	found := func(tag string) int {
		out, err := b.svc.Find(t.Context(), events.FindIn{Tag: tag})
		require.NoError(t, err)
		return out.Total
	}
	require.Equal(t, eventsvc.ImportReport{Created: 1, Problems: []ics.Problem{
		{Line: 12, Message: "“选举” cannot be written as a tag, in the letters a to z; it was left out."}}}, b.importing(named("Housing,Get out the vote,选举")))
	require.Equal(t, []string{"get-out-the-vote", "housing"}, tags())
	require.Equal(t, 1, found("housing"))
	require.Equal(t, eventsvc.ImportReport{Unchanged: 1}, b.importing(named("housing,GET OUT THE VOTE")), "the same, written otherwise")
	require.Equal(t, 0, b.get("weekly-phone-bank").Sequence)

	b.exec(`insert into event_tags (org_id, event_id, tag) select org_id, id, unnest('{by-hand,climate}'::text[]) from events`)
	b.exec(`delete from event_tags where tag = 'get-out-the-vote'`)
	require.Equal(t, eventsvc.ImportReport{Unchanged: 1}, b.importing(named("housing,get out the vote")))
	require.Equal(t, []string{"by-hand", "climate", "housing"}, tags(), "what was taken off stays off while the calendar says what it said")

	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(named("climate,get out the vote")))
	require.Equal(t, []string{"by-hand", "climate", "get-out-the-vote"}, tags())
	require.Equal(t, []int{0, 1}, []int{found("housing"), found("climate")}, "search follows")

	require.Equal(t, eventsvc.ImportReport{Updated: 1}, b.importing(calendarOf(weekly)))
	require.Equal(t, []string{"by-hand", "climate"}, tags(), "the calendar takes away what it brought, and nothing else")
	require.Equal(t, eventsvc.ImportReport{Unchanged: 1}, b.importing(calendarOf(weekly)))
}

func TestImportOfTheSameUIDByTwoOrganisations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.organisation("other", "Other Neighbors")
	b.importing(calendarOf(weekly))
	report, err := b.svc.ImportICS(t.Context(), "other", strings.NewReader(calendarOf(weekly)))
	require.NoError(t, err)
	require.Equal(t, 1, report.Created)
	require.Equal(t, 2, b.number(`select count(distinct slug) from events`))
}

func TestImportsOfOneCalendarAtOnceMakeItOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var parts []string
	for n := range 10 {
		parts = append(parts, fmt.Sprintf("UID:%d\nSUMMARY:Same title\nDTSTART:20261205T180000Z", n))
	}
	var all sync.WaitGroup
	errs := make([]error, 4)
	for n := range errs {
		all.Go(func() {
			_, errs[n] = b.svc.ImportICS(t.Context(), "tremont", strings.NewReader(calendarOf(parts...)))
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, 10, b.number(`select count(*) from events`))
	require.Equal(t, 10, b.number(`select count(*) from event_shifts`))
}

func TestImportRefusesWhatIsNoCalendarOrForNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.svc.ImportICS(t.Context(), "tremont", strings.NewReader("<!doctype html><p>Sign in"))
	require.Equal(t, fault.Unsupported, fault.As(err).Code)
	_, err = b.svc.ImportICS(t.Context(), "nobody", strings.NewReader(calendarOf(weekly)))
	require.Equal(t, fault.NotFound, fault.As(err).Code)
}

func TestImportStoresHostileText(t *testing.T) {
	t.Parallel()
	b := setup(t)
	long := strings.Repeat("w\u202eörd ", 5000)
	report := b.importing(calendarOf("UID:x\x00y\nSUMMARY:" + long + "\nDESCRIPTION:\x00" + long + long + "\nLOCATION:" + long + "\nORGANIZER;CN=" + long + ":mailto:a@example.org\nDTSTART:20261205T180000Z\nDTEND:20261205T190000Z"))
	require.Equal(t, eventsvc.ImportReport{Created: 1}, report)
	require.Equal(t, 1, b.number(`select count(*) from events where length(title) <= 200 and length(description) <= 20000 and title || description not like '%' || chr(8238) || '%'`))
}
