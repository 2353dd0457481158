package messagesvc

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
)

// turn is how long the message has to wait for its place in the line of its recipient's domain; 0 when it is its turn.
// Each delivery takes one place and keeps it. Bulk mail gets half of what a domain may get, evenly spaced; the other
// half is for mail that somebody waits for, a quarter of a minute's worth of it at once: so no minute exceeds PerDomain,
// and a flood of reminders does not hold up a confirmation.
func (s *Service) turn(ctx context.Context, q *db.Queries, row db.OpenDeliveryRow, m messages.Message, now time.Time) (time.Duration, error) {
	if s.cfg.PerDomain <= 0 {
		return 0, nil
	}
	if row.SendAfter != nil {
		return max(0, row.SendAfter.Sub(now)), nil
	}
	place, err := s.place(ctx, q, domainOf(m.To), m.Bulk, now)
	if err != nil {
		return 0, fmt.Errorf("take a place in the line: %w", err)
	}
	if !place.After(now) {
		return 0, nil
	}
	if err := q.DeferDelivery(ctx, place, now, row.ID); err != nil {
		return 0, fmt.Errorf("keep the place in the line: %w", err)
	}
	return place.Sub(now), nil
}

func (s *Service) place(ctx context.Context, q *db.Queries, domain string, bulk bool, now time.Time) (time.Time, error) {
	minute := float64(s.cfg.PerDomain)
	if bulk {
		step := time.Duration(float64(time.Minute) / (minute / 2))
		next, err := q.TakeBulkPlace(ctx, db.TakeBulkPlaceParams{Domain: domain, First: now.Add(step), Earliest: now, Step: interval(step)})
		return next.Add(-step), err
	}
	step := time.Duration(float64(time.Minute) / (minute / 4))
	earliest := now.Add(-time.Minute + step) // what a minute of silence has saved
	next, err := q.TakePlace(ctx, db.TakePlaceParams{Domain: domain, First: earliest.Add(step), Earliest: earliest, Step: interval(step)})
	return next.Add(-step), err
}

func interval(d time.Duration) pgtype.Interval {
	return pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// ForgetLines drops the lines of domains that nothing was sent to since.
func (s *Service) ForgetLines(ctx context.Context, before time.Time) error {
	if _, err := s.q.DeleteIdleDomains(ctx, before); err != nil {
		return fmt.Errorf("forget idle domains: %w", err)
	}
	return nil
}

// EraseRecipients forgets the addresses of messages that ended before a moment, thousands at a time, and says how many
// it forgot. Hashes stay; messages in doubt stay whole.
func (s *Service) EraseRecipients(ctx context.Context, before time.Time) (int64, error) {
	const most = 5000
	for total := int64(0); ; {
		n, err := s.q.EraseRecipients(ctx, before, most)
		if err != nil {
			return total, fmt.Errorf("erase the recipients of old messages: %w", err)
		}
		if total += n; n < most {
			return total, nil
		}
	}
}
