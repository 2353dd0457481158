package eventsvc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

const (
	feedPast     = 90 * 24 * time.Hour // how long what is over stays in the feeds
	feedRefresh  = time.Hour           // how often calendar programs are asked to look again
	mostEntries  = 20_000              // of a calendar
	mostChanges  = 100                 // of a news feed: its readers keep what they have seen
	mostOwnTimes = 1000                // of one person
)

// Feed is a document that other programs read again and again: it says cheaply which version it is, and is written only
// when somebody needs that.
type Feed struct {
	Version  string // another one after every change of what Write gives
	Modified time.Time
	Write    func(context.Context) ([]byte, error)
}

// OrgCalendar is the calendar of an organisation: the shifts of its listed events, and of those of others that it hosts or
// promotes, from 90 days ago on, without private addresses. What was cancelled stays, as cancelled. NotFound when there is
// no organisation by that slug.
func (s *Service) OrgCalendar(ctx context.Context, slug string) (Feed, error) {
	return s.orgFeed(ctx, "calendar", slug, s.writeOrgCalendar)
}

// OrgNews is the Atom feed (RFC 4287) of an organisation: the events of its calendar, the newest change first, at most 100. NotFound when there is no organisation by that slug.
func (s *Service) OrgNews(ctx context.Context, slug string) (Feed, error) {
	return s.orgFeed(ctx, "news", slug, s.writeOrgNews)
}

type writeFeed func(ctx context.Context, org db.GetFeedVersionRow, since time.Time) ([]byte, error)

func (s *Service) orgFeed(ctx context.Context, kind, slug string, write writeFeed) (Feed, error) {
	if !events.ValidSlug(slug) {
		return Feed{}, fault.New(fault.NotFound, noOrganisation)
	}
	since := s.now().Add(-feedPast)
	row, err := s.q.GetFeedVersion(ctx, since, slug)
	if err != nil {
		return Feed{}, found(err, noOrganisation)
	}
	modified := row.UpdatedAt
	for _, t := range []time.Time{row.Changed, row.Passed.Add(feedPast)} { // what leaves at the end of the window is a change too
		if t.After(modified) {
			modified = t
		}
	}
	return Feed{
		Version:  digest(kind, s.site, row.ID, row.Name, row.UpdatedAt.UnixMicro(), row.Events, row.EventStamps, row.Shifts, row.ShiftStamps),
		Modified: modified.UTC(),
		Write: func(ctx context.Context) ([]byte, error) {
			b, err := write(ctx, row, since)
			return b, pgdb.Fault(err)
		},
	}, nil
}

// digest is short and differs when any part does.
func digest(parts ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return hex.EncodeToString(sum[:12])
}

func (s *Service) writeOrgCalendar(ctx context.Context, org db.GetFeedVersionRow, since time.Time) ([]byte, error) {
	rows, err := s.q.ListFeedShifts(ctx, db.ListFeedShiftsParams{OrgID: org.ID, Since: since, Now: s.now(), Most: mostEntries})
	if err != nil {
		return nil, fmt.Errorf("list the shifts of organisation %s: %w", org.ID, err)
	}
	c := ics.Calendar{Name: org.Name, Refresh: feedRefresh, Entries: make([]ics.Entry, len(rows))}
	for i, r := range rows {
		e, shift := feedEvent(r)
		e.Organisation.Name = r.OrgName
		c.Entries[i] = s.entry(e, shift)
	}
	return c.Encode()
}

