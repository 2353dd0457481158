// Package cache is the way to Redis: short timeouts and a circuit breaker, so that a Redis that is dead or hangs costs
// one caller a tenth of a second and everybody after it nothing. Redis holds nothing that must survive; every
// caller has an answer for "it is away". It knows no feature.
package cache

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrAway is what commands return while Redis is taken to be away. Commands that meet its absence first return the
// network's error instead: treat every error but redis.Nil alike.
var ErrAway = errors.New("redis is away")

const (
	patience   = 90 * time.Millisecond // what one command may take, waiting and retrying included
	probeEvery = 500 * time.Millisecond
)

// Client is a connection pool to one Redis. Safe for concurrent use.
type Client struct {
	rdb     *redis.Client
	breaker breaker
}

// Open makes a client for a redis:// or rediss:// URL. It does not connect: a Redis that is away is no error here.
func Open(url string) (*Client, error) {
	opts, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("REDIS_URL is not a redis:// URL") // the parser's words may hold the password
	}
	opts.DialTimeout = 500 * time.Millisecond
	opts.ReadTimeout = 150 * time.Millisecond
	opts.WriteTimeout = 150 * time.Millisecond
	opts.PoolTimeout = patience
	opts.ContextTimeoutEnabled = true
	opts.MaxRetries = 1 // a pooled connection may have died with the last Redis
	opts.MinRetryBackoff, opts.MaxRetryBackoff = time.Millisecond, 5*time.Millisecond
	opts.DialerRetries = 1
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	redis.SetLogger(silent{}) // the driver's own lines repeat, unstructured, what its errors say
	c := &Client{rdb: redis.NewClient(opts)}
	c.breaker.probe = func(ctx context.Context) error { return c.rdb.Ping(context.WithValue(ctx, probing{}, true)).Err() }
	c.rdb.AddHook(hook{&c.breaker})
	return c, nil
}

// Redis is the driver's client, for the packages that may use it. Its commands fail with ErrAway while Redis is away.
func (c *Client) Redis() *redis.Client { return c.rdb }

// Up reports whether Redis answered last time.
func (c *Client) Up() bool { return !c.breaker.open() }

// Check asks Redis itself, for /healthz/deps.
func (c *Client) Check(ctx context.Context) error {
	if err := c.breaker.probe(ctx); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	return nil
}

// Close closes the pool and waits for what the breaker still does.
func (c *Client) Close() error {
	c.breaker.stop()
	return c.rdb.Close()
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// probing marks the breaker's own PING, which must pass an open breaker.
type probing struct{}

// hook bounds every command in time and asks the breaker.
type hook struct{ breaker *breaker }

func (h hook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (h hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := h.guard(ctx, func(ctx context.Context) error { return next(ctx, cmd) })
		if errors.Is(err, ErrAway) {
			cmd.SetErr(err)
		}
		return err
	}
}

func (h hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := h.guard(ctx, func(ctx context.Context) error { return next(ctx, cmds) })
		if errors.Is(err, ErrAway) {
			for _, cmd := range cmds {
				cmd.SetErr(err)
			}
		}
		return err
	}
}

func (h hook) guard(ctx context.Context, do func(context.Context) error) error {
	if ctx.Value(probing{}) != nil {
		return do(ctx)
	}
	if h.breaker.open() {
		return ErrAway
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := do(bounded)
	if away(err) && ctx.Err() == nil {
		h.breaker.trip()
	}
	return err
}

// away tells a server that cannot be reached from one that answers, be it with an error.
func away(err error) bool {
	var answered redis.Error
	return err != nil && !errors.Is(err, redis.Nil) && !errors.As(err, &answered) && !errors.Is(err, redis.ErrClosed)
}

// breaker is closed while Redis answers. Once open, commands fail at once and a probe asks every half second, for as
// long as commands come, whether Redis is back; no caller waits for it.
type breaker struct {
	probe func(context.Context) error

	mu      sync.Mutex
	tripped bool
	probing bool
	next    time.Time // of the next probe
	stopped bool
	wg      sync.WaitGroup
}

func (b *breaker) trip() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tripped = true
	b.next = time.Now().Add(probeEvery)
}

// open reports whether Redis is taken to be away, and starts the probe when it is due.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tripped && !b.probing && !b.stopped && time.Now().After(b.next) {
		b.probing = true
		b.wg.Go(b.ask)
	}
	return b.tripped
}

func (b *breaker) ask() {
	ctx, cancel := context.WithTimeout(context.Background(), probeEvery)
	defer cancel()
	err := b.probe(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
	b.tripped = away(err)
	b.next = time.Now().Add(probeEvery)
}

func (b *breaker) stop() {
	b.mu.Lock()
	b.stopped = true
	b.mu.Unlock()
	b.wg.Wait()
}
