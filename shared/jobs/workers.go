package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"groundswell/shared/fault"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

// Config is what workers work with.
type Config struct {
	DB      *pgdb.DB
	Log     *slog.Logger
	Metrics *telemetry.Metrics // nil: none
	Most    int                // jobs at a time, and half as many again of each of the queues Bulk and Texts; zero: 50
	Drain   time.Duration      // how long jobs may go on after Run's ctx has ended; zero: 15 s. Then their contexts end
}

// Workers runs jobs. Register each kind with Handle, then Run.
type Workers struct {
	cfg      Config
	handlers *river.Workers
}

// NewWorkers makes workers that know no job yet.
func NewWorkers(cfg Config) *Workers {
	if cfg.Most == 0 {
		cfg.Most = 50
	}
	if cfg.Drain == 0 {
		cfg.Drain = 15 * time.Second
	}
	return &Workers{cfg: cfg, handlers: river.NewWorkers()}
}

// Handle gives the jobs of A's kind to fn, which must be registered once. When fn returns an error the job is tried
// again later, up to twelve times over eleven hours; not so for faults that would only come again (Invalid, NotFound,
// Gone): those cancel the job. A panic is an error. fn's ctx ends after a minute, and a job whose process has died runs
// again after two.
func Handle[A river.JobArgs](w *Workers, fn func(ctx context.Context, args A) error) error {
	work := func(ctx context.Context, job *river.Job[A]) error {
		return w.attempt(ctx, job.JobRow, func(ctx context.Context) error { return fn(ctx, job.Args) })
	}
	if err := river.AddWorkerSafely(w.handlers, river.WorkFunc(work)); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return nil
}

// attempt measures one attempt and decides what becomes of its error.
func (w *Workers) attempt(ctx context.Context, job *rivertype.JobRow, fn func(context.Context) error) error {
	ctx = telemetry.With(ctx, slog.String("job", job.Kind), slog.Int64("job_id", job.ID), slog.Int("attempt", job.Attempt))
	started, outcome := time.Now(), "panic"
	last := job.Attempt >= job.MaxAttempts
	defer func() {
		if outcome == "panic" && last {
			w.cfg.Log.ErrorContext(ctx, "job discarded", "error", "panic")
		}
		if w.cfg.Metrics != nil {
			w.cfg.Metrics.Job(job.Kind, outcome, time.Since(started))
		}
	}()
	err := fn(ctx)
	var later *later
	switch {
	case err == nil:
		outcome = "done"
	case errors.As(err, &later):
		outcome = "later"
		return river.JobSnooze(later.wait)
	case hopeless(err):
		outcome = "cancelled"
		w.cfg.Log.WarnContext(ctx, "job cancelled", "error", err)
		return river.JobCancel(err)
	case last:
		outcome = "discarded"
		w.cfg.Log.ErrorContext(ctx, "job discarded", "error", err)
	default:
		outcome = "retry"
	}
	return err
}

// Later is the error of a job that is to be run again after a while, which is no failure: its turn has not come.
func Later(wait time.Duration) error { return &later{max(0, wait)} }

type later struct{ wait time.Duration }

func (l *later) Error() string { return "again in " + l.wait.String() }

// hopeless reports whether another attempt would fail alike.
func hopeless(err error) bool {
	f := fault.As(err)
	return f != nil && (f.Code == fault.Invalid || f.Code == fault.NotFound || f.Code == fault.Gone)
}

// Run works until ctx ends, then takes no more jobs, lets those under way end (Drain) and returns nil. It waits for a
// database that is away at the start. A job whose context was ended so runs again at once, elsewhere. It returns an error when jobs ignored the end of their contexts.
func (w *Workers) Run(ctx context.Context) error {
	half := river.QueueConfig{MaxWorkers: max(1, w.cfg.Most/2)}
	client, err := river.NewClient(riverpgxv5.New(w.cfg.DB.Pool), &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: w.cfg.Most}, Bulk: half, Texts: half},
		Workers:              w.handlers,
		FetchOnlyKnownKinds:  true, // jobs of a newer release wait for it
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    fetchPoll,
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescueAfter,
		MaxAttempts:          maxAttempts,
		SoftStopTimeout:      w.cfg.Drain,
		ReindexerIndexNames:  []string{}, // only who owns an index may make it anew, and pgdb.Jobs owns nothing
		Logger:               w.cfg.Log,
	})
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := client.Start(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // asked to end
		}
		w.cfg.Log.WarnContext(ctx, "jobs wait for the database", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
	<-ctx.Done()
	select {
	case <-client.Stopped():
		return nil
	case <-time.After(w.cfg.Drain + 8*time.Second):
		return errors.New("jobs: some did not end in time; they run again after " + rescueAfter.String())
	}
}
