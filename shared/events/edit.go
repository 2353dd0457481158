package events

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"groundswell/shared/fault"
)

// Edit is what an organiser changes of an event that there is. Nil leaves a thing as it is, "" takes it away.
type Edit struct {
	Title, Summary *string
	Description    *string
	Type           *Type
	GuestsAllowed  *int    // most guests one person may bring
	Accessibility  *string // accessible, not_accessible or not_sure
	AccessNotes    *string

	Mode                                   *Mode // also ends "moved online". Online takes the address away, and in person the link
	Venue, Line1, City, Region, PostalCode *string
	Country                                *string  // ISO 3166-1 alpha-2
	Latitude, Longitude                    *float64 // both or none. Another address without them takes those of the old one away
	PlacePrivate                           *bool

	OnlineURL                 *string // of an event that one takes part in online
	Instructions              *string // to those who are signed up
	ContactName, ContactEmail *string

	Image *Image
}

// Image is a picture and what it shows, in words for those who do not see it. No data: none.
type Image struct {
	Data []byte // a JPEG or PNG
	Alt  string
}

// Empty reports whether nothing is to change.
func (e Edit) Empty() bool { return e == Edit{} }

// Moves reports whether it may change what people are told of: the place, or the link to take part by.
func (e Edit) Moves() bool { return e.Mode != nil || e.Places() || e.OnlineURL != nil }

// Places reports whether it may change the address, as people are told it: its country goes without saying.
func (e Edit) Places() bool {
	return e.Venue != nil || e.Line1 != nil || e.City != nil || e.Region != nil || e.PostalCode != nil
}

// Validate judges what an event is to be: Invalid with a sentence about the first thing wrong with it.
func (e Edit) Validate() error {
	var c fault.Check
	e.check(&c)
	c.Field((e.Latitude == nil) == (e.Longitude == nil), "latitude", "Give the latitude and the longitude, or neither.")
	if e.Latitude != nil && e.Longitude != nil {
		c.Field(*e.Latitude >= -90 && *e.Latitude <= 90 && *e.Longitude >= -180 && *e.Longitude <= 180, "latitude",
			"A latitude is between -90 and 90 degrees, and a longitude between -180 and 180.")
	}
	if e.Image != nil && len(e.Image.Data) > 0 {
		c.Field(e.Image.Alt != "", "alt", "Say in words what the picture shows, for those who do not see it.")
		line(&c, "alt", "The description of the picture", e.Image.Alt, 300)
	}
	if f := fault.As(c.Err()); f != nil {
		return fault.New(fault.Invalid, "%s", f.Fields[0].Message)
	}
	return nil
}

// check are the rules of everything that people write of an event, in a command or a form.
func (e Edit) check(c *fault.Check) {
	c.Field(e.Title == nil || visible(*e.Title), "title", "Give the event a title.")
	if e.Type != nil {
		c.Field(e.Type.Known(), "type", "%.40q is no type of an event. There are: %s.", *e.Type, typeNames())
	}
	c.Field(e.GuestsAllowed == nil || *e.GuestsAllowed >= 0 && *e.GuestsAllowed <= mostGuests, "guests", "A person may bring between 0 and %d guests.", mostGuests)
	if e.Accessibility != nil {
		c.Field(validAccessibility(*e.Accessibility), "accessibility", "An event is accessible, not_accessible or not_sure, not %.40q.", *e.Accessibility)
	}
	if e.Mode != nil {
		c.Field(*e.Mode == InPerson || *e.Mode == Online || *e.Mode == Hybrid, "mode", "An event is in_person, online or hybrid, not %.40q.", *e.Mode)
	}
	if e.Country != nil {
		c.Field(validCountry(*e.Country), "country", "%.40q is no country: name it by its two letters, like US.", *e.Country)
	}
	if e.PostalCode != nil {
		c.Field(validPostalCode(*e.PostalCode), "postal_code", "%.40q is no postal code: it is made of letters, digits, spaces and hyphens.", *e.PostalCode)
	}
	c.Field(e.OnlineURL == nil || *e.OnlineURL == "" || webAddress(*e.OnlineURL), "online_url", "Name the link to take part by: it looks like https://meet.example.org/room.")
	if e.ContactEmail != nil && *e.ContactEmail != "" {
		c.Field(ValidEmail(*e.ContactEmail), "contact_email", "%.40q is not a complete email address. It looks like name@example.org.", *e.ContactEmail)
	}
	e.checkTexts(c)
}

