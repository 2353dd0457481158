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
	Type           *Type
	GuestsAllowed  *int    // most guests one person may bring
	Accessibility  *string // accessible, not_accessible or not_sure
	AccessNotes    *string

	Venue, Line1, City, Region, PostalCode *string
	Latitude, Longitude                    *float64 // both or none. Another address without them takes those of the old one away
	PlacePrivate                           *bool

	OnlineURL                 *string // of an event that one takes part in online
	Instructions              *string // to those who are signed up
	ContactName, ContactEmail *string
}

// Empty reports whether nothing is to change.
func (e Edit) Empty() bool { return e == Edit{} }

// Moves reports whether it may change what people are told of: the place, or the link to take part by.
func (e Edit) Moves() bool { return e.Places() || e.OnlineURL != nil }

// Places reports whether it may change the address.
func (e Edit) Places() bool {
	return e.Venue != nil || e.Line1 != nil || e.City != nil || e.Region != nil || e.PostalCode != nil
}

// Validate judges what an event is to be: Invalid with a sentence about the first thing wrong with it.
func (e Edit) Validate() error {
	switch {
	case e.Title != nil && *e.Title == "":
		return fault.New(fault.Invalid, "Give the event a title.")
	case e.Type != nil && !e.Type.Known():
		return fault.New(fault.Invalid, "%q is no type of an event. There are: %s.", *e.Type, typeNames())
	case e.GuestsAllowed != nil && (*e.GuestsAllowed < 0 || *e.GuestsAllowed > 100):
		return fault.New(fault.Invalid, "A person may bring between 0 and 100 guests.")
	case e.Accessibility != nil && !validAccessibility(*e.Accessibility):
		return fault.New(fault.Invalid, "An event is accessible, not_accessible or not_sure, not %q.", *e.Accessibility)
	case e.PostalCode != nil && !validPostalCode(*e.PostalCode):
		return fault.New(fault.Invalid, "%q is no postal code: it is made of letters, digits, spaces and hyphens.", *e.PostalCode)
	case (e.Latitude == nil) != (e.Longitude == nil):
		return fault.New(fault.Invalid, "Give the latitude and the longitude, or neither.")
	case e.Latitude != nil && !(*e.Latitude >= -90 && *e.Latitude <= 90 && *e.Longitude >= -180 && *e.Longitude <= 180):
		return fault.New(fault.Invalid, "A latitude is between -90 and 90 degrees, and a longitude between -180 and 180.")
	case e.OnlineURL != nil && !webAddress(*e.OnlineURL):
		return fault.New(fault.Invalid, "Name the link to take part by: it looks like https://meet.example.org/room.")
	case e.ContactEmail != nil && *e.ContactEmail != "" && !ValidEmail(*e.ContactEmail):
		return fault.New(fault.Invalid, "%q is not a complete email address. It looks like name@example.org.", *e.ContactEmail)
	}
	return e.validateTexts()
}

func (e Edit) validateTexts() error {
	for _, l := range []struct {
		what string
		text *string
		most int
	}{
		{"The title", e.Title, 200}, {"The summary", e.Summary, 200}, {"The venue", e.Venue, 200}, {"The address", e.Line1, 200}, {"The city", e.City, 100},
		{"The region", e.Region, 100}, {"The postal code", e.PostalCode, 20}, {"The contact's name", e.ContactName, 120},
	} {
		if l.text == nil {
			continue
		}
		if err := oneLine(l.what, *l.text, l.most); err != nil {
			return err
		}
	}
	for _, p := range []struct {
		what string
		text *string
	}{{"The accessibility notes", e.AccessNotes}, {"The instructions", e.Instructions}} {
		if p.text != nil && (utf8.RuneCountInString(*p.text) > 5000 || !printable(*p.text, true)) {
			return fault.New(fault.Invalid, "%s are longer than 5000 characters, or have some that cannot be shown.", p.what)
		}
	}
	return nil
}

// CanEdit judges the edit for the event as it is: Conflict with a sentence when it would give it what nobody sees.
func (e Event) CanEdit(edit Edit) error {
	online := e.Mode == Online
	switch {
	case online && (edit.Places() || edit.Latitude != nil):
		return fault.New(fault.Conflict, "The event is online: there is no place to come to.")
	case e.Mode == InPerson && e.Status != MovedOnline && edit.OnlineURL != nil:
		return fault.New(fault.Conflict, "The event is in person: nobody takes part by a link. Move it online to give it one.")
	}
	return nil
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
