package eventsvc

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/internal/db"
)

// EraseSignups takes the persons out of the sign-ups of shifts that ended before a moment, thousands at a time, and says
// out of how many. What was counted stays.
func (s *Service) EraseSignups(ctx context.Context, before time.Time) (int64, error) {
	const most = 5000
	for total := int64(0); ; {
		n, err := s.q.EraseSignups(ctx, s.now(), before, most)
		if err != nil {
			return total, fmt.Errorf("erase old sign-ups: %w", err)
		}
		if total += n; n < most {
			return total, nil
		}
	}
}

// EraseContacts takes the persons out of the contacts that sign-ups made, when nobody dealt with them since a moment and
// all of their sign-ups are erased: thousands at a time; it says out of how many. A contact that the organisation brought
// itself stays.
func (s *Service) EraseContacts(ctx context.Context, before time.Time) (int64, error) {
	const most = 5000
	after := uuid.Nil
	for total := int64(0); ; {
		erased, err := s.q.EraseContacts(ctx, db.EraseContactsParams{After: after, Before: before, Most: most, Now: s.now()})
		if err != nil {
			return total, fmt.Errorf("erase old contacts: %w", err)
		}
		if total += int64(len(erased)); len(erased) < most {
			return total, nil
		}
		after = erased[most-1]
	}
}

// How long an event is kept that a volunteer wants to host: after the last mail, while the address is not confirmed, and after it was rejected, or was
// over without a decision.
const (
	unconfirmedFor = 7 * 24 * time.Hour
	rejectedFor    = 90 * 24 * time.Hour
)

// DeleteHostings deletes events that a volunteer wanted to host and did not confirm within seven days, or that were rejected over
// ninety days ago, or ended then without a decision, and says how many.
func (s *Service) DeleteHostings(ctx context.Context) (int64, error) {
	now := s.now()
	n, err := s.q.DeleteHostings(ctx, now.Add(-unconfirmedFor), now.Add(-rejectedFor))
	if err != nil {
		return 0, fmt.Errorf("delete what nobody hosts: %w", err)
	}
	return n, nil
}

// EraseHosts takes the persons out of events that volunteers hosted and that ended before a moment, with the address of a private home, and says out
// of how many. Their links open nothing any more.
func (s *Service) EraseHosts(ctx context.Context, before time.Time) (int64, error) {
	n, err := s.q.EraseHosts(ctx, before)
	if err != nil {
		return 0, fmt.Errorf("erase old hosts: %w", err)
	}
	return n, nil
}
