package eventsvc_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
)

const day = 24 * time.Hour

// around puts events in Cleveland, Akron (50 km south) and Columbus (200 km), one at a private home in Cleveland, one nowhere.
func around(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	place := func(lat, lng float64) string { return fmt.Sprintf("latitude = %v, longitude = %v", lat, lng) }
	b.shift(b.event("columbus", "Canvass", place(39.9612, -82.9988), "city = 'Columbus'", "postal_code = '43215'"), day, -1)
	b.shift(b.event("akron", "Canvass", place(41.0814, -81.5190), "city = 'Akron'", "postal_code = '44303'"), 2*day, -1)
	b.shift(b.event("cleveland", "Canvass", place(41.4993, -81.6944)), 3*day, -1)
	b.shift(b.event("home", "House party", place(41.4781, -81.6885), "place_private = true"), 4*day, -1)
	b.shift(b.event("nowhere", "Canvass", "city = ''", "postal_code = ''"), 5*day, -1)
	return b
}

func TestFindNear(t *testing.T) {
	t.Parallel()
	b := around(t)
	cases := map[string]struct {
		in   events.FindIn
		want []string
	}{
		"by time":                        {events.FindIn{Near: "41.50,-81.69", Within: 80}, []string{"akron", "cleveland", "home"}},
		"by distance":                    {events.FindIn{Near: "41.50,-81.69", Within: 80, Sort: "distance"}, []string{"cleveland", "home", "akron"}},
		"40 km unless said":              {events.FindIn{Near: "41.50,-81.69"}, []string{"cleveland", "home"}},
		"around a town, from its events": {events.FindIn{Place: "akron", Within: 60}, []string{"akron", "cleveland", "home"}},
		"around a postal code":           {events.FindIn{Place: "43215", Within: 60}, []string{"columbus"}},
		"around a misspelled town":       {events.FindIn{Place: "Colombus", Within: 60}, []string{"columbus"}},
		"a town without a radius":        {events.FindIn{Place: "Cleveland"}, []string{"cleveland", "home"}},
		"the far side of the earth":      {events.FindIn{Near: "-41.5,98.3", Within: 250}, []string{}},
		"the pole":                       {events.FindIn{Near: "90,0", Within: 250}, []string{}},
	}
	for name, c := range cases {
		require.Equal(t, c.want, slugs(b.find(c.in)), name)
	}
	out := b.find(events.FindIn{Near: "41.4993,-81.6944", Within: 80, Sort: "distance"})
	require.InDelta(t, 0, *out.Events[0].DistanceKM, 0.01)
	require.InDelta(t, 48.7, *out.Events[2].DistanceKM, 0.5)
	require.Nil(t, b.find(events.FindIn{}).Events[0].DistanceKM)
}

func TestFindNearTheDateLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shift(b.event("taveuni", "Rally", "latitude = -16.85, longitude = -179.98"), day, -1)
	require.Equal(t, []string{"taveuni"}, slugs(b.find(events.FindIn{Near: "-16.85,179.98", Within: 20})))
	require.Equal(t, []string{"taveuni"}, slugs(b.find(events.FindIn{Near: "-16.85,-179.99", Within: 20})))
}

// Whoever asks for distances from three places can draw three circles: they must not meet at the door.
func TestDistancesDoNotLeadToAPrivateDoor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shift(b.event("home", "House party", "latitude = 41.4781, longitude = -81.6885", "place_private = true"), day, -1)
	b.shift(b.event("next-door", "House party", "latitude = 41.4860, longitude = -81.6921", "place_private = true"), day, -1)
	out := b.find(events.FindIn{Near: "41.4781,-81.6885", Within: 80, Sort: "distance"})
	require.InDelta(t, *out.Events[0].DistanceKM, *out.Events[1].DistanceKM, 0, "both are the same place to a stranger")
	require.Greater(t, *out.Events[0].DistanceKM, 1.0)
}

