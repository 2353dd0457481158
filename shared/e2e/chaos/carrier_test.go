package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/e2e/oracle"
	"groundswell/shared/sms"
	"groundswell/shared/sms/smstest"
)

// carrier is a provider of texts. It takes over and refuses as smstest does, may be away or hold its answers back, knows what it was asked
// for each phone, and posts to the site, again until the site has taken it.
type carrier struct {
	s        *stack
	provider *smstest.Server
	signer   *sms.Client
	addr     string
	url      string        // for SMS_URL
	delay    time.Duration // of every answer; set before it is asked

	mu      sync.Mutex
	asked   map[string][]ask // by phone
	web     *http.Server     // nil while it is away
	took    int
	held    chan struct{}  // closed when answers are not held back any more
	answers map[int]int    // to posts, by status; 0: none
	silent  int            // answers 503 without Retry-After
	posts   sync.WaitGroup // under way
}

// ask is one request to send a text.
type ask struct {
	at       time.Time
	status   int    // of the answer, whether or not it arrived
	id       string // of the text, when it was taken over
	reports  string // where to post what became of it
	reported bool
}

// texting gives the first organisation a number, and our programs a provider. Call it before they are made.
func (s *stack) texting() *carrier {
	s.t.Helper()
	c := &carrier{s: s, provider: smstest.New(s.t), asked: map[string][]ask{}, answers: map[int]int{}, held: make(chan struct{})}
	close(c.held)
	c.signer = c.provider.Client(s.t)
	c.addr = freeAddress(s.t)
	account, err := url.Parse(c.provider.URL)
	require.NoError(s.t, err)
	account.Host = c.addr
	c.url = account.String()
	c.back()
	s.t.Cleanup(func() {
		c.leave()
		c.posts.Wait()
	})
	s.texts = c
	s.exec(`update organizations set sms_number = $1 where id = (select id from organizations order by id limit 1)`, ours)
	return c
}

// ours is the number that texts come from.
const ours = "+12165550987"

// texter makes a worker that sends texts and names the site to the provider, not started yet.
func (s *stack) texter(origin string) *process {
	w := s.worker()
	w.env = append(w.env, "EVENTS_URL="+origin, "SMS_PER_NUMBER=0")
	return w
}

// ServeHTTP takes a request to send. Of what it takes, it reports a quarter even before it answers.
func (c *carrier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	c.provider.ServeHTTP(answer, r)
	var said struct{ SID string }
	_ = json.Unmarshal(answer.Body.Bytes(), &said)
	one := ask{at: time.Now(), status: answer.Code, id: said.SID, reports: r.PostFormValue("StatusCallback")}
	c.mu.Lock()
	if one.id != "" {
		c.took++
		one.reported = c.took%4 == 0
	}
	c.asked[r.PostFormValue("To")] = append(c.asked[r.PostFormValue("To")], one)
	held := c.held
	c.mu.Unlock()
	if one.reported {
		c.report(one)
	}
	time.Sleep(c.delay)
	<-held
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// leave closes its door: nobody connects. (A proxy's door stays open, so that a text may have gone through it.)
func (c *carrier) leave() {
	if c.web != nil {
		_ = c.web.Close()
	}
	c.web = nil
}

// back opens it again.
func (c *carrier) back() {
	c.s.t.Helper()
	ln, err := net.Listen("tcp", c.addr)
	require.NoError(c.s.t, err)
	c.web = &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go func(web *http.Server) { _ = web.Serve(ln) }(c.web)
}

// hold makes it answer nothing until release is called; what it takes over it takes over.
func (c *carrier) hold() (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := make(chan struct{})
	c.held = held
	return func() { close(held) }
}

// asks is what it was asked so far.
func (c *carrier) asks() map[string][]ask {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := maps.Clone(c.asked)
	for phone, asks := range asked {
		asked[phone] = slices.Clone(asks)
	}
	return asked
}

// reportRest posts that the phones have what it took and has not reported on; of a quarter it never says anything.
func (c *carrier) reportRest() {
	c.mu.Lock()
	n := 0
	for _, asks := range c.asked {
		for i, one := range asks {
			if one.id == "" || one.reported {
				continue
			}
			if n++; n%3 > 0 {
				asks[i].reported = true
				c.report(one)
			}
		}
	}
	c.mu.Unlock()
	c.posts.Wait()
}

func (c *carrier) report(one ask) {
	c.posts.Go(func() { c.post(one.reports, url.Values{"MessageSid": {one.id}, "MessageStatus": {"delivered"}}, nil) })
}

// post posts a form until the site has taken it, and tells refused of each time that it has not.
func (c *carrier) post(to string, form url.Values, refused func()) {
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(100 * time.Millisecond) { // a provider's own pause
		status, after := c.postOnce(to, form)
		c.mu.Lock()
		if c.answers[status]++; status == http.StatusServiceUnavailable && after == "" {
			c.silent++
		}
		c.mu.Unlock()
		switch {
		case status/100 == 2:
			return
		case status != 0 && status != http.StatusServiceUnavailable:
			c.s.t.Errorf("the site answers %d to what the provider posts", status)
			return
		case refused != nil:
			refused()
		}
	}
	c.s.t.Errorf("the site does not take what the provider posts: %v", c.answers)
}

// postOnce returns the status, 0 for no answer.
func (c *carrier) postOnce(to string, form url.Values) (status int, after string) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second) // the provider's patience
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		c.s.t.Errorf("where the provider is to post: %v", err)
		return 0, ""
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(sms.SignatureHeader, c.signer.Sign(to, form))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, ""
	}
	return resp.StatusCode, resp.Header.Get("Retry-After")
}

