package eventsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
)

// button is the one thing a mail asks for, with what to know about it.
type button struct {
	Label, URL string
	Notes      []string
}

// timeLine is one of several times a mail is about.
type timeLine struct {
	Day, Hours, Name, State, ManageURL string
}

// subjectTime says in a subject, or in a refusal, which time is meant.
const subjectTime = "Mon, Jan 2 at 3:04 PM MST"

// SendWaitlisted mails where somebody stands in line, as of now, and how to leave it.
func (s *Service) SendWaitlisted(ctx context.Context, job WaitlistedArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.Waitlisted, func(row db.GetSignupRow) (messages.Message, error) {
		ahead, err := s.q.CountAhead(ctx, row.EventSignup.ID)
		if err != nil {
			return messages.Message{}, err
		}
		signup, l := s.letter(row)
		l.Heading = "You’re on the waitlist"
		l.Lead = fmt.Sprintf("Hi %s, this time is full. You are number %d in line, and you do not have a place yet.", signup.GivenName, ahead+1)
		l.Party = party(signup.PartySize)
		l.Button = &button{"See your place in line or leave it", s.ManageURL(row.EventSignup.ID), []string{
			"When a place is free for you, we hold it and write to you. You then accept it before the time in that mail, or it goes to the next in line.",
			"Do not want to wait any longer? Please leave the line, so that the others move up.",
		}}
		return s.message(row, l, s.subject("On the waitlist", signup), nil)
	})
}

// SendOffer mails that seats are held, until when, and the link behind which they are accepted: following it changes
// nothing.
func (s *Service) SendOffer(ctx context.Context, job OfferedArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.Offered, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		if signup.Status != events.Offered { // over already: the mail that says so is on its way
			return messages.Message{}, errNothingToSay
		}
		ends := signup.OfferEnds.Local().Format(deadline)
		l.Heading = "A place is free for you"
		l.Lead = fmt.Sprintf("Hi %s, you were next in line. We hold your place until %s.", signup.GivenName, ends)
		l.Party, l.Ignore = party(signup.PartySize), true
		l.Button = &button{"Accept or decline your place", s.ManageURL(row.EventSignup.ID), []string{
			"You are not signed up before you accept. After " + ends + " the place goes to the next in line.",
			"Fewer of you? You can make your party smaller there.",
		}}
		return s.message(row, l, s.subject("A place is free for you", signup), nil)
	})
}

// SendOfferExpired mails that an offer ended, and how to join the line again.
func (s *Service) SendOfferExpired(ctx context.Context, job OfferExpiredArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.SignupCancelled, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		l.Heading, l.Ignore = "Your offer has ended", true
		l.Lead = fmt.Sprintf("Hi %s, we held a place for you", signup.GivenName)
		if signup.OfferEnds != nil {
			l.Lead += " until " + signup.OfferEnds.Local().Format(deadline)
		}
		l.Lead += ". It was not accepted, so it went to the next in line."
		l.Button = &button{"Sign up again", l.EventURL, []string{"Still want to come? Sign up again: if it is full, you join the waitlist at its end."}}
		return s.message(row, l, s.subject("Your offer has ended", signup), nil)
	})
}

// SendLeftLine mails that somebody who waited does so no more.
func (s *Service) SendLeftLine(ctx context.Context, job LeftLineArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.SignupCancelled, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		l.Heading, l.Ignore = "You left the waitlist", true
		l.Lead = fmt.Sprintf("Hi %s, you do not wait for a place any longer, and you will get no more mail about this time.", signup.GivenName)
		l.Button = &button{"Changed your mind? Sign up again", l.EventURL, nil}
		return s.message(row, l, s.subject("You left the waitlist", signup), nil)
	})
}