func TestFindShowsWhatWasMeant(t *testing.T) {
	t.Parallel()
	b := fair(t)
	out := b.find(events.FindIn{Q: "town hal"})
	require.Equal(t, "town hall", out.Q)
	require.Equal(t, []string{"town-hall"}, slugs(out))
	out = b.find(events.FindIn{Place: "Lakewod"})
	require.Equal(t, "Lakewood", out.Place)
	require.Equal(t, []string{"house-party"}, slugs(out))
	out = b.find(events.FindIn{Q: "ralyl", Place: "Akorn, OH"})
	require.Equal(t, []string{"rally", "Akron, OH"}, []string{out.Q, out.Place})
	out = b.find(events.FindIn{Q: "town hall"})
	require.Empty(t, out.Q, "nothing is said of what was found as asked")
	out = b.find(events.FindIn{Q: "Secret Gardn"})
	require.Empty(t, out.Events, "a private venue is not even a suggestion")
	require.Empty(t, out.Q)
}

// tagged gives events tags.
func (b *bundle) tag(event uuid.UUID, tags ...string) {
	b.t.Helper()
	b.exec(`insert into event_tags (org_id, event_id, tag) select e.org_id, e.id, unnest($2::text[]) from events e where e.id = $1`, event, tags)
}

func TestFacetsCountWithTheOtherFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, c := range []struct {
		set  string
		tags []string
	}{
		{"type = 'canvass'", []string{"climate"}},
		{"type = 'canvass', mode = 'online'", []string{"climate", "housing"}},
		{"type = 'rally', mode = 'hybrid'", []string{"housing"}},
		{"type = 'meeting'", nil},
	} {
		event := b.event(fmt.Sprintf("event-%d", i), "Event", c.set)
		b.shift(event, time.Duration(i+1)*day, -1)
		b.shift(event, time.Duration(i+8)*day, -1)
		if c.tags != nil {
			b.tag(event, c.tags...)
		}
	}
	out := b.find(events.FindIn{})
	require.Equal(t, []events.TypeCount{{Type: "canvass", Count: 2}, {Type: "meeting", Count: 1}, {Type: "rally", Count: 1}}, out.Types)
	require.Equal(t, []events.ModeCount{{Mode: "hybrid", Count: 1}, {Mode: "in_person", Count: 3}, {Mode: "online", Count: 2}}, out.Modes)
	require.Equal(t, []events.TagCount{{Tag: "climate", Count: 2}, {Tag: "housing", Count: 2}}, out.Tags)
	out = b.find(events.FindIn{Type: "canvass,rally", Tag: "housing"})
	require.Equal(t, []string{"event-1", "event-2"}, slugs(out))
	require.Equal(t, []events.TypeCount{{Type: "canvass", Count: 1}, {Type: "rally", Count: 1}}, out.Types, "with the tag")
	require.Equal(t, []events.TagCount{{Tag: "climate", Count: 2}, {Tag: "housing", Count: 2}}, out.Tags, "with the types")
	require.Equal(t, []string{"event-0", "event-1", "event-2"}, slugs(b.find(events.FindIn{Tag: "climate,housing"})))
	b.exec(`delete from event_tags where tag = 'climate'`)
	require.Empty(t, b.find(events.FindIn{Tag: "climate"}).Events)
}

// What a choice promises is what it gives.
func TestSpaceAndAccessAreCountedWithTheOtherFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	full := b.event("full", "Rally", "type = 'rally'", "accessibility = 'accessible'")
	b.shift(full, day, 0)
	later := b.event("later", "Rally", "type = 'rally'", "accessibility = 'accessible'")
	b.shift(later, day, 0)
	b.shift(later, 9*day, 5)
	b.shift(later, 10*day, 5)
	b.shift(b.event("free", "Canvass", "mode = 'online'"), 2*day, -1)
	b.shift(b.event("postponed", "Canvass", "status = 'postponed'", "accessibility = 'accessible'"), 2*day, -1)
	over := b.event("over", "Canvass")
	b.shift(over, -3*day, 5)
	b.shift(over, -2*day, 0)
	for name, c := range map[string]struct {
		in               events.FindIn
		open, accessible int
	}{
		"all":                    {events.FindIn{}, 2, 3},
		"of a type":              {events.FindIn{Type: "rally"}, 1, 2},
		"of types":               {events.FindIn{Type: "rally,canvass"}, 2, 3},
		"online":                 {events.FindIn{Mode: "online"}, 1, 0},
		"with words":             {events.FindIn{Q: "rally"}, 1, 2},
		"before the free shift":  {events.FindIn{Type: "rally", To: "2026-11-26"}, 0, 2},
		"since the free shift":   {events.FindIn{Type: "rally", From: "2026-11-30"}, 1, 1},
		"with a tag nobody has":  {events.FindIn{Tag: "climate"}, 0, 0},
		"of what is over":        {events.FindIn{Past: true}, 1, 0},
		"of what is over, since": {events.FindIn{Past: true, From: "2026-11-21"}, 0, 0},
		"of a series nobody has": {events.FindIn{Series: "nothing"}, 0, 0},
	} {
		out := b.find(c.in)
		require.Equal(t, []int{c.open, c.accessible}, []int{out.Open, out.Accessible}, name)
		in := c.in
		in.Open = true
		chosen := b.find(in)
		require.Equal(t, []int{c.open, c.open}, []int{chosen.Total, chosen.Open}, "%s, with space", name)
		in = c.in
		in.Accessible = true
		chosen = b.find(in)
		require.Equal(t, []int{c.accessible, c.accessible}, []int{chosen.Total, chosen.Accessible}, "%s, accessible", name)
	}
}

