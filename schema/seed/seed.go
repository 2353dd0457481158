// Package seed fills an empty database with the demo campaign: three organisations, two hundred events over past and
// future, the people who signed up for them, and cover pictures. It is the same every time but for the dates, which
// are around the given now. It knows the tables, and no service.
package seed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/pgdb"
)

// Putter stores an object.
type Putter interface {
	Put(ctx context.Context, key, contentType string, data []byte) error
}

// Config is where the campaign goes.
type Config struct {
	DB   *pgdb.DB
	Blob Putter
	Now  time.Time
	Log  io.Writer // one line about what was done
}

// Run seeds the campaign, all or nothing. It does nothing where the first organisation is there already, so it may be run at every start
// and by several processes at once.
func Run(ctx context.Context, cfg Config) error {
	if cfg.DB == nil || cfg.Blob == nil || cfg.Now.IsZero() || cfg.Log == nil {
		return errors.New("seed needs a database, a store, a time and a place to write to")
	}
	if done, err := seeded(ctx, cfg.DB); done || err != nil {
		return err
	}
	c, err := newCampaign(cfg.Now)
	if err != nil {
		return err
	}
	c.covers = paintCovers()
	for _, p := range c.covers {
		if p.err != nil {
			return fmt.Errorf("paint the cover %s: %w", p.name, p.err)
		}
		if err := cfg.Blob.Put(ctx, p.key, "image/jpeg", p.data); err != nil {
			return fmt.Errorf("store the cover %s: %w", p.name, err)
		}
	}
	late := false
	err = cfg.DB.Tx(ctx, func(tx pgx.Tx) (err error) {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('groundswell seed'))`); err != nil {
			return fmt.Errorf("wait for other seeds: %w", err)
		}
		if late, err = seeded(ctx, tx); late || err != nil {
			return err
		}
		return c.store(ctx, tx)
	})
	if err != nil || late {
		return err
	}
	// The planner would not know the tables until the server looks at them by itself, a minute later. Only those that stay as large:
	// a plan made for one that is known to be nearly empty is kept while it grows.
	if _, err := cfg.DB.Exec(ctx, `vacuum (analyze) organizations, media_assets, events, event_shifts, event_listings, event_tags`); err != nil {
		return fmt.Errorf("count what was stored: %w", err)
	}
	_, err = fmt.Fprintf(cfg.Log, "seeded %d organisations, %d events, %d people\n", len(c.orgs), len(c.events), c.persons())
	return err
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func seeded(ctx context.Context, q querier) (yes bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from organizations where id = $1)`, orgID(0)).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("look for the demo campaign: %w", err)
	}
	return yes, nil
}

// campaign is everything that is stored.
type campaign struct {
	now    time.Time
	orgs   []organisation
	people [][]contact
	events []event
	covers []painted
}

func newCampaign(now time.Time) (*campaign, error) {
	p, err := newPlanner(now)
	if err != nil {
		return nil, err
	}
	c := &campaign{now: p.now, orgs: p.orgs, people: p.people()}
	if c.events, err = p.events(); err != nil {
		return nil, err
	}
	p.fill(c.events, c.people)
	c.extras()
	return c, nil
}

func (c *campaign) persons() (n int) {
	for _, list := range c.people {
		n += len(list)
	}
	return n
}

func orgID(n int) uuid.UUID { return fixedID("organisation", n) }

func mediaID(org, cover int) uuid.UUID { return fixedID("media", org*100+cover) }

// coverOf is the picture for a kind of event.
func (c *campaign) coverOf(kind string) int {
	for i, p := range c.covers {
		if slices.Contains(p.kinds(), kind) {
			return i
		}
	}
	return 0
}
