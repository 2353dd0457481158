package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/jobs"
	"groundswell/shared/messages"
)

// RemindArgs asks for one reminder of one sign-up, as of the shift's start: SendReminder.
type RemindArgs struct {
	SignupID uuid.UUID           `json:"signup_id"`
	What     events.ReminderKind `json:"what"`
	StartsAt time.Time           `json:"starts_at"`
}

// Kind names the job.
func (RemindArgs) Kind() string { return "events.remind" }

// InsertOpts lets mail that somebody waits for go first. A text has half an hour, so it waits behind no mails, and no mail for it.
func (a RemindArgs) InsertOpts() river.InsertOpts {
	if a.What == events.RemindSoon {
		return river.InsertOpts{Queue: jobs.Texts}
	}
	return river.InsertOpts{Queue: jobs.Bulk}
}

func (a RemindArgs) key() string {
	return fmt.Sprintf("events.remind/%s/%s/%d", a.What, a.SignupID, a.StartsAt.Unix())
}

const (
	remindShifts = 200    // shifts planned in one transaction
	remindPeople = 10_000 // jobs inserted in one statement
)

// PlanReminders puts every reminder that is due into the queue, once for each shift and start, and says how many. What a
// stopped planner missed it makes up for, as long as the reminder still says something true.
func (s *Service) PlanReminders(ctx context.Context) (int, error) {
	now := s.now()
	shifts, err := s.q.ListShiftsToRemind(ctx, now.Add(-50*time.Hour), now.Add(38*time.Hour)) // wider than every window
	if err != nil {
		return 0, fmt.Errorf("list the shifts to remind of: %w", err)
	}
	planned := 0
	for chunk := range slices.Chunk(s.dueReminders(shifts, now), remindShifts) {
		n := 0
		err := s.db.Tx(ctx, func(tx pgx.Tx) (err error) {
			n, err = s.planReminders(ctx, tx, chunk, now)
			return err
		})
		if err != nil {
			return planned, fmt.Errorf("plan reminders: %w", err)
		}
		planned += n
	}
	return planned, nil
}

// dueReminder is one reminder of one shift.
type dueReminder struct {
	shift  db.ListShiftsToRemindRow
	window events.ReminderWindow
}

func (s *Service) dueReminders(shifts []db.ListShiftsToRemindRow, now time.Time) []dueReminder {
	var due []dueReminder
	for _, shift := range shifts {
		for _, w := range s.reminderWindows(shift.StartsAt, shift.EndsAt, shift.Timezone) {
			if !now.Before(w.From) && now.Before(w.Till) && (w.Kind != events.RemindSoon || shift.Texts && !s.noTexts) {
				due = append(due, dueReminder{shift, w})
			}
		}
	}
	return due
}

func (s *Service) reminderWindows(start, end time.Time, zone string) []events.ReminderWindow {
	l := s.location(zone)
	return events.ReminderWindows(start.In(l), end.In(l))
}

// planReminders claims the reminders that nobody has planned yet and puts a job for each person into the queue.
func (s *Service) planReminders(ctx context.Context, tx pgx.Tx, due []dueReminder, now time.Time) (int, error) {
	q := db.New(tx)
	var claim db.ClaimRemindersParams
	claim.Now = now
	for _, d := range due {
		claim.Orgs, claim.Shifts = append(claim.Orgs, d.shift.OrgID), append(claim.Shifts, d.shift.ID)
		claim.Kinds, claim.Starts = append(claim.Kinds, string(d.window.Kind)), append(claim.Starts, d.shift.StartsAt)
	}
	claimed, err := q.ClaimReminders(ctx, claim)
	if err != nil {
		return 0, fmt.Errorf("claim: %w", err)
	}
	type reminder struct {
		shift uuid.UUID
		kind  string
	}
	won := map[reminder]bool{}
	for _, c := range claimed {
		won[reminder{c.ShiftID, c.Kind}] = true
	}
	mine := map[uuid.UUID][]dueReminder{}
	for _, d := range due {
		if won[reminder{d.shift.ID, string(d.window.Kind)}] {
			mine[d.shift.ID] = append(mine[d.shift.ID], d)
		}
	}
	return s.queueReminders(ctx, tx, q, mine)
}

