package cache_test

import (
	"net"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"groundswell/shared/cache"
	"groundswell/shared/cache/redistest"
)

func open(t *testing.T, addr string) *cache.Client {
	t.Helper()
	c, err := cache.Open("redis://" + addr)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// server is a Redis that can be away.
type server interface {
	Addr() string
	Stop()
	Start()
}

// onEach runs the test with the Redis of the development stack and with a real one.
func onEach(t *testing.T, test func(t *testing.T, s server)) {
	t.Helper()
	t.Run("miniredis", func(t *testing.T) {
		t.Parallel()
		test(t, mini{miniredis.RunT(t), t})
	})
	t.Run("redis-server", func(t *testing.T) {
		t.Parallel()
		test(t, redistest.Start(t))
	})
}

type mini struct {
	*miniredis.Miniredis
	t *testing.T
}

func (m mini) Stop()  { m.Close() }
func (m mini) Start() { require.NoError(m.t, m.Restart()) }

func TestItWorks(t *testing.T) {
	t.Parallel()
	onEach(t, itWorks)
}

func itWorks(t *testing.T, s server) {
	t.Helper()
	c := open(t, s.Addr())
	require.NoError(t, c.Check(t.Context()))
	require.NoError(t, c.Redis().Set(t.Context(), "k", "v", time.Minute).Err())
	require.ErrorIs(t, c.Redis().Get(t.Context(), "none").Err(), redis.Nil)
	require.Error(t, c.Redis().Incr(t.Context(), "k").Err(), "an error Redis answers")
	require.True(t, c.Up(), "is no absence")
}

func TestADeadRedisCostsOneCallerAndComesBack(t *testing.T) {
	t.Parallel()
	onEach(t, aDeadRedis)
}

func aDeadRedis(t *testing.T, s server) {
	t.Helper()
	c := open(t, s.Addr())
	require.NoError(t, c.Redis().Ping(t.Context()).Err())
	s.Stop()
	require.Error(t, c.Redis().Ping(t.Context()).Err())
	require.False(t, c.Up())
	started := time.Now()
	for range 1000 {
		require.ErrorIs(t, c.Redis().Ping(t.Context()).Err(), cache.ErrAway)
	}
	require.Less(t, time.Since(started), 100*time.Millisecond)
	s.Start()
	require.Eventually(t, func() bool { return c.Redis().Ping(t.Context()).Err() == nil }, 5*time.Second, 5*time.Millisecond)
}

// TestAHangingRedis meets a server that accepts and never answers.
func TestAHangingRedis(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	c := open(t, ln.Addr().String())
	started := time.Now()
	for range 100 {
		require.Error(t, c.Redis().Ping(t.Context()).Err())
	}
	require.Less(t, time.Since(started), 150*time.Millisecond, "all hundred together")

	pipe := c.Redis().Pipeline()
	get := pipe.Get(t.Context(), "k")
	_, err = pipe.Exec(t.Context())
	require.ErrorIs(t, err, cache.ErrAway)
	require.ErrorIs(t, get.Err(), cache.ErrAway)
}

func TestAPausedRedisComesBack(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	c := open(t, s.Addr())
	require.NoError(t, c.Redis().Set(t.Context(), "k", "v", time.Minute).Err())
	s.Pause()
	started := time.Now()
	require.Error(t, c.Redis().Get(t.Context(), "k").Err())
	require.False(t, c.Up())
	require.ErrorIs(t, c.Redis().Get(t.Context(), "k").Err(), cache.ErrAway)
	require.Less(t, time.Since(started), 150*time.Millisecond)
	s.Resume()
	require.Eventually(t, func() bool { return c.Redis().Get(t.Context(), "k").Val() == "v" }, 5*time.Second, 5*time.Millisecond)
}

func TestAWrongURLIsNotRepeated(t *testing.T) {
	t.Parallel()
	_, err := cache.Open("amqp://u:hunter2@localhost")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}
