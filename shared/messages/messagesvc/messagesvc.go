// Package messagesvc sends messages, mails and texts, each once: a ledger with a unique key stands between the jobs, which may run
// twice or late, and the mail server or the provider, which cannot be asked what it has. It runs on servers only and knows no
// feature whose messages it sends.
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
	"groundswell/shared/pgdb"
	"groundswell/shared/sending"
	"groundswell/shared/signedlink"
	"groundswell/shared/sms"
)

// lease is how long an attempt may take to say how it went: longer than the longest conversation with the server.
const lease = mail.Longest + 35*time.Second

// Mailer hands a mail to a server. Errors are *sending.Error.
type Mailer interface {
	Send(ctx context.Context, m mail.Mail) error
	MessageID(key string) string
}

// Texter hands a text to a provider. Errors are *sending.Error.
type Texter interface {
	Send(ctx context.Context, t sms.Text) (id string, err error)
}

// Config is what the service works with.
type Config struct {
	DB      *pgdb.DB
	Mailer  Mailer
	Texter  Texter           // nil: no texts are sent
	Now     func() time.Time // the clock of the leases
	Log     *slog.Logger
	Observe func(kind, status string) // is told how each message ended; nil: nobody

	PerDomain int    // the most mails a minute to one recipient domain; zero: as many as there are
	PerNumber int    // the most segments of texts a minute from one number; zero: as many as there are
	Reports   string // the URL that the provider posts what became of a text to, with ?delivery=ID
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

// New makes a service. DB, Now and Log are needed, Mailer by Deliver, and Signer with Returns.
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
	return s.post(ctx, post{
		channel: "email", key: m.Key, kind: m.Kind, org: m.OrgID.UUID, to: m.To, messageID: s.mail.MessageID(m.OrgID.String() + "/" + m.Key),
		scope: m.Scope, wisher: m.To, domain: domainOf(m.To), bulk: m.Bulk, line: func(now time.Time) (time.Duration, time.Time) { return s.line(m.Bulk, now) },
		send: func(ctx context.Context, c claim) (string, error) {
			return "", s.mail.Send(ctx, mail.Mail{
				ID: c.messageID, To: m.To, ToName: m.ToName, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
				Attachments: attachments(m.Attachments), Unsubscribe: m.Unsubscribe, ReturnTo: s.returnPath(c.id),
			})
		},
	})
}

// post is a message of either channel on its way through the ledger.
type post struct {
	channel   string // email or sms
	key, kind string
	org       uuid.UUID
	to        string
	messageID string     // "" when only the provider gives it one
	refused   string     // why it is not to be tried at all; ""
	till      *time.Time // from then on it says nothing true; nil: never

	scope  messages.Scope
	wisher string // the address whose wish about the scope counts; ""

	domain string // whose line it stands in; of a text the claim finds it
	bulk   bool
	line   func(now time.Time) (step time.Duration, earliest time.Time) // see Service.line

	send func(ctx context.Context, c claim) (id string, err error) // id is the provider's; "" where there is none
}

func (s *Service) post(ctx context.Context, p post) error {
	// A claim is not given up midway: it could be ours without our knowing, and then nobody would send.
	claiming, cancel := bounded(ctx)
	defer cancel()
	c, err := s.claim(claiming, p)
	if err != nil || !c.send {
		return err
	}
	id, err := p.send(ctx, c)
	return s.settle(ctx, p, c, id, err)
}

// bounded is a context for what has to be written down whatever becomes of ctx.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}

// claim is the right to speak to the mail server or the provider about one delivery.
type claim struct {
	send      bool
	id        uuid.UUID
	token     uuid.UUID
	messageID string
	sender    string // the organisation's number
}

