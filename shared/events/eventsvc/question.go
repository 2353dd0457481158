package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

// longestRow is how long a row of event_listings lasts at most; see the migration.
const longestRow = 36 * time.Hour

// question is what was asked, in the database's terms.
type question struct {
	db.SearchListingsParams
	series string // its title
}

// question looks up what the question names. False when it names an organisation or a series that is not there.
func (s *Service) question(ctx context.Context, q *db.Queries, in events.FindIn) (question, bool, error) {
	now := s.now()
	ask := question{SearchListingsParams: db.SearchListingsParams{
		Now: now, Past: in.Past, Open: in.Open, Accessible: in.Accessible, FromDay: in.From, ToDay: in.To, Q: strings.TrimSpace(in.Q), Mode: string(in.Mode),
		Types: []string{}, Tags: in.Tags(), ByDistance: in.Sort == events.ByDistance && in.Radius() > 0,
	}}
	ask.StartsAfter, ask.StartsBefore = startsBetween(in, now)
	if types := in.Types(); len(types) == 1 {
		ask.Type = string(types[0]) // one type is walked by its index
	} else {
		for _, t := range types {
			ask.Types = append(ask.Types, string(t))
		}
	}
	ok, err := ask.names(ctx, q, in)
	if err != nil || !ok {
		return ask, false, err
	}
	return ask, true, ask.around(ctx, q, in)
}

// everywhere reports whether most events pass the filters.
func (ask question) everywhere() bool {
	return ask.Q == "" && ask.Type == "" && len(ask.Types)+len(ask.Tags) == 0 && ask.OrgID == "" && ask.SeriesID == "" && ask.Place == "" && !ask.Near
}

// startsBetween bounds the starts of the rows that can be hits, generously: zones lie up to 14 hours apart from UTC.
func startsBetween(in events.FindIn, now time.Time) (after, before time.Time) {
	after, before = now.Add(-longestRow), now.AddDate(1000, 0, 0)
	if in.Past {
		after, before = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), now
	}
	if day, err := time.Parse(time.DateOnly, in.From); err == nil {
		if first := day.Add(-longestRow - 14*time.Hour); first.After(after) {
			after = first
		}
	}
	if day, err := time.Parse(time.DateOnly, in.To); err == nil {
		if last := day.Add(38 * time.Hour); last.Before(before) {
			before = last
		}
	}
	return after, before
}

func (ask *question) names(ctx context.Context, q *db.Queries, in events.FindIn) (ok bool, err error) {
	if in.Org != "" {
		org, err := q.GetOrganization(ctx, in.Org)
		if err != nil {
			return false, unlessMissing(err)
		}
		ask.OrgID = org.ID.String()
	}
	if in.Series != "" {
		series, err := q.GetSeriesBySlug(ctx, in.Series)
		if err != nil {
			return false, unlessMissing(err)
		}
		ask.SeriesID, ask.series = series.ID.String(), series.Title
	}
	return true, nil
}

func unlessMissing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// around says where: within a radius when there is one and its middle is known, else by the names of places.
func (ask *question) around(ctx context.Context, q *db.Queries, in events.FindIn) error {
	place, region := placeOf(in)
	like := pattern(place)
	centre, ok := in.Centre()
	ok = ok && place == ""
	if in.Within > 0 && place != "" {
		row, err := q.FindPlace(ctx, like, region)
		if unlessMissing(err) != nil {
			return fmt.Errorf("find the place: %w", err)
		}
		centre, ok = events.Point{Latitude: row.Latitude, Longitude: row.Longitude}, err == nil
	}
	if !ok {
		ask.Place, ask.PlaceLike, ask.Region, ask.ByDistance = place, like, region, false
		return nil
	}
	ask.within(centre, float64(in.Radius()))
	return nil
}

// placeOf takes "Cleveland, OH" apart, in lower case as event_listings is.
func placeOf(in events.FindIn) (place, region string) {
	place, region, _ = strings.Cut(strings.ToLower(in.Place), ",")
	return strings.TrimSpace(place), strings.TrimSpace(region)
}

// pattern is the LIKE pattern of what begins so.
func pattern(beginning string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(beginning) + "%"
}

// within asks for a circle: a box around it, which an index finds, and the distance. A box over the date line is
// two, a whole turn apart.
func (ask *question) within(centre events.Point, km float64) {
	const kmPerDegree = 111.19
	high := km / kmPerDegree
	wide := 180.0
	if cos := math.Cos((math.Abs(centre.Latitude) + high) * math.Pi / 180); math.Abs(centre.Latitude)+high < 89 {
		wide = min(180, high/cos)
	}
	ask.Near, ask.Within, ask.Latitude, ask.Longitude = true, km, centre.Latitude, centre.Longitude
	ask.South, ask.North = max(-90, centre.Latitude-high), min(90, centre.Latitude+high)
	ask.West, ask.East = centre.Longitude-wide, centre.Longitude+wide
	turn := 360.0
	if centre.Longitude > 0 {
		turn = -360
	}
	ask.West2, ask.East2 = ask.West+turn, ask.East+turn
}
