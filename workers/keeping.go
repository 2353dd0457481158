package main

import (
	"context"
	"errors"
	"time"

	"groundswell/shared/fullstack"
)

// eraseOld forgets personal data that nobody needs any more, and words that search does not need.
func (s *services) eraseOld(ctx context.Context, _ retentionArgs) error {
	now := s.now()
	_, addresses := s.messages.EraseRecipients(ctx, now.AddDate(0, 0, -s.kept.Addresses))
	old := now.AddDate(0, 0, -s.kept.Signups)
	_, signups := s.events.EraseSignups(ctx, old)
	_, contacts := s.events.EraseContacts(ctx, old) // of the sign-ups just erased, too
	_, hosts := s.events.EraseHosts(ctx, old)
	_, consents := s.messages.EraseConsents(ctx, old) // of the contacts just erased, too
	_, hostings := s.events.DeleteHostings(ctx)
	return errors.Join(addresses, signups, contacts, hosts, consents, hostings, s.events.TidyWords(ctx), s.messages.ForgetLines(ctx, now.AddDate(0, 0, -1)))
}

// makeImages makes the smaller versions of cover images that have none.
func (s *services) makeImages(ctx context.Context, _ imagesArgs) error {
	_, err := s.events.MakeImages(ctx)
	return err
}

// removeOrphans removes files that no row names.
func (s *services) removeOrphans(ctx context.Context, _ orphansArgs) error {
	_, err := s.events.RemoveOrphans(ctx)
	return err
}

// removeReleased removes the files of releases that do not run any more. The tick is the database's time: a worker whose
// clock is wrong removes nothing too early.
func (s *services) removeReleased(ctx context.Context, a releasedArgs) error {
	_, err := fullstack.RemoveReleased(ctx, s.store, a.Tick)
	return err
}

type retentionArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (retentionArgs) Kind() string { return "data.retention" }

type imagesArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (imagesArgs) Kind() string { return "events.images" }

type orphansArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (orphansArgs) Kind() string { return "events.orphans" }

type releasedArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (releasedArgs) Kind() string { return "releases.remove" }
