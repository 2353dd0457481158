package e2e

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/messages"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
	"groundswell/shared/sms"
)

// phoneNumber is one that nobody else has.
func phoneNumber(t *testing.T) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(9_000_000_000))
	require.NoError(t, err)
	return "+49" + n.Add(n, big.NewInt(1_000_000_000)).String()
}

// A text goes to the provider, the provider tells the site that the phone has it, the phone answers STOP, and gets no more.
func TestAStopFromThePhoneEndsTheTexts(t *testing.T) {
	t.Parallel()
	s := running(t)
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: os.Getenv("DATABASE_URL"), Role: pgdb.Jobs, MaxConns: 2, App: "e2e"})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	provider, err := sms.New(os.Getenv("SMS_URL"))
	require.NoError(t, err)
	svc := messagesvc.New(messagesvc.Config{DB: db, Texter: provider, Now: time.Now, Log: slog.New(slog.DiscardHandler), Reports: s.events + "/sms/status"})
	org, ours, phone := uuid.New(), phoneNumber(t), phoneNumber(t)
	_, err = db.Exec(t.Context(), `insert into organizations (id, slug, name, sms_number) values ($1, $2, 'Lake Neighbors', $3)`, org, "texts-"+org.String()[:8], ours)
	require.NoError(t, err)
	text := func(key string) messages.Text {
		return messages.Text{Key: key, Kind: "test.text", OrgID: orgs.ID{UUID: org}, To: phone, Body: "Lake Neighbors: see you at 10 AM. Reply STOP to stop."}
	}
	require.NoError(t, svc.Text(t.Context(), text("1")))
	require.Eventually(t, func() bool {
		var there bool
		return db.QueryRow(t.Context(), `select delivered_at is not null from deliveries where org_id = $1`, org).Scan(&there) == nil && there
	}, patience, 10*time.Millisecond, "the provider tells the site that the phone has it")

	b := newTab(t, jsOff)
	var caught []struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(get(t, s.mail+"/api/sms?to="+url.QueryEscape(phone))), &caught))
	require.Len(t, caught, 1)
	b.visit(s.mail + "/sms")
	b.click(`form[action="/sms/` + caught[0].ID + `/answer"] button`)
	b.until(`document.body.textContent.includes("no more texts from us")`)
	b.shot("texts", 390, false)
	b.shot("texts", 1280, true)
	require.NoError(t, svc.Text(t.Context(), text("2")))
	var reason string
	require.NoError(t, db.QueryRow(t.Context(), `select reason from deliveries where org_id = $1 and key = '2'`, org).Scan(&reason))
	require.Equal(t, "suppressed", reason)
	var consents int
	require.NoError(t, db.QueryRow(t.Context(), `select count(*) from consents where org_id = $1 and status = 'opt_out' and method = 'keyword' and wording = 'STOP'`, org).Scan(&consents))
	require.Equal(t, 1, consents)
}
