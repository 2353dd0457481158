package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// ImportReport says what an import did to each event of the calendar, and what could not be read as written.
type ImportReport struct {
	Created, Updated, Unchanged, Cancelled int
	Problems                               []ics.Problem
}

// ImportICS brings the events of a calendar into an organisation: one event for each UID, published, with one shift for
// each of its dates. It may be run again at any time: an event is known by its UID, one that did not change is left
// alone, one that did gets the next sequence, and nothing is ever deleted. A date that is no longer in the calendar is
// cancelled while it is still to come, so sign-ups keep their shift; an event that is no longer there stays as it is. Its categories
// are tags of the event: when the entry changes, those that it brought become those it names now. A tag that an operator
// set stays whatever the calendar says, and one that an operator took off stays off until the entry changes. What an organiser edited
// stays until the entry changes, and then too where the entry does not name it. Each event is one transaction. Times without a zone are read in the calendar's zone, else the organisation's. NotFound when there is no
// such organisation, Unsupported when r is no calendar.
func (s *Service) ImportICS(ctx context.Context, orgSlug string, r io.Reader) (ImportReport, error) {
	now := s.now()
	org, err := s.q.GetOrganization(ctx, orgSlug)
	if err != nil {
		return ImportReport{}, found(err, "There is no such organisation.")
	}
	parsed, problems, err := ics.Parse(r, ics.Limits{Now: now, Zone: s.location(org.Timezone), Tags: events.MostTags, TagLength: events.MostTagLength})
	if errors.Is(err, ics.ErrNotCalendar) {
		return ImportReport{}, fault.New(fault.Unsupported, "This is not a calendar file (.ics).")
	}
	if err != nil {
		return ImportReport{}, fmt.Errorf("read the calendar: %w", err)
	}
	report := ImportReport{Problems: problems}
	for _, e := range parsed {
		var done importOutcome
		err := s.db.TxFor(ctx, org.ID, func(tx pgx.Tx) (err error) {
			done, err = importer{
				q: s.q.WithTx(tx), now: now, location: s.location,
				tell: func(before version) error { _, err := s.tellAfter(ctx, tx, before, nil, ""); return err },
			}.event(ctx, orgSlug, e)
			return err
		})
		if err != nil {
			return report, pgdb.Fault(fmt.Errorf("import the event of line %d: %w", e.Line, err))
		}
		report.count(done)
	}
	return report, nil
}

type importOutcome int

const (
	importUnchanged importOutcome = iota
	importCreated
	importUpdated
	importCancelled
)

func (r *ImportReport) count(o importOutcome) {
	switch o {
	case importCreated:
		r.Created++
	case importUpdated:
		r.Updated++
	case importCancelled:
		r.Cancelled++
	default:
		r.Unchanged++
	}
}

// importer puts one event into the database, within a transaction.
type importer struct {
	q        *db.Queries
	now      time.Time
	location func(zone string) *time.Location
	tell     func(before version) error // who is signed up hears what has changed
}

func (i importer) event(ctx context.Context, orgSlug string, e ics.Imported) (importOutcome, error) {
	org, err := i.q.LockImportOrganization(ctx, orgSlug)
	if err != nil {
		return 0, err
	}
	content := importContent(e)
	content.OrgID = org.ID
	hash := importHash(content, e.Tags)
	old, err := i.q.LockImportedEvent(ctx, org.ID, &e.UID)
	if errors.Is(err, pgx.ErrNoRows) {
		return i.create(ctx, org, e, content, hash)
	}
	if err != nil {
		return 0, err
	}
	return i.update(ctx, old, e, content, hash)
}

func (i importer) create(ctx context.Context, org db.LockImportOrganizationRow, e ics.Imported, c db.UpdateImportedEventParams, hash string) (importOutcome, error) {
	row := db.InsertImportedEventParams{
		ID: uuid.Must(uuid.NewV7()), OrgID: org.ID, OrgName: org.Name, Title: c.Title, Summary: c.Summary, Description: c.Description,
		Type: string(guessType(c.Title)), Mode: c.Mode, Status: c.Status, Visibility: "public", Now: i.now, Timezone: c.Timezone,
		Venue: c.Venue, Line1: c.Line1, City: c.City, Region: c.Region, PostalCode: c.PostalCode, Country: c.Country,
		Latitude: c.Latitude, Longitude: c.Longitude, OnlineURL: c.OnlineURL, ContactName: c.ContactName, ContactEmail: c.ContactEmail,
		SourceUID: &e.UID, SourceHash: &hash,
	}
	if e.Private {
		row.Visibility = "private"
	}
	if err := i.insert(ctx, row); err != nil {
		return 0, err
	}
	if err := i.tags(ctx, org.ID, row.ID, e); err != nil {
		return 0, err
	}
	if err := i.joining(ctx, org.ID, row.ID, e); err != nil {
		return 0, err
	}
	if _, err := i.shifts(ctx, org.ID, row.ID, e, false); err != nil {
		return 0, err
	}
	if c.Status == "cancelled" {
		return importCancelled, nil
	}
	return importCreated, nil
}

