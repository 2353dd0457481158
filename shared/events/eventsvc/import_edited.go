package eventsvc

import (
	"context"
	"fmt"
	"slices"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

// keepEdited leaves what an organiser wrote where the entry names nothing. Where it does, that is the calendar's from now on.
func (i importer) keepEdited(ctx context.Context, c *db.UpdateImportedEventParams, old db.LockImportedEventRow) error {
	kept := []string{}
	keep := func(part string, unnamed bool, keep func()) {
		if unnamed && slices.Contains(old.ByHand, part) {
			keep()
			kept = append(kept, part)
		}
	}
	keep(partTitle, c.Title == untitled, func() { c.Title = old.Title })
	keep(partDescription, c.Description == "", func() { c.Description = old.Description })
	keep(partMode, c.OnlineURL == "", func() { keepMode(c, old) }) // a calendar says by its link whether one can take part online
	keep(partSummary, c.Summary == "", func() { c.Summary = old.Summary })
	keep(partContact, c.ContactName == "" && c.ContactEmail == "", func() { c.ContactName, c.ContactEmail = old.ContactName, old.ContactEmail })
	keep(partAddress, c.Mode != string(events.Online) && c.Venue+c.Line1+c.City+c.Region+c.PostalCode == "", func() {
		c.Venue, c.Line1, c.City, c.Region, c.PostalCode, c.Country = old.Venue, old.Line1, old.City, old.Region, old.PostalCode, old.Country
	})
	there := c.Line1 == old.Line1 && c.City == old.City && c.Region == old.Region && c.PostalCode == old.PostalCode
	keep(partCoordinates, c.Mode != string(events.Online) && c.Latitude == nil && there, func() { c.Latitude, c.Longitude = old.Latitude, old.Longitude })
	if len(kept) == len(old.ByHand) {
		return nil
	}
	if err := i.q.SetByHand(ctx, kept, c.OrgID, old.ID); err != nil {
		return fmt.Errorf("note what stays of the edits: %w", err)
	}
	return nil
}

// keepMode leaves an event in the mode that an organiser gave it, with the link of that.
func keepMode(c *db.UpdateImportedEventParams, old db.LockImportedEventRow) {
	c.Mode, c.OnlineURL = old.Mode, old.OnlineURL
	if c.Mode == string(events.Online) {
		c.Venue, c.Line1, c.City, c.Region, c.PostalCode, c.Country, c.Latitude, c.Longitude = "", "", "", "", "", "", nil, nil
	}
}

// What an entry of a calendar names or not, and an organiser may have written in its place.
const (
	partTitle       = "title"
	partSummary     = "summary"
	partDescription = "description"
	partMode        = "mode"
	partAddress     = "address"
	partCoordinates = "coordinates"
	partContact     = "contact"
)
