package eventsvc

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// Find returns a page of listed events that are not cancelled: those to come by their next start, or those that are
// over, newest first; events whose title has the words come before the rest. When the words find nothing, similar
// spellings are tried. Invalid for a question that Validate refuses.
func (s *Service) Find(ctx context.Context, in events.FindIn) (events.FindOut, error) {
	if err := in.Validate(); err != nil {
		return events.FindOut{}, err
	}
	now := s.now()
	args := searchArgs(in, now)
	hits, err := s.q.SearchEvents(ctx, args)
	if err == nil && len(hits.Counts) == 0 && spellings(&args) {
		hits, err = s.searchSpellings(ctx, args)
	}
	if err != nil {
		return events.FindOut{}, pgdb.Fault(fmt.Errorf("search events: %w", err))
	}
	out := events.FindOut{Events: []events.Card{}, Page: max(1, in.Page), Types: facets(hits), Now: now}
	out.Total = total(out.Types, in.Type)
	out.Pages = max(1, (out.Total+events.PageSize-1)/events.PageSize)
	if len(hits.Ids) == 0 {
		return out, nil
	}
	cards, err := s.q.ListCards(ctx, hits.Ids, hits.Starts, now)
	if err != nil {
		return events.FindOut{}, pgdb.Fault(fmt.Errorf("list cards: %w", err))
	}
	for _, r := range cards {
		out.Events = append(out.Events, s.card(r))
	}
	return out, nil
}

func searchArgs(in events.FindIn, now time.Time) db.SearchEventsParams {
	place, region, _ := strings.Cut(in.Place, ",") // Cleveland, OH
	args := db.SearchEventsParams{
		Q: strings.TrimSpace(in.Q), Past: in.Past, Org: in.Org, Mode: string(in.Mode), Type: string(in.Type),
		Place: strings.TrimSpace(place), Region: strings.TrimSpace(region), FromDay: in.From, ToDay: in.To, Open: in.Open,
		Skip: int32((max(1, in.Page) - 1) * events.PageSize), PageSize: events.PageSize,
	}
	if in.Past {
		args.EventsUntil = now
	} else {
		args.EventsAfter, args.ShiftsAfter, args.EventsUntil = now, now, now.AddDate(1000, 0, 0)
	}
	return args
}

// spellings turns a search for words into one for words spelled like them: the four longest of three letters or more,
// for shorter ones are like everything. False when there are none.
func spellings(args *db.SearchEventsParams) bool {
	words := strings.FieldsFunc(strings.ToLower(args.Q), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 3 })
	if len(words) == 0 {
		return false
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	word := func(i int) string { return words[i%min(4, len(words))] }
	args.Fuzzy, args.Word1, args.Word2, args.Word3, args.Word4 = true, word(0), word(1), word(2), word(3)
	return true
}

func (s *Service) searchSpellings(ctx context.Context, args db.SearchEventsParams) (hits db.SearchEventsRow, err error) {
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		if err := q.TolerateSpelling(ctx); err != nil {
			return err
		}
		hits, err = q.SearchEvents(ctx, args)
		return err
	})
	return hits, err
}

func facets(hits db.SearchEventsRow) []events.TypeCount {
	counts := make([]events.TypeCount, len(hits.Types))
	for i, t := range hits.Types {
		counts[i] = events.TypeCount{Type: events.Type(t), Count: int(hits.Counts[i])}
	}
	return counts
}

// total is the number of events of the type, of all types when none is asked for.
func total(counts []events.TypeCount, t events.Type) int {
	n := 0
	for _, c := range counts {
		if t == "" || c.Type == t {
			n += c.Count
		}
	}
	return n
}
