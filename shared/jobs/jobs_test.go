package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/fault"
	"groundswell/shared/jobs"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

type args struct {
	What string `json:"what" river:"unique"`
}

func (args) Kind() string { return "test.job" }

type bundle struct {
	t       *testing.T
	db      *pgdb.DB
	client  *jobs.Client
	metrics *telemetry.Metrics
	got     chan string
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, db: dbtest.As(t, pgdb.Jobs), metrics: telemetry.NewMetrics("test", "v0"), got: make(chan string, 100)}
	var err error
	b.client, err = jobs.NewClient(b.db)
	require.NoError(t, err)
	return b
}

// work runs fn for the jobs until the test ends; stop ends it earlier and gives Run's error.
func (b *bundle) work(drain time.Duration, fn func(ctx context.Context, a args) error) (stop func() error) {
	b.t.Helper()
	w := jobs.NewWorkers(jobs.Config{DB: b.db, Log: slog.New(slog.DiscardHandler), Metrics: b.metrics, Most: 4, Drain: drain})
	require.NoError(b.t, jobs.Handle(w, fn))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-done
	}
	b.t.Cleanup(func() { _ = stop() })
	return stop
}

func (b *bundle) insert(a args, opts *river.InsertOpts) {
	b.t.Helper()
	require.NoError(b.t, b.db.Tx(b.t.Context(), func(tx pgx.Tx) error { return b.client.Insert(b.t.Context(), tx, a, opts) }))
}

func (b *bundle) wait() string {
	b.t.Helper()
	select {
	case s := <-b.got:
		return s
	case <-time.After(30 * time.Second):
		b.t.Fatal("no job ran")
		return ""
	}
}

func (b *bundle) state(what, want string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		var state string
		err := b.db.QueryRow(context.Background(), `select state::text from river_job where args->>'what' = $1`, what).Scan(&state)
		return err == nil && state == want
	}, 30*time.Second, 5*time.Millisecond, "%s is %s", what, want)
}

func (b *bundle) measured() string {
	w := httptest.NewRecorder()
	b.metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func TestAJobIsPartOfItsTransaction(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.work(0, func(_ context.Context, a args) error { b.got <- a.What; return nil })
	undo := errors.New("undo")
	require.ErrorIs(t, b.db.Tx(t.Context(), func(tx pgx.Tx) error {
		require.NoError(t, b.client.Insert(t.Context(), tx, args{"rolled back"}, nil))
		return undo
	}), undo)
	b.insert(args{"warm up"}, nil)
	require.Equal(t, "warm up", b.wait())
	b.state("warm up", "completed")
	require.Contains(t, b.measured(), `job_duration_seconds_count{kind="test.job",outcome="done"} 1`)
	for range 10 { // close together, so that a notice may be dropped
		started := time.Now()
		b.insert(args{"soon"}, nil)
		require.Equal(t, "soon", b.wait())
		require.Less(t, time.Since(started), 700*time.Millisecond)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.work(0, func(_ context.Context, a args) error {
		switch a.What {
		case "invalid":
			return fault.New(fault.Invalid, "It cannot be read.")
		case "gone":
			return fault.New(fault.Gone, "It is over.")
		case "away":
			return fault.New(fault.Unavailable, "Try later.")
		case "error":
			return errors.New("something")
		}
		panic("a poison job")
	})
	for what, state := range map[string]string{
		"invalid": "cancelled", "gone": "cancelled", "away": "retryable", "error": "retryable", "panic": "retryable",
	} {
		b.insert(args{what}, nil)
		b.state(what, state)
	}
	measured := b.measured()
	require.Contains(t, measured, `outcome="cancelled"} 2`)
	require.Contains(t, measured, `outcome="panic"`)
}

func TestAnErrorIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := true
	b.work(0, func(_ context.Context, a args) error {
		b.got <- a.What
		if first {
			first = false
			return errors.New("not yet")
		}
		return nil
	})
	b.insert(args{"again"}, nil)
	b.wait()
	b.wait()
	b.state("again", "completed")
}

func TestAMomentOfAScheduleIsActedOnOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tick := func(name string, at time.Time, job river.JobArgs) bool {
		mine, err := b.client.Tick(t.Context(), name, at, job)
		require.NoError(t, err)
		return mine
	}
	require.True(t, tick("a", noon, args{"tick"}))
	require.False(t, tick("a", noon, args{"tick"}))
	require.True(t, tick("b", noon, args{"other"}))
	require.True(t, tick("a", noon.Add(time.Hour), nil), "acted on by doing nothing")
	require.False(t, tick("a", noon.Add(time.Minute), args{"late"}))
	require.False(t, tick("a", time.Now().Add(24*time.Hour), args{"fast clock"}), "a worker whose clock is a day ahead")
	require.True(t, tick("a", time.Now(), nil), "does not stop the others for a day")
	var n int
	require.NoError(t, b.db.QueryRow(t.Context(), `select count(*) from river_job`).Scan(&n))
	require.Equal(t, 2, n)
}

