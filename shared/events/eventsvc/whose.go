package eventsvc

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/internal/db"
)

// A site meets the people of one organisation in a transaction that says it is for it (pgdb.For), and otherwise nobody. Who found the
// organisation says so by db.TxFor, or by pgdb.For within a transaction; who has a shift, by locking it (lockShifts). Here is how those say
// it who have the id of a sign-up or an event alone, as links do. Jobs meet everybody, and say nothing.

// forSignup has a transaction be for the organisation of a sign-up from then on; for none when there is no such sign-up.
func forSignup(ctx context.Context, q *db.Queries, signup uuid.UUID) error {
	if err := q.ForSignup(ctx, signup); err != nil {
		return fmt.Errorf("find the organisation of sign-up %s: %w", signup, err)
	}
	return nil
}

// forEvent has a transaction be for the organisation of an event from then on; for none when there is no such event.
func forEvent(ctx context.Context, q *db.Queries, event uuid.UUID) error {
	if err := q.ForEvent(ctx, event); err != nil {
		return fmt.Errorf("find the organisation of event %s: %w", event, err)
	}
	return nil
}

// withSignup runs fn in a transaction for the organisation of a sign-up.
func (s *Service) withSignup(ctx context.Context, signup uuid.UUID, fn func(pgx.Tx, *db.Queries) error) error {
	return s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		if err := forSignup(ctx, q, signup); err != nil {
			return err
		}
		return fn(tx, q)
	})
}

// peopleOf asks one question about people of an organisation.
func peopleOf[T any](ctx context.Context, s *Service, org uuid.UUID, ask func(*db.Queries) (T, error)) (answer T, err error) {
	err = s.db.TxFor(ctx, org, func(tx pgx.Tx) error {
		answer, err = ask(db.New(tx))
		return err
	})
	return answer, err
}
