package eventsvc_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
)

func (b *bundle) find(in events.FindIn) events.FindOut {
	b.t.Helper()
	out, err := b.svc.Find(b.t.Context(), in)
	require.NoError(b.t, err)
	return out
}

func slugs(out events.FindOut) []string {
	list := []string{}
	for _, c := range out.Events {
		list = append(list, c.Slug)
	}
	return list
}

// fair puts events that differ in everything Find filters by.
func fair(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	day := 24 * hour
	b.shift(b.event("canvass-tremont", "Canvass in Tremont", "description = 'We knock on doors about tenants.'"), day, 10)
	b.shift(b.event("phone-bank", "Evening phone bank", "type = 'phone_bank'", "mode = 'online'", "city = ''", "region = ''", "postal_code = ''", "venue = ''"), 2*day, -1)
	b.shift(b.event("town-hall", "Town hall for tenants", "type = 'town_hall'", "mode = 'hybrid'", "city = 'Akron'", "postal_code = '44301'", "venue = 'Main Library'"), 3*day, 0)
	b.exec(`update event_shifts set online_capacity = 0 where capacity = 0`)
	b.shift(b.event("house-party", "House party", "type = 'house_party'", "place_private = true", "venue = 'Secret Garden'", "city = 'Lakewood'", "postal_code = '44107'"), 4*day, 5)
	b.shift(b.event("draft", "Draft canvass", "published_at = null"), day, -1)
	b.shift(b.event("unlisted", "Unlisted canvass", "visibility = 'unlisted'"), day, -1)
	b.shift(b.event("cancelled", "Cancelled canvass", "status = 'cancelled'"), day, -1)
	b.shift(b.event("old", "Old canvass"), -10*day, -1)
	b.shift(b.event("older", "Older canvass"), -20*day, -1)
	b.event("never", "Canvass without a time")
	b.org = b.organisation("akron-forward", "Akron Forward")
	b.shift(b.event("rally", "Rally for schools", "type = 'rally'", "city = 'Akron'", "postal_code = '44301'", "timezone = 'America/Los_Angeles'"), 5*day+13*hour, 100)
	return b
}

