package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

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

// Stand is how all jobs stand.
type Stand struct {
	Kinds  []Kind         // those with jobs that wait or run
	States map[string]int // how many jobs are in each of River's states; discarded ones failed for the last time
}

// Standing reads the queues for the metrics and for people.
func (c *Client) Standing(ctx context.Context) (Stand, error) {
	states, err := riverpgxv5.New(c.db.Pool).GetExecutor().JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{})
	if err != nil {
		return Stand{}, fmt.Errorf("count the jobs: %w", err)
	}
	stand := Stand{States: map[string]int{}}
	for state, n := range states {
		stand.States[string(state)] = n
	}
	stand.Kinds, err = c.Kinds(ctx)
	return stand, err
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
