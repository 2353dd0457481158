package events

import (
	"slices"
	"strings"
	"time"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
)

// ApprovalStatus is how far an event is that a volunteer hosts. Nobody but the host and the organisation sees one that is not approved.
type ApprovalStatus string

// The statuses, each reached from the one before; an event is approved or rejected.
const (
	NeedsVerification ApprovalStatus = "needs_host_verification" // the host has not confirmed the address yet
	NeedsApproval     ApprovalStatus = "needs_approval"
	Approved          ApprovalStatus = "approved"
	Rejected          ApprovalStatus = "rejected"
)

// HostFormIn names an organisation that lets volunteers host events.
type HostFormIn struct {
	Org string `json:"org"`
}

// HostForm is what the form needs to know.
type HostForm struct {
	Organisation orgs.Organisation `json:"organisation"`
	Zone         string            `json:"zone"` // the organisation's
}

// HostIn asks an organisation to let a volunteer host an event.
type HostIn struct {
	Org        string `json:"org"`
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	Email      string `json:"email"`

	Title       string `json:"title"`
	Type        Type   `json:"type"`
	Description string `json:"description"`
	Date        string `json:"date"`   // 2026-11-28, on the clock of Zone
	Starts      string `json:"starts"` // 18:30
	Ends        string `json:"ends"`   // not after Starts: on the next day
	Zone        string `json:"zone"`   // one of Zones, or the organisation's

	Mode         Mode   `json:"mode"` // in_person or online; what belongs to the other is dropped
	Venue        string `json:"venue,omitempty"`
	Line1        string `json:"line1,omitempty"`
	City         string `json:"city,omitempty"`
	Region       string `json:"region,omitempty"`
	PostalCode   string `json:"postal_code,omitempty"`
	Country      string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	PlacePrivate bool   `json:"place_private,omitempty"`
	OnlineURL    string `json:"online_url,omitempty"`

	Capacity      int    `json:"capacity,omitempty"` // 0: no limit
	Guests        int    `json:"guests,omitempty"`
	Accessibility string `json:"accessibility,omitempty"`
	AccessNotes   string `json:"access_notes,omitempty"`

	Website string `json:"website,omitempty"` // no person sees this field: whoever fills it in is a robot
}

// HostOut says that a mail with the link to confirm the address is on its way, to a person as to a robot.
type HostOut struct {
	OrgSlug string `json:"org_slug"`
}

// HostingIn opens what a volunteer hosts by the secret of its link.
type HostingIn struct {
	Token string `json:"token"`
}

// CancelHostingIn cancels it, with something to say to those who signed up.
type CancelHostingIn struct {
	Token string `json:"token"`
	Note  string `json:"note,omitempty"`
}

// Hosting is an event as its host sees it: with its full address, and how many are coming, but not who.
type Hosting struct {
	Status    ApprovalStatus `json:"status"`
	GivenName string         `json:"given_name"`
	Note      string         `json:"note,omitempty"` // why it was rejected
	Event     Event          `json:"event"`
	OnlineURL string         `json:"online_url,omitempty"`
}

// The server functions of hosting.
var (
	GetHostForm    = fullstack.Query[HostFormIn, HostForm]{Name: "events.host_form"}
	HostEvent      = fullstack.Command[HostIn, HostOut]{Name: "events.host", Rate: fullstack.RateMail, LeastTime: 2 * time.Second}
	GetHosting     = fullstack.Query[HostingIn, Hosting]{Name: "events.hosting", Secret: true}
	ConfirmHosting = fullstack.Command[HostingIn, Hosting]{Name: "events.confirm_hosting"}
	CancelHosting  = fullstack.Command[CancelHostingIn, Hosting]{Name: "events.cancel_hosting"}
)

// Clean is the input without the white space around what was typed, and without what belongs to another way to take part.
func (in HostIn) Clean() HostIn {
	for _, s := range []*string{&in.GivenName, &in.FamilyName, &in.Email, &in.Title, &in.Description, &in.Date, &in.Starts, &in.Ends, &in.Venue, &in.Line1,
		&in.City, &in.Region, &in.PostalCode, &in.OnlineURL, &in.AccessNotes} {
		*s = strings.ReplaceAll(strings.TrimSpace(*s), "\r\n", "\n")
	}
	if in.Mode == Online {
		in.Venue, in.Line1, in.City, in.Region, in.PostalCode, in.Country, in.PlacePrivate = "", "", "", "", "", "", false
	} else {
		in.OnlineURL = ""
	}
	return in
}

// Validate judges what was typed, apart from whether the time is to come on its clock: that is the service's.
func (in HostIn) Validate() error {
	in = in.Clean()
	var c fault.Check
	person(&c, in.GivenName, in.FamilyName, in.Email)
	in.edit().check(&c)
	c.Field(visible(in.Description), "description", "Please say what happens at the event.")
	in.checkTime(&c)
	in.checkPlace(&c)
	c.Field(in.Capacity >= 0 && in.Capacity <= MostSeats, "capacity", "Please say for how many people there is room: 1 to %d, or nothing for no limit.", MostSeats)
	return c.Err()
}

