package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// ListedHosting is an event that awaits approval. Starts is on its own clock, Asked in UTC.
type ListedHosting struct {
	Slug, Title, Host, Where string
	Starts, Asked            time.Time
}

// ToReview are the events of volunteers that await an organisation's approval, the first MostListed, oldest first; more says that there are
// others. NotFound when there is no such organisation. For operators.
func (s *Service) ToReview(ctx context.Context, org string) (list []ListedHosting, more bool, err error) {
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return nil, false, found(err, noOrganisation)
	}
	rows, err := peopleOf(ctx, s, row.ID, func(q *db.Queries) ([]db.ListHostingsToReviewRow, error) {
		return q.ListHostingsToReview(ctx, row.ID, MostListed+1)
	})
	if err != nil {
		return nil, false, pgdb.Fault(fmt.Errorf("list what %s is to review: %w", org, err))
	}
	rows, more = most(rows)
	for _, r := range rows {
		where := join(", ", r.City, r.Region)
		if events.Mode(r.Mode) == events.Online {
			where = "online"
		}
		list = append(list, ListedHosting{
			Slug: r.Slug, Title: r.Title, Host: join(" ", r.GivenName, r.FamilyName), Where: where,
			Starts: r.StartsAt.In(s.location(r.Timezone)), Asked: r.VerifiedAt.UTC(),
		})
	}
	return list, more, nil
}

// HostedEvent is what a volunteer asked an organisation for, with whom to ask back: "Ada Lee <ada@example.org>". NotFound when the organisation has no
// such event, Conflict when it is no volunteer's. For operators.
func (s *Service) HostedEvent(ctx context.Context, org, slug string) (what events.Hosting, host string, err error) {
	e, err := s.eventOf(ctx, org, slug)
	if err != nil {
		return what, "", err
	}
	row, what, err := s.hosting(ctx, e.ID)
	if errors.Is(err, fault.New(fault.Gone, "")) {
		return what, "", noVolunteers(slug)
	}
	return what, hostOf(row), err
}

func noVolunteers(slug string) error {
	return fault.New(fault.Conflict, "No volunteer hosts event %q: there is nothing to review.", slug)
}

func hostOf(row db.GetHostingRow) string {
	return fmt.Sprintf("%s %s <%s>", row.VolunteerHost.GivenName, row.VolunteerHost.FamilyName, row.VolunteerHost.Email)
}

// ApproveHosting publishes an organisation's event that awaits approval, and tells its host. NotFound and Conflict as HostedEvent, Conflict for
// one that awaits none, is cancelled or has begun. For operators.
func (s *Service) ApproveHosting(ctx context.Context, org, slug string) error {
	return s.decide(ctx, org, slug, func(q *db.Queries, e db.LockHostingRow) error {
		switch {
		case events.Status(e.Status) == events.Cancelled:
			return fault.New(fault.Conflict, "The event is cancelled.")
		case e.FirstStartsAt == nil || !e.FirstStartsAt.After(s.now()):
			return fault.New(fault.Conflict, "The event has begun or is over: nobody could sign up for it. Reject it, or give it another time with events reschedule.")
		}
		return q.ApproveHosting(ctx, s.now(), e.OrgID, e.ID)
	})
}

// RejectHosting refuses an organisation's event that awaits approval, and tells its host, with the note. It is deleted ninety days later. The faults are
// ApproveHosting's, and Invalid for a note of more than 2,000 characters. For operators.
func (s *Service) RejectHosting(ctx context.Context, org, slug string, note Notice) error {
	if err := note.validate(); err != nil {
		return err
	}
	return s.decide(ctx, org, slug, func(q *db.Queries, e db.LockHostingRow) error {
		return q.RejectHosting(ctx, db.RejectHostingParams{Now: s.now(), OrgID: e.OrgID, EventID: e.ID, Note: strings.TrimSpace(string(note))})
	})
}

// decide ends the wait of an event for approval.
func (s *Service) decide(ctx context.Context, org, slug string, decision func(*db.Queries, db.LockHostingRow) error) error {
	named, err := s.eventOf(ctx, org, slug)
	if err != nil {
		return err
	}
	err = s.db.TxFor(ctx, named.OrgID, func(tx pgx.Tx) error {
		q := db.New(tx)
		e, err := q.LockHosting(ctx, named.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return noVolunteers(slug)
		}
		if err != nil {
			return err
		}
		if err := awaits(events.ApprovalStatus(e.ApprovalStatus)); err != nil {
			return err
		}
		if err := decision(q, e); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, HostDecidedArgs{e.ID, s.now().Unix()})
	})
	if err != nil {
		return pgdb.Fault(fmt.Errorf("review event %s: %w", slug, err))
	}
	return nil
}

// awaits is the rule of deciding: no step is left out, and none is done twice.
func awaits(status events.ApprovalStatus) error {
	switch status {
	case events.NeedsVerification:
		return fault.New(fault.Conflict, "The host has not confirmed the address yet: the link is in a mail.")
	case events.Approved:
		return fault.New(fault.Conflict, "The event is approved already.")
	case events.Rejected:
		return fault.New(fault.Conflict, "The event was rejected already.")
	}
	return nil
}