// claim commits the state `sending` before anything is sent. An opt-out that was committed before the claim began wins.
func (s *Service) claim(ctx context.Context, p post) (claim, error) {
	c := claim{id: uuid.Must(uuid.NewV7()), token: uuid.New(), messageID: p.messageID}
	now := s.now()
	step, earliest := p.line(now)
	row, err := s.open(ctx, db.OpenDeliveryParams{
		ID: c.id, OrgID: p.org, Key: p.key, Kind: p.kind, Channel: p.channel, Recipient: p.to, MessageID: p.messageID, Refused: p.refused,
		Token: c.token, LeaseUntil: now.Add(lease), Scope: string(p.scope), Wisher: p.wisher,
		Domain: p.domain, Bulk: p.bulk, Step: interval(step), Earliest: earliest, First: earliest.Add(step), Till: p.till, MostTexts: messages.MostTexts, Now: now,
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return s.claimAgain(ctx, p, c)
	case err != nil: // perhaps it is ours all the same, and then nothing was sent yet
		returning, cancel := bounded(ctx) // ctx may have ended with the statement
		defer cancel()
		_, _ = s.q.FinishDelivery(returning, db.FinishDeliveryParams{ID: c.id, Token: c.token, Status: "pending", Reason: "claim", Now: s.now()})
		return claim{}, fmt.Errorf("open a delivery: %w", err)
	case row.Status == "sending":
		c.send, c.sender = true, row.Sender
		return c, nil
	case row.SendAfter != nil:
		return claim{}, jobs.Later(row.SendAfter.Sub(now))
	}
	s.cfg.Observe(p.kind, row.Reason)
	return c, nil
}

// open makes the row of a new key. Texts to one number come one after the other, for they are counted.
func (s *Service) open(ctx context.Context, row db.OpenDeliveryParams) (out db.OpenDeliveryRow, err error) {
	if row.Channel != "sms" {
		return s.q.OpenDelivery(ctx, row)
	}
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		if err := q.LockNumber(ctx, row.OrgID.String()+row.Recipient); err != nil {
			return err
		}
		out, err = q.OpenDelivery(ctx, row)
		return err
	})
	return out, err
}

// claimAgain is claim for a key that the ledger knows.
func (s *Service) claimAgain(ctx context.Context, p post, c claim) (claim, error) {
	lost, refused := false, ""
	wait := time.Duration(0)
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		c.send, lost, refused, wait = false, false, "", 0
		q, now := db.New(tx), s.now()
		row, err := q.LockDelivery(ctx, p.org, p.key)
		if err != nil {
			return fmt.Errorf("open the delivery: %w", err)
		}
		c.id, c.sender = row.ID, row.Sender
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
		if refused, err = s.refuses(ctx, q, p, row.Sender); err != nil {
			return err
		}
		if refused != "" {
			return q.RefuseDelivery(ctx, refused, now, row.ID)
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
		s.doubt(ctx, c.id, p.org, p.kind)
	}
	if refused != "" {
		s.cfg.Observe(p.kind, refused)
	}
	if wait > 0 {
		return claim{}, jobs.Later(wait)
	}
	return c, nil
}

// refuses says why a delivery that waits may not be tried any more, in the words of OpenDelivery; "": it may.
func (s *Service) refuses(ctx context.Context, q *db.Queries, p post, sender string) (string, error) {
	suppressed, err := q.IsSuppressed(ctx, db.IsSuppressedParams{Address: p.to, Channel: p.channel, OrgID: p.org, Wisher: p.wisher, Scope: string(p.scope)})
	switch {
	case err != nil:
		return "", fmt.Errorf("look for suppressions: %w", err)
	case p.refused != "":
		return p.refused, nil
	case suppressed:
		return "suppressed", nil
	case p.channel == "sms" && sender == "":
		return "no number", nil
	}
	return "", nil
}

// settle writes how the attempt went, whatever became of ctx meanwhile. When that fails the row stays `sending`, and
// becomes `unknown` once its lease has ended.
func (s *Service) settle(ctx context.Context, p post, c claim, id string, sent error) error {
	settling, cancel := bounded(ctx)
	defer cancel()
	end := result(p.channel, sent)
	if end.stopped {
		if err := s.stoppedElsewhere(settling, p, c); err != nil {
			return err
		}
	}
	n, err := s.q.FinishDelivery(settling, db.FinishDeliveryParams{
		ID: c.id, Token: c.token, Status: end.status, Reason: end.reason, MessageID: id, Now: s.now(),
	})
	if err != nil {
		return fmt.Errorf("record delivery %s as %s: %w", c.id, end.status, err)
	}
	s.cfg.Observe(p.kind, end.status)
	attrs := []any{"delivery", c.id, "kind", p.kind, "status", end.status, "reason", end.reason}
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
type ending struct {
	status, reason string
	stopped        bool // the provider knows that this person wants no texts
}

func result(channel string, sent error) ending {
	var failure *sending.Error
	switch {
	case sent == nil:
		return ending{status: "sent"}
	case !errors.As(sent, &failure):
		return ending{status: "unknown", reason: "error"} // a sender that breaks its promise
	}
	end := ending{status: "unknown", reason: failure.Reason(), stopped: channel == "sms" && sms.Stopped(failure.Code)}
	switch failure.Outcome {
	case sending.Permanent:
		end.status = "failed"
	case sending.Temporary:
		end.status = "pending"
	}
	return end
}

func attachments(in []messages.Attachment) []mail.Attachment {
	out := make([]mail.Attachment, len(in))
	for i, a := range in {
		out[i] = mail.Attachment(a)
	}
	return out
}
