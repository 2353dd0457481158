package messagesvc

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/pgdb"
	"groundswell/shared/sms"
)

// Text sends the text from its organisation's number, and promises what Deliver does; where nobody sends texts, or the organisation
// has no number, it is refused, and so is one to a number that had messages.MostTexts of the organisation within a day, or whose turn in
// the line of its sender would not come before t.Till. A text that may have gone is never sent again. A number that the provider says has stopped is
// suppressed.
func (s *Service) Text(ctx context.Context, t messages.Text) error {
	if err := t.Validate(); err != nil {
		return err
	}
	p := post{
		channel: "sms", key: t.Key, kind: t.Kind, org: t.OrgID.UUID, to: t.To, scope: t.Scope, wisher: t.Email,
		line: func(now time.Time) (time.Duration, time.Time) { return s.textLine(t.Body), now },
		send: func(ctx context.Context, c claim) (string, error) {
			return s.cfg.Texter.Send(ctx, sms.Text{From: c.sender, To: t.To, Body: t.Body, Status: s.reportsOn(c.id)})
		},
	}
	if p.till = &t.Till; t.Till.IsZero() {
		p.till = nil
	}
	if s.cfg.Texter == nil {
		p.refused = "no provider"
	}
	return s.post(ctx, p)
}

// textLine is how long a text holds up the next from its number: carriers count segments, and take them evenly spaced.
func (s *Service) textLine(body string) time.Duration {
	if s.cfg.PerNumber <= 0 {
		return 0
	}
	return time.Duration(sms.Segments(body)) * time.Minute / time.Duration(s.cfg.PerNumber)
}

func (s *Service) reportsOn(delivery uuid.UUID) string {
	if s.cfg.Reports == "" {
		return ""
	}
	return s.cfg.Reports + "?delivery=" + delivery.String()
}

// Report is what the provider posts about a text.
type Report struct {
	Delivery uuid.UUID
	ID       string // the provider's for it
	Status   string // the provider's word for how it stands
	Code     int    // of its failure
}

// Told writes down what became of a text: the provider has it, the phone has it, or it failed. It resolves a doubt. Reports may come
// twice, late and in any order: none takes back a better or a worse end, and nothing is ever sent again because of one. NotFound:
// there is no such text.
func (s *Service) Told(ctx context.Context, r Report) error {
	if r.ID == "" || len(r.ID) > sms.LongestID {
		return fault.New(fault.NotFound, "There is no such text.")
	}
	changed, kind := "", ""
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		changed = ""
		q := db.New(tx)
		if err := q.ForDelivery(ctx, r.Delivery); err != nil {
			return err
		}
		row, err := q.LockText(ctx, r.Delivery)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && row.MessageID != "" && row.MessageID != r.ID {
			return fault.New(fault.NotFound, "There is no such text.")
		}
		if err != nil {
			return err
		}
		if sms.Stopped(r.Code) {
			if err := s.stop(ctx, q, stopped(row.OrgID, row.ID, row.Recipient, row.RecipientHash)); err != nil {
				return err
			}
		}
		status, delivered, reason := r.ends(row.Status, row.Delivered)
		if status == row.Status && delivered == row.Delivered {
			return nil
		}
		if changed, kind = status, row.Kind; delivered {
			changed = "delivered"
		}
		return q.TellText(ctx, db.TellTextParams{ID: row.ID, Status: status, Reason: reason, MessageID: r.ID, Delivered: delivered, Now: s.now()})
	})
	if err != nil {
		return fmt.Errorf("note what became of a text: %w", pgdb.Fault(err))
	}
	if changed != "" {
		s.cfg.Observe(kind, changed)
	}
	return nil
}

// ends is how a text stands that stood so before the report.
func (r Report) ends(status string, delivered bool) (string, bool, string) {
	switch r.Status {
	case "accepted", "scheduled", "queued", "sending", "sent", "delivered", "read":
		if status != "failed" {
			return "sent", delivered || r.Status == "delivered" || r.Status == "read", ""
		}
	case "undelivered", "failed", "canceled":
		if status != "failed" && !delivered {
			return "failed", false, fmt.Sprintf("%s %d", r.Status, r.Code)
		}
	}
	return status, delivered, ""
}

// consent is what one person told one organisation, named by where it was said.
type consent struct {
	id      uuid.UUID
	org     uuid.UUID
	number  string // "" when only its hash is known
	hash    []byte
	method  string // keyword or provider
	wording string
}

// stopped is the consent taken back that the provider knew of when it was to send the delivery.
func stopped(org, delivery uuid.UUID, number string, hash []byte) consent {
	return consent{uuid.NewSHA1(delivery, []byte("stopped")), org, number, hash, "provider", "the person told the provider to stop"}
}

// stoppedElsewhere keeps what the provider said when it refused the post.
func (s *Service) stoppedElsewhere(ctx context.Context, p post, c claim) error {
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		return s.stop(ctx, db.New(tx), stopped(p.org, c.id, p.to, hashOf(p.to)))
	})
	if err != nil {
		return fmt.Errorf("suppress a number that has stopped: %w", err)
	}
	return nil
}

func hashOf(number string) []byte {
	sum := sha256.Sum256([]byte(number))
	return sum[:]
}

// stop ends the texts of the organisation to the number; the same consent does it once, so that a post that comes again takes back
// nothing that was said since.
func (s *Service) stop(ctx context.Context, q *db.Queries, c consent) error {
	n, err := s.note(ctx, q, c, "opt_out")
	if err != nil || n == 0 {
		return err
	}
	return q.StopTexts(ctx, db.StopTextsParams{ID: c.id, OrgID: c.org, AddressHash: c.hash, Now: s.now()})
}

// start takes stop back, also once.
func (s *Service) start(ctx context.Context, q *db.Queries, c consent) error {
	n, err := s.note(ctx, q, c, "opt_in")
	if err != nil || n == 0 {
		return err
	}
	return q.StartTexts(ctx, c.org, c.hash)
}

func (s *Service) note(ctx context.Context, q *db.Queries, c consent, status string) (int64, error) {
	return q.AddConsent(ctx, db.AddConsentParams{
		ID: c.id, OrgID: c.org, Address: c.number, AddressHash: c.hash, Status: status, Method: c.method, Wording: c.wording, Now: s.now(),
	})
}
