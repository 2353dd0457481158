// Package ratelimit says whether somebody may do something again: sliding windows in Redis, shared by every process,
// and in this process's memory while Redis is away, never unlimited. It knows neither functions nor addresses, only
// classes and keys.
package ratelimit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"time"

	"github.com/redis/go-redis/v9"

	"groundswell/shared/cache"
)

//go:embed log.lua
var logScript string

//go:embed counter.lua
var counterScript string

//go:embed undo.lua
var undoScript string

// Class is a limit: at most Limit in any Window, per key.
type Class struct {
	Limit  int
	Window time.Duration
	// Local is the limit per process while Redis is away; zero: Limit. Where abuse costs (sign-in, mail) make it small,
	// since every process counts for itself then.
	Local int
}

// exactUpTo is the largest limit counted exactly, at the cost of memory per allowed request.
const exactUpTo = 60

// Config is what a Limiter needs.
type Config struct {
	Redis   *cache.Client
	Key     []byte // keys are stored as HMACs under it: Redis holds no addresses
	Classes map[string]Class
}

// Limiter is safe for concurrent use.
type Limiter struct {
	cfg          Config
	now          func() time.Time
	log, counter *redis.Script
	undo         *redis.Script
	local        *local
}

// Result is one decision.
type Result struct {
	Allowed    bool
	Remaining  int
	RetryAfter time.Duration // when not allowed: after this time it would be
	Degraded   bool          // decided without Redis
}

// New checks the classes. now is the clock of the limits in memory.
func New(cfg Config, now func() time.Time) (*Limiter, error) {
	cfg.Classes = maps.Clone(cfg.Classes)
	for name, c := range cfg.Classes {
		if c.Limit < 1 || c.Window < 10*time.Millisecond || c.Local < 0 {
			return nil, fmt.Errorf("rate class %q: the limit or the window is not positive", name)
		}
		if c.Local == 0 {
			c.Local = c.Limit
		}
		cfg.Classes[name] = c
	}
	mem, err := newLocal()
	if err != nil {
		return nil, fmt.Errorf("rate limits in memory: %w", err)
	}
	return &Limiter{cfg: cfg, now: now, log: redis.NewScript(logScript), counter: redis.NewScript(counterScript),
		undo: redis.NewScript(undoScript), local: mem}, nil
}

// Allow counts one attempt of key in class, unless it is refused. A refused attempt does not count. The only errors
// are a class that does not exist and a ctx that has ended; Redis being away is none (Result.Degraded).
func (l *Limiter) Allow(ctx context.Context, class, key string) (Result, error) {
	c, ok := l.cfg.Classes[class]
	if !ok {
		return Result{}, fmt.Errorf("there is no rate class %q", class)
	}
	name := l.name(class, key)
	res, err := l.shared(ctx, c, name)
	if err == nil {
		return res, nil
	}
	if ctx.Err() != nil {
		return Result{}, errors.Join(ctx.Err(), err)
	}
	return l.local.take(name, c.Local, c.Window, l.now()), nil
}

// Undo takes back one attempt that Allow counted, as it said: for what came to nothing, so that an outage or a mistake in a form does
// not use up what somebody may do. It works for ctx's values but not its end, for a second at most; an attempt that cannot be
// taken back stays counted.
func (l *Limiter) Undo(ctx context.Context, class, key string, counted Result) {
	name := l.name(class, key)
	if counted.Degraded {
		l.local.undo(name)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if r := l.cfg.Redis.Redis(); l.cfg.Classes[class].Limit <= exactUpTo {
		_ = r.ZPopMax(ctx, name).Err()
	} else {
		_ = l.undo.Run(ctx, r, []string{name}).Err()
	}
}

func (l *Limiter) shared(ctx context.Context, c Class, name string) (Result, error) {
	script, args := l.counter, []any{c.Limit, c.Window.Milliseconds()}
	if c.Limit <= exactUpTo {
		script, args = l.log, append(args, rand.Text())
	}
	reply, err := script.Run(ctx, l.cfg.Redis.Redis(), []string{name}, args...).Int64Slice()
	if err != nil {
		return Result{}, fmt.Errorf("rate limit: %w", err)
	}
	if len(reply) != 3 {
		return Result{}, fmt.Errorf("rate limit: %d values in the reply", len(reply))
	}
	return Result{Allowed: reply[0] == 1, Remaining: int(reply[1]), RetryAfter: time.Duration(reply[2]) * time.Millisecond}, nil
}

func (l *Limiter) name(class, key string) string {
	mac := hmac.New(sha256.New, l.cfg.Key)
	mac.Write([]byte(class + "\x00" + key))
	return "rate:" + class + ":" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// IP is the key of a client: the address, for IPv6 its /64, which is what one subscriber holds.
func IP(a netip.Addr) string {
	if a.Is4() || !a.IsValid() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}
