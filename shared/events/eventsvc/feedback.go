package eventsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// ratePurpose names what the tokens of ratings are for: one that may rate does not open the sign-up.
const ratePurpose = "events.rate"

// RateURL is the secret link by which a person rates what they took part in.
func (s *Service) RateURL(signup uuid.UUID) string {
	return s.site + "/rate/" + s.signer.Token(ratePurpose, signup)
}

// GetRating opens a rating by the token of its link, and changes nothing. NotFound for a token that is not ours, Gone for a
// sign-up that was cancelled or deleted, Conflict and Gone as events.Shift.CanRate says.
func (s *Service) GetRating(ctx context.Context, in events.RatingIn) (events.Rating, error) {
	signup, err := s.signer.Open(ratePurpose, in.Token)
	if err != nil {
		return events.Rating{}, err
	}
	return s.readRating(ctx, signup)
}

func (s *Service) readRating(ctx context.Context, signup uuid.UUID) (out events.Rating, err error) {
	err = s.withSignup(ctx, signup, func(_ pgx.Tx, q *db.Queries) (err error) {
		out, _, err = s.rating(ctx, q, signup)
		return err
	})
	return out, pgdb.Fault(err)
}

// Rate keeps what the person says, in place of what they said before, once with one key, and returns what is kept. The faults are GetRating's and
// events.RateIn.Validate's.
func (s *Service) Rate(ctx context.Context, in events.RateIn) (events.Rating, error) {
	in = in.Clean()
	if err := in.Validate(); err != nil {
		return events.Rating{}, err
	}
	signup, err := s.signer.Open(ratePurpose, in.Token)
	if err != nil {
		return events.Rating{}, err
	}
	_, err = pgdb.Once(ctx, s.db, events.Rate.Name, in, func(ctx context.Context, tx pgx.Tx) (struct{}, error) {
		q := db.New(tx)
		if err := forSignup(ctx, q, signup); err != nil {
			return struct{}{}, err
		}
		_, org, err := s.rating(ctx, q, signup)
		if err != nil {
			return struct{}{}, err
		}
		err = q.SaveFeedback(ctx, db.SaveFeedbackParams{SignupID: signup, OrgID: org, Stars: int32(in.Stars), Comment: in.Comment, Now: s.now()})
		if err != nil {
			return struct{}{}, fmt.Errorf("keep the rating of sign-up %s: %w", signup, err)
		}
		return struct{}{}, nil
	})
	if err != nil {
		return events.Rating{}, pgdb.Fault(err)
	}
	return s.readRating(ctx, signup)
}

func (s *Service) rating(ctx context.Context, q *db.Queries, signup uuid.UUID) (events.Rating, uuid.UUID, error) {
	row, err := q.GetSignup(ctx, signup)
	if err != nil {
		return events.Rating{}, uuid.Nil, linked(err)
	}
	full := s.signupOf(row, s.now())
	if full.Status != events.Registered || full.Event.Status == events.Cancelled || full.Shift.Cancelled {
		return events.Rating{}, uuid.Nil, fault.New(fault.Gone, "There is nothing to rate: you were not signed up, or it did not take place.")
	}
	if err := full.Shift.CanRate(s.now()); err != nil {
		return events.Rating{}, uuid.Nil, err
	}
	out := events.Rating{GivenName: full.GivenName, Shift: full.Shift, Event: publicly(full.Event), Until: full.Shift.RateUntil()}
	said, err := q.GetFeedback(ctx, row.EventSignup.OrgID, signup)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return events.Rating{}, uuid.Nil, fmt.Errorf("read the rating of sign-up %s: %w", signup, err)
	}
	out.Stars, out.Comment = int(said.Stars), said.Comment
	return out, row.EventSignup.OrgID, nil
}
