//go:build !js

package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
)

func TestTheOrganisersCommands(t *testing.T) {
	t.Parallel()
	b := setup(t)
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: dbtest.URL(t), Role: pgdb.Site, MaxConns: 2})
	require.NoError(t, err)
	defer db.Close()
	svc, err := newService(db, config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", nil)
	require.NoError(t, err)
	verbs := map[string]changeVerb{}
	for _, v := range changeVerbs() {
		verbs[v.name] = v
	}
	run := func(verb string, args ...string) (string, error) {
		var out bytes.Buffer
		err := changeEvent(t.Context(), svc, verbs[verb], args, &out)
		return out.String(), sentence(err)
	}
	for verb := range verbs {
		_, err := run(verb)
		require.ErrorContains(t, err, "name the", verb)
		help, err := run(verb, "--help")
		require.NoError(t, err)
		require.Contains(t, help, "usage: events "+verb)
	}
	_, err = run("cancel", "--event", "nothing")
	require.EqualError(t, err, "There is no such event.")
	_, err = run("cancel", "--event", b.slug, "--shift", "x")
	require.ErrorContains(t, err, "is not the id of a shift")
	_, err = run("postpone", "--event", b.slug, "--shift", b.shift)
	require.Error(t, err, "a shift alone cannot be postponed")
	_, err = run("reschedule", "--shift", b.shift, "--starts", "tomorrow", "--ends", "2050-11-28 12:00")
	require.EqualError(t, err, `--starts: "tomorrow" is not a time like "2026-11-28 10:00"`)
	_, err = run("reschedule", "--shift", b.shift, "--starts", "2050-11-28 10:00", "--ends", "2050-11-31 12:00")
	require.ErrorContains(t, err, "--ends: ")
	out, err := run("reschedule", "--shift", b.shift, "--starts", "2050-11-28 10:00", "--ends", "2050-11-28T12:00", "--note", "New hall.")
	require.NoError(t, err)
	require.Equal(t, "done; 2 people will be told\n", out)
	for _, args := range [][]string{{"move-online", "--link", "https://meet.example.org"}, {"postpone"}, {"cancel"}} {
		out, err = run(args[0], append(args[1:], "--event", b.slug)...)
		require.NoError(t, err)
		require.Contains(t, out, "done")
	}
}
