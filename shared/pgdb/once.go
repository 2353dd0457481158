package pgdb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/internal/db"
)

// Once runs a command in one transaction (see Tx) and records its answer there under the idempotency key of ctx, so
// that a repeat with the same key and input, at the same time or a week later, gets the answer without running fn.
// The same key with another input is a Conflict. A command that fails records nothing and may be tried again. Without
// a key fn simply runs: then the command needs a natural key of its own.
func Once[Out any](ctx context.Context, d *DB, name string, in any, fn func(ctx context.Context, tx pgx.Tx) (Out, error)) (Out, error) {
	key := fullstack.KeyFrom(ctx)
	if key == "" {
		return run(ctx, d, fn)
	}
	if !validKey(key) {
		var none Out
		return none, fault.New(fault.Malformed, "The idempotency key is up to 200 visible ASCII characters.")
	}
	digest, err := hash(in)
	if err != nil {
		var none Out
		return none, fmt.Errorf("hash the input of %s: %w", name, err)
	}
	keyed := func(ctx context.Context, tx pgx.Tx) (Out, error) { return claim(ctx, tx, name, key, digest, fn) }
	out, err := run(ctx, d, keyed)
	if errors.Is(err, ErrUnknownOutcome) && ctx.Err() == nil {
		return run(ctx, d, keyed) // the key tells which it was
	}
	return out, err
}

// DeleteAnswered forgets the answers of commands recorded before a moment, and says how many. Seven days is what the
// outbox of a sleeping browser may need.
func DeleteAnswered(ctx context.Context, d *DB, before time.Time) (int64, error) {
	n, err := db.New(d).DeleteCommandsBefore(ctx, before)
	if err != nil {
		return 0, fmt.Errorf("delete old idempotency keys: %w", err)
	}
	return n, nil
}

func run[Out any](ctx context.Context, d *DB, fn func(context.Context, pgx.Tx) (Out, error)) (out Out, err error) {
	err = d.Tx(ctx, func(tx pgx.Tx) error {
		out, err = fn(ctx, tx)
		return err
	})
	if err != nil {
		var none Out
		return none, err
	}
	return out, nil
}

func claim[Out any](ctx context.Context, tx pgx.Tx, name, key string, digest []byte, fn func(context.Context, pgx.Tx) (Out, error)) (out Out, err error) {
	q := db.New(tx)
	claimed, err := q.ClaimCommand(ctx, name, key, digest)
	if err != nil {
		return out, fmt.Errorf("claim the key of %s: %w", name, err)
	}
	if claimed == 0 {
		return replay[Out](ctx, q, name, key, digest)
	}
	if out, err = fn(ctx, tx); err != nil {
		return out, err
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return out, fmt.Errorf("encode the answer of %s: %w", name, err)
	}
	if err := q.AnswerCommand(ctx, answer, name, key); err != nil {
		return out, fmt.Errorf("record the answer of %s: %w", name, err)
	}
	return out, nil
}

func replay[Out any](ctx context.Context, q *db.Queries, name, key string, digest []byte) (out Out, err error) {
	row, err := q.GetCommand(ctx, name, key)
	if err != nil {
		return out, fmt.Errorf("read the answer of %s: %w", name, err)
	}
	if !bytes.Equal(row.Input, digest) {
		return out, fault.New(fault.Conflict, "This form was already sent with other values. Please reload the page and send it again.")
	}
	if err := json.Unmarshal(row.Answer, &out); err != nil {
		return out, fmt.Errorf("decode the recorded answer of %s: %w", name, err)
	}
	return out, nil
}

func hash(in any) ([]byte, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
}

func validKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return len(key) <= 200
}
