package eventsvc

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
)

// dateChange is what an import did to the shifts of an event.
type dateChange int

const (
	noDates      dateChange = iota
	newDates                // only added some
	changedDates            // moved, renamed or cancelled one
)

// shifts makes the shifts of an event those of its dates. A date is found by its key; one that has none is taken to be
// the shift that lost its date on the same day, which is what changing the time of a whole series looks like. What is
// over, and what the organiser added, moved or cancelled by hand, stays. Where an event's place is hidden, those of its dates
// are.
func (i importer) shifts(ctx context.Context, org, event uuid.UUID, e ics.Imported, hidden bool) (dateChange, error) {
	existing, err := i.q.ListImportedShifts(ctx, org, event)
	if err != nil {
		return noDates, fmt.Errorf("list the shifts: %w", err)
	}
	pairs, added, lost := i.pair(existing, e)
	change := noDates
	if len(added) > 0 {
		change = newDates
		if err := i.add(ctx, org, event, added, hidden); err != nil {
			return change, err
		}
	}
	for _, p := range pairs {
		to := i.target(p.old, p.date, hidden)
		if same(p.old, to) {
			continue
		}
		change = changedDates
		to.OrgID = org
		if err := i.q.UpdateImportedShift(ctx, to); err != nil {
			return change, fmt.Errorf("update a shift: %w", err)
		}
	}
	for _, old := range lost {
		change = changedDates
		to := db.UpdateImportedShiftParams{
			Name: old.Name, Instructions: old.Instructions, StartsAt: old.StartsAt, EndsAt: old.EndsAt, CancelledAt: &i.now, SourceKey: &old.SourceKey, Now: i.now, OrgID: org, ID: old.ID,
		}
		if err := i.q.UpdateImportedShift(ctx, to); err != nil {
			return change, fmt.Errorf("cancel a shift: %w", err)
		}
	}
	return change, nil
}

// datePair is a shift and what its date is now.
type datePair struct {
	old  db.ListImportedShiftsRow
	date ics.Occurrence
}

// pair matches shifts with dates. added are the dates without a shift; lost the shifts to cancel.
func (i importer) pair(existing []db.ListImportedShiftsRow, e ics.Imported) (pairs []datePair, added []ics.Occurrence, lost []db.ListImportedShiftsRow) {
	byKey := make(map[string]ics.Occurrence, len(e.Occurrences))
	for _, o := range e.Occurrences {
		byKey[o.Key] = o
	}
	day := func(t time.Time) string { return t.In(i.location(e.Zone)).Format(time.DateOnly) }
	open := map[string][]db.ListImportedShiftsRow{} // by day
	matched := map[string]bool{}
	for _, old := range existing {
		if o, ok := byKey[old.SourceKey]; ok {
			pairs = append(pairs, datePair{old, o})
			matched[o.Key] = true
		} else if old.ByHand || old.CancelledAt == nil && old.EndsAt.After(i.now) {
			open[day(old.StartsAt)] = append(open[day(old.StartsAt)], old)
		}
	}
	for _, o := range e.Occurrences {
		if matched[o.Key] {
			continue
		}
		if same := open[day(o.Start)]; len(same) > 0 {
			pairs = append(pairs, datePair{same[0], o})
			open[day(o.Start)] = same[1:]
			continue
		}
		added = append(added, o)
	}
	if e.Partial { // what was not read may well be in the calendar
		return pairs, added, nil
	}
	for _, old := range existing {
		if rest := open[day(old.StartsAt)]; len(rest) > 0 && rest[0].ID == old.ID {
			open[day(old.StartsAt)] = rest[1:]
			if !old.ByHand {
				lost = append(lost, old)
			}
		}
	}
	return pairs, added, lost
}

func (i importer) add(ctx context.Context, org, event uuid.UUID, dates []ics.Occurrence, hidden bool) error {
	rows := make([]db.InsertImportedShiftsParams, len(dates))
	for n, o := range dates {
		rows[n] = db.InsertImportedShiftsParams{
			ID: uuid.Must(uuid.NewV7()), OrgID: org, EventID: event, Name: shiftName(o, hidden), Instructions: elsewhere(o, hidden),
			StartsAt: o.Start, EndsAt: o.End,
			SourceKey: &o.Key, CreatedAt: i.now, UpdatedAt: i.now,
		}
		if o.Cancelled {
			rows[n].CancelledAt = &i.now
		}
	}
	if _, err := i.q.InsertImportedShifts(ctx, rows); err != nil {
		return fmt.Errorf("insert the shifts: %w", err)
	}
	return nil
}

// target is what the shift is to become.
func (i importer) target(old db.ListImportedShiftsRow, o ics.Occurrence, hidden bool) db.UpdateImportedShiftParams {
	if old.ByHand {
		return db.UpdateImportedShiftParams{
			ID: old.ID, Name: old.Name, Instructions: old.Instructions, StartsAt: old.StartsAt, EndsAt: old.EndsAt,
			CancelledAt: old.CancelledAt, SourceKey: &o.Key, Now: i.now,
		}
	}
	to := db.UpdateImportedShiftParams{
		ID: old.ID, Name: shiftName(o, hidden), Instructions: cmp.Or(elsewhere(o, hidden), old.Instructions),
		StartsAt: o.Start, EndsAt: o.End, SourceKey: &o.Key, Now: i.now,
	}
	if o.Cancelled {
		if to.CancelledAt = old.CancelledAt; to.CancelledAt == nil {
			to.CancelledAt = &i.now
		}
	}
	return to
}

func same(old db.ListImportedShiftsRow, to db.UpdateImportedShiftParams) bool {
	return old.Name == to.Name && old.Instructions == to.Instructions && old.StartsAt.Equal(to.StartsAt) && old.EndsAt.Equal(to.EndsAt) && old.SourceKey == *to.SourceKey &&
		(old.CancelledAt == nil) == (to.CancelledAt == nil)
}

// shiftName is how a date differs from the others, for everybody to read.
func shiftName(o ics.Occurrence, hidden bool) string {
	if hidden {
		return heading(o.Summary, 120)
	}
	return heading(join(" · ", o.Summary, o.Location), 120)
}

// elsewhere tells those who are signed up for a date where it is, when nobody else may know.
func elsewhere(o ics.Occurrence, hidden bool) string {
	if !hidden || o.Location == "" {
		return ""
	}
	return "This time is at another place: " + heading(o.Location, 300)
}
