//go:build unix

// Command dev is the development stack: PostgreSQL, Redis, S3 and a mailbox, embedded unless the environment names real ones,
// and every program of the repository, built, started, watched and stopped together. It is a module of its own, so that
// what it embeds stays out of the programs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

	"groundswell/shared/pgserver"
)

const usage = `usage: dev COMMAND

  run                   build and start everything, print the URLs and "ready"; RESET=1 starts with fresh data
  watch                 run, and rebuild, restart and reload what a saved file touches
  with -- CMD ARG…      run CMD against a stack of its own, on free ports and thrown-away data
  bench                 measure in a copy of the repository how long a saved file takes to be served
  wasm [-release] APP…  build the browser programs
  postgres              make sure that PostgreSQL's programs are there, print their folder
`

// errUsage is a command line that makes no sense.
var errUsage = errors.New("what to do was not understood")

func main() {
	followParent()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// A second signal ends the process at once; its children die with it.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:]))
}

// run answers the exit code: 0 also after a signal, which is how people end the stack.
func run(ctx context.Context, args []string) int {
	err := dispatch(ctx, args)
	var exit *exec.ExitError
	switch {
	case err == nil, ctx.Err() != nil && errors.Is(err, context.Canceled):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprint(os.Stderr, usage)
		return 2
	case errors.As(err, &exit):
		return max(exit.ExitCode(), 1)
	}
	fmt.Fprintln(os.Stderr, "dev:", err)
	return 1
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	if args[0] == "s3" && len(args) == 3 {
		return serveS3(ctx, args[1], args[2])
	}
	root, err := findRoot()
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("the go command is not in PATH: install Go 1.26 (https://go.dev/dl) and start again")
	}
	rest := args[1:]
	switch args[0] {
	case "run", "watch":
		if len(rest) > 0 {
			return errUsage
		}
		return runStack(ctx, root, args[0] == "watch")
	case "with":
		return runWith(ctx, root, rest)
	case "wasm":
		return buildClients(ctx, root, rest)
	case "bench":
		return benchSaves(ctx, root)
	case "postgres":
		return printPostgres(ctx, root)
	}
	return errUsage
}

func runStack(ctx context.Context, root string, watch bool) error {
	o := options{dir: dataFolder(root), reset: os.Getenv("RESET") == "1", quality: qualityRun, level: "info"}
	if watch {
		o.quality = qualityWatch
	}
	s, err := newStack(root, o)
	if err != nil {
		return err
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	defer s.stop()
	s.table()
	s.console.say("ready")
	developed := make(chan error, 1)
	if watch {
		go func() { developed <- s.develop(ctx) }()
	}
	select {
	case <-ctx.Done():
		s.console.say("stopping")
		if watch {
			<-developed
		}
		return nil
	case name := <-s.services.died:
		return fmt.Errorf("%s ended by itself; everything else is stopped", name)
	case err := <-developed:
		return err
	}
}

func buildClients(ctx context.Context, root string, args []string) error {
	flags := flag.NewFlagSet("wasm", flag.ContinueOnError)
	release := flags.Bool("release", false, "compress as well as it goes")
	if err := parse(flags, args); err != nil {
		return err
	}
	quality := qualityRun
	if *release {
		quality = qualityRelease
	}
	all, err := findPrograms(root, false)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Client && (flags.NArg() == 0 || slices.Contains(flags.Args(), p.Name)) {
			sizes, err := builder{root: root}.client(ctx, p.Name, quality)
			if err != nil {
				return err
			}
			fmt.Printf("%s: %s\n", p.Name, sizes)
		}
	}
	return nil
}

func printPostgres(ctx context.Context, root string) error {
	if os.Getenv("TEST_DATABASE_URL") != "" || os.Getenv("DATABASE_URL") != "" {
		fmt.Println("the environment names a database")
		return nil
	}
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	var b pgserver.Binaries
	b, err := ensurePostgres(ctx, dataFolder(root), say)
	if err != nil {
		return err
	}
	fmt.Println(b.Dir)
	return nil
}

func parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	return nil
}
