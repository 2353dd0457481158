package messagesvc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/fault"
	"groundswell/shared/mail"
	"groundswell/shared/mail/mailtest"
	"groundswell/shared/messages"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

type bundle struct {
	t      *testing.T
	db     *pgdb.DB
	server *mailtest.Server
	mailer *mail.Client
	org    orgs.ID
	log    *lockedBuffer
	clock  atomic.Int64 // seconds
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, db: dbtest.As(t, pgdb.Jobs), server: mailtest.New(t), org: orgs.ID{UUID: uuid.Must(uuid.NewV7())}, log: &lockedBuffer{}}
	b.clock.Store(1_800_000_000)
	var err error
	b.mailer, err = mail.New(b.server.URL, "hello@example.org", b.now)
	require.NoError(t, err)
	_, err = b.db.Exec(t.Context(), `insert into organizations (id, slug, name) values ($1, 'tremont', 'Tremont')`, b.org.UUID)
	require.NoError(t, err)
	return b
}

func (b *bundle) now() time.Time { return time.Unix(b.clock.Load(), 0) }

func (b *bundle) pass(d time.Duration) { b.clock.Add(int64(d / time.Second)) }

func (b *bundle) service(m messagesvc.Mailer) *messagesvc.Service {
	return messagesvc.New(messagesvc.Config{DB: b.db, Mailer: m, Now: b.now, Log: slog.New(slog.NewTextHandler(b.log, nil))})
}

func (b *bundle) message(key string) messages.Message {
	return messages.Message{Key: key, Kind: "test.mail", OrgID: b.org, To: "ada@example.com", ToName: "Ada", Subject: "S", Text: "secret text"}
}

func (b *bundle) row(key string) (status, reason string, attempts int) {
	b.t.Helper()
	err := b.db.QueryRow(b.t.Context(), `select status, reason, attempts from deliveries where key = $1`, key).Scan(&status, &reason, &attempts)
	require.NoError(b.t, err)
	return status, reason, attempts
}

// suppress ends all mail to an address, of one organisation or of all.
func (b *bundle) suppress(address string, org *uuid.UUID) {
	b.t.Helper()
	_, err := b.db.Exec(b.t.Context(), `insert into suppressions (id, org_id, address_hash, reason, created_at)
		values (gen_random_uuid(), $1, sha256(convert_to($2, 'UTF8')), 'complained', now())`, org, address)
	require.NoError(b.t, err)
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

// mailer lets a test stand between the service and the real client.
type mailer struct {
	*mail.Client
	send func(ctx context.Context, m mail.Mail) error
}

func (m mailer) Send(ctx context.Context, letter mail.Mail) error { return m.send(ctx, letter) }

func TestAMessageIsSentOncePerKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(b.mailer)
	for range 3 {
		require.NoError(t, svc.Deliver(t.Context(), b.message("k")))
	}
	require.NoError(t, svc.Deliver(t.Context(), b.message("other")))
	require.Len(t, b.server.Mail, 2)
	status, _, attempts := b.row("k")
	require.Equal(t, "sent", status)
	require.Equal(t, 1, attempts)
}

// A worker that is stopped ends the contexts of its jobs at any moment.
func TestADeliveryThatIsGivenUpMidwayIsNotInDoubt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(b.mailer)
	const mails = 150
	for i := range mails {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i*20)*time.Microsecond)
		_ = svc.Deliver(ctx, b.message(fmt.Sprint(i)))
		cancel()
	}
	var held int
	require.NoError(t, b.db.QueryRow(t.Context(), `select count(*) from deliveries where status not in ('pending', 'sent')`).Scan(&held))
	require.Zero(t, held)
	for i := range mails {
		require.NoError(t, svc.Deliver(t.Context(), b.message(fmt.Sprint(i))))
	}
	require.Len(t, b.server.Mail, mails)
}

func TestRacingWorkersSendOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const keys = 10
	var wg sync.WaitGroup
	for i := range 4 * keys {
		svc := b.service(b.mailer)
		wg.Go(func() {
			_ = svc.Deliver(t.Context(), b.message(string(rune('a'+i%keys)))) // losers are told to come again
		})
	}
	wg.Wait()
	require.Len(t, b.server.Mail, keys)
	seen := map[string]bool{}
	for range keys {
		seen[(<-b.server.Mail).Message.Header.Get("Message-Id")] = true
	}
	require.Len(t, seen, keys)
}

func TestTheClaimIsCommittedBeforeTheConversation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(mailer{b.mailer, func(context.Context, mail.Mail) error {
		status, _, attempts := b.row("k") // from another connection
		require.Equal(t, "sending", status)
		require.Equal(t, 1, attempts)
		require.Error(t, b.service(b.mailer).Deliver(t.Context(), b.message("k")), "a second attempt is told to come again")
		return nil
	}})
	require.NoError(t, svc.Deliver(t.Context(), b.message("k")))
	require.Empty(t, b.server.Mail)
}

