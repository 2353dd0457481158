// Package jobs is background work that is enqueued in the transaction that causes it and survives every crash: River's
// queue in PostgreSQL. A job may run twice or late; what it does to the outside goes through a ledger. It knows no
// feature.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"groundswell/shared/pgdb"
)

const (
	// A job starts when its insertion is noticed: workers fetch at most once per fetchCooldown. The inserting process
	// drops notices that follow another within noticeSpacing, and the worker may fetch before the second transaction
	// commits; what was missed so is found by the poll.
	fetchCooldown = 10 * time.Millisecond
	noticeSpacing = 10 * time.Millisecond
	fetchPoll     = 200 * time.Millisecond
	// Bulk is the queue of what nobody waits for: it leaves half of the workers to the rest.
	Bulk = "bulk"
	// Texts is the queue of what talks to the provider of texts, which may hold its answers back: mails do not wait for it.
	Texts = "texts"
	// timeout ends a job's context; rescueAfter, and River's look every 30 s, give the job of a dead worker to
	// another within two minutes. The second must be longer.
	timeout     = time.Minute
	rescueAfter = 80 * time.Second
	// maxAttempts with River's own pauses (attempt to the fourth power, in seconds) spreads over eleven hours.
	maxAttempts = 12
)

// Client enqueues jobs and runs none: what a site needs. It is safe for concurrent use.
type Client struct {
	river *river.Client[pgx.Tx]
	db    *pgdb.DB
}

// NewClient makes a client for the database. It starts nothing.
func NewClient(db *pgdb.DB) (*Client, error) {
	c, err := river.NewClient(riverpgxv5.New(db.Pool), &river.Config{
		FetchCooldown: noticeSpacing, MaxAttempts: maxAttempts, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Client{c, db}, nil
}

// Insert enqueues a job in the caller's transaction: it exists when that commits, and starts within milliseconds then.
// opts may be nil. A job that opts says is unique and that exists already is no error.
func (c *Client) Insert(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	if _, err := c.river.InsertTx(ctx, tx, args, opts); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// InsertMany enqueues jobs like Insert, thousands in one statement, with the options that the args themselves name.
func (c *Client) InsertMany(ctx context.Context, tx pgx.Tx, args []river.JobArgs) error {
	if len(args) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(args))
	for i, a := range args {
		params[i].Args = a
	}
	if _, err := c.river.InsertManyFastTx(ctx, tx, params); err != nil {
		return fmt.Errorf("enqueue %d jobs, the first %s: %w", len(args), args[0].Kind(), err)
	}
	return nil
}
