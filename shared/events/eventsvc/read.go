package eventsvc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// mostShifts bounds the shifts shown of an event: a daily one for a year is a list nobody reads.
const mostShifts = 60

const noEvent = "There is no event here. It may have been taken down."

// Get returns a listed event with its shifts by start (the 60 nearest to now, those to come first), without its address
// when that is private. NotFound for drafts and for events that are not public.
func (s *Service) Get(ctx context.Context, in events.GetIn) (events.Event, error) {
	e, err := s.listed(ctx, in, mostShifts)
	if len(e.Shifts) < mostShifts && nothingLeft(e.Shifts, e.Now) {
		e.Status = events.Cancelled
	}
	return e, err
}

// listed is Get with that many shifts at most.
func (s *Service) listed(ctx context.Context, in events.GetIn, most int32) (events.Event, error) {
	if !events.ValidSlug(in.Slug) {
		return events.Event{}, fault.New(fault.NotFound, noEvent)
	}
	now := s.now()
	row, err := s.q.GetListedEvent(ctx, now, most, in.Slug)
	if err != nil {
		return events.Event{}, found(err, noEvent)
	}
	e := publicly(s.event(row.EventDetail, now))
	e.Tags, e.HostName, e.Confirms = row.Tags, row.HostName, row.Confirms
	if row.SeriesSlug != "" {
		e.Series = &events.Series{Slug: row.SeriesSlug, Title: row.SeriesTitle, Description: row.SeriesDescription}
	}
	var shifts []db.ListShiftsRow
	if err := errors.Join(fromJSON(row.Questions, &e.Questions), fromJSON(row.Hosts, &e.Hosts), fromJSON(row.Shifts, &shifts)); err != nil {
		return events.Event{}, fmt.Errorf("read event %s: %w", in.Slug, err)
	}
	e.Shifts = s.inOrder(shifts, row.EventDetail.Timezone, now)
	e.Texts = row.Texts && !s.noTexts && slices.ContainsFunc(e.Shifts, func(shift events.Shift) bool { return !shift.Cancelled && s.textComes(e, shift.Start.At, now, "") })
	return e, nil
}

// nothingLeft reports whether each of the shifts to come was cancelled. To those who read of it that is a cancelled event,
// though its calendar may give it another date.
func nothingLeft(shifts []events.Shift, now time.Time) bool {
	toCome := false
	for _, s := range shifts {
		if !s.End.At.After(now) {
			continue
		}
		if !s.Cancelled {
			return false
		}
		toCome = true
	}
	return toCome
}

// fromJSON reads rows that a statement put together; null is none.
func fromJSON(rows []byte, into any) error {
	if rows == nil {
		return nil
	}
	return json.Unmarshal(rows, into)
}

// shifts are the shifts of an event by start, the 60 nearest to now.
func (s *Service) shifts(ctx context.Context, q *db.Queries, event uuid.UUID, zone string, now time.Time) ([]events.Shift, error) {
	rows, err := q.ListShifts(ctx, event, now, mostShifts)
	if err != nil {
		return nil, fmt.Errorf("list shifts of event %s: %w", event, err)
	}
	return s.inOrder(rows, zone, now), nil
}

// inOrder are shifts by start.
func (s *Service) inOrder(rows []db.ListShiftsRow, zone string, now time.Time) []events.Shift {
	shifts := make([]events.Shift, len(rows))
	for i, r := range rows {
		shifts[i] = s.shift(r, zone, now)
	}
	slices.SortFunc(shifts, func(a, b events.Shift) int {
		if c := a.Start.At.Compare(b.Start.At); c != 0 {
			return c
		}
		return slices.Compare(a.ID.UUID[:], b.ID.UUID[:])
	})
	return shifts
}

const noOrganisation = "There is no organisation here."

// GetOrg returns an organisation with a page of its listed events to come, and the next of those of others that it
// hosts or promotes. NotFound when there is none by that slug.
func (s *Service) GetOrg(ctx context.Context, in events.OrgIn) (events.OrgOut, error) {
	if err := in.Validate(); err != nil {
		return events.OrgOut{}, err
	}
	if !events.ValidSlug(in.Slug) {
		return events.OrgOut{}, fault.New(fault.NotFound, noOrganisation)
	}
	row, err := s.q.GetOrganization(ctx, in.Slug)
	if err != nil {
		return events.OrgOut{}, found(err, noOrganisation)
	}
	upcoming, err := s.Find(ctx, events.FindIn{Org: in.Slug, Page: in.Page})
	if err != nil {
		return events.OrgOut{}, err
	}
	past, err := s.q.CountPastEvents(ctx, row.ID, s.now())
	if err != nil {
		return events.OrgOut{}, pgdb.Fault(fmt.Errorf("count past events: %w", err))
	}
	guest, err := s.guestEvents(ctx, row.ID, s.now())
	if err != nil {
		return events.OrgOut{}, pgdb.Fault(fmt.Errorf("list the events of others: %w", err))
	}
	return events.OrgOut{Organisation: organisation(row), Hosting: row.Hosting, Upcoming: upcoming, PastCount: int(past), Guest: guest,
		CalendarURL: s.site + "/o/" + row.Slug + "/calendar.ics"}, nil
}

// Address is a page of the site and when it last changed.
type Address struct {
	Slug    string
	Updated time.Time
}

// CountSitemap says how many events and organisations search engines may know: events that are listed, not cancelled, and
// not over for more than events.ArchivedAfter, and organisations that have listed one.
func (s *Service) CountSitemap(ctx context.Context) (listed, organisations int, err error) {
	n, err := s.q.CountSitemap(ctx, s.now().Add(-events.ArchivedAfter))
	if err != nil {
		return 0, 0, pgdb.Fault(fmt.Errorf("count the pages of the sitemap: %w", err))
	}
	return int(n.Events), int(n.Organizations), nil
}

// SitemapEvents are the events of CountSitemap in the order they were made, most of them after the first skip.
func (s *Service) SitemapEvents(ctx context.Context, skip, most int) ([]Address, error) {
	rows, err := s.q.ListSitemapEvents(ctx, s.now().Add(-events.ArchivedAfter), int32(skip), int32(most))
	return addresses(rows, err)
}

// SitemapOrganisations are the organisations of CountSitemap, most of them after the first skip.
func (s *Service) SitemapOrganisations(ctx context.Context, skip, most int) ([]Address, error) {
	rows, err := s.q.ListSitemapOrganizations(ctx, int32(skip), int32(most))
	return addresses(rows, err)
}

func addresses[R db.ListSitemapEventsRow | db.ListSitemapOrganizationsRow](rows []R, err error) ([]Address, error) {
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list pages for the sitemap: %w", err))
	}
	out := make([]Address, len(rows))
	for i, r := range rows {
		out[i] = Address(r)
	}
	return out, nil
}
