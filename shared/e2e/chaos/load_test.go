package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/e2e/oracle"
	"groundswell/shared/events"
	"groundswell/shared/mail/mailtest"
)

const (
	writers = 8
	readers = 4
	slow    = 5 * time.Second // what a client waits for an answer before it asks again
)

// load is people signing up, each until they are told that it worked, and people reading.
type load struct {
	s       *stack
	origin  string
	shift   string
	signups oracle.Ledger
	stopped chan struct{}
	wg      sync.WaitGroup
	client  *http.Client

	mu       sync.Mutex
	statuses map[int]int // of writes; 0: no answer
	retries  int         // 503 without Retry-After
	read     map[int]int // of reads
	slowRead time.Duration
}

// drive starts the load on a site.
func (s *stack) drive(origin, shift string) *load {
	l := s.newLoad(origin, shift)
	for w := range writers {
		l.wg.Go(func() { l.write(w) })
	}
	for range readers {
		l.wg.Go(l.browse)
	}
	return l
}

func (s *stack) newLoad(origin, shift string) *load {
	return &load{
		s: s, origin: origin, shift: shift, stopped: make(chan struct{}), statuses: map[int]int{}, read: map[int]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: slow},
	}
}

// stop lets every sign-up under way come to its end, within a minute.
func (l *load) stop() {
	l.s.t.Helper()
	close(l.stopped)
	done := make(chan struct{})
	go func() { l.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		l.s.t.Fatal("clients are still waiting for a definite answer a minute after the load ended")
	}
}

func (l *load) over() bool {
	select {
	case <-l.stopped:
		return true
	default:
		return false
	}
}

func (l *load) write(w int) {
	for n := 0; !l.over(); n++ {
		key := fmt.Sprintf("w%d-%d-%s@example.org", w, n, l.shift[24:])
		l.signups.Began(key)
		l.untilAnswered(key)
	}
}

// untilAnswered asks again with the same key until the answer is definite, as a browser's outbox does.
func (l *load) untilAnswered(email string) {
	key, began := uuid.NewString(), time.Now()
	switch l.untilDefinite(func() (int, string) { return l.signUp(email, key) }) {
	case http.StatusOK:
		l.signups.Acked(email, time.Since(began))
	case http.StatusConflict:
		l.signups.Refused(email)
	default:
		l.s.t.Errorf("%s gets no answer to a sign-up: %v", email, l.statuses)
	}
}

// untilDefinite asks until the answer is yes or no, and returns it; 0 when there was none in four minutes.
func (l *load) untilDefinite(ask func() (status int, after string)) int {
	pause, began := 50*time.Millisecond, time.Now()
	for time.Since(began) < 4*time.Minute {
		status, after := ask()
		l.signups.Attempt(status == 0 || status >= 500)
		l.note(status, after)
		switch status {
		case http.StatusOK, http.StatusConflict, http.StatusGone, http.StatusNotFound, http.StatusUnprocessableEntity:
			return status
		}
		time.Sleep(pause/2 + rand.N(pause)) // a client's own pause, not a wait for something
		pause = min(2*pause, time.Second)
	}
	return 0
}

func (l *load) signUp(email, key string) (status int, after string) {
	in := events.RSVPIn{ShiftID: shiftID(l.shift), GivenName: "Chaos", FamilyName: "Monkey", Email: email}
	return l.call(events.RSVP.Name, key, in, nil)
}

func shiftID(shift string) events.ShiftID { return events.ShiftID{UUID: uuid.MustParse(shift)} }

// call is one request for a function. The answer goes into out unless that is nil; the status is 0 for no answer or one
// that broke off.
func (l *load) call(function, key string, in, out any) (status int, after string) {
	body, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	req, err := http.NewRequest(http.MethodPost, l.origin+"/fn/"+function, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	req.Header.Set("X-Forwarded-For", someAddress())
	resp, err := l.client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, ""
	}
	if out != nil && resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(answer, out); err != nil {
			l.s.t.Errorf("%s answers what cannot be read: %v", function, err)
		}
	}
	return resp.StatusCode, resp.Header.Get("Retry-After")
}

func (l *load) note(status int, after string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.statuses[status]++
	if status == http.StatusServiceUnavailable && after == "" {
		l.retries++
	}
}

// browse reads the two pages that everybody sees.
func (l *load) browse() {
	for n := 0; !l.over(); n++ {
		path := "/"
		if n%2 == 0 {
			path = "/e/" + l.s.slug
		}
		began := time.Now()
		status := l.get(path)
		l.mu.Lock()
		l.read[status]++
		l.slowRead = max(l.slowRead, time.Since(began))
		l.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
	}
}

// judge settles: every promised sign-up is there, once; seats are what the sign-ups say; and every sign-up's mail went
// out, at most once, doubts being listed.
func (l *load) judge() {
	l.s.t.Helper()
	made, acked, _ := l.signups.Keys()
	attempts, failures, slowest, _ := l.signups.Requests()
	l.s.t.Logf("%d sign-ups, %d promised, %d requests, %d failed; slowest promise %s; writes %v; reads %v, slowest %s",
		made, acked, attempts, failures, slowest.Round(time.Millisecond), l.statuses, l.read, l.slowRead.Round(time.Millisecond))
	require.Positive(l.s.t, acked)
	require.NoError(l.s.t, l.signups.Judge(l.s.signupsOf(l.shift)).Err())
	require.Zero(l.s.t, l.retries, "answers 503 without Retry-After")
	var taken, sum int
	err := l.s.db.QueryRow(l.s.t.Context(), `select taken, (select coalesce(sum(party_size), 0) from event_signups g
		where g.shift_id = s.id and g.status in ('registered', 'offered')) from event_shifts s where id = $1`, l.shift).Scan(&taken, &sum)
	require.NoError(l.s.t, err)
	require.Equal(l.s.t, sum, taken, "the seats taken are those of the sign-ups")
}

