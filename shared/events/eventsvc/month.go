package eventsvc

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

const (
	// countDay is where counting the events of one day stops.
	countDay = 50
	// shownOfDay is how many events of a day a month shows.
	shownOfDay = 4
)

// Month returns the days of a month that have listed events, each with its first few. An event with several shifts on a day
// counts once. Spellings are corrected as Find does. Invalid for a question that Validate refuses.
func (s *Service) Month(ctx context.Context, in events.MonthIn) (events.MonthOut, error) {
	if err := in.Validate(); err != nil {
		return events.MonthOut{}, err
	}
	in.From, in.To, in.Past, in.Sort, in.Page = "", "", false, "", 0
	first, ok := in.First()
	if now := s.now(); !ok {
		first = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	out := events.MonthOut{Month: first.Format("2006-01"), Now: s.now()}
	var rows []db.ListMonthRow
	err := s.search(ctx, func(q *db.Queries) (err error) {
		rows, err = s.monthRows(ctx, q, in.FindIn, first, &out)
		if err != nil || len(rows) > 0 {
			return err
		}
		meant, err := corrected(ctx, q, in.FindIn)
		if err != nil || meant == in.FindIn {
			return err
		}
		if rows, err = s.monthRows(ctx, q, meant, first, &out); len(rows) > 0 && meant.Q != in.Q {
			out.Q = meant.Q
		}
		if len(rows) > 0 && meant.Place != in.Place {
			out.Place = meant.Place
		}
		return err
	})
	if err != nil {
		return events.MonthOut{}, pgdb.Fault(fmt.Errorf("list the month's events: %w", err))
	}
	out.Days, err = s.days(ctx, rows, out.Now)
	return out, pgdb.Fault(err)
}

func (s *Service) monthRows(ctx context.Context, q *db.Queries, in events.FindIn, first time.Time, out *events.MonthOut) ([]db.ListMonthRow, error) {
	ask, ok, err := s.question(ctx, q, in)
	if err != nil || !ok {
		return nil, err
	}
	out.Series = ask.series
	last := first.AddDate(0, 1, -1)
	if ask.everywhere() {
		return q.ListMonth(ctx, db.ListMonthParams{
			FirstDay: first.Format(time.DateOnly), LastDay: last.Format(time.DateOnly), Mode: ask.Mode, Open: ask.Open, Accessible: ask.Accessible, Most: countDay, Shown: shownOfDay,
		})
	}
	rows, err := q.ListMonthFound(ctx, db.ListMonthFoundParams{
		FirstDay: first.Format(time.DateOnly), LastDay: last.Format(time.DateOnly), Shown: shownOfDay,
		StartsAfter: first.AddDate(0, 0, -1), StartsBefore: last.AddDate(0, 0, 2), Open: ask.Open, Accessible: ask.Accessible,
		Type: ask.Type, Types: ask.Types, Mode: ask.Mode, Tags: ask.Tags, OrgID: ask.OrgID, SeriesID: ask.SeriesID,
		Place: ask.Place, PlaceLike: ask.PlaceLike, Region: ask.Region, Q: ask.Q,
		Near: ask.Near, West: ask.West, South: ask.South, East: ask.East, North: ask.North, West2: ask.West2, East2: ask.East2,
		Longitude: ask.Longitude, Latitude: ask.Latitude, Within: ask.Within,
	})
	same := make([]db.ListMonthRow, len(rows))
	for i, r := range rows {
		same[i] = db.ListMonthRow(r)
	}
	return same, err
}

// days reads the cards of all days at once.
func (s *Service) days(ctx context.Context, rows []db.ListMonthRow, now time.Time) ([]events.Day, error) {
	var ids []uuid.UUID
	var starts []time.Time
	for _, r := range rows {
		ids, starts = append(ids, r.Ids...), append(starts, r.Starts...)
	}
	cards, err := s.cards(ctx, ids, starts, now)
	if err != nil {
		return nil, err
	}
	wall := func(t events.Time) time.Time { return t.At.Add(time.Duration(t.Offset) * time.Second) }
	byClock := func(a, b events.Card) int { return wall(a.Next).Compare(wall(b.Next)) } // as one reads a day, across zones
	days := make([]events.Day, len(rows))
	for i, r := range rows {
		n := len(r.Ids)
		days[i] = events.Day{Date: r.Day, Total: min(int(r.Total), countDay), AtLeast: r.Total >= countDay, Events: present(cards[:n])}
		slices.SortStableFunc(days[i].Events, byClock)
		cards = cards[n:]
	}
	return days, nil
}
