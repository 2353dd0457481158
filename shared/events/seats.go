package events

import (
	"slices"
	"time"

	"groundswell/shared/fault"
)

// MostSeats bounds the seats of a shift.
const MostSeats = 1_000_000

// Pool names the seats of a shift that a sign-up is for: the main ones, or those for taking part online in a hybrid
// event. A sign-up never changes its pool.
type Pool string

// The pools.
const (
	MainPool   Pool = "main"
	OnlinePool Pool = "online"
)

// Pool is whose seats a person takes who takes part that way.
func (e Event) Pool(attend Mode) Pool {
	if e.Mode == Hybrid && (attend == Online || e.Status == MovedOnline) {
		return OnlinePool
	}
	return MainPool
}

// Pools are those that can be chosen from.
func (e Event) Pools() []Pool {
	switch {
	case e.Mode != Hybrid:
		return []Pool{MainPool}
	case e.Status == MovedOnline:
		return []Pool{OnlinePool}
	}
	return []Pool{MainPool, OnlinePool}
}

// Seats are the seats of one pool.
type Seats struct {
	Capacity *int // nil: unlimited
	Taken    int
	Waiting  int
}

// Seats are those of the pool.
func (s Shift) Seats(p Pool) Seats {
	if p == OnlinePool {
		return Seats{s.OnlineCapacity, s.OnlineTaken, s.OnlineWaiting}
	}
	return Seats{s.Capacity, s.Taken, s.Waiting}
}

// Left is the number of seats a newcomer may take: none while anybody waits, for a free seat belongs to the first in
// line. ok is false when there is no limit.
func (s Seats) Left() (n int, ok bool) {
	switch {
	case s.Waiting > 0:
		return 0, true
	case s.Capacity == nil:
		return 0, false
	}
	return max(0, *s.Capacity-s.Taken), true
}

// Left is that of the main pool.
func (s Shift) Left() (n int, ok bool) { return s.Seats(MainPool).Left() }

// holds reports whether a party could ever have seats, once all others have left.
func (s Seats) holds(party int) bool { return s.Capacity == nil || party <= *s.Capacity }

func (s Seats) room(party int) error {
	left, limited := s.Left()
	switch {
	case !limited || party <= left:
		return nil
	case left == 0:
		return fault.New(fault.Conflict, "This time is full. Please choose another.")
	case left == 1:
		return fault.New(fault.Conflict, "Only one place is left. You can still come alone.")
	}
	return fault.New(fault.Conflict, "Only %d places are left. Please bring fewer guests or choose another time.", left)
}

// CanJoin is the rule of taking seats: nil when a party of that size may take seats of the shift at the moment now, of
// either pool where there are two. Else Gone (cancelled, over), Conflict (full, postponed) or Invalid (more guests than
// the event allows).
func (e Event) CanJoin(s Shift, now time.Time, party int) error {
	if err := e.open(s, now, party); err != nil {
		return err
	}
	var full error
	for _, p := range e.Pools() {
		if full = s.Seats(p).room(party); full == nil {
			return nil
		}
	}
	return full
}

// Admit is the rule of signing up: Registered when the party may take seats of the pool at the moment now, Waitlisted
// when the pool is full and it may wait, else the fault of CanJoin. The line closes when the shift begins, and is not
// for a party that all the seats would not hold.
func (e Event) Admit(s Shift, p Pool, now time.Time, party int) (SignupStatus, error) {
	if err := e.open(s, now, party); err != nil {
		return "", err
	}
	seats := s.Seats(p)
	full := seats.room(party)
	left, _ := seats.Left()
	switch {
	case full == nil:
		return Registered, nil
	case !s.Waitlist || left > 0 || !now.Before(s.Start.At):
		return "", full
	case !seats.holds(party) && *seats.Capacity > 0:
		return "", fault.New(fault.Conflict, "There are %d places in all. Please bring fewer guests or choose another time.", *seats.Capacity)
	case !seats.holds(party):
		return "", full
	}
	return Waitlisted, nil
}

// open is what signing up asks apart from seats.
func (e Event) open(s Shift, now time.Time, party int) error {
	switch {
	case e.Status == Cancelled:
		return fault.New(fault.Gone, "This event was cancelled.")
	case s.Cancelled:
		return fault.New(fault.Gone, "This time was cancelled. Please choose another.")
	case !now.Before(s.End.At):
		return fault.New(fault.Gone, "This is over: it ended before you signed up.")
	case e.Status == Postponed:
		return fault.New(fault.Conflict, "This event is postponed. You can sign up once there is a new date.")
	}
	return e.allowsParty(party)
}

// mostShifts is how many times one sign-up may be for.
const mostShifts = 20

// Shifts are the times asked for, each once, by id.
func (in RSVPIn) Shifts() []ShiftID {
	ids := in.ShiftIDs
	if len(ids) == 0 && !in.ShiftID.IsZero() {
		ids = []ShiftID{in.ShiftID}
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b ShiftID) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
	return slices.Compact(ids)
}

// shiftField is the field the times were sent in.
func (in RSVPIn) shiftField() string {
	if len(in.ShiftIDs) > 0 {
		return "shift_ids"
	}
	return "shift_id"
}

func (in RSVPIn) checkShifts(c *fault.Check) {
	name := in.shiftField()
	c.Field(len(in.Shifts()) > 0 && !slices.ContainsFunc(in.ShiftIDs, ShiftID.IsZero), name, "Please choose a time.")
	c.Field(in.ShiftID.IsZero() || len(in.ShiftIDs) == 0, name, "Please choose times in one way only.")
	c.Field(len(in.ShiftIDs) <= mostShifts, name, "Please choose at most %d times at once.", mostShifts)
}

