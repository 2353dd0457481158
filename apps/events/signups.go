//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/id"
)

// signups is the command signups: it lists the sign-ups for an event with their ids, or writes all that is known of them.
func signups(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("signups")
	event := flags.String("event", "", "the event's `slug`")
	org := flags.String("org", "", "the `slug` of the organisation whose event it must be; needed with --csv")
	csv := flags.Bool("csv", false, "write all sign-ups as CSV: the people, how they came, their answers, whether they say that they come, whether they attended and what they said after it")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	switch {
	case *event == "":
		return misused(flags, "name the event")
	case *csv && *org == "":
		return misused(flags, "name the organisation whose people are written, with --org")
	case *csv:
		return svc.WriteSignups(ctx, out, *org, *event)
	}
	all, zone, more, err := svc.Signups(ctx, *org, *event)
	if err != nil {
		return err
	}
	var lines []string
	for _, s := range all {
		lines = append(lines, signupLine(s, zone))
	}
	if more {
		lines = append(lines, fmt.Sprintf("and more: only the newest %d are listed; --csv writes all", len(all)))
	}
	return listed(out, lines, false, "nobody signed up")
}

func signupLine(s eventsvc.ListedSignup, zone string) string {
	status := string(s.Status)
	if s.Unconfirmed {
		status = "not confirmed yet"
	}
	if s.Coming {
		status += ", says they come"
	}
	if s.Attended != nil {
		status += ", " + attendance(s.Attended)
	}
	shift := s.Starts.Format(eventsvc.ClockLayout) + " " + zone
	if s.Shift != "" {
		shift += " " + s.Shift
	}
	return fmt.Sprintf("%s  %s  party of %d  %s  %s", s.ID, status, s.Party, shift, s.Name)
}

// attendance is whether somebody came, in words.
func attendance(came *bool) string {
	switch {
	case came == nil:
		return "not known"
	case *came:
		return "came"
	}
	return "did not come"
}

// attended is the command attended: it notes who came to an event and who did not.
func attended(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("attended")
	event := flags.String("event", "", "the event's `slug`")
	org := flags.String("org", "", "the `slug` of the organisation whose event it is")
	absent := flags.Bool("no-show", false, "they did not come")
	undo := flags.Bool("undo", false, "it is not known whether they came: take back what was noted")
	if ok, err := parse(flags, args, out); !ok {
		return err
	}
	switch {
	case *event == "" || *org == "":
		return misused(flags, "name the event and its organisation")
	case *absent && *undo:
		return misused(flags, "say that they did not come or that it is not known")
	case flags.NArg() == 0:
		return misused(flags, "name sign-ups by their ids, which events signups shows")
	}
	var ids []events.SignupID
	for _, text := range flags.Args() {
		signup, err := id.Parse[events.Signup](text)
		if err != nil {
			return fmt.Errorf("%q is no id of a sign-up", text)
		}
		if !slices.Contains(ids, signup) {
			ids = append(ids, signup)
		}
	}
	came := new(!*absent)
	if *undo {
		came = nil
	}
	if err := svc.MarkAttendance(ctx, *org, *event, ids, came); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s: %s\n", attendance(came), counted(len(ids), "sign-up"))
	return err
}
