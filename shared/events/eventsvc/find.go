package eventsvc

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

const (
	// countTo is where counting hits stops, and countFewTo where words or several filters make each hit cost more: nobody pages
	// through as many.
	countTo    = 500
	countFewTo = 200
	// facetsOf is over how many events facets are counted when the other filters leave more, and facetsOfFew likewise.
	facetsOf    = 1000
	facetsOfFew = 500
)

// Find returns a page of listed events that are not cancelled: those to come by their next start, or those that are
// over, newest first; events whose title has the words come before the rest. When the words or the place find nothing,
// those spelled most like them are tried. Invalid for a question that Validate refuses.
func (s *Service) Find(ctx context.Context, in events.FindIn) (events.FindOut, error) {
	if err := in.Validate(); err != nil {
		return events.FindOut{}, err
	}
	var found page
	err := s.search(ctx, func(q *db.Queries) (err error) {
		found, err = s.findAny(ctx, q, in)
		return err
	})
	if err != nil {
		return events.FindOut{}, pgdb.Fault(fmt.Errorf("search events: %w", err))
	}
	cards, err := s.cards(ctx, found.ids, found.starts, found.out.Now)
	if err != nil {
		return events.FindOut{}, pgdb.Fault(err)
	}
	for i, c := range cards {
		if c != nil && found.near {
			c.DistanceKM = &found.distances[i]
		}
	}
	found.out.Events = present(cards)
	return found.out, nil
}

// search runs queries that are planned for the question and cannot run long. Searches have a third of the connections between
// them: a crowd that looks around leaves the others to those who sign up, and one search is done before the next is begun.
func (s *Service) search(ctx context.Context, run func(q *db.Queries) error) error {
	if err := s.searches.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.searches.Release(1)
	return s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		if err := q.PlanForTheQuestion(ctx); err != nil {
			return err
		}
		return run(q)
	})
}

// page is a page of results before its cards are read.
type page struct {
	out       events.FindOut
	near      bool
	ids       []uuid.UUID
	starts    []time.Time
	distances []float64
}

// findAny looks for what was asked, then for what was probably meant.
func (s *Service) findAny(ctx context.Context, q *db.Queries, in events.FindIn) (page, error) {
	found, err := s.findPage(ctx, q, in)
	if err != nil || found.out.Total > 0 || len(found.out.Types) > 0 {
		return found, err
	}
	meant, err := corrected(ctx, q, in)
	if err != nil || meant == in {
		return found, err
	}
	again, err := s.findPage(ctx, q, meant)
	if err != nil || again.out.Total == 0 {
		return found, err
	}
	if meant.Q != in.Q {
		again.out.Q = meant.Q
	}
	if meant.Place != in.Place {
		again.out.Place = meant.Place
	}
	return again, nil
}

func (s *Service) findPage(ctx context.Context, q *db.Queries, in events.FindIn) (page, error) {
	ask, ok, err := s.question(ctx, q, in)
	found := page{out: events.FindOut{Events: []events.Card{}, Page: max(1, in.Page), Pages: 1, Types: []events.TypeCount{}, Series: ask.series, Now: ask.Now}}
	if err != nil || !ok {
		return found, err
	}
	found.near = ask.Near
	skip := (max(1, in.Page) - 1) * events.PageSize
	ask.Skip, ask.Upto, ask.Most = int32(skip), int32(skip+events.PageSize), int32(max(bound(in, countTo, countFewTo), skip+events.PageSize)+1)
	if err := hits(ctx, q, ask.SearchListingsParams, &found); err != nil {
		return found, err
	}
	found.out.Pages = min(events.MostPages, max(1, (found.out.Total+events.PageSize-1)/events.PageSize))
	if found.out.AtLeast = found.out.Total >= int(ask.Most); found.out.AtLeast {
		found.out.Total--
	}
	return found, s.facets(ctx, q, in, ask.SearchListingsParams, &found.out)
}

// bound is few for words and for several filters together, of which the planner cannot know how they go together.
func bound(in events.FindIn, usual, few int) int {
	filters := 0
	for _, on := range []bool{in.Type != "", in.Tag != "", in.Mode != "", in.Open, in.Accessible, in.Place != "" || in.Near != "", in.Org != "", in.Series != ""} {
		if on {
			filters++
		}
	}
	if in.Q != "" || filters > 1 {
		return few
	}
	return usual
}

