package eventsvc

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
)

// untitled is what an event is called whose entry has no title.
const untitled = "Untitled event"

// importContent is what our event takes over from a calendar's, without its dates.
func importContent(e ics.Imported) db.UpdateImportedEventParams {
	description := trimmed(e.Description, events.MostDescription)
	if e.URL != "" && !strings.Contains(description, e.URL) {
		description = join("\n\n", description, "More: "+e.URL)
	}
	first, _, _ := strings.Cut(description, "\n")
	c := db.UpdateImportedEventParams{
		Title: heading(e.Summary, 200), Summary: heading(first, 200), Description: description, Mode: string(modeOf(e)), Status: "scheduled",
		Timezone: e.Zone, Venue: heading(e.Place.Venue, 200), Line1: heading(e.Place.Line1, 200), City: heading(e.Place.City, 100),
		Region: heading(e.Place.Region, 100), PostalCode: e.Place.PostalCode, Country: e.Place.Country,
		Latitude: e.Lat, Longitude: e.Lng, OnlineURL: e.OnlineURL, ContactName: heading(e.OrganizerName, 120), Private: e.Private,
	}
	if c.Title == "" {
		c.Title = untitled
	}
	if personal(e.OrganizerEmail) {
		c.ContactEmail = e.OrganizerEmail
	}
	if e.Cancelled || allCancelled(e.Occurrences) {
		c.Status = "cancelled"
	}
	return c
}

// importHash tells whether the content or the tags changed. It is computed before the row's identity is filled in. Where
// there are no tags it is that of the content alone, as it was before tags were read.
func importHash(c db.UpdateImportedEventParams, tags []string) string {
	content := any(c)
	if len(tags) > 0 {
		content = []any{c, tags}
	}
	text, err := json.Marshal(content)
	if err != nil {
		panic(err) // strings and numbers: it cannot
	}
	sum := sha256.Sum256(text)
	if c.Status == "cancelled" {
		return wasCancelled + hex.EncodeToString(sum[:])
	}
	return hex.EncodeToString(sum[:])
}

func allCancelled(dates []ics.Occurrence) bool {
	for _, o := range dates {
		if !o.Cancelled {
			return false
		}
	}
	return true
}

// modeOf says where one takes part: online when there is a link and no place, both when there is both.
func modeOf(e ics.Imported) events.Mode {
	switch place := e.Place != (ics.Place{}); {
	case e.OnlineURL != "" && place:
		return events.Hybrid
	case e.OnlineURL != "":
		return events.Online
	}
	return events.InPerson
}

// personal reports whether an organiser's address is one that somebody reads.
func personal(email string) bool {
	lower := strings.ToLower(email)
	for _, machine := range []string{"calendar.google.com", "noreply", "no-reply", "donotreply", "unknownorganizer"} {
		if strings.Contains(lower, machine) {
			return false
		}
	}
	return email != "" && len(email) <= 254
}

// guessType reads the type out of the title: calendars have no field for it. The organiser can change it, and no import
// changes it back.
func guessType(title string) events.Type {
	lower := strings.ToLower(title)
	for _, t := range []struct {
		kind  events.Type
		words string
	}{
		{"phone_bank", "phone bank|phonebank|phone-bank|call night|make calls"},
		{"text_bank", "text bank|textbank|text-bank"},
		{"literature_drop", "lit drop|literature drop"},
		{"canvass", "canvass|door knock|knock on doors|knock doors"},
		{"voter_registration", "voter registration|register voters"},
		{"letter_writing", "postcard|letter writing|letter-writing|write letters"},
		{"house_party", "house party|house meeting"},
		{"town_hall", "town hall"},
		{"debate_watch_party", "watch party"},
		{"meet_greet", "meet and greet|meet & greet|meet-and-greet"},
		{"poll_monitoring", "poll watch|poll monitor|election protection"},
		{"signature_gathering", "signature gathering|petitioning|gather signatures"},
		{"fundraiser", "fundrais|gala|benefit concert"},
		{"training", "training|orientation"},
		{"workshop", "workshop"},
		{"rally", "rally|march"},
		{"meeting", "meeting|assembly"},
		{"community", "picnic|potluck|clean-up|cleanup|festival|block party|food drive"},
	} {
		for word := range strings.SplitSeq(t.words, "|") {
			if strings.Contains(lower, word) {
				return t.kind
			}
		}
	}
	return "other"
}

// slugOf makes "cafe-politico-no-2" of "Café Político, no. 2": at most 80 characters, never empty.
func slugOf(title string) string {
	slug, _ := ics.Slug(title)
	if len(slug) > 80 {
		slug = slug[:80]
		if cut := strings.LastIndexByte(slug, '-'); cut > 40 {
			slug = slug[:cut]
		}
	}
	if slug = strings.Trim(slug, "-"); slug == "" {
		return "event"
	}
	return slug
}

// heading is text fit for a heading: one line of at most that many characters.
func heading(s string, most int) string {
	return trimmed(strings.Join(strings.Fields(s), " "), most)
}

// trimmed cuts text at a word after at most that many characters, and takes out the marks by which text can pose as other
// text (bidirectional overrides and isolates, Unicode TR36). Control characters are gone since it was parsed.
func trimmed(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	s = string(runes[:most-1])
	if cut := strings.LastIndexAny(s, " \n"); cut > len(s)*3/4 {
		s = s[:cut]
	}
	return strings.TrimRight(s, " \n,;:") + "…"
}
