//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"groundswell/shared/command"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
)

// changeFlags are what the commands that change an event take; each takes some of them.
type changeFlags struct {
	event, shift, note, link, starts, ends *string
}

// changeVerb is one of those commands: the flags it needs and those it takes besides, and what it does.
type changeVerb struct {
	name     string
	needs    []string
	takes    []string
	run      func(ctx context.Context, svc *eventsvc.Service, f changeFlags, shift events.ShiftID) (int, error)
	describe string
}

func changeVerbs() []changeVerb {
	return []changeVerb{
		{"cancel", []string{"event"}, []string{"shift", "note"},
			func(ctx context.Context, svc *eventsvc.Service, f changeFlags, shift events.ShiftID) (int, error) {
				return svc.CancelEvent(ctx, *f.event, shift, eventsvc.Notice(*f.note))
			}, "cancel an event, or one shift of it, and tell everybody who is signed up"},
		{"postpone", []string{"event"}, []string{"note"},
			func(ctx context.Context, svc *eventsvc.Service, f changeFlags, _ events.ShiftID) (int, error) {
				return svc.PostponeEvent(ctx, *f.event, eventsvc.Notice(*f.note))
			}, "postpone an event to a date that is not known yet"},
		{"move-online", []string{"event", "link"}, []string{"note"},
			func(ctx context.Context, svc *eventsvc.Service, f changeFlags, _ events.ShiftID) (int, error) {
				return svc.MoveOnline(ctx, *f.event, *f.link, eventsvc.Notice(*f.note))
			}, "hold an event online, at the link"},
		{"reschedule", []string{"shift", "starts", "ends"}, []string{"note"},
			func(ctx context.Context, svc *eventsvc.Service, f changeFlags, shift events.ShiftID) (int, error) {
				return svc.RescheduleShift(ctx, shift, *f.starts, *f.ends, eventsvc.Notice(*f.note))
			}, "move a shift to another time, on the clock of the event; a postponed event is on again"},
	}
}

// changeEvent is the command of a verb: it changes an event and says how many people will be told.
func changeEvent(ctx context.Context, svc *eventsvc.Service, verb changeVerb, args []string, out io.Writer) error {
	flags := flagsOf(verb.name)
	given, all := changeFlags{}, map[string]**string{}
	for name, f := range map[string]struct {
		to    **string
		usage string
	}{
		"event": {&given.event, "the event's `slug`, the last part of its address"}, "shift": {&given.shift, "the shift's `id`, which events list shows"},
		"note": {&given.note, "a `text` to the people who are signed up"}, "link": {&given.link, "the `URL` to take part by"},
		"starts": {&given.starts, "the new `time`, like \"2026-11-28 10:00\""}, "ends": {&given.ends, "the new end, a `time`"},
	} {
		empty := ""
		if *f.to = &empty; takes(verb, name) {
			*f.to = flags.String(name, "", f.usage)
		}
		all[name] = f.to
	}
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	for _, name := range verb.needs {
		if **all[name] == "" {
			flags.Usage()
			return fmt.Errorf("name the %s", name)
		}
	}
	var shift events.ShiftID
	if *given.shift != "" {
		id, err := uuid.Parse(*given.shift)
		if err != nil {
			return fmt.Errorf("%q is not the id of a shift", *given.shift)
		}
		shift = events.ShiftID{UUID: id}
	}
	for name, text := range map[string]string{"starts": *given.starts, "ends": *given.ends} {
		if err := aTime(name, text); err != nil {
			return err
		}
	}
	people, err := verb.run(ctx, svc, given, shift)
	if err != nil {
		return err
	}
	return done(out, people)
}

// use is how the arguments of a verb are written.
func (v changeVerb) use() string {
	values := map[string]string{"event": "SLUG", "shift": "ID", "note": "TEXT", "link": "URL", "starts": "TIME", "ends": "TIME"}
	var words []string
	for _, name := range v.needs {
		words = append(words, "--"+name+" "+values[name])
	}
	for _, name := range v.takes {
		words = append(words, "[--"+name+" "+values[name]+"]")
	}
	return strings.Join(words, " ")
}

// aTime refuses what cannot be a time; the service knows the clock it is read on.
func aTime(flag, text string) error {
	if text != "" && !eventsvc.IsClockTime(text) {
		return fmt.Errorf("--%s: %q is not a time like \"2026-11-28 10:00\"", flag, text)
	}
	return nil
}

func takes(verb changeVerb, name string) bool {
	return slices.Contains(append(verb.needs[:len(verb.needs):len(verb.needs)], verb.takes...), name)
}

// changeCommands are the verbs with the service that the environment names.
func changeCommands() []command.Command {
	var all []command.Command
	for _, verb := range changeVerbs() {
		all = append(all, command.Command{Name: verb.name, Args: verb.use(), Help: verb.describe,
			Run: operate(func(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
				return changeEvent(ctx, svc, verb, args, out)
			})})
	}
	return all
}
