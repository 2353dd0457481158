package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
)

// lockedShift owns the seats of one shift: its row is locked until the transaction ends, and seats and places in line
// change hands through its methods only. It keeps the counters it read equal to the row's. Shifts are locked by id, and
// before sign-ups.
type lockedShift struct {
	db.GetLockedShiftRow
	svc *Service
	tx  pgx.Tx
	q   *db.Queries
	now time.Time

	together []heldTogether // with the sign-up it was locked for
}

// heldTogether is another time of the person whose sign-up a shift was locked for, and its shift.
type heldTogether struct {
	*lockedShift
	signup uuid.UUID
}

// lockShifts locks the shifts, brings each up to date (see settle) and returns them by id; those that do not exist are
// missing. The transaction is for their organisation then. NotFound for shifts of several organisations.
func (s *Service) lockShifts(ctx context.Context, tx pgx.Tx, now time.Time, ids ...uuid.UUID) ([]*lockedShift, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := db.New(tx)
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	var shifts []*lockedShift
	for _, id := range ids {
		if err := q.LockShift(ctx, id); err != nil {
			return nil, fmt.Errorf("lock shift %s: %w", id, err)
		}
		row, err := q.GetLockedShift(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read locked shift %s: %w", id, err)
		}
		shifts = append(shifts, &lockedShift{GetLockedShiftRow: row, svc: s, tx: tx, q: q, now: now})
	}
	for _, l := range shifts {
		if l.OrgID != shifts[0].OrgID {
			return nil, fault.New(fault.NotFound, noShift)
		}
	}
	for _, l := range shifts {
		if err := l.settle(ctx); err != nil {
			return nil, err
		}
	}
	return shifts, nil
}

// lockShiftOf locks the shift of a sign-up, and those of the person's other times that one confirmation is for. Gone when there
// is no such sign-up any more.
func (s *Service) lockShiftOf(ctx context.Context, tx pgx.Tx, now time.Time, signup uuid.UUID) (*lockedShift, error) {
	q := db.New(tx)
	if err := forSignup(ctx, q, signup); err != nil {
		return nil, err
	}
	held, err := q.ListHeldTogether(ctx, signup)
	if err != nil {
		return nil, fmt.Errorf("find the shift of sign-up %s: %w", signup, err)
	}
	ids := make([]uuid.UUID, len(held))
	for i, h := range held {
		ids[i] = h.ShiftID
	}
	shifts, err := s.lockShifts(ctx, tx, now, ids...)
	if err != nil {
		return nil, err
	}
	byID := make(map[uuid.UUID]*lockedShift, len(shifts))
	for _, l := range shifts {
		byID[l.ID] = l
	}
	var own *lockedShift
	var others []heldTogether
	for _, h := range held {
		switch l := byID[h.ShiftID]; {
		case l == nil:
		case h.ID == signup:
			own = l
		default:
			others = append(others, heldTogether{l, h.ID})
		}
	}
	if own == nil {
		return nil, fault.New(fault.Gone, linkDeleted)
	}
	own.together = others
	return own, nil
}

// event and shift are what the contract's rules ask about.
func (l *lockedShift) event() events.Event {
	return events.Event{Status: events.Status(l.EventStatus), Mode: events.Mode(l.EventMode), GuestsAllowed: int(l.GuestsAllowed)}
}

func (l *lockedShift) shift() events.Shift {
	return l.svc.shift(db.ListShiftsRow{
		ID: l.ID, Name: l.Name, StartsAt: l.StartsAt, EndsAt: l.EndsAt, Capacity: l.Capacity, Taken: l.Taken, Waiting: l.Waiting,
		OnlineCapacity: l.OnlineCapacity, OnlineTaken: l.OnlineTaken, OnlineWaiting: l.OnlineWaiting, CancelledAt: l.CancelledAt,
		WaitlistEnabled: l.WaitlistEnabled,
	}, l.Timezone, l.now)
}

