//go:build !js

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"groundswell/shared/command"
)

// commands are all that the events site does. How a command is used stands here alone: its own --help reads it too.
func commands() []command.Command {
	return append([]command.Command{
		{Name: "serve", Help: "serve the site", Run: func(ctx context.Context, _ []string) error { return serve(ctx) }},
		{Name: "migrate", Help: "bring the database up to date", Run: func(ctx context.Context, _ []string) error { return migrate(ctx) }},
		{Name: "orgs", Args: "[--add SLUG --name NAME --timezone ZONE [--disclaimer TEXT] [--website URL] [--privacy URL] ...]", Help: "list the organisations, or make one", Run: operate(orgs)},
		{Name: "import-ics", Args: "--org SLUG FILE-or-URL", Help: "import a calendar's events; - reads standard input", Run: operate(importICS)},
		{Name: "list", Args: "--org SLUG [--past]", Help: "list an organisation's events with their shifts, times and seats", Run: operate(list)},
		{Name: "signups", Args: "--event SLUG [--org SLUG [--csv]]", Help: "list the newest sign-ups for an event, without what reaches the people, or write all that is known of all of them", Run: operate(signups)},
		{Name: "attended", Args: "--event SLUG --org SLUG [--no-show | --undo] ID...", Help: "note who came to an event, and who did not: the latter are not asked how it was", Run: operate(attended)},
		{Name: "delete-signup", Args: "ID, or --email ADDRESS --event SLUG", Help: "delete junk: a sign-up, its contact and its seats, which go to those who wait; nobody is told", Run: operate(deleteSignup)},
		{Name: "seats", Args: "--shift ID [--capacity N] [--online N]", Help: "show or set how many seats a shift has", Run: operate(setSeats)},
		{Name: "waitlist", Args: "--event SLUG [--on | --off] [--offer-minutes N]", Help: "show, open or close an event's waitlist, and say how long an offer is good", Run: operate(setWaitlist)},
		{Name: "verify", Args: "--org SLUG [--on | --off]", Help: "show or say whether who signs up with an organisation must confirm it by the link in a mail", Run: operate(verify)},
		{Name: "texting", Args: "--org SLUG [--number NUMBER | --off]", Help: "show or say which number an organisation sends the reminders from that people asked for by text", Run: operate(texting)},
		{Name: "edit", Args: "--org SLUG --event SLUG [--title TEXT] [--description TEXT] [--type TYPE] [--mode in_person|online|hybrid] [--link URL] [--guests N] [--accessible yes|no|unsure] [--venue NAME] [--address STREET] [--private-address yes|no] [--image FILE --image-alt TEXT] ...", Help: "change what an event says and where it is; another place, link or mode is told to everybody who is signed up", Run: operate(edit)},
		{Name: "embeds", Args: "--org SLUG [--allow URL] [--forbid URL]", Help: "list or say which websites may show an organisation's events", Run: operate(embedOrigins)},
		{Name: "questions", Args: "--event SLUG [--add LABEL ...] [--remove ID]", Help: "list, add or remove questions of an event's form", Run: operate(questions)},
		{Name: "hosts", Args: "--event SLUG [--add ORG [--role ROLE]] [--remove ORG]", Help: "list, add or remove organisations behind an event", Run: operate(hosts)},
		{Name: "tags", Args: "--event SLUG [--set TAG,TAG]", Help: "list or set the tags of an event", Run: operate(tags)},
		{Name: "hosting", Args: "--org SLUG [--on | --off]", Help: "show or say whether volunteers may host events for an organisation, each of which it approves first", Run: operate(hosting)},
		{Name: "review", Args: "--org SLUG [--event SLUG [--approve | --reject [--note TEXT]]]", Help: "list the events of volunteers that await approval, show one, publish or reject it; its host is told", Run: operate(review)},
		{Name: "series", Args: "--org SLUG [--create TITLE ...], or --series SLUG [--rename TITLE] [--add EVENT] [--remove EVENT] [--delete]", Help: "list, make, rename or delete series, and say which events are in one", Run: operate(series)},
	}, changeCommands()...)
}

// flagsOf are the flags of a command, none so far. Its help is how it is used, what it does and what each flag is.
func flagsOf(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.Usage = func() {
		all := commands()
		c := all[slices.IndexFunc(all, func(c command.Command) bool { return c.Name == name })]
		_, _ = fmt.Fprintf(flags.Output(), "usage: events %s %s\n%s\n\n", c.Name, c.Args, c.Help)
		flags.VisitAll(func(f *flag.Flag) { describeFlag(flags.Output(), f, needed(c.Args, f.Name)) })
	}
	return flags
}

func describeFlag(out io.Writer, f *flag.Flag, required bool) {
	value, about := flag.UnquoteUsage(f)
	switch {
	case required:
		about += " (required)"
	case !slices.Contains([]string{"", "0", "false"}, f.DefValue):
		about += fmt.Sprintf(" (%s when left out)", f.DefValue)
	}
	_, _ = fmt.Fprintf(out, "  %s\n      %s\n", strings.TrimSpace("--"+f.Name+" "+value), about)
}

var bracketed = regexp.MustCompile(`\[[^\[\]]*\]`)

// needed reports whether a command does not work without a flag: where its use has no alternatives, what is not in brackets.
func needed(use, flag string) bool {
	for bracketed.MatchString(use) {
		use = bracketed.ReplaceAllString(use, "")
	}
	return !strings.Contains(use, ", or ") && slices.Contains(strings.Fields(use), "--"+flag)
}

// parse reads the flags of a command, which may stand before and after what else it takes. False when only its help was asked for.
func parse(flags *flag.FlagSet, args []string, out io.Writer) (bool, error) {
	flags.SetOutput(out)
	rest := []string{"--"}
	for {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if flags.NArg() == 0 {
			return true, flags.Parse(rest)
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
}

// parsed reads the flags of a command that takes nothing else. False when only its help was asked for.
func parsed(flags *flag.FlagSet, args []string, out io.Writer) (bool, error) {
	if ok, err := parse(flags, args, out); !ok {
		return false, err
	}
	if flags.NArg() > 0 {
		flags.Usage()
		return false, fmt.Errorf("%q belongs to no flag", flags.Arg(0))
	}
	return true, nil
}

// misused says what a command is missing, after how it is used.
func misused(flags *flag.FlagSet, problem string) error {
	flags.Usage()
	return errors.New(problem)
}

// given reports whether a flag was given, be it empty.
func given(flags *flag.FlagSet, name string) (found bool) {
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// done says how many will be told of a change.
func done(out io.Writer, people int) error {
	who := "people"
	if people == 1 {
		who = "person"
	}
	_, err := fmt.Fprintf(out, "done; %d %s will be told\n", people, who)
	return err
}

// counted is "1 event" or "2 events".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