// hits reads the events whose titles have the words, and after them, where those leave room, the others that have them.
func hits(ctx context.Context, q *db.Queries, ask db.SearchListingsParams, found *page) error {
	for _, ask.Rest = range []bool{false, true} {
		row, err := q.SearchListings(ctx, ask)
		if err != nil {
			return err
		}
		found.out.Total += int(row.Total)
		found.ids, found.starts = append(found.ids, row.Ids...), append(found.starts, row.Starts...)
		found.distances = append(found.distances, row.Distances...)
		ask.Most -= row.Total
		if ask.Q == "" || ask.Most <= 0 {
			break
		}
		ask.Skip, ask.Upto = max(0, ask.Skip-row.Total), ask.Upto-row.Total
	}
	return nil
}

// facets counts what each choice would give with the other filters.
func (s *Service) facets(ctx context.Context, q *db.Queries, in events.FindIn, ask db.SearchListingsParams, out *events.FindOut) error {
	params := facetParams(in, ask)
	row, ok := s.counts.get(in, ask.Now)
	if !ok {
		var err error
		if row, err = q.CountFacets(ctx, params); err != nil {
			return err
		}
	}
	if out.SomeCounted = row.Base >= params.Most; out.SomeCounted && !ok {
		s.counts.keep(in, ask.Now, row)
	}
	out.Open, out.Accessible = int(row.Open), int(row.Accessible)
	for i, t := range row.Types {
		out.Types = append(out.Types, events.TypeCount{Type: events.Type(t), Count: int(row.TypeCounts[i])})
	}
	for i, m := range row.Modes {
		out.Modes = append(out.Modes, events.ModeCount{Mode: events.Mode(m), Count: int(row.ModeCounts[i])})
	}
	for i, t := range row.Tags {
		out.Tags = append(out.Tags, events.TagCount{Tag: t, Count: int(row.TagCounts[i])})
	}
	return nil
}

func facetParams(in events.FindIn, ask db.SearchListingsParams) db.CountFacetsParams {
	types := []string{}
	for _, t := range in.Types() {
		types = append(types, string(t))
	}
	return db.CountFacetsParams{
		StartsAfter: ask.StartsAfter, StartsBefore: ask.StartsBefore, Now: ask.Now, Past: ask.Past, Open: ask.Open, Accessible: ask.Accessible, FromDay: ask.FromDay, ToDay: ask.ToDay,
		OrgID: ask.OrgID, SeriesID: ask.SeriesID, Place: ask.Place, PlaceLike: ask.PlaceLike, Region: ask.Region, Q: ask.Q,
		Near: ask.Near, West: ask.West, South: ask.South, East: ask.East, North: ask.North, West2: ask.West2, East2: ask.East2,
		Longitude: ask.Longitude, Latitude: ask.Latitude, Within: ask.Within,
		Types: types, Mode: ask.Mode, Tags: ask.Tags, Most: int32(bound(in, facetsOf, facetsOfFew)),
	}
}

// cards reads what a list shows of events, each with the shift that starts at the moment in its place; nil stands where
// one was taken away since it was found.
func (s *Service) cards(ctx context.Context, ids []uuid.UUID, starts []time.Time, now time.Time) ([]*events.Card, error) {
	cards := make([]*events.Card, len(ids))
	if len(ids) == 0 {
		return cards, nil
	}
	rows, err := s.q.ListCards(ctx, ids, starts, now)
	if err != nil {
		return nil, fmt.Errorf("list cards: %w", err)
	}
	for i := range ids {
		if len(rows) > 0 && rows[0].ID == ids[i] && rows[0].StartsAt.Equal(starts[i]) {
			card := s.card(rows[0])
			cards[i], rows = &card, rows[1:]
		}
	}
	return cards, nil
}

// present are the cards that are still there.
func present(cards []*events.Card) []events.Card {
	list := []events.Card{}
	for _, c := range cards {
		if c != nil {
			list = append(list, *c)
		}
	}
	return list
}
