package eventsvc

import (
	"errors"

	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
)

var errNoMail = errors.New("this process sends no mail: eventsvc has no messenger")

// notice is a mail that comes by itself, to somebody who is signed up or hosts: a reminder, a change, a question. What is empty
// is not shown.
type notice struct {
	letter
	Notes        []string // what the organiser says
	Changes      []difference
	Stars        []star
	Otherwise    *button // what to do instead of the button, when there is one
	After        string  // one sentence below the button
	Alternatives []alternative
	Reason       string // why the person gets this mail
	StopURL      string // where such mails are stopped
}

type star struct{ Label, URL string }

// difference is one thing that changed.
type difference struct{ What, Old, New string }

// alternative is another event with free seats.
type alternative struct{ Title, When, Where, URL string }

// compose makes the message of a notice; calendar may be nil.
func (s *Service) compose(row db.GetSignupRow, n notice, subject string, calendar *ics.Calendar) (messages.Message, error) {
	return s.write("notice", n, addresseeOf(row), subject, calendar)
}