// phones are so many numbers that nobody else has, in no country: it is night at none.
func (s *stack) phones(n int) (all []string) {
	s.t.Helper()
	first := s.count(`select count(distinct text_to) from event_signups where given_name = 'Texted'`)
	for i := range n {
		all = append(all, fmt.Sprintf("+88216%07d", first+i))
	}
	return all
}

// due signs the phones' owners up for a shift of their own that begins in 25 minutes, at noon there, and has the reminders planned that
// are due: their texts.
func (s *stack) due(phones []string) {
	s.t.Helper()
	now := time.Now().UTC()
	shift := uuid.Must(uuid.NewV7()).String()
	s.exec(`with e as (
		insert into events (id, org_id, org_name, slug, title, published_at, timezone, city, region, mode)
		select gen_random_uuid(), id, name, 'texted-' || $1::text, 'Texted', now(), $2, 'Cleveland', 'OH', 'in_person' from organizations where sms_number = $3
		returning id, org_id
	), s as (
		insert into event_shifts (id, org_id, event_id, starts_at, ends_at, taken)
		select $1::uuid, org_id, id, $4::timestamptz, $4::timestamptz + interval '1 hour', cardinality($5::text[]) from e
		returning id, org_id
	), c as (
		insert into contacts (id, org_id, email) select gen_random_uuid(), s.org_id, substr(p, 2) || '-' || s.id || '@example.org' from s, unnest($5::text[]) p
		returning id, org_id, email
	), g as (
		insert into event_signups (id, org_id, shift_id, contact_id, status, attend, party_size, given_name, family_name, email, text_to, details_at, created_at)
		select gen_random_uuid(), s.org_id, s.id, c.id, 'registered', 'in_person', 1, 'Texted', 'Person', c.email, '+' || split_part(c.email, '-', 1), now(), now() - interval '45 minutes'
		from s, c
	) select`, shift, fmt.Sprintf("Etc/GMT%+d", now.Hour()-12), ours, now.Add(25*time.Minute), phones)
	s.exec(`insert into river_job (args, kind, max_attempts, queue, priority, state, metadata)
		values (json_build_object('tick', now()), 'events.reminders', 25, 'default', 1, 'available', '{}')`)
}

// unsettled is a condition of the jobs of texts that are not done.
const unsettled = `kind in ('events.remind', 'events.reminders') and state in ('available', 'running', 'retryable', 'scheduled', 'pending')`

