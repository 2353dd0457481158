package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// linkLife is how long after a shift's end the link to a sign-up still opens.
const linkLife = 30 * 24 * time.Hour

const noSignup = "There is no sign-up here. Please open the link from the mail again."

// GetSignup opens a sign-up by the token of its link, with the full address and the online link. NotFound for a token
// that is not ours, Gone 30 days after the shift.
func (s *Service) GetSignup(ctx context.Context, in events.SignupIn) (events.Signup, error) {
	signup, err := s.signer.Open(purpose, in.Token)
	if err != nil {
		return events.Signup{}, err
	}
	out, err := s.signup(ctx, s.q, signup)
	return out, pgdb.Fault(err)
}

// CancelRSVP gives the seats back and puts the cancellation in the post, once: cancelling again changes nothing and
// answers the same. Gone when the shift is over.
func (s *Service) CancelRSVP(ctx context.Context, in events.SignupIn) (events.Signup, error) {
	signup, err := s.signer.Open(purpose, in.Token)
	if err != nil {
		return events.Signup{}, err
	}
	var out events.Signup
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		out, err = s.cancel(ctx, tx, signup)
		return err
	})
	if err != nil {
		return events.Signup{}, pgdb.Fault(err)
	}
	return out, nil
}

func (s *Service) cancel(ctx context.Context, tx pgx.Tx, signup uuid.UUID) (events.Signup, error) {
	q := db.New(tx)
	if _, err := q.LockSignupShift(ctx, signup); err != nil {
		return events.Signup{}, found(err, noSignup)
	}
	out, err := s.signup(ctx, q, signup)
	if err != nil || out.Status == events.SignupCancelled {
		return out, err
	}
	now := s.now()
	if err := out.CanCancel(now); err != nil {
		return events.Signup{}, err
	}
	sequence, err := q.CancelSignup(ctx, now, signup)
	if errors.Is(err, pgx.ErrNoRows) {
		return events.Signup{}, fmt.Errorf("cancel sign-up %s: it changed under the lock", signup)
	}
	if err != nil {
		return events.Signup{}, fmt.Errorf("cancel sign-up %s: %w", signup, err)
	}
	if err := s.enqueue(ctx, tx, CancelledArgs{signup, int(sequence), now.Unix()}); err != nil {
		return events.Signup{}, err
	}
	return s.signup(ctx, q, signup)
}

// signup reads a sign-up for the person it belongs to.
func (s *Service) signup(ctx context.Context, q *db.Queries, signup uuid.UUID) (events.Signup, error) {
	row, err := q.GetSignup(ctx, signup)
	if err != nil {
		return events.Signup{}, found(err, noSignup)
	}
	now := s.now()
	if now.After(row.EventShift.EndsAt.Add(linkLife)) {
		return events.Signup{}, fault.New(fault.Gone, "This link has ended: the event was over a month ago.")
	}
	out := s.signupOf(row, now)
	out.Event.Shifts, err = s.shifts(ctx, q, row.EventDetail.ID, row.EventDetail.Timezone, now)
	return out, err
}

func (s *Service) signupOf(row db.GetSignupRow, now time.Time) events.Signup {
	g, d, shift := row.EventSignup, row.EventDetail, row.EventShift
	out := events.Signup{
		ID: events.SignupID{UUID: g.ID}, Status: events.SignupStatus(g.Status), GivenName: g.GivenName, FamilyName: g.FamilyName,
		Email: g.Email, PartySize: int(g.PartySize), Attend: events.Mode(g.Attend),
		Event: s.event(d, now),
		Shift: s.shift(db.ListShiftsRow{
			ID: shift.ID, Name: shift.Name, StartsAt: shift.StartsAt, EndsAt: shift.EndsAt, Capacity: shift.Capacity, Taken: shift.Taken,
			CancelledAt: shift.CancelledAt,
		}, d.Timezone),
		Instructions: d.Instructions, Reminders: s.remindersOf(row, now),
	}
	if shift.Instructions != "" {
		out.Instructions = shift.Instructions
	}
	if out.Status == events.SignupCancelled { // no longer for them to know
		out.Event, out.Instructions = publicly(out.Event), ""
		return out
	}
	if d.Mode != string(events.InPerson) || d.Status == string(events.MovedOnline) {
		out.OnlineURL = d.OnlineURL
	}
	return out
}
