package eventsvc

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// Notice is what an organiser says with a change; "" for nothing. At most 2,000 characters.
type Notice string

func (n Notice) validate() error {
	if len([]rune(n)) > 2000 {
		return fault.New(fault.Invalid, "The note is longer than 2,000 characters.")
	}
	return nil
}

// CancelEvent cancels an event, or one shift of it when shift is not zero, and reports how many people will be told. What
// is cancelled already changes nothing. NotFound when there is no such event or shift.
func (s *Service) CancelEvent(ctx context.Context, slug string, shift events.ShiftID, note Notice) (int, error) {
	return s.change(ctx, slug, shift, note, func(q *db.Queries, v version) error {
		if shift.IsZero() {
			return q.SetEventStatus(ctx, db.SetEventStatusParams{Status: string(events.Cancelled), Now: s.now(), OrgID: v.org, ID: v.event})
		}
		if _, ours := v.shifts[shift.UUID]; !ours {
			return fault.New(fault.NotFound, "The event has no such shift to come.")
		}
		if v.shifts[shift.UUID].Cancelled {
			return nil
		}
		if err := q.CancelShift(ctx, s.now(), v.org, shift.UUID); err != nil {
			return err
		}
		return q.TouchEvent(ctx, s.now(), v.org, v.event)
	})
}

// PostponeEvent says that an event takes place at another time that is not known yet; RescheduleShift says which.
func (s *Service) PostponeEvent(ctx context.Context, slug string, note Notice) (int, error) {
	return s.change(ctx, slug, events.ShiftID{}, note, func(q *db.Queries, v version) error {
		return q.SetEventStatus(ctx, db.SetEventStatusParams{Status: string(events.Postponed), Now: s.now(), OrgID: v.org, ID: v.event})
	})
}

// MoveOnline says that everybody takes part online, at the link. Invalid when that is no web address.
func (s *Service) MoveOnline(ctx context.Context, slug, link string, note Notice) (int, error) {
	if webURL(link) == "" {
		return 0, fault.New(fault.Invalid, "Name the link to take part by: an https address.")
	}
	return s.change(ctx, slug, events.ShiftID{}, note, func(q *db.Queries, v version) error {
		return q.SetEventOnline(ctx, db.SetEventOnlineParams{OnlineURL: link, Now: s.now(), OrgID: v.org, ID: v.event})
	})
}

// RescheduleShift moves a shift to another time, given on the clock of the event: "2026-11-28 10:00". A postponed event
// is on again by that. An import does not move it back. Invalid for times that do not exist or are over.
func (s *Service) RescheduleShift(ctx context.Context, shift events.ShiftID, starts, ends string, note Notice) (int, error) {
	row, err := s.q.GetShiftForChange(ctx, shift.UUID)
	if err != nil {
		return 0, found(err, "There is no such shift.")
	}
	start, err := s.onTheClock(starts, row.Timezone)
	if err != nil {
		return 0, err
	}
	end, err := s.onTheClock(ends, row.Timezone)
	if err != nil {
		return 0, err
	}
	switch {
	case !end.After(start):
		return 0, fault.New(fault.Invalid, "The end is not after the start.")
	case !end.After(s.now()):
		return 0, fault.New(fault.Invalid, "That time is over.")
	case row.CancelledAt != nil:
		return 0, fault.New(fault.Conflict, "The shift is cancelled: offer a new one instead.")
	}
	return s.change(ctx, row.Slug, shift, note, func(q *db.Queries, v version) error {
		before, ours := v.shifts[shift.UUID]
		if !ours {
			return fault.New(fault.Gone, "The shift is over.")
		}
		if before.Status == events.Postponed {
			if err := q.ResumeEvent(ctx, s.now(), v.org, v.event); err != nil {
				return err
			}
		} else if err := q.TouchEvent(ctx, s.now(), v.org, v.event); err != nil {
			return err
		}
		return q.RescheduleShift(ctx, db.RescheduleShiftParams{StartsAt: start, EndsAt: end, Now: s.now(), OrgID: v.org, ID: shift.UUID})
	})
}

// ClockLayout is how operators write and read a time on the clock of an event; a T may stand for the space.
const ClockLayout = "2006-01-02 15:04"

// IsClockTime reports whether the text is a time in ClockLayout, on whatever clock.
func IsClockTime(text string) bool {
	_, err := time.Parse(ClockLayout, clockText(text))
	return err == nil
}

func clockText(text string) string { return strings.Replace(strings.TrimSpace(text), "T", " ", 1) }

// onTheClock reads a local time. One that the zone's clocks skip is refused; of one that comes twice, the first is meant.
func (s *Service) onTheClock(text, zone string) (time.Time, error) {
	text = clockText(text)
	t, err := time.ParseInLocation(ClockLayout, text, s.location(zone))
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "%q is not a time like 2026-11-28 10:00.", text)
	}
	if t.Format(ClockLayout) != text {
		return time.Time{}, fault.New(fault.Invalid, "%q does not exist on the clocks of %s: they are put forward then.", text, zone)
	}
	return t.UTC(), nil
}

// change applies a change to an event and sees to it that people are told.
func (s *Service) change(ctx context.Context, slug string, shift events.ShiftID, note Notice, apply func(*db.Queries, version) error) (int, error) {
	if err := note.validate(); err != nil {
		return 0, err
	}
	e, err := s.q.GetEventBySlug(ctx, slug)
	if err != nil {
		return 0, found(err, "There is no such event.")
	}
	people := 0
	err = s.db.TxFor(ctx, e.OrgID, func(tx pgx.Tx) error {
		q := db.New(tx)
		before, err := lockVersion(ctx, q, e.ID, s.now())
		if err != nil {
			return err
		}
		if err := apply(q, before); err != nil {
			return err
		}
		var one *uuid.UUID
		if !shift.IsZero() {
			one = &shift.UUID
		}
		people, err = s.tellAfter(ctx, tx, before, one, strings.TrimSpace(string(note)))
		return err
	})
	if err != nil {
		return 0, pgdb.Fault(fmt.Errorf("change event %s: %w", e.ID, err))
	}
	return people, nil
}
