package eventsvc

import (
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

// AtomType is the media type of a news feed.
const AtomType = "application/atom+xml; charset=utf-8"

// The elements of RFC 4287 that a feed of ours has.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Updated   string       `xml:"updated"`
	Published string       `xml:"published"`
	Link      atomLink     `xml:"link"`
	Category  atomCategory `xml:"category"`
	Summary   string       `xml:"summary"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

func (s *Service) writeOrgNews(ctx context.Context, org db.GetFeedVersionRow, since time.Time) ([]byte, error) {
	rows, err := s.q.ListFeedChanges(ctx, org.ID, since, mostChanges)
	if err != nil {
		return nil, fmt.Errorf("list the changes of organisation %s: %w", org.ID, err)
	}
	page := s.site + "/o/" + org.Slug
	feed := atomFeed{
		ID: urn(org.ID), Title: "Events of " + org.Name, Updated: org.UpdatedAt.UTC().Format(time.RFC3339),
		Author: atomAuthor{org.Name, page},
		Links: []atomLink{
			{"self", "application/atom+xml", page + "/feed.atom"},
			{"alternate", "text/html", page},
		},
	}
	for _, r := range rows {
		feed.Entries = append(feed.Entries, s.atomEntry(r))
	}
	if len(rows) > 0 && rows[0].UpdatedAt.After(org.UpdatedAt) {
		feed.Updated = feed.Entries[0].Updated
	}
	b, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the feed of organisation %s: %w", org.ID, err)
	}
	return append([]byte(xml.Header), b...), nil
}

func urn(id uuid.UUID) string { return "urn:uuid:" + id.String() }

func (s *Service) atomEntry(r db.ListFeedChangesRow) atomEntry {
	kind := events.Type(r.Type)
	title := r.Title
	if status := events.Status(r.Status); status != events.Scheduled {
		title = status.Label() + ": " + title
	}
	place := publicly(events.Event{PlacePrivate: r.PlacePrivate, Mode: events.Mode(r.Mode), Status: events.Status(r.Status),
		Place: events.Place{Venue: r.Venue, Line1: r.Line1, City: r.City, Region: r.Region, PostalCode: r.PostalCode}})
	return atomEntry{
		ID: urn(r.ID), Title: title, Updated: r.UpdatedAt.UTC().Format(time.RFC3339), Published: r.PublishedAt.UTC().Format(time.RFC3339),
		Link:     atomLink{"alternate", "text/html", s.site + "/e/" + r.Slug},
		Category: atomCategory{r.Type, kind.Label()},
		Summary:  join("\n", s.span(r), location(place), r.Summary),
	}
}

// span is when an event takes place, on its own clock and without a word on what is left of it: a feed stays the same
// while time passes.
func (s *Service) span(r db.ListFeedChangesRow) string {
	if r.FirstStartsAt == nil || r.LastEndsAt == nil {
		return ""
	}
	shift := events.Shift{Start: s.at(*r.FirstStartsAt, r.Timezone), End: s.at(*r.LastEndsAt, r.Timezone)}
	if r.Shifts > 1 {
		const day = "Monday, January 2, 2006"
		return fmt.Sprintf("%d times, %s – %s", r.Shifts, shift.Start.Local().Format(day), shift.End.Local().Format(day))
	}
	day, hours := when(shift)
	return join(", ", day, hours)
}
