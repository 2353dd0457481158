package chaos

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/blob"
	"groundswell/shared/events"
	"groundswell/shared/pgdb"
)

// F15: whatever S3 does, pages, sign-ups, their mails and the jobs that need no S3 do not notice; an image that cannot be had says so
// at once and may be asked for again; and the jobs that need S3 are done when it is back, by the workers that are there.
func TestS3Trouble(t *testing.T) {
	s := newStack(t)
	site, origin := s.site()
	worker := s.worker()
	site.start()
	worker.start()
	l := s.drive(origin, s.shift)
	l.acked(20, 20*time.Second)
	var key string
	require.NoError(t, s.db.QueryRow(t.Context(), `select key from media_assets order by key limit 1`).Scan(&key))
	require.Equal(t, http.StatusOK, l.get("/"+key))
	cleaner, orphan := s.cleaner()
	none := []int{0, http.StatusServiceUnavailable}
	for _, fault := range []struct {
		name   string
		how    trouble
		images []int // what the site may answer
	}{
		{"down", trouble{refuse: true}, none},
		{"hangs", trouble{hang: true}, none},
		{"answers 500", trouble{answer: "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"}, none},
		{"breaks off", trouble{truncate: 2000}, none},
		{"slow", trouble{delay: 300 * time.Millisecond}, []int{http.StatusOK}},
	} {
		s.before.s3.play(fault.how)
		began := time.Now()
		chores := s.chores()
		status := l.get("/" + key)
		took := time.Since(began)
		t.Logf("%s: an image is %d after %s", fault.name, status, took.Round(time.Millisecond))
		require.Contains(t, fault.images, status, "%s: not an image that is half there", fault.name)
		require.Less(t, took, slow, fault.name)
		s.suffer(chores, status != http.StatusOK)
		if fault.how.refuse {
			_, err := cleaner.events.RemoveOrphans(t.Context())
			require.Error(t, err, "%s: nobody can clean up", fault.name)
		}
		l.acked(20, 20*time.Second)
		s.post(20)
		require.Equal(t, http.StatusOK, site.status("/readyz"), fault.name)
		require.Equal(t, http.StatusOK, worker.status("/readyz"), fault.name)
		s.before.s3.play(trouble{})
		require.Eventually(t, func() bool { return l.get("/"+key) == http.StatusOK }, 10*time.Second, 50*time.Millisecond, "%s: images are back", fault.name)
		t.Logf("%s: over after %s", fault.name, time.Since(began).Round(time.Millisecond))
	}
	l.stop()
	require.Zero(t, l.readsOtherThan(http.StatusOK), "%v", l.read)
	_, failures, _, _ := l.signups.Requests()
	require.Zero(t, failures, "%v", l.statuses)
	l.judge()
	t.Parallel() // others need not wait for what comes by itself
	s.judgeMail(time.Minute)
	s.judgeImages(cleaner, orphan)
}

// blob is the store, at the address.
func (s *stack) blob(endpoint string) *blob.Store {
	store, err := blob.Open(blob.Config{
		Endpoint: endpoint, Bucket: os.Getenv("S3_BUCKET"), Region: os.Getenv("S3_REGION"),
		AccessKey: os.Getenv("S3_ACCESS_KEY"), SecretKey: os.Getenv("S3_SECRET_KEY"),
	})
	require.NoError(s.t, err)
	return store
}

// cleaner is a worker a day from now, and a file that no row names, which is old then. The smaller versions of images are away.
func (s *stack) cleaner() (h *host, orphan string) {
	s.t.Helper()
	h = s.host(&pgdb.DB{Pool: s.db})
	h.offset.Store(int64(25 * time.Hour))
	store, ctx := s.store(), s.t.Context()
	orphan = "media/" + uuid.NewString() + ".jpg"
	require.NoError(s.t, store.Put(ctx, orphan, strings.NewReader("x"), 1, blob.Info{ContentType: "image/jpeg"}))
	for _, key := range s.images() {
		for _, width := range events.ImageWidths() {
			require.NoError(s.t, store.Remove(ctx, events.ImageVariant(key, width)))
		}
	}
	return h, orphan
}