// feedEvent is as much of an event and its shift as an entry shows.
func feedEvent(r db.ListFeedShiftsRow) (events.Event, events.Shift) {
	e := publicly(events.Event{
		Slug: r.Slug, Title: r.Title, Summary: r.Summary, Mode: events.Mode(r.Mode), Status: events.Status(r.Status),
		Place: events.Place{Venue: r.Venue, Line1: r.Line1, City: r.City, Region: r.Region, PostalCode: r.PostalCode,
			Latitude: r.Latitude, Longitude: r.Longitude},
		PlacePrivate: r.PlacePrivate, ContactEmail: r.ContactEmail, Sequence: int(r.Sequence), UpdatedAt: r.UpdatedAt,
	})
	return e, events.Shift{
		ID: events.ShiftID{UUID: r.ID}, Name: r.Name, Start: events.Time{At: r.StartsAt}, End: events.Time{At: r.EndsAt},
		Cancelled: r.CancelledAt != nil,
	}
}

// MyCalendar is the calendar of the person behind a sign-up: their sign-ups with its organisation under its mail address
// whose links still open, with the full addresses. What was cancelled stays, as cancelled. NotFound
// for a token that is not a feed's, Gone when no link of theirs opens any more.
func (s *Service) MyCalendar(ctx context.Context, in events.SignupIn) (Feed, error) {
	signup, err := s.signer.Open(feedPurpose, in.Token)
	if err != nil {
		return Feed{}, err
	}
	var b []byte
	err = s.withSignup(ctx, signup, func(_ pgx.Tx, q *db.Queries) (err error) {
		b, err = s.writeMyCalendar(ctx, q, signup)
		return err
	})
	if err != nil {
		return Feed{}, pgdb.Fault(err)
	}
	return Feed{Version: digest(string(b)), Write: func(context.Context) ([]byte, error) { return b, nil }}, nil
}

// MySignup is the calendar file of one sign-up, with the full address; it can change nothing. NotFound for a token that is not ours, Gone when its
// link does not open any more.
func (s *Service) MySignup(ctx context.Context, in events.SignupIn) ([]byte, error) {
	signup, err := s.signer.Open(purpose, in.Token)
	if err != nil {
		return nil, err
	}
	var row db.GetSignupRow
	err = s.withSignup(ctx, signup, func(_ pgx.Tx, q *db.Queries) (err error) {
		row, err = q.GetSignup(ctx, signup)
		return err
	})
	if err != nil {
		return nil, linked(err)
	}
	now := s.now()
	if err := linkOver(row.EventShift.EndsAt, now); err != nil {
		return nil, err
	}
	return ics.Calendar{Entries: []ics.Entry{s.signupEntry(s.signupOf(row, now), row)}}.Encode()
}

// emptyCalendar is that of somebody who only waits: a calendar that filled up later would not come back to a link that
// was gone.
func (s *Service) emptyCalendar(ctx context.Context, q *db.Queries, signup uuid.UUID, now time.Time) ([]byte, error) {
	row, err := q.GetSignup(ctx, signup)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && linkOver(row.EventShift.EndsAt, now) != nil:
		return nil, fault.New(fault.Gone, linkEnded)
	case err != nil:
		return nil, fmt.Errorf("read sign-up %s: %w", signup, err)
	}
	return ics.Calendar{Name: "My events with " + row.EventDetail.OrgName, Refresh: feedRefresh}.Encode()
}

func (s *Service) writeMyCalendar(ctx context.Context, q *db.Queries, signup uuid.UUID) ([]byte, error) {
	now := s.now()
	rows, err := q.ListPersonSignups(ctx, signup, now.Add(-linkLife), mostOwnTimes)
	if err != nil {
		return nil, fmt.Errorf("list the sign-ups beside %s: %w", signup, err)
	}
	if len(rows) == 0 {
		return s.emptyCalendar(ctx, q, signup, now)
	}
	c := ics.Calendar{Name: "My events with " + rows[0].EventDetail.OrgName, Refresh: feedRefresh}
	for _, r := range rows {
		row := db.GetSignupRow{EventSignup: r.EventSignup, EventShift: r.EventShift, EventDetail: r.EventDetail}
		c.Entries = append(c.Entries, s.signupEntry(s.signupOf(row, now), row))
	}
	return c.Encode()
}