// A suggestion names a word. It may be that of a listed event only, from the moment the others are not listed any more.
func TestNoWordOfWhatIsNotListedIsSuggested(t *testing.T) {
	t.Parallel()
	for name, unlist := range map[string]string{
		"private":     "visibility = 'private'",
		"unlisted":    "visibility = 'unlisted'",
		"a draft":     "published_at = null",
		"cancelled":   "status = 'cancelled'",
		"named anew":  "title = 'Supper'",
		"moved there": "title = 'Supper', city = 'Gardener'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shift(b.event("garden", "Garden party"), 24*hour, 10)
			b.shift(b.event("supper", "Supper with a gardener"), 24*hour, 10)
			asked := func() string {
				out, err := b.svc.Find(t.Context(), events.FindIn{Q: "gardenner"})
				require.NoError(t, err)
				return out.Q
			}
			require.Equal(t, "gardener", asked(), "while it is listed")
			b.exec(`update events set ` + unlist + ` where slug = 'supper'`)
			if name == "moved there" {
				require.Equal(t, "gardener", asked(), "a town is a word too")
				b.exec(`update events set city = 'Akron' where slug = 'supper'`)
			}
			require.Equal(t, "garden", asked())

			require.NoError(t, b.work.TidyWords(t.Context()))
			require.Zero(t, b.number(`select count(*) from event_words where word = 'gardener'`))
			require.NotZero(t, b.number(`select count(*) from event_words where word = 'garden'`))
			b.exec(`delete from event_words`)
			require.NoError(t, b.work.TidyWords(t.Context()))
			require.Equal(t, "garden", asked(), "words that were lost are learned again")
			b.exec(`update events set title = 'Supper with a gardener', visibility = 'public', published_at = $1, status = 'scheduled' where slug = 'supper'`, noon)
			require.Equal(t, "gardener", asked(), "listed again")
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	b := fair(t)
	cases := map[string]struct {
		in   events.FindIn
		want []string
	}{
		"everything to come, by start": {events.FindIn{}, []string{"canvass-tremont", "phone-bank", "town-hall", "house-party", "rally"}},
		"past, newest first":           {events.FindIn{Past: true}, []string{"old", "older"}},
		"words, title first":           {events.FindIn{Q: "tenant"}, []string{"town-hall", "canvass-tremont"}},
		"stems":                        {events.FindIn{Q: "canvassing"}, []string{"canvass-tremont"}},
		"the type's words":             {events.FindIn{Q: "phone banks"}, []string{"phone-bank"}},
		"the organisation's name":      {events.FindIn{Q: "akron forward"}, []string{"rally"}},
		"a spelling mistake":           {events.FindIn{Q: "canvasing Tremnt"}, []string{"canvass-tremont"}},
		"the beginning of a word":      {events.FindIn{Q: "lakew"}, []string{"house-party"}},
		"a private venue":              {events.FindIn{Q: "secret garden"}, []string{}},
		"nothing like it":              {events.FindIn{Q: "zzyzx"}, []string{}},
		"operators are only words":     {events.FindIn{Q: `") OR 1=1 -- & | ! <-> :*`}, []string{}},
		"type":                         {events.FindIn{Type: "rally"}, []string{"rally"}},
		"online":                       {events.FindIn{Mode: events.Online}, []string{"phone-bank", "town-hall"}},
		"in person":                    {events.FindIn{Mode: events.InPerson}, []string{"canvass-tremont", "town-hall", "house-party", "rally"}},
		"hybrid":                       {events.FindIn{Mode: events.Hybrid}, []string{"town-hall"}},
		"city":                         {events.FindIn{Place: "akron"}, []string{"town-hall", "rally"}},
		"city and region":              {events.FindIn{Place: "Akron, oh"}, []string{"town-hall", "rally"}},
		"another region's city":        {events.FindIn{Place: "Akron, NY"}, []string{}},
		"region":                       {events.FindIn{Place: "OH"}, []string{"canvass-tremont", "town-hall", "house-party", "rally"}},
		"the start of a postal code":   {events.FindIn{Place: "4430"}, []string{"town-hall", "rally"}},
		"a private postal code":        {events.FindIn{Place: "44107"}, []string{}},
		"a wildcard is a character":    {events.FindIn{Place: "%"}, []string{}},
		"from":                         {events.FindIn{From: "2026-11-26"}, []string{"town-hall", "house-party", "rally"}},
		"to is inclusive":              {events.FindIn{To: "2026-11-24"}, []string{"canvass-tremont"}},
		"a day on the event's clock":   {events.FindIn{From: "2026-11-28", To: "2026-11-28"}, []string{"rally"}},
		"past between days":            {events.FindIn{Past: true, From: "2026-11-01", To: "2026-11-05"}, []string{"older"}},
		"open":                         {events.FindIn{Open: true}, []string{"canvass-tremont", "phone-bank", "house-party", "rally"}},
		"organisation":                 {events.FindIn{Org: "akron-forward"}, []string{"rally"}},
		"no such organisation":         {events.FindIn{Org: "nobody"}, []string{}},
		"a page too far":               {events.FindIn{Page: 9}, []string{}},
		"all at once":                  {events.FindIn{Q: "hall", Type: "town_hall", Mode: events.Online, Place: "Akron", From: "2026-11-01", To: "2026-12-01"}, []string{"town-hall"}},
	}
	for name, c := range cases {
		require.Equal(t, c.want, slugs(b.find(c.in)), name)
	}
}

func TestFindCountsTypesWithTheOtherFilters(t *testing.T) {
	t.Parallel()
	b := fair(t)
	out := b.find(events.FindIn{Place: "Akron", Type: "rally"})
	require.Equal(t, []events.TypeCount{{Type: "rally", Count: 1}, {Type: "town_hall", Count: 1}}, out.Types)
	require.Equal(t, 1, out.Total)
	require.Equal(t, noon, out.Now)
}

func TestFindPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 50 {
		b.shift(b.event(fmt.Sprintf("event-%02d", i), "Canvass"), time.Duration(i+1)*hour, -1)
	}
	seen := map[string]bool{}
	for page, n := range map[int]int{1: 24, 2: 24, 3: 2, 4: 0} {
		out := b.find(events.FindIn{Page: page})
		require.Equal(t, []int{50, page, 3, n}, []int{out.Total, out.Page, out.Pages, len(out.Events)})
		for _, slug := range slugs(out) {
			require.False(t, seen[slug])
			seen[slug] = true
		}
	}
	require.Len(t, seen, 50)
	require.Equal(t, "event-24", b.find(events.FindIn{Page: 2}).Events[0].Slug)
}

