package chaos

import (
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// F1 and F3: the site and a worker are killed at random points, 200 times in all, while people sign up, for several times at once too,
// stand in line, are offered seats for a moment and are told of a shift that moves.
func TestKilledProcesses(t *testing.T) {
	s := newStack(t)
	site, origin := s.site()
	worker := s.worker()
	site.start()
	worker.start()
	l, q := s.drive(origin, s.shift), s.queue(origin)
	l.acked(20, 20*time.Second)

	seed := seedOf(t)
	dice := rand.New(rand.NewPCG(seed, 0))
	var slowest time.Duration
	for range 200 {
		victim := site
		if dice.IntN(3) == 0 {
			victim = worker
		}
		time.Sleep(time.Duration(10+dice.IntN(150)) * time.Millisecond) // the random point
		victim.kill()
		slowest = max(slowest, victim.start())
	}
	l.acked(20, 20*time.Second)
	q.acked(20, 20*time.Second)
	l.stop()
	q.stop()
	t.Logf("slowest restart: %s", slowest.Round(time.Millisecond))
	require.LessOrEqual(t, slowest, 3*time.Second, "ready again")
	l.judge()
	t.Parallel() // others need not wait for what follows
	q.judge()
	// A killed worker's jobs run again within two minutes.
	s.judgeMail(4 * time.Minute)
	q.judgeMail()
}

// F4: a worker that is paused in the middle of a mail, for longer than its lease, must not count when it wakes up.
func TestPausedWorker(t *testing.T) {
	s := newStack(t)
	t.Parallel()
	site, origin := s.site()
	first, second := s.worker(), s.worker()
	site.start()
	first.start()
	release := s.smtp.Hold("accept")
	l := s.drive(origin, s.shift)
	l.acked(5, 20*time.Second)
	require.Eventually(t, func() bool { return s.count(`select count(*) from deliveries where status = 'sending'`) > 0 },
		20*time.Second, 5*time.Millisecond, "the worker is in the middle of a mail")
	l.stop()
	first.signal(syscall.SIGSTOP)
	second.start()
	require.Eventually(t, func() bool { return s.count(`select count(*) from deliveries where status = 'sending'`) == 0 },
		4*time.Minute, 200*time.Millisecond, "the second worker took over what the first had in hand")
	unknown := s.count(`select count(*) from deliveries where status = 'unknown'`)
	require.Positive(t, unknown, "nobody knows whether the first worker's mails went")
	release()
	first.signal(syscall.SIGCONT)
	require.Eventually(t, first.ready, 20*time.Second, 5*time.Millisecond)
	s.judgeMail(4 * time.Minute)
	require.GreaterOrEqual(t, s.count(`select count(*) from deliveries where status = 'unknown'`), unknown,
		"a late write must not turn doubt into certainty")
	l.judge()
}

// F30 under F1: a hundred seats, five hundred people, and a site that keeps dying.
func TestSeatsRaceWhileTheSiteDies(t *testing.T) {
	s := newStack(t)
	shift, _ := s.newShift(100)
	site, origin := s.site()
	site.start()
	l := &load{s: s, origin: origin, shift: shift, statuses: map[int]int{}, read: map[int]int{}, client: &http.Client{Timeout: slow}}
	var people sync.WaitGroup
	for n := range 500 {
		email := "racer-" + strconv.Itoa(n) + "@example.org"
		l.signups.Began(email)
		people.Go(func() { l.untilAnswered(email) })
	}
	done := make(chan struct{})
	go func() { people.Wait(); close(done) }()
	for kills := 0; kills < 20; kills++ {
		select {
		case <-done:
			kills = 20
		case <-time.After(200 * time.Millisecond):
			site.kill()
			site.start()
		}
	}
	<-done
	l.judge()
	require.Equal(t, 100, s.count(`select taken from event_shifts where id = $1`, shift))
	require.Equal(t, 400, s.count(`select waiting from event_shifts where id = $1`, shift), "the others stand in line")
}

// F27: a job that can never work is put aside, and what stands behind it goes on.
func TestPoisonJob(t *testing.T) {
	s := newStack(t)
	site, origin := s.site()
	worker := s.worker()
	site.start()
	worker.start()
	for range 50 {
		s.exec(`insert into river_job (args, kind, max_attempts, queue, priority, state, metadata)
			values ('{"signup_id": 42}', 'events.confirm', 1, 'default', 1, 'available', '{}')`)
	}
	l := s.drive(origin, s.shift)
	l.acked(50, 20*time.Second)
	l.stop()
	l.judge()
	require.Eventually(t, func() bool {
		return s.count(`select count(*) from river_job where state = 'discarded'`) == 50
	}, 20*time.Second, 50*time.Millisecond, "the poison is put aside, where it is seen")
	require.Equal(t, http.StatusOK, worker.status("/readyz"), "the worker lives")
	s.judgeMail(time.Minute)
}

// seedOf is CHAOS_SEED, else a new one; either way it is printed.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("CHAOS_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("CHAOS_SEED=%d", seed)
	return seed
}
