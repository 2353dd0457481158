package pgdb_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/pgdb"
)

type answer struct {
	Number int `json:"number"`
}

// setup gives a database with a table of counters.
func setup(t *testing.T) *pgdb.DB {
	t.Helper()
	db := dbtest.New(t)
	_, err := db.Exec(t.Context(), `create table counters (name text primary key, n int not null default 0); insert into counters values ('a'), ('b')`)
	require.NoError(t, err)
	return db
}

func counter(t *testing.T, db *pgdb.DB) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow(t.Context(), `select sum(n) from counters`).Scan(&n))
	return n
}

func increment(ctx context.Context, tx pgx.Tx) (answer, error) {
	var a answer
	err := tx.QueryRow(ctx, `update counters set n = n + 1 where name = 'a' returning n`).Scan(&a.Number)
	return a, err
}

func TestOnceRunsACommandOncePerKey(t *testing.T) {
	t.Parallel()
	db := setup(t)
	ctx := fullstack.WithKey(t.Context(), "key")
	answers := make([]answer, 10)
	errs := make([]error, 10)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i], errs[i] = pgdb.Once(ctx, db, "count", "input", increment) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	for _, a := range answers {
		require.Equal(t, answer{1}, a)
	}
	require.Equal(t, 1, counter(t, db))

	_, err := pgdb.Once(ctx, db, "count", "other input", increment)
	require.ErrorIs(t, err, fault.New(fault.Conflict, ""))
	a, err := pgdb.Once(ctx, db, "another command", "input", increment)
	require.NoError(t, err)
	require.Equal(t, answer{2}, a, "a key belongs to one command")
	a, err = pgdb.Once(t.Context(), db, "count", "input", increment)
	require.NoError(t, err)
	require.Equal(t, answer{3}, a, "without a key it simply runs")
}

func TestOnceRecordsNothingOfACommandThatFails(t *testing.T) {
	t.Parallel()
	db := setup(t)
	ctx := fullstack.WithKey(t.Context(), "key")
	full := fault.New(fault.Conflict, "Full.")
	_, err := pgdb.Once(ctx, db, "count", "input", func(ctx context.Context, tx pgx.Tx) (answer, error) {
		_, err := increment(ctx, tx)
		require.NoError(t, err)
		return answer{9}, full
	})
	require.ErrorIs(t, err, full)
	require.Zero(t, counter(t, db))
	a, err := pgdb.Once(ctx, db, "count", "input", increment)
	require.NoError(t, err)
	require.Equal(t, answer{1}, a)
}

func TestOnceRefusesKeysThatCannotBeOne(t *testing.T) {
	t.Parallel()
	db := setup(t)
	for _, key := range []string{"a\x00", "with space", "ümlaut", string(make([]byte, 201))} {
		_, err := pgdb.Once(fullstack.WithKey(t.Context(), key), db, "count", "input", increment)
		require.ErrorIs(t, err, fault.New(fault.Malformed, ""), "%q", key)
	}
}

func TestDeleteAnsweredForgetsOldAnswersOnly(t *testing.T) {
	t.Parallel()
	db := setup(t)
	for i := range 3 {
		_, err := pgdb.Once(fullstack.WithKey(t.Context(), fmt.Sprint(i)), db, "count", "input", increment)
		require.NoError(t, err)
	}
	_, err := db.Exec(t.Context(), `update idempotency_keys set created_at = now() - interval '8 days' where key = '0'`)
	require.NoError(t, err)
	n, err := pgdb.DeleteAnswered(t.Context(), db, time.Now().AddDate(0, 0, -7))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

func TestTxStartsAgainAfterADeadlock(t *testing.T) {
	t.Parallel()
	db := setup(t)
	// Both hold their first row before either asks for its second; later attempts do not wait for each other.
	var both sync.WaitGroup
	both.Add(2)
	var runs atomic.Int64
	swap := func(first, second string) error {
		waited := false
		return db.Tx(t.Context(), func(tx pgx.Tx) error {
			runs.Add(1)
			if _, err := tx.Exec(t.Context(), `update counters set n = n + 1 where name = $1`, first); err != nil {
				return err
			}
			if !waited {
				waited = true
				both.Done()
				both.Wait()
			}
			_, err := tx.Exec(t.Context(), `update counters set n = n + 1 where name = $1`, second)
			return err
		})
	}
	errs := make([]error, 2)
	var wg sync.WaitGroup
	wg.Go(func() { errs[0] = swap("a", "b") })
	wg.Go(func() { errs[1] = swap("b", "a") })
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, 4, counter(t, db))
	require.GreaterOrEqual(t, runs.Load(), int64(3))
}

