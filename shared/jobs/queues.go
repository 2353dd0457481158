package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// Kind is how the jobs of one kind stand in one queue.
type Kind struct {
	Queue, Kind string
	Waiting     int           // jobs that are due
	Running     int           // jobs under way
	Oldest      time.Duration // how long the first of the waiting has been due, by the database's clock
}

// States counts the jobs in each of River's states; discarded ones failed for the last time.
func (c *Client) States(ctx context.Context) (map[rivertype.JobState]int, error) {
	states, err := riverpgxv5.New(c.db.Pool).GetExecutor().JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{})
	if err != nil {
		return nil, fmt.Errorf("count the jobs: %w", err)
	}
	return states, nil
}

// Kinds reads how the jobs that wait or run stand.
func (c *Client) Kinds(ctx context.Context) ([]Kind, error) {
	rows, err := db.New(c.db).ListStandingJobs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count the jobs of each kind: %w", err)
	}
	kinds := make([]Kind, len(rows))
	for i, r := range rows {
		kinds[i] = Kind{r.Queue, r.Kind, int(r.Waiting), int(r.Running), time.Duration(r.OldestSeconds * float64(time.Second))}
	}
	return kinds, nil
}

// River is a client for River's own tools, such as its pages for people.
func River(db *pgdb.DB) (*river.Client[pgx.Tx], error) {
	c, err := NewClient(db)
	if err != nil {
		return nil, err
	}
	return c.river, nil
}
