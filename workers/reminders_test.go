package main

import (
	"path"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/pgdb"
)

// Ada is signed up with two organisations. She opts out of one's reminders when all of them are in the queue.
func TestAnOptOutStopsAQueuedReminderAndNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tremont := b.shift
	b.rsvp("ada@example.com")
	var signup uuid.UUID
	require.NoError(t, b.db.QueryRow(t.Context(), `select id from event_signups`).Scan(&signup))
	b.exec(`with harbor as (insert into organizations (id, slug, name) values (gen_random_uuid(), 'harbor', 'Harbor Votes') returning id)
		insert into events (id, org_id, org_name, slug, title, timezone, published_at) select gen_random_uuid(), id, 'Harbor Votes', 'party', 'Party', 'UTC', now() from harbor`)
	require.NoError(t, b.db.QueryRow(t.Context(), `insert into event_shifts (id, org_id, event_id, starts_at, ends_at)
		select gen_random_uuid(), org_id, id, now() + interval '1 day', now() + interval '26 hours' from events where slug = 'party' returning id`).Scan(&b.shift.UUID))
	b.rsvp("ada@example.com")
	b.exec(`delete from river_job`) // the confirmations
	b.exec(`update event_shifts set starts_at = now() - interval '4 hours', ends_at = now() - interval '2 hours'`)
	planned, err := b.service(pgdb.Jobs).PlanReminders(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, planned)
	_, err = b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: path.Base(b.svc.RemindersURL(signup)), Stopped: true})
	require.NoError(t, err)

	b.start()
	m := b.arrival()
	require.Equal(t, "How was it? Party", m.Message.Header.Get("Subject"), "another organisation's")
	require.Regexp(t, `^<https://events\.example\.org/reminders/[\w-]{43}/stop>$`, m.Message.Header.Get("List-Unsubscribe"))
	require.Equal(t, "List-Unsubscribe=One-Click", m.Message.Header.Get("List-Unsubscribe-Post"))
	b.eventually(`select coalesce(string_agg(status || ' ' || reason, ', ' order by reason), '') from deliveries`, "sent , failed suppressed")

	b.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at)
		select '00000000-0000-7000-8000-000000000009', org_id, event_id, now() + interval '1 day', now() + interval '26 hours' from event_shifts where id = $1`, tremont)
	b.shift.UUID = uuid.MustParse("00000000-0000-7000-8000-000000000009")
	b.rsvp("ada@example.com")
	m = b.arrival()
	require.Contains(t, m.Raw, "text/calendar", "the confirmation")
	require.Empty(t, m.Message.Header.Get("List-Unsubscribe"))
	require.Empty(t, b.mail.Mail)
}
