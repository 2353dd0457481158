package eventsvc_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
)

// told runs the jobs that changes left behind, and returns the mails.
func (b *bundle) told() []messages.Message {
	b.t.Helper()
	before := len(b.mail.sent)
	for _, raw := range b.takeJobs("events.tell") {
		var args eventsvc.TellArgs
		require.NoError(b.t, json.Unmarshal(raw, &args))
		require.NoError(b.t, b.work.TellChanges(b.t.Context(), args))
	}
	for _, raw := range b.takeJobs("events.changed") {
		var args eventsvc.ChangedArgs
		require.NoError(b.t, json.Unmarshal(raw, &args))
		require.NoError(b.t, b.work.SendChange(b.t.Context(), args))
	}
	return b.mail.sent[before:]
}

// takeJobs are the args of the jobs of a kind, which are gone then.
func (b *bundle) takeJobs(kind string) (args [][]byte) {
	b.t.Helper()
	rows, err := b.db.Query(b.t.Context(), `delete from river_job where kind = $1 returning args`, kind)
	require.NoError(b.t, err)
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		require.NoError(b.t, rows.Scan(&raw))
		args = append(args, raw)
	}
	require.NoError(b.t, rows.Err())
	return args
}

func TestAnEventWhoseEveryTimeWasCancelledIsCancelled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	one, two := b.shift(event, 54*hour, 20), b.shift(event, 78*hour, 20)
	status := func() events.Status {
		e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "canvass"})
		require.NoError(t, err)
		return e.Status
	}
	_, err := b.svc.CancelEvent(t.Context(), "canvass", one, "")
	require.NoError(t, err)
	require.Equal(t, events.Scheduled, status())
	_, err = b.svc.CancelEvent(t.Context(), "canvass", two, "")
	require.NoError(t, err)
	require.Equal(t, events.Cancelled, status(), "nothing of it is left")
	b.pass(-100 * hour)
	held := b.shift(event, hour, 20)
	b.pass(104 * hour)
	require.Equal(t, events.Cancelled, status(), "of what is to come")
	calendar, err := b.svc.Calendar(t.Context(), events.GetIn{Slug: "canvass"})
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(string(calendar), "STATUS:CANCELLED"), "what was held stays held: %s", held)
	b.shift(event, 102*hour, 20)
	require.Equal(t, events.Scheduled, status(), "its calendar has another date")
}

func TestWhoIsSignedUpIsToldWhatChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift, other := b.shift(event, 54*hour, 20), b.shift(event, 78*hour, 20)
	b.join(shift, "ada@example.org", "bea@example.org", "gone@example.org")
	b.join(other, "other@example.org")
	_, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token("gone@example.org")})
	require.NoError(t, err)

	people, err := b.svc.RescheduleShift(t.Context(), shift, "2026-11-25 19:30", "2026-11-25 21:30", "The hall is taken until then.\nSorry!")
	require.NoError(t, err)
	require.Equal(t, 2, people)
	require.Equal(t, 120, b.number(`select extract(epoch from scheduled_at - $1)::int from river_job where kind = 'events.tell'`, noon), "it waits for more")
	b.pass(2 * time.Minute)
	mails := b.told()
	require.Len(t, mails, 2)
	m := mails[0]
	require.Equal(t, "New time: Canvass, Wed, Nov 25 at 7:30 PM EST", m.Subject)
	for _, body := range []string{m.Text, text(t, m.HTML)} {
		for _, want := range []string{"6:00 PM – 8:00 PM EST", "7:30 PM – 9:30 PM EST", "The hall is taken until then.", "Sorry!", b.token(m.To)} {
			require.Contains(t, body, want)
		}
	}
	require.NotContains(t, m.Text, "\n\n\n")
	entry := unfold(m.Attachments[0].Data)
	require.Contains(t, entry, "METHOD:PUBLISH")
	require.Contains(t, entry, "DTSTART:20261126T003000Z")
	require.Contains(t, entry, "SEQUENCE:1")
	require.Empty(t, b.told(), "once")
}

func TestSeveralChangesAreOneMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, 54*hour, 20)
	b.join(shift, "ada@example.org")
	reschedule := func(starts, note string) {
		_, err := b.svc.RescheduleShift(t.Context(), shift, starts, "2026-11-25 21:30", eventsvc.Notice(note))
		require.NoError(t, err)
	}
	reschedule("2026-11-25 19:30", "first")
	reschedule("2026-11-25 19:00", "second")
	_, err := b.svc.MoveOnline(t.Context(), "canvass", "https://meet.example.org/x", "third")
	require.NoError(t, err)
	mails := b.told()
	require.Len(t, mails, 1)
	for _, want := range []string{"first", "second", "third", "6:00 PM – 8:00 PM", "7:00 PM – 9:30 PM", "https://meet.example.org/x", "Merrick House", "Online"} {
		require.Contains(t, mails[0].Text, want)
	}
	require.Equal(t, "Moved online: Canvass, Wed, Nov 25 at 7:00 PM EST", mails[0].Subject)
	require.Contains(t, unfold(mails[0].Attachments[0].Data), "SEQUENCE:3")

	reschedule("2026-11-25 20:00", "")
	reschedule("2026-11-25 19:00", "")
	require.Empty(t, b.told(), "it is as it was")
	b.join(shift, "new@example.org")
	reschedule("2026-11-25 20:00", "")
	require.Len(t, b.told(), 2)
}

func TestACancelledEventOffersWhatElseThereIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass", "place_private = true")
	shift := b.shift(event, 54*hour, 20)
	b.join(shift, "ada@example.org")
	for i, title := range []string{"Soon", "Full", "Later", "Last", "Too many"} {
		capacity := 5
		if title == "Full" {
			capacity = 0
		}
		b.shift(b.event(strings.ReplaceAll(strings.ToLower(title), " ", "-"), title), time.Duration(60+i)*hour, capacity)
	}
	people, err := b.svc.CancelEvent(t.Context(), "canvass", events.ShiftID{}, "")
	require.NoError(t, err)
	require.Equal(t, 1, people)
	mails := b.told()
	require.Len(t, mails, 1)
	m := mails[0]
	require.Equal(t, "Event cancelled: Canvass, Wed, Nov 25 at 6:00 PM EST", m.Subject)
	require.Contains(t, m.Text, "https://events.example.org/e/soon")
	require.Contains(t, m.Text, "/e/later")
	require.Contains(t, text(t, m.HTML), "/e/last")
	require.NotContains(t, m.Text, "/e/full")
	require.NotContains(t, m.Text, "/e/too-many")
	require.NotContains(t, m.Text, "Starkweather", "nobody has to go there")
	entry := unfold(m.Attachments[0].Data)
	require.Contains(t, entry, "METHOD:CANCEL")
	require.Contains(t, entry, "SEQUENCE:1")
	people, err = b.svc.CancelEvent(t.Context(), "canvass", events.ShiftID{}, "")
	require.NoError(t, err)
	require.Zero(t, people, "again is nothing")
	require.Empty(t, b.told())
}

func TestWhoseTimeIsCancelledIsNotToldAgainWithTheWholeEvent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift, other := b.shift(event, 54*hour, 1), b.shift(event, 78*hour, 20)
	b.join(shift, "ada@example.org", "waits@example.org")
	b.join(other, "bea@example.org")
	cancel := func(shift events.ShiftID) (people int) {
		people, err := b.svc.CancelEvent(t.Context(), "canvass", shift, "")
		require.NoError(t, err)
		return people
	}
	require.Equal(t, 2, cancel(shift))
	require.Len(t, b.told(), 2)
	require.Equal(t, 1, cancel(events.ShiftID{}))
	mails := b.told()
	require.Len(t, mails, 1)
	require.Equal(t, "bea@example.org", mails[0].To)

	second := b.event("second", "Second")
	shift = b.shift(second, 54*hour, 20)
	b.shift(second, 78*hour, 20)
	b.join(shift, "cyd@example.org")
	_, err := b.svc.CancelEvent(t.Context(), "second", shift, "The hall burnt down.")
	require.NoError(t, err)
	_, err = b.svc.CancelEvent(t.Context(), "second", events.ShiftID{}, "")
	require.NoError(t, err)
	mails = b.told()
	require.Len(t, mails, 1, "both before anybody was told")
	require.Contains(t, mails[0].Subject, "Event cancelled")
	require.Contains(t, mails[0].Text, "The hall burnt down.")
	require.Empty(t, b.told())
}

func TestAPostponedEventIsOnAgainWithANewTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "ada@example.org")
	_, err := b.svc.PostponeEvent(t.Context(), "canvass", "Snow.")
	require.NoError(t, err)
	mails := b.told()
	require.Len(t, mails, 1)
	require.Equal(t, "Postponed: Canvass, Wed, Nov 25 at 6:00 PM EST", mails[0].Subject)
	require.Contains(t, unfold(mails[0].Attachments[0].Data), "STATUS:TENTATIVE")
	_, err = b.svc.RescheduleShift(t.Context(), shift, "2026-12-02 18:00", "2026-12-02 20:00", "")
	require.NoError(t, err)
	mails = b.told()
	require.Len(t, mails, 1)
	require.Equal(t, "New date: Canvass, Wed, Dec 2 at 6:00 PM EST", mails[0].Subject)
	require.NotContains(t, mails[0].Text, "Snow.", "that was said before")
	require.Equal(t, events.Scheduled, b.get("canvass").Status)
}

