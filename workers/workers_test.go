package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config/configtest"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/jobs"
	"groundswell/shared/mail/mailtest"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
)

// TestMain lets the test binary be a worker that can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("WORKERS_TEST_CHILD") == "1" {
		if err := serve(context.Background(), os.Environ(), os.Stdout, nil); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

type bundle struct {
	t     *testing.T
	db    *pgdb.DB
	mail  *mailtest.Server
	svc   *eventsvc.Service // as a site has it
	shift events.ShiftID
	env   []string
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, db: dbtest.New(t), mail: mailtest.New(t)}
	b.env = []string{
		"DATABASE_URL=" + dbtest.URL(t), "SMTP_URL=" + b.mail.URL, "MAIL_FROM=hello@example.org", "EVENTS_URL=https://events.example.org",
		"SECRET_KEY=" + strings.Repeat("6b", 32), "PRIVATE_LISTEN=127.0.0.1:0", "DATABASE_MAX_CONNS=6", "MAIL_PER_DOMAIN=0",
		"S3_ENDPOINT=" + emptyStore(t), "S3_ACCESS_KEY=x", "S3_SECRET_KEY=x",
	}
	b.svc = b.service(pgdb.Site)
	b.shift = b.event()
	return b
}

func (b *bundle) service(role pgdb.Role) *eventsvc.Service {
	b.t.Helper()
	signer, err := signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(b.t, err)
	db := dbtest.As(b.t, role)
	queue, err := jobs.NewClient(db)
	require.NoError(b.t, err)
	svc, err := eventsvc.New(eventsvc.Config{
		DB: db, Signer: signer, Now: time.Now, Site: "https://events.example.org", Queue: queue, OptOuts: messagesvc.NewOptOuts(time.Now),
	})
	require.NoError(b.t, err)
	return svc
}

// emptyStore is an S3 service that is there and has nothing.
func emptyStore(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path[1:], "/") && r.URL.Path != "/groundswell/" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func (b *bundle) exec(sql string, args ...any) {
	b.t.Helper()
	_, err := b.db.Exec(b.t.Context(), sql, args...)
	require.NoError(b.t, err)
}