// settle ends the offers whose time is over and offers the seats that are free to those who wait. Whatever locks a shift
// does it, so that a worker that is late or dead delays nobody wrongly; doing it again changes nothing.
func (l *lockedShift) settle(ctx context.Context) error {
	if l.OffersEndAt != nil && !l.OffersEndAt.After(l.now) {
		if err := l.expire(ctx); err != nil {
			return err
		}
	}
	for _, pool := range []events.Pool{events.MainPool, events.OnlinePool} {
		if err := l.advance(ctx, pool); err != nil {
			return err
		}
	}
	return nil
}

func (l *lockedShift) expire(ctx context.Context) error {
	ended, err := l.q.ListEndedOffers(ctx, l.ID, l.now)
	if err != nil {
		return fmt.Errorf("list the ended offers: %w", err)
	}
	for _, id := range ended {
		row, err := l.q.GetSignup(ctx, id)
		if err != nil {
			return fmt.Errorf("read an ended offer: %w", err)
		}
		sequence, err := l.move(ctx, row.EventSignup, change{status: events.SignupCancelled, reason: events.EndedExpired})
		if err != nil {
			return err
		}
		if err := l.svc.enqueue(ctx, l.tx, OfferExpiredArgs{id, sequence, l.now.Unix()}); err != nil {
			return err
		}
	}
	return nil
}

// advance offers seats of the pool to the first in line while its whole party fits. Nothing is offered once the shift
// began, and nothing of what does not take place.
func (l *lockedShift) advance(ctx context.Context, pool events.Pool) error {
	off := l.CancelledAt != nil || l.EventStatus == string(events.Cancelled) || l.EventStatus == string(events.Postponed)
	for !off && l.now.Before(l.StartsAt) {
		free, limited := l.free(pool)
		if l.waiting(pool) == 0 || limited && free <= 0 {
			return nil
		}
		head, err := l.q.FirstInLine(ctx, l.ID, string(pool))
		if err != nil {
			return fmt.Errorf("find the first in line of shift %s: %w", l.ID, err)
		}
		if limited && int(head.PartySize) > free {
			return nil
		}
		if err := l.offer(ctx, head); err != nil {
			return err
		}
	}
	return nil
}

// endLine ends the places in line and the offers of a shift that does not take place.
func (l *lockedShift) endLine(ctx context.Context) error {
	row, err := l.q.EndLine(ctx, l.ID, l.now)
	if err != nil {
		return fmt.Errorf("end the line of shift %s: %w", l.ID, err)
	}
	l.Taken, l.Waiting, l.OnlineTaken, l.OnlineWaiting = row.Taken, row.Waiting, row.OnlineTaken, row.OnlineWaiting
	l.OffersEndAt = row.OffersEndAt
	return nil
}

// offer holds seats for the first in line until the offer ends. The job that ends it exists when the offer does.
func (l *lockedShift) offer(ctx context.Context, head db.FirstInLineRow) error {
	ends := l.offerEnds()
	was := db.EventSignup{ID: head.ID, PartySize: head.PartySize, Status: string(events.Waitlisted)}
	sequence, err := l.move(ctx, was, change{status: events.Offered, offerEnds: &ends})
	if err != nil {
		return err
	}
	if err := l.svc.enqueue(ctx, l.tx, OfferedArgs{head.ID, sequence, l.now.Unix()}); err != nil {
		return err
	}
	return l.endLater(ctx, head.ID, ends)
}

// offerEnds is when an offer that is made now ends: in its time, and at the latest at lastOffer.
func (l *lockedShift) offerEnds() time.Time {
	ends := l.now.Add(time.Duration(l.OfferMinutes) * time.Minute)
	if last := l.lastOffer(); last.Before(ends) {
		return last
	}
	return ends
}

