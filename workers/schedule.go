package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/riverqueue/river"

	"groundswell/shared/jobs"
)

// entry says when a job is due: at cron's moments, which are a multiple of every apart, in UTC.
type entry struct {
	cron  string
	every time.Duration
	job   func(tick time.Time) river.JobArgs
}

// timetable is what is done again and again.
func timetable() []entry {
	return []entry{
		{"* * * * *", time.Minute, func(tick time.Time) river.JobArgs { return sweepArgs{tick} }},
		{"17 * * * *", time.Minute, func(tick time.Time) river.JobArgs { return forgetArgs{tick} }},
	}
}

// runSchedule inserts the jobs that are due until ctx ends. Every worker does, so that no tick is lost with one; a tick
// makes one job, since its moment is part of the job and the job is unique.
func runSchedule(ctx context.Context, queue *jobs.Client, log *slog.Logger) error {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(time.UTC))
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	for _, e := range timetable() {
		task := gocron.NewTask(func() {
			if err := insertTick(ctx, queue, e, time.Now()); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "tick missed", "cron", e.cron, "error", err)
			}
		})
		if _, err := scheduler.NewJob(gocron.CronJob(e.cron, false), task); err != nil {
			return fmt.Errorf("schedule %s: %w", e.cron, err)
		}
	}
	scheduler.Start()
	<-ctx.Done()
	if err := scheduler.Shutdown(); err != nil {
		return fmt.Errorf("stop the schedule: %w", err)
	}
	return nil
}

// insertTick enqueues the job of the moment that now stands for: timers may be a little early or late.
func insertTick(ctx context.Context, queue *jobs.Client, e entry, now time.Time) error {
	tick := now.UTC().Add(e.every / 4).Truncate(e.every)
	return queue.InsertOnce(ctx, e.job(tick))
}