func TestTxStartsAgainWhenItsConnectionsWereKilled(t *testing.T) {
	t.Parallel()
	db := setup(t)
	killed := false
	err := db.Tx(t.Context(), func(tx pgx.Tx) error {
		if _, err := increment(t.Context(), tx); err != nil {
			return err
		}
		if killed {
			return nil
		}
		killed = true
		_, err := tx.Exec(t.Context(), `select pg_terminate_backend(pg_backend_pid())`)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, 1, counter(t, db))
}

func TestAnExhaustedPoolAnswersWithinThreeSeconds(t *testing.T) {
	t.Parallel()
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: dbtest.URL(t), Role: pgdb.Owner, MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	held, err := db.Acquire(t.Context())
	require.NoError(t, err)
	start := time.Now()
	_, err = db.Exec(t.Context(), `select 1`)
	require.Less(t, time.Since(start), 3*time.Second)
	f := fault.As(pgdb.Fault(err))
	require.NotNil(t, f)
	require.Equal(t, []any{fault.Unavailable, 5}, []any{f.Code, f.RetryAfter})
	held.Release()
	_, err = db.Exec(t.Context(), `select 1`)
	require.NoError(t, err, "and it recovers by itself")
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := listener.Addr().String()
	require.NoError(t, listener.Close())
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: "postgres://nobody@" + at + "/nothing", Role: pgdb.Owner})
	require.NoError(t, err, "a site starts before its database")
	t.Cleanup(db.Close)
	_, err = pgdb.Once(t.Context(), db, "count", "input", increment)
	require.ErrorIs(t, pgdb.Fault(err), fault.New(fault.Unavailable, ""))
}

func TestFault(t *testing.T) {
	t.Parallel()
	require.NoError(t, pgdb.Fault(nil))
	full := fault.New(fault.Conflict, "Full.")
	require.Equal(t, error(full), pgdb.Fault(full))
	plain := errors.New("ours")
	require.Equal(t, plain, pgdb.Fault(plain))
	for state, want := range map[string]fault.Code{
		"57P01": fault.Unavailable, "57014": fault.Unavailable, "53300": fault.Unavailable, "08006": fault.Unavailable, "55P03": fault.Unavailable,
		"40001": fault.Unavailable, "22021": fault.Invalid, "22003": fault.Invalid,
	} {
		cause := fmt.Errorf("insert: %w", &pgconn.PgError{Code: state})
		err := pgdb.Fault(cause)
		require.ErrorIs(t, err, fault.New(want, ""), state)
		require.ErrorIs(t, err, cause, "the log still sees the cause")
	}
	require.Nil(t, fault.As(pgdb.Fault(&pgconn.PgError{Code: "42703"})), "our own mistakes stay ours")
	require.Nil(t, fault.As(pgdb.Fault(context.Canceled)))
	require.Equal(t, fault.Unavailable, fault.As(pgdb.Fault(context.DeadlineExceeded)).Code)
}

func TestNULIsInvalidEvenWhereNobodyChecked(t *testing.T) {
	t.Parallel()
	db := setup(t)
	_, err := db.Exec(t.Context(), `insert into counters (name) values ($1)`, "a\x00b")
	require.ErrorIs(t, pgdb.Fault(err), fault.New(fault.Invalid, ""))
}

func TestOpenRefusesAURLItCannotRead(t *testing.T) {
	t.Parallel()
	_, err := pgdb.Open(t.Context(), pgdb.Config{URL: "postgres://%%%", Role: pgdb.Owner})
	require.Error(t, err)
}

func TestOpenRefusesToGuessTheRole(t *testing.T) {
	t.Parallel()
	_, err := pgdb.Open(t.Context(), pgdb.Config{URL: dbtest.URL(t)})
	require.ErrorContains(t, err, "needs a role")
}

// What a pooler or a test does between two users of a connection does not make it the owner's again, nor does another role in the URL.
func TestAConnectionKeepsItsRole(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t)
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: url + "&role=none", Role: pgdb.Site, MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	for _, reset := range []string{`select 1`, `discard all`, `reset role`, `reset all`, `select pg_terminate_backend(pg_backend_pid())`} {
		_, _ = db.Exec(t.Context(), reset)
		var role string
		require.NoError(t, db.Tx(t.Context(), func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `select current_user`, pgx.QueryExecModeSimpleProtocol).Scan(&role)
		}))
		require.Equal(t, string(pgdb.Site), role, reset)
	}
}

func TestATransactionIsForOneOrganisationUntilItEnds(t *testing.T) {
	t.Parallel()
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: dbtest.URL(t), Role: pgdb.Site, MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	const current = `select coalesce(current_organization()::text, '')`
	org, other := uuid.New(), uuid.New()
	var within, then, after string
	require.NoError(t, db.TxFor(t.Context(), org, func(tx pgx.Tx) error {
		require.NoError(t, tx.QueryRow(t.Context(), current).Scan(&within))
		require.NoError(t, pgdb.For(t.Context(), tx, other))
		return tx.QueryRow(t.Context(), current).Scan(&then)
	}))
	require.NoError(t, db.QueryRow(t.Context(), current).Scan(&after))
	require.Equal(t, []string{org.String(), other.String(), ""}, []string{within, then, after})
}
