//go:build !js

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
)

func TestSeatsAndWaitlistCommands(t *testing.T) {
	t.Parallel()
	b := setup(t)
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", nil)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `update event_shifts set capacity = 9, taken = 4`)
	require.NoError(t, err)
	for _, c := range []struct{ args, out, problem string }{
		{"--shift " + b.shift + " --capacity 12", "capacity 12, online none", ""},
		{"--shift " + b.shift + " --online none", "capacity 12, online none", ""},
		{"--shift " + b.shift + " --online 5", "", "not hybrid"},
		{"--shift " + b.shift + " --capacity 14 --online 5", "", "not hybrid"},
		{"--shift " + b.shift + " --capacity none", "capacity none, online none", ""},
		{"--shift " + b.shift + " --capacity 3", "", "4 seats are taken"},
		{"--shift " + b.shift + " --capacity -1", "", "between 0 and"},
		{"--shift " + b.shift + " --capacity many", "", "no number"},
		{"--shift " + b.shift, "capacity none, online none", ""},
		{"", "usage: events seats --shift ID [", "name a shift"},
		{"--shift 5 --capacity 3", "usage: events ", "name a shift"},
		{"--shift 01999999-0000-7000-8000-000000000000 --capacity 3", "", "no shift by this id"},
		{"--help", "--capacity seats", ""},
	} {
		var out strings.Builder
		err := setSeats(t.Context(), svc, strings.Fields(c.args), &out)
		require.Contains(t, out.String(), c.out, c.args)
		if c.problem == "" {
			require.NoError(t, err, c.args)
		} else {
			require.ErrorContains(t, err, c.problem, c.args)
		}
	}
	_, err = db.Exec(t.Context(), `update events set mode = 'hybrid'`)
	require.NoError(t, err)
	var hybrid strings.Builder
	require.NoError(t, setSeats(t.Context(), svc, strings.Fields("--shift "+b.shift+" --online 5"), &hybrid))
	require.Contains(t, hybrid.String(), "capacity none, online 5")
	for _, c := range []struct{ args, out, problem string }{
		{"--event canvass --off", "waitlist closed, offers good for 720 minutes", ""},
		{"--event canvass", "waitlist closed, offers good for 720 minutes", ""},
		{"--event canvass --offer-minutes 30", "waitlist closed, offers good for 30 minutes", ""},
		{"--event canvass --on", "waitlist open, offers good for 30 minutes", ""},
		{"--event canvass --on --off", "usage", "open the waitlist or close it"},
		{"--event canvass", "waitlist open, offers good for 30 minutes", ""},
		{"--event canvass --offer-minutes -1", "", "1 to 43,200"},
		{"--event nothing", "", "no event here"},
		{"", "usage: events ", "name an event"},
		{"--help", "--event slug\n      the event's slug (required)", ""},
	} {
		var out strings.Builder
		err := setWaitlist(t.Context(), svc, strings.Fields(c.args), &out)
		require.Contains(t, out.String(), c.out, c.args)
		if c.problem == "" {
			require.NoError(t, err, c.args)
		} else {
			require.ErrorContains(t, err, c.problem, c.args)
		}
	}
}
