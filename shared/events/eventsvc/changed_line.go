package eventsvc

import (
	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
)

// deadline is how mails say until when an offer is good.
const deadline = "Monday, January 2, 3:04 PM MST"

// lineMail says what was and what is to somebody who waits or is offered a place, or did until it was cancelled. It has
// no entry for a calendar: they have no appointment.
func (s *Service) lineMail(row db.GetSignupRow, n notice, was, is told) (messages.Message, error) {
	var signup events.Signup
	signup, n.letter = s.letter(row)
	n.Reason = "You get this mail because this address was on the waitlist for the event."
	take := "accept"
	if row.EventSignup.WaitlistedAt == nil {
		n.Reason = "You get this mail because this address was signed up for the event, which was not confirmed yet."
		take = "confirm"
	}
	var subject string
	hi := "Hi " + headerLine(signup.GivenName) + ", "
	switch {
	case is.Cancelled:
		subject = lineCancelled(&n, signup, hi, row.EventSignup.OfferExpiresAt != nil)
	case signup.Status == events.SignupCancelled && row.EventSignup.WaitlistedAt == nil:
		n.Heading, subject = "It takes place after all", "Your sign-up has ended"
		n.Lead = hi + "what you signed up for was cancelled for a while, and the place we held for you has ended with that."
		n.Button = &button{"Sign up again", n.EventURL, nil}
	case signup.Status == events.SignupCancelled:
		n.Heading, subject = "It takes place after all", "Your place in line has ended"
		n.Lead = hi + "what you were waiting for was cancelled for a while, and your place in line has ended with that."
		n.Button = &button{"Join the line again", n.EventURL, nil}
	case is.Status == events.Postponed:
		n.Cancelled, n.Heading, subject = true, "This event is postponed", "Postponed"
		n.Lead = hi + "it does not take place at the time you know, and there is no new one yet. "
		s.standing(&n, signup, "You keep your place in line, and we write to you when there is a date.",
			"We write to you when there is a date. We still hold your place until ")
	default:
		n.Changes = s.differences(signup.Event.Zone, was, is)
		n.Heading, subject = changeHeading(was, is)
		n.Lead = hi + "something about " + n.Title + " is different now. "
		n.details(signup)
		s.standing(&n, signup, "You are still on the waitlist. If you do not want to come any more, please leave it, so that the others move up.",
			"Please see whether you can make it before you "+take+" your place: we hold it until ")
	}
	return s.compose(row, n, s.subject(subject, signup), nil)
}

// lineCancelled says that there is nothing left to wait for or to accept.
func lineCancelled(n *notice, signup events.Signup, hi string, offered bool) (subject string) {
	what, subject := "time", "Cancelled"
	if signup.Event.Status == events.Cancelled {
		what, subject = "event", "Event cancelled"
	}
	n.Cancelled, n.Heading = true, "The "+what+" you were waiting for is cancelled"
	n.Lead = hi + "we are sorry: it does not take place, and your place in line has ended with that. You do not need to do anything."
	if offered {
		n.Heading = "The " + what + " we held a place for you at is cancelled"
		n.Lead = hi + "we are sorry: it does not take place, so the place we held for you cannot be accepted any more. You do not need to do anything."
	}
	return subject
}

// standing adds where the person stands: in line, or with a place held until then.
func (s *Service) standing(n *notice, signup events.Signup, waits, offered string) {
	manage := s.ManageURL(signup.ID.UUID)
	if signup.OfferEnds != nil {
		n.Lead += offered + signup.OfferEnds.Local().Format(deadline) + "."
		n.Button = &button{"Accept or decline your place", manage, nil}
		if signup.Unconfirmed {
			n.Button.Label = "Confirm your place or give it back"
		}
		return
	}
	n.Lead += waits
	n.Button = &button{"See your place in line or leave it", manage, nil}
}