func TestManyJobsGoInAtOnceAndBulkWaitsInItsOwnQueue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	many := make([]river.JobArgs, 500)
	for i := range many {
		many[i] = bulkArgs{}
	}
	require.NoError(t, b.db.Tx(t.Context(), func(tx pgx.Tx) error {
		return errors.Join(b.client.InsertMany(t.Context(), tx, many), b.client.InsertMany(t.Context(), tx, nil))
	}))
	var n int
	require.NoError(t, b.db.QueryRow(t.Context(), `select count(*) from river_job where queue = 'bulk' and max_attempts = 12`).Scan(&n))
	require.Equal(t, 500, n)
}

type textArgs struct{}

func (textArgs) Kind() string { return "test.text" }

func (textArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: jobs.Texts} }

func TestAProviderOfTextsThatHangsHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := jobs.NewWorkers(jobs.Config{DB: b.db, Log: slog.New(slog.DiscardHandler), Most: 4})
	hangs, answers := make(chan struct{}, 20), make(chan struct{})
	require.NoError(t, jobs.Handle(w, func(context.Context, textArgs) error { hangs <- struct{}{}; <-answers; return nil }))
	require.NoError(t, jobs.Handle(w, func(_ context.Context, a args) error { b.got <- a.What; return nil }))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-done) })
	require.NoError(t, b.db.Tx(t.Context(), func(tx pgx.Tx) error {
		return b.client.InsertMany(t.Context(), tx, slices.Repeat([]river.JobArgs{textArgs{}}, 20))
	}))
	<-hangs
	<-hangs
	b.insert(args{"mail"}, nil)
	require.Equal(t, "mail", b.wait())
	close(answers)
}

type bulkArgs struct{}

func (bulkArgs) Kind() string { return "test.bulk" }

func (bulkArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: jobs.Bulk} }

func TestAJobWhoseTurnHasNotComeIsNoFailure(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := true
	b.work(0, func(_ context.Context, a args) error {
		b.got <- a.What
		if first {
			first = false
			return jobs.Later(10 * time.Millisecond)
		}
		return nil
	})
	b.insert(args{"later"}, &river.InsertOpts{MaxAttempts: 1})
	b.wait()
	b.wait()
	b.state("later", "completed")
	require.Contains(t, b.measured(), `outcome="later"} 1`)
}

func TestAJobThatFailedForTheLastTimeIsCountedAsDiscarded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.work(0, func(_ context.Context, a args) error {
		if a.What == "panic" {
			panic("poison")
		}
		return errors.New("something")
	})
	b.insert(args{"last"}, &river.InsertOpts{MaxAttempts: 1})
	b.state("last", "discarded")
	b.insert(args{"panic"}, &river.InsertOpts{MaxAttempts: 1})
	b.state("panic", "discarded")
	require.Contains(t, b.measured(), `outcome="discarded"} 1`)
}

func TestDrainLetsJobsEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	release := make(chan struct{})
	stop := b.work(20*time.Second, func(ctx context.Context, a args) error {
		b.got <- a.What
		<-release
		return ctx.Err()
	})
	b.insert(args{"slow"}, nil)
	b.wait()
	done := make(chan error, 1)
	go func() { done <- stop() }()
	b.insert(args{"for others"}, nil)
	close(release)
	require.NoError(t, <-done)
	b.state("slow", "completed")
}

func TestDrainEndsTheContextsOfSlowJobs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stop := b.work(50*time.Millisecond, func(ctx context.Context, a args) error {
		b.got <- a.What
		<-ctx.Done()
		return ctx.Err()
	})
	b.insert(args{"slow"}, nil)
	b.wait()
	require.NoError(t, stop())
	b.state("slow", "available") // for another worker, the attempt not counted
}

func TestWorkersWaitForADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: "postgres://nobody@127.0.0.1:1/none", Role: pgdb.Owner, MaxConns: 2})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	w := jobs.NewWorkers(jobs.Config{DB: db, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, jobs.Handle(w, func(context.Context, args) error { return nil }))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.NoError(t, w.Run(ctx))
}

func TestAKindIsHandledOnce(t *testing.T) {
	t.Parallel()
	w := jobs.NewWorkers(jobs.Config{Log: slog.New(slog.DiscardHandler)})
	fn := func(context.Context, args) error { return nil }
	require.NoError(t, jobs.Handle(w, fn))
	require.Error(t, jobs.Handle(w, fn))
}
