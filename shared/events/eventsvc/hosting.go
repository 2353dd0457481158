package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// hostingPurpose names what the tokens of hosts are for: one opens nothing else. It names the event.
const hostingPurpose = "events.hosting"

// HostingURL is the secret link by which a volunteer confirms, sees and cancels what they host.
func (s *Service) HostingURL(event uuid.UUID) string {
	return s.site + "/hosting/" + s.signer.Token(hostingPurpose, event)
}

const noHosting = "This organisation does not let volunteers host events here."

// GetHostForm returns what the form of an organisation needs. NotFound when there is none by that slug, or volunteers may not host for it.
func (s *Service) GetHostForm(ctx context.Context, in events.HostFormIn) (events.HostForm, error) {
	if !events.ValidSlug(in.Org) {
		return events.HostForm{}, fault.New(fault.NotFound, noHosting)
	}
	row, err := s.q.GetOrganization(ctx, in.Org)
	if err == nil && !row.Hosting {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return events.HostForm{}, found(err, noHosting)
	}
	return events.HostForm{Organisation: organisation(row), Zone: row.Timezone}, nil
}

// HostEvent keeps an event that a volunteer wants to host, which nobody sees, and the job that mails the link to confirm the address, all or
// nothing. The same form again makes no second event and sends the link again, at most once an hour. For a robot nothing is done; the
// answer is the same. NotFound as GetHostForm, Invalid as events.HostIn.Validate says and for a time that is over or does not exist.
func (s *Service) HostEvent(ctx context.Context, in events.HostIn) (events.HostOut, error) {
	in = in.Clean()
	if err := in.Validate(); err != nil {
		return events.HostOut{}, err
	}
	form, err := s.GetHostForm(ctx, events.HostFormIn{Org: in.Org})
	if err != nil {
		return events.HostOut{}, err
	}
	starts, ends, err := s.hostedTime(in, form.Zone)
	if err != nil {
		return events.HostOut{}, err
	}
	out := events.HostOut{OrgSlug: form.Organisation.Slug}
	if in.Website != "" {
		return out, nil
	}
	out, err = pgdb.Once(ctx, s.db, events.HostEvent.Name, in, func(ctx context.Context, tx pgx.Tx) (events.HostOut, error) {
		return out, s.host(ctx, tx, in, starts, ends)
	})
	return out, pgdb.Fault(err)
}

// hostedTime reads the time on the clock that was chosen. An end that is not after the start is on the next day.
func (s *Service) hostedTime(in events.HostIn, zone string) (starts, ends time.Time, err error) {
	var c fault.Check
	if !events.ZoneOffered(in.Zone, zone) {
		c.Field(false, "zone", "Please choose a time zone.")
		return starts, ends, c.Err()
	}
	at := func(field, day, clock string) time.Time {
		t, err := s.onTheClock(day+" "+clock, in.Zone)
		if err != nil {
			c.Field(false, field, "%s", fault.As(err).Message)
		}
		return t
	}
	starts, ends = at("starts", in.Date, in.Starts), at("ends", in.Date, in.Ends)
	if in.Ends < in.Starts {
		day, err := time.Parse(time.DateOnly, in.Date)
		if err != nil {
			return starts, ends, fmt.Errorf("read the day: %w", err)
		}
		ends = at("ends", day.AddDate(0, 0, 1).Format(time.DateOnly), in.Ends)
	}
	if err := c.Err(); err != nil {
		return starts, ends, err
	}
	c.Field(starts.After(s.now()), "date", "This time is over. Please choose one to come.")
	c.Field(ends.After(starts), "ends", "The end is not after the start.") // the clocks were put back between
	return starts, ends, c.Err()
}

// host keeps the event, or finds the one that the same form made before.
func (s *Service) host(ctx context.Context, tx pgx.Tx, in events.HostIn, starts, ends time.Time) error {
	q, now := db.New(tx), s.now()
	org, err := q.LockHostingOrganization(ctx, in.Org)
	if err != nil {
		return found(err, noHosting)
	}
	if err := pgdb.For(ctx, tx, org.ID); err != nil {
		return err
	}
	before, err := q.FindHosting(ctx, db.FindHostingParams{OrgID: org.ID, Email: in.Email, Title: in.Title, StartsAt: starts})
	switch {
	case err == nil && now.Sub(before.MailedAt) < remindEvery:
		return nil
	case err == nil:
		if err := q.TouchHostMail(ctx, now, org.ID, before.ID); err != nil {
			return fmt.Errorf("note the mail: %w", err)
		}
		return s.enqueue(ctx, tx, HostLinkArgs{before.ID, now.Unix()})
	case !errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("look for the same event: %w", err)
	}
	event := uuid.Must(uuid.NewV7())
	if err := insertHosted(ctx, q, event, org, in, now); err != nil {
		return err
	}
	shift := db.InsertHostedShiftParams{ID: uuid.Must(uuid.NewV7()), OrgID: org.ID, EventID: event, StartsAt: starts, EndsAt: ends, Now: now}
	if in.Capacity > 0 {
		shift.Capacity = new(int32(in.Capacity))
	}
	if err := q.InsertHostedShift(ctx, shift); err != nil {
		return fmt.Errorf("insert the time: %w", err)
	}
	err = q.InsertVolunteerHost(ctx, db.InsertVolunteerHostParams{
		EventID: event, OrgID: org.ID, GivenName: in.GivenName, FamilyName: in.FamilyName, Email: in.Email, Now: now,
	})
	if err != nil {
		return fmt.Errorf("insert the host: %w", err)
	}
	return s.enqueue(ctx, tx, HostLinkArgs{event, now.Unix()})
}