// images are the keys of those that have smaller versions.
func (s *stack) images() (keys []string) {
	s.t.Helper()
	err := s.db.QueryRow(s.t.Context(), `select array_agg(distinct key) from media_assets where content_type in ('image/jpeg', 'image/png')`).Scan(&keys)
	require.NoError(s.t, err)
	return keys
}

// chores has all smaller versions made again and everything cleaned up, beside the jobs that need no S3, and returns the jobs that do.
func (s *stack) chores() (ids []int64) {
	s.t.Helper()
	s.exec(`update media_assets set variants_at = null, variants_tries = 0, variants_after = null`)
	err := s.db.QueryRow(s.t.Context(), `with made as (
			insert into river_job (args, kind, max_attempts, queue, priority, state, metadata)
			select json_build_object('tick', now()), kind, 12, 'default', 1, 'available', '{}'
			from unnest(array['events.images', 'events.orphans', 'releases.remove', 'messages.sweep', 'events.reminders', 'commands.forget', 'data.retention']) kind
			returning id, kind
		) select array_agg(id order by kind) from made where kind in ('events.images', 'events.orphans', 'releases.remove')`).Scan(&ids)
	require.NoError(s.t, err)
	return ids
}

// suffer waits until the chores have run into the trouble, that of the images failing where it must, and the other jobs are done.
func (s *stack) suffer(chores []int64, fail bool) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		return s.count(`select count(*) from river_job where id = any($1) and attempt > 0 and (kind <> 'events.images' or errors is not null or not $2)`, chores, fail) == len(chores)
	}, 40*time.Second, 20*time.Millisecond, "the jobs that need S3 try")
	require.Eventually(s.t, func() bool {
		return s.count(`select count(*) from river_job where state not in ('completed', 'running')
			and kind in ('messages.sweep', 'events.reminders', 'commands.forget', 'data.retention')`) == 0
	}, 20*time.Second, 20*time.Millisecond, "the jobs that need no S3 are done")
}

// post waits until so many more mails than now have come.
func (s *stack) post(more int) {
	s.t.Helper()
	before := s.mails.count()
	require.Eventually(s.t, func() bool { return s.mails.count() >= before+more }, 20*time.Second, 5*time.Millisecond, "mails go on")
}

// judgeImages asks, once S3 is well: every job is done, every image has its versions, and what is nobody's goes, nothing else.
func (s *stack) judgeImages(cleaner *host, orphan string) {
	t := s.t
	t.Helper()
	began := time.Now()
	require.Eventually(t, func() bool {
		return s.count(`select count(*) from river_job where kind in ('events.images', 'events.orphans', 'releases.remove') and state <> 'completed'`)+
			s.count(`select count(*) from media_assets where variants_at is null and content_type in ('image/jpeg', 'image/png')`) == 0
	}, 3*time.Minute, 100*time.Millisecond, "what S3 kept from being done is done")
	t.Logf("images and cleaning up are done %s after the rest", time.Since(began).Round(time.Millisecond))
	store, ctx := s.store(), t.Context()
	_, err := store.Stat(ctx, orphan)
	require.NoError(t, err, "it is not old yet")
	_, err = cleaner.events.RemoveOrphans(ctx)
	require.NoError(t, err)
	_, err = store.Stat(ctx, orphan)
	require.Error(t, err, "nobody's file is gone")
	for _, key := range s.images() {
		for _, width := range events.ImageWidths() {
			_, err := store.Stat(ctx, events.ImageVariant(key, width))
			require.NoError(t, err, "%s, %d wide", key, width)
		}
		_, err := store.Stat(ctx, key)
		require.NoError(t, err, key)
	}
}
