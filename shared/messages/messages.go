// Package messages is the contract of what we send to people: one message to one address, sent once per key. It runs
// anywhere and knows no transport.
package messages

import (
	"strings"
	"unicode"

	"groundswell/shared/fault"
	"groundswell/shared/orgs"
)

// Message is one mail to one person. Neither its content nor its attachments are stored.
type Message struct {
	Key   string // names the message for ever, within the organisation: the same key is sent once, whoever asks and how often
	Kind  string // what it is, for counting: "events.confirm"
	OrgID orgs.ID

	To      string // one address, without a name
	ToName  string
	ReplyTo string // one address; "" for none
	Subject string // one line
	Text    string
	HTML    string // "" for none

	Attachments []Attachment
	Bulk        bool // one of many that nobody waits for: others to the same mail server go first

	Scope       Scope  // the mails that a person stops with this one; "": this has to come
	Unsubscribe string // an https link that stops them by one POST (RFC 8058); "" for none
}

// Scope is which mails of an organisation somebody may stop while the others come.
type Scope string

// Reminders are what a person who signed up may do without: reminders, and the question how it was.
const Reminders Scope = "reminders"

// Attachment is a file. Type is a media type with its parameters: "text/calendar; charset=utf-8; method=PUBLISH".
type Attachment struct {
	Name string
	Type string
	Data []byte
}

// Validate checks what would make the message impossible to send or to count.
func (m Message) Validate() error {
	var c fault.Check
	c.Field(m.Key != "" && len(m.Key) <= 300, "key", "a message needs a key of up to 300 bytes")
	c.Field(m.Kind != "", "kind", "a message needs a kind")
	c.Field(!m.OrgID.IsZero(), "org_id", "a message belongs to an organisation")
	c.Field(strings.Count(m.To, "@") == 1 && OneLine(m.To) && len(m.To) <= 254, "to", "the address is not one")
	c.Field(m.ReplyTo == "" || OneLine(m.ReplyTo), "reply_to", "the reply address is not one")
	c.Field(OneLine(m.ToName), "to_name", "the name holds a line break or a control character")
	c.Field(m.Subject != "" && OneLine(m.Subject), "subject", "the subject is empty or not one line")
	c.Field(m.Text != "", "text", "a message needs a text form")
	c.Field(m.Scope == "" || m.Scope == Reminders, "scope", "there are no mails of that kind to stop")
	return c.Err()
}

// OneLine reports whether s can stand in a header: it holds no line break and no control character.
func OneLine(s string) bool { return strings.IndexFunc(s, unicode.IsControl) < 0 }
