package eventsvc

import (
	"context"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events"
)

// mostGuestEvents bounds the events of others on an organisation's page.
const mostGuestEvents = 12

// guestEvents are the next events of others that the organisation hosts or promotes, each marked with its role.
func (s *Service) guestEvents(ctx context.Context, org uuid.UUID, now time.Time) ([]events.Card, error) {
	rows, err := s.q.ListGuestEvents(ctx, now, org, mostGuestEvents)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids, starts := make([]uuid.UUID, len(rows)), make([]time.Time, len(rows))
	roles := map[uuid.UUID]events.HostRole{}
	for i, r := range rows {
		ids[i], starts[i], roles[r.EventID] = r.EventID, r.StartsAt, events.HostRole(r.Role)
	}
	cards, err := s.q.ListCards(ctx, ids, starts, now)
	if err != nil {
		return nil, err
	}
	var out []events.Card
	for _, r := range cards {
		c := s.card(r)
		c.Role = roles[r.ID]
		out = append(out, c)
	}
	return out, nil
}
