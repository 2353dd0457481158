package messagesvc_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/mail/bounce"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/signedlink"
)

func (b *bundle) returning() (*messagesvc.Service, *signedlink.Signer) {
	b.t.Helper()
	signer, err := signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(b.t, err)
	return messagesvc.New(messagesvc.Config{
		DB: b.db, Mailer: b.mailer, Now: b.now, Log: slog.New(slog.DiscardHandler), Returns: "bounces@example.org", Signer: signer,
	}), signer
}

func failed(address, status string) []bounce.Recipient {
	return []bounce.Recipient{{Address: address, Action: "failed", Status: status, Code: 550}}
}

func TestAHardBounceSuppressesTheAddress(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"return address", "message id", "after the address was erased"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			s, _ := b.returning()
			require.NoError(t, s.Deliver(t.Context(), b.message("1")))
			got := <-b.server.Mail
			require.Regexp(t, `^bounces\+[\w-]{43}@example\.org$`, got.From)
			report := bounce.Report{Recipients: failed("ADA@example.com", "5.1.1"), To: []string{"x@example.net", got.From}}
			if how == "message id" {
				report.To, report.MessageIDs = nil, []string{"other@example.net", strings.Trim(got.Message.Header.Get("Message-Id"), "<>")}
			}
			if how == "after the address was erased" {
				_, err := s.EraseRecipients(t.Context(), b.now().Add(time.Hour))
				require.NoError(t, err)
			}
			verdict, err := s.Bounce(t.Context(), report)
			require.NoError(t, err)
			require.Equal(t, messagesvc.BouncedHard, verdict)
			verdict, err = s.Bounce(t.Context(), report)
			require.NoError(t, err)
			require.Equal(t, messagesvc.AlreadyBounced, verdict)

			require.NoError(t, s.Deliver(t.Context(), b.message("2")))
			status, reason, _ := b.row("2")
			require.Equal(t, []string{"failed", "suppressed"}, []string{status, reason})
			var code string
			require.NoError(t, b.db.QueryRow(t.Context(), `select bounce_code from deliveries where bounced_at is not null`).Scan(&code))
			require.Equal(t, "5.1.1", code)
		})
	}
}

func TestReportsThatAreNotBelieved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s, signer := b.returning()
	require.NoError(t, s.Deliver(t.Context(), b.message("1")))
	got := <-b.server.Mail
	b.server.Fail("recipient", 451, "later")
	require.Error(t, s.Deliver(t.Context(), b.message("waiting")))
	var waiting uuid.UUID
	require.NoError(t, b.db.QueryRow(t.Context(), `select id from deliveries where key = 'waiting'`).Scan(&waiting))
	ours := []string{got.From}
	for name, c := range map[string]struct {
		report bounce.Report
		want   messagesvc.Verdict
	}{
		"made up":           {bounce.Report{Recipients: failed("ada@example.com", "5.1.1")}, messagesvc.NotOurs},
		"a forged token":    {bounce.Report{Recipients: failed("ada@example.com", "5.1.1"), To: []string{"bounces+" + strings.Repeat("A", 43) + "@example.org"}}, messagesvc.NotOurs},
		"another purpose":   {bounce.Report{Recipients: failed("ada@example.com", "5.1.1"), To: []string{"bounces+" + signer.Token("events.signup", waiting) + "@example.org"}}, messagesvc.NotOurs},
		"another domain":    {bounce.Report{Recipients: failed("ada@example.com", "5.1.1"), To: []string{strings.Replace(got.From, "example.org", "example.net", 1)}}, messagesvc.NotOurs},
		"a guessed id":      {bounce.Report{Recipients: failed("ada@example.com", "5.1.1"), MessageIDs: []string{"x@example.org"}}, messagesvc.NotOurs},
		"another recipient": {bounce.Report{Recipients: failed("eve@example.com", "5.1.1"), To: ours}, messagesvc.NotTheirs},
		"nobody":            {bounce.Report{To: ours}, messagesvc.NotTheirs},
		"delivered":         {bounce.Report{Recipients: []bounce.Recipient{{Address: "ada@example.com", Action: "delivered", Status: "2.0.0"}}, To: ours}, messagesvc.NothingFailed},
		"never sent": {bounce.Report{Recipients: failed("ada@example.com", "5.1.1"), To: []string{"bounces+" + signer.Token("messages.return", waiting) + "@example.org"}},
			messagesvc.NotSent},
		"full": {bounce.Report{Recipients: failed("ada@example.com", "5.2.2"), To: ours}, messagesvc.BouncedSoft},
	} {
		verdict, err := s.Bounce(t.Context(), c.report)
		require.NoError(t, err, name)
		require.Equal(t, c.want, verdict, name)
	}
	var n, soft int
	require.NoError(t, b.db.QueryRow(t.Context(), `select count(*), (select soft_bounces from deliveries where key = '1') from suppressions`).Scan(&n, &soft))
	require.Zero(t, n)
	require.Equal(t, 1, soft)
}

// A worker may die between judging a report and putting it away, two may read it at once, and a server may deliver it twice.
func TestASoftBounceReportedTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s, _ := b.returning()
	require.NoError(t, s.Deliver(t.Context(), b.message("1")))
	got := <-b.server.Mail
	judge := func(id, status string, to ...string) messagesvc.Verdict {
		verdict, err := s.Bounce(t.Context(), bounce.Report{ID: id, Recipients: failed("ada@example.com", status), To: append(to, got.From)})
		require.NoError(t, err)
		return verdict
	}
	soft := func() (n int) {
		require.NoError(t, b.db.QueryRow(t.Context(), `select soft_bounces from deliveries where key = '1'`).Scan(&n))
		return n
	}
	require.Equal(t, messagesvc.BouncedSoft, judge("1@mx.example.com", "5.2.2"))
	require.Equal(t, messagesvc.AlreadyBounced, judge("1@mx.example.com", "5.2.2"))
	require.Equal(t, messagesvc.AlreadyBounced, judge("1@mx.example.com", "5.2.2", "alias@example.org"), "by another way")
	require.Equal(t, messagesvc.BouncedSoft, judge("2@mx.example.com", "5.2.2"), "another report")
	require.Equal(t, messagesvc.BouncedSoft, judge("", "5.2.2"), "one without an id")
	require.Equal(t, messagesvc.AlreadyBounced, judge("", "5.2.2", "alias@example.org"))
	require.Equal(t, messagesvc.BouncedSoft, judge("", "4.2.2"), "that says something else")
	require.Equal(t, 4, soft())

	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := s.Bounce(t.Context(), bounce.Report{ID: "3@mx.example.com", Recipients: failed("ada@example.com", "5.2.2"), To: []string{got.From}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 5, soft(), "eight at once")
	require.Equal(t, messagesvc.BouncedHard, judge("1@mx.example.com", "5.1.1"), "what counted as soft does not hide what is hard")
}
