package messages

import (
	"strings"
	"time"

	"groundswell/shared/fault"
	"groundswell/shared/orgs"
)

// Text is one text message (SMS) to one phone, from the number of its organisation. Its words are not stored.
type Text struct {
	Key   string // as a Message's, and no Message's
	Kind  string // as a Message's
	OrgID orgs.ID

	To   string // in E.164: "+12165550123"
	Body string // names who writes, and how to stop it

	Till time.Time // it is not sent then and after; zero: whenever its turn comes

	Scope Scope  // as a Message's; "": STOP alone ends it
	Email string // the address whose wish about Scope counts; "" for none
}

// MostTexts is how many texts a day a number gets at most from one organisation, whoever asked for them: a form takes any number.
const MostTexts = 5

// Validate checks what would make the text impossible to send or to count.
func (t Text) Validate() error {
	var c fault.Check
	c.Field(t.Key != "" && len(t.Key) <= 300, "key", "a text needs a key of up to 300 bytes")
	c.Field(t.Kind != "", "kind", "a text needs a kind")
	c.Field(!t.OrgID.IsZero(), "org_id", "a text belongs to an organisation")
	c.Field(E164(t.To), "to", "the number is not one")
	c.Field(t.Body != "" && len(t.Body) <= 1600, "body", "a text has between 1 and 1,600 bytes")
	c.Field(t.Scope == "" || t.Scope == Reminders, "scope", "there are no texts of that kind to stop")
	return c.Err()
}

// E164 reports whether s is a phone number as ITU-T E.164 writes it for machines: a plus and 7 to 15 digits, no zero in front.
func E164(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	return plus && len(digits) >= 7 && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}
