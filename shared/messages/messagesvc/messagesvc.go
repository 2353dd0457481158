// Package messagesvc sends messages, each once: a ledger with a unique key stands between the jobs, which may run twice
// or late, and the mail server, which cannot be asked what it has. It runs on servers only and knows no feature whose
// messages it sends.
package messagesvc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/internal/db"
	"groundswell/shared/jobs"
	"groundswell/shared/mail"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
)

// lease is how long an attempt may take to say how it went: longer than the longest conversation with the server.
const lease = mail.Longest + 35*time.Second

// Mailer hands a mail to a server. Errors are *mail.Error.
type Mailer interface {
	Send(ctx context.Context, m mail.Mail) error
	MessageID(key string) string
}

// Config is what the service works with.
type Config struct {
	DB      *pgdb.DB
	Mailer  Mailer
	Now     func() time.Time // the clock of the leases
	Log     *slog.Logger
	Observe func(kind, status string) // is told how each message ended; nil: nobody

	PerDomain int    // the most mails a minute to one recipient domain; zero: as many as there are
	Returns   string // the address that bounces come to, which takes +tokens; "": the sender's
	Signer    *signedlink.Signer
}

// Service keeps the ledger. It is safe for concurrent use, by many processes.
type Service struct {
	cfg  Config
	db   *pgdb.DB
	q    *db.Queries
	mail Mailer
	now  func() time.Time
	log  *slog.Logger
}

// New makes a service. DB, Mailer, Now and Log are needed, and Signer with Returns.
func New(cfg Config) *Service {
	if cfg.Observe == nil {
		cfg.Observe = func(string, string) {}
	}
	return &Service{
		cfg: cfg, db: cfg.DB, q: db.New(cfg.DB), mail: cfg.Mailer, log: cfg.Log,
		now: func() time.Time { return cfg.Now().UTC().Truncate(time.Microsecond) },
	}
}

// Deliver sends the message unless its key was sent, refused or left in doubt before, or the address is suppressed. It
// returns nil when nothing is left to do, sent or not; an Invalid fault when the message cannot be sent as it is; jobs.Later
// when it is not its turn; any other error means: call again later with the same key. Nothing but the ledger's row is
// stored.
func (s *Service) Deliver(ctx context.Context, m messages.Message) error {
	if err := m.Validate(); err != nil {
		return err
	}
	// A claim is not given up midway: it could be ours without our knowing, and then nobody would send.
	claiming, cancel := bounded(ctx)
	defer cancel()
	c, err := s.claim(claiming, m)
	if err != nil || !c.send {
		return err
	}
	err = s.mail.Send(ctx, mail.Mail{
		ID: c.messageID, To: m.To, ToName: m.ToName, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		Attachments: attachments(m.Attachments), Unsubscribe: m.Unsubscribe, ReturnTo: s.returnPath(c.id),
	})
	return s.settle(ctx, c, m.Kind, err)
}

// bounded is a context for what has to be written down whatever becomes of ctx.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}

// claim is the right to speak to the mail server about one delivery.
type claim struct {
	send      bool
	id        uuid.UUID
	token     uuid.UUID
	messageID string
}

