package chaos

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// unseen are addresses that nobody has opened before: one of each kind of page, and files. There are those of the first time, and of
// the last.
func (l *load) unseen(last bool) []string {
	s, t := l.s, l.s.t
	t.Helper()
	var other, org string
	require.NoError(t, s.db.QueryRow(t.Context(), `select e.slug, o.slug from events e join organizations o on o.id = e.org_id
		where e.listed and e.status = 'scheduled' and e.last_ends_at > now() and e.slug <> $1
		order by (rank() over (order by o.slug, e.slug)) * $2 limit 1`, s.slug, map[bool]int{false: 1, true: -1}[last]).Scan(&other, &org))
	var signup uuid.UUID
	require.NoError(t, s.db.QueryRow(t.Context(), `select id from event_signups where shift_id = $1 and status = 'registered' limit 1`, l.shift).Scan(&signup))
	return []string{
		"/?q=" + other, "/calendar?q=" + other, "/e/" + other, "/o/" + org, "/my/" + s.signer().Token("events.signup", signup), "/e/" + other + "/event.ics",
		"/o/" + org + "/feed.atom", "/sitemap.xml",
	}
}

// away asks for addresses that nobody has opened before while the database is away: each answers in time, says when to come back,
// and a page is the designed one.
func (l *load) away(paths []string, patience time.Duration) {
	t := l.s.t
	t.Helper()
	var all sync.WaitGroup
	began := time.Now()
	for _, path := range paths {
		all.Go(func() {
			if wrong := l.refused(path, patience); wrong != "" {
				t.Errorf("%s, first opened while the database is away, %s", path, wrong)
			}
		})
	}
	all.Wait()
	t.Logf("pages first opened while the database is away: the slowest answer came after %s", time.Since(began).Round(time.Millisecond))
}

// refused says what is wrong with the answer to a first visit during an outage.
func (l *load) refused(path string, patience time.Duration) (wrong string) {
	client := &http.Client{Timeout: patience}
	req, err := http.NewRequest(http.MethodGet, l.origin+path, nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("X-Forwarded-For", someAddress())
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Sprint("has no answer: ", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Sprint("breaks off: ", err)
	}
	h := resp.Header
	if resp.StatusCode != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
		return fmt.Sprintf("answers %d with Retry-After %q", resp.StatusCode, h.Get("Retry-After"))
	}
	if !strings.Contains(h.Get("Cache-Control"), "no-store") {
		return fmt.Sprintf("may be kept: Cache-Control %q", h.Get("Cache-Control"))
	}
	for name, part := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()", "Content-Type": "text/html",
	} {
		if name == "Referrer-Policy" && !strings.HasPrefix(path, "/my/") {
			part = "strict-origin"
		}
		if !strings.Contains(h.Get(name), part) {
			return fmt.Sprintf("has %s %q", name, h.Get(name))
		}
	}
	for _, part := range []string{"We’ll be right back", "Try again", "Browse all events", `<main`} {
		if !strings.Contains(string(body), part) {
			return fmt.Sprintf("does not say %q", part)
		}
	}
	return ""
}

// well waits until every address opens.
func (l *load) well(paths []string) {
	l.s.t.Helper()
	for _, path := range paths {
		require.Eventually(l.s.t, func() bool { return l.get(path) == http.StatusOK }, 10*time.Second, 20*time.Millisecond, "%s opens again", path)
	}
}
