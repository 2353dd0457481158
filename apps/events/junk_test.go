//go:build !js

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/id"
	"groundswell/shared/pgdb"
)

func TestDeleteSignupCommand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", nil)
	require.NoError(t, err)
	shift, err := id.Parse[events.Shift](b.shift)
	require.NoError(t, err)
	for _, email := range []string{"spam@example.org", "junk@example.org"} {
		_, err := svc.RSVP(t.Context(), events.RSVPIn{ShiftID: shift, GivenName: "Buy", FamilyName: "Now", Email: email})
		require.NoError(t, err)
	}
	ids, err := svc.SignupsOf(t.Context(), "canvass", "junk@example.org")
	require.NoError(t, err)
	for _, c := range []struct{ args, out, problem string }{
		{"--email SPAM@example.org --event canvass", "deleted: 1", ""},
		{"--email spam@example.org --event canvass", "deleted: 0", ""},
		{ids[0].String(), "deleted: 1", ""},
		{ids[0].String(), "", "no sign-up here"},
		{"5", "usage: events ", "no id of a sign-up"},
		{"--email spam@example.org", "usage: events ", "an address and an event"},
		{"", "usage: events ", "name a sign-up"},
		{"--help", "nobody is told", ""},
	} {
		var out strings.Builder
		err := deleteSignup(t.Context(), svc, strings.Fields(c.args), &out)
		require.Contains(t, out.String(), c.out, c.args)
		if c.problem == "" {
			require.NoError(t, err, c.args)
		} else {
			require.ErrorContains(t, err, c.problem, c.args)
		}
	}
	var left int
	require.NoError(t, db.QueryRow(t.Context(), `select count(*) + (select count(*) from contacts where email not in ('grace@example.org', 'joan@example.org')) from event_signups where email not in ('grace@example.org', 'joan@example.org')`).Scan(&left))
	require.Zero(t, left)
}
