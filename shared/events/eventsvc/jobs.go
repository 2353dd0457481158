package eventsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
)

// Messenger sends a mail or a text once: a second one with the same key does nothing.
type Messenger interface {
	Deliver(ctx context.Context, m messages.Message) error
	Text(ctx context.Context, t messages.Text) error
}

// ConfirmArgs asks for the mail with the details of a sign-up: SendConfirmation.
type ConfirmArgs mailArgs

// Kind names the job.
func (ConfirmArgs) Kind() string { return "events.confirm" }

// CancelledArgs asks for the mail that says a sign-up is cancelled: SendCancellation.
type CancelledArgs mailArgs

// Kind names the job.
func (CancelledArgs) Kind() string { return "events.cancelled_signup" }

// WaitlistedArgs asks for the mail that tells the place in line: SendWaitlisted.
type WaitlistedArgs mailArgs

// Kind names the job.
func (WaitlistedArgs) Kind() string { return "events.waitlisted" }

// OfferedArgs asks for the mail that offers seats: SendOffer.
type OfferedArgs mailArgs

// Kind names the job.
func (OfferedArgs) Kind() string { return "events.offered" }

// OfferExpiredArgs asks for the mail that an offer ended: SendOfferExpired.
type OfferExpiredArgs mailArgs

// Kind names the job.
func (OfferExpiredArgs) Kind() string { return "events.offer_expired" }

// LeftLineArgs asks for the mail that somebody left the line or declined an offer: SendLeftLine.
type LeftLineArgs mailArgs

// Kind names the job.
func (LeftLineArgs) Kind() string { return "events.left_waitlist" }

// PartyArgs asks for the mail that a party changed: SendParty.
type PartyArgs mailArgs

// Kind names the job.
func (PartyArgs) Kind() string { return "events.party_changed" }

// ConfirmAllArgs asks for the one mail about several sign-ups that were made together: SendConfirmations.
type ConfirmAllArgs struct {
	SignupIDs []uuid.UUID `json:"signup_ids"`
	Asked     int64       `json:"asked"`
}

// Kind names the job.
func (ConfirmAllArgs) Kind() string { return "events.confirm_all" }

// ExpireOfferArgs asks for the end of an offer when its time is over: ExpireOffer.
type ExpireOfferArgs struct {
	SignupID uuid.UUID `json:"signup_id"`
}

// Kind names the job.
func (ExpireOfferArgs) Kind() string { return "events.expire_offer" }

// mailArgs name one mail: what it is about, as of which version, and the second it was asked for.
type mailArgs struct {
	SignupID uuid.UUID `json:"signup_id"`
	Sequence int       `json:"sequence"`
	Asked    int64     `json:"asked"`
}

// key is the mail's place in the ledger of deliveries: the same for every run of the job.
func (a mailArgs) key(kind string) string {
	return fmt.Sprintf("%s/%s/%d/%d", kind, a.SignupID, a.Sequence, a.Asked)
}

func (s *Service) enqueue(ctx context.Context, tx pgx.Tx, args river.JobArgs) error {
	if err := s.queue.Insert(ctx, tx, args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// SendConfirmation mails the details of a sign-up with its calendar entry. A sign-up that was cancelled or renewed since
// the job was made gets nothing: its own mail is on the way.
func (s *Service) SendConfirmation(ctx context.Context, job ConfirmArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.Registered, func(row db.GetSignupRow) (messages.Message, error) {
		return s.confirmation(ctx, row)
	})
}

// SendCancellation mails that a sign-up is cancelled, with the entry that takes it out of the calendar.
func (s *Service) SendCancellation(ctx context.Context, job CancelledArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.SignupCancelled, s.cancellation)
}

// errNothingToSay is what a compose returns for a mail that has come too late.
var errNothingToSay = errors.New("nothing to say any more")

type compose func(db.GetSignupRow) (messages.Message, error)

func (s *Service) send(ctx context.Context, kind string, args mailArgs, status events.SignupStatus, write compose) error {
	if s.mail == nil {
		return errors.New("this process sends no mail: eventsvc has no messenger")
	}
	row, err := s.q.GetSignup(ctx, args.SignupID)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // erased
		return nil
	case err != nil:
		return fmt.Errorf("read sign-up %s: %w", args.SignupID, err)
	case row.EventSignup.Status != string(status) || int(row.EventSignup.Sequence) != args.Sequence && !keepsMail(status):
		return nil
	}
	m, err := write(row)
	if errors.Is(err, errNothingToSay) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write %s for sign-up %s: %w", kind, args.SignupID, err)
	}
	m.Key, m.Kind = args.key(kind), kind
	return s.mail.Deliver(ctx, m)
}

// keepsMail reports whether a sign-up in that state gets the mail about it even if its party has changed since: nobody waits, or is
// offered seats, twice in one sign-up, and a party that changes meanwhile makes no mail of its own.
func keepsMail(status events.SignupStatus) bool {
	return status == events.Waitlisted || status == events.Offered
}
