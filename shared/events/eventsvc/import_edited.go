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

// What an entry of a calendar names or not, and an organiser may have written in its place.
const (
	partTitle       = "title"
	partSummary     = "summary"
	partAddress     = "address"
	partCoordinates = "coordinates"
	partContact     = "contact"
)
