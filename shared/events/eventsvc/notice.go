package eventsvc

import (
	"bytes"
	"errors"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
)

var errNoMail = errors.New("this process sends no mail: eventsvc has no messenger")

// notice is a mail that comes by itself, to somebody who is signed up: a reminder, a change, a question. What is empty
// is not shown.
type notice struct {
	letter
	Notes        []string // what the organiser says
	Changes      []difference
	Stars        []star
	After        string // one sentence below the button
	Alternatives []alternative
	Reason       string // why the person gets this mail
}

type star struct{ Label, URL string }

// difference is one thing that changed.
type difference struct{ What, Old, New string }

// alternative is another event with free seats.
type alternative struct{ Title, When, Where, URL string }

// compose makes the message of a notice; calendar may be nil.
func (s *Service) compose(row db.GetSignupRow, n notice, subject string, calendar *ics.Calendar) (messages.Message, error) {
	var html, text bytes.Buffer
	if err := s.mails.html.ExecuteTemplate(&html, "notice.html", n); err != nil {
		return messages.Message{}, err
	}
	if err := s.mails.text.ExecuteTemplate(&text, "notice.txt", n); err != nil {
		return messages.Message{}, err
	}
	m := messages.Message{
		OrgID: orgs.ID{UUID: row.EventSignup.OrgID}, To: row.EventSignup.Email,
		ToName: headerLine(row.EventSignup.GivenName + " " + row.EventSignup.FamilyName), ReplyTo: row.EventDetail.ContactEmail,
		Subject: headerLine(subject), Text: text.String(), HTML: html.String(),
	}
	if !events.ValidEmail(m.ReplyTo) {
		m.ReplyTo = row.EventDetail.OrgEmail
	}
	if calendar == nil {
		return m, nil
	}
	file, err := calendar.Encode()
	if err != nil {
		return messages.Message{}, err
	}
	m.Attachments = []messages.Attachment{{
		Name: "event.ics", Type: "text/calendar; charset=utf-8; method=" + string(calendar.Method), Data: file,
	}}
	return m, nil
}