func (s *Service) queueReminders(ctx context.Context, tx pgx.Tx, q *db.Queries, mine map[uuid.UUID][]dueReminder) (int, error) {
	shifts := make([]uuid.UUID, 0, len(mine))
	for shift := range mine {
		shifts = append(shifts, shift)
	}
	planned := 0
	for after := uuid.Nil; len(shifts) > 0; {
		people, err := q.ListRegistered(ctx, shifts, after, remindPeople)
		if err != nil {
			return 0, fmt.Errorf("list who is registered: %w", err)
		}
		if len(people) == 0 {
			break
		}
		after = people[len(people)-1].ID
		var batch []river.JobArgs
		for _, p := range people {
			for _, d := range mine[p.ShiftID] {
				if d.window.Concerns(p.CreatedAt) && (d.window.Kind != events.RemindSoon || p.TextMe) {
					batch = append(batch, RemindArgs{SignupID: p.ID, What: d.window.Kind, StartsAt: d.shift.StartsAt})
				}
			}
		}
		if err := s.queue.InsertMany(ctx, tx, batch); err != nil {
			return 0, err
		}
		planned += len(batch)
	}
	return planned, nil
}

// SendReminder mails or texts one reminder, when it still says something true: the person is registered, the shift takes place
// at the time it was planned for, and it is not too late. Nor is it sent to somebody who wants none; the messenger sees to that.
func (s *Service) SendReminder(ctx context.Context, job RemindArgs) error {
	if s.mail == nil {
		return errNoMail
	}
	row, err := s.q.GetSignup(ctx, job.SignupID)
	if errors.Is(err, pgx.ErrNoRows) { // erased
		return nil
	}
	if err != nil {
		return fmt.Errorf("read sign-up %s: %w", job.SignupID, err)
	}
	if !s.stillDue(row, job) {
		return nil
	}
	if job.What == events.RemindSoon {
		return s.textSoon(ctx, row, job)
	}
	m, err := s.reminder(row, job.What)
	if err != nil {
		return fmt.Errorf("write the reminder of sign-up %s: %w", job.SignupID, err)
	}
	m.Key, m.Kind, m.Bulk, m.Scope, m.Unsubscribe = job.key(), job.Kind(), true, messages.Reminders, s.oneClickURL(job.SignupID)
	return s.mail.Deliver(ctx, m)
}

func (s *Service) stillDue(row db.GetSignupRow, job RemindArgs) bool {
	if !row.EventShift.StartsAt.Equal(job.StartsAt) {
		return false
	}
	now := s.now()
	for _, w := range s.windowsOf(row) {
		if w.Kind == job.What && w.Due(now, row.EventSignup.CreatedAt) {
			return true
		}
	}
	return false
}

// windowsOf are the reminders a sign-up may get at all: none when the person or the event is not coming, or the person did not.
func (s *Service) windowsOf(row db.GetSignupRow) []events.ReminderWindow {
	status, came := events.Status(row.EventDetail.Status), row.EventSignup.Attended
	if came != nil && !*came || row.EventSignup.Status != string(events.Registered) || row.EventShift.CancelledAt != nil || row.EventSignup.ErasedAt != nil ||
		status != events.Scheduled && status != events.MovedOnline {
		return nil
	}
	return s.reminderWindows(row.EventShift.StartsAt, row.EventShift.EndsAt, row.EventDetail.Timezone)
}

// canText reports whether the reminder by text can be promised to a sign-up, at a number or, "", at one that is not known yet.
func (s *Service) canText(row db.GetSignupRow, now time.Time, number string) bool {
	return s.texter(row.SmsNumber) != "" && s.windowsOf(row) != nil && s.textComes(s.event(row.EventDetail, now), row.EventShift.StartsAt, now, number)
}