func TestCardsShowTheNextShiftAndTheFreeSeats(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass", "guests_allowed = 5")
	b.shift(event, -24*hour, 50)
	next := b.shift(event, 24*hour, 3)
	b.shift(event, 48*hour, 4)
	gone := b.shift(event, 12*hour, 9)
	b.exec(`update event_shifts set cancelled_at = now() where id = $1`, gone.UUID)
	_, err := b.rsvp(next, "ada@example.org", 2)
	require.NoError(t, err)
	card := b.find(events.FindIn{}).Events[0]
	require.Equal(t, noon.Add(24*hour), card.Next.At)
	require.Equal(t, noon.Add(26*hour), card.End.At)
	require.Equal(t, "EST", card.Next.Abbr)
	require.Equal(t, -5*3600, card.Next.Offset)
	require.Equal(t, 2, card.Shifts)
	require.Equal(t, 4, *card.Left)
	require.False(t, card.Full)
	require.Equal(t, noon.Add(48*hour), b.find(events.FindIn{Open: true}).Events[0].Next.At, "the next one that has space")
	b.exec(`update event_shifts set taken = capacity where cancelled_at is null`)
	require.True(t, b.find(events.FindIn{}).Events[0].Full)
	require.Empty(t, b.find(events.FindIn{Open: true}).Events)
	b.shift(event, 72*hour, -1)
	card = b.find(events.FindIn{}).Events[0]
	require.Nil(t, card.Left)
	require.False(t, card.Full)
}

func TestFindRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, in := range []events.FindIn{
		{Q: "a\x00b"}, {Type: "party"}, {Mode: "nowhere"}, {Place: "\u202e"}, {From: "2026-02-30"}, {To: "tomorrow"},
		{From: "2026-11-24", To: "2026-11-23"}, {Org: "../x"}, {Page: -1}, {Page: 1_000_000_000},
	} {
		_, err := b.svc.Find(t.Context(), in)
		require.Equal(t, fault.Invalid, code(err), "%+v", in)
	}
}

func TestGetOrg(t *testing.T) {
	t.Parallel()
	b := fair(t)
	out, err := b.svc.GetOrg(t.Context(), events.OrgIn{Slug: "tremont"})
	require.NoError(t, err)
	require.Equal(t, "Tremont Neighbors", out.Organisation.Name)
	require.Equal(t, "Paid for by Tremont Neighbors", out.Organisation.PaidForBy)
	require.Equal(t, []int{4, 2}, []int{out.Upcoming.Total, out.PastCount})
	for _, slug := range []string{"nobody", "", "\x00", "Tremont"} {
		_, err := b.svc.GetOrg(t.Context(), events.OrgIn{Slug: slug})
		require.Equal(t, fault.NotFound, code(err), slug)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	b := fair(t)
	e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "rally"})
	require.NoError(t, err)
	require.Equal(t, "akron-forward", e.Organisation.Slug)
	require.Equal(t, "1050 Starkweather Ave", e.Place.Line1)
	require.Equal(t, "PST", e.Shifts[0].Start.Abbr)
	require.Equal(t, 100, *e.Shifts[0].Capacity)
	for _, slug := range []string{"draft", "unlisted", "nobody", "", "a\x00", "../../etc", "RALLY"} {
		_, err := b.svc.Get(t.Context(), events.GetIn{Slug: slug})
		require.Equal(t, fault.NotFound, code(err), slug)
	}
	e, err = b.svc.Get(t.Context(), events.GetIn{Slug: "cancelled"})
	require.NoError(t, err, "a link to a cancelled event says so")
	require.Equal(t, events.Cancelled, e.Status)
}

func TestGetShowsTheSixtyShiftsNearestToNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("daily", "Daily")
	for day := -50; day < 50; day++ {
		b.shift(event, time.Duration(day)*24*hour, -1)
	}
	e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "daily"})
	require.NoError(t, err)
	require.Len(t, e.Shifts, 60)
	require.Equal(t, noon.Add(-10*24*hour), e.Shifts[0].Start.At)
	require.Equal(t, noon.Add(49*24*hour), e.Shifts[59].Start.At)
	calendar, err := b.svc.Calendar(t.Context(), events.GetIn{Slug: "daily"})
	require.NoError(t, err)
	require.Equal(t, 100, bytes.Count(calendar, []byte("BEGIN:VEVENT")), "who took it has those that are over, too")
}

func TestSitemapNamesListedPages(t *testing.T) {
	t.Parallel()
	b := fair(t)
	listed, organisations, err := b.svc.CountSitemap(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int{7, 2}, []int{listed, organisations})
	var names []string
	for skip := 0; ; skip += 3 {
		pages, err := b.svc.SitemapEvents(t.Context(), skip, 3)
		require.NoError(t, err)
		if len(pages) == 0 {
			break
		}
		for _, p := range pages {
			names = append(names, p.Slug)
		}
	}
	slices.Sort(names)
	require.Len(t, slices.Compact(names), 7, "each is in one file")
	orgs, err := b.svc.SitemapOrganisations(t.Context(), 1, 3)
	require.NoError(t, err)
	require.Len(t, orgs, 1)
}