// Clean is the input as it is kept.
func (in CancelHostingIn) Clean() CancelHostingIn {
	in.Note = strings.ReplaceAll(strings.TrimSpace(in.Note), "\r\n", "\n")
	return in
}

// Validate judges what was typed.
func (in CancelHostingIn) Validate() error {
	var c fault.Check
	paragraphs(&c, "note", "Your note", in.Clean().Note, 2000)
	return c.Err()
}

// edit is what the form says of the event in the terms in which an organiser does: the same rules hold for both.
func (in HostIn) edit() Edit {
	e := Edit{Title: &in.Title, Description: &in.Description, Type: &in.Type, GuestsAllowed: &in.Guests, Accessibility: &in.Accessibility, AccessNotes: &in.AccessNotes}
	if in.Mode == Online {
		e.OnlineURL = &in.OnlineURL
		return e
	}
	e.Venue, e.Line1, e.City, e.Region, e.PostalCode = &in.Venue, &in.Line1, &in.City, &in.Region, &in.PostalCode
	return e
}

func (in HostIn) checkTime(c *fault.Check) {
	c.Field(in.Date != "", "date", "Please choose a day.")
	date(c, "date", in.Date)
	for _, t := range []struct{ name, value string }{{"starts", in.Starts}, {"ends", in.Ends}} {
		_, err := time.Parse("15:04", t.value)
		c.Field(err == nil && len(t.value) == len("15:04"), t.name, "Please choose a time. It looks like 18:30.")
	}
	c.Field(in.Starts != in.Ends, "ends", "The event ends when it starts. Please choose another end.")
}

func (in HostIn) checkPlace(c *fault.Check) {
	c.Field(in.Mode == InPerson || in.Mode == Online, "mode", "Please choose in person or online.")
	if in.Mode != InPerson {
		c.Field(in.OnlineURL != "", "online_url", "Please give the link to take part by.")
		return
	}
	c.Field(in.Line1 != "" || in.Venue != "", "line1", "Please say where it is: the street and number, or the name of the place.")
	c.Field(in.City != "", "city", "Please say in which city it is.")
	c.Field(slices.ContainsFunc(Countries(), func(k Country) bool { return k.Code == in.Country }), "country", "Please choose a country.")
}

// CanCancel is the rule of cancelling as a host, which withdraws what awaits approval: Conflict for what nobody will see, Gone once it is over.
func (h Hosting) CanCancel() error {
	switch {
	case h.Status != Approved && h.Status != NeedsApproval:
		return fault.New(fault.Conflict, "Nobody sees this event, so there is nothing to cancel.")
	case h.Over():
		return fault.New(fault.Gone, "This event is over.")
	}
	return nil
}

// Over reports whether the event has ended.
func (h Hosting) Over() bool {
	return !slices.ContainsFunc(h.Event.Shifts, func(s Shift) bool { return h.Event.Now.Before(s.End.At) })
}

// Country is a choice of the form.
type Country struct{ Code, Name string }

// Countries are those that the form offers.
func Countries() []Country {
	return []Country{
		{"US", "United States"}, {"AU", "Australia"}, {"CA", "Canada"}, {"FR", "France"}, {"DE", "Germany"}, {"IE", "Ireland"}, {"IT", "Italy"},
		{"MX", "Mexico"}, {"NZ", "New Zealand"}, {"ES", "Spain"}, {"GB", "United Kingdom"},
	}
}

// Zone is a time zone that the form offers: its IANA name, and what people call it.
type Zone struct{ Name, Label string }

// Zones are those that every form offers, beside that of its organisation.
func Zones() []Zone {
	return []Zone{
		{"America/New_York", "Eastern Time: New York"}, {"America/Chicago", "Central Time: Chicago"}, {"America/Denver", "Mountain Time: Denver"},
		{"America/Phoenix", "Arizona: Phoenix"}, {"America/Los_Angeles", "Pacific Time: Los Angeles"}, {"America/Anchorage", "Alaska: Anchorage"},
		{"Pacific/Honolulu", "Hawaii: Honolulu"}, {"America/Puerto_Rico", "Puerto Rico: San Juan"}, {"America/Toronto", "Canada: Toronto"},
		{"America/Vancouver", "Canada: Vancouver"}, {"America/Mexico_City", "Mexico: Mexico City"}, {"Europe/London", "United Kingdom: London"},
		{"Europe/Dublin", "Ireland: Dublin"}, {"Europe/Paris", "France: Paris"}, {"Europe/Berlin", "Germany: Berlin"}, {"Europe/Madrid", "Spain: Madrid"},
		{"Europe/Rome", "Italy: Rome"}, {"Australia/Sydney", "Australia: Sydney"}, {"Australia/Perth", "Australia: Perth"},
		{"Pacific/Auckland", "New Zealand: Auckland"}, {"UTC", "UTC"},
	}
}

// ZoneOffered reports whether the form of an organisation in a zone offers another.
func ZoneOffered(zone, organisation string) bool {
	return zone != "" && zone == organisation || slices.ContainsFunc(Zones(), func(z Zone) bool { return z.Name == zone })
}
