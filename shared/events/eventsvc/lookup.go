package eventsvc

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// MostListed bounds what an operator is shown at once: organisations, shifts or sign-ups.
const MostListed = 500

// Organizations are the first MostListed by slug; more says that there are others. For operators.
func (s *Service) Organizations(ctx context.Context) (list []events.NewOrganisation, more bool, err error) {
	rows, err := s.q.ListOrganizations(ctx, MostListed+1)
	if err != nil {
		return nil, false, pgdb.Fault(fmt.Errorf("list the organisations: %w", err))
	}
	rows, more = most(rows)
	for _, r := range rows {
		list = append(list, events.NewOrganisation{Slug: r.Slug, Name: r.Name, Zone: r.Timezone})
	}
	return list, more, nil
}

// most cuts what was asked for one more than MostListed.
func most[T any](rows []T) ([]T, bool) {
	if len(rows) > MostListed {
		return rows[:MostListed], true
	}
	return rows, false
}

// AddOrganization makes an organisation, which can import, own and host events from then on. Invalid with a sentence about the
// first thing wrong with it, Conflict when another has its slug. For operators.
func (s *Service) AddOrganization(ctx context.Context, o events.NewOrganisation) error {
	if err := o.Validate(); err != nil {
		return err
	}
	if _, err := time.LoadLocation(o.Zone); err != nil || o.Zone == "" || o.Zone == "Local" {
		return fault.New(fault.Invalid, "%q is no time zone: it looks like America/New_York.", o.Zone)
	}
	n, err := s.q.InsertOrganization(ctx, db.InsertOrganizationParams{
		ID: uuid.Must(uuid.NewV7()), Slug: o.Slug, Name: o.Name, Kind: o.Kind, Description: o.Description, City: o.City, Region: o.Region,
		Website: o.Website, Email: o.Email, PaidForBy: o.Disclaimer, PrivacyURL: o.Privacy, Timezone: o.Zone, Now: s.now(),
	})
	if err != nil {
		return pgdb.Fault(fmt.Errorf("make organisation %s: %w", o.Slug, err))
	}
	if n == 0 {
		return fault.New(fault.Conflict, "There is an organisation %s already: give this one another slug.", o.Slug)
	}
	return nil
}

// ListedEvent is an event of an organisation, listed or not. Its shifts' times are on its own clock, that of Zone.
type ListedEvent struct {
	Slug, Title string
	Status      events.Status
	Shown       string // to whom: public, unlisted, private or draft
	Zone        string
	Shifts      []ListedShift
}

// ListedShift is a shift with the seats that are taken or held.
type ListedShift struct {
	ID                 events.ShiftID
	Name               string
	Starts, Ends       time.Time
	Taken, OnlineTaken int
	Capacity           Capacity
	Hybrid, Cancelled  bool
}

// EventsOf are the events of an organisation with those of their shifts that are not over, and the events without any, soonest
// first; or, for past, with the shifts that are over, latest first. They are the first MostListed shifts; more says that there
// are others. NotFound when there is no such organisation. For operators.
func (s *Service) EventsOf(ctx context.Context, org string, past bool) (list []ListedEvent, more bool, err error) {
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return nil, false, found(err, noOrganisation)
	}
	rows, err := s.q.ListOrganizationShifts(ctx, db.ListOrganizationShiftsParams{OrgID: row.ID, Now: s.now(), Past: past, Most: MostListed + 1})
	if err != nil {
		return nil, false, pgdb.Fault(fmt.Errorf("list the events of %s: %w", org, err))
	}
	rows, more = most(rows)
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].Slug != r.Slug {
			list = append(list, listedEvent(r))
		}
		if r.ShiftID != nil {
			e := &list[len(list)-1]
			e.Shifts = append(e.Shifts, listedShift(r, s.location(r.Timezone)))
		}
	}
	return list, more, nil
}

func listedEvent(r db.ListOrganizationShiftsRow) ListedEvent {
	e := ListedEvent{Slug: r.Slug, Title: r.Title, Status: events.Status(r.Status), Shown: r.Visibility, Zone: r.Timezone}
	if r.PublishedAt == nil {
		e.Shown = "draft"
	}
	return e
}

func listedShift(r db.ListOrganizationShiftsRow, zone *time.Location) ListedShift {
	return ListedShift{
		ID: events.ShiftID{UUID: *r.ShiftID}, Name: r.Name, Starts: r.StartsAt.In(zone), Ends: r.EndsAt.In(zone),
		Taken: int(r.Taken), OnlineTaken: int(r.OnlineTaken), Capacity: Capacity{intPointer(r.Capacity), intPointer(r.OnlineCapacity)},
		Hybrid: events.Mode(r.Mode) == events.Hybrid, Cancelled: r.CancelledAt != nil,
	}
}

// ListedSignup is a sign-up without what reaches the person. Starts is on the clock of the event.
type ListedSignup struct {
	ID       events.SignupID
	Status   events.SignupStatus
	Attended *bool // nil: nobody said

	Coming      bool // the person said so
	Unconfirmed bool // offered, as the place of a new sign-up that is to be confirmed

	Party  int
	Name   string
	Shift  string // its name, mostly none
	Starts time.Time
}

// eventOf is an event of an organisation, listed or not; an empty org is whoever's it is. NotFound when there is none. For operators.
func (s *Service) eventOf(ctx context.Context, org, event string) (db.GetOrganizationEventRow, error) {
	e, err := s.q.GetOrganizationEvent(ctx, event, org)
	if err != nil && org != "" {
		return e, found(err, fmt.Sprintf("Organisation %q has no event %q.", org, event))
	}
	if err != nil {
		return e, found(err, noEvent)
	}
	return e, nil
}

// Signups are the newest MostListed sign-ups for an event of an organisation, or of whoever's it is for an empty org, ended ones too,
// newest first; more says that there are others. NotFound when there is no such event. For operators.
func (s *Service) Signups(ctx context.Context, org, event string) (list []ListedSignup, zone string, more bool, err error) {
	e, err := s.eventOf(ctx, org, event)
	if err != nil {
		return nil, "", false, err
	}
	rows, err := peopleOf(ctx, s, e.OrgID, func(q *db.Queries) ([]db.ListSignupsRow, error) {
		return q.ListSignups(ctx, e.OrgID, e.ID, MostListed+1)
	})
	if err != nil {
		return nil, "", false, pgdb.Fault(fmt.Errorf("list the sign-ups for event %s: %w", event, err))
	}
	rows, more = most(rows)
	for _, r := range rows {
		list = append(list, ListedSignup{
			ID: events.SignupID{UUID: r.ID}, Status: events.SignupStatus(r.Status), Coming: r.ComingAt != nil && events.SignupStatus(r.Status) == events.Registered, Unconfirmed: r.Unconfirmed, Attended: r.Attended, Party: int(r.PartySize),
			Name: r.GivenName + " " + r.FamilyName, Shift: r.Name, Starts: r.StartsAt.In(s.location(e.Timezone)),
		})
	}
	return list, e.Timezone, more, nil
}