func TestAnEventThatMovedOnlineStaysThereOverAPostponement(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "ada@example.org")
	_, err := b.svc.MoveOnline(t.Context(), "canvass", "https://meet.example.org/x", "")
	require.NoError(t, err)
	_, err = b.svc.PostponeEvent(t.Context(), "canvass", "")
	require.NoError(t, err)
	_, err = b.svc.RescheduleShift(t.Context(), shift, "2026-12-02 18:00", "2026-12-02 20:00", "")
	require.NoError(t, err)
	require.Equal(t, events.MovedOnline, b.get("canvass").Status)
	require.Equal(t, "https://meet.example.org/x", b.own("ada@example.org").OnlineURL)
}

func TestNobodySetsOutForNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift, over := b.shift(event, 30*time.Minute, 20), b.shift(event, hour, 20)
	b.join(shift, "ada@example.org")
	b.join(over, "late@example.org")
	people, err := b.svc.CancelEvent(t.Context(), "canvass", shift, "")
	require.NoError(t, err)
	require.Equal(t, 1, people)
	require.Zero(t, b.number(`select extract(epoch from scheduled_at - $1)::int from river_job where kind = 'events.tell'`, noon), "at once")
	mails := b.told()
	require.Len(t, mails, 1)
	require.Contains(t, mails[0].Text, "Your time is cancelled")
	b.pass(5 * hour)
	people, err = b.svc.CancelEvent(t.Context(), "canvass", events.ShiftID{}, "")
	require.NoError(t, err)
	require.Zero(t, people, "what is over is over")
}

func TestTimesThatDoNotExistAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	for _, c := range [][2]string{
		{"2027-03-14 02:30", "2027-03-14 05:00"}, {"2026-11-28 10:00", "2026-11-28 10:00"}, {"2026-11-28 25:00", "2026-11-28 26:00"},
		{"2020-01-01 10:00", "2020-01-01 12:00"}, {"", ""}, {"soon", "later"},
	} {
		_, err := b.svc.RescheduleShift(t.Context(), shift, c[0], c[1], "")
		require.Equal(t, fault.Invalid, fault.As(err).Code, c)
	}
	_, err := b.svc.RescheduleShift(t.Context(), events.ShiftID{UUID: uuid.New()}, "2026-11-28 10:00", "2026-11-28 12:00", "")
	require.Equal(t, fault.NotFound, fault.As(err).Code)
	_, err = b.svc.CancelEvent(t.Context(), "nothing", events.ShiftID{}, "")
	require.Equal(t, fault.NotFound, fault.As(err).Code)
	_, err = b.svc.CancelEvent(t.Context(), "canvass", events.ShiftID{UUID: uuid.New()}, "")
	require.Equal(t, fault.NotFound, fault.As(err).Code)
	_, err = b.svc.MoveOnline(t.Context(), "canvass", "javascript:alert(1)", "")
	require.Equal(t, fault.Invalid, fault.As(err).Code)
	_, err = b.svc.PostponeEvent(t.Context(), "canvass", eventsvc.Notice(strings.Repeat("x", 2001)))
	require.Equal(t, fault.Invalid, fault.As(err).Code)
	require.Zero(t, b.jobs("events.tell"))
}

func TestAnImportThatMovesOrCancelsADateTellsPeople(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	shifts := b.get("weekly-phone-bank").Shifts
	b.join(shifts[0].ID, "first@example.org")
	b.join(shifts[1].ID, "second@example.org")
	b.importing(calendarOf(strings.ReplaceAll(weekly, "Call with us.", "Do call with us.")))
	require.Empty(t, b.told(), "words are no change of time or place")

	b.importing(calendarOf(strings.Replace(weekly, "RRULE", "EXDATE;TZID=America/Chicago:20261130T180000\nRRULE", 1)))
	mails := b.told()
	require.Len(t, mails, 1)
	require.Equal(t, "second@example.org", mails[0].To)
	require.Contains(t, mails[0].Subject, "Event cancelled")
	require.Contains(t, mails[0].Text, "/e/weekly-phone-bank", "the other times have room")

	b.importing(calendarOf(weekly))
	mails = b.told()
	require.Len(t, mails, 1)
	require.Equal(t, "On again: Weekly phone bank, Mon, Nov 30 at 6:00 PM CST", mails[0].Subject)

	b.importing(calendarOf(strings.ReplaceAll(strings.ReplaceAll(weekly, "T180000", "T190000"), "T200000", "T210000")))
	mails = b.told()
	require.Len(t, mails, 2)
	require.Contains(t, mails[0].Subject, "New time: Weekly phone bank")
	require.Contains(t, mails[0].Text, "7:00 PM – 9:00 PM CST")
}

