package events_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

func TestTheNextShiftTakesPlace(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	shift := func(days int, cancelled bool) events.Shift {
		start := now.AddDate(0, 0, days)
		return events.Shift{Start: events.Time{At: start}, End: events.Time{At: start.Add(time.Hour)}, Cancelled: cancelled}
	}
	for name, c := range map[string]struct {
		shifts   []events.Shift
		next     int // days from now
		ok       bool
		archived bool
	}{
		"none":                   {nil, 0, false, false},
		"the first to come":      {[]events.Shift{shift(-1, false), shift(1, false), shift(2, false)}, 1, true, false},
		"not one that is off":    {[]events.Shift{shift(1, true), shift(2, false)}, 2, true, false},
		"else the last":          {[]events.Shift{shift(-9, false), shift(-2, false)}, -2, true, false},
		"else the last, off too": {[]events.Shift{shift(-9, false), shift(2, true)}, 2, true, false},
		"long over":              {[]events.Shift{shift(-99, false), shift(-91, false)}, -91, true, true},
		"over for 90 days":       {[]events.Shift{shift(-99, false), shift(-90, false)}, -90, true, false},
	} {
		e := events.Event{Shifts: c.shifts, Now: now}
		next, ok := e.NextShift()
		require.Equal(t, c.ok, ok, name)
		if ok {
			require.Equal(t, now.AddDate(0, 0, c.next), next.Start.At, name)
		}
		require.Equal(t, c.archived, e.Archived(), name)
	}
}
