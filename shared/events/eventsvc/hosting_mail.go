package eventsvc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
)

// hostMail names one mail about an event that a volunteer hosts, and the second it was asked for.
type hostMail struct {
	EventID uuid.UUID `json:"event_id"`
	Asked   int64     `json:"asked"`
}

// HostLinkArgs asks for the mail with the link to confirm the host's address: SendHostLink.
type HostLinkArgs hostMail

// Kind names the job.
func (HostLinkArgs) Kind() string { return "events.host_link" }

// HostAwaitsArgs asks for the mail to the organisation that an event awaits its approval: SendHostAwaits.
type HostAwaitsArgs hostMail

// Kind names the job.
func (HostAwaitsArgs) Kind() string { return "events.host_awaits" }

// HostDecidedArgs asks for the mail to the host about what was decided of the event: SendHostDecision.
type HostDecidedArgs hostMail

// Kind names the job.
func (HostDecidedArgs) Kind() string { return "events.host_decided" }

// SendHostLink mails the link. Nothing that was typed goes to an address that nobody has confirmed, but the first name, which can hold no
// link: our mail must not carry what somebody wants to tell a stranger. After the confirmation it brings the link again.
func (s *Service) SendHostLink(ctx context.Context, job HostLinkArgs) error {
	return s.sendHost(ctx, job.Kind(), hostMail(job), func(row db.GetHostingRow, h events.Hosting, n *notice) (to addressee, subject string) {
		n.Title, n.Where, n.MapURL, n.Access, n.OnlineURL = "Your event with "+n.Organisation.Name, nil, "", "", ""
		n.EventURL = s.HostingURL(job.EventID)
		n.Heading = "Is this your address?"
		n.Lead = fmt.Sprintf("Hi %s, thank you for hosting an event with %s. Please confirm that this is your address: then %s looks at the event.",
			headerLine(h.GivenName), n.Organisation.Name, n.Organisation.Name)
		n.Button = &button{"Confirm and see your event", n.EventURL, nil}
		n.After = "You did not ask for it? There is nothing to do: nobody sees the event, and it is deleted after 7 days."
		n.Reason = "You get this mail because somebody named this address as the host's."
		to = hostAddress(row)
		to.name = h.GivenName
		return to, "Please confirm your event with " + n.Organisation.Name
	})
}

// SendHostAwaits mails an organisation what awaits its approval, unless it has decided by now, or the host withdrew it.
func (s *Service) SendHostAwaits(ctx context.Context, job HostAwaitsArgs) error {
	return s.sendHost(ctx, job.Kind(), hostMail(job), func(row db.GetHostingRow, h events.Hosting, n *notice) (to addressee, subject string) {
		if h.Status != events.NeedsApproval || h.Event.Status == events.Cancelled || !events.ValidEmail(row.EventDetail.OrgEmail) {
			return addressee{}, ""
		}
		n.EventURL = s.site + "/o/" + h.Event.Organisation.Slug
		n.Heading = "An event awaits your approval"
		n.Lead = fmt.Sprintf("%s wants to host this event for you. Nobody sees it before you approve it.", headerLine(hostOf(row)))
		n.Notes = paragraphsOf(h.Event.Description)
		n.After = fmt.Sprintf("Whoever runs your events site approves or rejects it: events review --org %s --event %s", h.Event.Organisation.Slug, h.Event.Slug)
		n.Reason = "You get this mail because volunteers may host events for you, and this is your contact address."
		return addressee{row.EventDetail.OrgID, row.EventDetail.OrgEmail, n.Organisation.Name, row.VolunteerHost.Email}, "To approve: " + h.Event.Title
	})
}

// tellHost sees to it that the volunteer who hosts an approved event is told of its changes, and reports whether there is one.
func (s *Service) tellHost(ctx context.Context, tx pgx.Tx, event uuid.UUID, c changes) (bool, error) {
	if len(c.shifts) == 0 {
		return false, nil
	}
	n, err := db.New(tx).RememberHostTold(ctx, []byte(c.known[0]), event) // it has one time
	if err != nil {
		return false, fmt.Errorf("write down what the host of event %s knows: %w", event, err)
	}
	if n == 0 {
		return false, nil
	}
	return true, s.queue.Insert(ctx, tx, HostChangedArgs{event}, &river.InsertOpts{ScheduledAt: c.tell})
}

// HostChangedArgs asks for the mail to the host about what has changed since the last: SendHostChange.
type HostChangedArgs struct {
	EventID uuid.UUID `json:"event_id"`
}

// Kind names the job.
func (HostChangedArgs) Kind() string { return "events.host_changed" }

