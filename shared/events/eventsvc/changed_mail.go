package eventsvc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
)

// ChangedArgs asks to tell one person what has changed since they were last told: SendChange.
type ChangedArgs struct {
	SignupID uuid.UUID `json:"signup_id"`
}

// Kind names the job.
func (ChangedArgs) Kind() string { return "events.changed" }

// InsertOpts lets the mail go after what somebody waits for on a page, and before reminders.
func (ChangedArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Priority: 2} }

// SendChange mails the difference between what the person was last told and what is, once for each version of the
// event: with the calendar entry that replaces the old one to those with a place, and as lineMail says to the others.
// Nothing, when that is none or the shift is over.
func (s *Service) SendChange(ctx context.Context, job ChangedArgs) error {
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
	signup := s.signupOf(row, s.now())
	ended := signup.Status == events.SignupCancelled
	if row.EventSignup.Told == nil || ended && signup.EndedReason != events.EndedByOrganiser {
		return nil
	}
	var was told
	if err := json.Unmarshal(row.EventSignup.Told, &was); err != nil {
		return fmt.Errorf("read what sign-up %s was told: %w", job.SignupID, err)
	}
	is := known(row.EventDetail, row.EventShift.StartsAt, row.EventShift.EndsAt, row.EventShift.CancelledAt)
	if is.Sequence <= was.Sequence {
		return nil
	}
	if err := s.tellDifference(ctx, row, signup, was, is); err != nil {
		return err
	}
	var state []byte // of what ended there is nothing to know any more
	if !ended {
		if state, err = json.Marshal(is); err != nil {
			return fmt.Errorf("write down what is known: %w", err)
		}
	}
	if err := s.q.SetTold(ctx, state, job.SignupID); err != nil {
		return fmt.Errorf("write down what sign-up %s was told: %w", job.SignupID, err)
	}
	return nil
}

// tellDifference mails what concerns the person, if anything does and it is not too late.
func (s *Service) tellDifference(ctx context.Context, row db.GetSignupRow, signup events.Signup, was, is told) error {
	was, is, differs := was.concerning(is, events.Mode(row.EventSignup.Attend), signup.Status, s.now())
	if !differs {
		return nil
	}
	return s.mailChange(ctx, row, was, is)
}

// known is what somebody knows after a mail about an event at that time.
func known(d db.EventDetail, starts, ends time.Time, cancelled *time.Time) told {
	return toldOf(db.LockEventForChangeRow{
		Timezone: d.Timezone, Status: d.Status, Mode: d.Mode, Venue: d.Venue, Line1: d.Line1, City: d.City, Region: d.Region,
		PostalCode: d.PostalCode, PlacePrivate: d.PlacePrivate, OnlineURL: d.OnlineURL, Sequence: d.Sequence,
	}, db.ListShiftStatesRow{StartsAt: starts, EndsAt: ends, CancelledAt: cancelled})
}

func (s *Service) mailChange(ctx context.Context, row db.GetSignupRow, was, is told) error {
	n := notice{}
	var err error
	if n.Notes, err = s.changeNotes(ctx, row.EventDetail.ID, row.EventShift.ID, was); err != nil {
		return err
	}
	if is.Cancelled {
		if n.Alternatives, err = s.alternatives(ctx, row); err != nil {
			return err
		}
	}
	write := s.changeMail
	if row.EventSignup.Status != string(events.Registered) {
		write = s.lineMail
	}
	m, err := write(row, n, was, is)
	if err != nil {
		return fmt.Errorf("write the change for sign-up %s: %w", row.EventSignup.ID, err)
	}
	m.Key, m.Kind, m.Bulk = fmt.Sprintf("events.changed/%s/%d", row.EventSignup.ID, is.Sequence), ChangedArgs{}.Kind(), true
	return s.mail.Deliver(ctx, m)
}

// changeNotes are what the organiser said since.
func (s *Service) changeNotes(ctx context.Context, event, shift uuid.UUID, was told) (paragraphs []string, err error) {
	notes, err := s.q.ListChangeNotes(ctx, event, shift, int32(was.Sequence))
	if err != nil {
		return nil, fmt.Errorf("read the organiser's notes: %w", err)
	}
	for _, note := range notes {
		paragraphs = append(paragraphs, paragraphsOf(note)...)
	}
	return paragraphs, nil
}

