//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
)

func TestSignupsCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	db := dbtest.New(t)
	var over time.Time
	require.NoError(t, db.QueryRow(t.Context(), `update event_signups set status = 'cancelled', cancelled_at = now(), created_at = now() - interval '1 day'
		where email = 'grace@example.org' and shift_id <> $1 returning (select starts_at from event_shifts where id = shift_id)`, o.shift).Scan(&over))
	out := o.does(signups, "--event|canvass")
	require.Equal(t, 3, strings.Count(out, "\n"))
	zone, err := time.LoadLocation("America/Chicago")
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(out, fmt.Sprintf("  cancelled  party of 1  %s America/Chicago  Grace Ho\n", over.In(zone).Format("2006-01-02 15:04"))), out)
	require.NotContains(t, out, "@", "what reaches people stays where it is")
	require.Equal(t, "nobody signed up\n", o.does(signups, "--event|draft"), "those of another event stay with it")
	o.refuses(signups, "--event|canvass", map[string]string{"": "name the event", "--event|nothing": "no event here", "--event|canvass|--org|lake": `Organisation "lake" has no event "canvass"`,
		"canvass": "belongs to no flag"})
	for line := range strings.Lines(out) {
		require.Equal(t, "deleted: 1\n", o.does(deleteSignup, strings.Fields(line)[0]))
	}
	require.Equal(t, "nobody signed up\n", o.does(signups, "--event|canvass"))
}

func TestSignupsCommandSaysWhenThereAreMore(t *testing.T) {
	t.Parallel()
	o := operating(t)
	_, err := dbtest.New(t).Exec(t.Context(), `insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at)
		select gen_random_uuid(), g.org_id, g.shift_id, g.contact_id, 'in_person', 1, 'Grace', 'Ho', n || '@example.org', now() from event_signups g, generate_series(1, 2500) n where email = 'joan@example.org'`)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(o.does(signups, "--event|canvass|--org|harbor")), "\n")
	require.Len(t, lines, 501)
	require.Equal(t, "and more: only the newest 500 are listed", lines[500])
}

func TestAttendedCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	db := dbtest.New(t)
	var been, cancelled, other, before string
	require.NoError(t, db.QueryRow(t.Context(), `select id from event_signups where shift_id <> $1`, o.shift).Scan(&been))
	require.NoError(t, db.QueryRow(t.Context(), `insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at, status, cancelled_at)
		select gen_random_uuid(), org_id, shift_id, contact_id, attend, 1, 'Eve', 'Ho', email, now(), 'cancelled', now() from event_signups where id = $1 returning id`, been).Scan(&cancelled))
	require.NoError(t, db.QueryRow(t.Context(), `with e as (insert into events (id, org_id, org_name, slug, title, timezone) select gen_random_uuid(), org_id, org_name, 'other', 'Other', 'America/Chicago' from events where slug = 'canvass' returning id, org_id),
		s as (insert into event_shifts (id, org_id, event_id, starts_at, ends_at) select gen_random_uuid(), org_id, id, now() - interval '1 day', now() from e returning id)
		insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at)
		select gen_random_uuid(), org_id, (select id from s), contact_id, attend, 1, 'Eve', 'Ho', email, now() from event_signups where id = $1 returning id`, been).Scan(&other))
	require.NoError(t, db.QueryRow(t.Context(), `select id from event_signups where shift_id = $1 limit 1`, o.shift).Scan(&before))
	line := func() (status string) {
		for l := range strings.Lines(o.does(signups, "--event|canvass")) {
			if strings.HasPrefix(l, been) {
				status = strings.Split(l, "  ")[1]
			}
		}
		return status
	}
	const canvass = "--org|harbor|--event|canvass|"
	require.Equal(t, "registered", line())
	for range 2 {
		require.Equal(t, "came: 1 sign-up\n", o.does(attended, canvass+been+"|"+been))
		require.Equal(t, "registered, came", line())
	}
	for range 2 {
		require.Equal(t, "did not come: 1 sign-up\n", o.does(attended, canvass+"--no-show|"+been))
		require.Equal(t, "registered, did not come", line())
	}
	for args, sentence := range map[string]string{
		"": "name the event and its organisation", "--event|canvass|" + been: "its organisation", canvass: `"" is no id`, "--org|harbor|--event|canvass": "name sign-ups by their ids",
		canvass + "5": `"5" is no id of a sign-up`, canvass + "--no-show|--undo|" + been: "did not come or that it is not known", "--org|harbor|--event|nothing|" + been: "has no event",
		"--org|lake|--event|canvass|" + been: `Organisation "lake" has no event "canvass"`, "--org|lake|--event|draft|" + been: "has no sign-up " + been, "--org|harbor|--event|other|" + been: "has no sign-up " + been,
		canvass + been + "|" + other: "has no sign-up " + other, canvass + been + "|" + cancelled: "Sign-up " + cancelled + " is cancelled", canvass + "--undo|" + cancelled: "is cancelled",
		canvass + been + "|" + before: "has not begun: it begins ", canvass + "--no-show|" + before: "has not begun",
	} {
		_, err := o.run(attended, args)
		require.ErrorContains(t, err, sentence, args)
		require.Equal(t, "registered, did not come", line(), "of several none is marked: %s", args)
	}
	for change, sentence := range map[string]string{
		`update events set status = 'postponed' where slug = 'canvass'`: "is postponed", `update events set status = 'cancelled' where slug = 'canvass'`: "was cancelled",
	} {
		_, err := db.Exec(t.Context(), change)
		require.NoError(t, err)
		_, err = o.run(attended, canvass+been)
		require.ErrorContains(t, err, sentence)
	}
	for range 2 {
		require.Equal(t, "not known: 1 sign-up\n", o.does(attended, canvass+"--undo|"+been), "whatever became of the event")
		require.Equal(t, "registered", line())
	}
	require.Contains(t, o.does(attended, "--help"), "--org slug\n      the slug of the organisation whose event it is (required)\n")
}