// SendHostChange mails the host the difference between what they were last told and what is, once for each version of the event, with
// the organiser's notes. Nothing, when that is none or the event is over.
func (s *Service) SendHostChange(ctx context.Context, job HostChangedArgs) error {
	row, h, err := s.hosting(ctx, job.EventID)
	if errors.Is(err, fault.New(fault.Gone, "")) { // deleted or erased
		return nil
	}
	if err != nil || row.VolunteerHost.Told == nil || len(h.Event.Shifts) == 0 {
		return err
	}
	var was told
	if err := json.Unmarshal(row.VolunteerHost.Told, &was); err != nil {
		return fmt.Errorf("read what the host of event %s was told: %w", job.EventID, err)
	}
	shift := h.Event.Shifts[0]
	var cancelled *time.Time
	if shift.Cancelled {
		cancelled = &shift.Start.At
	}
	is, now := known(row.EventDetail, shift.Start.At, shift.End.At, cancelled), s.now()
	if is.Sequence <= was.Sequence {
		return nil
	}
	if !is.same(was) && (now.Before(was.End) || now.Before(is.End)) {
		notes, err := s.changeNotes(ctx, job.EventID, shift.ID.UUID, was)
		if err != nil {
			return err
		}
		err = s.sendHost(ctx, job.Kind(), hostMail{job.EventID, int64(is.Sequence)}, func(row db.GetHostingRow, h events.Hosting, n *notice) (to addressee, subject string) {
			n.Notes = notes
			return hostAddress(row), s.hostChange(n, h, was, is) + ": " + h.Event.Title
		})
		if err != nil {
			return err
		}
	}
	state, err := json.Marshal(is)
	if err != nil {
		return fmt.Errorf("write down what is known: %w", err)
	}
	if err := s.q.SetHostTold(ctx, state, job.EventID); err != nil {
		return fmt.Errorf("write down what the host of event %s was told: %w", job.EventID, err)
	}
	return nil
}

// hostChange says what was and what is to the host.
func (s *Service) hostChange(n *notice, h events.Hosting, was, is told) (subject string) {
	n.Reason = "You get this mail because you asked to host the event."
	n.Button = &button{"See your event", s.HostingURL(h.Event.ID.UUID), nil}
	hi := "Hi " + headerLine(h.GivenName) + ", "
	const told = " Everybody who signed up is told."
	switch {
	case is.Cancelled:
		n.Cancelled, n.Heading, subject = true, "Your event is cancelled", "Cancelled"
		n.Lead = hi + "this event does not take place any more." + told
	case is.Status == events.Postponed:
		n.Cancelled, n.Heading, subject = true, "Your event is postponed", "Postponed"
		n.Lead = hi + "it does not take place at the time you know, and there is no new one yet." + told
	default:
		n.Changes = s.differences(h.Event.Zone, was, is)
		n.Heading, subject = changeHeading(was, is)
		n.Lead = hi + "something about your event is different now." + told
	}
	return subject
}

// SendHostDecision mails the host that the event is public, or why it is not.
func (s *Service) SendHostDecision(ctx context.Context, job HostDecidedArgs) error {
	return s.sendHost(ctx, job.Kind(), hostMail(job), func(row db.GetHostingRow, h events.Hosting, n *notice) (to addressee, subject string) {
		n.Reason = "You get this mail because you asked to host the event."
		if h.Status == events.Rejected {
			n.EventURL = s.HostingURL(job.EventID)
			n.Heading = "Your event was not approved"
			n.Lead = fmt.Sprintf("Hi %s, %s does not publish this event. Nobody else has seen it.", headerLine(h.GivenName), n.Organisation.Name)
			n.Notes = paragraphsOf(h.Note)
			return hostAddress(row), "Not approved: " + h.Event.Title
		}
		if h.Event.Status == events.Cancelled { // which has a mail of its own
			return addressee{}, ""
		}
		n.Heading = "Your event is public"
		n.Lead = fmt.Sprintf("Hi %s, %s approved your event. People find it and sign up here: %s", headerLine(h.GivenName), n.Organisation.Name, n.EventURL)
		n.Button = &button{"See how many come, or cancel", s.HostingURL(job.EventID), nil}
		return hostAddress(row), "Approved: " + h.Event.Title
	})
}

func hostAddress(row db.GetHostingRow) addressee {
	return addressee{row.EventDetail.OrgID, row.VolunteerHost.Email, join(" ", row.VolunteerHost.GivenName, row.VolunteerHost.FamilyName), row.EventDetail.OrgEmail}
}

// sendHost sends what write makes of a notice that says when and where the event is; nothing without a subject, or when there is no such host any more.
func (s *Service) sendHost(ctx context.Context, kind string, job hostMail, write func(db.GetHostingRow, events.Hosting, *notice) (to addressee, subject string)) error {
	if s.mail == nil {
		return errNoMail
	}
	row, h, err := s.hosting(ctx, job.EventID)
	if errors.Is(err, fault.New(fault.Gone, "")) { // deleted or erased
		return nil
	}
	if err != nil {
		return err
	}
	if len(h.Event.Shifts) == 0 {
		return nil
	}
	n := notice{letter: s.about(h.Event, h.Event.Shifts[0])}
	if h.Event.Mode == events.Online {
		n.OnlineURL = webURL(h.OnlineURL)
	} else {
		n.place(h.Event)
	}
	to, subject := write(row, h, &n)
	if subject == "" {
		return nil
	}
	m, err := s.write("notice", n, to, subject, nil)
	if err != nil {
		return fmt.Errorf("write %s for event %s: %w", kind, job.EventID, err)
	}
	m.Key, m.Kind = fmt.Sprintf("%s/%s/%d", kind, job.EventID, job.Asked), kind
	return s.mail.Deliver(ctx, m)
}