func TestCountingStopsAtFiveHundred(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(`insert into events (id, org_id, org_name, slug, title, summary, timezone, published_at)
		select gen_random_uuid(), o.id, o.name, 'event-' || i, case when i % 3 = 0 then 'Canvass' else 'Rally' end, case when i % 3 = 1 then 'A canvass' else '' end, 'UTC', $2
		from organizations o, generate_series(1, 2200) i where o.id = $1`, b.org, noon)
	b.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at)
		select gen_random_uuid(), org_id, id, at, at + interval '2 hours' from events, lateral (select $1::timestamptz + substr(slug, 7)::int * interval '1 hour' as at) s`, noon)
	out := b.find(events.FindIn{})
	require.Equal(t, []int{500, 21}, []int{out.Total, out.Pages})
	require.True(t, out.AtLeast)
	require.True(t, out.SomeCounted)
	b.exec(`update event_listings set type = 'meeting'`)
	require.Equal(t, out.Types, b.find(events.FindIn{Page: 2}).Types, "lower bounds are kept for a minute")
	b.pass(time.Minute)
	require.NotEqual(t, out.Types, b.find(events.FindIn{Page: 2}).Types)
	deep := b.find(events.FindIn{Page: 60})
	require.Len(t, deep.Events, 24, "one may page on")
	require.Greater(t, deep.Pages, 60)
	out = b.find(events.FindIn{Q: "rallies"})
	require.True(t, out.AtLeast)
	seen := map[string]bool{}
	for page := range 43 {
		out = b.find(events.FindIn{Q: "rally", To: "2026-12-31", Page: page + 1})
		require.GreaterOrEqual(t, out.Total, min(612, max(200, (page+1)*events.PageSize)), "as far as one has paged")
		for _, slug := range slugs(out) {
			require.False(t, seen[slug], slug)
			seen[slug] = true
		}
	}
	require.Len(t, seen, 612)
	out = b.find(events.FindIn{Q: "canvass", Page: 42})
	require.Equal(t, []int{1008, 43}, []int{out.Total, out.Pages}, "733 by the title, the others by the rest")
	require.Equal(t, "event-754", out.Events[0].Slug, "984 hits before it: 733 by the title and 251 others")
}

func TestALongShiftIsFoundWhileItRuns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("drive", "Petition drive")
	b.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at) select $1, org_id, id, $3, $4 from events where id = $2`,
		uuid.Must(uuid.NewV7()), event, noon.Add(-20*day), noon.Add(20*day))
	b.shift(b.event("canvass", "Canvass"), day, -1)
	out := b.find(events.FindIn{})
	require.Equal(t, []string{"drive", "canvass"}, slugs(out))
	require.Equal(t, noon.Add(-20*day), out.Events[0].Next.At, "its real start")
	require.Equal(t, []string{"drive"}, slugs(b.find(events.FindIn{From: "2026-12-10", To: "2026-12-10"})))
	require.Empty(t, b.find(events.FindIn{From: "2026-12-14"}).Events)
	b.pass(30 * day)
	require.Equal(t, []string{"drive", "canvass"}, slugs(b.find(events.FindIn{Past: true})), "it was over last")
}

func TestListingsFollowEveryChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, day, -1)
	found := func() int { return len(b.find(events.FindIn{}).Events) }
	require.Equal(t, 1, found())
	for _, change := range []struct{ away, back string }{
		{`update events set visibility = 'unlisted' where id = $1`, `update events set visibility = 'public' where id = $1`},
		{`update events set published_at = null where id = $1`, `update events set published_at = now() where id = $1`},
		{`update events set status = 'cancelled' where id = $1`, `update events set status = 'scheduled' where id = $1`},
		{`update event_shifts set cancelled_at = now() where event_id = $1`, `update event_shifts set cancelled_at = null where event_id = $1`},
		{`update event_shifts set starts_at = starts_at - interval '30 days', ends_at = ends_at - interval '30 days' where event_id = $1`,
			`update event_shifts set starts_at = starts_at + interval '30 days', ends_at = ends_at + interval '30 days' where event_id = $1`},
	} {
		b.exec(change.away, event)
		require.Zero(t, found(), change.away)
		b.exec(change.back, event)
		require.Equal(t, 1, found(), change.back)
	}
	b.exec(`update events set title = 'Rally' where id = $1`, event)
	require.Equal(t, []string{"canvass"}, slugs(b.find(events.FindIn{Q: "rally"})))
	b.exec(`delete from event_shifts where id = $1`, shift.UUID)
	require.Zero(t, found())
	b.shift(event, day, -1)
	b.exec(`delete from event_shifts where event_id = $1`, event)
	b.exec(`delete from events where id = $1`, event)
	require.Zero(t, b.number(`select count(*) from event_listings`))
}

// Whoever lists an event holds it: who takes it down meanwhile waits, and finds the row to take away.
func TestAnEventTakenDownLeavesNoListing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	b.shift(event, hour, -1)
	late, err := b.db.BeginTx(t.Context(), pgx.TxOptions{})
	require.NoError(t, err)
	defer func() { _ = late.Rollback(t.Context()) }()
	_, err = late.Exec(t.Context(), `insert into event_tags (org_id, event_id, tag) values ($1, $2, 'climate')`, b.org, event)
	require.NoError(t, err)
	down := make(chan struct{})
	go func() {
		b.exec(`update events set visibility = 'private' where id = $1`, event)
		close(down)
	}()
	require.Eventually(t, func() bool {
		return b.number(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == 1
	}, 10*time.Second, time.Millisecond, "it waits")
	require.NoError(t, late.Commit(t.Context()))
	<-down
	require.Zero(t, b.number(`select count(*) from event_listings`))
}

// The cards ask again whether an event is listed, whatever event_listings says.
func TestAListingAloneShowsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	b.shift(event, hour, -1)
	b.exec(`create table kept as select * from event_listings`)
	b.exec(`update events set visibility = 'private' where id = $1`, event)
	b.exec(`insert into event_listings select * from kept`)

	out, err := b.svc.Find(t.Context(), events.FindIn{})
	require.NoError(t, err)
	require.Empty(t, out.Events)
	month, err := b.svc.Month(t.Context(), events.MonthIn{})
	require.NoError(t, err)
	for _, d := range month.Days {
		require.Empty(t, d.Events)
	}
}

func TestAHybridEventWithoutARoomHasItsSeatsOnline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("hall", "Town hall", "mode = 'hybrid'")
	b.shift(event, day, 5)
	b.exec(`update event_shifts set online_capacity = 2, online_taken = 2`)
	require.Equal(t, 5, *b.find(events.FindIn{Open: true}).Events[0].Left)
	b.exec(`update events set status = 'moved_online'`)
	require.Empty(t, b.find(events.FindIn{Open: true}).Events)
	require.True(t, b.find(events.FindIn{}).Events[0].Full)
	b.exec(`update event_shifts set online_taken = 1`)
	require.Equal(t, 1, *b.find(events.FindIn{Open: true}).Events[0].Left)
}

