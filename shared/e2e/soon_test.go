package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/jobs"
	"groundswell/shared/pgdb"
)

// textingOrganisation is one for one test that sends texts, from a number of its own.
func textingOrganisation(t *testing.T, s stack, zone, number string) (slug string) {
	t.Helper()
	slug = ownOrganisation(t, s, zone)
	require.Contains(t, operate(t, s, "texting", "--org", slug, "--number", number), "sends texts from "+number)
	return slug
}

// inDaytime is in so many days at noon in New York, or an hour later.
func inDaytime(days int) time.Time {
	y, month, day := time.Now().Date()
	return time.Date(y, month, day+days, 17, 0, 0, 0, time.UTC)
}

func row(t *testing.T, sql string, args ...any) (out string) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), os.Getenv("DATABASE_URL"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close(t.Context())) }()
	require.NoError(t, db.QueryRow(t.Context(), sql, args...).Scan(&out))
	return out
}

func TestATextIsAskedForStoppedAndWantedAgainInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			org := textingOrganisation(t, s, "America/New_York", phoneNumber(t))
			path, _ := eventOf(t, s, org, inDaytime(3), 5)
			b, email := newTab(t, m), someone()
			b.visit(site.URL + path)
			if m == full {
				b.alive()
			}
			require.False(t, eval[bool](b, `document.querySelector("#rsvp-text_me").checked`))
			b.shotsIn(m, "text-box")
			fillSignup(b, email)
			b.fill("#rsvp-phone", "800 555 0123")
			b.click("#rsvp-text_me")
			b.click(sendSignup)
			b.until(`document.querySelector("#rsvp-phone-error")`)
			require.Contains(t, b.text("#rsvp-phone-error"), "cannot text this number")
			require.True(t, eval[bool](b, `document.querySelector("#rsvp-text_me").checked`))
			b.shotsIn(m, "text-refused")
			eval[any](b, `document.querySelector("#rsvp-phone").value = ""`)
			b.fill("#rsvp-phone", "(216) 555-0123")
			ageLikeAPerson(b)
			b.click(sendSignup)
			b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
			require.Equal(t, "+12165550123 opt_in form", row(t, `select g.text_to || ' ' || k.status || ' ' || k.method from event_signups g
				join consents k on k.contact_id = g.contact_id and k.address = g.text_to where g.email = $1 and k.ip is not null and k.wording like 'Text me%Harbor Neighbors sends%STOP%HELP%'`, email))

			mail := mailTo(t, s, email, "You’re signed up")
			require.Contains(t, mail, "to the number ending 0123")
			openLink(b, site, m, mail)
			require.Regexp(t, `We text you on \w+, \w+ \d+ at 1[12]:30 [AP]M E[SD]T, to the number ending 0123`, b.text("#reminders"))
			b.shotsIn(m, "my-texted")
			b.click(`#stop-text button[type="submit"]`)
			b.until(`!document.querySelector("#reminders")?.textContent.includes("We text you") && document.querySelector("#want-text")`)
			require.Empty(t, row(t, `select text_to from event_signups where email = $1`, email))
			b.click(`details:has(#want-text) > summary`)
			b.shotsIn(m, "my-wants-text")
			b.fill("#want-text-phone", "216 555 0199")
			b.click(`#want-text button[type="submit"]`)
			b.until(`document.querySelector("#reminders")?.textContent.includes("ending 0199")`)
			require.Equal(t, "opt_in opt_out opt_in", row(t, `select string_agg(status, ' ' order by k.created_at) from consents k join contacts c on c.id = k.contact_id where c.email = $1`, email))
		})
	}
}

// plan asks the workers for what they do every five minutes, and waits until they have.
func plan(t *testing.T, db *pgdb.DB) {
	t.Helper()
	queue, err := jobs.NewClient(db)
	require.NoError(t, err)
	require.NoError(t, db.Tx(t.Context(), func(tx pgx.Tx) error { return queue.Insert(t.Context(), tx, planArgs{time.Now()}, nil) }))
	require.Eventually(t, func() bool {
		var open int
		return db.QueryRow(t.Context(), `select count(*) from river_job where kind in ('events.reminders', 'events.remind') and state not in ('completed', 'scheduled', 'discarded')`).Scan(&open) == nil && open == 0
	}, time.Minute, 50*time.Millisecond, "the workers plan and send")
}

