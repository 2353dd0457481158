// Package events is the contract of events, shifts and sign-ups: types, validation, pure rules and the server
// functions. It runs anywhere and knows no database and no HTML.
package events

import (
	"encoding/json"
	"time"

	"groundswell/shared/fullstack"
	"groundswell/shared/id"
	"groundswell/shared/orgs"
)

type (
	// ID identifies an event.
	ID = id.Of[Event]
	// ShiftID identifies a shift.
	ShiftID = id.Of[Shift]
	// SignupID identifies a sign-up.
	SignupID = id.Of[Signup]
)

// Type is what kind of event it is; Types lists them.
type Type string

// Mode is where one takes part.
type Mode string

// The modes.
const (
	InPerson Mode = "in_person"
	Online   Mode = "online"
	Hybrid   Mode = "hybrid"
)

// Status is the state of an event as the public sees it.
type Status string

// The statuses.
const (
	Scheduled   Status = "scheduled"
	Cancelled   Status = "cancelled"
	Postponed   Status = "postponed"
	MovedOnline Status = "moved_online"
)

// Time is a moment together with how clocks at the event show it, so that the browser needs no time zone database. Its
// JSON has the moment on the event's clock, {"at":"2026-11-24T18:30:00-05:00","zone":"America/New_York","abbr":"EST"}.
type Time struct {
	At     time.Time // UTC
	Zone   string    // IANA name of the event's zone
	Abbr   string    // its abbreviation at that moment: CST
	Offset int       // seconds east of UTC at that moment
}

type timeJSON struct {
	At   time.Time `json:"at"`
	Zone string    `json:"zone"`
	Abbr string    `json:"abbr"`
}

// MarshalJSON writes the moment with the offset of its zone.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(timeJSON{t.Local(), t.Zone, t.Abbr}) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Time) UnmarshalJSON(b []byte) error {
	var v timeJSON
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	_, offset := v.At.Zone()
	*t = Time{At: v.At.UTC(), Zone: v.Zone, Abbr: v.Abbr, Offset: offset}
	return nil
}

// Local is the moment on the event's wall clock. Its Location is a fixed zone.
func (t Time) Local() time.Time { return t.At.In(time.FixedZone(t.Abbr, t.Offset)) }

// Card is an event in a list.
type Card struct {
	ID       ID     `json:"id"`
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Summary  string `json:"summary,omitempty"`
	Type     Type   `json:"type"`
	Mode     Mode   `json:"mode"`
	Status   Status `json:"status"`
	OrgSlug  string `json:"org_slug"`
	OrgName  string `json:"org_name"`
	City     string `json:"city,omitempty"`
	Region   string `json:"region,omitempty"`
	ImageURL string `json:"image_url,omitempty"`
	Next     Time   `json:"next"`           // the start of the next shift, or of the last one when all are past
	End      Time   `json:"end"`            // the end of that shift
	Shifts   int    `json:"shifts"`         // upcoming shifts
	Full     bool   `json:"full,omitempty"` // no upcoming shift has a free seat
	Left     *int   `json:"left,omitempty"` // free seats over upcoming shifts; nil when one is unlimited

	Role HostRole `json:"role,omitempty"` // of the organisation whose page lists it; "" for its own events
	// DistanceKM is how far it is from where was asked for; a private address counts as a point some kilometres around it.
	DistanceKM *float64 `json:"distance_km,omitempty"`
}

