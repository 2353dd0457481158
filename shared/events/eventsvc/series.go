package eventsvc

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

const noSeries = "There is no such series."

// SeriesCount is a series and how many events are in it.
type SeriesCount struct {
	Slug, Title string
	Events      int
}

// SeriesOf are the series of an organisation, by title. NotFound when there is no such organisation. For operators.
func (s *Service) SeriesOf(ctx context.Context, org string) ([]SeriesCount, error) {
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return nil, found(err, noOrganisation)
	}
	rows, err := s.q.ListSeries(ctx, row.ID)
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list the series of %s: %w", org, err))
	}
	out := make([]SeriesCount, len(rows))
	for i, r := range rows {
		out[i] = SeriesCount{r.Slug, r.Title, int(r.Events)}
	}
	return out, nil
}

// CreateSeries makes a series of an organisation, and returns it; "" for its slug is that of its title. NotFound when there
// is no such organisation, Invalid for what cannot be a series, Conflict when another has its slug. For operators.
func (s *Service) CreateSeries(ctx context.Context, org string, series events.Series) (events.Series, error) {
	if series.Slug == "" && series.Title != "" {
		series.Slug = slugOf(series.Title)
	}
	if err := series.Validate(); err != nil {
		return series, err
	}
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return series, found(err, noOrganisation)
	}
	n, err := s.q.InsertSeries(ctx, db.InsertSeriesParams{
		ID: uuid.Must(uuid.NewV7()), OrgID: row.ID, Slug: series.Slug, Title: series.Title, Description: series.Description, Now: s.now(),
	})
	if err != nil {
		return series, pgdb.Fault(fmt.Errorf("make a series of %s: %w", org, err))
	}
	if n == 0 {
		return series, fault.New(fault.Conflict, "There is a series %s already: give this one another slug.", series.Slug)
	}
	return series, nil
}

// RenameSeries gives a series another title; its slug stays. NotFound when there is no such series, Invalid for what cannot be
// a title. For operators.
func (s *Service) RenameSeries(ctx context.Context, slug, title string) error {
	return s.changeSeries(ctx, slug, func(q *db.Queries, series db.LockSeriesBySlugRow) error {
		if err := (events.Series{Slug: slug, Title: title}).Validate(); err != nil {
			return err
		}
		return q.RenameSeries(ctx, db.RenameSeriesParams{Title: title, Now: s.now(), OrgID: series.OrgID, SeriesID: series.ID})
	})
}

// DeleteSeries takes a series away; the events in it, which it counts, stay without one. NotFound when there is no such
// series. For operators.
func (s *Service) DeleteSeries(ctx context.Context, slug string) (stay int, err error) {
	err = s.changeSeries(ctx, slug, func(q *db.Queries, series db.LockSeriesBySlugRow) error {
		n, err := q.EmptySeries(ctx, s.now(), series.OrgID, series.ID)
		if err != nil {
			return err
		}
		stay = int(n)
		return q.DeleteSeries(ctx, series.OrgID, series.ID)
	})
	return stay, err
}

// changeSeries changes a series under its lock.
func (s *Service) changeSeries(ctx context.Context, slug string, change func(*db.Queries, db.LockSeriesBySlugRow) error) error {
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		series, err := q.LockSeriesBySlug(ctx, slug)
		if err != nil {
			return found(err, noSeries)
		}
		return change(q, series)
	})
	if err != nil {
		return pgdb.Fault(fmt.Errorf("change series %s: %w", slug, err))
	}
	return nil
}

// SeriesEvent is an event of a series, listed or not. Starts is nil when no shift of it takes place.
type SeriesEvent struct {
	Slug, Title string
	Starts      *time.Time
}

// SeriesEvents are the events of a series by start. NotFound when there is no such series. For operators.
func (s *Service) SeriesEvents(ctx context.Context, slug string) ([]SeriesEvent, error) {
	series, err := s.q.GetSeriesBySlug(ctx, slug)
	if err != nil {
		return nil, found(err, noSeries)
	}
	rows, err := s.q.ListSeriesEvents(ctx, series.OrgID, series.ID)
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list the events of series %s: %w", slug, err))
	}
	out := make([]SeriesEvent, len(rows))
	for i, r := range rows {
		out[i] = SeriesEvent{r.Slug, r.Title, r.FirstStartsAt}
	}
	return out, nil
}

// AddToSeries puts an event into a series of its organisation; one that is in it stays. NotFound when there is no such
// event or series, Conflict when the series is another organisation's or the event is in another series. For operators.
func (s *Service) AddToSeries(ctx context.Context, slug, event string) error {
	return s.organise(ctx, event, func(q *db.Queries, e db.LockEventBySlugRow) error {
		series, err := q.LockSeriesBySlug(ctx, slug)
		switch {
		case err != nil:
			return found(err, noSeries)
		case series.OrgID != e.OrgID:
			return fault.New(fault.Conflict, "The event and the series are not of the same organisation.")
		case e.SeriesID != nil && *e.SeriesID != series.ID:
			return fault.New(fault.Conflict, "The event is in another series: remove it from there first.")
		}
		return q.SetEventSeries(ctx, &series.ID, e.OrgID, e.ID)
	})
}

// RemoveFromSeries takes an event out of a series. NotFound when there is no such event or series, or the event is not
// in it. For operators.
func (s *Service) RemoveFromSeries(ctx context.Context, slug, event string) error {
	return s.organise(ctx, event, func(q *db.Queries, e db.LockEventBySlugRow) error {
		series, err := q.GetSeriesBySlug(ctx, slug)
		if err != nil {
			return found(err, noSeries)
		}
		if e.SeriesID == nil || *e.SeriesID != series.ID {
			return fault.New(fault.NotFound, "The event is not in this series.")
		}
		return q.SetEventSeries(ctx, nil, e.OrgID, e.ID)
	})
}
