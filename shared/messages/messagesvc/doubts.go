package messagesvc

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

// SweepLost turns deliveries whose attempt never said how it went into `unknown`, and says how many. Each is logged.
func (s *Service) SweepLost(ctx context.Context) (int, error) {
	rows, err := s.q.DoubtLostDeliveries(ctx, s.now())
	if err != nil {
		return 0, fmt.Errorf("sweep lost deliveries: %w", err)
	}
	for _, r := range rows {
		s.doubt(ctx, r.ID, r.OrgID, r.Kind)
	}
	return len(rows), nil
}

// Doubt is a delivery of which nobody knows whether it was sent. MessageID finds it in the mail server's log.
type Doubt struct {
	ID        uuid.UUID
	OrgID     orgs.ID
	Kind      string
	Key       string
	Channel   string // email or sms
	MessageID string // of a text the provider's, which may be ""
	Reason    string
	Since     time.Time
}

// Unknown lists the deliveries in doubt, the newest thousand. They are never resent by themselves.
func (s *Service) Unknown(ctx context.Context) ([]Doubt, error) {
	rows, err := s.q.ListUnknownDeliveries(ctx, 1000)
	if err != nil {
		return nil, fmt.Errorf("list unknown deliveries: %w", pgdb.Fault(err))
	}
	doubts := make([]Doubt, len(rows))
	for i, r := range rows {
		doubts[i] = Doubt{ID: r.ID, OrgID: orgs.ID{UUID: r.OrgID}, Kind: r.Kind, Key: r.Key, Channel: r.Channel, MessageID: r.MessageID, Reason: r.Reason, Since: r.UpdatedAt}
	}
	return doubts, nil
}

// CountUnknown counts them all, for the metrics.
func (s *Service) CountUnknown(ctx context.Context) (int64, error) {
	n, err := s.q.CountUnknownDeliveries(ctx)
	if err != nil {
		return 0, fmt.Errorf("count unknown deliveries: %w", err)
	}
	return n, nil
}

func (s *Service) doubt(ctx context.Context, id, org uuid.UUID, kind string) {
	s.cfg.Observe(kind, "unknown")
	s.log.WarnContext(ctx, "delivery lost its attempt: sent or not is unknown", "delivery", id, "org_id", org, "kind", kind)
}
