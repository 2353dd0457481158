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
