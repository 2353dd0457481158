package eventsvc

import (
	"context"
	"fmt"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// GetRelated returns what leads on from a listed event: nothing from drafts and from events that are not public.
func (s *Service) GetRelated(ctx context.Context, in events.RelatedIn) (events.Related, error) {
	if !events.ValidSlug(in.Slug) {
		return events.Related{}, fault.New(fault.NotFound, noEvent)
	}
	now := s.now()
	rows, err := s.q.ListRelated(ctx, now, in.Slug, now.Add(-longestRow))
	if err != nil {
		return events.Related{}, pgdb.Fault(fmt.Errorf("list what is related to event %s: %w", in.Slug, err))
	}
	out := events.Related{Now: now}
	for _, r := range rows {
		card := s.card(db.ListCardsRow(r))
		if r.InSeries {
			out.Dates = append(out.Dates, card)
		} else {
			out.Similar = append(out.Similar, card)
		}
	}
	return out, nil
}