func (s *Service) alternatives(ctx context.Context, row db.GetSignupRow) ([]alternative, error) {
	rows, err := s.q.ListAlternatives(ctx, db.ListAlternativesParams{
		Now: s.now(), ShiftID: row.EventShift.ID, OrgID: row.EventDetail.OrgID, EventID: row.EventDetail.ID,
	})
	if err != nil {
		return nil, fmt.Errorf("look for alternatives: %w", err)
	}
	out := make([]alternative, len(rows))
	for i, r := range rows {
		where := join(", ", r.City, r.Region)
		if events.Mode(r.Mode) == events.Online || events.Status(r.Status) == events.MovedOnline {
			where = whereOnline
		}
		out[i] = alternative{Title: headerLine(r.Title), Where: where, URL: s.site + "/e/" + r.Slug, When: s.whenLine(r.StartsAt, r.EndsAt, r.Timezone)}
	}
	return out, nil
}

func (s *Service) whenLine(start, end time.Time, zone string) string {
	day, hours := when(events.Shift{Start: s.at(start, zone), End: s.at(end, zone)})
	return join(", ", day, hours)
}

// changeMail says what was and what is to somebody who has a place.
func (s *Service) changeMail(row db.GetSignupRow, n notice, was, is told) (messages.Message, error) {
	var signup events.Signup
	signup, n.letter = s.letter(row)
	hi := "Hi " + headerLine(signup.GivenName) + ", "
	n.Reason = "You get this mail because this address is signed up for the event."
	var subject string
	method := ics.Publish
	switch {
	case is.Cancelled:
		n.Cancelled, method, subject = true, ics.Cancel, "Event cancelled"
		n.Heading = "This event is cancelled"
		if signup.Event.Status != events.Cancelled {
			n.Heading = "Your time is cancelled"
		}
		n.Lead = hi + "we are sorry: what you signed up for does not take place. You do not need to do anything."
		n.After = "The attached file takes the event out of your calendar."
	case is.Status == events.Postponed:
		n.Cancelled, subject = true, "Postponed"
		n.Heading = "This event is postponed"
		n.Lead = hi + "it does not take place at the time you know, and there is no new one yet. You keep your place, and we write to you when there is a date."
		n.Button = &button{"See or cancel your sign-up", s.ManageURL(row.EventSignup.ID), nil}
		n.After = "The attached file marks the entry in your calendar as uncertain."
	default:
		n.Changes = s.differences(signup.Event.Zone, was, is)
		n.Heading, subject = changeHeading(was, is)
		n.Lead = hi + "something about " + n.Title + " is different now. Please see whether you can still make it."
		n.details(signup)
		n.Button = &button{"See or cancel your sign-up", s.ManageURL(row.EventSignup.ID), nil}
		n.After = "The attached file updates the entry in your calendar."
	}
	return s.compose(row, n, s.subject(subject, signup), &ics.Calendar{Method: method, Entries: []ics.Entry{s.signupEntry(signup, row)}})
}

func changeHeading(was, is told) (heading, subject string) {
	moved := !was.Start.Equal(is.Start) || !was.End.Equal(is.End)
	switch {
	case was.Cancelled:
		return "It takes place after all", "On again"
	case was.Status == events.Postponed:
		return "There is a new date", "New date"
	case is.Where == whereOnline && was.Where != whereOnline:
		return "This event moved online", "Moved online"
	case moved && was.Where == is.Where:
		return "There is a new time", "New time"
	case !moved && was.Where != is.Where:
		return "There is a new place", "New place"
	case !moved && was.Online != is.Online:
		return "There is a new link", "New link"
	}
	return "Something has changed", "Changed"
}

// differences are the parts that changed and concern the person.
func (s *Service) differences(zone string, was, is told) []difference {
	var out []difference
	add := func(what, before, after string) {
		if before != after {
			out = append(out, difference{what, before, after})
		}
	}
	add("When", s.whenLine(was.Start, was.End, zone), s.whenLine(is.Start, is.End, zone))
	add("Where", was.Where, is.Where)
	if is.Online != "" {
		add("Online link", webURL(was.Online), webURL(is.Online))
	}
	return out
}
