package messagesvc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/internal/db"
	"groundswell/shared/mail/bounce"
)

// returnPurpose names what the tokens in return addresses are for.
const returnPurpose = "messages.return"

// returnPath is the address that a bounce of the delivery comes to (VERP): it cannot be made up.
func (s *Service) returnPath(delivery uuid.UUID) string {
	local, domain, ok := strings.Cut(s.cfg.Returns, "@")
	if !ok {
		return ""
	}
	return local + "+" + s.cfg.Signer.Token(returnPurpose, delivery) + "@" + domain
}

// Verdict is what became of a report: hard or soft when it was believed, else why not.
type Verdict string

// The verdicts.
const (
	BouncedHard    Verdict = "hard"            // the address is suppressed for everybody
	BouncedSoft    Verdict = "soft"            // counted
	NotOurs        Verdict = "not_ours"        // it names no message of ours
	NotSent        Verdict = "not_sent"        // that message never left
	NotTheirs      Verdict = "other_recipient" // it is about an address that the message was not for
	NothingFailed  Verdict = "nothing_failed"
	AlreadyBounced Verdict = "again" // the address was suppressed, or this report counted, before
)

// Bounce judges a report that a message was not delivered. It is believed only when it names a message of ours, by the
// signed return address or by the Message-ID, which only its recipient has seen, and says that the mail to that
// recipient failed. A report may come twice.
func (s *Service) Bounce(ctx context.Context, r bounce.Report) (Verdict, error) {
	d, err := s.returned(ctx, r)
	if errors.Is(err, pgx.ErrNoRows) {
		return NotOurs, nil
	}
	if err != nil {
		return "", fmt.Errorf("find the message of a bounce: %w", err)
	}
	if d.Status != "sent" && d.Status != "unknown" {
		return NotSent, nil
	}
	address := sha256.Sum256([]byte(strings.ToLower(d.Recipient)))
	hash := address[:]
	if d.Recipient == "" {
		hash = d.RecipientHash
	}
	kind, code, about := judge(r, hash)
	switch {
	case !about:
		return NotTheirs, nil
	case kind == bounce.Hard:
		return s.hardBounce(ctx, d.ID, hash, code)
	case kind == bounce.Soft:
		return s.softBounce(ctx, d.ID, identity(r), code)
	}
	return NothingFailed, nil
}

func (s *Service) hardBounce(ctx context.Context, delivery uuid.UUID, hash []byte, code string) (Verdict, error) {
	verdict := BouncedHard
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		q, now := db.New(tx), s.now()
		n, err := q.MarkBounced(ctx, now, code, delivery)
		if err != nil {
			return err
		}
		if verdict = BouncedHard; n == 0 {
			verdict = AlreadyBounced
			return nil
		}
		return q.SuppressHash(ctx, db.SuppressHashParams{ID: uuid.Must(uuid.NewV7()), AddressHash: hash, Reason: "bounced", Now: now})
	})
	if err != nil {
		return "", fmt.Errorf("record a bounce: %w", err)
	}
	return verdict, nil
}

func (s *Service) softBounce(ctx context.Context, delivery uuid.UUID, report []byte, code string) (Verdict, error) {
	n, err := s.q.CountSoftBounce(ctx, code, report, delivery)
	switch {
	case err != nil:
		return "", fmt.Errorf("count a bounce: %w", err)
	case n == 0:
		return AlreadyBounced, nil
	}
	return BouncedSoft, nil
}

// identity tells a report that came twice from two reports: by its own Message-ID, which whoever delivers it again keeps
// (RFC 5322 section 3.6.4); without one, by what it says.
func identity(r bounce.Report) []byte {
	text := "id " + r.ID
	if r.ID == "" {
		text = fmt.Sprintf("says %+v of %q", r.Recipients, r.MessageIDs)
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// returned finds the message: by the signed address, else by the ids the report repeats.
func (s *Service) returned(ctx context.Context, r bounce.Report) (db.GetDeliveryRow, error) {
	for _, to := range r.To {
		if id, ok := s.tokenOf(to); ok {
			return s.q.GetDelivery(ctx, id)
		}
	}
	for _, id := range r.MessageIDs {
		d, err := s.q.GetDeliveryByMessageID(ctx, id)
		if !errors.Is(err, pgx.ErrNoRows) {
			return db.GetDeliveryRow(d), err
		}
	}
	return db.GetDeliveryRow{}, pgx.ErrNoRows
}

func (s *Service) tokenOf(address string) (uuid.UUID, bool) {
	local, domain, ok := strings.Cut(s.cfg.Returns, "@")
	if !ok || !strings.EqualFold(domainOf(address), domain) {
		return uuid.Nil, false
	}
	token, ok := strings.CutPrefix(address[:strings.LastIndexByte(address, '@')], local+"+")
	if !ok {
		return uuid.Nil, false
	}
	id, err := s.cfg.Signer.Open(returnPurpose, token)
	return id, err == nil
}

// judge finds what the report says of the address with the hash: the worst.
func judge(r bounce.Report, hash []byte) (kind bounce.Kind, code string, about bool) {
	for _, one := range r.Recipients {
		sum := sha256.Sum256([]byte(strings.ToLower(one.Address)))
		if !bytes.Equal(sum[:], hash) {
			continue
		}
		about = true
		if k := one.Kind(); k == bounce.Hard || kind == bounce.None {
			kind, code = k, one.Status
			if code == "" {
				code = fmt.Sprint(one.Code)
			}
		}
	}
	return kind, code, about
}
