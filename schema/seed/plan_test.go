package seed

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheCampaignIsTheSameAtAnyTimeOfTheYear(t *testing.T) {
	t.Parallel()
	first, err := newCampaign(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	for _, now := range []time.Time{
		time.Date(2027, 7, 4, 3, 59, 0, 0, time.UTC), time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC), time.Date(2027, 3, 14, 7, 30, 0, 0, time.UTC),
	} {
		c, err := newCampaign(now)
		require.NoError(t, err)
		require.Equal(t, first.orgs, c.orgs)
		require.Len(t, c.events, len(first.events))
		past, future := 0, 0
		for i, e := range c.events {
			require.Equal(t, first.events[i].slug, e.slug)
			require.Equal(t, first.events[i].summary, e.summary)
			last := e.shifts[len(e.shifts)-1]
			if last.end.Before(now) {
				past++
			}
			if last.end.After(now) {
				future++
			}
			require.False(t, e.published.After(now))
			for n, s := range e.shifts {
				require.True(t, s.end.After(s.start))
				require.True(t, n == 0 || s.start.After(e.shifts[n-1].start), "shifts are in order")
				require.True(t, s.capacity == nil || s.taken <= *s.capacity)
			}
		}
		require.GreaterOrEqual(t, past, 50)
		require.GreaterOrEqual(t, future, 130)
	}
}

func TestSlugsAreUnique(t *testing.T) {
	t.Parallel()
	c, err := newCampaign(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, e := range c.events {
		require.False(t, seen[e.slug], e.slug)
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, e.slug)
		require.LessOrEqual(t, len(e.slug), 120)
		seen[e.slug] = true
	}
}
