package eventsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

// OrganizationOf is the organisation whose form it is; the zero value when the time is none of ours.
func (s *Service) OrganizationOf(ctx context.Context, in events.RSVPIn) (orgs.ID, error) {
	shifts := in.Shifts()
	if len(shifts) == 0 {
		return orgs.ID{}, nil
	}
	org, err := s.q.GetShiftOrganization(ctx, shifts[0].UUID)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return orgs.ID{}, nil
	case err != nil:
		return orgs.ID{}, pgdb.Fault(fmt.Errorf("find the organisation of shift %s: %w", shifts[0], err))
	}
	return orgs.ID{UUID: org}, nil
}