func insertHosted(ctx context.Context, q *db.Queries, event uuid.UUID, org db.LockHostingOrganizationRow, in events.HostIn, now time.Time) error {
	first, _, _ := strings.Cut(in.Description, "\n")
	row := db.InsertHostedEventParams{
		ID: event, OrgID: org.ID, OrgName: org.Name, Title: in.Title, Summary: heading(first, 200), Description: in.Description, Type: string(in.Type),
		Mode: string(in.Mode), Timezone: in.Zone, Venue: in.Venue, Line1: in.Line1, City: in.City, Region: in.Region, PostalCode: in.PostalCode,
		Country: in.Country, PlacePrivate: in.PlacePrivate, OnlineURL: in.OnlineURL, Accessibility: in.Accessibility, AccessNotes: in.AccessNotes,
		GuestsAllowed: int32(in.Guests), Now: now,
	}
	return withSlug(in.Title, event, func(slug string) (int64, error) {
		row.Slug = slug
		return q.InsertHostedEvent(ctx, row)
	})
}

// GetHosting opens what a volunteer hosts by the token of its link, and changes nothing. NotFound for a token that is not ours, Gone once the
// event is deleted or its host erased.
func (s *Service) GetHosting(ctx context.Context, in events.HostingIn) (events.Hosting, error) {
	event, err := s.signer.Open(hostingPurpose, in.Token)
	if err != nil {
		return events.Hosting{}, err
	}
	_, out, err := s.hosting(ctx, event)
	return out, err
}

func noHostedEvent() error {
	return fault.New(fault.Gone, "This link has ended: the event was deleted, or is long over.")
}

func (s *Service) hosting(ctx context.Context, event uuid.UUID) (row db.GetHostingRow, out events.Hosting, err error) {
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		if err := forEvent(ctx, q, event); err != nil {
			return err
		}
		row, out, err = s.readHosting(ctx, q, event)
		return err
	})
	return row, out, pgdb.Fault(err)
}

func (s *Service) readHosting(ctx context.Context, q *db.Queries, event uuid.UUID) (db.GetHostingRow, events.Hosting, error) {
	now := s.now()
	row, err := q.GetHosting(ctx, event)
	switch {
	case errors.Is(err, pgx.ErrNoRows) || err == nil && row.VolunteerHost.Email == "":
		return row, events.Hosting{}, noHostedEvent()
	case err != nil:
		return row, events.Hosting{}, fmt.Errorf("read hosted event %s: %w", event, err)
	}
	out := events.Hosting{
		Status: events.ApprovalStatus(row.ApprovalStatus), GivenName: row.VolunteerHost.GivenName, Note: row.VolunteerHost.Note,
		Event: s.event(row.EventDetail, now), OnlineURL: row.EventDetail.OnlineURL,
	}
	out.Event.Shifts, err = s.shifts(ctx, q, event, row.EventDetail.Timezone, now)
	return row, out, err
}

// ConfirmHosting says that the address is the host's: the event awaits the organisation's approval from then on, which is told so where
// it has an address. Confirming again changes nothing. The faults are GetHosting's.
func (s *Service) ConfirmHosting(ctx context.Context, in events.HostingIn) (events.Hosting, error) {
	event, err := s.signer.Open(hostingPurpose, in.Token)
	if err != nil {
		return events.Hosting{}, err
	}
	_, err = pgdb.Once(ctx, s.db, events.ConfirmHosting.Name, in, func(ctx context.Context, tx pgx.Tx) (struct{}, error) {
		q, now := db.New(tx), s.now()
		if err := forEvent(ctx, q, event); err != nil {
			return struct{}{}, err
		}
		e, err := q.LockHosting(ctx, event)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return struct{}{}, noHostedEvent()
		case err != nil || events.ApprovalStatus(e.ApprovalStatus) != events.NeedsVerification:
			return struct{}{}, err
		}
		if err := q.VerifyHosting(ctx, now, e.OrgID, event); err != nil {
			return struct{}{}, fmt.Errorf("confirm the host of event %s: %w", event, err)
		}
		if !events.ValidEmail(e.OrgEmail) {
			return struct{}{}, nil
		}
		return struct{}{}, s.enqueue(ctx, tx, HostAwaitsArgs{event, now.Unix()})
	})
	if err != nil {
		return events.Hosting{}, pgdb.Fault(err)
	}
	_, out, err := s.hosting(ctx, event)
	return out, err
}

// CancelHosting cancels an event as its host, as CancelEvent does: everybody who is signed up is told, with the note; one that awaits approval
// awaits none any more. Cancelling again changes nothing. The faults are GetHosting's, events.CancelHostingIn.Validate's,
// events.Hosting.CanCancel's and CancelEvent's.
func (s *Service) CancelHosting(ctx context.Context, in events.CancelHostingIn) (events.Hosting, error) {
	in = in.Clean()
	if err := in.Validate(); err != nil {
		return events.Hosting{}, err
	}
	event, err := s.signer.Open(hostingPurpose, in.Token)
	if err != nil {
		return events.Hosting{}, err
	}
	_, out, err := s.hosting(ctx, event)
	if err != nil || out.Event.Status == events.Cancelled {
		return out, err
	}
	if err := out.CanCancel(); err != nil {
		return events.Hosting{}, err
	}
	if _, err := s.CancelEvent(ctx, out.Event.Slug, events.ShiftID{}, Notice(in.Note)); err != nil {
		return events.Hosting{}, err
	}
	_, out, err = s.hosting(ctx, event)
	return out, err
}
