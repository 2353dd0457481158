package eventsvc

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
)

// errPretended undoes what was done for a robot.
var errPretended = errors.New("a robot filled in the form")

// pretend answers a robot as a person is answered, and leaves nothing behind: no sign-up, no contact, no mail. A robot
// that is refused tries again until it is not.
func (s *Service) pretend(ctx context.Context, in events.RSVPIn, now time.Time) (out events.RSVPOut, err error) {
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		if out, err = s.signUp(ctx, tx, in, now); err != nil {
			return err
		}
		return errPretended
	})
	if errors.Is(err, errPretended) {
		return out, nil
	}
	return events.RSVPOut{}, err
}