// tags gives an event the tags of its entry in place of those that the entry brought before.
func (i importer) tags(ctx context.Context, org, event uuid.UUID, e ics.Imported) error {
	if err := i.q.SetImportedTags(ctx, org, event, append([]string{}, e.Tags...)); err != nil {
		return fmt.Errorf("tag the event: %w", err)
	}
	return nil
}

// joining tells those who are signed up what the entry says of how to join. An entry that says nothing of it leaves what an
// organiser wrote.
func (i importer) joining(ctx context.Context, org, event uuid.UUID, e ics.Imported) error {
	if e.Joining == "" {
		return nil
	}
	if err := i.q.SetImportedInstructions(ctx, trimmed(e.Joining, 5000), org, event); err != nil {
		return fmt.Errorf("tell how to join the event: %w", err)
	}
	return nil
}

func (i importer) insert(ctx context.Context, row db.InsertImportedEventParams) error {
	return withSlug(row.Title, row.ID, func(slug string) (int64, error) {
		row.Slug = slug
		return i.q.InsertImportedEvent(ctx, row)
	})
}

// withSlug inserts an event with a slug that is free: the title, the title with a number, the title with what no other event has.
// insert reports how many rows it wrote: none when the slug is taken.
func withSlug(title string, event uuid.UUID, insert func(slug string) (int64, error)) error {
	base := slugOf(title)
	for n := 1; n <= 6; n++ {
		slug := base
		switch {
		case n == 6:
			id := event.String()
			slug += "-" + id[len(id)-12:]
		case n > 1:
			slug += fmt.Sprintf("-%d", n)
		}
		rows, err := insert(slug)
		if err != nil {
			return fmt.Errorf("insert the event: %w", err)
		}
		if rows == 1 {
			return nil
		}
	}
	return fmt.Errorf("no slug like %s is free", base)
}

// wasCancelled marks the hash of an event that its calendar had cancelled, so that one we cancelled is not revived.
const wasCancelled = "cancelled:"

func (i importer) update(ctx context.Context, old db.LockImportedEventRow, e ics.Imported, c db.UpdateImportedEventParams, hash string) (importOutcome, error) {
	before := ""
	if old.SourceHash != nil {
		before = *old.SourceHash
	}
	revived := c.Status == "scheduled" && strings.HasPrefix(before, wasCancelled)
	if c.Status == "scheduled" && !revived {
		c.Status = old.Status
	}
	known, err := lockVersion(ctx, i.q, old.ID, i.now)
	if err != nil {
		return 0, err
	}
	changed := hash != before
	if changed {
		if err := i.keepEdited(ctx, &c, old); err != nil {
			return 0, err
		}
		if events.Status(c.Status) == events.MovedOnline && c.OnlineURL == "" {
			c.OnlineURL = old.OnlineURL // the calendar knows of no link: the organiser gave it here
		}
		c.ID, c.SourceHash, c.Private = old.ID, &hash, e.Private
		if err := i.q.UpdateImportedEvent(ctx, c); err != nil {
			return 0, fmt.Errorf("update the event: %w", err)
		}
		if err := reseat(ctx, i.q, c.OrgID, old.ID, old.Mode, c.Mode, i.now); err != nil {
			return 0, err
		}
		if err := i.tags(ctx, c.OrgID, old.ID, e); err != nil {
			return 0, err
		}
		if err := i.joining(ctx, c.OrgID, old.ID, e); err != nil {
			return 0, err
		}
	}
	dates, err := i.shifts(ctx, c.OrgID, old.ID, e, old.PlacePrivate)
	if err != nil {
		return 0, err
	}
	if !changed && dates == noDates {
		return importUnchanged, nil
	}
	by := int32(1)
	if !changed && dates == newDates {
		by = 0 // what people have in their calendars stays right
	}
	if err := i.q.TouchImportedEvent(ctx, db.TouchImportedEventParams{By: by, Now: i.now, OrgID: c.OrgID, ID: old.ID}); err != nil {
		return 0, fmt.Errorf("count the change of the event: %w", err)
	}
	if err := i.tell(known); err != nil {
		return 0, fmt.Errorf("tell of the change of the event: %w", err)
	}
	if changed && c.Status == "cancelled" && old.Status != "cancelled" {
		return importCancelled, nil
	}
	return importUpdated, nil
}
