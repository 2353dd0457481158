package chaos

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// F1 for texts: of two workers one after the other is killed at random points while texts come due. None goes twice, none is forgotten,
// and a doubt ends with what the provider says.
func TestKilledWorkersTextOnce(t *testing.T) {
	s := newStack(t)
	c := s.texting()
	c.delay = 100 * time.Millisecond // more of them die between the provider's yes and our knowing it
	site, origin := s.site()
	workers := []*process{s.texter(origin), s.texter(origin)}
	for _, p := range append(workers, site) {
		p.start()
	}
	dice := rand.New(rand.NewPCG(seedOf(t), 0))
	const waves, people = 20, 15
	for range waves {
		s.due(s.phones(people))
		time.Sleep(time.Duration(10+dice.IntN(350)) * time.Millisecond) // the random point
		victim := workers[dice.IntN(len(workers))]
		victim.kill()
		victim.start()
	}
	for _, w := range workers {
		w.kill()
	}
	s.muchLater()
	workers[0].start()
	t.Parallel() // others need not wait for what follows
	s.settleTexts()
	unknown := s.count(`select count(*) from deliveries where channel = 'sms' and status = 'unknown'`)
	c.reportRest()
	states := s.judgeTexts(c)
	t.Logf("%d were in doubt before the provider's reports", unknown)
	require.Equal(t, waves*people, states["sent"]+states["failed"]+states["unknown"], "every text")
	require.Greater(t, unknown, states["unknown"], "doubts that a report ended")
	require.Positive(t, states["unknown"], "doubts that nobody ended")
}

// F16 for texts: the provider is away, holds its answers back for longer than anybody waits, breaks and has enough, and comes back. What
// it surely did not take it gets again, in time; what it may have taken it does not. Mail does not notice.
func TestTextsTrouble(t *testing.T) {
	s := newStack(t)
	t.Parallel()
	c := s.texting()
	site, origin := s.site()
	worker := s.texter(origin)
	site.start()
	worker.start()
	l := s.drive(origin, s.shift)
	l.acked(20, 20*time.Second)
	const people = 60 // more than a worker has in hand at once
	goes := func(name string) {
		began := time.Now()
		s.post(50)
		t.Logf("%s: 50 more mails after %s", name, time.Since(began).Round(time.Millisecond))
		require.Less(t, time.Since(began), slow, "%s: mail goes on", name)
	}
	status := func(status string) int {
		return s.count(`select count(*) from deliveries where channel = 'sms' and status = $1`, status)
	}

	c.leave()
	s.due(s.phones(people))
	require.Eventually(t, func() bool { return status("pending") == people }, 20*time.Second, 20*time.Millisecond, "nobody is there")
	goes("away")
	require.Empty(t, c.asks())

	release := c.hold()
	c.back()
	s.due(s.phones(people))
	require.Eventually(t, func() bool { return len(c.asks()) > 20 }, 20*time.Second, 20*time.Millisecond, "it is asked")
	goes("slow")
	require.Eventually(t, func() bool { return status("unknown") > 0 }, time.Minute, 50*time.Millisecond, "who waits gives up")
	goes("slow")
	release()

	c.provider.Refuse(http.StatusInternalServerError, 20500)
	s.due(s.phones(people))
	doubts := status("unknown")
	require.Eventually(t, func() bool { return status("unknown") >= doubts+people }, 20*time.Second, 20*time.Millisecond, "it may have them")
	goes("broken")

	c.provider.Refuse(http.StatusTooManyRequests, 20429)
	s.due(s.phones(people))
	require.Eventually(t, func() bool { return status("pending") >= people }, 20*time.Second, 20*time.Millisecond, "it has enough")
	goes("enough")
	require.Less(t, worker.metric("go_goroutines"), 400.0, "nothing piles up")
	require.Equal(t, 4*people, s.count(`select count(*) from river_job where kind = 'events.remind' and args ->> 'what' = 'soon'`), "a job for each text")
	require.Zero(t, s.count(`select count(*) from river_job where kind = 'events.remind' and `+unsettled+` and scheduled_at > now() + interval '20 minutes'`), "each is tried again before the start")

	c.provider.Heal()
	s.settleTexts()
	goes("healed")
	l.stop()
	c.reportRest()
	states := s.judgeTexts(c)
	require.Equal(t, 4*people, states["sent"]+states["unknown"], "each is sent or in doubt: %v", states)
	require.GreaterOrEqual(t, states["unknown"], people, "those that it may have had when it was broken")
	require.GreaterOrEqual(t, states["sent"], people, "those that it had enough of")
	l.judge()
	s.judgeMail(time.Minute)
}

