package pgdb_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
)

// whose is who a connection is, and which organisation it is for.
const whose = `select current_user::text, coalesce(current_setting('app.org_id', true), '')`

// However a transaction for an organisation ends, whoever gets its connection next is a site that is for nobody.
func TestNobodysOrganisationStaysOnAConnection(t *testing.T) {
	t.Parallel()
	const size = 3
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: dbtest.URL(t), Role: pgdb.Site, MaxConns: size})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("CHAOS_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("CHAOS_SEED=%d", seed)
	var users sync.WaitGroup
	for user := range uint64(2 * size) {
		users.Go(func() {
			dice := rand.New(rand.NewPCG(seed, user))
			for range 60 {
				n := dice.IntN(len(endings))
				if what := pooledUse(t, db, endings[n].end, dice); what != "" {
					t.Errorf("%s: %s", endings[n].name, what)
				}
			}
		})
	}
	users.Wait()
	var all []*pgxpool.Conn // so that each is another
	for range size {
		conn, err := db.Acquire(t.Context())
		require.NoError(t, err, "no connection is lost to the pool")
		all = append(all, conn)
	}
	for _, conn := range all {
		var role, org string
		require.NoError(t, conn.QueryRow(t.Context(), whose).Scan(&role, &org))
		require.Equal(t, []string{string(pgdb.Site), ""}, []string{role, org})
		conn.Release()
	}
}

// endings are the ways in which a transaction ends that has said whom it is for.
var endings = []struct {
	name string
	end  func(ctx context.Context, cancel func(), tx pgx.Tx, dice *rand.Rand) error
}{
	{"a commit", func(context.Context, func(), pgx.Tx, *rand.Rand) error { return nil }},
	{"an error", func(context.Context, func(), pgx.Tx, *rand.Rand) error { return errors.New("ours") }},
	{"an error of the database", func(ctx context.Context, _ func(), tx pgx.Tx, _ *rand.Rand) error {
		_, err := tx.Exec(ctx, `select 1/0`)
		return err
	}},
	{"a commit of what has failed", func(ctx context.Context, _ func(), tx pgx.Tx, _ *rand.Rand) error {
		_, _ = tx.Exec(ctx, `select 1/0`)
		return nil
	}},
	{"a panic", func(context.Context, func(), pgx.Tx, *rand.Rand) error { panic("ours") }},
	{"a panic in the middle of an answer", func(ctx context.Context, _ func(), tx pgx.Tx, _ *rand.Rand) error {
		rows, err := tx.Query(ctx, `select n from generate_series(1, 100000) n`)
		if err == nil && rows.Next() {
			panic("ours")
		}
		return err
	}},
	{"an answer that is not read", func(ctx context.Context, _ func(), tx pgx.Tx, _ *rand.Rand) error {
		_, err := tx.Query(ctx, `select n from generate_series(1, 100000) n`)
		return err
	}},
	{"a request that is given up", func(ctx context.Context, cancel func(), tx pgx.Tx, dice *rand.Rand) error {
		time.AfterFunc(time.Duration(dice.IntN(3000))*time.Microsecond, cancel)
		_, err := tx.Exec(ctx, `select pg_sleep(0.002)`)
		return err
	}},
	{"a request that is given up before the commit", func(_ context.Context, cancel func(), _ pgx.Tx, _ *rand.Rand) error {
		cancel()
		return nil
	}},
	{"a request that is given up around the commit", func(_ context.Context, cancel func(), _ pgx.Tx, dice *rand.Rand) error {
		time.AfterFunc(time.Duration(dice.IntN(500))*time.Microsecond, cancel)
		return nil
	}},
	{"a statement that takes too long", func(ctx context.Context, _ func(), tx pgx.Tx, _ *rand.Rand) error {
		_, err := tx.Exec(ctx, `set local statement_timeout = 1`)
		if err == nil {
			_, err = tx.Exec(ctx, `select pg_sleep(1)`)
		}
		return err
	}},
	{"a transaction within it that is for another", func(ctx context.Context, _ func(), tx pgx.Tx, dice *rand.Rand) error {
		within, err := tx.Begin(ctx)
		if err == nil {
			err = pgdb.For(ctx, within, uuid.New())
		}
		if err != nil || dice.IntN(2) == 0 {
			return err
		}
		return within.Commit(ctx)
	}},
	{"a connection that is killed", func(ctx context.Context, _ func(), tx pgx.Tx, _ *rand.Rand) error {
		_, _ = tx.Exec(ctx, `select pg_terminate_backend(pg_backend_pid())`)
		return errors.New("ours")
	}},
}

// pooledUse is what one user of a connection does: a transaction that ends so. It returns what was found of somebody else.
func pooledUse(t *testing.T, db *pgdb.DB, end func(context.Context, func(), pgx.Tx, *rand.Rand) error, dice *rand.Rand) (found string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	defer func() {
		if r := recover(); r != nil && r != "ours" {
			panic(r)
		}
	}()
	found = stranger(db.QueryRow(ctx, whose), "")
	_ = db.Tx(ctx, func(tx pgx.Tx) error {
		if found == "" {
			found = stranger(tx.QueryRow(ctx, whose), "")
		}
		org := uuid.New()
		if err := pgdb.For(ctx, tx, org); err != nil {
			return err
		}
		if found == "" {
			found = stranger(tx.QueryRow(ctx, whose), org.String())
		}
		return end(ctx, cancel, tx, dice)
	})
	return found
}

// stranger says what is wrong with the answer to whose; "" for nothing, and when there is none.
func stranger(row pgx.Row, org string) string {
	var role, got string
	if err := row.Scan(&role, &got); err != nil || role == string(pgdb.Site) && got == org {
		return ""
	}
	return "the connection is " + role + "'s, for " + strconv.Quote(got) + ", not " + strconv.Quote(org)
}
