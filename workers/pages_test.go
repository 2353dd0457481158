package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJobsAreSeenAndRetriedBehindThePassword(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.env = append(b.env, "RIVERUI_PASSWORD=open sesame")
	b.rsvp("ada@example.com")
	b.exec(`update river_job set state = 'discarded', attempt = max_attempts, finalized_at = now() where kind = 'events.confirm'`)
	private, _, _ := b.start()
	require.Equal(t, "401 Unauthorized", get(t, private+"/jobs/", ""))
	require.Equal(t, "401 Unauthorized", get(t, private+"/jobs/api/jobs", "open"))
	require.Contains(t, get(t, private+"/jobs/", "open sesame"), "<html")
	require.Contains(t, get(t, private+"/jobs/api/jobs?state=discarded", "open sesame"), "events.confirm")
	require.Contains(t, get(t, private+"/metrics", ""), `jobs{state="discarded"} 1`)

	var id string
	require.NoError(t, b.db.QueryRow(t.Context(), `select id::text from river_job where kind = 'events.confirm'`).Scan(&id))
	retry := func(header, value string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, private+"/jobs/api/jobs/retry", bytes.NewBufferString(`{"ids":["`+id+`"]}`))
		require.NoError(t, err)
		r.SetBasicAuth("x", "open sesame")
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(header, value)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	require.Equal(t, http.StatusForbidden, retry("Sec-Fetch-Site", "cross-site"), "not from another site's page")
	require.Equal(t, http.StatusOK, retry("Sec-Fetch-Site", "same-origin"))
	require.Equal(t, "ada@example.com", b.arrival().To)
	b.eventually(`select count(*)::text from river_job where state = 'discarded'`, "0")
}

func TestWithoutAPasswordThereAreNoPagesAboutJobs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	private, _, _ := b.start()
	require.Equal(t, "404 Not Found", get(t, private+"/jobs/", "x"))
}

func TestHowTheQueuesStandIsMeasured(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.rsvp("ada@example.com")
	b.exec(`update river_job set kind = 'of.a.newer.release', scheduled_at = now() - interval '1 hour'`)
	private, log, _ := b.start()
	metrics := get(t, private+"/metrics", "")
	require.Contains(t, metrics, `jobs_waiting{kind="of.a.newer.release",queue="default"} 1`)
	require.Regexp(t, `jobs_oldest_seconds\{kind="of.a.newer.release",queue="default"\} 36\d\d`, metrics)
	require.Eventually(t, func() bool {
		return strings.Contains(log.String(), `"jobs are overdue","app":"workers","queue":"default","kind":"of.a.newer.release","waiting":1,"oldest_seconds":36`)
	}, 30*time.Second, 10*time.Millisecond, "an alarm")
	b.rsvp("bea@example.com")
	b.arrival()
	require.Eventually(t, func() bool {
		return strings.Contains(get(t, private+"/metrics", ""), `deliveries_total{kind="events.confirm",status="sent"} 1`)
	}, 30*time.Second, 10*time.Millisecond)
}