func TestAnImportLeavesAloneWhatWasChangedByHand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importing(calendarOf(weekly))
	shifts := b.get("weekly-phone-bank").Shifts
	_, err := b.svc.CancelEvent(t.Context(), "weekly-phone-bank", shifts[0].ID, "")
	require.NoError(t, err)
	_, err = b.svc.RescheduleShift(t.Context(), shifts[1].ID, "2026-11-30 20:00", "2026-11-30 22:00", "")
	require.NoError(t, err)
	want := []string{"11-30 20:00", "12-07 18:00", "12-14 18:00", "12-21 18:00"}
	require.Equal(t, want, open(b.get("weekly-phone-bank")))
	b.importing(calendarOf(weekly))
	require.Equal(t, want, open(b.get("weekly-phone-bank")))
	b.importing(calendarOf(strings.Replace(weekly, "1901 W", "2000 W", 1)))
	require.Equal(t, want, open(b.get("weekly-phone-bank")), "nor when the rest changes")
	b.importing(calendarOf(strings.ReplaceAll(strings.ReplaceAll(weekly, "T180000", "T170000"), "T200000", "T190000")))
	require.Equal(t, []string{"11-30 20:00", "12-07 17:00", "12-14 17:00", "12-21 17:00"}, open(b.get("weekly-phone-bank")))
}

// A hundred changes at once and mails between them: in the end everybody knows how it is.
func TestWhoIsToldLastKnowsHowItIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "ada@example.org")
	done := make(chan error)
	for i := range 4 {
		go func() {
			var err error
			for minute := range 5 {
				starts := time.Date(2026, 11, 25, 10+i, minute, 0, 0, time.UTC).Format("2006-01-02 15:04")
				if _, e := b.svc.RescheduleShift(t.Context(), shift, starts, "2026-11-25 21:30", ""); e != nil {
					err = e
				}
			}
			done <- err
		}()
	}
	last := messages.Message{}
	for waiting := 4; waiting > 0; {
		select {
		case err := <-done:
			require.NoError(t, err)
			waiting--
		default:
			if mails := b.told(); len(mails) > 0 {
				last = mails[len(mails)-1]
			}
		}
	}
	if mails := b.told(); len(mails) > 0 {
		last = mails[len(mails)-1]
	}
	require.Contains(t, last.Subject, b.get("canvass").Shifts[0].Start.Local().Format("3:04 PM MST"))
}

// A change says of how many that they will be told, and so many mails go out.
func TestAChangeCountsThoseItIsToldTo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hybrid := b.shift(b.event("both", "Both", "mode = 'hybrid'", "online_url = '"+room+"'"), 54*hour, 2)
	b.attending(hybrid, events.InPerson, "ada@example.org", "bea@example.org", "waits@example.org")
	b.attending(hybrid, events.Online, "cyd@example.org", "dan@example.org")
	b.exec(`insert into suppressions (id, org_id, address_hash, reason, created_at) values (gen_random_uuid(), null, sha256('bea@example.org'), 'bounced', now())`)
	count := func(want int, change func() (int, error)) {
		t.Helper()
		n, err := change()
		require.NoError(t, err)
		require.Equal(t, want, n)
		mails := 0
		for _, m := range b.told() {
			if m.To != "bea@example.org" { // the ledger does not send that one
				mails++
			}
		}
		require.Equal(t, want, mails)
	}
	edits := func(e events.Edit) func() (int, error) {
		return func() (int, error) { return b.svc.EditEvent(t.Context(), "tremont", "both", e, "") }
	}
	count(2, edits(events.Edit{Venue: new("The library")}))
	count(2, edits(events.Edit{OnlineURL: new("https://meet.example.org/other")}))
	count(0, edits(events.Edit{Title: new("Both of them")}))
	n, err := b.svc.EditEvent(t.Context(), "tremont", "both", events.Edit{Venue: new("The school")}, "")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	count(0, edits(events.Edit{Venue: new("The library")}))
	count(4, func() (int, error) { return b.svc.CancelEvent(t.Context(), "both", events.ShiftID{}, "") })
}
