package events

import (
	"strings"

	"groundswell/shared/fault"
)

// mostGuests bounds what anybody may ask; each event allows fewer.
const mostGuests = 100

// Clean is the input without the white space around what was typed.
func (in RSVPIn) Clean() RSVPIn {
	for _, s := range []*string{&in.GivenName, &in.FamilyName, &in.Email, &in.Phone, &in.PostalCode, &in.Note} {
		*s = strings.TrimSpace(*s)
	}
	in.Note = strings.ReplaceAll(in.Note, "\r\n", "\n")
	in.Answers, in.Source = in.Answers.clean(), in.Source.clean()
	return in
}

// Validate judges what was typed, apart from the event it is for: that is Event.Admit's.
func (in RSVPIn) Validate() error {
	in = in.Clean()
	var c fault.Check
	in.checkShifts(&c)
	person(&c, in.GivenName, in.FamilyName, in.Email)
	in.checkPhone(&c)
	line(&c, "postal_code", "Your postal code", in.PostalCode, 12)
	c.Field(validPostalCode(in.PostalCode), "postal_code", "A postal code has letters and digits only.")
	c.Field(in.Guests >= 0 && in.Guests <= mostGuests, "guests", "Please say how many guests you bring: 0 to %d.", mostGuests)
	c.Field(in.Attend == "" || in.Attend == InPerson || in.Attend == Online, "attend", "Please choose in person or online.")
	paragraphs(&c, "note", "Your note", in.Note, 2000)
	in.Answers.check(&c)
	return c.Err()
}

// person checks who fills in a form.
func person(c *fault.Check, given, family, email string) {
	c.Field(visible(given), "given_name", "Please tell us your first name.")
	name(c, "given_name", "Your first name", given, 100)
	c.Field(visible(family), "family_name", "Please tell us your last name.")
	name(c, "family_name", "Your last name", family, 100)
	c.Field(email != "", "email", "Please tell us your email address: the details are sent there.")
	line(c, "email", "Your email address", email, 254)
	c.Field(ValidEmail(email), "email", "This is not a complete email address. It looks like name@example.org.")
}

func (in RSVPIn) checkPhone(c *fault.Check) {
	line(c, "phone", "Your phone number", in.Phone, 40)
	c.Field(in.Phone == "" || validPhone(in.Phone), "phone", "This is not a phone number. It looks like 216 555 0123.")
	c.Field(in.Phone != "" || !in.TextMe, "phone", "Please tell us your mobile number: the reminder is texted there.")
}

// PartySize is the number of seats asked for: the person and their guests.
func (in RSVPIn) PartySize() int { return 1 + in.Guests }

func (e Event) allowsParty(party int) error {
	var c fault.Check
	guests := party - 1
	c.Field(guests >= 0, "guests", "Please say how many guests you bring.")
	switch {
	case e.GuestsAllowed == 0:
		c.Field(guests <= 0, "guests", "This event has no places for guests: everyone signs up for themselves.")
	case e.GuestsAllowed == 1:
		c.Field(guests <= 1, "guests", "You can bring one guest to this event.")
	default:
		c.Field(guests <= e.GuestsAllowed, "guests", "You can bring up to %d guests to this event.", e.GuestsAllowed)
	}
	return c.Err()
}
