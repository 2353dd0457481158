//go:build !js

package fullstack

import (
	"context"
	"errors"
	"sync"
	"time"

	"groundswell/shared/fault"
	"groundswell/shared/lru"
)

const (
	renderTimeout = 15 * time.Second
	// staleIfError is how old a shared page may be when it cannot be renewed because the data is away.
	staleIfError = 24 * time.Hour
)

// pageCache keeps shared pages in memory, bounded by bytes, and lets one request at a time render each. It is why public
// pages stay up while the database is down.
type pageCache struct {
	mu      sync.Mutex
	pages   *lru.Bytes[*rendered]
	off     bool // it keeps nothing
	flights map[string]*flight
	running sync.WaitGroup
}

// flight is one rendering in progress. It is cancelled when everybody who waited for it went away.
type flight struct {
	done    chan struct{}
	page    *rendered
	waiters int
	cancel  context.CancelFunc
}

func newPageCache(most int) *pageCache {
	if most == 0 {
		most = 64 << 20
	}
	return &pageCache{pages: lru.New(most, (*rendered).size), off: most < 0, flights: map[string]*flight{}}
}

// get returns the page kept under key, renewing it as policy says. outcome is "hit", "stale", "miss" or, when an old page
// stands in for one that failed, "stale_error".
func (c *pageCache) get(ctx context.Context, key string, policy Cache, render func(context.Context) *rendered) (page *rendered, outcome string) {
	c.mu.Lock()
	kept, _ := c.pages.Get(key)
	if kept != nil {
		age := time.Since(kept.at)
		if age < policy.Fresh {
			c.mu.Unlock()
			return kept, "hit"
		}
		if age < policy.Fresh+policy.Stale || kept.away && age < staleIfError {
			if c.flights[key] == nil {
				c.start(context.WithoutCancel(ctx), key, render).waiters = 1 // nobody waits, nobody cancels
			}
			outcome = "stale"
			if kept.away {
				outcome = "stale_error"
			}
			c.mu.Unlock()
			return kept, outcome
		}
	}
	f := c.flights[key]
	if f == nil {
		f = c.start(context.WithoutCancel(ctx), key, render)
	}
	f.waiters++
	c.mu.Unlock()

	select {
	case <-f.done:
	case <-ctx.Done():
		c.leave(key, f)
		return &rendered{err: ctx.Err()}, "canceled"
	}
	if away(f.page.err) && kept != nil && time.Since(kept.at) < staleIfError {
		return kept, "stale_error"
	}
	return f.page, "miss"
}

// start begins a rendering; c.mu is held.
func (c *pageCache) start(ctx context.Context, key string, render func(context.Context) *rendered) *flight {
	ctx, cancel := context.WithTimeout(ctx, renderTimeout)
	f := &flight{done: make(chan struct{}), cancel: cancel}
	c.flights[key] = f
	c.running.Go(func() {
		defer cancel()
		page := render(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		f.page = page
		if c.flights[key] == f {
			delete(c.flights, key)
		}
		switch {
		case page.partial: // what is kept stays
		case away(page.err):
			if kept, ok := c.pages.Peek(key); ok {
				kept.away = true // nobody waits for the next attempt
			}
		case page.shareable() && !c.off:
			c.pages.Put(key, page)
		case !errors.Is(page.err, context.Canceled):
			c.pages.Remove(key) // gone, moved, or not for everybody any more
		}
		close(f.done)
	})
	return f
}

// leave is a waiter going away; the last one cancels the rendering.
func (c *pageCache) leave(key string, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		f.cancel()
		if c.flights[key] == f {
			delete(c.flights, key)
		}
	}
}

// size counts a page with room for its compressed forms.
func (p *rendered) size() int { return len(p.body)*3/2 + 1024 }

// away reports whether a page failed because something it needs is down, not because of what was asked.
func away(err error) bool {
	e := fault.As(err)
	return e != nil && (e.Code == fault.Unavailable || e.Code == fault.Internal)
}
