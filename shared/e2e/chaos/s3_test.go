package chaos

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// F15: whatever S3 does, pages and sign-ups do not notice, and an image that cannot be had says so at once and may be
// asked for again.
func TestS3Trouble(t *testing.T) {
	s := newStack(t)
	site, origin := s.site()
	site.start()
	l := s.drive(origin, s.shift)
	l.acked(20, 20*time.Second)
	var key string
	require.NoError(t, s.db.QueryRow(t.Context(), `select key from media_assets order by key limit 1`).Scan(&key))
	require.Equal(t, http.StatusOK, l.get("/"+key))
	for name, how := range map[string]trouble{
		"down":        {refuse: true},
		"hangs":       {hang: true},
		"answers 500": {answer: "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
		"breaks off":  {truncate: 2000},
	} {
		s.before.s3.play(how)
		began := time.Now()
		status := l.get("/" + key)
		took := time.Since(began)
		t.Logf("%s: an image is %d after %s", name, status, took.Round(time.Millisecond))
		require.Contains(t, []int{0, http.StatusServiceUnavailable}, status, "%s: not an image that is half there", name)
		require.Less(t, took, slow, name)
		require.Equal(t, http.StatusOK, site.status("/readyz"), name)
		l.acked(20, 20*time.Second)
		s.before.s3.play(trouble{})
		require.Eventually(t, func() bool { return l.get("/"+key) == http.StatusOK }, 10*time.Second, 50*time.Millisecond, "%s: images are back", name)
	}
	l.stop()
	require.Zero(t, l.readsOtherThan(http.StatusOK), "%v", l.read)
	_, failures, _, _ := l.signups.Requests()
	require.Zero(t, failures, "%v", l.statuses)
	l.judge()
}
