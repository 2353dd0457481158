package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"groundswell/shared/blob"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/jobs"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
)

// services are what the jobs call: each job kind one method.
type services struct {
	db       *pgdb.DB
	events   *eventsvc.Service
	messages *messagesvc.Service
	store    *blob.Store
	now      func() time.Time
	kept     Kept
	log      *slog.Logger
	maildir  string // "": none
	bounced  func(verdict ...string)
}

// handleJobs gives every job kind its method.
func handleJobs(w *jobs.Workers, s *services) error {
	return errors.Join(
		jobs.Handle(w, s.events.SendConfirmation),
		jobs.Handle(w, s.events.SendCancellation),
		jobs.Handle(w, s.events.SendConfirmations),
		jobs.Handle(w, s.events.SendWaitlisted),
		jobs.Handle(w, s.events.SendOffer),
		jobs.Handle(w, s.events.SendOfferExpired),
		jobs.Handle(w, s.events.SendLeftLine),
		jobs.Handle(w, s.events.SendParty),
		jobs.Handle(w, s.events.ExpireOffer),
		jobs.Handle(w, s.events.SendReminder),
		jobs.Handle(w, s.events.TellChanges),
		jobs.Handle(w, s.events.SendChange),
		jobs.Handle(w, s.events.SendHostLink),
		jobs.Handle(w, s.events.SendHostAwaits),
		jobs.Handle(w, s.events.SendHostDecision),
		jobs.Handle(w, s.events.SendHostChange),
		jobs.Handle(w, s.planReminders),
		jobs.Handle(w, s.sweepDeliveries),
		jobs.Handle(w, s.forgetCommands),
		jobs.Handle(w, s.readBounces),
		jobs.Handle(w, s.eraseOld),
		jobs.Handle(w, s.makeImages),
		jobs.Handle(w, s.removeOrphans),
		jobs.Handle(w, s.removeReleased),
	)
}

// planReminders queues the reminders that are due.
func (s *services) planReminders(ctx context.Context, _ remindersArgs) error {
	_, err := s.events.PlanReminders(ctx)
	return err
}

// sweepDeliveries lists as unknown what a dead worker left behind.
func (s *services) sweepDeliveries(ctx context.Context, _ sweepArgs) error {
	_, err := s.messages.SweepLost(ctx)
	return err
}

// commandsKept is how long a repeated command gets its first answer: what the outbox of a sleeping browser may need.
const commandsKept = 7 * 24 * time.Hour

func (s *services) forgetCommands(ctx context.Context, _ forgetArgs) error {
	_, err := pgdb.DeleteAnswered(ctx, s.db, s.now().Add(-commandsKept))
	if err != nil {
		return fmt.Errorf("forget commands: %w", err)
	}
	return nil
}

// These are the jobs of the timetable; Tick is the moment they were due.
type sweepArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (sweepArgs) Kind() string { return "messages.sweep" }

type forgetArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (forgetArgs) Kind() string { return "commands.forget" }

type remindersArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (remindersArgs) Kind() string { return "events.reminders" }