// settleTexts waits until nothing is left to do about texts. Jobs that are to be tried again later need not be waited for: this must be
// before the start.
func (s *stack) settleTexts() {
	s.t.Helper()
	var left string
	ok := func() bool {
		s.exec(`update river_job set scheduled_at = now() where kind = 'events.remind' and state in ('retryable', 'scheduled') and scheduled_at > now()`)
		err := s.db.QueryRow(s.t.Context(), `select coalesce(string_agg(what, '; '), '') from (
			select concat_ws(' ', kind, state, errors[array_upper(errors, 1)] ->> 'error') as what from river_job where `+unsettled+`
			union all select concat_ws(' ', key, status, lease_until, send_after) from deliveries where channel = 'sms' and status in ('pending', 'sending') limit 3) l`).Scan(&left)
		return err == nil && left == ""
	}
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(100 * time.Millisecond) {
		require.True(s.t, time.Now().Before(deadline), "every text is sent or given up; but there is still %s", left)
	}
}

// muchLater lets time pass for what dead workers had in hand: their leases end, and their jobs and their office go to others. No worker
// may be alive.
func (s *stack) muchLater() {
	s.t.Helper()
	s.exec(`update river_job set attempted_at = attempted_at - interval '5 minutes' where state = 'running'`)
	s.exec(`update deliveries set lease_until = lease_until - interval '5 minutes' where status = 'sending'`)
	s.exec(`delete from river_leader`)
}

// judgeTexts asks, once nothing is left to do: the provider was asked for each text until it may have gone and never again; what it
// took is sent or in doubt, and sent for sure when it said so; what is said to be sent it took, before the start; and whatever is in
// doubt is listed. It returns the texts in each state.
func (s *stack) judgeTexts(c *carrier) map[string]int {
	t := s.t
	t.Helper()
	rows, err := s.db.Query(t.Context(), `select g.text_to || ' ' || g.shift_id, g.text_to, coalesce(d.status, 'never tried'), coalesce(d.reason, ''), coalesce(d.id::text, ''), h.starts_at
		from event_signups g join event_shifts h on h.id = g.shift_id left join deliveries d on d.org_id = g.org_id and d.key like 'events.remind/soon/' || g.id || '/%'
		where g.given_name = 'Texted'`)
	require.NoError(t, err)
	var ledger oracle.Ledger
	states, ends, taken := map[string]int{}, map[string]string{}, map[string]int{}
	asks, doubts := c.asks(), s.doubts()
	for rows.Next() {
		var key, phone, status, reason, delivery string
		var starts time.Time
		require.NoError(t, rows.Scan(&key, &phone, &status, &reason, &delivery, &starts))
		states[status]++
		ends[key] = status
		ledger.Began(key)
		may := []string{"failed", "unknown"} // when the provider never got it
		for _, one := range asks[phone] {
			if delivery == "" || !strings.HasSuffix(one.reports, delivery) {
				continue
			}
			if len(may) != 2 || may[0] != "failed" {
				t.Errorf("%s: the provider was asked again when it may have gone", key)
			}
			switch {
			case one.id != "" && one.reported:
				may = []string{"sent"}
			case one.id != "":
				may = []string{"unknown", "sent"}
			case one.status >= http.StatusInternalServerError:
				may = []string{"unknown"}
			}
			if one.id != "" {
				taken[key]++
				require.True(t, one.at.Before(starts), "%s comes too late", key)
			}
		}
		ledger.Asks(key, may...)
		switch {
		case status == "sent":
			ledger.Acked(key, 0)
		case status == "failed":
			ledger.Refused(key)
			require.NotEmpty(t, reason, key)
		case status == "unknown":
			require.Contains(t, doubts, delivery, "it is listed")
		}
	}
	require.NoError(t, rows.Err())
	t.Logf("texts: %v; the provider took %d; its posts were answered %v", states, len(taken), c.answers)
	require.NoError(t, ledger.Judge(taken).Err())
	wrong := ledger.JudgeStates(ends)
	require.Empty(t, wrong[:min(len(wrong), 3)], "%d texts in states they must not be in", len(wrong))
	require.Zero(t, c.silent, "answers 503 without Retry-After")
	return states
}

// doubts is what the operator is told of texts in doubt.
func (s *stack) doubts() string {
	s.t.Helper()
	_, here, _, _ := runtime.Caller(0)
	list := exec.Command(filepath.Join(filepath.Dir(here), "../../../bin/workers"), "doubts")
	list.Env = append(list.Environ(), s.environment()...)
	said, err := list.CombinedOutput()
	require.NoError(s.t, err, "%s", said)
	return string(said)
}
