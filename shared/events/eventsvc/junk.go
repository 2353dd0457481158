package eventsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// SignupsOf are the sign-ups of an address for an event, ended ones too, by id; none when there is no such event.
func (s *Service) SignupsOf(ctx context.Context, slug, email string) ([]events.SignupID, error) {
	e, err := s.q.GetEventBySlug(ctx, slug)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, pgdb.Fault(fmt.Errorf("find event %s: %w", slug, err))
	}
	ids, err := peopleOf(ctx, s, e.OrgID, func(q *db.Queries) ([]uuid.UUID, error) { return q.ListSignupsOf(ctx, slug, email) })
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list the sign-ups of an address: %w", err))
	}
	out := make([]events.SignupID, len(ids))
	for i, id := range ids {
		out[i] = events.SignupID{UUID: id}
	}
	return out, nil
}

// DeleteSignup takes out a sign-up that is junk, and its contact when a form made it and nothing else refers to it. Its
// seats go to those who wait. Nobody is told: the address is not that of whoever typed it. NotFound when there is none.
func (s *Service) DeleteSignup(ctx context.Context, signup events.SignupID) error {
	now := s.now()
	refusal, err := s.locked(ctx, now, signup.UUID, func(l *lockedShift) error {
		row, err := l.q.GetSignup(ctx, signup.UUID)
		if err != nil {
			return linked(err)
		}
		if row.EventSignup.Status == string(events.SignupCancelled) {
			return nil
		}
		_, err = l.move(ctx, row.EventSignup, change{status: events.SignupCancelled, reason: events.EndedJunk})
		return err
	}, func(l *lockedShift) error {
		if err := l.q.DeleteSignup(ctx, signup.UUID); err != nil {
			return fmt.Errorf("delete sign-up %s: %w", signup, err)
		}
		return nil
	})
	if err == nil {
		err = refusal
	}
	if errors.Is(err, fault.New(fault.Gone, "")) { // as a link would hear
		return fault.New(fault.NotFound, "There is no sign-up here: it may be deleted already.")
	}
	return pgdb.Fault(err)
}
