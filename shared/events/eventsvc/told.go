package eventsvc

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

// told is what people who have a place at a shift, wait for it or are offered one know of it. It is written down for them when it changes, and again
// whenever they are told: so whatever changes how often, the next mail says the difference and nothing is lost.
type told struct {
	Sequence  int           `json:"sequence"` // of the event; not part of what is compared
	Start     time.Time     `json:"start"`
	End       time.Time     `json:"end"`
	Cancelled bool          `json:"cancelled,omitempty"`
	Status    events.Status `json:"status"`
	Where     string        `json:"where,omitempty"`
	Online    string        `json:"online,omitempty"`

	Hybrid bool `json:"hybrid,omitempty"` // people take part at Where or Online as they chose

	PlacePublic bool `json:"place_public,omitempty"` // who has no place may know where; not part of what is compared
}

// same reports whether there is nothing to tell: what does not take place is the same, whether a time or the event was cancelled.
func (t told) same(as told) bool {
	if t.Cancelled && as.Cancelled {
		return true
	}
	t.Sequence, t.PlacePublic, t.Start, t.End = as.Sequence, as.PlacePublic, t.Start.UTC(), t.End.UTC()
	as.Start, as.End = as.Start.UTC(), as.End.UTC()
	return t == as
}

// public is as much of it and of another version as those know who have no place: neither an address that is private in one of them
// nor the link to take part by.
func (t told) public(other told) (told, told) {
	private := !t.PlacePublic || !other.PlacePublic
	for _, v := range []*told{&t, &other} {
		v.Online = ""
		if private && v.Where != whereOnline {
			v.Where = ""
		}
	}
	return t, other
}

// of is as much of it as concerns a person who chose to take part that way.
func (t told) of(chosen events.Mode) told {
	if t.Hybrid && chosen == events.Online {
		t.Where = whereOnline
	}
	if t.Where != whereOnline {
		t.Online = ""
	}
	t.Hybrid = false
	return t
}

// concerning is as much of two versions as concerns a person who chose to take part that way, and whether that is something to tell: it is not the
// same, and not over.
func (t told) concerning(is told, chosen events.Mode, status events.SignupStatus, now time.Time) (told, told, bool) {
	t, is = t.of(chosen), is.of(chosen)
	if status != events.Registered {
		t, is = t.public(is)
	}
	late := !now.Before(t.End) && !now.Before(is.End)
	return t, is, !late && (!is.same(t) || status == events.SignupCancelled)
}

// version is an event as its people know it, shift by shift.
type version struct {
	org, event uuid.UUID
	sequence   int
	shifts     map[uuid.UUID]told
}

// lockVersion reads the shifts that are not over and keeps others from changing the event until the transaction ends.
func lockVersion(ctx context.Context, q *db.Queries, event uuid.UUID, now time.Time) (version, error) {
	e, err := q.LockEventForChange(ctx, event)
	if err != nil {
		return version{}, fmt.Errorf("lock the event: %w", err)
	}
	shifts, err := q.LockShiftsForChange(ctx, event, now)
	if err != nil {
		return version{}, fmt.Errorf("lock the shifts: %w", err)
	}
	v := version{org: e.OrgID, event: event, sequence: int(e.Sequence), shifts: make(map[uuid.UUID]told, len(shifts))}
	for _, s := range shifts {
		v.shifts[s.ID] = toldOf(e, db.ListShiftStatesRow(s))
	}
	return v, nil
}

// again reads the same shifts once more.
func (v version) again(ctx context.Context, q *db.Queries) (version, error) {
	e, err := q.LockEventForChange(ctx, v.event)
	if err != nil {
		return version{}, fmt.Errorf("read the event: %w", err)
	}
	ids := make([]uuid.UUID, 0, len(v.shifts))
	for id := range v.shifts {
		ids = append(ids, id)
	}
	shifts, err := q.ListShiftStates(ctx, ids)
	if err != nil {
		return version{}, fmt.Errorf("read the shifts: %w", err)
	}
	after := version{org: v.org, event: v.event, sequence: int(e.Sequence), shifts: make(map[uuid.UUID]told, len(shifts))}
	for _, s := range shifts {
		after.shifts[s.ID] = toldOf(e, s)
	}
	return after, nil
}

func toldOf(e db.LockEventForChangeRow, s db.ListShiftStatesRow) told {
	place := events.Event{Mode: events.Mode(e.Mode), Status: events.Status(e.Status), Place: events.Place{
		Venue: e.Venue, Line1: e.Line1, City: e.City, Region: e.Region, PostalCode: e.PostalCode,
	}}
	t := told{
		Sequence: int(e.Sequence), Start: s.StartsAt.UTC(), End: s.EndsAt.UTC(), Status: place.Status,
		Cancelled: s.CancelledAt != nil || place.Status == events.Cancelled, Where: location(place), PlacePublic: !e.PlacePrivate,
		Hybrid: place.Mode == events.Hybrid && place.Status != events.MovedOnline,
	}
	if place.Mode != events.InPerson || place.Status == events.MovedOnline {
		t.Online = e.OnlineURL
	}
	return t
}

