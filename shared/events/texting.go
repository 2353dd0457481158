package events

import (
	"strings"
	"time"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
)

// beforeStart is how long before the start the reminder by text is sent.
const beforeStart = 30 * time.Minute

// WantTexts is what somebody says who wants the reminder by text, and the other way round StopTexts.
const (
	WantTexts = "Text me a reminder half an hour before"
	StopTexts = "Send me no text for this"
)

// TextTerms are what the person must know who says WantTexts.
func TextTerms(org orgs.Organisation) string {
	return org.Name + " sends one text for each time that you hold a place, at most five a day to one number. Message and data rates may apply. Reply STOP to end, HELP for help. You can sign up without it."
}

// TextConsent is all that was read by who said WantTexts: kept with the consent, so it changes together with the forms.
func TextConsent(org orgs.Organisation) string {
	words := WantTexts + ". " + TextTerms(org)
	if org.PrivacyURL != "" {
		words += " Privacy policy: " + org.PrivacyURL
	}
	return words
}

// SetTextsIn asks for the reminder of one sign-up by text, to a mobile number, or for none.
type SetTextsIn struct {
	Token  string `json:"token"`
	TextMe bool   `json:"text_me,omitempty"`
	Phone  string `json:"phone,omitempty"` // with TextMe
}

// Clean is the input without the white space around what was typed.
func (in SetTextsIn) Clean() SetTextsIn {
	in.Phone = strings.TrimSpace(in.Phone)
	return in
}

// Validate judges what was typed. Whether the number is one that texts reach, only the server knows.
func (in SetTextsIn) Validate() error {
	in = in.Clean()
	var c fault.Check
	RSVPIn{Phone: in.Phone, TextMe: in.TextMe}.checkPhone(&c)
	return c.Err()
}

// SetTexts answers with the sign-up as it is then.
var SetTexts = fullstack.Command[SetTextsIn, Signup]{Name: "events.texts"}

// LastDigits are what a person knows their own number by who sees no more of it: 0123.
func LastDigits(number string) string { return number[max(0, len(number)-4):] }
