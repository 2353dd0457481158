//go:build !js

package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/id"
	"groundswell/shared/pgdb"
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
		"--event|canvass|--csv": "with --org", "canvass": "belongs to no flag"})
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
	require.Equal(t, "and more: only the newest 500 are listed; --csv writes all", lines[500])
	ids := map[string]bool{}
	for _, r := range o.exported("canvass") {
		ids[r["id"]] = true
	}
	require.Len(t, ids, 2503, "each once")
}

// exported are the records of signups --csv by their headings.
func (o operator) exported(event string) (records []map[string]string) {
	o.t.Helper()
	all, err := csv.NewReader(strings.NewReader(o.does(signups, "--csv|--org|harbor|--event|"+event))).ReadAll()
	require.NoError(o.t, err)
	for _, cells := range all[1:] {
		record := map[string]string{}
		for i, name := range all[0] {
			_, twice := record[name]
			require.False(o.t, twice, name)
			record[name] = cells[i]
		}
		records = append(records, record)
	}
	return records
}

func (o operator) signup(in events.RSVPIn) string {
	o.t.Helper()
	var err error
	in.ShiftID, err = id.Parse[events.Shift](o.shift)
	require.NoError(o.t, err)
	_, err = o.svc.RSVP(o.t.Context(), in)
	require.NoError(o.t, err)
	ids, err := o.svc.SignupsOf(o.t.Context(), "canvass", in.Email)
	require.NoError(o.t, err)
	return ids[len(ids)-1].String()
}

func TestSignupsAsCSV(t *testing.T) {
	t.Parallel()
	o := operating(t)
	db := dbtest.New(t)
	o.does(questions, "--event|canvass|--add|stars")
	o.does(questions, "--event|canvass|--add|=Gone?|--kind|yes_no")
	o.does(questions, "--event|canvass|--add|Never answered?")
	asked := o.get().Questions
	ada := o.signup(events.RSVPIn{
		GivenName: "Ada", FamilyName: `=SUM(1, 2)`, Email: "ada@example.org", Phone: "+1 216 555 0123", TextMe: true, PostalCode: "44113", Note: "-1\nand, \"so\" on", Guests: 2,
		Answers: events.Answers{asked[0].ID.String(): {"a", "b"}, asked[1].ID.String(): {"@SUM(A1)"}, asked[2].ID.String(): {"yes"}},
		Source:  events.Source{Origin: "mail", Medium: "=m", Campaign: "c", Term: "t", Content: "o", Referrer: "https://www.harbor.example/act"},
	})
	o.does(questions, "--event|canvass|--remove|"+asked[2].ID.String())
	o.does(questions, "--event|canvass|--remove|"+asked[3].ID.String())
	_, err := db.Exec(t.Context(), `update event_shifts set name = 'Doors', starts_at = '2020-07-01 15:00Z', ends_at = '2020-07-01 17:00Z', capacity = taken where id = $1`, o.shift)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `update event_signups set created_at = '2020-01-31 12:00:05Z' where id = $1`, ada)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `insert into event_feedback (signup_id, org_id, stars, comment, created_at, updated_at) select id, org_id, 4, '+1 from me', now(), now() from event_signups where id = $1`, ada)
	require.NoError(t, err)
	o.does(attended, "--org|harbor|--event|canvass|"+ada)

	all := o.exported("canvass")
	require.Len(t, all, 4)
	require.Equal(t, map[string]string{
		"id": ada, "signed_up": "2020-01-31T06:00:05-06:00", "starts": "2020-07-01T10:00:00-05:00", "ends": "2020-07-01T12:00:00-05:00", "shift": "Doors", "seat": "in_person",
		"party_size": "3", "status": "registered", "coming": "", "attended": "yes", "place_in_line": "", "given_name": "Ada", "family_name": `'=SUM(1, 2)`, "email": "ada@example.org",
		"phone": "'+1 216 555 0123", "text_to": "'+12165550123", "postal_code": "44113", "note": "'-1\nand, \"so\" on", "utm_source": "mail", "utm_medium": "'=m", "utm_campaign": "c", "utm_term": "t", "utm_content": "o",
		"referrer": "https://www.harbor.example/act", "stars": "4", "comment": "'+1 from me", "Which?": "a, b", "stars (2)": "'@SUM(A1)", "'=Gone?": "Yes",
	}, all[3])
	require.Equal(t, []string{"", "", "", "Grace", ""}, []string{all[0]["attended"], all[0]["stars"], all[0]["Which?"], all[0]["given_name"], all[0]["phone"]})

	for i, cell := range []string{"\tx", "\rx", "\nx", "＝1", "'=1", " =1", "1-1"} {
		_, err = db.Exec(t.Context(), `update event_signups set note = $2 where id = $1`, ada, cell)
		require.NoError(t, err)
		raw := o.does(signups, "--csv|--org|harbor|--event|canvass")
		require.Equal(t, i < 4, strings.Contains(raw, "'"+cell), "%q", cell)
	}
	for _, args := range []string{"--csv|--org|lake|--event|canvass", "--csv|--org|nobody|--event|canvass", "--csv|--org|harbor|--event|draft"} {
		out, err := o.run(signups, args)
		require.ErrorContains(t, err, "has no event", args)
		require.Empty(t, out, args)
	}
	require.Equal(t, 1, strings.Count(o.does(signups, "--csv|--org|lake|--event|draft"), "\n"), "the headings alone")

	workers, err := newService(dbtest.As(t, pgdb.Jobs), config.Key(bytes.Repeat([]byte("k"), 32)), origin, nil)
	require.NoError(t, err)
	_, err = workers.EraseSignups(t.Context(), time.Now())
	require.NoError(t, err)
	for _, r := range o.exported("canvass") {
		require.Empty(t, r["given_name"]+r["email"]+r["comment"], "who was erased is nobody")
	}
}

func TestOrganisersSeeWhoSaysThatTheyCome(t *testing.T) {
	t.Parallel()
	o := operating(t)
	_, err := o.svc.SayComing(t.Context(), events.SignupIn{Token: o.other})
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(o.does(signups, "--event|canvass"), "  registered, says they come  party of 1  "))
	said := map[string]string{}
	for _, r := range o.exported("canvass") {
		said[r["email"]] += r["coming"]
	}
	require.Equal(t, map[string]string{"joan@example.org": "yes", "grace@example.org": ""}, said)
}

func TestSignupsAsCSVSayThePlaceInLine(t *testing.T) {
	t.Parallel()
	o := operating(t)
	o.does(setSeats, "--shift|"+o.shift+"|--capacity|2")
	for _, name := range []string{"bea", "cyd"} {
		o.signup(events.RSVPIn{GivenName: name, FamilyName: "Lee", Email: name + "@example.org"})
	}
	all := o.exported("canvass")
	require.Equal(t, []string{"", "", "", "1 waitlisted", "2 waitlisted"}, func() (places []string) {
		for _, r := range all {
			if r["place_in_line"] != "" {
				r["place_in_line"] += " " + r["status"]
			}
			places = append(places, r["place_in_line"])
		}
		return places
	}())
	_, err := dbtest.New(t).Exec(t.Context(), `update event_shifts set starts_at = now() - interval '1 hour' where id = $1`, o.shift)
	require.NoError(t, err)
	_, err = o.run(attended, "--org|harbor|--event|canvass|"+all[4]["id"])
	require.ErrorContains(t, err, "has no place: it is waitlisted")
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
