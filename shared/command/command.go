// Package command is the command line every binary shares: serve (the default), version, healthcheck, and whatever
// commands the binary adds. It handles signals and exit codes and knows no feature.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// Command is one thing a binary does.
type Command struct {
	Name string
	Args string // how its arguments are written in the help; "" for none
	Help string // a phrase
	Run  func(ctx context.Context, args []string) error
}

// App is a binary's command line. The first command is the default. The commands version and healthcheck are added.
type App struct {
	Name          string
	Version       string // "" takes the build's own: the release tag or the revision
	PrivateListen string // where healthcheck asks when PRIVATE_LISTEN is not set
	Commands      []Command
}

// Main runs the command the process was started with and exits: 0 when it worked, 1 when it failed, 2 when there is no
// such command. The context ends at SIGINT or SIGTERM; a second signal kills the process.
func Main(app App) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(app.run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func (a App) run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	all := append(a.Commands[:len(a.Commands):len(a.Commands)],
		Command{Name: "version", Help: "print the version", Run: func(context.Context, []string) error {
			_, err := fmt.Fprintln(stdout, a.Name, a.version())
			return err
		}},
		Command{Name: "healthcheck", Help: "ask the running process whether it is ready", Run: func(ctx context.Context, _ []string) error {
			return a.healthcheck(ctx, os.Getenv("PRIVATE_LISTEN"))
		}})
	name := all[0].Name
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	for _, c := range all {
		if c.Name != name {
			continue
		}
		if c.Args == "" && len(args) == 1 && asksHelp(args[0]) {
			_, _ = fmt.Fprintf(stdout, "usage: %s %s\n%s\n", a.Name, c.Name, c.Help)
			return 0
		}
		if c.Args == "" && len(args) > 0 {
			_, _ = fmt.Fprintf(stderr, "%s %s takes no arguments\n", a.Name, c.Name)
			return 2
		}
		if err := c.Run(ctx, args); err != nil {
			_, _ = fmt.Fprintf(stderr, "%s: %v\n", a.Name, err)
			return 1
		}
		return 0
	}
	if name == "help" || asksHelp(name) {
		a.help(stdout, all)
		return 0
	}
	_, _ = fmt.Fprintf(stderr, "%s: there is no command %q\n", a.Name, name)
	a.help(stderr, all)
	return 2
}

func asksHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

func (a App) help(w io.Writer, commands []Command) {
	_, _ = fmt.Fprintf(w, "usage: %s [command]; %s COMMAND --help says more about one\n", a.Name, a.Name)
	for i, c := range commands {
		help := c.Help
		if i == 0 {
			help += " (the default)"
		}
		_, _ = fmt.Fprintf(w, "\n  %s\n      %s\n", strings.TrimSpace(c.Name+" "+c.Args), help)
	}
}

func (a App) version() string {
	if a.Version != "" {
		return a.Version
	}
	return Version()
}

// Version names the build: the release tag, else the revision with "+dirty" for changes not committed, else "devel".
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if revision == "" {
		return "devel"
	}
	return revision[:min(12, len(revision))] + dirty
}

// healthcheck is for containers, which have no curl: nil when /readyz says 200 within three seconds.
func (a App) healthcheck(ctx context.Context, listen string) error {
	if listen == "" {
		listen = a.PrivateListen
	}
	if strings.HasPrefix(listen, ":") {
		listen = "127.0.0.1" + listen
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	why, err := io.ReadAll(io.LimitReader(resp.Body, 200))
	return errors.Join(fmt.Errorf("not ready: %s", strings.TrimSpace(string(why))), err)
}
