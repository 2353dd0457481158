package eventsvc

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// MarkAttendance notes of sign-ups for an event whether the people came; nil takes back what was noted. All are marked or, with a
// fault about the first that cannot be, none; again it changes nothing. Who did not come is sent no mail about it that has not been
// sent yet. NotFound when the organisation has no such event or it no such sign-up, Conflict for a sign-up without a place, and when
// it says whether they came to what has not begun or does not take place. For operators.
func (s *Service) MarkAttendance(ctx context.Context, org, event string, signups []events.SignupID, came *bool) error {
	e, err := s.eventOf(ctx, org, event)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(signups))
	for i, signup := range signups {
		ids[i] = signup.UUID
	}
	err = s.db.TxFor(ctx, e.OrgID, func(tx pgx.Tx) error {
		q := db.New(tx)
		locked, err := q.LockEventForChange(ctx, e.ID) // so that it is not moved meanwhile
		if err != nil {
			return found(err, noEvent)
		}
		rows, err := q.LockSignupsToMark(ctx, e.OrgID, e.ID, ids)
		if err != nil {
			return err
		}
		byID := map[uuid.UUID]db.LockSignupsToMarkRow{}
		for _, r := range rows {
			byID[r.ID] = r
		}
		for _, id := range ids {
			r, ok := byID[id]
			if !ok {
				return fault.New(fault.NotFound, "The event has no sign-up %s.", id)
			}
			if err := s.canMark(r, locked, came != nil); err != nil {
				return err
			}
		}
		return q.MarkAttendance(ctx, came, e.OrgID, ids)
	})
	if err != nil {
		return pgdb.Fault(fmt.Errorf("mark who came to event %s: %w", event, err))
	}
	return nil
}

// canMark is the rule of attendance. What was noted by mistake can be taken back whatever became of the shift.
func (s *Service) canMark(r db.LockSignupsToMarkRow, e db.LockEventForChangeRow, says bool) error {
	switch events.SignupStatus(r.Status) {
	case events.Registered:
	case events.SignupCancelled:
		return fault.New(fault.Conflict, "Sign-up %s is cancelled.", r.ID)
	default:
		return fault.New(fault.Conflict, "Sign-up %s has no place: it is %s.", r.ID, r.Status)
	}
	status := events.Status(e.Status)
	switch {
	case !says:
		return nil
	case status == events.Cancelled || r.CancelledAt != nil:
		return fault.New(fault.Conflict, "What sign-up %s is for was cancelled, so nobody came.", r.ID)
	case status == events.Postponed:
		return fault.New(fault.Conflict, "The event is postponed, so nobody has come yet.")
	case s.now().Before(r.StartsAt):
		return fault.New(fault.Conflict, "The shift of sign-up %s has not begun: it begins %s (%s).", r.ID, r.StartsAt.In(s.location(e.Timezone)).Format(ClockLayout), e.Timezone)
	}
	return nil
}
