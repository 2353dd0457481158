package eventsvc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/id"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

const (
	// remindEvery bounds how often a repeated sign-up sends the details again.
	remindEvery = time.Hour
	// retryWindow is how long a repeated sign-up is taken for the same one sent twice, even if the shift is full by then.
	retryWindow = 10 * time.Minute
)

const noShift = "This time is not offered any more. Please choose another."

// RSVP signs a person up for one or several shifts of an event: seats or places in line, contact, sign-ups and the job that mails
// the details, all or nothing. The shifts' rows are locked, so that seats are never given twice. Signing up again with the same
// address changes nothing and sends the details again, at most once an hour; the answer does not tell the two apart: it is what a
// stranger would get. So is that to a robot, for which nothing is done. Where the organisation wants sign-ups confirmed, seats
// are held as an offer is, and the mail asks to accept them: each time anew, for whoever types an address that confirmed before
// may be somebody else, and who watches the free seats must not learn that it did. NotFound, Gone, Conflict and Invalid as
// events.RSVPIn.Validate, events.RSVPIn.CheckOverlap, events.Answered and events.Event.Admit say.
func (s *Service) RSVP(ctx context.Context, in events.RSVPIn) (events.RSVPOut, error) {
	in = in.Clean()
	if err := in.Validate(); err != nil {
		return events.RSVPOut{}, err
	}
	now := s.now()
	var err error
	if in.Answers, err = s.answered(ctx, in); err != nil {
		return events.RSVPOut{}, pgdb.Fault(err)
	}
	if in.Website != "" {
		out, err := s.pretend(ctx, in, now)
		return out, pgdb.Fault(err)
	}
	out, err := pgdb.Once(ctx, s.db, events.RSVP.Name, in, func(ctx context.Context, tx pgx.Tx) (events.RSVPOut, error) {
		return s.signUp(ctx, tx, in, now)
	})
	return out, pgdb.Fault(err)
}

func (s *Service) signUp(ctx context.Context, tx pgx.Tx, in events.RSVPIn, now time.Time) (events.RSVPOut, error) {
	shifts, err := s.lockAsked(ctx, tx, in, now)
	if err != nil {
		return events.RSVPOut{}, err
	}
	textTo, err := shifts[0].textTo(in)
	if err != nil {
		return events.RSVPOut{}, err
	}
	answer := events.RSVPOut{EventSlug: shifts[0].Slug, ShiftID: events.ShiftID{UUID: shifts[0].ID}, Email: in.Email}
	var done []signedUp
	for _, l := range shifts {
		one, err := l.signUp(ctx, in, textTo)
		if err != nil {
			return events.RSVPOut{}, l.naming(err, len(shifts))
		}
		done = append(done, one)
		answer.Confirm = answer.Confirm || one.position == 0 && l.VerifySignups
		shift := events.ShiftID{UUID: l.ID}
		if len(shifts) > 1 {
			answer.ShiftIDs = append(answer.ShiftIDs, shift)
		}
		if one.position > 0 {
			answer.Waitlisted = append(answer.Waitlisted, events.PlaceInLine{ShiftID: shift, Position: one.position})
		}
	}
	if i := slices.IndexFunc(done, func(one signedUp) bool { return one.texted }); i >= 0 {
		if err := s.keepConsent(ctx, db.New(tx), done[i].id, textTo, "opt_in", events.TextConsent(shifts[0].organisation())); err != nil {
			return events.RSVPOut{}, err
		}
	}
	return answer, s.post(ctx, tx, done, now)
}

// lockAsked locks the shifts asked for, which are of one listed event and do not overlap, and returns them by start.
func (s *Service) lockAsked(ctx context.Context, tx pgx.Tx, in events.RSVPIn, now time.Time) ([]*lockedShift, error) {
	ids := make([]uuid.UUID, 0, 1)
	for _, shift := range in.Shifts() {
		ids = append(ids, shift.UUID)
	}
	shifts, err := s.lockShifts(ctx, tx, now, ids...)
	if err != nil {
		return nil, err
	}
	if len(shifts) < len(ids) || slices.ContainsFunc(shifts, func(l *lockedShift) bool { return !l.Listed || l.EventID != shifts[0].EventID }) {
		return nil, fault.New(fault.NotFound, noShift)
	}
	asked := make([]events.Shift, len(shifts))
	for i, l := range shifts {
		asked[i] = l.shift()
	}
	slices.SortStableFunc(shifts, func(a, b *lockedShift) int { return a.StartsAt.Compare(b.StartsAt) })
	return shifts, in.CheckOverlap(asked)
}

// signedUp is what came of one shift: the sign-up, the place in line a stranger would get (0: a seat), and the mail that
// is due for it.
type signedUp struct {
	id       uuid.UUID
	sequence int
	status   events.SignupStatus
	position int
	due      bool
	texted   bool // the number to text was noted
}

// signUp takes seats or a place in line, or leaves the sign-up that the address has as it is.
func (l *lockedShift) signUp(ctx context.Context, in events.RSVPIn, textTo string) (signedUp, error) {
	pool := l.event().Pool(in.Attend)
	status, refused := l.event().Admit(l.shift(), pool, l.now, in.PartySize())
	position := 0
	if status == events.Waitlisted {
		position = l.waiting(pool) + 1
	}
	before, err := l.q.GetActiveSignup(ctx, l.ID, in.Email)
	switch {
	case err == nil:
		if refused != nil && !sameAgain(in, before, refused, l.now) {
			return signedUp{}, refused
		}
		one, err := l.repeat(ctx, before)
		if err == nil {
			one.texted, err = l.retext(ctx, before, textTo)
		}
		one.position = position
		return one, err
	case !errors.Is(err, pgx.ErrNoRows):
		return signedUp{}, fmt.Errorf("look for an earlier sign-up: %w", err)
	case refused != nil:
		return signedUp{}, refused
	}
	one, err := l.insert(ctx, in, textTo, pool, status)
	one.position = position
	return one, err
}

