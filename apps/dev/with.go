//go:build unix

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"groundswell/shared/pgserver"
)

// runWith starts a whole stack beside whatever runs already, runs the command in the repository with the addresses in its
// environment, and takes everything away again. E2E_<APP>_URL and E2E_<APP>_PRIVATE_URL are the programs', E2E_MAIL_URL
// is the console's origin (/mail, /api/mail, /sms, /api/sms), E2E_STACK_URL its /api/stack; the rest is what the programs get themselves.
// The database is durable and the browser programs are compressed as they are released: what runs here may be measured.
func runWith(ctx context.Context, root string, args []string) error {
	flags := flag.NewFlagSet("with", flag.ContinueOnError)
	if err := parse(flags, args); err != nil || flags.NArg() == 0 {
		return errUsage
	}
	for _, name := range []string{"DATABASE_URL", "REDIS_URL", "S3_ENDPOINT", "SMTP_URL", "SMS_URL"} { // somebody's real services
		if err := os.Unsetenv(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	dir, err := temporaryFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := newStack(root, options{dir: dir, anyPort: true, quality: qualityRelease, level: "warn"})
	if err != nil {
		return err
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	defer s.stop()
	return s.runCommand(ctx, flags.Args())
}

func (s *stack) runCommand(ctx context.Context, args []string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = s.root
	cmd.Env = slices.Concat(os.Environ(), s.common(), s.endToEnd())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

func (s *stack) endToEnd() []string {
	env := []string{"E2E_MAIL_URL=" + s.consoleURL(), "E2E_STACK_URL=" + s.consoleURL() + "/api/stack"}
	for _, p := range s.programs {
		name := "E2E_" + strings.ToUpper(p.Name)
		env = append(env, name+"_PRIVATE_URL="+p.PrivateURL())
		if p.Port != 0 {
			env = append(env, name+"_URL="+p.URL())
		}
	}
	return env
}

// temporaryFolder is one that the account of PostgreSQL can enter.
func temporaryFolder() (string, error) {
	base := os.TempDir()
	if pgserver.Reachable(base) != nil {
		base = "/var/tmp"
	}
	dir, err := os.MkdirTemp(base, "groundswell-with-")
	if err != nil {
		return "", fmt.Errorf("make a temporary folder: %w", err)
	}
	return dir, os.Chmod(dir, 0o755)
}
