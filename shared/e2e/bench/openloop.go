package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	openRate   = 300             // sign-ups a second, whether the site keeps up or not
	openWarm   = 3 * time.Second // not counted: connections are opened and statements prepared
	openWindow = 4 * time.Second
	openFor    = openWarm + 5*openWindow
	openShifts = 20
)

// benchOpenLoop signs people up at a steady rate while workers send the mails of it, and measures how long each waits
// from the moment they came: a site that falls behind is not spared the queue.
// It has a database of its own: the mails of earlier races would be a backlog that no steady rate leaves.
func benchOpenLoop(ctx context.Context, r *report) error {
	site, db, end, err := siteWithDatabase(ctx)
	if err != nil {
		return err
	}
	defer end()
	if _, err := db.Exec(ctx, "update media_assets set variants_at = now()"); err != nil { // the sizes of a hundred pictures, all at once
		return fmt.Errorf("count the pictures as done: %w", err)
	}
	server, stop, err := startSink()
	if err != nil {
		return err
	}
	defer stop()
	workers, err := startProgram(ctx, "workers", "DATABASE_URL="+db.Config().ConnString(), "EVENTS_URL="+site.URL, "SMTP_URL="+server)
	if err != nil {
		return err
	}
	defer func() { _ = workers.stop() }()
	if err := settle(ctx, db); err != nil {
		return err
	}
	var shifts []string
	for range openShifts {
		shift, err := newShift(ctx, db, 1_000_000)
		if err != nil {
			return err
		}
		shifts = append(shifts, shift)
	}
	took, err := openLoop(ctx, site.URL, shifts)
	if err != nil {
		return err
	}
	var mails int
	if err := db.QueryRow(ctx, `select count(*) from deliveries where status = 'sent'`).Scan(&mails); err != nil {
		return fmt.Errorf("count the mails: %w", err)
	}
	if mails < len(took)/2 {
		return fmt.Errorf("the workers sent %d mails for %d sign-ups meanwhile", mails, len(took))
	}
	r.atMost("rsvp_p99_at_300", medianP99(took[openRate*int(openWarm/time.Second):], openRate*int(openWindow/time.Second)), "ms", 100, 0)
	return nil
}

// openLoop is how long each sign-up took from the moment it was due.
func openLoop(ctx context.Context, base string, shifts []string) ([]time.Duration, error) {
	client := visitors()
	const people = openRate * int(openFor/time.Second)
	took, errs := make([]time.Duration, people), make([]error, people)
	var all sync.WaitGroup
	start := time.Now().Add(time.Second)
	for i := range people {
		due := start.Add(time.Duration(i) * time.Second / openRate)
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		all.Go(func() {
			ok, err := rsvp(ctx, client, base, shifts[i%len(shifts)], int64(i))
			if err == nil && !ok {
				err = errors.New("a sign-up was refused")
			}
			took[i], errs[i] = time.Since(due), err
		})
	}
	all.Wait()
	return took, errors.Join(errs...)
}

// settle waits until the workers have done what a new database gives them to do, and the machine has written it down: that would be
// measured.
func settle(ctx context.Context, db *pgx.Conn) error {
	if err := idle(ctx, db); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, "checkpoint"); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	syscall.Sync()
	return nil
}

// idle waits for a queue without work.
func idle(ctx context.Context, db *pgx.Conn) error {
	for range 600 {
		var left int
		err := db.QueryRow(ctx, `select count(*) from river_job where state in ('available', 'running')`).Scan(&left)
		if err != nil {
			return fmt.Errorf("look at the queue: %w", err)
		}
		if left == 0 {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("the workers were not done with a new database in a minute")
}

// medianP99 is the median of the windows' 99th percentiles, in milliseconds: a second that the machine gave to somebody else
// spoils one window.
func medianP99(took []time.Duration, window int) float64 {
	var p99 []time.Duration
	for w := range slices.Chunk(took, window) {
		w = slices.Sorted(slices.Values(w))
		p99 = append(p99, w[len(w)*99/100])
	}
	slices.Sort(p99)
	return float64(p99[len(p99)/2].Microseconds()) / 1000
}
