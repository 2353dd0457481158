package eventsvc

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// Capacity is how many seats a shift has; nil is without a limit. Online is that of a hybrid event's online seats.
type Capacity struct{ Main, Online *int }

// Capacity returns the seats of a shift. NotFound when there is none by that id.
func (s *Service) Capacity(ctx context.Context, shift events.ShiftID) (c Capacity, err error) {
	err = s.withShift(ctx, shift, func(l *lockedShift) error {
		c = Capacity{intPointer(l.GetLockedShiftRow.Capacity), intPointer(l.OnlineCapacity)}
		return nil
	})
	return c, err
}

// SetCapacity gives a shift its seats, for whoever organises the event, and offers those that are new to the people who
// wait. Conflict when more are taken or held than it is to have, NotFound when there is no such shift, Invalid for fewer
// than none and for seats online of an event that is not hybrid.
func (s *Service) SetCapacity(ctx context.Context, shift events.ShiftID, to Capacity) error {
	for _, n := range []*int{to.Main, to.Online} {
		if n != nil && (*n < 0 || *n > events.MostSeats) {
			return fault.New(fault.Invalid, "A shift has between 0 and 1,000,000 seats.")
		}
	}
	return s.withShift(ctx, shift, func(l *lockedShift) error {
		had := intPointer(l.OnlineCapacity)
		if events.Mode(l.EventMode) != events.Hybrid && to.Online != nil && (had == nil || *had != *to.Online) {
			return fault.New(fault.Invalid, "Only a hybrid event has seats online beside its others, and this one is not hybrid.")
		}
		if to.Main != nil && *to.Main < int(l.Taken) || to.Online != nil && *to.Online < int(l.OnlineTaken) {
			return fault.New(fault.Conflict, "%d seats are taken or held, and %d online: cancel some of them first.", l.Taken, l.OnlineTaken)
		}
		main, online := intColumn(to.Main), intColumn(to.Online)
		if err := l.q.SetShiftCapacity(ctx, db.SetShiftCapacityParams{ID: l.ID, Capacity: main, OnlineCapacity: online, Now: l.now}); err != nil {
			return fmt.Errorf("set the capacity of shift %s: %w", l.ID, err)
		}
		l.GetLockedShiftRow.Capacity, l.OnlineCapacity = main, online
		return l.settle(ctx)
	})
}

// Waitlist is whether people may wait for the full shifts of an event, and for how many minutes an offer is good. NotFound when
// there is no such event.
func (s *Service) Waitlist(ctx context.Context, slug string) (enabled bool, minutes int, err error) {
	w, err := s.q.GetWaitlist(ctx, slug)
	if err != nil {
		return false, 0, found(err, noEvent)
	}
	return w.WaitlistEnabled, int(w.OfferMinutes), nil
}

// SetWaitlist says whether people may wait for the full shifts of an event, and for how many minutes an offer is good, zero
// being as it is; it returns the minutes. Those who wait already stay in line. NotFound when there is no such event, Invalid
// for more than 30 days.
func (s *Service) SetWaitlist(ctx context.Context, slug string, enabled bool, offerMinutes int) (minutes int, err error) {
	if offerMinutes < 0 || offerMinutes > 43200 {
		return 0, fault.New(fault.Invalid, "An offer is good for 1 to 43,200 minutes.")
	}
	n, err := s.q.SetWaitlist(ctx, db.SetWaitlistParams{Slug: slug, Enabled: enabled, OfferMinutes: int32(offerMinutes), Now: s.now()})
	if err != nil {
		return 0, found(err, noEvent)
	}
	return int(n), nil
}

// withShift runs do under the lock of a shift that was brought up to date.
func (s *Service) withShift(ctx context.Context, shift events.ShiftID, do func(*lockedShift) error) error {
	now := s.now()
	return pgdb.Fault(s.db.Tx(ctx, func(tx pgx.Tx) error {
		shifts, err := s.lockShifts(ctx, tx, now, shift.UUID)
		if err != nil {
			return err
		}
		if len(shifts) == 0 {
			return fault.New(fault.NotFound, "There is no shift by this id.")
		}
		return do(shifts[0])
	}))
}

func intColumn(n *int) *int32 {
	if n == nil {
		return nil
	}
	v := int32(*n)
	return &v
}
