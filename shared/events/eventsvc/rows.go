package eventsvc

import (
	"time"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/orgs"
)

// at is a moment with how clocks in the zone show it. A zone the server does not know is shown as UTC.
func (s *Service) at(t time.Time, zone string) events.Time {
	abbr, offset := t.In(s.location(zone)).Zone()
	if abbr == "" || abbr[0] == '-' || abbr[0] == '+' { // a zone without letters of its own: "-03"
		abbr = "GMT" + abbr
	}
	return events.Time{At: t.UTC(), Zone: zone, Abbr: abbr, Offset: offset}
}

// location is time.LoadLocation, remembered: reading a zone costs more than the query that names it.
func (s *Service) location(zone string) *time.Location {
	if l, ok := s.zones.Load(zone); ok {
		return l.(*time.Location)
	}
	l, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		l = time.UTC
	}
	s.zones.Store(zone, l)
	return l
}

func imageURL(key string) string {
	if key == "" {
		return ""
	}
	return "/" + key
}

// event maps a row with the full address; publicly hides what is for people who signed up.
func (s *Service) event(r db.EventDetail, now time.Time) events.Event {
	return events.Event{
		ID: events.ID{UUID: r.ID}, Slug: r.Slug, Title: r.Title, Summary: r.Summary, Description: r.Description,
		Type: events.Type(r.Type), Mode: events.Mode(r.Mode), Status: events.Status(r.Status), Zone: r.Timezone,
		Place: events.Place{
			Venue: r.Venue, Line1: r.Line1, City: r.City, Region: r.Region, PostalCode: r.PostalCode, Country: r.Country,
			Latitude: r.Latitude, Longitude: r.Longitude,
		},
		PlacePrivate: r.PlacePrivate, Accessibility: r.Accessibility, AccessNotes: r.AccessNotes,
		ImageURL: imageURL(r.ImageKey), ImageAlt: r.ImageAlt, GuestsAllowed: int(r.GuestsAllowed),
		ContactName: r.ContactName, ContactEmail: r.ContactEmail,
		Organisation: orgs.Organisation{
			ID: orgs.ID{UUID: r.OrgID}, Slug: r.OrgSlug, Name: r.OrgName, Kind: r.OrgKind, Description: r.OrgDescription, City: r.OrgCity,
			Region: r.OrgRegion, Website: r.OrgWebsite, PaidForBy: r.OrgPaidForBy, PrivacyURL: r.OrgPrivacyURL,
		},
		URL: s.site + "/e/" + r.Slug, Sequence: int(r.Sequence), UpdatedAt: r.UpdatedAt.UTC(), Now: now,
	}
}

// publicly hides a private address: the city stays, what leads to the door goes.
func publicly(e events.Event) events.Event {
	if e.PlacePrivate {
		e.Place = events.Place{City: e.Place.City, Region: e.Place.Region, Country: e.Place.Country}
	}
	return e
}

func (s *Service) shift(r db.ListShiftsRow, zone string, now time.Time) events.Shift {
	out := events.Shift{
		ID: events.ShiftID{UUID: r.ID}, Name: r.Name, Start: s.at(r.StartsAt, zone), End: s.at(r.EndsAt, zone),
		Capacity: intPointer(r.Capacity), Taken: int(r.Taken), Cancelled: r.CancelledAt != nil,
		OnlineCapacity: intPointer(r.OnlineCapacity), OnlineTaken: int(r.OnlineTaken), Waitlist: r.WaitlistEnabled,
	}
	if r.PreviousStartsAt != nil {
		previous := s.at(*r.PreviousStartsAt, zone)
		out.Previous = &previous
	}
	if now.Before(r.StartsAt) {
		out.Waiting, out.OnlineWaiting = int(r.Waiting), int(r.OnlineWaiting)
	}
	return out
}

func (s *Service) card(r db.ListCardsRow) events.Card {
	c := events.Card{
		ID: events.ID{UUID: r.ID}, Slug: r.Slug, Title: r.Title, Summary: r.Summary, Type: events.Type(r.Type), Mode: events.Mode(r.Mode),
		Status: events.Status(r.Status), OrgSlug: r.OrgSlug, OrgName: r.OrgName, City: r.City, Region: r.Region,
		ImageURL: imageURL(r.ImageKey), Next: s.at(r.StartsAt, r.Timezone), End: s.at(r.EndsAt, r.Timezone), Shifts: int(r.Shifts),
	}
	if r.Shifts > 0 && !r.Unlimited {
		left := int(r.Free)
		c.Left, c.Full = &left, left == 0
	}
	return c
}

func organisation(r db.Organization) orgs.Organisation {
	return orgs.Organisation{
		ID: orgs.ID{UUID: r.ID}, Slug: r.Slug, Name: r.Name, Kind: r.Kind, Description: r.Description, City: r.City, Region: r.Region,
		Website: r.Website, PaidForBy: r.PaidForBy, PrivacyURL: r.PrivacyURL,
	}
}

func intPointer(n *int32) *int {
	if n == nil {
		return nil
	}
	v := int(*n)
	return &v
}
