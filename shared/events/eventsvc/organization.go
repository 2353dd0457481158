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

// Verifies reports whether an organisation wants sign-ups confirmed by the link in a mail. NotFound when there is no such
// organisation. For operators.
func (s *Service) Verifies(ctx context.Context, org string) (bool, error) {
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return false, found(err, noOrganisation)
	}
	return row.VerifySignups, nil
}

// SetVerifies says whether it does from now on. Whoever has a place keeps it, and what is held until it is confirmed stays so.
// NotFound when there is no such organisation. For operators.
func (s *Service) SetVerifies(ctx context.Context, org string, on bool) error {
	n, err := s.q.SetVerification(ctx, on, s.now(), org)
	if err == nil && n == 0 {
		err = pgx.ErrNoRows
	}
	return found(err, noOrganisation)
}

// Hosting reports whether volunteers may host events for an organisation. NotFound when there is none by that slug. For operators.
func (s *Service) Hosting(ctx context.Context, org string) (bool, error) {
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return false, found(err, noOrganisation)
	}
	return row.Hosting, nil
}

// SetHosting says whether they may from now on; what they asked for already stays. NotFound as Hosting. For operators.
func (s *Service) SetHosting(ctx context.Context, org string, on bool) error {
	n, err := s.q.SetHosting(ctx, on, s.now(), org)
	if err == nil && n == 0 {
		err = pgx.ErrNoRows
	}
	return found(err, noOrganisation)
}
