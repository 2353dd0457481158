package eventsvc

import (
	"context"
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
)

// Calendar is a listed event as an .ics file: one entry for each of its shifts, without a private address. The same
// bytes until the event changes. NotFound as Get.
func (s *Service) Calendar(ctx context.Context, in events.GetIn) ([]byte, error) {
	e, err := s.listed(ctx, in, mostEntries)
	if err != nil {
		return nil, err
	}
	c := ics.Calendar{Method: ics.Publish, Name: e.Title}
	for _, shift := range e.Shifts {
		c.Entries = append(c.Entries, s.entry(e, shift))
	}
	return c.Encode()
}

// entry is a shift as an appointment. It holds what e does: the full address only if e has it.
func (s *Service) entry(e events.Event, shift events.Shift) ics.Entry {
	entry := ics.Entry{
		UID: ics.UID(shift.ID, s.domain), Sequence: e.Sequence, Stamp: e.UpdatedAt, Start: shift.Start.At, End: shift.End.At,
		Status: ics.Confirmed, Summary: e.Title, Description: e.Summary, Location: location(e), Lat: e.Place.Latitude, Lng: e.Place.Longitude,
		URL: s.site + "/e/" + e.Slug, OrganizerName: e.Organisation.Name, OrganizerEmail: e.ContactEmail,
	}
	if shift.Name != "" {
		entry.Summary += " (" + shift.Name + ")"
	}
	switch {
	case e.Status == events.Cancelled || shift.Cancelled:
		entry.Status = ics.Cancelled
	case e.Status == events.Postponed:
		entry.Status = ics.Tentative
	}
	return entry
}

// signupEntry is the person's own appointment: with where and how, and without the person's link, in a file as in a feed and in a mail:
// colleagues and family see calendars, and the link can cancel. Its sequence goes on from the event's, so that it replaces
// the entry downloaded from the public page.
func (s *Service) signupEntry(signup events.Signup, row db.GetSignupRow) ics.Entry {
	entry := s.entry(signup.Event, signup.Shift)
	entry.Sequence += int(row.EventSignup.Sequence)
	if row.EventSignup.UpdatedAt.After(entry.Stamp) {
		entry.Stamp = row.EventSignup.UpdatedAt
	}
	if signup.Status != events.Registered {
		entry.Status = ics.Cancelled
		return entry
	}
	parts := []string{signup.Event.Summary, signup.Instructions}
	if signup.OnlineURL != "" {
		parts = append(parts, "Join online: "+signup.OnlineURL)
	}
	if signup.Attend == events.Online && signup.OnlineURL != "" {
		entry.Location, entry.Lat, entry.Lng = signup.OnlineURL, nil, nil
	}
	entry.Description = join("\n\n", append(parts, "To see or cancel your sign-up, open the link in our mail to you.")...)
	return entry
}

// whereOnline is the location of what takes place online.
const whereOnline = "Online"

// location is where an event is, on one line.
func location(e events.Event) string {
	if e.Mode == events.Online || e.Status == events.MovedOnline {
		return whereOnline
	}
	return join(", ", e.Place.Venue, e.Place.Line1, e.Place.City, join(" ", e.Place.Region, e.Place.PostalCode))
}

func googleURL(e ics.Entry) string { return appointment(e).GoogleURL() }

func outlookURL(e ics.Entry) string { return appointment(e).OutlookURL() }

func appointment(e ics.Entry) events.Appointment {
	return events.Appointment{Title: e.Summary, Details: e.Description, Location: e.Location, Start: e.Start, End: e.End}
}

// join joins the parts that are not empty.
func join(sep string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