// F11 for texts: people text STOP while PostgreSQL is away, killed or stopped. The provider is told to come back, and does; each STOP is
// kept once, however often it is posted, and no text goes after it.
func TestStopsWhileTheDatabaseRestarts(t *testing.T) {
	s := newStack(t)
	c := s.texting()
	site, origin := s.site()
	worker := s.texter(origin)
	site.start()
	worker.start()
	const people = 40
	var stopped []string
	posted, taken := map[string]url.Values{}, map[string]*time.Time{} // by phone: its STOP, and when the site had it
	for _, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		phones, before := s.phones(people), len(c.asks())
		s.due(phones)
		require.Eventually(t, func() bool { return len(c.asks()) > before }, 20*time.Second, time.Millisecond, "the texts begin to go")
		var refused atomic.Int64
		var stops sync.WaitGroup
		for i, phone := range phones {
			form := url.Values{"MessageSid": {"SM" + uuid.NewString()}, "From": {phone}, "To": {ours}, "Body": {"Stop."}}
			posted[phone], taken[phone] = form, new(time.Time)
			stops.Go(func() {
				time.Sleep(time.Duration(i) * 2 * time.Millisecond) // some before the database goes, some while it goes, some after
				told := false
				c.post(origin+"/sms/inbound", form, func() {
					if !told {
						refused.Add(1)
					}
					told = true
				})
				*taken[phone] = time.Now()
			})
		}
		port := s.pg.Port()
		time.Sleep(30 * time.Millisecond)
		s.stopPostgres(how)
		require.Eventually(t, func() bool { return refused.Load() >= people/2 }, 10*time.Second, time.Millisecond, "most are told to come back")
		s.startPostgres(port)
		stops.Wait()
		stopped = append(stopped, phones...)
	}
	worker.kill()
	s.muchLater() // what it had in hand when the database went
	acked := time.Now()
	for _, form := range posted { // the answers were lost
		c.post(origin+"/sms/inbound", form, nil)
	}
	others := s.phones(people)
	s.due(append(others, stopped...))
	worker.start()
	t.Parallel() // others need not wait for what follows
	s.settleTexts()
	c.reportRest()
	s.judgeTexts(c)
	asks := c.asks()
	for _, phone := range stopped {
		for _, one := range asks[phone] {
			require.True(t, one.at.Before(acked), "%s is texted after its STOP", phone)
		}
		require.Zero(t, s.count(`select count(*) from deliveries where channel = 'sms' and recipient = $1 and created_at > $2 and reason <> 'suppressed'`, phone, *taken[phone]),
			"%s: what is claimed after the STOP does not go", phone)
	}
	for _, phone := range others {
		require.Len(t, asks[phone], 1, "who said no STOP is texted")
	}
	require.Equal(t, len(stopped), s.count(`select count(*) from suppressions where channel = 'sms' and reason = 'stopped'`), "each STOP is kept")
	require.Equal(t, len(stopped), s.count(`select count(*) from consents where status = 'opt_out' and method = 'keyword' and wording = 'STOP'`), "once")
	require.Equal(t, len(stopped), s.count(`select count(distinct address) from consents where status = 'opt_out'`), "for each phone")
	require.GreaterOrEqual(t, s.count(`select count(*) from deliveries where channel = 'sms' and status = 'failed' and reason = 'suppressed'`), len(stopped))
}
