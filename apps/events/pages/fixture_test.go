package pages

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/id"
	"groundswell/shared/orgs"
)

func now() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

// at is a moment in November 2026 on the clock of Columbus.
func at(day, hour int) events.Time {
	return events.Time{At: time.Date(2026, 11, day, hour+5, 0, 0, 0, time.UTC), Zone: "America/New_York", Abbr: "EST", Offset: -5 * 3600}
}

func shiftID(n byte) events.ShiftID { return id.Of[events.Shift]{UUID: uuid.UUID{0: 1, 15: n}} }

func rivera() orgs.Organisation {
	return orgs.Organisation{Slug: "rivera", Name: "Rivera for Ohio", Kind: "campaign", City: "Columbus", Region: "OH",
		Description: "Powered by people who show up.", Website: "https://www.rivera.example/",
		PaidForBy: "Rivera for Ohio", PrivacyURL: "https://rivera.example/privacy"}
}

// canvass is an event with a roomy, a nearly full, a full and a past shift.
func canvass() events.Event {
	return events.Event{
		Slug: "knock", Title: "Knock on doors <in> Clintonville", Summary: "Meet your neighbors.", Description: "First.\n\n- shoes\n- a coat",
		Type: "canvass", Mode: events.InPerson, Status: events.Scheduled, Zone: "America/New_York",
		Place:         events.Place{Venue: "Global Gallery", Line1: "3535 N High St", City: "Columbus", Region: "OH", PostalCode: "43214", Country: "US"},
		Accessibility: "accessible", AccessNotes: "Step-free entrance.", ImageURL: "/media/abc.jpg", ImageAlt: "Volunteers on a porch",
		URL: "https://events.example.org/e/knock", GuestsAllowed: 2, ContactName: "Dana", ContactEmail: "dana@rivera.example", Organisation: rivera(), Now: now(),
		Shifts: []events.Shift{
			{ID: shiftID(9), Start: at(21, 10), End: at(21, 13), Capacity: new(5)},
			{ID: shiftID(1), Name: "Morning", Start: at(28, 10), End: at(28, 13), Capacity: new(40), Taken: 12},
			{ID: shiftID(2), Start: at(28, 14), End: at(28, 17), Capacity: new(40), Taken: 36},
			{ID: shiftID(3), Start: at(29, 10), End: at(29, 13), Capacity: new(20), Taken: 20},
		},
		Tags: []string{"housing", "first-time-friendly"}, Series: &events.Series{Slug: "porch-tour", Title: "The porch tour", Description: "One neighborhood a week."},
	}
}

func found() events.FindOut {
	return events.FindOut{Total: 30, Page: 1, Pages: 2, Now: now(), Types: []events.TypeCount{{Type: "canvass", Count: 20}, {Type: "rally", Count: 10}}, Open: 12, Accessible: 7,
		Events: []events.Card{
			{Slug: "knock", Title: "Knock on doors", Type: "canvass", Mode: events.InPerson, Status: events.Scheduled, OrgSlug: "rivera", OrgName: "Rivera for Ohio",
				City: "Columbus", Region: "OH", ImageURL: "/media/abc.jpg", Next: at(28, 10), End: at(28, 13), Shifts: 3, Left: new(32)},
			{Slug: "call", Title: "Phone bank", Type: "phone_bank", Mode: events.Online, Status: events.Scheduled, OrgName: "Rivera for Ohio",
				Next: at(30, 18), End: at(30, 20), Shifts: 1},
		}}
}

func signup() events.Signup {
	e := canvass()
	return events.Signup{Status: events.Registered, GivenName: "Sam", FamilyName: "Lee", Email: "sam@example.org", PartySize: 3,
		Attend: events.InPerson, Shift: e.Shifts[1], Event: e, Instructions: "Text Dana when you arrive.",
		CalendarURL:   "https://events.example.org/my/secret/calendar.ics",
		RemindersPath: "/reminders/other",
		Reminders:     []events.Reminder{{Kind: events.RemindTomorrow, At: at(27, 11)}, {Kind: events.RemindToday, At: at(28, 8)}, {Kind: events.AskFeedback, At: at(28, 14)}}}
}