// A worker that dies after the server took the mail over, and before it could write that down.
func TestAKilledAttemptIsUnknownAndNeverResent(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"found by the retried job", "found by the sweep"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			done := make(chan struct{})
			dying := b.service(mailer{b.mailer, func(ctx context.Context, m mail.Mail) error {
				require.NoError(t, b.mailer.Send(ctx, m))
				runtime.Goexit()
				return nil
			}})
			go func() {
				defer close(done)
				_ = dying.Deliver(t.Context(), b.message("k"))
			}()
			<-done
			svc := b.service(b.mailer)
			require.Error(t, svc.Deliver(t.Context(), b.message("k")), "the lease still runs")
			n, err := svc.SweepLost(t.Context())
			require.NoError(t, err)
			require.Zero(t, n)

			b.pass(2 * time.Minute)
			if how == "found by the sweep" {
				n, err = svc.SweepLost(t.Context())
				require.NoError(t, err)
				require.Equal(t, 1, n)
			}
			require.NoError(t, svc.Deliver(t.Context(), b.message("k")), "nothing is left to do")
			require.NoError(t, svc.Deliver(t.Context(), b.message("k")))
			require.Len(t, b.server.Mail, 1, "never resent")
			status, reason, _ := b.row("k")
			require.Equal(t, "unknown", status)
			require.Equal(t, "lost", reason)
			doubts, err := svc.Unknown(t.Context())
			require.NoError(t, err)
			require.Len(t, doubts, 1)
			require.Equal(t, "k", doubts[0].Key)
			require.Equal(t, "<"+doubts[0].MessageID+">", (<-b.server.Mail).Message.Header.Get("Message-Id"), "it can be looked up")
			count, err := svc.CountUnknown(t.Context())
			require.NoError(t, err)
			require.EqualValues(t, 1, count)
			require.Contains(t, b.log.String(), "unknown")
		})
	}
}

// A worker that was stopped past its lease and then goes on.
func TestALateResultIsRefusedByItsToken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var svc *messagesvc.Service
	svc = b.service(mailer{b.mailer, func(ctx context.Context, m mail.Mail) error {
		b.pass(2 * time.Minute)
		n, err := svc.SweepLost(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		return nil
	}})
	require.NoError(t, svc.Deliver(t.Context(), b.message("k")))
	status, _, _ := b.row("k")
	require.Equal(t, "unknown", status)
	require.Contains(t, b.log.String(), "after its lease")
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stage          string
		code           int
		again          bool // the job is to be tried again
		status, reason string
	}{
		{"recipient", 450, true, "pending", "recipient 450"},
		{"recipient", 550, false, "failed", "recipient 550"},
		{"accept", 451, true, "pending", "accept 451"},
		{"accept", 552, false, "failed", "accept 552"},
		{"accept", 0, false, "unknown", "accept"},
		{"accepted", 0, false, "unknown", "accept"},
		{"connect", 0, true, "pending", "connect"},
	} {
		t.Run(fmt.Sprintf("%s %d", c.stage, c.code), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			svc := b.service(b.mailer)
			b.server.Fail(c.stage, c.code, "no, <ada@example.com>")
			err := svc.Deliver(t.Context(), b.message("k"))
			require.Equal(t, c.again, err != nil, "%s %d: %v", c.stage, c.code, err)
			status, reason, _ := b.row("k")
			require.Equal(t, c.status, status, "%s %d", c.stage, c.code)
			require.Equal(t, c.reason, reason)
			kept := len(b.server.Mail)
			b.server.Heal()
			require.NoError(t, svc.Deliver(t.Context(), b.message("k")))
			if c.again {
				kept++
			}
			require.Len(t, b.server.Mail, kept, "%s %d: only what surely was not accepted is tried again", c.stage, c.code)
			if err != nil {
				require.NotContains(t, err.Error(), "ada@")
			}
			require.NotContains(t, b.log.String(), "ada@")
		})
	}
}

func TestASuppressedAddressGetsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(b.mailer)
	ctx := t.Context()
	b.suppress("ada@example.com", &b.org.UUID)
	b.suppress("bob@example.com", nil)
	for _, to := range []string{"ada@example.com", "Bob@example.com", "eve@example.com"} {
		m := b.message(to)
		m.To = to
		require.NoError(t, svc.Deliver(ctx, m))
	}
	require.Len(t, b.server.Mail, 1)
	require.Equal(t, "eve@example.com", (<-b.server.Mail).To)
	status, reason, attempts := b.row("ada@example.com")
	require.Equal(t, "failed", status)
	require.Equal(t, "suppressed", reason)
	require.Zero(t, attempts)
	var stored string
	require.NoError(t, b.db.QueryRow(ctx, `select string_agg(s::text, ' ') from suppressions s`).Scan(&stored))
	require.NotContains(t, stored, "example.com")
}

