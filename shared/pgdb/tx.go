package pgdb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"groundswell/shared/internal/db"
)

const txAttempts = 5

// ErrUnknownOutcome marks a commit whose answer was lost: the transaction may or may not have happened.
var ErrUnknownOutcome = errors.New("the commit's answer was lost")

// Tx runs fn in one transaction and commits it when fn returns nil. It starts again, up to four times with growing
// pauses, when the server asks for it (serialization failure, deadlock) and when the connection broke before the
// commit was sent; so fn must have no effect outside tx, and must set its results afresh. Errors are fn's own or the
// driver's, wrapped; Fault maps them.
func (d *DB) Tx(ctx context.Context, fn func(tx pgx.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := d.tx(ctx, fn)
		if err == nil || attempt == txAttempts || !retryable(err) {
			return err
		}
		if wait(ctx, attempt) != nil {
			return err
		}
	}
}

// TxFor is Tx for one organisation: see For.
func (d *DB) TxFor(ctx context.Context, org uuid.UUID, fn func(tx pgx.Tx) error) error {
	return d.Tx(ctx, func(tx pgx.Tx) error {
		if err := For(ctx, tx, org); err != nil {
			return err
		}
		return fn(tx)
	})
}

// For says which organisation the rest of a transaction is for. Until then a Site sees nobody; from then on those of this
// organisation, whatever a query asks for.
func For(ctx context.Context, tx pgx.Tx, org uuid.UUID) error {
	if err := db.New(tx).ForOrganization(ctx, org); err != nil {
		return fmt.Errorf("say which organisation it is for: %w", err)
	}
	return nil
}

func (d *DB) tx(ctx context.Context, fn func(tx pgx.Tx) error) error {
	tx, err := d.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		if broken(err) || pgconn.Timeout(err) || errors.Is(err, context.Canceled) {
			return fmt.Errorf("commit transaction: %w: %w", ErrUnknownOutcome, err)
		}
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}

// retryable reports whether err proves that nothing was committed and that trying again may help.
func retryable(err error) bool {
	switch code(err) {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return true
	}
	return broken(err) && !errors.Is(err, ErrUnknownOutcome)
}

// wait pauses 5, 10, 20, 40 ms, each half random so that rivals part.
func wait(ctx context.Context, attempt int) error {
	pause := time.Duration(5<<(attempt-1)) * time.Millisecond
	timer := time.NewTimer(pause/2 + rand.N(pause/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
