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

	Text string // the sentence about the reminder by text
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

// SendOffer mails that seats are held, until when, and the link behind which they are accepted, or a new sign-up confirmed:
// following it changes nothing.
func (s *Service) SendOffer(ctx context.Context, job OfferedArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.Offered, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		if signup.Status != events.Offered { // over already: the mail that says so is on its way
			return messages.Message{}, errNothingToSay
		}
		ends := signup.OfferEnds.Local().Format(deadline)
		if signup.Unconfirmed {
			return s.askToConfirm(row, signup, l, ends)
		}
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

// askToConfirm is the mail to an address that somebody signed up: nothing is told that only those with a place may know.
func (s *Service) askToConfirm(row db.GetSignupRow, signup events.Signup, l letter, ends string) (messages.Message, error) {
	l.Heading, l.Ignore = "Confirm your place", true
	l.Lead = fmt.Sprintf("Hi %s, one step is left: confirm that it is you who signed up. We hold your place until %s.", signup.GivenName, ends)
	l.Party = party(signup.PartySize)
	l.Button = &button{"Confirm your place", s.ManageURL(row.EventSignup.ID), []string{
		"You are not signed up before you confirm. After " + ends + " your place goes back to the others.",
		"Once you have confirmed, we send you the details and a file for your calendar.",
	}}
	return s.message(row, l, s.subject("Confirm your place", signup), nil)
}

// SendOfferExpired mails that an offer ended, or that a place was not confirmed, and how to come back.
func (s *Service) SendOfferExpired(ctx context.Context, job OfferExpiredArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.SignupCancelled, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		l.Heading, l.Ignore = "Your offer has ended", true
		l.Lead = fmt.Sprintf("Hi %s, we held a place for you", signup.GivenName)
		if signup.OfferEnds != nil {
			l.Lead += " until " + signup.OfferEnds.Local().Format(deadline)
		}
		if signup.Unconfirmed {
			l.Heading = "Your place was not confirmed"
			l.Lead += ". It was not confirmed, so it went back to the others."
			l.Button = &button{"Sign up again", l.EventURL, []string{"Still want to come? Sign up again, and confirm with the link in the mail that comes then."}}
			return s.message(row, l, s.subject(l.Heading, signup), nil)
		}
		l.Lead += ". It was not accepted, so it went to the next in line."
		l.Button = &button{"Sign up again", l.EventURL, []string{"Still want to come? Sign up again: if it is full, you join the waitlist at its end."}}
		return s.message(row, l, s.subject("Your offer has ended", signup), nil)
	})
}

// SendLeftLine mails that somebody who waited does so no more, or gave back a place without having confirmed it.
func (s *Service) SendLeftLine(ctx context.Context, job LeftLineArgs) error {
	return s.send(ctx, job.Kind(), mailArgs(job), events.SignupCancelled, func(row db.GetSignupRow) (messages.Message, error) {
		signup, l := s.letter(row)
		l.Heading, l.Ignore = "You left the waitlist", true
		l.Lead = fmt.Sprintf("Hi %s, you do not wait for a place any longer, and you will get no more mail about this time.", signup.GivenName)
		if row.EventSignup.WaitlistedAt == nil {
			l.Heading = "You gave your place back"
			l.Lead = fmt.Sprintf("Hi %s, you are not signed up, and you will get no more mail about this time.", signup.GivenName)
		}
		l.Button = &button{"Changed your mind? Sign up again", l.EventURL, nil}
		return s.message(row, l, s.subject(l.Heading, signup), nil)
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
		entry, err := s.confirmed(ctx, row, signup, &l)
		if err != nil {
			return messages.Message{}, err
		}
		return s.message(row, l, s.subject("Your party is changed", signup), &ics.Calendar{Method: ics.Publish, Entries: []ics.Entry{entry}})
	})
}

// SendConfirmations mails several sign-ups that were made or confirmed together in one: each time with where one stands, and the
// entries of those with seats in one file. What was cancelled since is left out.
func (s *Service) SendConfirmations(ctx context.Context, job ConfirmAllArgs) error {
	if s.mail == nil {
		return errors.New("this process sends no mail: eventsvc has no messenger")
	}
	all := together{calendar: &ics.Calendar{Method: ics.Publish}}
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
		if all.first == nil {
			all.first, all.letter = &row, one
		}
		line, err := s.timeLine(ctx, row, signup, one)
		if err != nil {
			return err
		}
		all.Times = append(all.Times, line)
		all.add(signup, s.signupEntry(signup, row), line.ManageURL)
	}
	if all.first == nil {
		return nil
	}
	m, err := s.confirmations(all)
	if err != nil {
		return fmt.Errorf("write %s for sign-up %s: %w", job.Kind(), all.first.EventSignup.ID, err)
	}
	m.Key, m.Kind = fmt.Sprintf("%s/%s/%d", job.Kind(), job.SignupIDs[0], job.Asked), job.Kind()
	return s.mail.Deliver(ctx, m)
}

// together are several sign-ups that one mail is about.
type together struct {
	letter
	first      *db.GetSignupRow
	seated     events.Signup // the first with seats: where and how is the same for all
	confirmURL string        // of the first that is to be confirmed, "" for none
	calendar   *ics.Calendar // of those with seats
}

func (t *together) add(signup events.Signup, entry ics.Entry, manage string) {
	switch {
	case signup.Status == events.Registered:
		t.calendar.Entries = append(t.calendar.Entries, entry)
		if t.seated.Status == "" {
			t.seated = signup
		}
	case signup.Unconfirmed && t.confirmURL == "":
		t.confirmURL = manage
	}
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
		if signup.Unconfirmed {
			line.State = "Held for you until " + signup.OfferEnds.Local().Format(deadline)
		}
	}
	if err := s.heed(ctx, s.db, row, &signup); err != nil {
		return line, err
	}
	for _, r := range signup.Reminders {
		if r.Kind == events.RemindSoon {
			line.Text = r.Sentence() + "."
		}
	}
	return line, nil
}

func (s *Service) confirmations(all together) (messages.Message, error) {
	l, name := all.letter, all.first.EventSignup.GivenName
	l.ShiftName = ""
	l.Party = party(int(all.first.EventSignup.PartySize))
	l.Button = &button{"About the event", l.EventURL, []string{"Cannot make one of them? Please cancel it with its link, so that somebody else can have your place."}}
	if len(all.calendar.Entries) > 0 {
		l.details(all.seated)
		l.Button.Notes = append(l.Button.Notes, "Open the attached file to add your times to your calendar.")
	} else {
		all.calendar = nil
	}
	switch {
	case all.confirmURL != "":
		l.Heading, l.Ignore = "Confirm your places", all.calendar == nil
		l.Lead = fmt.Sprintf("Hi %s, one step is left: confirm that it is you who signed up. You are not signed up for the times that are held for you before you do.", name)
		l.Button = &button{"Confirm your places", all.confirmURL, []string{
			"One confirmation is for all times that are held for you. A place that is not confirmed in time goes back to the others.",
			"Once you have confirmed, we send you the details and a file for your calendar.",
		}}
	case all.calendar == nil:
		l.Heading = "You’re on the waitlist"
		l.Lead = fmt.Sprintf("Hi %s, these times are full. Here is where you stand in line.", name)
	default:
		l.Heading = "You’re signed up"
		l.Lead = fmt.Sprintf("Hi %s, thank you for joining. Here are your times, each with its own link.", name)
	}
	return s.message(*all.first, l, fmt.Sprintf("%s: %s, %d times", l.Heading, l.Title, len(l.Times)), all.calendar)
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