// lastOffer is the latest that an offer may end: when the shift starts, so that nobody holds an empty chair. Nothing is offered to a
// line after that, but who signs up then has until the end to confirm.
func (l *lockedShift) lastOffer() time.Time {
	if l.now.Before(l.StartsAt) {
		return l.StartsAt
	}
	return l.EndsAt
}

// shorten ends the offers of a shift that moved when it starts now, and at once when it has started; those to be confirmed as the ones
// end that are made now.
func (l *lockedShift) shorten(ctx context.Context) error {
	if l.OffersEndAt == nil {
		return nil
	}
	cut, err := l.q.ShortenOffers(ctx, db.ShortenOffersParams{Ends: later(l.StartsAt, l.now), ConfirmBy: later(l.lastOffer(), l.now), Now: l.now, ShiftID: l.ID})
	if err != nil {
		return fmt.Errorf("shorten the offers of shift %s: %w", l.ID, err)
	}
	for _, offer := range cut {
		if err := l.endLater(ctx, offer.ID, offer.Ends); err != nil {
			return err
		}
		if l.OffersEndAt.After(offer.Ends) {
			l.OffersEndAt = &offer.Ends
		}
	}
	return l.settle(ctx)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// endLater sees to it that an offer ends in time.
func (l *lockedShift) endLater(ctx context.Context, signup uuid.UUID, ends time.Time) error {
	if err := l.svc.queue.Insert(ctx, l.tx, ExpireOfferArgs{signup}, &river.InsertOpts{ScheduledAt: ends}); err != nil {
		return fmt.Errorf("schedule the end of an offer: %w", err)
	}
	return nil
}

// change is what a sign-up becomes; a party of zero stays what it was.
type change struct {
	status    events.SignupStatus
	party     int
	reason    events.EndedReason
	inLine    *time.Time
	offerEnds *time.Time
}

// move gives a sign-up its new state, and the shift the counters that follow from it, in one statement.
func (l *lockedShift) move(ctx context.Context, was db.EventSignup, to change) (sequence int, err error) {
	party := was.PartySize
	if to.party > 0 {
		party = int32(to.party)
	}
	row, err := l.q.MoveSignup(ctx, db.MoveSignupParams{
		ID: was.ID, Was: was.Status, Status: string(to.status), PartySize: party, Now: l.now, WaitlistedAt: to.inLine,
		OfferExpiresAt: to.offerEnds, EndedReason: string(to.reason),
	})
	if err != nil {
		return 0, fmt.Errorf("make sign-up %s %s: %w", was.ID, to.status, err)
	}
	l.Taken, l.Waiting, l.OnlineTaken, l.OnlineWaiting = row.Taken, row.Waiting, row.OnlineTaken, row.OnlineWaiting
	l.OffersEndAt = row.OffersEndAt
	return int(row.Sequence), nil
}

// endOfLine is the moment that puts a sign-up behind everybody who waits, whatever the clocks of other processes said.
func (l *lockedShift) endOfLine(ctx context.Context, pool events.Pool) (time.Time, error) {
	if l.waiting(pool) == 0 {
		return l.now, nil
	}
	last, err := l.q.LastInLine(ctx, l.ID, string(pool))
	if err != nil {
		return l.now, fmt.Errorf("find the last in line of shift %s: %w", l.ID, err)
	}
	if last = last.UTC(); !l.now.After(last) {
		return last.Add(time.Microsecond), nil
	}
	return l.now, nil
}

// free counts the seats nobody holds, whoever waits for them.
func (l *lockedShift) free(pool events.Pool) (n int, limited bool) {
	capacity, taken := l.Capacity, l.Taken
	if pool == events.OnlinePool {
		capacity, taken = l.OnlineCapacity, l.OnlineTaken
	}
	if capacity == nil {
		return 0, false
	}
	return int(*capacity - taken), true
}

func (l *lockedShift) waiting(pool events.Pool) int {
	if pool == events.OnlinePool {
		return int(l.OnlineWaiting)
	}
	return int(l.Waiting)
}