type planArgs struct {
	Tick time.Time `json:"tick"`
}

func (planArgs) Kind() string { return "events.reminders" }

// awake is a zone where it is day, and a phone of it.
func awake(t *testing.T) (zone, phone string) {
	t.Helper()
	for zone, phone := range map[string]string{"America/New_York": "+12165550111", "Europe/Berlin": "+4915100000000", "Pacific/Auckland": "+64210000000", "Asia/Kolkata": "+917410000000"} {
		l, err := time.LoadLocation(zone)
		require.NoError(t, err)
		if hour := time.Now().In(l).Hour(); hour >= 9 && hour < 20 {
			return zone, phone
		}
	}
	t.Fatal("there is none")
	return "", ""
}

func TestTheTextComesOnceHalfAnHourBeforeAndNotAfterAStop(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, jsOff)
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: os.Getenv("DATABASE_URL"), Role: pgdb.Jobs, MaxConns: 2, App: "e2e"})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	zone, phone := awake(t)
	ours := phoneNumber(t)
	if !strings.HasPrefix(phone, "+1") { // it texts phones of its country
		ours = fmt.Sprintf("%s%04d", phone[:len(phone)-4], rand.IntN(10_000))
	}
	org := textingOrganisation(t, s, zone, ours)
	b := newTab(t, jsOff)
	// soon signs somebody up two hours before it begins, and lets those pass but for half an hour.
	soon := func() (email string) {
		path, shift := eventOf(t, s, org, time.Now().Add(2*time.Hour), 5)
		email = someone()
		b.visit(site.URL + path)
		fillSignup(b, email)
		b.fill("#rsvp-phone", phone)
		b.click("#rsvp-text_me")
		b.click(sendSignup)
		b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
		_, err := db.Exec(t.Context(), `update event_signups set created_at = now() - interval '90 minutes' where email = $1`, email)
		require.NoError(t, err)
		_, err = db.Exec(t.Context(), `update event_shifts set starts_at = date_trunc('second', now()) + interval '30 minutes', ends_at = now() + interval '2 hours' where id = $1`, shift)
		require.NoError(t, err)
		return email
	}
	texts := func() (got []struct{ ID, From, Body string }) {
		require.NoError(t, json.Unmarshal([]byte(get(t, s.mail+"/api/sms?to="+url.QueryEscape(phone))), &got))
		return got
	}
	first := soon()
	for range 2 {
		plan(t, db)
		require.Eventually(t, func() bool { return len(texts()) > 0 }, time.Minute, 50*time.Millisecond)
		require.Len(t, texts(), 1)
	}
	text := texts()[0]
	require.Equal(t, ours, text.From)
	require.Contains(t, text.Body, "Harbor Neighbors: Waitlist ")
	require.Contains(t, text.Body, " Reply STOP to end.")
	require.NotEmpty(t, mailTo(t, s, first, "You’re signed up"))

	b.visit(s.mail + "/sms")
	b.click(`form[action="/sms/` + text.ID + `/answer"] button`)
	b.until(`document.body.textContent.includes("no more texts from us")`)
	second := soon()
	plan(t, db)
	require.Equal(t, "failed suppressed", row(t, `select d.status || ' ' || d.reason from deliveries d join event_signups g on g.org_id = d.org_id and d.key like '%/' || g.id || '/%'
		where d.channel = 'sms' and g.email = $1`, second))
	require.Equal(t, "sent ", row(t, `select d.status || ' ' || d.reason from deliveries d join event_signups g on g.org_id = d.org_id and d.key like '%/' || g.id || '/%'
		where d.channel = 'sms' and g.email = $1`, first))
	for _, one := range texts() {
		require.True(t, one.ID == text.ID || !strings.Contains(one.Body, "starts at"), one.Body)
	}
}
