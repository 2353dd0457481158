//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/events/eventsvc"
)

func TestOrgsCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "harbor  Harbor Votes (America/New_York)\nlake  Lake Votes (America/New_York)\nporch  Porch Votes (America/New_York)\nriver  River Votes (America/New_York)\n", o.does(orgs, ""))
	require.Equal(t, "hill-26  Hill Votes (America/Chicago)\n", o.does(orgs, "--add|hill-26|--name| Hill Votes |--timezone|America/Chicago|--kind|organisation|--description|On the hill.|--city|Ames|--region|IA|"+
		"--website|https://hill.example|--privacy|https://hill.example/privacy|--email|hello@hill.example|--disclaimer|Paid for by Hill Votes"))
	require.Contains(t, o.does(orgs, ""), "hill-26  Hill Votes (America/Chicago)\n")
	_, err := o.svc.ImportICS(t.Context(), "hill-26", strings.NewReader(feed))
	require.NoError(t, err, "it can import")
	require.Contains(t, o.does(list, "--org|hill-26"), "harbor-cleanup  Harbor cleanup (scheduled, public, times in America/Chicago)\n    ")
	add := "--add|new|--name|New|--timezone|America/Chicago|"
	o.refuses(orgs, "", map[string]string{
		"--name|x": "with --add", "--add|x": "needs a --name and a --timezone", "--add|x|--name| |--timezone|UTC": "needs a --name", "--add||--name|x|--timezone|UTC": "cannot be the slug",
		"--add|New Org|--name|x|--timezone|UTC": "cannot be the slug", "--add|" + strings.Repeat("a", 81) + "|--name|x|--timezone|UTC": "cannot be the slug",
		"--add|lake|--name|x|--timezone|UTC": "organisation lake already", "--add|x|--name|x|--timezone|Mars/Base": `"Mars/Base" is no time zone`, "--add|x|--name|x|--timezone|Local": "no time zone",
		"--add|x|--timezone|UTC|--name|" + strings.Repeat("x", 201): "longer than 200 characters", "--add|x|--timezone|UTC|--name|a\u202eb": "cannot be shown",
		add + "--kind|party": `not "party"`, add + "--website|hill.example": "not the address of a page", add + "--privacy|javascript:alert(1)": "not the address of a page",
		add + "--email|hello": "not a complete email address", add + "--description|" + strings.Repeat("x", 5001): "longer than 5000", add + "--city|" + strings.Repeat("x", 101): "The city is longer",
		add + "--region|" + strings.Repeat("x", 101): "The region is longer", add + "--disclaimer|" + strings.Repeat("x", 301): "The disclaimer is longer", "more": "belongs to no flag",
	})
}

func TestListCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	db := dbtest.New(t)
	_, err := db.Exec(t.Context(), `update event_shifts set name = 'Doors', capacity = 9, starts_at = '2040-07-01 15:00Z', ends_at = '2040-07-01 17:00Z' where id = $1`, o.shift)
	require.NoError(t, err)
	canvass := "canvass  Canvass (scheduled, public, times in America/Chicago)\n"
	require.Equal(t, canvass+"    "+o.shift+"  2040-07-01 10:00  2/9 taken  Doors\n", o.does(list, "--org|harbor"))
	require.Regexp(t, `^`+strings.NewReplacer("(", `\(`, ")", `\)`).Replace(canvass)+`    \S{36}  \d{4}-\d\d-\d\d \d\d:\d\d  \d+ taken, no limit\n$`, o.does(list, "--org|harbor|--past"))
	require.Equal(t, "draft  Draft (scheduled, draft, times in America/Chicago)\n", o.does(list, "--org|lake"), "only its own, be they drafts")
	require.Equal(t, "no event of the organisation is over\n", o.does(list, "--org|lake|--past"))
	require.Contains(t, o.does(list, "--org|river"), "no events to come")
	o.refuses(list, "--org|harbor", map[string]string{"": "name the organisation", "--org|nobody": "no organisation here", "harbor": "belongs to no flag"})

	_, err = db.Exec(t.Context(), `update events set mode = 'hybrid', status = 'postponed' where slug = 'canvass'`)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `update event_shifts set capacity = null, online_capacity = 5, cancelled_at = now() where id = $1`, o.shift)
	require.NoError(t, err)
	require.Equal(t, strings.Replace(canvass, "scheduled", "postponed", 1)+"    "+o.shift+"  2040-07-01 10:00  2 taken, no limit, online 0/5 taken, cancelled  Doors\n", o.does(list, "--org|harbor"))

	_, err = db.Exec(t.Context(), `insert into event_shifts (id, org_id, event_id, starts_at, ends_at)
		select gen_random_uuid(), org_id, id, now() + n * interval '1 day', now() + n * interval '1 day' + interval '1 hour' from events, generate_series(1, 510) n where slug = 'draft'`)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(o.does(list, "--org|lake")), "\n")
	require.Len(t, lines, 1+eventsvc.MostListed+1)
	require.Equal(t, "and more: only the first 500 are listed", lines[len(lines)-1])
}

func TestEveryCommandSaysHowItIsUsed(t *testing.T) {
	t.Parallel()
	for _, c := range commands()[2:] {
		var out strings.Builder
		flags := flagsOf(c.Name)
		flags.SetOutput(&out)
		flags.String("event", "", "the event's `slug`")
		flags.String("add", "x", "another `slug`")
		flags.Usage()
		require.True(t, strings.HasPrefix(out.String(), fmt.Sprintf("usage: events %s %s\n%s\n\n", c.Name, c.Args, c.Help)), c.Name)
		require.NotContains(t, c.Help, "\n", c.Name)
		required := strings.Contains(out.String(), "--event slug\n      the event's slug (required)\n")
		require.Equal(t, strings.HasPrefix(strings.TrimPrefix(c.Args, "--org SLUG "), "--event SLUG"), required, c.Name)
		require.Contains(t, out.String(), "--add slug\n      another slug (x when left out)\n", c.Name)
	}
	for use, want := range map[string]bool{"--a X": true, "[--a X]": false, "[--b [--c] --a]": false, "--a X, or --b": false, "--ab X": false} {
		require.Equal(t, want, needed(use, "a"), use)
	}
}
