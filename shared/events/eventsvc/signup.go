package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// linkLife is how long after a shift's end the link to a sign-up still opens.
const linkLife = 30 * 24 * time.Hour

// GetSignup opens a sign-up by the token of its link: with the full address or the online link once there are seats, with
// the place in line while there are none. NotFound for a token that is not ours, Gone 30 days after the shift and once it is deleted.
func (s *Service) GetSignup(ctx context.Context, in events.SignupIn) (events.Signup, error) {
	signup, err := s.signer.Open(purpose, in.Token)
	if err != nil {
		return events.Signup{}, err
	}
	var out events.Signup
	err = s.withSignup(ctx, signup, func(tx pgx.Tx, q *db.Queries) error {
		var row db.GetSignupRow
		if row, out, err = s.signup(ctx, q, signup); err != nil || len(out.Reminders) == 0 {
			return err
		}
		out.RemindersPath = s.remindersPath(signup)
		return s.heed(ctx, tx, row, &out)
	})
	return out, pgdb.Fault(err)
}

// CancelRSVP gives seats back, declines an offer or leaves the line, and puts that in the post, once: cancelling again
// changes nothing and answers the same. Gone when the shift is over.
func (s *Service) CancelRSVP(ctx context.Context, in events.SignupIn) (events.Signup, error) {
	return s.alter(ctx, events.CancelRSVP.Name, in, in.Token, func(l *lockedShift, out events.Signup, row db.EventSignup) error {
		if out.Status == events.SignupCancelled {
			return nil
		}
		if err := out.CanCancel(l.now); err != nil {
			return err
		}
		sequence, err := l.move(ctx, row, change{status: events.SignupCancelled, reason: events.EndedByPerson})
		if err != nil {
			return err
		}
		mail := mailArgs{row.ID, sequence, l.now.Unix()}
		if out.Status == events.Registered {
			return s.enqueue(ctx, l.tx, CancelledArgs(mail))
		}
		return s.enqueue(ctx, l.tx, LeftLineArgs(mail)) // also when the place was held and not taken
	})
}

// Accept takes the offer of seats, or confirms a new sign-up and with it the person's other times of the event that are to be
// confirmed, and puts the details in the post, once: accepting again answers the same. Faults as events.Signup.CanAccept says.
func (s *Service) Accept(ctx context.Context, in events.SignupIn) (events.Signup, error) {
	return s.alter(ctx, events.Accept.Name, in, in.Token, func(l *lockedShift, out events.Signup, row db.EventSignup) error {
		if err := out.CanAccept(); err != nil || out.Status == events.Registered {
			return err
		}
		sequence, err := l.move(ctx, row, change{status: events.Registered})
		if err != nil {
			return err
		}
		others, err := l.confirmOthers(ctx)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return s.enqueue(ctx, l.tx, ConfirmAllArgs{byStart(append(others, heldTogether{l, row.ID})), l.now.Unix()})
		}
		return s.enqueue(ctx, l.tx, ConfirmArgs{row.ID, sequence, l.now.Unix()})
	})
}

// confirmOthers takes the seats that are held for the person's other times, and returns those. What ended meanwhile stays so.
func (l *lockedShift) confirmOthers(ctx context.Context) (seated []heldTogether, err error) {
	for _, other := range l.together {
		row, err := l.q.GetSignup(ctx, other.signup)
		if errors.Is(err, pgx.ErrNoRows) { // junk, taken out before the shift was locked
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read sign-up %s: %w", other.signup, err)
		}
		if out := l.svc.signupOf(row, l.now); out.Status != events.Offered || out.CanAccept() != nil {
			continue
		}
		if _, err := other.move(ctx, row.EventSignup, change{status: events.Registered}); err != nil {
			return nil, err
		}
		seated = append(seated, other)
	}
	return seated, nil
}

// byStart are the sign-ups in the order of their times.
func byStart(held []heldTogether) []uuid.UUID {
	slices.SortFunc(held, func(a, b heldTogether) int { return a.StartsAt.Compare(b.StartsAt) })
	ids := make([]uuid.UUID, len(held))
	for i, h := range held {
		ids[i] = h.signup
	}
	return ids
}

// SetParty changes how many come: a smaller party frees seats, a larger one needs free seats that nobody waits for. Who
// waits keeps the place in line with a smaller party, and goes to the end of it with a larger one. A changed
// registration is put in the post. Faults as events.Signup.CanResize says.
func (s *Service) SetParty(ctx context.Context, in events.PartyIn) (events.Signup, error) {
	party := 1 + in.Guests
	out, err := s.alter(ctx, events.SetParty.Name, in, in.Token, func(l *lockedShift, out events.Signup, row db.EventSignup) error {
		if err := out.CanResize(l.now, party); err != nil || party == out.PartySize {
			return err
		}
		to := change{status: out.Status, party: party}
		if out.Status == events.Waitlisted && party > out.PartySize {
			end, err := l.endOfLine(ctx, out.Pool)
			if err != nil {
				return err
			}
			to.inLine = &end
		}
		sequence, err := l.move(ctx, row, to)
		if err != nil || out.Status != events.Registered {
			return err
		}
		return s.enqueue(ctx, l.tx, PartyArgs{row.ID, sequence, l.now.Unix()})
	})
	if err == nil && out.PartySize != party { // an old page, or a request that comes late: it undoes nothing, and is no success
		return events.Signup{}, fault.New(fault.Conflict, "This was changed since. Please load the page again.")
	}
	return out, err
}

