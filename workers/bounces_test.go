package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/mail/mailtest"
)

// mailbox is an empty Maildir.
func mailbox(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"new", "cur", "tmp"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, sub), 0o700))
	}
	return dir
}

// report is a server's word that a mail to its recipient failed.
func report(m mailtest.Accepted, status string) string {
	return strings.ReplaceAll(fmt.Sprintf(`Delivered-To: %s
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; %s
Action: failed
Status: %s

--b--
`, m.From, m.To, status), "\n", "\r\n")
}

func TestABounceInTheMailboxStopsMailToItsAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	dir := mailbox(t)
	b.env = append(b.env, "BOUNCE_MAILDIR="+dir, "BOUNCE_ADDRESS=bounces@example.org")
	put := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "new", name), []byte(text), 0o600))
	}
	_, _, stop := b.start()
	b.rsvp("ada@example.com")
	m := b.arrival()
	require.NoError(t, stop())
	put("1", report(m, "5.1.1"))
	put("2", report(mailtest.Accepted{From: "bounces+forged@example.org", To: "eve@example.com"}, "5.1.1"))
	put("3", "nonsense")
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(report(m, "5.1.1")), 0o600))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "new", "link")))
	for n := range mostBounces {
		require.NoError(t, os.Mkdir(filepath.Join(dir, "new", fmt.Sprintf("0-%d", n)), 0o700))
	}

	b.exec(`delete from job_schedules`) // another minute
	private, log, _ := b.start()
	b.eventually(`select count(*)::text from suppressions where reason = 'bounced'`, "1")
	b.eventually(`select count(*)::text from river_job where kind = 'mail.bounces' and state = 'completed'`, "2")
	left, err := os.ReadDir(filepath.Join(dir, "new"))
	require.NoError(t, err)
	require.Len(t, left, 1+mostBounces, "what is no file stays where it is, and keeps nothing else waiting")
	read, err := os.ReadDir(filepath.Join(dir, "cur"))
	require.NoError(t, err)
	require.Len(t, read, 3)
	require.Equal(t, "1:2,S", read[0].Name())
	metrics := get(t, private+"/metrics", "")
	for _, want := range []string{`bounces_total{verdict="hard"} 1`, `bounces_total{verdict="not_ours"} 1`, `bounces_total{verdict="malformed"} 1`} {
		require.Contains(t, metrics, want)
	}
	require.NotContains(t, log.String(), "ada@example.com")
}

func get(t *testing.T, url, password string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if password != "" {
		r.SetBasicAuth("anybody", password)
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	if resp.StatusCode != http.StatusOK {
		return resp.Status
	}
	return string(body)
}
