package eventsvc

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

// organise changes an event under its lock, for operators. NotFound when there is none by that slug, listed or not.
func (s *Service) organise(ctx context.Context, slug string, change func(*db.Queries, db.LockEventBySlugRow) error) error {
	err := s.db.Tx(ctx, func(tx pgx.Tx) error {
		q := db.New(tx)
		e, err := q.LockEventBySlug(ctx, slug)
		if err != nil {
			return found(err, noEvent)
		}
		if err := pgdb.For(ctx, tx, e.OrgID); err != nil {
			return err
		}
		if err := change(q, e); err != nil {
			return err
		}
		return q.MarkEventChanged(ctx, s.now(), e.OrgID, e.ID)
	})
	if err != nil {
		return pgdb.Fault(fmt.Errorf("organise event %s: %w", slug, err))
	}
	return nil
}

// eventNamed is the id of an event, listed or not, for operators.
func (s *Service) eventNamed(ctx context.Context, slug string) (uuid.UUID, error) {
	e, err := s.q.GetEventBySlug(ctx, slug)
	if err != nil {
		return uuid.Nil, found(err, noEvent)
	}
	return e.ID, nil
}

// Questions are those that an event's form asks, in its order. NotFound when there is no such event. For operators.
func (s *Service) Questions(ctx context.Context, slug string) ([]events.Question, error) {
	event, err := s.eventNamed(ctx, slug)
	if err != nil {
		return nil, err
	}
	rows, err := s.q.ListQuestions(ctx, event)
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list the questions of event %s: %w", slug, err))
	}
	return questionsOf(rows), nil
}

// AddQuestion asks one more question, after the others; its ID is made here. NotFound when there is no such event,
// Invalid for what cannot be asked, Conflict when the form has 20 already. For operators.
func (s *Service) AddQuestion(ctx context.Context, slug string, ask events.Question) error {
	if err := ask.Validate(); err != nil {
		return err
	}
	return s.organise(ctx, slug, func(q *db.Queries, e db.LockEventBySlugRow) error {
		asked, err := q.ListQuestions(ctx, e.ID)
		if err != nil {
			return err
		}
		if len(asked) >= events.MostQuestions {
			return fault.New(fault.Conflict, "A form has at most %d questions: remove one first.", events.MostQuestions)
		}
		return q.InsertQuestion(ctx, db.InsertQuestionParams{
			ID: uuid.Must(uuid.NewV7()), OrgID: e.OrgID, EventID: e.ID, Kind: string(ask.Kind), Label: ask.Label, Help: ask.Help,
			Choices: append([]string{}, ask.Choices...), Required: ask.Required, Now: s.now(),
		})
	})
}

// RemoveQuestion takes a question out of an event's form. The answers it got stay with their sign-ups and are told in its
// words as before; answers is how many sign-ups have one. NotFound when there is no such event, or it does not ask
// that. For operators.
func (s *Service) RemoveQuestion(ctx context.Context, slug string, question events.QuestionID) (answers int, err error) {
	err = s.organise(ctx, slug, func(q *db.Queries, e db.LockEventBySlugRow) error {
		removed, err := q.RemoveQuestion(ctx, s.now(), e.ID, question.UUID)
		if err != nil {
			return err
		}
		if removed == 0 {
			return fault.New(fault.NotFound, "The event asks no question by this id.")
		}
		n, err := q.CountAnswers(ctx, e.ID, question.String())
		answers = int(n)
		return err
	})
	return answers, err
}

// Hosts are the organisations behind an event beside its own, co-hosts first. NotFound when there is no such event. For
// operators.
func (s *Service) Hosts(ctx context.Context, slug string) ([]events.Host, error) {
	event, err := s.eventNamed(ctx, slug)
	if err != nil {
		return nil, err
	}
	rows, err := s.q.ListHosts(ctx, event)
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list the hosts of event %s: %w", slug, err))
	}
	hosts := make([]events.Host, len(rows))
	for i, r := range rows {
		hosts[i] = events.Host{Slug: r.Slug, Name: r.Name, Role: events.HostRole(r.Role)}
	}
	return hosts, nil
}

// PutHost gives an organisation its part in an event of another, in place of the part it had. NotFound when there is no
// such event or organisation, Invalid for another role than the two there are, Conflict when the event is its own or
// has 20 hosts already. For operators.
func (s *Service) PutHost(ctx context.Context, slug, org string, role events.HostRole) error {
	if role != events.Cohost && role != events.Promoter {
		return fault.New(fault.Invalid, "An organisation is a cohost or a promoter, not %q.", role)
	}
	return s.organise(ctx, slug, func(q *db.Queries, e db.LockEventBySlugRow) error {
		host, err := q.GetOrganization(ctx, org)
		if err != nil {
			return found(err, noOrganisation)
		}
		if host.ID == e.OrgID {
			return fault.New(fault.Conflict, "%s is the organiser of this event itself.", host.Name)
		}
		err = q.PutHost(ctx, db.PutHostParams{OrgID: e.OrgID, EventID: e.ID, HostID: host.ID, Role: string(role), Now: s.now()})
		if err != nil {
			return err
		}
		hosts, err := q.ListHosts(ctx, e.ID)
		if err == nil && len(hosts) > events.MostHosts {
			return fault.New(fault.Conflict, "An event has at most %d hosts: remove one first.", events.MostHosts)
		}
		return err
	})
}

// RemoveHost takes an organisation's part in an event from it. NotFound when there is no such event or it has none. For
// operators.
func (s *Service) RemoveHost(ctx context.Context, slug, org string) error {
	return s.organise(ctx, slug, func(q *db.Queries, e db.LockEventBySlugRow) error {
		n, err := q.DeleteHost(ctx, e.ID, org)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "%q is no host of this event.", org)
		}
		return err
	})
}

// Tags are those of an event, sorted. NotFound when there is no such event. For operators.
func (s *Service) Tags(ctx context.Context, slug string) ([]string, error) {
	event, err := s.eventNamed(ctx, slug)
	if err != nil {
		return nil, err
	}
	tags, err := s.q.ListTags(ctx, event)
	if err != nil {
		return nil, pgdb.Fault(fmt.Errorf("list the tags of event %s: %w", slug, err))
	}
	return tags, nil
}

// SetTags makes these the tags of an event, none for no tag, written as an import writes categories: "Climate" is climate. They are
// the operator's then: no import takes them away. NotFound when there is no such event, Invalid for what cannot be a tag and for
// more than 20. For operators.
func (s *Service) SetTags(ctx context.Context, slug string, names []string) error {
	tags := []string{}
	for _, name := range names {
		tag, why := ics.Tag(name, events.MostTagLength)
		if tag == "" {
			return fault.New(fault.Invalid, "%q %s.", name, why)
		}
		tags = append(tags, tag)
	}
	if err := events.ValidateTags(tags); err != nil {
		return err
	}
	return s.organise(ctx, slug, func(q *db.Queries, e db.LockEventBySlugRow) error {
		return q.SetTags(ctx, e.OrgID, e.ID, tags)
	})
}