// SayComing notes, for the organisers, that the person said they are coming; until they cancel. Once: saying it again answers the
// same. Faults as events.Signup.CanSayComing says.
func (s *Service) SayComing(ctx context.Context, in events.SignupIn) (events.Signup, error) {
	return s.alter(ctx, events.SayComing.Name, in, in.Token, func(l *lockedShift, out events.Signup, row db.EventSignup) error {
		if err := out.CanSayComing(l.now); err != nil {
			return err
		}
		if err := l.q.SayComing(ctx, l.now, row.ID); err != nil {
			return fmt.Errorf("note that sign-up %s is coming: %w", row.ID, err)
		}
		return nil
	})
}

// alter does something to the sign-up of a token under the lock of its shift, then gives what became free to those who
// wait, and returns the sign-up as it is then. The same command with the same key is done or refused once: its answer is
// the sign-up as it is when it is asked again, for what people sent is not kept a second time.
func (s *Service) alter(ctx context.Context, name string, in any, token string, do func(*lockedShift, events.Signup, db.EventSignup) error) (events.Signup, error) {
	signup, err := s.signer.Open(purpose, token)
	if err != nil {
		return events.Signup{}, err
	}
	type outcome struct{ Refusal *fault.Error }
	var out events.Signup
	now, again := s.now(), true
	was, err := pgdb.Once(ctx, s.db, name, in, func(ctx context.Context, tx pgx.Tx) (outcome, error) {
		again = false
		refusal, err := s.lockedIn(ctx, tx, now, signup, func(l *lockedShift) error {
			row, err := l.q.GetSignup(ctx, signup)
			if err != nil {
				return linked(err)
			}
			if err := linkOver(row.EventShift.EndsAt, now); err != nil {
				return err
			}
			return do(l, s.signupOf(row, now), row.EventSignup)
		}, func(l *lockedShift) (err error) {
			_, out, err = s.signup(ctx, l.q, signup)
			return err
		})
		return outcome{fault.As(refusal)}, err
	})
	switch {
	case err == nil && was.Refusal != nil:
		err = was.Refusal
	case err == nil && again:
		err = s.withSignup(ctx, signup, func(_ pgx.Tx, q *db.Queries) (err error) {
			_, out, err = s.signup(ctx, q, signup)
			return err
		})
	}
	if err != nil {
		return events.Signup{}, pgdb.Fault(err)
	}
	return out, nil
}

// locked is lockedIn in a transaction of its own.
func (s *Service) locked(ctx context.Context, now time.Time, signup uuid.UUID, do, then func(*lockedShift) error) (refusal, err error) {
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		refusal, err = s.lockedIn(ctx, tx, now, signup, do, then)
		return err
	})
	return refusal, err
}

// lockedIn runs do under the lock of the sign-up's shift, settles the shift, and runs then. What do refuses with a fault
// does not undo that offers ended: the transaction is to commit, and the refusal is returned beside.
func (s *Service) lockedIn(ctx context.Context, tx pgx.Tx, now time.Time, signup uuid.UUID, do, then func(*lockedShift) error) (refusal, err error) {
	l, err := s.lockShiftOf(ctx, tx, now, signup)
	if err != nil {
		return nil, err
	}
	if err := do(l); err != nil {
		if f := fault.As(err); f == nil || f.Code == fault.Unavailable { // ours, or the database's: Tx may try again
			return nil, err
		}
		return err, nil
	}
	if err := l.settle(ctx); err != nil {
		return nil, err
	}
	return nil, then(l)
}

// ExpireOffer ends an offer that was not taken and offers the seats to the next in line. It may come late, twice, or
// after whoever locked the shift did it already; a job that comes early waits.
func (s *Service) ExpireOffer(ctx context.Context, job ExpireOfferArgs) error {
	var wait time.Duration
	now := s.now()
	_, err := s.locked(ctx, now, job.SignupID, func(*lockedShift) error { return nil }, func(l *lockedShift) error {
		row, err := l.q.GetSignup(ctx, job.SignupID)
		if err != nil {
			return fmt.Errorf("read sign-up %s: %w", job.SignupID, err)
		}
		if g := row.EventSignup; g.Status == string(events.Offered) && g.OfferExpiresAt != nil {
			wait = max(time.Second, g.OfferExpiresAt.Sub(now))
		}
		return nil
	})
	switch {
	case errors.Is(err, fault.New(fault.Gone, "")): // deleted
		return nil
	case err != nil:
		return fmt.Errorf("end the offer to sign-up %s: %w", job.SignupID, err)
	case wait > 0:
		return river.JobSnooze(wait)
	}
	return nil
}

const (
	linkEnded   = "This link has ended: the event was over a month ago."
	linkDeleted = "This link has ended: what it was for is deleted."
)

