package events

import "time"

// ReminderKind is which of the mails around a shift it is, or the text.
type ReminderKind string

// The reminders, in their order.
const (
	RemindTomorrow ReminderKind = "tomorrow" // the day before at 11:00 on the event's clock
	RemindToday    ReminderKind = "today"    // on the day at 08:00
	RemindSoon     ReminderKind = "soon"     // half an hour before the start, by text to those who want one
	AskFeedback    ReminderKind = "feedback" // one hour after the end
)

// Reminder is a mail or a text that will come, as the person is told.
type Reminder struct {
	Kind ReminderKind `json:"kind"`
	At   Time         `json:"at"`
	To   string       `json:"to,omitempty"` // of a text: LastDigits of its number
}

// Sentence says what comes, when, without the stop at its end.
func (r Reminder) Sentence() string {
	at := r.At.Local().Format("Monday, January 2 at 3:04 PM MST")
	switch r.Kind {
	case RemindSoon:
		return "We text you on " + at + ", to the number ending " + r.To
	case AskFeedback:
		return "We ask you how it was on " + at
	}
	return "We remind you on " + at
}

// detailsFresh is how long the details of a sign-up make a reminder of the same things needless.
const detailsFresh = time.Hour

// ReminderWindow is when a reminder is sent: from its moment until it would be wrong or of no use.
type ReminderWindow struct {
	Kind       ReminderKind
	From, Till time.Time
}

// ReminderWindows are those of a shift whose start and end stand in the event's zone, also over a change of its clocks.
// A reminder that would come after the start is none.
func ReminderWindows(start, end time.Time) []ReminderWindow {
	day := func(days, hour int) time.Time {
		return time.Date(start.Year(), start.Month(), start.Day()+days, hour, 0, 0, 0, start.Location())
	}
	all := []ReminderWindow{
		{RemindTomorrow, day(-1, 11), day(0, 0)},
		{RemindToday, day(0, 8), start},
		{RemindSoon, start.Add(-beforeStart), start},
		{AskFeedback, end.Add(time.Hour), end.Add(49 * time.Hour)},
	}
	kept := all[:0]
	for _, w := range all {
		if w.From.Before(w.Till) {
			kept = append(kept, w)
		}
	}
	return kept
}

// Due reports whether the reminder may be sent at now to somebody who signed up then: whoever did so less than an hour
// before its moment, or after, has just got the details.
func (w ReminderWindow) Due(now, signedUp time.Time) bool {
	return !now.Before(w.From) && now.Before(w.Till) && w.Concerns(signedUp)
}

// Concerns is Due's judgement of the sign-up alone. Feedback is asked of everybody who took part, and whoever wants a text just
// asked for it, however fresh the details are.
func (w ReminderWindow) Concerns(signedUp time.Time) bool {
	switch w.Kind {
	case AskFeedback:
		return true
	case RemindSoon:
		return signedUp.Before(w.From)
	}
	return signedUp.Before(w.From.Add(-detailsFresh))
}
