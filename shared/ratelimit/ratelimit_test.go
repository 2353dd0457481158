package ratelimit_test

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"groundswell/shared/cache"
	"groundswell/shared/cache/redistest"
	"groundswell/shared/ratelimit"
)

// clock is what miniredis and the limits in memory go by.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

type bench struct {
	limiter *ratelimit.Limiter
	server  *miniredis.Miniredis
	clock   *clock
}

func (b bench) pass(d time.Duration) {
	b.clock.mu.Lock()
	b.clock.at = b.clock.at.Add(d)
	b.clock.mu.Unlock()
	b.server.SetTime(b.clock.now())
	b.server.FastForward(d)
}

func (b bench) allow(t *testing.T, class, key string) ratelimit.Result {
	t.Helper()
	res, err := b.limiter.Allow(t.Context(), class, key)
	require.NoError(t, err)
	return res
}

func setup(t *testing.T) bench {
	t.Helper()
	b := bench{server: miniredis.RunT(t), clock: &clock{at: time.Unix(1_800_000_000, 0)}}
	b.server.SetTime(b.clock.now())
	redis, err := cache.Open("redis://" + b.server.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { _ = redis.Close() })
	b.limiter, err = ratelimit.New(ratelimit.Config{Redis: redis, Key: []byte("key"), Classes: map[string]ratelimit.Class{
		"mail": {Limit: 3, Window: time.Second, Local: 1},
		"read": {Limit: 100, Window: time.Second},
	}}, b.clock.now)
	require.NoError(t, err)
	return b
}

func TestTheExactWindowSlides(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for want := 2; want >= 0; want-- {
		res := b.allow(t, "mail", "a")
		require.Equal(t, ratelimit.Result{Allowed: true, Remaining: want}, res)
		b.pass(100 * time.Millisecond)
	}
	res := b.allow(t, "mail", "a")
	require.Equal(t, ratelimit.Result{RetryAfter: 700 * time.Millisecond}, res, "when the first leaves the window")
	require.True(t, b.allow(t, "mail", "b").Allowed, "keys do not share")
	b.pass(res.RetryAfter)
	require.True(t, b.allow(t, "mail", "a").Allowed)
	require.False(t, b.allow(t, "mail", "a").Allowed, "the second is still inside")
}

// Both implementations of the counter answer alike, with Redis and without.
func TestTheCounterSlides(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]bool{"redis": false, "memory": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if away {
				b.server.Close()
			}
			for range 100 {
				require.True(t, b.allow(t, "read", "a").Allowed)
			}
			res := b.allow(t, "read", "a")
			require.False(t, res.Allowed)
			require.Equal(t, away, res.Degraded)
			require.InDelta(t, 1010, res.RetryAfter.Milliseconds(), 2, "the next window, and a hundredth of it")
			b.pass(res.RetryAfter)
			require.True(t, b.allow(t, "read", "a").Allowed)
			b.pass(490 * time.Millisecond)
			n := 0
			for b.allow(t, "read", "a").Allowed {
				n++
			}
			require.InDelta(t, 49, n, 1, "half of the last window still counts")
			b.pass(3 * time.Second)
			require.Equal(t, 99, b.allow(t, "read", "a").Remaining, "nothing lasts")
		})
	}
}

func TestWithoutRedisTheLimitIsStricterAndNeverAbsent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.server.Close()
	require.Equal(t, ratelimit.Result{Allowed: true, Degraded: true}, b.allow(t, "mail", "a"))
	require.False(t, b.allow(t, "mail", "a").Allowed)
	require.NoError(t, b.server.Restart())
	b.server.SetTime(b.clock.now())
	require.Eventually(t, func() bool { return !b.allow(t, "mail", "z").Degraded }, 5*time.Second, 5*time.Millisecond)
}

func TestRacersGetExactlyTheLimit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			res, err := b.limiter.Allow(t.Context(), "mail", "a")
			if err == nil && res.Allowed && !res.Degraded {
				allowed.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 3, allowed.Load())
}

func TestRedisHoldsNoAddresses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.allow(t, "mail", "ada@example.org")
	b.allow(t, "read", "203.0.113.9")
	require.Len(t, b.server.Keys(), 2)
	require.NotContains(t, strings.Join(b.server.Keys(), " ")+b.server.Dump(), "ada")
	require.NotContains(t, b.server.Dump(), "203.0")
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.limiter.Allow(t.Context(), "nothing", "a")
	require.ErrorContains(t, err, `"nothing"`)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = b.limiter.Allow(ended, "read", "a")
	require.ErrorIs(t, err, context.Canceled)
	_, err = ratelimit.New(ratelimit.Config{Classes: map[string]ratelimit.Class{"x": {}}}, time.Now)
	require.Error(t, err)
}