func linkOver(end, now time.Time) error {
	if now.After(end.Add(linkLife)) {
		return fault.New(fault.Gone, linkEnded)
	}
	return nil
}

// signup reads a sign-up for the person it belongs to.
func (s *Service) signup(ctx context.Context, q *db.Queries, signup uuid.UUID) (db.GetSignupRow, events.Signup, error) {
	row, err := q.GetSignup(ctx, signup)
	if err != nil {
		return row, events.Signup{}, linked(err)
	}
	now := s.now()
	if err := linkOver(row.EventShift.EndsAt, now); err != nil {
		return row, events.Signup{}, err
	}
	out := s.signupOf(row, now)
	if out.Status == events.Waitlisted {
		ahead, err := q.CountAhead(ctx, signup)
		if err != nil {
			return row, out, fmt.Errorf("count the line before sign-up %s: %w", signup, err)
		}
		out.Position = int(ahead) + 1
	}
	if out.Others, err = s.others(ctx, q, signup, row.EventDetail.Timezone); err != nil {
		return row, out, err
	}
	if out.Answers, err = s.answers(ctx, q, row.EventDetail.ID, row.EventSignup.Answers); err != nil {
		return row, out, err
	}
	out.Event.Shifts, err = s.shifts(ctx, q, row.EventDetail.ID, row.EventDetail.Timezone, now)
	return row, out, err
}

// others are the person's other times of the event. Whoever has one link reads the mails of that address, and has them
// all.
func (s *Service) others(ctx context.Context, q *db.Queries, signup uuid.UUID, zone string) ([]events.OtherSignup, error) {
	rows, err := q.ListOtherSignups(ctx, signup)
	if err != nil {
		return nil, fmt.Errorf("list the other times of sign-up %s: %w", signup, err)
	}
	var out []events.OtherSignup
	for _, r := range rows {
		out = append(out, events.OtherSignup{
			Status: events.SignupStatus(r.Status), Path: s.managePath(r.ID), Unconfirmed: r.Unconfirmed,
			Shift: events.Shift{ID: events.ShiftID{UUID: r.ShiftID}, Name: r.Name, Start: s.at(r.StartsAt, zone), End: s.at(r.EndsAt, zone), Cancelled: r.CancelledAt != nil},
		})
	}
	return out, nil
}

func (s *Service) signupOf(row db.GetSignupRow, now time.Time) events.Signup {
	g, d, shift := row.EventSignup, row.EventDetail, row.EventShift
	out := events.Signup{
		ID: events.SignupID{UUID: g.ID}, Status: events.SignupStatus(g.Status), GivenName: g.GivenName, FamilyName: g.FamilyName,
		Email: g.Email, PartySize: int(g.PartySize), Attend: events.Mode(g.Attend),
		Event: s.event(d, now),
		Shift: s.shift(db.ListShiftsRow{
			ID: shift.ID, Name: shift.Name, StartsAt: shift.StartsAt, EndsAt: shift.EndsAt, Capacity: shift.Capacity, Taken: shift.Taken,
			Waiting: shift.Waiting, OnlineCapacity: shift.OnlineCapacity, OnlineTaken: shift.OnlineTaken, OnlineWaiting: shift.OnlineWaiting,
			CancelledAt: shift.CancelledAt,
		}, d.Timezone, now),
		Pool: events.Pool(g.Pool), EndedReason: events.EndedReason(g.EndedReason), CalendarURL: s.FeedURL(g.ID),
	}
	s.offerOf(&out, g, d.Timezone, now)
	if out.Status != events.Registered { // not, not yet or no longer for them to know
		out.Event = publicly(out.Event)
		return out
	}
	out.Attend = out.Event.Attends(out.Attend)
	if out.Attend == events.Online { // no more is the room
		out.Event = publicly(out.Event)
	}
	out.Instructions, out.Reminders = d.Instructions, s.remindersOf(row, now)
	out.TextTo, out.CanText = events.LastDigits(g.TextTo), s.canText(row, now, "")
	out.Coming = g.ComingAt != nil
	out.AskComing = !out.Coming && s.asksComing(row, now)
	if shift.Instructions != "" { // what is said of this time, then of all of them
		out.Instructions = strings.TrimSpace(shift.Instructions + "\n\n" + d.Instructions)
	}
	if out.JoinsOnline() {
		out.OnlineURL = d.OnlineURL
	}
	return out
}

// offerOf says until when an offer is or was good. One that is over has ended, even if nobody has noted it yet.
func (s *Service) offerOf(out *events.Signup, g db.EventSignup, zone string, now time.Time) {
	if g.OfferExpiresAt == nil {
		return
	}
	if out.Status == events.Offered && !now.Before(*g.OfferExpiresAt) {
		out.Status, out.EndedReason = events.SignupCancelled, events.EndedExpired
	}
	if out.Status == events.Offered || out.EndedReason == events.EndedExpired {
		ends := s.at(*g.OfferExpiresAt, zone)
		out.OfferEnds, out.Unconfirmed = &ends, g.WaitlistedAt == nil
	}
}
