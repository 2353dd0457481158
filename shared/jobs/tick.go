package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/internal/db"
)

// Now is the time by the database's clock.
func (c *Client) Now(ctx context.Context) (time.Time, error) {
	now, err := db.New(c.db).GetNow(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask for the time: %w", err)
	}
	return now, nil
}

// Tick acts on a moment of the schedule name, once, whoever asks and how often: it enqueues the job, or nothing when
// that is nil, unless this moment or a later one was acted on before, or it is more than a minute ahead of the database's
// clock. It reports whether it was the one.
func (c *Client) Tick(ctx context.Context, name string, tick time.Time, job river.JobArgs) (bool, error) {
	mine := false
	err := c.db.Tx(ctx, func(tx pgx.Tx) error {
		n, err := db.New(tx).TakeTick(ctx, name, tick)
		if err != nil {
			return err
		}
		if mine = n > 0; !mine || job == nil {
			return nil
		}
		return c.Insert(ctx, tx, job, nil)
	})
	if err != nil {
		return false, fmt.Errorf("tick of %s: %w", name, err)
	}
	return mine, nil
}