// Somebody who wants no reminders of one organisation still gets its confirmations, and the reminders of another.
func TestAnOptOutStopsTheMailsOfItsScope(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc, optOuts, ctx := b.service(b.mailer), messagesvc.NewOptOuts(b.now), t.Context()
	other := orgs.ID{UUID: uuid.Must(uuid.NewV7())}
	_, err := b.db.Exec(ctx, `insert into organizations (id, slug, name) values ($1, 'harbor', 'Harbor')`, other.UUID)
	require.NoError(t, err)
	send := func(key string, org orgs.ID, scope messages.Scope) int {
		before := len(b.server.Mail)
		m := b.message(key)
		m.OrgID, m.Scope = org, scope
		require.NoError(t, svc.Deliver(ctx, m))
		return len(b.server.Mail) - before
	}
	optedOut := func(org orgs.ID) bool {
		var out bool
		require.NoError(t, b.db.Tx(ctx, func(tx pgx.Tx) (err error) {
			out, err = optOuts.OptedOut(ctx, tx, org, "aDa@example.com", messages.Reminders)
			return err
		}))
		return out
	}
	b.server.Fail("recipient", 450, "later")
	tried := b.message("tried")
	tried.Scope = messages.Reminders
	require.Error(t, svc.Deliver(ctx, tried))
	b.server.Heal()

	require.NoError(t, b.keep(optOuts.OptOut, b.org, "Ada@example.com", messages.Reminders))
	require.NoError(t, b.keep(optOuts.OptOut, b.org, "ada@example.com", messages.Reminders), "again")
	require.ErrorIs(t, b.keep(optOuts.OptOut, b.org, "ada@example.com", ""), fault.New(fault.Invalid, ""))
	require.True(t, optedOut(b.org))
	require.False(t, optedOut(other))
	require.Zero(t, send("reminder", b.org, messages.Reminders))
	require.Zero(t, send("tried", b.org, messages.Reminders))
	require.Equal(t, 1, send("confirmation", b.org, ""))
	require.Equal(t, 1, send("reminder", other, messages.Reminders))
	status, reason, _ := b.row("tried")
	require.Equal(t, []string{"failed", "suppressed"}, []string{status, reason})
	var stored string
	require.NoError(t, b.db.QueryRow(ctx, `select string_agg(o::text, ' ') from opt_outs o`).Scan(&stored))
	require.NotContains(t, stored, "example.com")

	require.NoError(t, b.keep(optOuts.OptIn, other, "ada@example.com", messages.Reminders))
	require.True(t, optedOut(b.org), "another organisation's")
	require.NoError(t, b.keep(optOuts.OptIn, b.org, "ADA@example.com", messages.Reminders))
	require.False(t, optedOut(b.org))
	require.Equal(t, 1, send("another reminder", b.org, messages.Reminders))
	require.Zero(t, send("reminder", b.org, messages.Reminders), "what was refused stays so")
}

// An opt-out between two attempts is found by the second.
func TestAnOptOutBeforeTheClaimWins(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(b.mailer)
	b.server.Fail("recipient", 450, "later")
	require.Error(t, svc.Deliver(t.Context(), b.message("k")))
	b.server.Heal()
	b.suppress("ada@example.com", &b.org.UUID)
	require.NoError(t, svc.Deliver(t.Context(), b.message("k")))
	require.Empty(t, b.server.Mail)
}

func TestAMessageThatCannotBeSentIsInvalid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(mailer{b.mailer, func(context.Context, mail.Mail) error { return errors.New("never asked") }})
	for name, change := range map[string]func(*messages.Message){
		"key":     func(m *messages.Message) { m.Key = "" },
		"to":      func(m *messages.Message) { m.To = "ada" },
		"subject": func(m *messages.Message) { m.Subject = "a\r\nBcc: b@example.com" },
		"name":    func(m *messages.Message) { m.ToName = "a\x00" },
		"text":    func(m *messages.Message) { m.Text = "" },
		"org":     func(m *messages.Message) { m.OrgID = orgs.ID{} },
	} {
		m := b.message("k")
		change(&m)
		require.ErrorIs(t, svc.Deliver(t.Context(), m), fault.New(fault.Invalid, ""), name)
	}
}

func TestTheLedgerHoldsNoContent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := b.message("k")
	m.Attachments = []messages.Attachment{{Name: "event.ics", Type: "text/calendar", Data: []byte("private address")}}
	require.NoError(t, b.service(b.mailer).Deliver(t.Context(), m))
	var stored string
	require.NoError(t, b.db.QueryRow(t.Context(), `select string_agg(d::text, ' ') from deliveries d`).Scan(&stored))
	require.False(t, strings.Contains(stored, "secret") || strings.Contains(stored, "private"))
	require.NotContains(t, b.log.String(), "ada@")
}

func TestADatabaseThatIsAwaySendsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svc := b.service(b.mailer)
	b.db.Close()
	require.Error(t, svc.Deliver(t.Context(), b.message("k")))
	require.Empty(t, b.server.Mail)
}

// keep makes a choice in a transaction of its own.
func (b *bundle) keep(choice func(context.Context, pgx.Tx, orgs.ID, string, messages.Scope) error, org orgs.ID, address string, scope messages.Scope) error {
	return b.db.Tx(b.t.Context(), func(tx pgx.Tx) error { return choice(b.t.Context(), tx, org, address, scope) })
}
