package messagesvc_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"groundswell/shared/messages"
	"groundswell/shared/messages/messagesvc"
)

func (b *bundle) limited(perDomain int) *messagesvc.Service {
	return messagesvc.New(messagesvc.Config{DB: b.db, Mailer: b.mailer, Now: b.now, Log: slog.New(slog.DiscardHandler), PerDomain: perDomain})
}

func TestNoMinuteExceedsWhatADomainMayGet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.limited(8)
	var waiting []messages.Message
	for i := range 24 {
		m := b.message(fmt.Sprintf("%d", i))
		m.To, m.Bulk = fmt.Sprintf("p%d@EXAMPLE.com", i), i%2 == 0
		waiting = append(waiting, m)
	}
	sent, urgentFirst := map[int64]int{}, 0
	for second := int64(0); len(waiting) > 0; second++ {
		require.Less(t, second, int64(600), "everything goes in the end")
		var left []messages.Message
		for _, m := range waiting {
			before := len(b.server.Mail)
			err := s.Deliver(t.Context(), m)
			switch {
			case err != nil:
				left = append(left, m)
			case len(b.server.Mail) > before:
				sent[second]++
				if second == 0 && !m.Bulk {
					urgentFirst++
				}
			}
		}
		waiting = left
		b.pass(time.Second)
	}
	require.Positive(t, urgentFirst, "what somebody waits for goes at once")
	total := 0
	for start := range int64(600) {
		minute := 0
		for s := start; s < start+60; s++ {
			minute += sent[s]
		}
		require.LessOrEqual(t, minute, 8, "the minute from %d", start)
		total += sent[start]
	}
	require.Equal(t, 24, total)
}

func TestAMessageWhoseTurnHasNotComeSaysWhen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.limited(60)
	bulk := func(key, to string) error {
		m := b.message(key)
		m.To, m.Bulk = to, true
		return s.Deliver(t.Context(), m)
	}
	require.NoError(t, bulk("1", "a@example.com"))
	err := bulk("2", "b@example.com")
	require.EqualError(t, err, "again in 2s")
	var snooze *river.JobSnoozeError
	require.NotErrorAs(t, err, &snooze, "that is the workers' word for it")
	require.EqualError(t, bulk("3", "c@example.com"), "again in 4s")
	require.EqualError(t, bulk("2", "b@example.com"), "again in 2s", "it keeps its place")
	require.NoError(t, bulk("4", "a@example.net"), "another server")
	b.pass(2 * time.Second)
	require.NoError(t, bulk("2", "b@example.com"))
	require.EqualError(t, bulk("3", "c@example.com"), "again in 2s")
	status, _, _ := b.row("3")
	require.Equal(t, "pending", status)

	require.NoError(t, s.ForgetLines(t.Context(), b.now().Add(time.Hour)))
	require.NoError(t, bulk("5", "d@example.com"), "the line is forgotten")
}

func TestAWaitingMessageIsNotSentOnceItsRecipientOptedOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.limited(60)
	first, second := b.message("1"), b.message("2")
	first.Bulk, second.Bulk = true, true
	require.NoError(t, s.Deliver(t.Context(), first))
	require.Error(t, s.Deliver(t.Context(), second))
	b.suppress("ada@example.com", &b.org.UUID)
	b.pass(time.Minute)
	require.NoError(t, s.Deliver(t.Context(), second))
	status, reason, _ := b.row("2")
	require.Equal(t, []string{"failed", "suppressed"}, []string{status, reason})
}

func TestOldRecipientsAreErasedAndDoubtsAreNot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.limited(0)
	require.NoError(t, s.Deliver(t.Context(), b.message("sent")))
	b.server.Fail("accepted", 0, "")
	_ = s.Deliver(t.Context(), b.message("doubt"))
	b.server.Heal()
	b.pass(time.Hour)
	require.NoError(t, s.Deliver(t.Context(), b.message("new")))
	n, err := s.EraseRecipients(t.Context(), b.now().Add(-time.Minute))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	var left string
	require.NoError(t, b.db.QueryRow(t.Context(), `select string_agg(key, ' ' order by key) from deliveries where recipient <> ''`).Scan(&left))
	require.Equal(t, "doubt new", left)
	require.NoError(t, s.Deliver(t.Context(), b.message("sent")), "the ledger still knows the key")
	doubts, err := s.Unknown(t.Context())
	require.NoError(t, err)
	require.Len(t, doubts, 1)
}
