package eventsvc

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// EditEvent changes an organisation's event, listed or not, and reports how many people will be told: those who are signed up when the
// place or the link to take part by is another one, as after an import, and nobody of anything else. What is so already changes
// nothing. The edit stays over imports until the calendar's entry changes, and then too where the entry does not name it. NotFound when the organisation has no such event, Invalid for what an event cannot be, Conflict
// for a place of an online event and a link of one in person. For operators.
func (s *Service) EditEvent(ctx context.Context, org, slug string, edit events.Edit, note Notice) (people int, err error) {
	if err := edit.Validate(); err != nil {
		return 0, err
	}
	if err := note.validate(); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx pgx.Tx) (err error) {
		people, err = s.editEvent(ctx, tx, org, slug, edit, strings.TrimSpace(string(note)))
		return err
	})
	if err != nil {
		return 0, pgdb.Fault(fmt.Errorf("edit event %s: %w", slug, err))
	}
	return people, nil
}

func (s *Service) editEvent(ctx context.Context, tx pgx.Tx, org, slug string, edit events.Edit, note string) (int, error) {
	q, now := db.New(tx), s.now()
	was, err := q.LockEventForEdit(ctx, org, slug)
	if err != nil {
		return 0, found(err, noEvent)
	}
	if err := (events.Event{Mode: events.Mode(was.Mode), Status: events.Status(was.Status)}).CanEdit(edit); err != nil {
		return 0, err
	}
	is := edited(was, edit)
	if is == was {
		return 0, nil
	}
	known, err := lockVersion(ctx, q, was.ID, now)
	if err != nil {
		return 0, err
	}
	err = q.EditEvent(ctx, db.EditEventParams{
		Title: is.Title, Summary: is.Summary, Type: is.Type, GuestsAllowed: is.GuestsAllowed, Accessibility: is.Accessibility, AccessNotes: is.AccessNotes,
		Venue: is.Venue, Line1: is.Line1, City: is.City, Region: is.Region, PostalCode: is.PostalCode, Latitude: is.Latitude, Longitude: is.Longitude,
		PlacePrivate: is.PlacePrivate, OnlineURL: is.OnlineURL, Instructions: is.Instructions, ContactName: is.ContactName, ContactEmail: is.ContactEmail,
		ByHand: byHand(edit), Now: now, OrgID: was.OrgID, ID: was.ID,
	})
	if err != nil {
		return 0, err
	}
	if is.PlacePrivate && !was.PlacePrivate {
		if err := q.HideShiftPlaces(ctx, now, was.OrgID, was.ID); err != nil {
			return 0, fmt.Errorf("hide the places of its dates: %w", err)
		}
	}
	return s.tellAfter(ctx, tx, known, nil, note)
}

// edited is the event as it is to be. The coordinates of an address go with it.
func edited(was db.LockEventForEditRow, edit events.Edit) db.LockEventForEditRow {
	is := was
	for _, f := range []struct{ to, from *string }{
		{&is.Title, edit.Title}, {&is.Summary, edit.Summary}, {&is.Type, (*string)(edit.Type)}, {&is.Accessibility, edit.Accessibility},
		{&is.AccessNotes, edit.AccessNotes}, {&is.Venue, edit.Venue}, {&is.Line1, edit.Line1}, {&is.City, edit.City}, {&is.Region, edit.Region},
		{&is.PostalCode, edit.PostalCode}, {&is.OnlineURL, edit.OnlineURL}, {&is.Instructions, edit.Instructions},
		{&is.ContactName, edit.ContactName}, {&is.ContactEmail, edit.ContactEmail},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if edit.GuestsAllowed != nil {
		is.GuestsAllowed = int32(*edit.GuestsAllowed)
	}
	if edit.PlacePrivate != nil {
		is.PlacePrivate = *edit.PlacePrivate
	}
	address := func(e db.LockEventForEditRow) [4]string { return [4]string{e.Line1, e.City, e.Region, e.PostalCode} }
	switch {
	case edit.Latitude != nil && was.Latitude != nil && was.Longitude != nil && *edit.Latitude == *was.Latitude && *edit.Longitude == *was.Longitude:
	case edit.Latitude != nil || address(is) != address(was):
		is.Latitude, is.Longitude = edit.Latitude, edit.Longitude
	}
	return is
}

// byHand are the parts that an edit writes.
func byHand(edit events.Edit) []string {
	parts := []string{}
	for part, writes := range map[string]bool{
		partTitle: edit.Title != nil, partSummary: edit.Summary != nil, partCoordinates: edit.Latitude != nil,
		partAddress: edit.Places(), partContact: edit.ContactName != nil || edit.ContactEmail != nil,
	} {
		if writes {
			parts = append(parts, part)
		}
	}
	return parts
}
