package e2e

import (
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestASignUpIsConfirmedInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			org := ownOrganisation(t, s, "America/New_York")
			operate(t, s, "verify", "--org", org, "--on")
			path, _ := eventOf(t, s, org, time.Now().Add(72*time.Hour), 1)
			b, email := newTab(t, m), someone()
			joinShift(b, site, m, path, email)
			require.Contains(t, b.text("#joined"), "One step is left")
			b.shotsIn(m, "confirm-answer")
			openLink(b, site, m, mailTo(t, s, email, "Confirm your place"))
			require.Contains(t, b.text("#status"), "One step is left")
			b.shotsIn(m, "my-unconfirmed")
			b.click(`#accept button[type="submit"]`)
			b.until(`document.querySelector("#status")?.textContent.includes("You’re in")`)
			mailTo(t, s, email, "You’re signed up")
		})
	}
}

// afternoon is a zone where it is later than the reminder of the day before and not yet the next day.
func afternoon(t *testing.T) *time.Location {
	t.Helper()
	for _, name := range []string{"UTC", "Pacific/Auckland", "America/New_York"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		if hour := time.Now().In(zone).Hour(); hour >= 11 && hour < 23 {
			return zone
		}
	}
	t.Fatal("there is none")
	return nil
}

func TestTheDayBeforeOneSaysInEveryModeThatOneComes(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			zone, b, email := afternoon(t), newTab(t, m), someone()
			org := ownOrganisation(t, s, zone.String())
			path, shift := eventOf(t, s, org, noonIn(zone, 2), 5)
			joinShift(b, site, m, path, email)
			mail := mailTo(t, s, email, "You’re signed up")
			askTomorrow(t, s, email, shift, zone)

			openLink(b, site, m, mail)
			b.shotsIn(m, "my-asked")
			b.click(`#coming button[type="submit"]`)
			b.until(`document.querySelector("#coming")?.textContent.includes("You said that you are coming")`)
			b.shotsIn(m, "my-coming")
			require.Contains(t, operate(t, s, "signups", "--event", path[len("/e/"):]), "registered, says they come")
		})
	}
}

// noonIn is noon on the clock of a zone, so many days from now.
func noonIn(zone *time.Location, days int) time.Time {
	y, month, day := time.Now().In(zone).Date()
	return time.Date(y, month, day+days, 12, 0, 0, 0, zone)
}

// askTomorrow makes it the day before for somebody who signed up days ago: they are asked whether they come.
func askTomorrow(t *testing.T, s stack, email, shift string, zone *time.Location) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), os.Getenv("DATABASE_URL"))
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `update event_signups set created_at = now() - interval '3 days' where email = $1`, email)
	require.NoError(t, err)
	require.NoError(t, db.Close(t.Context()))
	at := noonIn(zone, 1)
	operate(t, s, "reschedule", "--shift", shift, "--starts", at.Format("2006-01-02 15:04"), "--ends", at.Add(time.Hour).Format("2006-01-02 15:04"))
}