// claim commits the state `sending` before anything is sent. An opt-out that was committed before the claim began wins.
func (s *Service) claim(ctx context.Context, m messages.Message) (claim, error) {
	c := claim{id: uuid.Must(uuid.NewV7()), token: uuid.New(), messageID: s.mail.MessageID(m.OrgID.String() + "/" + m.Key)}
	now := s.now()
	step, earliest := s.line(m.Bulk, now)
	row, err := s.q.OpenDelivery(ctx, db.OpenDeliveryParams{
		ID: c.id, OrgID: m.OrgID.UUID, Key: m.Key, Kind: m.Kind, Recipient: m.To, MessageID: c.messageID, Token: c.token, LeaseUntil: now.Add(lease),
		Domain: domainOf(m.To), Scope: string(m.Scope), Bulk: m.Bulk, Step: interval(step), Earliest: earliest, First: earliest.Add(step), Now: now,
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return s.claimAgain(ctx, m, c)
	case err != nil: // perhaps it is ours all the same, and then nothing was sent yet
		returning, cancel := bounded(ctx) // ctx may have ended with the statement
		defer cancel()
		_, _ = s.q.FinishDelivery(returning, db.FinishDeliveryParams{ID: c.id, Token: c.token, Status: "pending", Reason: "claim", Now: s.now()})
		return claim{}, fmt.Errorf("open a delivery: %w", err)
	case row.Status == "sending":
		c.send = true
		return c, nil
	case row.SendAfter != nil:
		return claim{}, jobs.Later(row.SendAfter.Sub(now))
	}
	s.cfg.Observe(m.Kind, "suppressed")
	return c, nil
}

// claimAgain is claim for a key that the ledger knows.
func (s *Service) claimAgain(ctx context.Context, m messages.Message, c claim) (claim, error) {
	lost, refused := false, false
	wait := time.Duration(0)
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		c.send, lost, refused, wait = false, false, false, 0
		q, now := db.New(tx), s.now()
		row, err := q.LockDelivery(ctx, m.OrgID.UUID, m.Key)
		if err != nil {
			return fmt.Errorf("open the delivery: %w", err)
		}
		c.id = row.ID
		switch {
		case row.Status == "sending" && row.LeaseUntil != nil && now.Before(*row.LeaseUntil):
			wait = row.LeaseUntil.Sub(now) // another attempt has it; how that ended is known then
			return nil
		case row.Status == "sending":
			lost = true
			return q.DoubtDelivery(ctx, now, row.ID)
		case row.Status != "pending":
			return nil
		}
		suppressed, err := q.IsSuppressed(ctx, m.To, m.OrgID.UUID, string(m.Scope))
		if err != nil {
			return fmt.Errorf("look for suppressions: %w", err)
		}
		if suppressed {
			refused = true
			return q.RefuseDelivery(ctx, "suppressed", now, row.ID)
		}
		if row.SendAfter != nil && row.SendAfter.After(now) {
			wait = row.SendAfter.Sub(now)
			return nil
		}
		c.send = true
		return q.ClaimDelivery(ctx, db.ClaimDeliveryParams{ID: row.ID, Token: c.token, LeaseUntil: now.Add(lease), Now: now})
	})
	if err != nil {
		return claim{}, fmt.Errorf("claim a delivery: %w", err)
	}
	if lost {
		s.doubt(ctx, c.id, m.OrgID.UUID, m.Kind)
	}
	if refused {
		s.cfg.Observe(m.Kind, "suppressed")
	}
	if wait > 0 {
		return claim{}, jobs.Later(wait)
	}
	return c, nil
}

// settle writes how the attempt went, whatever became of ctx meanwhile. When that fails the row stays `sending`, and
// becomes `unknown` once its lease has ended.
func (s *Service) settle(ctx context.Context, c claim, kind string, sent error) error {
	settling, cancel := bounded(ctx)
	defer cancel()
	end := result(sent)
	n, err := s.q.FinishDelivery(settling, db.FinishDeliveryParams{ID: c.id, Token: c.token, Status: end.status, Reason: end.reason, Now: s.now()})
	if err != nil {
		return fmt.Errorf("record delivery %s as %s: %w", c.id, end.status, err)
	}
	s.cfg.Observe(kind, end.status)
	attrs := []any{"delivery", c.id, "kind", kind, "status", end.status, "reason", end.reason}
	switch {
	case n == 0: // this process slept past its lease
		s.log.WarnContext(ctx, "delivery ended after its lease", attrs...)
		return nil
	case end.status == "sent":
		return nil
	case end.status == "pending":
		return fmt.Errorf("deliver %s: %w", c.id, sent)
	}
	s.log.WarnContext(ctx, "message not delivered", attrs...)
	return nil
}

// ending is a status with its reason.
type ending struct{ status, reason string }

func result(sent error) ending {
	var failure *mail.Error
	switch {
	case sent == nil:
		return ending{"sent", ""}
	case !errors.As(sent, &failure):
		return ending{"unknown", "error"} // a mailer that breaks its promise
	case failure.Outcome == mail.Permanent:
		return ending{"failed", failure.Reason()}
	case failure.Outcome == mail.Temporary:
		return ending{"pending", failure.Reason()}
	}
	return ending{"unknown", failure.Reason()}
}

func (s *Service) doubt(ctx context.Context, id, org uuid.UUID, kind string) {
	s.cfg.Observe(kind, "unknown")
	s.log.WarnContext(ctx, "delivery lost its attempt: sent or not is unknown", "delivery", id, "org_id", org, "kind", kind)
}

func attachments(in []messages.Attachment) []mail.Attachment {
	out := make([]mail.Attachment, len(in))
	for i, a := range in {
		out[i] = mail.Attachment(a)
	}
	return out
}

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
	MessageID string
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
		doubts[i] = Doubt{ID: r.ID, OrgID: orgs.ID{UUID: r.OrgID}, Kind: r.Kind, Key: r.Key, MessageID: r.MessageID, Reason: r.Reason, Since: r.UpdatedAt}
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
