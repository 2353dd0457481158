package eventsvc

import (
	"context"
	"fmt"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/pgdb"
)

// GetEmbed says which websites may show the organisation's embeds; for one that is not there, none.
func (s *Service) GetEmbed(ctx context.Context, in events.EmbedIn) (events.EmbedOut, error) {
	if !events.ValidSlug(in.Org) {
		return events.EmbedOut{Origins: []string{}}, nil
	}
	origins, err := s.q.ListEmbedOrigins(ctx, in.Org)
	if err != nil {
		return events.EmbedOut{}, pgdb.Fault(fmt.Errorf("list the websites of %s: %w", in.Org, err))
	}
	return events.EmbedOut{Origins: append([]string{}, origins...)}, nil
}

// AllowEmbed lets a website show the organisation's embeds; allowing it again changes nothing. NotFound when there is no
// such organisation, Invalid for what is not the address of a website. For operators.
func (s *Service) AllowEmbed(ctx context.Context, org, address string) error {
	origin, err := events.EmbedOrigin(address)
	if err != nil {
		return err
	}
	if _, err := s.q.GetOrganization(ctx, org); err != nil {
		return found(err, noOrganisation)
	}
	if _, err := s.q.AllowEmbedOrigin(ctx, origin, s.now(), org); err != nil {
		return pgdb.Fault(fmt.Errorf("allow %s for %s: %w", origin, org, err))
	}
	return nil
}

// ForbidEmbed takes the website from the list again. NotFound when it is not there. For operators.
func (s *Service) ForbidEmbed(ctx context.Context, org, address string) error {
	origin, err := events.EmbedOrigin(address)
	if err != nil {
		return err
	}
	n, err := s.q.ForbidEmbedOrigin(ctx, org, origin)
	if err != nil {
		return pgdb.Fault(fmt.Errorf("forbid %s for %s: %w", origin, org, err))
	}
	if n == 0 {
		return fault.New(fault.NotFound, "%s is not on the list of %s.", origin, org)
	}
	return nil
}
