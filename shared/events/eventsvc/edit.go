package eventsvc

import (
	"context"
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

// EditEvent changes an organisation's event, listed or not, and reports how many people will be told: those who are signed up
// when the place, the link to take part by or the mode is another one, as after an import, and nobody of anything else. What is
// so already changes nothing. In another mode, sign-ups keep their seats, and those of both kinds of a hybrid event that is one
// no more count together. The edit stays over imports until the calendar's entry changes, and then too where the entry does not
// name it. NotFound when the organisation has no such event, Invalid for what an event cannot be, Unavailable when its picture
// cannot be stored, Conflict as events.Event.CanEdit says and for a room that is too small for those who take part online. For
// operators.
func (s *Service) EditEvent(ctx context.Context, org, slug string, edit events.Edit, note Notice) (people int, err error) {
	if err := edit.Validate(); err != nil {
		return 0, err
	}
	if err := note.validate(); err != nil {
		return 0, err
	}
	picture, err := s.storeCover(ctx, edit.Image)
	if err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx pgx.Tx) (err error) {
		people, err = s.editEvent(ctx, tx, org, slug, edit, picture, strings.TrimSpace(string(note)))
		return err
	})
	if err != nil {
		return 0, pgdb.Fault(fmt.Errorf("edit event %s: %w", slug, err))
	}
	return people, nil
}

func (s *Service) editEvent(ctx context.Context, tx pgx.Tx, org, slug string, edit events.Edit, picture *cover, note string) (int, error) {
	q, now := db.New(tx), s.now()
	was, err := q.LockEventForEdit(ctx, org, slug)
	if err != nil {
		return 0, found(err, noEvent)
	}
	if err := pgdb.For(ctx, tx, was.OrgID); err != nil {
		return 0, err
	}
	if err := (events.Event{Mode: events.Mode(was.Mode), Status: events.Status(was.Status)}).CanEdit(edit, was.OnlineURL); err != nil {
		return 0, err
	}
	is := edited(was, edit)
	if edit.Image != nil {
		if is.ImageID, err = coverID(ctx, q, was, picture, now); err != nil {
			return 0, err
		}
	}
	if is == was {
		return 0, nil
	}
	known, err := lockVersion(ctx, q, was.ID, now)
	if err != nil {
		return 0, err
	}
	if is.Mode != was.Mode && is.Mode == string(events.InPerson) {
		if err := roomForAll(ctx, q, was.OrgID, was.ID, now); err != nil {
			return 0, err
		}
	}
	err = q.EditEvent(ctx, db.EditEventParams{
		Title: is.Title, Summary: is.Summary, Description: is.Description, Type: is.Type, Mode: is.Mode, Status: is.Status, GuestsAllowed: is.GuestsAllowed, Accessibility: is.Accessibility, AccessNotes: is.AccessNotes,
		Venue: is.Venue, Line1: is.Line1, City: is.City, Region: is.Region, PostalCode: is.PostalCode, Country: is.Country, Latitude: is.Latitude, Longitude: is.Longitude,
		ImageID: is.ImageID, PlacePrivate: is.PlacePrivate, OnlineURL: is.OnlineURL, Instructions: is.Instructions, ContactName: is.ContactName, ContactEmail: is.ContactEmail,
		ByHand: byHand(edit), Now: now, OrgID: was.OrgID, ID: was.ID,
	})
	if err != nil {
		return 0, err
	}
	if was.ImageID != nil && is.ImageID != was.ImageID {
		if err := q.RemoveImage(ctx, was.OrgID, *was.ImageID); err != nil {
			return 0, fmt.Errorf("remove the picture it had: %w", err)
		}
	}
	if is.PlacePrivate && !was.PlacePrivate {
		if err := q.HideShiftPlaces(ctx, now, was.OrgID, was.ID); err != nil {
			return 0, fmt.Errorf("hide the places of its dates: %w", err)
		}
	}
	if err := reseat(ctx, q, was.OrgID, was.ID, was.Mode, is.Mode, now); err != nil {
		return 0, err
	}
	return s.tellAfter(ctx, tx, known, nil, note)
}

// roomForAll refuses to bring those who take part online of a hybrid event into a room that does not hold them.
func roomForAll(ctx context.Context, q *db.Queries, org, event uuid.UUID, now time.Time) error {
	over, err := q.MostWithoutSeat(ctx, org, event, now)
	if err != nil {
		return fmt.Errorf("count the seats that are missing: %w", err)
	}
	if over > 0 {
		return fault.New(fault.Conflict, "There are not enough seats for those who take part online, too: %d more are needed at one of the times. Give it more first.", over)
	}
	return nil
}

// reseat gives everybody a seat of the kind that an event has in its new mode. Its shifts to come are locked.
func reseat(ctx context.Context, q *db.Queries, org, event uuid.UUID, was, is string, now time.Time) error {
	if was == is {
		return nil
	}
	if err := q.SetPools(ctx, org, event, now); err != nil {
		return fmt.Errorf("take the seats of the new mode: %w", err)
	}
	if err := q.CountPools(ctx, db.CountPoolsParams{Was: was, Now: now, OrgID: org, EventID: event}); err != nil {
		return fmt.Errorf("count the seats of the new mode: %w", err)
	}
	return nil
}

// edited is the event as it is to be. The coordinates of an address go with it, and with a mode what the other had.
func edited(was db.LockEventForEditRow, edit events.Edit) db.LockEventForEditRow {
	is := was
	if edit.Mode != nil {
		is.Mode = string(*edit.Mode)
		if is.Status == string(events.MovedOnline) {
			is.Status = string(events.Scheduled)
		}
		switch *edit.Mode {
		case events.Online:
			is.Venue, is.Line1, is.City, is.Region, is.PostalCode, is.Country, is.Latitude, is.Longitude = "", "", "", "", "", "", nil, nil
		case events.InPerson:
			is.OnlineURL = ""
		}
	}
	for _, f := range []struct{ to, from *string }{
		{&is.Title, edit.Title}, {&is.Summary, edit.Summary}, {&is.Description, edit.Description}, {&is.Type, (*string)(edit.Type)}, {&is.Accessibility, edit.Accessibility},
		{&is.AccessNotes, edit.AccessNotes}, {&is.Venue, edit.Venue}, {&is.Line1, edit.Line1}, {&is.City, edit.City}, {&is.Region, edit.Region},
		{&is.PostalCode, edit.PostalCode}, {&is.Country, edit.Country}, {&is.OnlineURL, edit.OnlineURL}, {&is.Instructions, edit.Instructions},
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
		partTitle: edit.Title != nil, partSummary: edit.Summary != nil, partDescription: edit.Description != nil, partMode: edit.Mode != nil,
		partCoordinates: edit.Latitude != nil, partAddress: edit.Places() || edit.Country != nil, partContact: edit.ContactName != nil || edit.ContactEmail != nil,
	} {
		if writes {
			parts = append(parts, part)
		}
	}
	return parts
}
