package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	seats  = 100
	racers = 500
	seeds  = 20
)

// benchSignups races people for seats: 500 for 100, 20 times, with the others in line, and measures how many sign-ups a
// second go through.
func benchSignups(ctx context.Context, r *report) error {
	site, db, end, err := siteWithDatabase(ctx)
	if err != nil {
		return err
	}
	defer end()
	client := visitors()

	wrong := 0
	for range seeds {
		shift, err := newShift(ctx, db, seats)
		if err != nil {
			return err
		}
		got, err := race(ctx, client, site.URL, shift, racers)
		if err != nil {
			return err
		}
		taken, rows, waiting, err := countSeats(ctx, db, shift)
		if err != nil {
			return err
		}
		if got != seats || taken != seats || rows != seats || waiting != racers-seats {
			wrong++
		}
	}
	r.exactly("races_with_other_than_100_of_100_seats", float64(wrong), "races of 20", 0)

	shift, err := newShift(ctx, db, 1_000_000)
	if err != nil {
		return err
	}
	start := time.Now()
	const people = 3000
	got, err := race(ctx, client, site.URL, shift, people)
	if err != nil {
		return err
	}
	if got != people {
		return fmt.Errorf("%d of %d sign-ups went through", got, people)
	}
	r.atLeast("rsvp", people/time.Since(start).Seconds(), "sign-ups/s", 300, 0)
	return nil
}

// siteWithDatabase is the events site on a seeded database of its own, and a connection to that; end takes both away.
func siteWithDatabase(ctx context.Context) (site *instance, db *pgx.Conn, end func(), err error) {
	database, err := benchDatabase(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if db, err = pgx.Connect(ctx, database); err != nil {
		return nil, nil, nil, fmt.Errorf("connect: %w", err)
	}
	if site, err = startInstance(ctx, "DATABASE_URL="+database); err != nil {
		return nil, nil, nil, errors.Join(err, db.Close(context.WithoutCancel(ctx)))
	}
	return site, db, func() {
		_ = db.Close(context.WithoutCancel(ctx))
		_ = site.stop()
	}, nil
}

// visitors are many people at once.
func visitors() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}, Timeout: 30 * time.Second}
}

// newShift puts a shift of its own under the first event to come.
func newShift(ctx context.Context, db *pgx.Conn, capacity int) (string, error) {
	id := uuid.Must(uuid.NewV7()).String()
	tag, err := db.Exec(ctx, `insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity)
		select $1, e.org_id, e.id, now() + interval '3 days', now() + interval '3 days 2 hours', $2
		from events e where e.listed and e.status = 'scheduled' and e.mode = 'in_person' and e.last_ends_at > now() limit 1`, id, capacity)
	if err != nil {
		return "", fmt.Errorf("make a shift: %w", err)
	}
	if tag.RowsAffected() != 1 {
		return "", errors.New("no event to put a shift under")
	}
	return id, nil
}

func countSeats(ctx context.Context, db *pgx.Conn, shift string) (taken, rows, waiting int, err error) {
	err = db.QueryRow(ctx, `select taken, (select count(*) from event_signups g where g.shift_id = s.id and g.status = 'registered'), waiting
		from event_shifts s where s.id = $1`, shift).Scan(&taken, &rows, &waiting)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("count seats: %w", err)
	}
	return taken, rows, waiting, nil
}

// race signs people up, 32 at a time, and returns how many got a seat. Anything but a seat, a place in line or sold out is an error.
func race(ctx context.Context, client *http.Client, base, shift string, people int) (int, error) {
	var accepted, next atomic.Int64
	var once sync.Once
	var failure error
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(people) && ctx.Err() == nil; n = next.Add(1) {
				ok, err := rsvp(ctx, client, base, shift, n)
				if err != nil {
					once.Do(func() { failure = err })
					return
				}
				if ok {
					accepted.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return int(accepted.Load()), failure
}

func rsvp(ctx context.Context, client *http.Client, base, shift string, n int64) (bool, error) {
	body, err := json.Marshal(map[string]any{
		"shift_id": shift, "given_name": "Racer", "family_name": fmt.Sprint(n), "email": fmt.Sprintf("racer-%s-%d@example.org", shift[24:], n),
	})
	if err != nil {
		return false, fmt.Errorf("rsvp: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/fn/events.rsvp", bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("rsvp: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", uuid.NewString())
	resp, err := client.Do(req)
	if err != nil {
		return false, fmt.Errorf("rsvp: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return false, fmt.Errorf("rsvp: %w", err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		var out struct{ Waitlisted []any }
		if err := json.Unmarshal(answer, &out); err != nil {
			return false, fmt.Errorf("rsvp: %w", err)
		}
		return len(out.Waitlisted) == 0, nil
	case http.StatusConflict:
		return false, nil
	}
	return false, fmt.Errorf("rsvp answered %s: %s", resp.Status, answer)
}