// remindersOf are the mails and the text a person can still expect.
func (s *Service) remindersOf(row db.GetSignupRow, now time.Time) []events.Reminder {
	var out []events.Reminder
	for _, w := range s.windowsOf(row) {
		if !now.Before(w.From) || !w.Concerns(row.EventSignup.CreatedAt) {
			continue
		}
		r := events.Reminder{Kind: w.Kind, At: s.at(w.From, row.EventDetail.Timezone)}
		if w.Kind == events.RemindSoon {
			to := row.EventSignup.TextTo
			if to == "" || !s.canText(row, now, to) {
				continue
			}
			r.To = events.LastDigits(to)
		}
		out = append(out, r)
	}
	return out
}

// asksComing reports whether it is between the reminder of the day before, for those whom that concerns, and the end.
func (s *Service) asksComing(row db.GetSignupRow, now time.Time) bool {
	return now.Before(row.EventShift.EndsAt) && slices.ContainsFunc(s.windowsOf(row), func(w events.ReminderWindow) bool {
		return w.Kind == events.RemindTomorrow && !now.Before(w.From) && w.Concerns(row.EventSignup.CreatedAt)
	})
}

// reminder writes the mail.
func (s *Service) reminder(row db.GetSignupRow, what events.ReminderKind) (messages.Message, error) {
	signup, l := s.letter(row)
	n := notice{letter: l, StopURL: s.RemindersURL(row.EventSignup.ID)}
	subject, manage := signup.Event.Title, s.ManageURL(row.EventSignup.ID)
	n.Button = &button{"See or cancel your sign-up", manage, nil}
	switch what {
	case events.AskFeedback:
		rate := s.RateURL(row.EventSignup.ID)
		n.Heading = "How was it?"
		n.Lead = fmt.Sprintf("Hi %s, thank you for being part of %s. How was it for you? It takes a moment, and helps to make the next one better.", headerLine(signup.GivenName), n.Title)
		for stars := 5; stars >= 1; stars-- {
			n.Stars = append(n.Stars, star{Label: events.Stars(stars) + " " + events.StarsWord(stars), URL: fmt.Sprintf("%s?stars=%d", rate, stars)})
		}
		n.Button = &button{"Rate the event", rate, nil}
		n.Reason = "You get this mail because you were signed up for the event. This is the only time we ask."
		return s.compose(row, n, "How was it? "+subject, nil)
	case events.RemindToday:
		n.Heading = "See you today"
		n.Lead = fmt.Sprintf("Hi %s, %s is today. Here is everything you need.", headerLine(signup.GivenName), n.Title)
		subject = "Today: " + subject + ", " + signup.Shift.Start.Local().Format("3:04 PM MST")
	default:
		n.Heading = "See you tomorrow"
		n.Lead = fmt.Sprintf("Hi %s, %s is tomorrow. Please tell us that you are coming. If you cannot, please cancel, so that somebody else can have your place.", headerLine(signup.GivenName), n.Title)
		n.Button, n.Otherwise = &button{"Yes, I’m coming", manage + "#coming", nil}, &button{"No, cancel my sign-up", manage + "#cancel", nil}
		n.After = "Your place stays yours, whether you answer or not, unless you cancel."
		if row.EventSignup.ComingAt != nil { // before a change of the time
			n.Lead = fmt.Sprintf("Hi %s, %s is tomorrow. You said that you are coming. If you cannot, please cancel, so that somebody else can have your place.", headerLine(signup.GivenName), n.Title)
			n.Button, n.Otherwise, n.After = &button{"See or cancel your sign-up", manage, nil}, nil, ""
		}
		subject = s.subject("Tomorrow", signup)
	}
	n.details(signup)
	n.Reason = "You get this reminder because this address is signed up for the event. It stops when you cancel."
	return s.compose(row, n, subject, nil)
}
