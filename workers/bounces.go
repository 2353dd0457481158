package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"groundswell/shared/mail/bounce"
)

type bouncesArgs struct {
	Tick time.Time `json:"tick"`
}

// Kind names the job.
func (bouncesArgs) Kind() string { return "mail.bounces" }

// mostBounces is how many reports one job reads; the next takes the rest.
const mostBounces = 500

// readBounces reads the reports in the mailbox's folder new and moves each to cur once it was judged (maildir(5)), whatever
// it was. One that cannot be judged, because the database is away, stays for the next time.
func (s *services) readBounces(ctx context.Context, _ bouncesArgs) error {
	if s.maildir == "" {
		return nil
	}
	box, err := os.OpenRoot(s.maildir) // no name in it leads out of it
	if err != nil {
		return fmt.Errorf("open the mailbox of bounces: %w", err)
	}
	defer box.Close()
	entries, err := fs.ReadDir(box.FS(), "new")
	if err != nil {
		return fmt.Errorf("read the mailbox of bounces: %w", err)
	}
	reports := slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") })
	for _, e := range reports[:min(len(reports), mostBounces)] {
		verdict, err := s.readBounce(ctx, box, e.Name())
		if errors.Is(err, fs.ErrNotExist) {
			continue // another worker was faster
		}
		if err != nil {
			return err
		}
		s.bounced(verdict)
		s.log.InfoContext(ctx, "bounce read", "verdict", verdict)
		if err := box.Rename("new/"+e.Name(), "cur/"+e.Name()+":2,S"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("put a bounce away: %w", err)
		}
	}
	return nil
}

func (s *services) readBounce(ctx context.Context, box *os.Root, name string) (string, error) {
	f, err := box.Open("new/" + name)
	if err != nil {
		return "", fmt.Errorf("open a bounce: %w", err)
	}
	defer f.Close()
	report, err := bounce.Parse(f)
	switch {
	case errors.Is(err, bounce.ErrMalformed):
		return "malformed", nil
	case errors.Is(err, bounce.ErrAutoReply):
		return "auto_reply", nil
	case errors.Is(err, bounce.ErrNoReport):
		return "no_report", nil
	case err != nil:
		return "", fmt.Errorf("read a bounce: %w", err)
	}
	verdict, err := s.messages.Bounce(ctx, report)
	return string(verdict), err
}
