package eventsvc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

func TestFindAccessible(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ramp := b.event("ramp", "Canvass", "accessibility = 'accessible'", "type = 'rally'")
	b.shift(ramp, day, 1)
	b.shift(ramp, 2*day, -1)
	b.shift(b.event("steps", "Canvass", "accessibility = 'not_accessible'"), 3*day, -1)
	b.shift(b.event("ask", "Canvass", "accessibility = 'not_sure'"), 4*day, -1)
	unsaid := b.event("unsaid", "Canvass", "place_private = true", "latitude = 41.5, longitude = -81.7")
	b.shift(unsaid, 5*day, -1)
	only := events.FindIn{Accessible: true}

	out := b.find(only)
	require.Equal(t, []string{"ramp"}, slugs(out))
	require.Equal(t, []events.TypeCount{{Type: "rally", Count: 1}}, out.Types, "facets count with it")
	require.Len(t, b.find(events.FindIn{}).Events, 4)
	month, err := b.svc.Month(t.Context(), events.MonthIn{FindIn: only})
	require.NoError(t, err)
	require.Equal(t, []string{"2026-11-24", "2026-11-25"}, []string{month.Days[0].Date, month.Days[1].Date})
	require.Len(t, month.Days, 2)
	month, err = b.svc.Month(t.Context(), events.MonthIn{FindIn: events.FindIn{Accessible: true, Q: "canvass"}})
	require.NoError(t, err)
	require.Len(t, month.Days, 2, "with words, too")

	b.exec(`update events set accessibility = 'accessible' where id = $1`, unsaid)
	require.Equal(t, []string{"ramp", "unsaid"}, slugs(b.find(only)), "search follows")
	for _, in := range []events.FindIn{{Q: "canvass", Type: "canvass"}, {Near: "41.5,-81.7"}, {From: "2026-11-27"}} {
		in.Accessible = true
		require.Equal(t, []string{"unsaid"}, slugs(b.find(in)), "%+v", in)
	}
	b.exec(`update events set accessibility = 'not_sure' where id = $1`, ramp)
	require.Equal(t, []string{"unsaid"}, slugs(b.find(only)))
	b.pass(10 * day)
	require.Equal(t, []string{"unsaid"}, slugs(b.find(events.FindIn{Accessible: true, Past: true})))
}

// A change that search does not show writes no row of it.
func TestAListingIsWrittenOnlyWhenItChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("ramp", "Canvass", "accessibility = 'accessible'")
	b.shift(event, day, -1)
	version := func() int { return b.number(`select xmin::text::bigint from event_listings`) }
	before := version()
	b.exec(`update events set accessibility = 'accessible', access_notes = 'Ramp.' where id = $1`, event)
	b.exec(`update events set accessibility = '' where id = $1`, b.event("other", "Canvass"))
	require.Equal(t, before, version())
	b.exec(`update events set accessibility = 'not_sure' where id = $1`, event)
	require.NotEqual(t, before, version())
}
