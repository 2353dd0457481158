package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	openRate   = 300 // sign-ups a second, whether the site keeps up or not
	openFor    = 20 * time.Second
	openShifts = 20
)

// benchOpenLoop signs people up at a steady rate while workers send the mails of it, and measures how long each waits
// from the moment they came: a site that falls behind is not spared the queue.
func benchOpenLoop(ctx context.Context, r *report, client *http.Client, site *instance, db *pgx.Conn, database string) error {
	workers, err := startProgram(ctx, "workers", "DATABASE_URL="+database, "EVENTS_URL="+site.URL, "DATABASE_MAX_CONNS=10")
	if err != nil {
		return err
	}
	defer func() { _ = workers.stop() }()
	var shifts []string
	for range openShifts {
		shift, err := newShift(ctx, db, 1_000_000)
		if err != nil {
			return err
		}
		shifts = append(shifts, shift)
	}
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
			ok, err := rsvp(ctx, client, site.URL, shifts[i%len(shifts)], int64(i))
			if err == nil && !ok {
				err = errors.New("a sign-up was refused")
			}
			took[i], errs[i] = time.Since(due), err
		})
	}
	all.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	var mails int
	if err := db.QueryRow(ctx, `select count(*) from deliveries where status = 'sent'`).Scan(&mails); err != nil {
		return fmt.Errorf("count the mails: %w", err)
	}
	if mails == 0 {
		return errors.New("the workers sent nothing meanwhile")
	}
	slices.Sort(took)
	r.atMost("rsvp_p99_at_300", float64(took[len(took)*99/100].Microseconds())/1000, "ms", 100, 0)
	return nil
}
