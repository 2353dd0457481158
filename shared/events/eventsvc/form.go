package eventsvc

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

// answered are the answers to the questions of the event whose times are asked for; see events.Answered.
func (s *Service) answered(ctx context.Context, in events.RSVPIn) (events.Answers, error) {
	rows, err := s.q.ListShiftQuestions(ctx, in.Shifts()[0].UUID)
	if err != nil {
		return nil, fmt.Errorf("list the questions of shift %s: %w", in.Shifts()[0], err)
	}
	return events.Answered(questionsOf(rows), in.Answers)
}

// questionsOf maps the rows of every statement that lists questions.
func questionsOf[R db.ListQuestionsRow | db.ListShiftQuestionsRow | db.ListAnsweredQuestionsRow | db.ListExportedQuestionsRow](rows []R) []events.Question {
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