// TellArgs asks to tell everybody concerned that an event has changed: TellChanges.
type TellArgs struct {
	EventID uuid.UUID `json:"event_id"`
}

// Kind names the job.
func (TellArgs) Kind() string { return "events.tell" }

const (
	settle   = 2 * time.Minute // changes that follow each other closely make one mail
	imminent = time.Hour       // but nobody is left to set out for nothing
)

// changes are what differs between two versions of an event.
type changes struct {
	shifts []uuid.UUID
	known  []string  // of each of them, until now
	tell   time.Time // when people are to be told
}

func (v version) changes(after version, now time.Time) (changes, error) {
	c := changes{tell: now.Add(settle)}
	for id, was := range v.shifts {
		is := after.shifts[id]
		if is.same(was) {
			continue
		}
		known, err := json.Marshal(was)
		if err != nil {
			return c, fmt.Errorf("write down what is known: %w", err)
		}
		c.shifts, c.known = append(c.shifts, id), append(c.known, string(known))
		if was.Start.Before(now.Add(imminent)) || is.Start.Before(now.Add(imminent)) {
			c.tell = now
		}
	}
	return c, nil
}

// tellAfter is the end of a transaction that changed an event: whoever has a place at what is no longer as it was, waits
// for it or is offered one will be told what of it concerns them, and the volunteer who hosts it, with the organiser's note. The
// lines of what takes place move on, the others end. It reports how many will get a mail, the host aside. The event's sequence has
// grown by now.
func (s *Service) tellAfter(ctx context.Context, tx pgx.Tx, before version, shift *uuid.UUID, note string) (int, error) {
	q, now := db.New(tx), s.now()
	after, err := before.again(ctx, q)
	if err != nil {
		return 0, err
	}
	c, err := before.changes(after, now)
	if err != nil {
		return 0, err
	}
	shifts, err := s.lockShifts(ctx, tx, now, c.shifts...) // offers that are over end as that
	if err != nil {
		return 0, err
	}
	for _, l := range shifts {
		if after.shifts[l.ID].Cancelled { // its offers do not run out: they end below
			continue
		}
		if err := l.shorten(ctx); err != nil {
			return 0, err
		}
	}
	hosted, err := s.tellHost(ctx, tx, before.event, c)
	if err != nil {
		return 0, err
	}
	if err := q.RememberTold(ctx, c.shifts, c.known); err != nil {
		return 0, fmt.Errorf("write down what is known: %w", err)
	}
	concerned, err := q.ListConcerned(ctx, c.shifts)
	if err != nil {
		return 0, fmt.Errorf("list whom it concerns: %w", err)
	}
	if len(concerned) == 0 && !hosted {
		return 0, nil
	}
	people, err := countTold(concerned, after, now)
	if err != nil {
		return 0, err
	}
	for _, l := range shifts {
		if !after.shifts[l.ID].Cancelled {
			continue
		}
		if err := l.endLine(ctx); err != nil {
			return 0, err
		}
	}
	err = q.InsertChange(ctx, db.InsertChangeParams{
		ID: uuid.Must(uuid.NewV7()), OrgID: before.org, EventID: before.event, ShiftID: shift, Sequence: int32(after.sequence), Note: note, Now: now,
	})
	if err != nil {
		return 0, fmt.Errorf("keep the change: %w", err)
	}
	return people, s.queue.Insert(ctx, tx, TellArgs{before.event}, &river.InsertOpts{ScheduledAt: c.tell})
}

// countTold is how many of those whom a change concerns get a mail if nothing else changes.
func countTold(concerned []db.ListConcernedRow, after version, now time.Time) (people int, err error) {
	for _, c := range concerned {
		var was told
		if err := json.Unmarshal(c.Told, &was); err != nil {
			return 0, fmt.Errorf("read what people were told: %w", err)
		}
		if _, _, differs := was.concerning(after.shifts[c.ShiftID], events.Mode(c.Attend), events.SignupStatus(c.Status), now); differs {
			people += int(c.People - c.Suppressed)
		}
	}
	return people, nil
}

// tellPeople is how many jobs are inserted in one statement.
const tellPeople = 5000

// TellChanges puts a mail into the queue for everybody who knows an older version of the event. Running it twice is no
// harm: whoever was told in between knows the newest.
func (s *Service) TellChanges(ctx context.Context, job TellArgs) error {
	for after := uuid.Nil; ; {
		var people []uuid.UUID
		err := s.db.Tx(ctx, func(tx pgx.Tx) (err error) {
			if people, err = db.New(tx).ListToTell(ctx, job.EventID, after, tellPeople); err != nil {
				return fmt.Errorf("list whom to tell: %w", err)
			}
			batch := make([]river.JobArgs, len(people))
			for i, id := range people {
				batch[i] = ChangedArgs{SignupID: id}
			}
			return s.queue.InsertMany(ctx, tx, batch)
		})
		if err != nil {
			return fmt.Errorf("tell of the change of event %s: %w", job.EventID, err)
		}
		if len(people) == 0 {
			return nil
		}
		after = people[len(people)-1]
	}
}
