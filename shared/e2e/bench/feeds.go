package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

const feedEvents = 5000

// benchFeeds measures the feeds of an organisation with 5,000 events: written for the first time, told to be unchanged,
// and written again after a change.
func benchFeeds(ctx context.Context, r *report) error {
	database, err := benchDatabase(ctx)
	if err != nil {
		return err
	}
	db, err := pgx.Connect(ctx, database)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer db.Close(context.WithoutCancel(ctx))
	if err := manyEvents(ctx, db); err != nil {
		return err
	}
	site, err := startInstance(ctx, "DATABASE_URL="+database)
	if err != nil {
		return err
	}
	defer func() { _ = site.stop() }()
	for name, path := range map[string]string{"feed_calendar": "/o/bench-feeds/calendar.ics", "feed_atom": "/o/bench-feeds/feed.atom"} {
		if err := benchFeed(ctx, r, db, name, site.URL+path); err != nil {
			return err
		}
	}
	return nil
}

func benchFeed(ctx context.Context, r *report, db *pgx.Conn, name, url string) error {
	var written, unchanged []time.Duration
	for range 9 {
		if _, err := db.Exec(ctx, `update events set sequence = sequence + 1, updated_at = clock_timestamp() where slug = 'bench-feed-1'`); err != nil {
			return fmt.Errorf("change an event: %w", err)
		}
		etag, took, err := poll(ctx, url, "", http.StatusOK)
		if err != nil {
			return err
		}
		written = append(written, took)
		if _, took, err = poll(ctx, url, etag, http.StatusNotModified); err != nil {
			return err
		}
		unchanged = append(unchanged, took)
	}
	if name == "feed_calendar" {
		body, _, err := fetch(ctx, url)
		if err != nil {
			return err
		}
		r.exactly(name+"_5000_entries", float64(bytes.Count(body, []byte("BEGIN:VEVENT"))), "entries", feedEvents)
	}
	r.atMost(name+"_5000_first", written[0].Seconds()*1000, "ms", 300, 0)
	r.atMost(name+"_5000_changed", slices.Max(written).Seconds()*1000, "ms", 300, 0)
	r.atMost(name+"_5000_unchanged", slices.Max(unchanged).Seconds()*1000, "ms", 50, 0)
	return nil
}

// poll asks as a calendar program does and reads the whole answer.
func poll(ctx context.Context, url, etag string, want int) (tag string, took time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", 0, fmt.Errorf("poll: %w", err)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	start := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", 0, fmt.Errorf("poll: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return "", 0, fmt.Errorf("poll: %w", err)
	}
	if resp.StatusCode != want {
		return "", 0, fmt.Errorf("%s answered %s, not %d", url, resp.Status, want)
	}
	return resp.Header.Get("Etag"), time.Since(start), nil
}

func manyEvents(ctx context.Context, db *pgx.Conn) error {
	for _, sql := range []string{
		`insert into organizations (id, slug, name) values (gen_random_uuid(), 'bench-feeds', 'Bench Feeds')`,
		`insert into events (id, org_id, org_name, slug, title, summary, description, timezone, venue, line1, city, region, postal_code, published_at)
		select gen_random_uuid(), o.id, o.name, 'bench-feed-' || n, 'Knock on doors in precinct ' || n, 'Meet your neighbors, with a team and a list.',
			repeat('We meet at the corner and walk in pairs. ', 20), 'America/New_York', 'Merrick House', n || ' Starkweather Ave', 'Cleveland', 'OH', '44113', now()
		from organizations o, generate_series(1, 5000) n where o.slug = 'bench-feeds'`,
		`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity)
		select gen_random_uuid(), org_id, id, now() + interval '1 day', now() + interval '26 hours', 20 from events where slug like 'bench-feed-%'`,
		`analyze`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("put 5,000 events: %w", err)
		}
	}
	return nil
}