// event makes an organisation, an event and a shift tomorrow.
func (b *bundle) event() events.ShiftID {
	org, event, shift := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	b.exec(`insert into organizations (id, slug, name) values ($1, 'tremont', 'Tremont Neighbors')`, org)
	b.exec(`insert into events (id, org_id, org_name, slug, title, type, timezone, venue, line1, city, region, postal_code, country, published_at)
		values ($1, $2, 'Tremont Neighbors', 'canvass', 'Canvass', 'canvass', 'America/New_York', 'Hall', '1 Main St', 'Cleveland', 'OH', '44113', 'US', now())`, event, org)
	b.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at)
		values ($1, $2, $3, now() + interval '1 day', now() + interval '26 hours')`, shift, org, event)
	return events.ShiftID{UUID: shift}
}

func (b *bundle) rsvp(email string) {
	b.t.Helper()
	_, err := b.svc.RSVP(b.t.Context(), events.RSVPIn{ShiftID: b.shift, GivenName: "Ada", FamilyName: "Lovelace", Email: email})
	require.NoError(b.t, err)
}

func (b *bundle) arrival() mailtest.Accepted {
	b.t.Helper()
	select {
	case m := <-b.mail.Mail:
		return m
	case <-time.After(30 * time.Second):
		b.t.Fatal("no mail came")
		return mailtest.Accepted{}
	}
}

func (b *bundle) eventually(sql, want string) {
	b.t.Helper()
	var got string
	require.Eventually(b.t, func() bool {
		return b.db.QueryRow(context.Background(), sql).Scan(&got) == nil && got == want
	}, 30*time.Second, 5*time.Millisecond, "%s gives %q", sql, want)
}

// start runs workers in this process.
func (b *bundle) start() (private string, log *lockedBuffer, stop func() error) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log = &lockedBuffer{}
	ready, done := make(chan net.Addr, 1), make(chan error, 1)
	go func() { done <- serve(ctx, b.env, log, func(a net.Addr) { ready <- a }) }()
	select {
	case a := <-ready:
		private = "http://" + a.String()
	case err := <-done:
		require.NoError(b.t, err)
	}
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	b.t.Cleanup(func() { _ = stop() })
	return private, log, stop
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestASignUpIsConfirmedWithinASecond(t *testing.T) {
	t.Parallel()
	b := setup(t)
	private, log, stop := b.start()
	b.rsvp("warm@example.com")
	b.arrival()
	started := time.Now()
	b.rsvp("ada@example.com")
	m := b.arrival()
	require.Less(t, time.Since(started), time.Second)
	require.Equal(t, "ada@example.com", m.To)
	require.Contains(t, m.Raw, "text/calendar")
	b.eventually(`select count(*)::text from deliveries where status = 'sent'`, "2")

	resp, err := http.Get(private + "/metrics")
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Contains(t, string(body), `job_duration_seconds_count{kind="events.confirm",outcome="done"}`)
	require.Contains(t, string(body), "deliveries_unknown 0")
	resp, err = http.Get(private + "/healthz/deps")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 200, resp.StatusCode)
	require.NoError(t, stop())
	require.NotContains(t, log.String(), "ada@example.com")
	require.NotContains(t, log.String(), "Lovelace")
}

func TestTwoWorkersSendEachMailOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.start()
	b.start()
	const people = 30
	for i := range people {
		b.rsvp(string(rune('a'+i%26)) + strings.Repeat("x", i/26+1) + "@example.com")
	}
	seen := map[string]int{}
	for range people {
		seen[b.arrival().To]++
	}
	require.Len(t, seen, people)
	b.eventually(`select count(*)::text from river_job where state = 'completed' and kind = 'events.confirm'`, "30")
	require.Empty(t, b.mail.Mail)
}

// A worker is killed with kill -9 after the mail server took the mail over and before it said so.
func TestAKilledWorkerLeavesADoubtAndSendsNothingTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	release := b.mail.Hold("accepted")
	child := exec.Command(os.Args[0])
	child.Env = append(b.env, "WORKERS_TEST_CHILD=1")
	require.NoError(t, child.Start())
	b.rsvp("ada@example.com")
	b.arrival()
	require.NoError(t, child.Process.Signal(syscall.SIGKILL))
	_ = child.Wait()
	release()

	b.exec(`update river_job set state = 'available' where kind = 'events.confirm'`) // two minutes later: River's rescue,
	b.exec(`update deliveries set lease_until = now() - interval '1 second'`)        // and the lease is over
	_, log, _ := b.start()
	b.eventually(`select state::text from river_job where kind = 'events.confirm'`, "completed")
	b.eventually(`select status from deliveries`, "unknown")
	require.Empty(t, b.mail.Mail)
	require.Contains(t, log.String(), "sent or not is unknown")
}

func TestAMailServerThatComesBackGetsTheMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.mail.Fail("recipient", 451, "try later")
	b.start()
	b.rsvp("ada@example.com")
	b.eventually(`select reason from deliveries`, "recipient 451")
	b.mail.Heal()
	require.Equal(t, "ada@example.com", b.arrival().To)
}

func TestTheNightErasesOldSignUpsAndTheirContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.rsvp("ada@example.org")
	b.exec(`update event_shifts set starts_at = now() - interval '500 days', ends_at = now() - interval '499 days'`)
	b.exec(`update contacts set phone = '216 555 0123', updated_at = now() - interval '500 days'`)
	b.exec(`insert into consents (id, org_id, contact_id, channel, address, address_hash, status, method, wording, ip, created_at)
		select gen_random_uuid(), org_id, id, 'sms', '+12165550123', sha256('+12165550123'), 'opt_in', 'form', 'Text me.', '192.0.2.1', now() from contacts`)
	b.start()
	b.eventually(`select count(*)::text from consents where address = '' and ip is null and address_hash = sha256('+12165550123')`, "1")
	b.eventually(`select count(*)::text from contacts where (given_name, family_name, email, phone, postal_code) = ('', '', '', '', '')`, "1")
	b.eventually(`select count(*)::text from event_signups where given_name = ''`, "1")
}

func TestDoubtsSayWhatWasSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(`insert into deliveries (id, org_id, key, kind, channel, recipient, message_id, status, created_at, updated_at)
		select gen_random_uuid(), id, 'k', 'events.text', 'sms', '+12165550123', 'SM1', 'unknown', now(), now() from organizations`)
	var out bytes.Buffer
	require.NoError(t, listDoubts(t.Context(), b.env, &out))
	require.Regexp(t, `Z  sms    events\.text +<SM1>  .*\n1 in doubt\n$`, out.String())
	require.NotContains(t, out.String(), "1216")
}

func TestReadmeListsTheConfiguration(t *testing.T) {
	t.Parallel()
	configtest.Readme[settings](t, "../README.md", "workers")
}