// SendParty mails that a party changed, with the details and the entry that replaces the one in the calendar.
func (s *Service) SendParty(ctx context.Context, job PartyArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.Registered, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		l.Heading = "Your party is changed"
		l.Lead = fmt.Sprintf("Hi %s, we noted that you come alone now.", signup.GivenName)
		if signup.PartySize > 1 {
			l.Lead = fmt.Sprintf("Hi %s, we noted that you are %d now: %s.", signup.GivenName, signup.PartySize, lowerFirst(party(signup.PartySize)))
		}
		entry := s.confirmed(row, signup, &l)
		return s.message(row, l, s.subject("Your party is changed", signup), &ics.Calendar{Method: ics.Publish, Entries: []ics.Entry{entry}})
	})
}

// SendConfirmations mails several sign-ups that were made together in one: each time with where one stands, and the
// entries of those with seats in one file. What was cancelled since is left out.
func (s *Service) SendConfirmations(ctx context.Context, job ConfirmAllArgs) error {
	if s.mail == nil {
		return errors.New("this process sends no mail: eventsvc has no messenger")
	}
	var l letter
	var first *db.GetSignupRow
	var seated events.Signup // the first with seats: where and how is the same for all
	calendar := &ics.Calendar{Method: ics.Publish}
	for _, id := range job.SignupIDs {
		row, err := s.q.GetSignup(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read sign-up %s: %w", id, err)
		}
		signup, one := s.letter(row)
		if signup.Status == events.SignupCancelled {
			continue
		}
		if first == nil {
			first, l = &row, one
		}
		line, err := s.timeLine(ctx, row, signup, one)
		if err != nil {
			return err
		}
		l.Times = append(l.Times, line)
		if signup.Status == events.Registered {
			calendar.Entries = append(calendar.Entries, s.signupEntry(signup, row))
			if seated.Status == "" {
				seated = signup
			}
		}
	}
	if first == nil {
		return nil
	}
	m, err := s.confirmations(*first, l, seated, calendar)
	if err != nil {
		return fmt.Errorf("write %s for sign-up %s: %w", job.Kind(), first.EventSignup.ID, err)
	}
	m.Key, m.Kind = fmt.Sprintf("%s/%s/%d", job.Kind(), job.SignupIDs[0], job.Asked), job.Kind()
	return s.mail.Deliver(ctx, m)
}

func (s *Service) timeLine(ctx context.Context, row db.GetSignupRow, signup events.Signup, l letter) (timeLine, error) {
	line := timeLine{Day: l.Day, Hours: l.Hours, Name: l.ShiftName, State: "You have a place", ManageURL: s.ManageURL(row.EventSignup.ID)}
	switch signup.Status {
	case events.Waitlisted:
		ahead, err := s.q.CountAhead(ctx, row.EventSignup.ID)
		if err != nil {
			return line, fmt.Errorf("count the line before sign-up %s: %w", row.EventSignup.ID, err)
		}
		line.State = fmt.Sprintf("Full: you are number %d on the waitlist", ahead+1)
	case events.Offered:
		line.State = "A place is held for you: accept it with the link below"
	}
	return line, nil
}

func (s *Service) confirmations(row db.GetSignupRow, l letter, seated events.Signup, calendar *ics.Calendar) (messages.Message, error) {
	l.ShiftName = ""
	l.Heading = "You’re signed up"
	l.Lead = fmt.Sprintf("Hi %s, thank you for joining. Here are your times, each with its own link.", row.EventSignup.GivenName)
	if len(calendar.Entries) == 0 {
		l.Heading, calendar = "You’re on the waitlist", nil
		l.Lead = fmt.Sprintf("Hi %s, these times are full. Here is where you stand in line.", row.EventSignup.GivenName)
	} else {
		l.details(seated)
	}
	l.Party = party(int(row.EventSignup.PartySize))
	l.Button = &button{"About the event", l.EventURL, []string{"Cannot make one of them? Please cancel it with its link, so that somebody else can have your place."}}
	if calendar != nil {
		l.Button.Notes = append(l.Button.Notes, "Open the attached file to add your times to your calendar.")
	}
	return s.message(row, l, fmt.Sprintf("%s: %s, %d times", l.Heading, l.Title, len(l.Times)), calendar)
}

func (s *Service) subject(what string, signup events.Signup) string {
	return fmt.Sprintf("%s: %s, %s", what, signup.Event.Title, signup.Shift.Start.Local().Format(subjectTime))
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}
