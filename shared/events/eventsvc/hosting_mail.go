package eventsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

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

// tellHost sees to it that the volunteer who hosts an approved event is told when it is cancelled: who signed up is, too.
func (s *Service) tellHost(ctx context.Context, tx pgx.Tx, event uuid.UUID) error {
	e, err := db.New(tx).LockHosting(ctx, event)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("look for the host of event %s: %w", event, err)
	case events.ApprovalStatus(e.ApprovalStatus) != events.Approved || events.Status(e.Status) == events.Cancelled:
		return nil
	}
	return s.enqueue(ctx, tx, HostDecidedArgs{event, s.now().Unix()})
}

// SendHostDecision mails the host that the event is public, why it is not, or that it is cancelled.
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
		if h.Event.Status == events.Cancelled {
			n.Cancelled, n.Heading = true, "Your event is cancelled"
			n.Lead = fmt.Sprintf("Hi %s, this event does not take place any more. Everybody who signed up is told.", headerLine(h.GivenName))
			n.Button = &button{"See your event", s.HostingURL(job.EventID), nil}
			return hostAddress(row), "Cancelled: " + h.Event.Title
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