// newcomer is the state in which seats are given to somebody who just asked for them, and until when they are held.
func (l *lockedShift) newcomer() (events.SignupStatus, *time.Time) {
	if !l.VerifySignups {
		return events.Registered, nil
	}
	return events.Offered, new(l.offerEnds())
}

// sameAgain reports whether a sign-up that is refused for want of seats is one of the last minutes sent twice, by the same
// person in the same words: it took the seats that are missing. Any other repeat is refused as a stranger's is.
func sameAgain(in events.RSVPIn, before db.GetActiveSignupRow, refused error, now time.Time) bool {
	f := fault.As(refused)
	return f != nil && f.Code == fault.Conflict && now.Sub(before.CreatedAt) <= retryWindow &&
		in.PartySize() == int(before.PartySize) && in.GivenName == before.GivenName && in.FamilyName == before.FamilyName
}

// repeat asks for the details again for an address that is signed up, at most once an hour. Who still stands in a line
// that closed, when seats are free again, gets them: a stranger would.
func (l *lockedShift) repeat(ctx context.Context, before db.GetActiveSignupRow) (signedUp, error) {
	one := signedUp{id: before.ID, sequence: int(before.Sequence), status: events.SignupStatus(before.Status)}
	if one.status == events.Waitlisted {
		status, err := l.event().Admit(l.shift(), events.Pool(before.Pool), l.now, int(before.PartySize))
		if err == nil && status == events.Registered {
			to := change{}
			to.status, to.offerEnds = l.newcomer()
			one.status, one.due = to.status, true
			one.sequence, err = l.move(ctx, db.EventSignup{ID: before.ID, Status: before.Status, PartySize: before.PartySize}, to)
			if err != nil || to.offerEnds == nil {
				return one, err
			}
			return one, l.endLater(ctx, before.ID, *to.offerEnds)
		}
	}
	if l.now.Sub(before.DetailsAt) < remindEvery {
		return one, nil
	}
	if err := l.q.TouchSignupDetails(ctx, l.now, before.OrgID, before.ID); err != nil {
		return one, fmt.Errorf("note the reminder: %w", err)
	}
	one.due = true
	return one, nil
}

func (l *lockedShift) insert(ctx context.Context, in events.RSVPIn, textTo string, pool events.Pool, status events.SignupStatus) (signedUp, error) {
	one := signedUp{id: id.New[events.Signup]().UUID, status: status, due: true, texted: textTo != ""}
	var inLine, ends *time.Time
	if status == events.Waitlisted {
		at, err := l.endOfLine(ctx, pool)
		if err != nil {
			return one, err
		}
		inLine = &at
	} else {
		one.status, ends = l.newcomer()
	}
	answers, source, err := asked(in)
	if err != nil {
		return one, err
	}
	sequence, err := l.q.InsertSignup(ctx, db.InsertSignupParams{
		ID: one.id, ContactID: uuid.Must(uuid.NewV7()), OrgID: l.OrgID, ShiftID: l.ID, Status: string(one.status), Pool: string(pool), WaitlistedAt: inLine,
		OfferExpiresAt: ends, Attend: string(l.event().Attends(in.Attend)), PartySize: int32(in.PartySize()), GivenName: in.GivenName, FamilyName: in.FamilyName,
		Email: in.Email, Phone: in.Phone, TextTo: textTo, PostalCode: in.PostalCode, Note: in.Note, Answers: answers, Source: source,
		Now: l.now,
	})
	if err != nil {
		return one, fmt.Errorf("sign up for shift %s: %w", l.ID, err)
	}
	one.sequence = int(sequence)
	if ends == nil {
		return one, nil
	}
	return one, l.endLater(ctx, one.id, *ends)
}

// naming says which of several times a refusal is about.
func (l *lockedShift) naming(err error, times int) error {
	f := fault.As(err)
	if f == nil || times == 1 || len(f.Fields) > 0 {
		return err
	}
	return fault.New(f.Code, "%s: %s", l.svc.at(l.StartsAt, l.Timezone).Local().Format(subjectTime), f.Message)
}

// post enqueues the mail about what was signed up for: one, however many times it lists.
func (s *Service) post(ctx context.Context, tx pgx.Tx, done []signedUp, now time.Time) error {
	if !slices.ContainsFunc(done, func(one signedUp) bool { return one.due }) {
		return nil
	}
	if len(done) > 1 {
		ids := make([]uuid.UUID, len(done))
		for i, one := range done {
			ids[i] = one.id
		}
		return s.enqueue(ctx, tx, ConfirmAllArgs{ids, now.Unix()})
	}
	one := done[0]
	switch one.status {
	case events.Waitlisted:
		return s.enqueue(ctx, tx, WaitlistedArgs{one.id, one.sequence, now.Unix()})
	case events.Offered:
		return s.enqueue(ctx, tx, OfferedArgs{one.id, one.sequence, now.Unix()})
	}
	return s.enqueue(ctx, tx, ConfirmArgs{one.id, one.sequence, now.Unix()})
}
