package eventsvc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

// OrganizationOf is the organisation whose form it is; the zero value when the time is none of ours.
func (s *Service) OrganizationOf(ctx context.Context, in events.RSVPIn) (orgs.ID, error) {
	shifts := in.Shifts()
	if len(shifts) == 0 {
		return orgs.ID{}, nil
	}
	org, err := s.q.GetShiftOrganization(ctx, shifts[0].UUID)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return orgs.ID{}, nil
	case err != nil:
		return orgs.ID{}, pgdb.Fault(fmt.Errorf("find the organisation of shift %s: %w", shifts[0], err))
	}
	return orgs.ID{UUID: org}, nil
}

// errPretended undoes what was done for a robot.
var errPretended = errors.New("a robot filled in the form")

// pretend answers a robot as a person is answered, and leaves nothing behind: no sign-up, no contact, no mail. A robot
// that is refused tries again until it is not.
func (s *Service) pretend(ctx context.Context, in events.RSVPIn, now time.Time) (out events.RSVPOut, err error) {
	err = s.db.Tx(ctx, func(tx pgx.Tx) error {
		if out, err = s.signUp(ctx, tx, in, now); err != nil {
			return err
		}
		return errPretended
	})
	if errors.Is(err, errPretended) {
		return out, nil
	}
	return events.RSVPOut{}, err
}

// answered are the answers to the questions of the event whose times are asked for; see events.Answered.
func (s *Service) answered(ctx context.Context, in events.RSVPIn) (events.Answers, error) {
	rows, err := s.q.ListShiftQuestions(ctx, in.Shifts()[0].UUID)
	if err != nil {
		return nil, fmt.Errorf("list the questions of shift %s: %w", in.Shifts()[0], err)
	}
	return events.Answered(questionsOf(rows), in.Answers)
}

// questionsOf maps the rows of every statement that lists questions.
func questionsOf[R db.ListQuestionsRow | db.ListShiftQuestionsRow | db.ListAnsweredQuestionsRow](rows []R) []events.Question {
	questions := make([]events.Question, len(rows))
	for i, row := range rows {
		r := db.ListQuestionsRow(row)
		questions[i] = events.Question{
			ID: events.QuestionID{UUID: r.ID}, Kind: events.QuestionKind(r.Kind), Label: r.Label, Help: r.Help, Required: r.Required,
		}
		if len(r.Choices) > 0 {
			questions[i].Choices = r.Choices
		}
	}
	return questions
}

// answers are those of a sign-up in words, also those to questions that are not asked any more.
func (s *Service) answers(ctx context.Context, q *db.Queries, event uuid.UUID, stored []byte) ([]events.Answer, error) {
	var a events.Answers
	if err := json.Unmarshal(stored, &a); err != nil {
		return nil, fmt.Errorf("read the answers of a sign-up: %w", err)
	}
	if len(a) == 0 {
		return nil, nil
	}
	var ids []uuid.UUID
	for question := range a {
		if id, err := uuid.Parse(question); err == nil {
			ids = append(ids, id)
		}
	}
	rows, err := q.ListAnsweredQuestions(ctx, event, ids)
	if err != nil {
		return nil, fmt.Errorf("list the questions that a sign-up of event %s answered: %w", event, err)
	}
	return events.Told(questionsOf(rows), a), nil
}

// asked is the part of a sign-up that is kept as JSON: answers and source.
func asked(in events.RSVPIn) (answers, source []byte, err error) {
	if in.Answers == nil {
		in.Answers = events.Answers{}
	}
	if answers, err = json.Marshal(in.Answers); err != nil {
		return nil, nil, fmt.Errorf("write the answers of a sign-up: %w", err)
	}
	if source, err = json.Marshal(in.Source); err != nil {
		return nil, nil, fmt.Errorf("write the source of a sign-up: %w", err)
	}
	return answers, source, nil
}

// mostGuestEvents bounds the events of others on an organisation's page.
const mostGuestEvents = 12

// guestEvents are the next events of others that the organisation hosts or promotes, each marked with its role.
func (s *Service) guestEvents(ctx context.Context, org uuid.UUID, now time.Time) ([]events.Card, error) {
	rows, err := s.q.ListGuestEvents(ctx, now, org, mostGuestEvents)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids, starts := make([]uuid.UUID, len(rows)), make([]time.Time, len(rows))
	roles := map[uuid.UUID]events.HostRole{}
	for i, r := range rows {
		ids[i], starts[i], roles[r.EventID] = r.EventID, r.StartsAt, events.HostRole(r.Role)
	}
	cards, err := s.q.ListCards(ctx, ids, starts, now)
	if err != nil {
		return nil, err
	}
	var out []events.Card
	for _, r := range cards {
		c := s.card(r)
		c.Role = roles[r.ID]
		out = append(out, c)
	}
	return out, nil
}
