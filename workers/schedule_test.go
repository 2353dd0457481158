package main

import (
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"groundswell/shared/jobs"
)

// schedulers are workers' clocks on one database.
func (b *bundle) queue() *jobs.Client {
	b.t.Helper()
	q, err := jobs.NewClient(b.db)
	require.NoError(b.t, err)
	return q
}

func (b *bundle) look(q *jobs.Client, e entry, now time.Time) {
	b.t.Helper()
	require.NoError(b.t, e.look(b.t.Context(), q, now))
}

func hourly(skip bool) entry {
	return entry{"test", "17 * * * *", skip, func(tick time.Time) river.JobArgs { return forgetArgs{tick} }}
}

func TestATickIsOneJobWhoeverInsertsIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one, two := b.queue(), b.queue()
	due := time.Date(2026, 11, 23, 12, 17, 0, 0, time.UTC)
	var wg sync.WaitGroup
	for hour := range 3 {
		for _, late := range []time.Duration{-5 * time.Millisecond, 0, 3 * time.Second} { // three clocks, two workers at once
			for _, q := range []*jobs.Client{one, two} {
				wg.Go(func() {
					if err := hourly(false).look(t.Context(), q, due.Add(time.Duration(hour)*time.Hour+late)); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
	}
	b.eventually(`select string_agg(args->>'tick', ' ' order by id) from river_job`, "2026-11-23T12:17:00Z 2026-11-23T13:17:00Z 2026-11-23T14:17:00Z")
}

func TestAMissedTickIsMadeUpForOnceOrSkipped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := b.queue()
	due := time.Date(2026, 11, 23, 12, 17, 0, 0, time.UTC)
	b.look(q, hourly(false), due)
	b.look(q, hourly(false), due.Add(9*time.Hour+20*time.Minute)) // all workers were down
	b.look(q, hourly(false), due.Add(9*time.Hour+21*time.Minute))
	b.eventually(`select string_agg(args->>'tick', ' ' order by id) from river_job`, "2026-11-23T12:17:00Z 2026-11-23T21:17:00Z")
	b.look(q, hourly(false), due.Add(8*time.Hour))
	b.eventually(`select count(*)::text from river_job`, "2")

	b.exec(`delete from river_job`)
	b.exec(`delete from job_schedules`)
	b.look(q, hourly(true), due)
	b.look(q, hourly(true), due.Add(9*time.Hour+20*time.Minute))
	b.look(q, hourly(true), due.Add(10*time.Hour+time.Minute))
	b.eventually(`select string_agg(args->>'tick', ' ' order by id) from river_job`, "2026-11-23T12:17:00Z 2026-11-23T22:17:00Z")
}

func TestTheTimetableIsDoneWhenAWorkerStarts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(`insert into idempotency_keys (name, key, input, created_at) values ('x', 'old', '', now() - interval '8 days'), ('x', 'new', '', now())`)
	b.start()
	b.eventually(`select string_agg(key, ' ') from idempotency_keys where name = 'x'`, "new")
	names := map[string]bool{}
	for _, e := range timetable() {
		require.False(t, names[e.name], e.name)
		names[e.name] = true
		_, err := e.last(time.Now())
		require.NoError(t, err)
	}
}