// get is the status of a page, 0 for no answer or one that broke off.
func (l *load) get(path string) int {
	req, err := http.NewRequest(http.MethodGet, l.origin+path, nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("X-Forwarded-For", someAddress())
	resp, err := l.client.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0
	}
	return resp.StatusCode
}

// someAddress is a client's: the limits per address stay on, and everybody comes from elsewhere.
func someAddress() string {
	return fmt.Sprintf("10.%d.%d.%d", rand.N(256), rand.N(256), rand.N(256))
}

// readsOtherThan counts the reads whose status was not this one.
func (l *load) readsOtherThan(status int) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s, count := range l.read {
		if s != status {
			n += count
		}
	}
	return n
}

// acked waits until so many more sign-ups than now have been promised.
func (l *load) acked(more int, patience time.Duration) {
	l.s.t.Helper()
	_, before, _ := l.signups.Keys()
	require.Eventually(l.s.t, func() bool {
		_, now, _ := l.signups.Keys()
		return now >= before+more
	}, patience, 5*time.Millisecond, "sign-ups go through (again); writes so far: %v", l.statuses)
}

func (s *stack) signupsOf(shift string) map[string]int {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `select email, count(*) from event_signups where shift_id = $1 group by email`, shift)
	require.NoError(s.t, err)
	stored := map[string]int{}
	for rows.Next() {
		var email string
		var n int
		require.NoError(s.t, rows.Scan(&email, &n))
		stored[email] = n
	}
	require.NoError(s.t, rows.Err())
	return stored
}

// letterbox is what the mail server has taken over.
type letterbox struct {
	mu   sync.Mutex
	seen map[string]int       // by Message-ID
	came map[string]time.Time // the first of them
}

func collect(t *testing.T, server *mailtest.Server) *letterbox {
	t.Helper()
	b := &letterbox{seen: map[string]int{}, came: map[string]time.Time{}}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() {
		for {
			select {
			case m := <-server.Mail:
				b.mu.Lock()
				id := strings.Trim(m.Message.Header.Get("Message-Id"), "<>")
				if b.seen[id]++; b.seen[id] == 1 {
					b.came[id] = time.Now()
				}
				b.mu.Unlock()
			case <-ctx.Done():
				return
			}
		}
	}()
	return b
}

// count is how many mails came, each counted once.
func (b *letterbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.seen)
}

// when is the moment a mail came first; false when it never did.
func (b *letterbox) when(id string) (came time.Time, here bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	came, here = b.came[id]
	return came, here
}

// judgeMail waits until nothing is left to send, and asks: each mail at most once, each sign-up's sent or listed as unknown.
func (s *stack) judgeMail(patience time.Duration) {
	s.t.Helper()
	var left string
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		err := s.db.QueryRow(context.Background(), `select coalesce(string_agg(what, '; '), '') from (
			select concat_ws(' ', kind, state, 'attempt', attempt, scheduled_at, errors[array_upper(errors, 1)] ->> 'error') as what from river_job
			where kind like 'events.%' and kind not in ('events.expire_offer', 'events.images', 'events.orphans') and state in ('available', 'running', 'retryable', 'scheduled', 'pending')
			union all select concat_ws(' ', key, status, lease_until, send_after) from deliveries where channel = 'email' and status in ('pending', 'sending')) left_over`).Scan(&left)
		if err == nil && left == "" {
			break
		}
		require.True(s.t, time.Now().Before(deadline), "every mail has been sent or given up; but there is still %v %s", err, left)
	}
	var sent, unknown, failed, signups, without int
	err := s.db.QueryRow(s.t.Context(), `select
		count(*) filter (where status = 'sent'), count(*) filter (where status = 'unknown'), count(*) filter (where status = 'failed')
		from deliveries where channel = 'email'`).Scan(&sent, &unknown, &failed)
	require.NoError(s.t, err)
	err = s.db.QueryRow(s.t.Context(), `select count(*), count(*) filter (where not exists (
			select 1 from deliveries d where d.key like 'events.confirm/' || g.id || '/%'))
		from event_signups g where g.email like '%@example.org' and g.given_name = 'Chaos'`).Scan(&signups, &without)
	require.NoError(s.t, err)
	s.mails.mu.Lock()
	defer s.mails.mu.Unlock()
	twice := 0
	for _, n := range s.mails.seen {
		if n > 1 {
			twice++
		}
	}
	s.t.Logf("%d sign-ups: %d mails sent, %d unknown, %d failed; the server took %d", signups, sent, unknown, failed, len(s.mails.seen))
	require.Zero(s.t, twice, "mails that went twice")
	require.Zero(s.t, without, "sign-ups whose mail was never tried")
	require.GreaterOrEqual(s.t, len(s.mails.seen), sent, "mails said to be sent that the server does not have")
	require.LessOrEqual(s.t, len(s.mails.seen), sent+unknown, "mails that went out and are not on the list")
}
