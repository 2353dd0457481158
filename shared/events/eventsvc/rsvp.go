package eventsvc

import (
	"context"
	"errors"
	"fmt"
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

// RSVP signs a person up for a shift: seats, contact, sign-up and the job that mails the details, all or nothing. The
// shift's row is locked, so that seats are never given twice. Signing up again with the same address changes nothing and
// sends the details again, at most once an hour; the answer does not tell the two apart. NotFound, Gone, Conflict and
// Invalid as events.RSVPIn.Validate and events.Event.CanJoin say.
func (s *Service) RSVP(ctx context.Context, in events.RSVPIn) (events.RSVPOut, error) {
	in = in.Clean()
	if err := in.Validate(); err != nil {
		return events.RSVPOut{}, err
	}
	now := s.now()
	out, err := pgdb.Once(ctx, s.db, events.RSVP.Name, in, func(ctx context.Context, tx pgx.Tx) (events.RSVPOut, error) {
		return s.signUp(ctx, tx, in, now)
	})
	return out, pgdb.Fault(err)
}

func (s *Service) signUp(ctx context.Context, tx pgx.Tx, in events.RSVPIn, now time.Time) (events.RSVPOut, error) {
	q := db.New(tx)
	shift, err := q.LockShift(ctx, in.ShiftID.UUID)
	if err != nil {
		return events.RSVPOut{}, found(err, noShift)
	}
	answer := events.RSVPOut{EventSlug: shift.Slug, ShiftID: in.ShiftID, Email: in.Email}
	refused := canJoin(shift, in, now)
	before, err := q.GetActiveSignup(ctx, in.ShiftID.UUID, in.Email)
	switch {
	case err == nil:
		if refused != nil && !sameAgain(in, before, refused, now) {
			return events.RSVPOut{}, refused
		}
		return answer, s.repeat(ctx, tx, before, now)
	case !errors.Is(err, pgx.ErrNoRows):
		return events.RSVPOut{}, fmt.Errorf("look for an earlier sign-up: %w", err)
	case refused != nil:
		return events.RSVPOut{}, refused
	}
	return answer, s.insert(ctx, tx, shift, in, now)
}

// canJoin asks the contract's rule about the locked row.
func canJoin(r db.LockShiftRow, in events.RSVPIn, now time.Time) error {
	e := events.Event{Status: events.Status(r.EventStatus), GuestsAllowed: int(r.GuestsAllowed)}
	shift := events.Shift{Capacity: intPointer(r.Capacity), Taken: int(r.Taken), Cancelled: r.CancelledAt != nil}
	shift.End.At = r.EndsAt
	return e.CanJoin(shift, now, in.PartySize())
}

// sameAgain reports whether a sign-up that is refused for want of seats is one of the last minutes sent twice, by the same
// person in the same words: it took the seats that are missing. Any other repeat is refused as a stranger's is.
func sameAgain(in events.RSVPIn, before db.GetActiveSignupRow, refused error, now time.Time) bool {
	f := fault.As(refused)
	return f != nil && f.Code == fault.Conflict && now.Sub(before.CreatedAt) <= retryWindow &&
		in.PartySize() == int(before.PartySize) && in.GivenName == before.GivenName && in.FamilyName == before.FamilyName
}

// repeat sends the details again to an address that is signed up, at most once an hour. The answer is a new sign-up's, so
// that the form tells nobody who takes part.
func (s *Service) repeat(ctx context.Context, tx pgx.Tx, before db.GetActiveSignupRow, now time.Time) error {
	if now.Sub(before.DetailsAt) < remindEvery {
		return nil
	}
	if err := db.New(tx).TouchSignupDetails(ctx, now, before.OrgID, before.ID); err != nil {
		return fmt.Errorf("note the reminder: %w", err)
	}
	return s.enqueue(ctx, tx, ConfirmArgs{SignupID: before.ID, Sequence: int(before.Sequence), Asked: now.Unix()})
}

func (s *Service) insert(ctx context.Context, tx pgx.Tx, shift db.LockShiftRow, in events.RSVPIn, now time.Time) error {
	signup := id.New[events.Signup]().UUID
	sequence, err := db.New(tx).InsertSignup(ctx, db.InsertSignupParams{
		ID: signup, ContactID: uuid.Must(uuid.NewV7()), OrgID: shift.OrgID, ShiftID: shift.ID,
		Attend: string(attend(shift, in)), PartySize: int32(in.PartySize()), GivenName: in.GivenName, FamilyName: in.FamilyName,
		Email: in.Email, Phone: in.Phone, PostalCode: in.PostalCode, Note: in.Note, Now: now,
	})
	if err != nil {
		return fmt.Errorf("sign up for shift %s: %w", shift.ID, err)
	}
	return s.enqueue(ctx, tx, ConfirmArgs{signup, int(sequence), now.Unix()})
}

// attend is where the person takes part: their choice only where the event offers one.
func attend(shift db.LockShiftRow, in events.RSVPIn) events.Mode {
	switch {
	case events.Status(shift.EventStatus) == events.MovedOnline, events.Mode(shift.EventMode) == events.Online:
		return events.Online
	case events.Mode(shift.EventMode) == events.Hybrid && in.Attend == events.Online:
		return events.Online
	}
	return events.InPerson
}