// CheckOverlap refuses times that nobody can be at both: Invalid, at the field they were sent in. shifts are those asked
// for.
func (in RSVPIn) CheckOverlap(shifts []Shift) error {
	shifts = slices.Clone(shifts)
	slices.SortFunc(shifts, func(a, b Shift) int { return a.Start.At.Compare(b.Start.At) })
	var c fault.Check
	for i := 1; i < len(shifts); i++ {
		c.Field(!shifts[i].Start.At.Before(shifts[i-1].End.At), in.shiftField(), "Two of these times overlap: nobody can be at both. Please choose one of them.")
	}
	return c.Err()
}

// PlaceInLine is where a person stands who waits for a shift.
type PlaceInLine struct {
	ShiftID  ShiftID `json:"shift_id"`
	Position int     `json:"position"` // from 1
}

// EndedReason is why a sign-up was cancelled; "" for those of before it was noted.
type EndedReason string

// The reasons.
const (
	EndedByPerson    EndedReason = "person"
	EndedExpired     EndedReason = "expired"   // the offer was not taken, or the place not confirmed, in time
	EndedByOrganiser EndedReason = "organiser" // what the person waited for or was offered was cancelled
	EndedJunk        EndedReason = "junk"
)

// OtherSignup is another time of the event the same person has a place at or waits for.
type OtherSignup struct {
	Shift  Shift        `json:"shift"`
	Status SignupStatus `json:"status"`
	Path   string       `json:"path"` // its own secret link on this site

	Unconfirmed bool `json:"unconfirmed,omitempty"` // as Signup's
}

// PartyIn changes how many guests come along.
type PartyIn struct {
	Token  string `json:"token"`
	Guests int    `json:"guests"`
}

// IsOnline reports whether everybody takes part online.
func (e Event) IsOnline() bool { return e.Mode == Online || e.Status == MovedOnline }

// Attends is where somebody takes part who chose so: the choice counts while the event offers one.
func (e Event) Attends(chosen Mode) Mode {
	if e.IsOnline() || e.Mode == Hybrid && chosen == Online {
		return Online
	}
	return InPerson
}

// JoinsOnline reports whether the person takes part over the link: by choice, or because all do.
func (s Signup) JoinsOnline() bool { return s.Event.Attends(s.Attend) == Online }

// CanCancel is the rule of giving a place back: Gone once the shift is over.
func (s Signup) CanCancel(now time.Time) error {
	if !now.Before(s.Shift.End.At) {
		return fault.New(fault.Gone, "This is over, so there is nothing left to cancel.")
	}
	return nil
}

// CanAccept is the rule of taking an offer: Gone when it ended or the event will not be, Conflict when there is none.
func (s Signup) CanAccept() error {
	switch {
	case s.Event.Status == Cancelled || s.Shift.Cancelled:
		return fault.New(fault.Gone, "This was cancelled, so there is no place to take.")
	case s.Unconfirmed && s.Status == SignupCancelled:
		return fault.New(fault.Gone, "This place was not confirmed in time, so it went back to the others. You can sign up again.")
	case s.Status == SignupCancelled && s.EndedReason == EndedExpired:
		return fault.New(fault.Gone, "This offer has ended, and the place went to the next in line. You can join the waitlist again.")
	case s.Status == SignupCancelled:
		return fault.New(fault.Gone, "This sign-up is cancelled. You can sign up again.")
	case s.Status == Waitlisted:
		return fault.New(fault.Conflict, "There is no place for you yet. We write to you as soon as there is one.")
	}
	return nil
}

// CanSayComing is the rule of saying that one comes: Conflict without a place, Gone when there is nothing to come to any more.
func (s Signup) CanSayComing(now time.Time) error {
	switch {
	case s.Status == SignupCancelled:
		return fault.New(fault.Gone, "This sign-up is cancelled. You can sign up again.")
	case s.Event.Status == Cancelled || s.Shift.Cancelled:
		return fault.New(fault.Gone, "This was cancelled, so there is nothing to come to.")
	case !now.Before(s.Shift.End.At):
		return fault.New(fault.Gone, "This is over.")
	case s.Status != Registered:
		return fault.New(fault.Conflict, "There is no place for you yet, so please do not come before there is.")
	}
	return nil
}

// CanResize is the rule of changing the party: nil when it may become that size at the moment now. Smaller is always
// possible. Who has seats gets more only if they are free and nobody waits for them (Conflict); Gone when the sign-up or
// the shift is over, Invalid for more guests than the event allows.
func (s Signup) CanResize(now time.Time, party int) error {
	switch {
	case s.Status == SignupCancelled:
		return fault.New(fault.Gone, "This sign-up is cancelled. You can sign up again.")
	case s.Event.Status == Cancelled || s.Shift.Cancelled:
		return fault.New(fault.Gone, "This was cancelled, so there is nothing to change.")
	case !now.Before(s.Shift.End.At):
		return fault.New(fault.Gone, "This is over, so there is nothing left to change.")
	}
	if party <= s.PartySize && party >= 1 {
		return nil
	}
	if err := s.Event.allowsParty(party); err != nil {
		return err
	}
	seats := s.Shift.Seats(s.Pool)
	if s.Status == Waitlisted {
		if seats.holds(party) {
			return nil
		}
		return fault.New(fault.Conflict, "There are %d places in all. Please bring fewer guests.", *seats.Capacity)
	}
	if left, limited := seats.Left(); limited && party-s.PartySize > left {
		if left == 0 {
			return fault.New(fault.Conflict, "No more places are free, so your party cannot grow now.")
		}
		return fault.New(fault.Conflict, "More places are free, but not as many: %d. Please bring fewer guests.", left)
	}
	return nil
}
