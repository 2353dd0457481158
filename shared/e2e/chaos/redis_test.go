package chaos

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// F6 to F9: whatever Redis does, nobody notices: no failed page, no failed sign-up, no waiting, no pile of goroutines.
func TestRedisTrouble(t *testing.T) {
	s := newStack(t)
	site, origin := s.site()
	worker := s.worker()
	site.start()
	worker.start()
	l := s.drive(origin, s.shift)
	l.acked(50, 20*time.Second)
	calm := l.typicalRead()
	goroutines := site.metric("go_goroutines")

	for _, fault := range []struct {
		name  string
		begin func()
		end   func()
	}{
		{"restart", func() { s.redis.Stop(); s.redis.Start() }, func() {}},
		{"FLUSHALL", func() { s.say("FLUSHALL") }, func() {}},
		{"down", func() { s.before.redis.play(trouble{refuse: true}) }, func() { s.before.redis.play(trouble{}) }},
		{"answers after 2 s", func() { s.before.redis.play(trouble{delay: 2 * time.Second}) }, func() { s.before.redis.play(trouble{}) }},
		{"hangs", func() { s.before.redis.play(trouble{hang: true}) }, func() { s.before.redis.play(trouble{}) }},
		{"paused", s.redis.Pause, s.redis.Resume},
	} {
		fault.begin()
		l.acked(50, 20*time.Second)
		during := l.typicalRead()
		t.Logf("%s: a page takes %s, %s in calm; %.0f goroutines, %.0f in calm", fault.name, during, calm, site.metric("go_goroutines"), goroutines)
		require.Less(t, during, calm+100*time.Millisecond, fault.name)
		require.Less(t, site.metric("go_goroutines"), 2*goroutines+20, fault.name)
		require.Equal(t, http.StatusOK, site.status("/readyz"), "a balancer must not take the site away for Redis: %s", fault.name)
		fault.end()
		l.acked(50, 20*time.Second)
	}
	l.stop()
	require.Zero(t, l.readsOtherThan(http.StatusOK), "reads %v", l.read)
	_, failures, _, _ := l.signups.Requests()
	require.Zero(t, failures, "writes %v", l.statuses)
	l.judge()
	s.judgeMail(time.Minute)
}

// typicalRead is the median time of a page now.
func (l *load) typicalRead() time.Duration {
	var took []time.Duration
	for range 15 {
		began := time.Now()
		require.Equal(l.s.t, http.StatusOK, l.get("/e/"+l.s.slug))
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// metric is the value of one without labels.
func (p *process) metric(name string) float64 {
	p.t.Helper()
	resp, err := http.Get("http://" + p.private + "/metrics")
	require.NoError(p.t, err)
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			v, err := strconv.ParseFloat(value, 64)
			require.NoError(p.t, err)
			return v
		}
	}
	require.Fail(p.t, "no metric "+name)
	return 0
}

// say gives Redis one command.
func (s *stack) say(command string) {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.redis.Addr())
	require.NoError(s.t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, command+"\r\n")
	require.NoError(s.t, err)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(s.t, err)
	require.Equal(s.t, "+OK\r\n", answer)
}