// dayBefore is a sign-up when it is time to ask whether the person comes.
func dayBefore() events.Signup {
	s := signup()
	s.Event.Now, s.Reminders, s.AskComing = at(27, 12).At, s.Reminders[1:], true
	s.CanText = true
	return s
}

// texted is a sign-up of somebody who wants a text.
func texted() events.Signup {
	s := signup()
	s.TextTo, s.CanText = "0123", true
	half := at(28, 9)
	half.At = half.At.Add(30 * time.Minute)
	s.Reminders = slices.Insert(s.Reminders, 2, events.Reminder{Kind: events.RemindSoon, At: half, To: "0123"})
	return s
}

// untextable is a form that was refused for a number that no text reaches.
func untextable(t *testing.T) EventData {
	t.Helper()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.Texts = true
	d.Submission = &fullstack.Submission{Form: "rsvp", Values: map[string][]string{"given_name": {"Sam"}, "phone": {"800 555 0123"}, "text_me": {"true"}},
		Fault: &fault.Error{Code: fault.Invalid, Message: "Please check one field.", Fields: []fault.Field{{Name: "phone", Message: "We cannot text this number."}}}}
	return d
}

// moved is a sign-up to come in person for what takes place online now.
func moved() events.Signup {
	s := signup()
	s.Event.Status, s.OnlineURL = events.MovedOnline, "https://meet.example.org/x"
	return s
}

func rating() events.Rating {
	e := canvass()
	return events.Rating{GivenName: "Sam", Shift: e.Shifts[0], Event: e}
}

func reminders(stopped bool) events.ReminderChoice {
	return events.ReminderChoice{Stopped: stopped, Address: "s***@example.org", Organisation: rivera()}
}

// hosted is what Grace hosts, in her home.
func hosted(status events.ApprovalStatus) events.Hosting {
	e := canvass()
	e.PlacePrivate, e.Shifts = true, e.Shifts[1:2]
	return events.Hosting{Status: status, GivenName: "Grace", Event: e}
}

// answers serve the fixtures through the functions the pages call.
func answers() fullstacktest.Answers {
	return fullstacktest.Answers{
		events.Find.Name:         found(),
		events.Get.Name:          canvass(),
		events.GetOrg.Name:       events.OrgOut{Organisation: rivera(), Upcoming: found(), PastCount: 7, CalendarURL: "https://events.example.org/o/rivera/calendar.ics"},
		events.GetSignup.Name:    signup(),
		events.GetRating.Name:    rating(),
		events.GetReminders.Name: reminders(false),
		events.GetHostForm.Name:  events.HostForm{Organisation: rivera(), Zone: "America/New_York"},
		events.GetHosting.Name:   hosted(events.NeedsVerification),
		events.Month.Name:        december(),
		events.GetRelated.Name:   events.Related{Now: now(), Dates: found().Events[:1], Similar: found().Events},
	}
}

func loadEvent(t *testing.T, p EventParams) EventData {
	t.Helper()
	d, err := Event.Load(context.Background(), answers(), p)
	require.NoError(t, err)
	return d
}

func static[T any](v T) fullstack.Static[T] { return fullstack.Static[T]{Value: v} }

// december has a day with two events and one with more than are shown.
func december() events.MonthOut {
	card := func(slug string, day, hour int) events.Card {
		c := found().Events[0]
		c.Slug, c.Next, c.End = slug, at(day+30, hour), at(day+30, hour+2)
		return c
	}
	return events.MonthOut{Month: "2026-12", Now: now(), Days: []events.Day{
		{Date: "2026-12-05", Total: 2, Events: []events.Card{card("one", 5, 10), card("two", 5, 14)}},
		{Date: "2026-12-31", Total: 16, Events: []events.Card{card("eve", 31, 18)}},
	}}
}