func (e Edit) checkTexts(c *fault.Check) {
	for _, l := range []struct {
		name, what string
		text       *string
		most       int
	}{
		{"title", "The title", e.Title, 200}, {"summary", "The summary", e.Summary, 200}, {"venue", "The venue", e.Venue, 200},
		{"line1", "The address", e.Line1, 200}, {"city", "The city", e.City, 100}, {"region", "The region", e.Region, 100},
		{"postal_code", "The postal code", e.PostalCode, 20}, {"contact_name", "The contact's name", e.ContactName, 120},
	} {
		if l.text == nil {
			continue
		}
		if err := oneLine(l.what, *l.text, l.most); err != nil {
			c.Field(false, l.name, "%s", fault.As(err).Message)
		}
	}
	for _, p := range []struct {
		name, what string
		text       *string
		most       int
	}{
		{"access_notes", "The accessibility notes are", e.AccessNotes, 5000}, {"instructions", "The instructions are", e.Instructions, 5000},
		{"description", "The description is", e.Description, MostDescription},
	} {
		c.Field(p.text == nil || utf8.RuneCountInString(*p.text) <= p.most && printable(*p.text, true), p.name,
			"%s longer than %d characters, or with some that cannot be shown.", p.what, p.most)
	}
}

// MostDescription is how many characters a description has at most.
const MostDescription = 20_000

// CanEdit judges the edit for the event as it is, with the link that people take part by or "": Conflict with a sentence when it would
// give it what nobody sees, or leave nobody a way to take part.
func (e Event) CanEdit(edit Edit, link string) error {
	is := e
	if edit.Mode != nil {
		is.Mode, is.Status = *edit.Mode, Scheduled
	}
	if edit.OnlineURL != nil {
		link = *edit.OnlineURL
	}
	byLink := is.Mode != InPerson || is.Status == MovedOnline
	switch {
	case is.Mode == Online && (edit.Places() || edit.Country != nil || edit.Latitude != nil):
		return fault.New(fault.Conflict, "The event is online: there is no place to come to.")
	case !byLink && edit.OnlineURL != nil && link != "":
		return fault.New(fault.Conflict, "The event is in person: nobody takes part by a link. Move it online or make it hybrid to give it one.")
	case byLink && link == "" && edit.OnlineURL != nil:
		return fault.New(fault.Conflict, "People take part by the link: give the event another one, or hold it in person.")
	case byLink && link == "" && edit.Mode != nil:
		return fault.New(fault.Conflict, "Nobody can take part online without a link: give the event one with it.")
	case e.Mode == Online && is.Mode != Online && !edit.somewhere():
		return fault.New(fault.Conflict, "There is no place to come to yet: give the event a venue, a street or a city with it.")
	}
	return nil
}

// somewhere reports whether it names a place.
func (e Edit) somewhere() bool {
	for _, part := range []*string{e.Venue, e.Line1, e.City} {
		if part != nil && *part != "" {
			return true
		}
	}
	return false
}

func validCountry(s string) bool {
	return s == "" || len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func validAccessibility(s string) bool {
	return s == "" || s == "accessible" || s == "not_accessible" || s == "not_sure"
}

func typeNames() string {
	var names []string
	for _, t := range Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// webAddress reports whether s is the address of a page that mails and pages may link to.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && len(s) <= 2000 && printable(s, false)
}
