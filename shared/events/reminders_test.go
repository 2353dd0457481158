package events_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

func TestRemindersComeAtTheHourOfTheEventsClock(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		start time.Time
		hours int
		want  []string
	}{
		{"winter", time.Date(2026, 11, 24, 18, 0, 0, 0, newYork), 2, []string{"tomorrow 2026-11-23T16:00:00Z", "today 2026-11-24T13:00:00Z", "soon 2026-11-24T22:30:00Z", "feedback 2026-11-25T02:00:00Z"}},
		{"clocks go back on the day", time.Date(2026, 11, 1, 18, 0, 0, 0, newYork), 1, []string{"tomorrow 2026-10-31T15:00:00Z", "today 2026-11-01T13:00:00Z", "soon 2026-11-01T22:30:00Z", "feedback 2026-11-02T01:00:00Z"}},
		{"clocks go forward on the day", time.Date(2027, 3, 14, 18, 0, 0, 0, newYork), 1, []string{"tomorrow 2027-03-13T16:00:00Z", "today 2027-03-14T12:00:00Z", "soon 2027-03-14T21:30:00Z", "feedback 2027-03-15T00:00:00Z"}},
		{"before eight", time.Date(2026, 11, 24, 7, 0, 0, 0, newYork), 1, []string{"tomorrow 2026-11-23T16:00:00Z", "soon 2026-11-24T11:30:00Z", "feedback 2026-11-24T14:00:00Z"}},
	} {
		var got []string
		for _, w := range events.ReminderWindows(c.start, c.start.Add(time.Duration(c.hours)*time.Hour)) {
			got = append(got, string(w.Kind)+" "+w.From.UTC().Format(time.RFC3339))
		}
		require.Equal(t, c.want, got, c.name)
	}
}

func TestAReminderIsDueUntilItWouldBeWrong(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	w := events.ReminderWindows(start, start.Add(time.Hour))
	early := start.AddDate(0, 0, -7)
	require.False(t, w[0].Due(start.Add(-31*time.Hour-time.Second), early))
	require.True(t, w[0].Due(start.Add(-31*time.Hour), early))
	require.True(t, w[0].Due(start.Add(-18*time.Hour-time.Second), early))
	require.False(t, w[0].Due(start.Add(-18*time.Hour), early), "on the day it is not tomorrow")
	require.False(t, w[0].Due(start.Add(-30*time.Hour), start.Add(-31*time.Hour-30*time.Minute)), "the details just went out")
	require.False(t, w[1].Due(start, early), "it has begun")
	require.False(t, w[2].Due(start.Add(-31*time.Minute), early))
	require.True(t, w[2].Due(start.Add(-30*time.Minute), start.Add(-31*time.Minute)), "whoever asks for a text gets it, also late")
	require.False(t, w[2].Due(start.Add(-20*time.Minute), start.Add(-30*time.Minute)), "but not when its moment is over")
	require.False(t, w[2].Due(start, early), "nor once it has begun")
	require.True(t, w[3].Due(start.Add(2*time.Hour), start.Add(30*time.Minute)), "whoever came late may say how it was")
	require.False(t, w[3].Due(start.Add(50*time.Hour), early))
}

func TestARatingIsOneToFiveStars(t *testing.T) {
	t.Parallel()
	for stars, ok := range map[int]bool{-1: false, 0: false, 1: true, 5: true, 6: false} {
		require.Equal(t, ok, events.RateIn{Stars: stars}.Validate() == nil, stars)
	}
	require.Error(t, events.RateIn{Stars: 3, Comment: "a\x00b"}.Validate())
	require.NoError(t, events.RateIn{Stars: 3, Comment: "a\r\nb"}.Validate())
}