func TestIP(t *testing.T) {
	t.Parallel()
	require.Equal(t, "203.0.113.9", ratelimit.IP(netip.MustParseAddr("203.0.113.9")))
	require.Equal(t, "2001:db8:1:2::/64", ratelimit.IP(netip.MustParseAddr("2001:db8:1:2:3:4:5:6")))
}

// The scripts on a real server, by its clock.

func TestRealRedis_countsBothWays(t *testing.T) {
	t.Parallel()
	l, _ := onRealRedis(t)
	for class, limit := range map[string]int{"exact": 2, "counter": 100} {
		for n := range limit + 1 {
			res, err := l.Allow(t.Context(), class, "a")
			require.NoError(t, err)
			require.False(t, res.Degraded)
			require.Equal(t, n < limit, res.Allowed, "%s %d", class, n)
		}
	}
}

func TestRealRedis_takesBackWhatCameToNothing(t *testing.T) {
	t.Parallel()
	l, server := onRealRedis(t)
	nothing := func(class string, times int) {
		for n := range times {
			res, err := l.Allow(t.Context(), class, "a")
			require.NoError(t, err)
			require.True(t, res.Allowed, "%s %d", class, n)
			l.Undo(t.Context(), class, "a", res)
			l.Undo(t.Context(), class, "a", res)
			l.Undo(t.Context(), class, "never seen", res)
		}
	}
	full := func(class string, limit int, key string) {
		for n := range limit + 1 {
			res, err := l.Allow(t.Context(), class, key)
			require.NoError(t, err)
			require.Equal(t, n < limit, res.Allowed, "%s %d", class, n)
		}
	}
	nothing("exact", 10)
	full("exact", 2, "a")
	nothing("counter", 300)
	full("counter", 100, "a")
	server.Stop()
	nothing("exact", 10)
	full("exact", 1, "a")
}

func TestRealRedis_keepsItsWordAboutWhen(t *testing.T) {
	t.Parallel()
	l, _ := onRealRedis(t)
	for _, class := range []string{"exact, short", "counter, short"} {
		var res ratelimit.Result
		for n := 0; res.RetryAfter == 0; n++ {
			require.Less(t, n, 10_000, "%s: nothing is refused", class)
			var err error
			res, err = l.Allow(t.Context(), class, "a")
			require.NoError(t, err)
		}
		promised := time.Now().Add(res.RetryAfter)
		require.Eventually(t, func() bool {
			res, err := l.Allow(t.Context(), class, "a")
			return err == nil && res.Allowed
		}, 5*time.Second, 5*time.Millisecond)
		require.WithinRange(t, time.Now(), promised.Add(-100*time.Millisecond), promised.Add(2*time.Second), class)
	}
}

func TestRealRedis_isStrictWhileItIsAway(t *testing.T) {
	t.Parallel()
	l, server := onRealRedis(t)
	allow := func(key string) ratelimit.Result {
		res, err := l.Allow(t.Context(), "exact", key)
		require.NoError(t, err)
		return res
	}
	require.False(t, allow("a").Degraded)
	server.Stop()
	require.Equal(t, ratelimit.Result{Allowed: true, Degraded: true}, allow("a"))
	require.False(t, allow("a").Allowed)
	server.Start()
	require.Eventually(t, func() bool { return !allow("z").Degraded }, 5*time.Second, 5*time.Millisecond, "the scripts are gone with the old server")
}

func onRealRedis(t *testing.T) (*ratelimit.Limiter, *redistest.Server) {
	t.Helper()
	server := redistest.Start(t)
	redis, err := cache.Open(server.URL())
	require.NoError(t, err)
	t.Cleanup(func() { _ = redis.Close() })
	l, err := ratelimit.New(ratelimit.Config{Redis: redis, Key: []byte("key"), Classes: map[string]ratelimit.Class{
		"exact": {Limit: 2, Window: time.Minute, Local: 1}, "counter": {Limit: 100, Window: time.Minute},
		"exact, short": {Limit: 1, Window: 400 * time.Millisecond}, "counter, short": {Limit: 61, Window: 400 * time.Millisecond},
	}}, time.Now)
	require.NoError(t, err)
	return l, server
}