// A sign-up must not write what search reads: 300 a second go through one event.
func TestASignUpLeavesTheListingsAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), day, 2)
	version := func() int { return b.number(`select xmin::text::bigint from event_listings`) }
	before := version()
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	require.Equal(t, before, version())
	require.Len(t, b.find(events.FindIn{Open: true}).Events, 1)
	_, err = b.rsvp(shift, "grace@example.org", 0)
	require.NoError(t, err)
	require.Empty(t, b.find(events.FindIn{Open: true}).Events, "the last seat is another matter")
	_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	require.Len(t, b.find(events.FindIn{Open: true}).Events, 1)
}

func (b *bundle) series(slug, title string, members ...uuid.UUID) {
	b.t.Helper()
	id := uuid.Must(uuid.NewV7())
	b.exec(`insert into event_series (id, org_id, slug, title) values ($1, $2, $3, $4)`, id, b.org, slug, title)
	b.exec(`update events set series_id = $1 where id = any($2)`, id, members)
}

func TestFindSeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, second := b.event("first", "Listening tour"), b.event("second", "Listening tour")
	b.shift(second, 2*day, -1)
	b.shift(first, day, -1)
	b.shift(b.event("other", "Canvass"), day, -1)
	b.series("listening-tour", "The listening tour", first, second)
	out := b.find(events.FindIn{Series: "listening-tour"})
	require.Equal(t, []string{"first", "second"}, slugs(out))
	require.Equal(t, "The listening tour", out.Series)
	require.Empty(t, b.find(events.FindIn{Series: "nothing-like-it"}).Events)
}

func TestRelatedLeadsOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me, next := b.event("me", "Listening tour"), b.event("next", "Listening tour")
	b.shift(me, day, -1)
	b.shift(next, 8*day, -1)
	b.series("listening-tour", "The listening tour", me, next)
	b.tag(me, "climate")
	twin := b.event("twin", "Canvass", "type = 'canvass'", "summary = 'Bring a friend.'", "mode = 'hybrid'", "status = 'moved_online'")
	b.tag(twin, "climate")
	b.shift(twin, 9*day, -1)
	b.shift(b.event("same-town", "Canvass"), 3*day, -1)
	b.shift(b.event("elsewhere", "Rally", "type = 'rally'", "city = 'Dayton'"), day, -1)
	b.shift(b.event("over", "Canvass"), -day, -1)
	b.shift(b.event("draft", "Canvass", "published_at = null"), day, -1)
	out, err := b.svc.GetRelated(t.Context(), events.RelatedIn{Slug: "me"})
	require.NoError(t, err)
	self, err := b.svc.Get(t.Context(), events.GetIn{Slug: "me"})
	require.NoError(t, err)
	require.Equal(t, []string{"climate"}, self.Tags)
	require.Equal(t, "The listening tour", self.Series.Title)
	require.Equal(t, []string{"next"}, slugs(events.FindOut{Events: out.Dates}))
	require.Equal(t, []string{"twin", "same-town", "elsewhere"}, slugs(events.FindOut{Events: out.Similar}), "the likest first")
	require.Contains(t, b.find(events.FindIn{}).Events, out.Similar[0], "one card, whichever statement reads it")
	require.Equal(t, "Bring a friend.", out.Similar[0].Summary)
	for range 6 {
		b.shift(b.event(uuid.NewString(), "Canvass"), day, -1)
	}
	out, err = b.svc.GetRelated(t.Context(), events.RelatedIn{Slug: "me"})
	require.NoError(t, err)
	require.Len(t, out.Similar, 3)
	for _, slug := range []string{"draft", "nobody"} {
		out, err := b.svc.GetRelated(t.Context(), events.RelatedIn{Slug: slug})
		require.NoError(t, err)
		require.Empty(t, slices.Concat(out.Dates, out.Similar), slug)
	}
	_, err = b.svc.GetRelated(t.Context(), events.RelatedIn{Slug: "no slug"})
	require.Equal(t, fault.NotFound, code(err))
}

func TestTheEventsOfADeletedSeriesAreAsAnyOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me, next := b.event("me", "Listening tour"), b.event("next", "Listening tour")
	b.shift(me, day, -1)
	b.shift(next, 8*day, -1)
	b.tag(me, "climate")
	b.series("listening-tour", "The listening tour", me, next)
	stay, err := b.svc.DeleteSeries(t.Context(), "listening-tour")
	require.NoError(t, err)
	require.Equal(t, 2, stay)
	out, err := b.svc.GetRelated(t.Context(), events.RelatedIn{Slug: "me"})
	require.NoError(t, err)
	require.Empty(t, out.Dates)
	require.Equal(t, []string{"next"}, slugs(events.FindOut{Events: out.Similar}))
	require.Equal(t, []events.TagCount{{Tag: "climate", Count: 1}}, b.find(events.FindIn{}).Tags)
}

