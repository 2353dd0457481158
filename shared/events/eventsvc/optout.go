package eventsvc

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

// OptOuts keeps which mails of an organisation an address does not want. Whoever sends mail asks it.
type OptOuts interface {
	OptOut(ctx context.Context, tx pgx.Tx, org orgs.ID, address string, scope messages.Scope) error
	OptIn(ctx context.Context, tx pgx.Tx, org orgs.ID, address string, scope messages.Scope) error
	OptedOut(ctx context.Context, from db.DBTX, org orgs.ID, address string, scope messages.Scope) (bool, error)
	TextsStopped(ctx context.Context, from db.DBTX, org orgs.ID, number string) (bool, error)
}

// remindersPurpose names what the tokens of the choice about reminders are for: one opens nothing else, as the people a mail
// is sent on to have it, too. It names a sign-up, of which the organisation and the address are meant.
const remindersPurpose = "events.reminders"

// RemindersURL is the secret link of the page where a person stops the reminders of an organisation.
func (s *Service) RemindersURL(signup uuid.UUID) string { return s.site + s.remindersPath(signup) }

func (s *Service) remindersPath(signup uuid.UUID) string {
	return "/reminders/" + s.signer.Token(remindersPurpose, signup)
}

// oneClickURL is where a mail program stops them by a POST (RFC 8058); "" where the site has no https, which that needs.
func (s *Service) oneClickURL(signup uuid.UUID) string {
	if !strings.HasPrefix(s.site, "https://") {
		return ""
	}
	return s.RemindersURL(signup) + "/stop"
}

// GetReminders opens the choice by the token of its link, and changes nothing. NotFound for a token that is not ours, Gone
// once the sign-up is erased.
func (s *Service) GetReminders(ctx context.Context, in events.RemindersIn) (events.ReminderChoice, error) {
	choice, _, err := s.remindersOfToken(ctx, in.Token)
	return choice, err
}

// SetReminders keeps the choice, once with one key, also against reminders that are in the queue, and returns what is kept. The faults are GetReminders'.
func (s *Service) SetReminders(ctx context.Context, in events.SetRemindersIn) (events.ReminderChoice, error) {
	_, row, err := s.remindersOfToken(ctx, in.Token)
	if err != nil {
		return events.ReminderChoice{}, err
	}
	org := orgs.ID{UUID: row.EventSignup.OrgID}
	keep := s.optOuts.OptIn
	if in.Stopped {
		keep = s.optOuts.OptOut
	}
	_, err = pgdb.Once(ctx, s.db, events.SetReminders.Name, in, func(ctx context.Context, tx pgx.Tx) (struct{}, error) {
		if err := pgdb.For(ctx, tx, org.UUID); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, keep(ctx, tx, org, row.EventSignup.Email, messages.Reminders)
	})
	if err != nil {
		return events.ReminderChoice{}, pgdb.Fault(err)
	}
	choice, _, err := s.remindersOfToken(ctx, in.Token)
	return choice, err
}

// remindersOfToken is the choice that a link opens, and the sign-up it names.
func (s *Service) remindersOfToken(ctx context.Context, token string) (choice events.ReminderChoice, row db.GetSignupRow, err error) {
	signup, err := s.signer.Open(remindersPurpose, token)
	if err != nil {
		return choice, row, err
	}
	err = s.withSignup(ctx, signup, func(tx pgx.Tx, q *db.Queries) (err error) {
		row, err = q.GetSignup(ctx, signup)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && row.EventSignup.ErasedAt != nil {
			return fault.New(fault.Gone, "This link has ended. Your latest mail has one that works.")
		}
		if err != nil {
			return err
		}
		choice = events.ReminderChoice{Address: events.MaskEmail(row.EventSignup.Email), Organisation: s.event(row.EventDetail, s.now()).Organisation}
		choice.Stopped, err = s.optOuts.OptedOut(ctx, tx, choice.Organisation.ID, row.EventSignup.Email, messages.Reminders)
		return err
	})
	return choice, row, pgdb.Fault(err)
}

// heed leaves of a sign-up's reminders those that its person wants: none for who stopped them, and no text to a number that did.
func (s *Service) heed(ctx context.Context, from db.DBTX, row db.GetSignupRow, signup *events.Signup) (err error) {
	if len(signup.Reminders) == 0 {
		return nil
	}
	org := signup.Event.Organisation.ID
	if signup.RemindersStopped, err = s.optOuts.OptedOut(ctx, from, org, row.EventSignup.Email, messages.Reminders); err != nil {
		return err
	}
	if signup.RemindersStopped {
		signup.Reminders, signup.CanText = nil, false
		return nil
	}
	if row.EventSignup.TextTo == "" || s.texter(row.SmsNumber) == "" {
		return nil
	}
	stopped, err := s.optOuts.TextsStopped(ctx, from, org, row.EventSignup.TextTo)
	if err != nil || !stopped {
		return err
	}
	signup.StartTexts = s.texter(row.SmsNumber)
	signup.Reminders = slices.DeleteFunc(signup.Reminders, func(r events.Reminder) bool { return r.Kind == events.RemindSoon })
	return nil
}
