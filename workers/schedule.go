package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/riverqueue/river"
	"github.com/robfig/cron/v3"

	"groundswell/shared/jobs"
)

// entry says when a job is due: at cron's moments, in UTC. When no worker ran at such a moment, the job is made up for
// once, whatever number of them was missed; or skipped, where the next one does the same work anyway.
type entry struct {
	name string
	cron string
	skip bool
	job  func(tick time.Time) river.JobArgs
}

// timetable is what is done again and again.
func timetable() []entry {
	return []entry{
		{"sweep", "* * * * *", true, func(tick time.Time) river.JobArgs { return sweepArgs{tick} }},
		{"reminders", "*/5 * * * *", false, func(tick time.Time) river.JobArgs { return remindersArgs{tick} }},
		{"bounces", "* * * * *", true, func(tick time.Time) river.JobArgs { return bouncesArgs{tick} }},
		{"images", "* * * * *", true, func(tick time.Time) river.JobArgs { return imagesArgs{tick} }},
		{"retention", "41 3 * * *", false, func(tick time.Time) river.JobArgs { return retentionArgs{tick} }},
		{"orphans", "11 4 * * *", false, func(tick time.Time) river.JobArgs { return orphansArgs{tick} }},
		{"released", "31 4 * * *", false, func(tick time.Time) river.JobArgs { return releasedArgs{tick} }},
		{"forget", "17 * * * *", false, func(tick time.Time) river.JobArgs { return forgetArgs{tick} }},
	}
}

// late is when a moment counts as missed.
const late = 90 * time.Second

// runSchedule inserts the jobs that are due, those that were missed first, until ctx ends. Every worker does, so that no
// tick is lost with one; a tick makes one job, since the database remembers the last of each entry. Every entry is
// looked at every minute, so that one whose moment passed while the database was away comes a minute late.
func runSchedule(ctx context.Context, queue *jobs.Client, log *slog.Logger) error {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(time.UTC))
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	look := func() {
		now, err := queue.Now(ctx) // one clock for all workers: one that is wrong neither takes nor misses what is due
		if err != nil {
			log.WarnContext(ctx, "ticks missed", "error", err)
			return
		}
		for _, e := range timetable() {
			if err := e.look(ctx, queue, now); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "tick missed", "schedule", e.name, "error", err)
			}
		}
		alarm(ctx, queue, log)
	}
	look()
	if _, err := scheduler.NewJob(gocron.CronJob("* * * * *", false), gocron.NewTask(look)); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	scheduler.Start()
	<-ctx.Done()
	if err := scheduler.Shutdown(); err != nil {
		return fmt.Errorf("stop the schedule: %w", err)
	}
	return nil
}

// overdue is how long a job that is due may wait before somebody must look.
const overdue = 10 * time.Minute

// alarm logs an error for each kind of which a job waits too long: every minute, until it is done.
func alarm(ctx context.Context, queue *jobs.Client, log *slog.Logger) {
	kinds, err := queue.Kinds(ctx)
	if err != nil {
		log.WarnContext(ctx, "queues not looked at", "error", err)
	}
	for _, k := range kinds {
		if k.Oldest > overdue {
			log.ErrorContext(ctx, "jobs are overdue", "queue", k.Queue, "kind", k.Kind, "waiting", k.Waiting, "oldest_seconds", int(k.Oldest.Seconds()))
		}
	}
}

// look acts on the entry's last moment before now, if nobody has.
func (e entry) look(ctx context.Context, queue *jobs.Client, now time.Time) error {
	now = now.UTC().Add(time.Second / 2) // timers may be a little early
	tick, err := e.last(now)
	if err != nil {
		return err
	}
	job := e.job(tick)
	if e.skip && now.Sub(tick) > late {
		job = nil
	}
	_, err = queue.Tick(ctx, e.name, tick, job)
	return err
}

// last is the last moment of the entry that is not after now.
func (e entry) last(now time.Time) (time.Time, error) {
	moments, err := cron.ParseStandard(e.cron)
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %s: %w", e.name, err)
	}
	for _, back := range []time.Duration{2 * time.Minute, 2 * time.Hour, 25 * time.Hour, 32 * 24 * time.Hour} {
		var last time.Time
		for t := moments.Next(now.Add(-back)); !t.IsZero() && !t.After(now); t = moments.Next(t) {
			last = t
		}
		if !last.IsZero() {
			return last, nil
		}
	}
	return time.Time{}, fmt.Errorf("schedule %s: %q has no moment in a month", e.name, e.cron)
}
