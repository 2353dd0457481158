package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/jobs"
	"groundswell/shared/pgdb"
)

const (
	simpleJobs = 20_000
	pickUps    = 300
	reminded   = 100_000
	remindEach = 100 // people a shift
)

// noopArgs is a job that does nothing but say when it began.
type noopArgs struct {
	Asked int64 `json:"asked"` // nanoseconds; 0: nobody asks
}

// Kind names the job.
func (noopArgs) Kind() string { return "bench.noop" }

// benchWorkers measures the jobs package with jobs that do nothing, and the real workers with 100,000 reminders.
func benchWorkers(ctx context.Context, r *report) error {
	if err := benchJobs(ctx, r); err != nil {
		return err
	}
	return benchReminders(ctx, r)
}

func benchJobs(ctx context.Context, r *report) error {
	database, err := benchDatabase(ctx)
	if err != nil {
		return err
	}
	db, err := pgdb.Open(ctx, pgdb.Config{URL: database, Role: pgdb.Jobs, MaxConns: 12, App: "bench"})
	if err != nil {
		return err
	}
	defer db.Close()
	client, err := jobs.NewClient(db)
	if err != nil {
		return err
	}
	began := make(chan time.Duration, simpleJobs)
	workers := jobs.NewWorkers(jobs.Config{DB: db, Log: slog.New(slog.DiscardHandler)})
	err = jobs.Handle(workers, func(_ context.Context, a noopArgs) error {
		began <- time.Since(time.Unix(0, a.Asked))
		return nil
	})
	if err != nil {
		return err
	}
	many := make([]river.JobArgs, simpleJobs)
	for i := range many {
		many[i] = noopArgs{}
	}
	if err := db.Tx(ctx, func(tx pgx.Tx) error { return client.InsertMany(ctx, tx, many) }); err != nil {
		return fmt.Errorf("insert the jobs: %w", err)
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- workers.Run(running) }()
	defer func() { stop(); <-done }()

	<-began
	start := time.Now()
	for range simpleJobs - 1 {
		<-began
	}
	r.atLeast("simple_jobs", (simpleJobs-1)/time.Since(start).Seconds(), "jobs/s", 3000, 0)
	return benchPickUp(ctx, r, db, client, began)
}

// benchPickUp inserts one job at a time, each in a transaction of its own, and waits until it has begun.
func benchPickUp(ctx context.Context, r *report, db *pgdb.DB, client *jobs.Client, began <-chan time.Duration) error {
	var took []time.Duration
	for i := range pickUps {
		err := db.Tx(ctx, func(tx pgx.Tx) error { return client.Insert(ctx, tx, noopArgs{time.Now().UnixNano()}, nil) })
		if err != nil {
			return fmt.Errorf("insert a job: %w", err)
		}
		select {
		case d := <-began:
			took = append(took, d)
		case <-ctx.Done():
			return ctx.Err()
		}
		time.Sleep(time.Duration(15+i%20) * time.Millisecond) // jobs come when they come
	}
	slices.Sort(took)
	r.atMost("job_pick_up_p99", float64(took[len(took)*99/100].Microseconds())/1000, "ms", 60, 0)
	return nil
}

// benchReminders lets the workers binary plan and queue a reminder for each of 100,000 sign-ups.
func benchReminders(ctx context.Context, r *report) error {
	database, err := benchDatabase(ctx)
	if err != nil {
		return err
	}
	db, err := pgx.Connect(ctx, database)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer db.Close(context.WithoutCancel(ctx))
	if err := remindable(ctx, db); err != nil {
		return err
	}
	var before int
	if err := db.QueryRow(ctx, `select count(*) from river_job where kind = 'events.remind'`).Scan(&before); err != nil {
		return fmt.Errorf("count the reminders: %w", err)
	}
	start := time.Now()
	workers, err := startProgram(ctx, "workers", "DATABASE_URL="+database, "SMTP_URL="+nobody())
	if err != nil {
		return err
	}
	defer func() { _ = workers.stop() }()
	for queued := 0; queued < before+reminded; {
		if time.Since(start) > 3*time.Minute {
			return fmt.Errorf("%d of %d reminders were queued in 3 minutes", queued-before, reminded)
		}
		time.Sleep(50 * time.Millisecond)
		if err := db.QueryRow(ctx, `select count(*) from river_job where kind = 'events.remind'`).Scan(&queued); err != nil {
			return fmt.Errorf("count the reminders: %w", err)
		}
	}
	r.atMost("plan_100000_reminders", time.Since(start).Seconds(), "s", 60, 0)
	return nil
}

// remindable makes shifts that ended two hours ago, when everybody is asked how it was, and fills them.
func remindable(ctx context.Context, db *pgx.Conn) error {
	for _, sql := range []string{
		`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, taken, name)
			select gen_random_uuid(), e.org_id, e.id, now() - interval '4 hours', now() - interval '2 hours', ` + fmt.Sprint(remindEach) + `, 'bench'
			from (select org_id, id from events where status = 'scheduled' order by id limit 1) e, generate_series(1, ` + fmt.Sprint(reminded/remindEach) + `)`,
		`insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at, created_at)
			select gen_random_uuid(), s.org_id, s.id, (select c.id from contacts c where c.org_id = s.org_id limit 1), 'in_person', 1, 'Ada', 'Lovelace',
				'bench' || n || '@example.org', now() - interval '7 days', now() - interval '7 days'
			from event_shifts s, generate_series(1, ` + fmt.Sprint(remindEach) + `) n where s.name = 'bench'`,
		`analyze event_shifts`, `analyze event_signups`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make people to remind: %w", err)
		}
	}
	return nil
}

// nobody is an address of a mail server that is away: what is measured is the queue.
func nobody() string { return "smtp://127.0.0.1:1" }