// Place is where an event is. Line1, PostalCode and the coordinates are empty when the address is private.
type Place struct {
	Venue      string   `json:"venue,omitempty"`
	Line1      string   `json:"line1,omitempty"`
	City       string   `json:"city,omitempty"`
	Region     string   `json:"region,omitempty"`
	PostalCode string   `json:"postal_code,omitempty"`
	Country    string   `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Latitude   *float64 `json:"latitude,omitempty"`
	Longitude  *float64 `json:"longitude,omitempty"`
}

// Shift is one time slot of an event, with its own capacity.
type Shift struct {
	ID        ShiftID `json:"id"`
	Name      string  `json:"name,omitempty"`
	Start     Time    `json:"start"`
	End       Time    `json:"end"`
	Capacity  *int    `json:"capacity,omitempty"` // nil: unlimited
	Taken     int     `json:"taken"`
	Cancelled bool    `json:"cancelled,omitempty"`
	Previous  *Time   `json:"previous,omitempty"` // its start before it was given another time

	Waiting        int  `json:"waiting,omitempty"`         // parties in line; none once the shift began, for then the line is closed
	OnlineCapacity *int `json:"online_capacity,omitempty"` // of a hybrid event, whose other seats are those in person
	OnlineTaken    int  `json:"online_taken,omitempty"`
	OnlineWaiting  int  `json:"online_waiting,omitempty"`
	Waitlist       bool `json:"waitlist,omitempty"` // who finds it full may wait
}

// Event is the public face of one event.
type Event struct {
	ID            ID                `json:"id"`
	Slug          string            `json:"slug"`
	Title         string            `json:"title"`
	Summary       string            `json:"summary,omitempty"`
	Description   string            `json:"description,omitempty"` // plain text, paragraphs separated by blank lines
	Type          Type              `json:"type"`
	Mode          Mode              `json:"mode"`
	Status        Status            `json:"status"`
	Zone          string            `json:"zone"`
	Place         Place             `json:"place"`
	PlacePrivate  bool              `json:"place_private,omitempty"` // the full address is given after sign-up
	Accessibility string            `json:"accessibility,omitempty"` // accessible, not_accessible or not_sure
	AccessNotes   string            `json:"access_notes,omitempty"`
	ImageURL      string            `json:"image_url,omitempty"`
	ImageAlt      string            `json:"image_alt,omitempty"`
	GuestsAllowed int               `json:"guests_allowed"` // most guests one person may bring
	ContactName   string            `json:"contact_name,omitempty"`
	ContactEmail  string            `json:"contact_email,omitempty"`
	Organisation  orgs.Organisation `json:"organisation"`
	Shifts        []Shift           `json:"shifts"`        // by start
	Sequence      int               `json:"sequence"`      // for calendars: grows with every change
	URL           string            `json:"url,omitempty"` // of its page, absolute: for what leaves the site
	UpdatedAt     time.Time         `json:"updated_at"`
	Now           time.Time         `json:"now"` // the server's clock when this was read; rules compare with it

	Questions []Question `json:"questions,omitempty"` // of the form
	Hosts     []Host     `json:"hosts,omitempty"`     // other organisations behind it
	Tags      []string   `json:"tags,omitempty"`
	Series    *Series    `json:"series,omitempty"` // that it is a part of

	HostName string `json:"host_name,omitempty"` // the first name of the volunteer who hosts it
	Texts    bool   `json:"texts,omitempty"`     // who signs up may ask for a reminder by text
	Confirms bool   `json:"confirms,omitempty"`  // whoever signs up must confirm it by the link in a mail
}

// GetIn names an event.
type GetIn struct {
	Slug string `json:"slug"`
}

// OrgIn names an organisation and a page of its events to come.
type OrgIn struct {
	Slug string `json:"slug"`
	Page int    `json:"page,omitempty"`
}

// OrgOut is an organisation with its events to come, and the count of those that are over.
type OrgOut struct {
	Organisation orgs.Organisation `json:"organisation"`
	Upcoming     FindOut           `json:"upcoming"`
	PastCount    int               `json:"past_count"`
	CalendarURL  string            `json:"calendar_url,omitempty"` // absolute: other programs are told it
	Hosting      bool              `json:"hosting,omitempty"`      // volunteers may host events
	Guest        []Card            `json:"guest,omitempty"`        // the next events of others that it hosts or promotes
}

// RSVPIn signs a person up for a shift. Validate is in rsvp.go.
type RSVPIn struct {
	ShiftID    ShiftID `json:"shift_id"`
	GivenName  string  `json:"given_name"`
	FamilyName string  `json:"family_name"`
	Email      string  `json:"email"`
	Phone      string  `json:"phone,omitempty"`
	PostalCode string  `json:"postal_code,omitempty"`
	Guests     int     `json:"guests,omitempty"`
	Attend     Mode    `json:"attend,omitempty"` // in_person or online, for a hybrid event
	Note       string  `json:"note,omitempty"`

	ShiftIDs []ShiftID `json:"shift_ids,omitempty"` // instead of ShiftID: up to 20 of one event, all or nothing

	Answers Answers `json:"answers,omitempty"` // to the event's questions
	TextMe  bool    `json:"text_me,omitempty"` // a reminder by text, to Phone; see WantTexts. Where no texts are sent it asks for nothing
	Source
	Website string `json:"website,omitempty"` // no person sees this field: whoever fills it in is a robot
}

// RSVPOut says that a mail with the details and the manage link is on its way to Email. It is what a stranger would be
// told at that moment, whether the person was signed up before or not: the form must not tell who takes part.
type RSVPOut struct {
	EventSlug string  `json:"event_slug"`
	ShiftID   ShiftID `json:"shift_id"` // the first of them
	Email     string  `json:"email"`

	ShiftIDs   []ShiftID     `json:"shift_ids,omitempty"`  // all of them, when there are several
	Waitlisted []PlaceInLine `json:"waitlisted,omitempty"` // those that are full
	Confirm    bool          `json:"confirm,omitempty"`    // the places are held for a while, until the link in the mail confirms them
}

// SignupIn opens a sign-up by the secret of its manage link.
type SignupIn struct {
	Token string `json:"token"`
}

// SignupStatus is the state of a sign-up.
type SignupStatus string

// The statuses of sign-ups.
const (
	Registered      SignupStatus = "registered"
	SignupCancelled SignupStatus = "cancelled"
	Waitlisted      SignupStatus = "waitlisted" // in line for a seat
	Offered         SignupStatus = "offered"    // a seat is held until the offer ends, for who waited or has to confirm
)

// Signup is a person's place in a shift, as that person sees it: Event has the full address and Online the link.
type Signup struct {
	ID           SignupID     `json:"id"`
	Status       SignupStatus `json:"status"`
	GivenName    string       `json:"given_name"`
	FamilyName   string       `json:"family_name"`
	Email        string       `json:"email"`
	PartySize    int          `json:"party_size"` // the person and their guests
	Attend       Mode         `json:"attend"`
	Shift        Shift        `json:"shift"`
	Event        Event        `json:"event"`
	OnlineURL    string       `json:"online_url,omitempty"`
	Instructions string       `json:"instructions,omitempty"`
	CalendarURL  string       `json:"calendar_url,omitempty"` // of all sign-ups of the person with the organisation; absolute and secret, but it changes nothing

	Pool        Pool          `json:"pool"`
	Position    int           `json:"position,omitempty"`     // in line, from 1, while waitlisted
	OfferEnds   *Time         `json:"offer_ends,omitempty"`   // of the offer that is open, or that was not taken
	Unconfirmed bool          `json:"unconfirmed,omitempty"`  // that offer is or was the place of a new sign-up, to be confirmed by its link; nobody waited
	EndedReason EndedReason   `json:"ended_reason,omitempty"` // why it is cancelled
	Others      []OtherSignup `json:"others,omitempty"`       // the person's other times of the event
	Reminders   []Reminder    `json:"reminders,omitempty"`    // the mails and the text to come, in their order
	// RemindersPath is where they are stopped and allowed again, while there are any to come. RemindersStopped: none of them is sent.
	RemindersPath    string `json:"reminders_path,omitempty"`
	RemindersStopped bool   `json:"reminders_stopped,omitempty"`

	Answers []Answer `json:"answers,omitempty"`

	Coming    bool `json:"coming,omitempty"`     // the person said so; until they cancel
	AskComing bool `json:"ask_coming,omitempty"` // it is time to ask, and they have not said so: from the reminder the day before until the end

	TextTo  string `json:"text_to,omitempty"`  // the last digits of the number that is to be texted; "": none is
	CanText bool   `json:"can_text,omitempty"` // a text could still come
	// StartTexts is where the person texts START to, whose number stopped the texts of the organisation; "" when it did not.
	StartTexts string `json:"start_texts,omitempty"`
}

// The server functions of events.
var (
	Find       = fullstack.Query[FindIn, FindOut]{Name: "events.find"}
	Month      = fullstack.Query[MonthIn, MonthOut]{Name: "events.month"}
	GetRelated = fullstack.Query[RelatedIn, Related]{Name: "events.related"}
	Get        = fullstack.Query[GetIn, Event]{Name: "events.get"}
	GetOrg     = fullstack.Query[OrgIn, OrgOut]{Name: "events.organisation"}
	RSVP       = fullstack.Command[RSVPIn, RSVPOut]{Name: "events.rsvp", Rate: fullstack.RateMail, LeastTime: 2 * time.Second}
	GetSignup  = fullstack.Query[SignupIn, Signup]{Name: "events.signup", Secret: true}
	CancelRSVP = fullstack.Command[SignupIn, Signup]{Name: "events.cancel"}
	Accept     = fullstack.Command[SignupIn, Signup]{Name: "events.accept"}
	SetParty   = fullstack.Command[PartyIn, Signup]{Name: "events.party"}
	SayComing  = fullstack.Command[SignupIn, Signup]{Name: "events.coming"}
)
