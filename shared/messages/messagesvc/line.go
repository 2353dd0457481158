package messagesvc

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// line is where a message stands in the line of its recipient's domain: a place each step, and those not used since
// earliest are gone. Each delivery takes one place and keeps it. Bulk mail gets half of what a domain may get, evenly spaced;
// the other half is for mail that somebody waits for, a quarter of a minute's worth of it at once: so no minute exceeds
// PerDomain, and a flood of reminders does not hold up a confirmation. A step of zero: there is no line.
func (s *Service) line(bulk bool, now time.Time) (step time.Duration, earliest time.Time) {
	minute := float64(s.cfg.PerDomain)
	switch {
	case minute <= 0:
		return 0, now
	case bulk:
		return time.Duration(float64(time.Minute) / (minute / 2)), now
	}
	step = time.Duration(float64(time.Minute) / (minute / 4))
	return step, now.Add(-time.Minute + step) // what a minute of silence has saved
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

// EraseRecipients forgets the addresses of messages that ended before a moment or wait since then, thousands at a time, and says how many
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
