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

	"groundswell/shared/pgdb"
)

// Queue is how a queue stands.
type Queue struct {
	Name    string
	Waiting int           // jobs that are due
	Running int           //
	Oldest  time.Duration // how long the first of the waiting has been due
}

// Stand is how all jobs stand.
type Stand struct {
	Queues []Queue
	States map[string]int // how many jobs are in each of River's states; discarded ones failed for the last time
}

// Standing reads the queues for the metrics and for people.
func (c *Client) Standing(ctx context.Context, now time.Time) (Stand, error) {
	executor := riverpgxv5.New(c.db.Pool).GetExecutor()
	states, err := executor.JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{})
	if err != nil {
		return Stand{}, fmt.Errorf("count the jobs: %w", err)
	}
	stand := Stand{States: map[string]int{}}
	for state, n := range states {
		stand.States[string(state)] = n
	}
	queues, err := executor.JobCountByQueueAndState(ctx, &riverdriver.JobCountByQueueAndStateParams{QueueNames: []string{river.QueueDefault, Bulk}})
	if err != nil {
		return Stand{}, fmt.Errorf("count the jobs of the queues: %w", err)
	}
	for _, q := range queues {
		oldest, err := c.oldest(ctx, q.Queue, now)
		if err != nil {
			return Stand{}, err
		}
		stand.Queues = append(stand.Queues, Queue{q.Queue, int(q.CountAvailable), int(q.CountRunning), oldest})
	}
	return stand, nil
}

func (c *Client) oldest(ctx context.Context, queue string, now time.Time) (time.Duration, error) {
	list, err := c.river.JobList(ctx, river.NewJobListParams().Queues(queue).States(rivertype.JobStateAvailable).
		OrderBy(river.JobListOrderByScheduledAt, river.SortOrderAsc).First(1))
	if err != nil {
		return 0, fmt.Errorf("find the oldest job of %s: %w", queue, err)
	}
	if len(list.Jobs) == 0 {
		return 0, nil
	}
	return max(0, now.Sub(list.Jobs[0].ScheduledAt)), nil
}

// River is a client for River's own tools, such as its pages for people.
func River(db *pgdb.DB) (*river.Client[pgx.Tx], error) {
	c, err := NewClient(db)
	if err != nil {
		return nil, err
	}
	return c.river, nil
}