func TestADayIsInTheOrderOfItsClocks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shift(b.event("east", "At half past nine in the East", "timezone = 'America/New_York'"), 24*hour, -1)
	b.shift(b.event("west", "At seven in the West, half an hour later", "timezone = 'America/Los_Angeles'"), 24*hour+30*time.Minute, -1)
	out, err := b.svc.Month(t.Context(), events.MonthIn{})
	require.NoError(t, err)
	require.Equal(t, []string{"west", "east"}, slugs(events.FindOut{Events: out.Days[0].Events}))
}

func TestMonth(t *testing.T) {
	t.Parallel()
	b := setup(t)
	month := func(in events.MonthIn) events.MonthOut {
		out, err := b.svc.Month(t.Context(), in)
		require.NoError(t, err)
		return out
	}
	twice := b.event("twice", "Canvass")
	b.shift(twice, day, -1)
	b.shift(twice, day+3*time.Hour, -1)
	b.shift(twice, 2*day, -1)
	b.shift(b.event("late", "Rally", "type = 'rally'"), day+10*time.Hour, -1) // 22:00 in New York
	b.shift(b.event("december", "Canvass"), 10*day, -1)
	b.shift(b.event("earlier", "Canvass"), -10*day, -1)
	out := month(events.MonthIn{})
	require.Equal(t, "2026-11", out.Month)
	dates := map[string]int{}
	for _, d := range out.Days {
		dates[d.Date] = d.Total
	}
	require.Equal(t, map[string]int{"2026-11-13": 1, "2026-11-24": 2, "2026-11-25": 1}, dates)
	require.Equal(t, []string{"twice", "late"}, slugs(events.FindOut{Events: out.Days[1].Events}))
	require.Equal(t, "2026-12-03", month(events.MonthIn{Month: "2026-12"}).Days[0].Date)
	rallies := month(events.MonthIn{FindIn: events.FindIn{Type: "rally"}})
	require.Equal(t, []string{"late"}, slugs(events.FindOut{Events: rallies.Days[0].Events}))
	require.Len(t, rallies.Days, 1)
	require.Empty(t, month(events.MonthIn{FindIn: events.FindIn{Mode: events.Online}}).Days)
	require.Equal(t, []string{"earlier"}, slugs(events.FindOut{Events: month(events.MonthIn{FindIn: events.FindIn{Q: "canvass"}}).Days[0].Events}), "what is over too")
	require.Equal(t, "rally", month(events.MonthIn{FindIn: events.FindIn{Q: "raly"}}).Q)
	for range 110 {
		b.shift(b.event(uuid.NewString(), "Canvass"), 3*day, -1)
	}
	full := month(events.MonthIn{}).Days[3]
	require.Equal(t, 50, full.Total)
	require.True(t, full.AtLeast)
	require.Len(t, full.Events, 4)
	for _, in := range []string{"2026-13", "december", "99999-01", "1999-01"} {
		_, err := b.svc.Month(t.Context(), events.MonthIn{Month: in})
		require.Equal(t, fault.Invalid, code(err), in)
	}
}

func TestFindRefusesWhatIsNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, in := range []events.FindIn{
		{Near: "here"}, {Near: "91,0"}, {Near: "0,181"}, {Near: "NaN,0"}, {Near: "1e400,0"}, {Within: -1}, {Within: 100_000}, {Sort: "price"},
		{Tag: "No Tag"}, {Tag: "a,,b"}, {Type: "canvass,party"}, {Type: "canvass,canvass,canvass,canvass,canvass,canvass,canvass,canvass,canvass,canvass,canvass,canvass,canvass"},
		{Series: "../x"}, {Page: 101},
	} {
		_, err := b.svc.Find(t.Context(), in)
		require.Equal(t, fault.Invalid, code(err), "%+v", in)
	}
}
