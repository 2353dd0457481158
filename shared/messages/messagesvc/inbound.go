package messagesvc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/pgdb"
	"groundswell/shared/sms"
)

// Inbound is a text that somebody sent to one of the numbers.
type Inbound struct {
	ID       string // the provider's for it
	From, To string // in E.164
	Body     string
	Answered bool   // the provider has answered it itself
	OptOut   string // STOP, START or HELP, when the provider took it for that: it may know other words, in other languages
}

// Inbound does what one of the agreed words asks for (sms.Word), or the provider says that it does: STOP ends the texts of the
// organisation of that number and of no other, START takes it back, HELP asks who that is. It returns what to answer, "" for nothing:
// other words are read by nobody, and a second STOP is not answered, for with what answers by itself that would never end. Doing it
// again, or later, changes nothing. Malformed: it is no text between numbers; NotFound: no organisation texts from that number, or did.
func (s *Service) Inbound(ctx context.Context, in Inbound) (answer string, err error) {
	if in.ID == "" || !messages.E164(in.From) || !messages.E164(in.To) {
		return "", fault.New(fault.Malformed, "This is not a text from a number to a number.")
	}
	var wish sms.Wish
	var org db.GetTextingRow
	var first bool // the STOP that ended the texts
	err = s.db.Tx(ctx, func(tx pgx.Tx) (err error) {
		var word string
		if wish, word = sms.Word(in.OptOut); wish == sms.Other {
			wish, word = sms.Word(in.Body)
		}
		q := db.New(tx)
		if org, err = q.GetTexting(ctx, in.To); errors.Is(err, pgx.ErrNoRows) {
			return fault.New(fault.NotFound, "No organisation texts from this number.")
		} else if err != nil {
			return err
		}
		if err := pgdb.For(ctx, tx, org.ID); err != nil {
			return err
		}
		said := consent{uuid.NewSHA1(org.ID, []byte("text "+in.ID)), org.ID, in.From, hashOf(in.From), "keyword", word}
		if wish == sms.Yes {
			stopped, err := q.IsStopped(ctx, said.hash, org.ID)
			if err != nil {
				return err
			}
			if wish = sms.Start; !stopped {
				wish = sms.Other // the answer to a question
			}
		}
		switch wish {
		case sms.Stop:
			if err := s.stop(ctx, q, said); err != nil {
				return err
			}
			first, err = q.IsStoppedBy(ctx, said.id)
			return err
		case sms.Start:
			return s.start(ctx, q, said)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("take a text: %w", pgdb.Fault(err))
	}
	s.cfg.Observe("inbound", cmp.Or(string(wish), "other"))
	if in.Answered || wish == sms.Stop && !first {
		return "", nil
	}
	return answerTo(wish, org), nil
}

// answerTo fits one text, unless the name is long.
func answerTo(wish sms.Wish, org db.GetTextingRow) string {
	name := sms.Plain(org.Name)
	switch wish {
	case sms.Stop:
		return name + ": you will get no more texts from us. Reply START to get them again."
	case sms.Start:
		return name + ": you can get texts from us again. Reply STOP to stop them, HELP for help."
	case sms.Help:
		return strings.TrimSpace(name + ": we text reminders to those who asked for them. Reply STOP to stop them. Nobody reads replies. " + org.Website)
	}
	return ""
}

// EraseConsents forgets the numbers of consents given before a moment, and of those whose contact is gone or erased, and where they
// were given from, thousands at a time; it says how many. That and when they were given stays, with the hash of the number.
func (s *Service) EraseConsents(ctx context.Context, before time.Time) (int64, error) {
	const most = 5000
	for total := int64(0); ; {
		n, err := s.q.EraseConsents(ctx, before, most)
		if err != nil {
			return total, fmt.Errorf("erase the numbers of old consents: %w", err)
		}
		if total += n; n < most {
			return total, nil
		}
	}
}
