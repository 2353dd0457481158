package seed_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/schema/seed"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/pgdb"
)

var now = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// folder is a store in memory: what the seed puts into the real one is its only interest here.
type folder struct {
	sync.Mutex
	objects map[string][]byte
}

func (f *folder) Put(_ context.Context, key, _ string, data []byte) error {
	f.Lock()
	defer f.Unlock()
	f.objects[key] = data
	return nil
}

func run(t *testing.T, db *pgdb.DB, at time.Time) (log string, objects map[string][]byte) {
	t.Helper()
	var out bytes.Buffer
	store := &folder{objects: map[string][]byte{}}
	require.NoError(t, seed.Run(t.Context(), seed.Config{DB: db, Blob: store, Now: at, Log: &out}))
	return out.String(), store.objects
}

func number(t *testing.T, db *pgdb.DB, sql string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow(t.Context(), sql, args...).Scan(&n), sql)
	return n
}

func TestSeed(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	began := time.Now()
	log, objects := run(t, db, now)
	t.Logf("%s in %s", log, time.Since(began))
	count := func(sql string, args ...any) int { return number(t, db, sql, args...) }

	require.Equal(t, 3, count(`select count(*) from organizations`))
	require.Equal(t, 200, count(`select count(*) from events where listed`))
	require.Equal(t, 3, count(`select count(distinct timezone) from organizations`))
	require.Equal(t, 1, count(`select count(*) from events where country <> '' and country <> 'US' and timezone = 'Asia/Kolkata'`))
	require.Equal(t, len(events.Types()), count(`select count(distinct type) from events`))
	for _, kind := range events.Types() {
		require.Positive(t, count(`select count(*) from events where type = $1`, string(kind)), kind)
	}
	require.Equal(t, 3, count(`select count(distinct mode) from events`))
	require.Equal(t, 4, count(`select count(distinct status) from events`))
	require.GreaterOrEqual(t, count(`select count(*) from events where last_ends_at <= $1`, now), 50)
	require.GreaterOrEqual(t, count(`select count(*) from events where first_starts_at > $1`, now), 100)
	require.GreaterOrEqual(t, count(`select count(*) from events where place_private`), 5)
	require.GreaterOrEqual(t, count(`select count(*) from (select event_id from event_shifts group by 1 having count(*) > 1) x`), 60)
	require.GreaterOrEqual(t, count(`select count(*) from event_shifts where starts_at > $1 and taken = capacity`, now), 8)
	require.GreaterOrEqual(t, count(`select count(*) from event_shifts where starts_at > $1 and capacity - taken between 1 and 3`, now), 8)
	require.InDelta(t, 1500, count(`select count(*) from contacts`), 100)
	require.InDelta(t, 1500, count(`select count(*) from event_signups`), 250)
	t.Logf("shifts %d, sign-ups %d", count(`select count(*) from event_shifts`), count(`select count(*) from event_signups`))

	require.Zero(t, count(`select count(*) from event_shifts s where taken <> (
		select coalesce(sum(party_size), 0) from event_signups g where g.shift_id = s.id and status = 'registered' and pool = 'main')`), "what is taken is what is signed up")
	require.Zero(t, count(`select count(*) from event_shifts s where online_taken <> (
		select coalesce(sum(party_size), 0) from event_signups g where g.shift_id = s.id and status = 'registered' and pool = 'online')`))
	require.Zero(t, count(`select count(*) from event_shifts s where waiting <> (
		select count(*) from event_signups g where g.shift_id = s.id and status = 'waitlisted')`))
	require.Equal(t, 1, count(`select count(*) from event_shifts where waiting = 4 and taken = capacity and starts_at > $1`, now), "one shift has a line")
	require.Equal(t, 4, count(`select count(distinct kind) from event_questions where event_id in (select id from events where last_ends_at > $1)`, now))
	require.Equal(t, 2, count(`select count(distinct role) from event_hosts`))
	require.Positive(t, count(`select count(*) from event_shifts where previous_starts_at < starts_at and starts_at > $1`, now))
	require.Positive(t, count(`select count(*) from event_shifts where online_capacity > 0 and online_taken > 0`))
	require.Zero(t, count(`select count(*) from event_signups g join event_shifts s on s.id = g.shift_id join events e on e.id = s.event_id
		where party_size > 1 + guests_allowed or (e.mode <> 'hybrid' and attend <> e.mode)`), "nobody brings more than allowed, or comes where nothing is")
	require.Zero(t, count(`select count(*) from event_signups where email not like '%@example.org' or created_at > $1`, now))
	require.Zero(t, count(`select count(*) from events where description ~ '[{}]' or title ~ '[{}]' or summary ~ '[{}]'`), "everything is filled in")
	require.Zero(t, count(`select count(*) from events where (select count(*) from regexp_matches(description, E'\n\n', 'g')) not between 1 and 4`))
	require.Zero(t, count(`select count(*) from events e where image_id is null or (mode <> 'online') <> (latitude is not null)`))

	require.Len(t, objects, count(`select count(distinct key) from media_assets`))
	require.Zero(t, count(`select count(*) from media_assets where size > 120000 or alt = ''`))

	log, objects = run(t, db, now.AddDate(0, 1, 0))
	require.Empty(t, log, "nothing is done twice")
	require.Empty(t, objects)
	require.Equal(t, 200, count(`select count(*) from events`))
}

func TestSeedsAtOnceMakeOneCampaign(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	var all sync.WaitGroup
	errs := make([]error, 2)
	for n := range errs {
		all.Go(func() {
			errs[n] = seed.Run(t.Context(), seed.Config{DB: db, Blob: &folder{objects: map[string][]byte{}}, Now: now, Log: io.Discard})
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, 200, number(t, db, `select count(*) from events`))
}

func TestTheDemoHasSeriesAndTopics(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	run(t, db, now)
	require.Equal(t, 5, number(t, db, `select count(distinct series_id) from event_listings where ends_at > $1`, now))
	require.GreaterOrEqual(t, number(t, db, `select count(distinct tag) from event_listings, unnest(tags) tag`), 8)
}
