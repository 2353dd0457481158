package ratelimit

import (
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// localKeys bounds the memory: the keys used longest ago are forgotten first.
const localKeys = 50_000

// local counts in this process while Redis is away.
type local struct {
	mu       sync.Mutex
	counters *simplelru.LRU[string, counter]
}

func newLocal() (*local, error) {
	lru, err := simplelru.NewLRU[string, counter](localKeys, nil)
	return &local{counters: lru}, err
}

func (l *local) take(key string, limit int, window time.Duration, now time.Time) Result {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, _ := l.counters.Get(key)
	res := c.take(limit, window, now)
	l.counters.Add(key, c)
	return res
}

func (l *local) undo(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := l.counters.Get(key); ok && c.cur >= 1 {
		c.cur--
		l.counters.Add(key, c)
	}
}

// counter is a sliding window by two counters: this window's count and the share of the last one's that still
// overlaps. counter.lua has the same arithmetic.
type counter struct {
	slot      int64
	cur, last float64
}

func (c *counter) take(limit int, window time.Duration, now time.Time) Result {
	at, size, most := float64(now.UnixMilli()), float64(window.Milliseconds()), float64(limit)
	slot := int64(math.Floor(at / size))
	into := at - float64(slot)*size
	switch c.slot {
	case slot:
	case slot - 1:
		c.cur, c.last = 0, c.cur
	default:
		c.cur, c.last = 0, 0
	}
	c.slot = slot
	used := c.last*(size-into)/size + c.cur
	if used+1 <= most {
		c.cur++
		return Result{Allowed: true, Remaining: int(most - used - 1), Degraded: true}
	}
	wait := size - into + size*(1-(most-1)/c.cur)
	if c.cur <= most-1 {
		wait = size - into - size*(most-1-c.cur)/c.last
	}
	return Result{RetryAfter: time.Duration(math.Ceil(wait)) * time.Millisecond, Degraded: true}
}
