//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/id"
)

// questions is the command questions: it changes what an event's form asks, and lists it.
func questions(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("questions")
	event := flags.String("event", "", "the event's `slug`")
	remove := flags.String("remove", "", "take the question of this `id` out of the form; the answers it got stay with their sign-ups")
	ask := events.Question{Kind: events.AskText}
	flags.StringVar(&ask.Label, "add", "", "the `question` to ask, after the others")
	flags.StringVar((*string)(&ask.Kind), "kind", "text", "its `kind`: text, choice (one of the choices), multiple (any of them) or yes_no")
	flags.StringVar(&ask.Help, "hint", "", "a `text` below the question that helps to answer it")
	flags.BoolVar(&ask.Required, "required", false, "nobody signs up without an answer")
	flags.Func("choice", "a `choice`; give the flag once for each", func(choice string) error {
		ask.Choices = append(ask.Choices, strings.TrimSpace(choice))
		return nil
	})
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	adds := given(flags, "add")
	switch {
	case *event == "":
		return misused(flags, "name the event")
	case adds && *remove != "":
		return misused(flags, "add a question or remove one")
	case !adds && (given(flags, "kind") || given(flags, "hint") || given(flags, "required") || given(flags, "choice")):
		return misused(flags, "say what is asked, with --add")
	}
	ask.Label, ask.Help = strings.TrimSpace(ask.Label), strings.TrimSpace(ask.Help)
	if adds {
		if err := svc.AddQuestion(ctx, *event, ask); err != nil {
			return err
		}
	}
	if *remove != "" {
		if err := removeQuestion(ctx, svc, *event, *remove, out); err != nil {
			return err
		}
	}
	return listQuestions(ctx, svc, *event, out)
}

func removeQuestion(ctx context.Context, svc *eventsvc.Service, event, text string, out io.Writer) error {
	question, err := id.Parse[events.Question](text)
	if err != nil {
		return fmt.Errorf("%q is no id of a question", text)
	}
	answers, err := svc.RemoveQuestion(ctx, event, question)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "removed; the %d answers it got stay with their sign-ups\n", answers)
	return err
}

func listQuestions(ctx context.Context, svc *eventsvc.Service, event string, out io.Writer) error {
	asked, err := svc.Questions(ctx, event)
	if err != nil {
		return err
	}
	if len(asked) == 0 {
		_, err = fmt.Fprintln(out, "the form asks nothing but the usual")
		return err
	}
	for _, q := range asked {
		required := ""
		if q.Required {
			required = ", required"
		}
		_, _ = fmt.Fprintf(out, "%s  %s (%s%s)\n", q.ID, q.Label, q.Kind, required)
		if q.Help != "" {
			_, _ = fmt.Fprintf(out, "    %s\n", q.Help)
		}
		for _, choice := range q.Choices {
			_, _ = fmt.Fprintf(out, "    - %s\n", choice)
		}
	}
	return nil
}

// hosts is the command hosts: it changes which organisations stand behind an event, and lists them.
func hosts(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("hosts")
	event := flags.String("event", "", "the event's `slug`")
	add := flags.String("add", "", "the `slug` of an organisation that stands behind the event too, or has another role from now on")
	role := flags.String("role", string(events.Cohost), "its `role`: cohost, or promoter, who shows the event to its own people")
	remove := flags.String("remove", "", "the `slug` of an organisation that does not any more")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	switch {
	case *event == "":
		return misused(flags, "name the event")
	case *add == "" && given(flags, "role"):
		return misused(flags, "say whose role it is, with --add")
	}
	if *add != "" {
		if err := svc.PutHost(ctx, *event, *add, events.HostRole(*role)); err != nil {
			return err
		}
	}
	if *remove != "" {
		if err := svc.RemoveHost(ctx, *event, *remove); err != nil {
			return err
		}
	}
	list, err := svc.Hosts(ctx, *event)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err = fmt.Fprintln(out, "no other organisation stands behind the event")
		return err
	}
	for _, h := range list {
		_, _ = fmt.Fprintf(out, "%s  %s (%s)\n", h.Slug, h.Name, h.Role)
	}
	return nil
}

// tags is the command tags: it sets the tags of an event, and lists them.
func tags(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("tags")
	event := flags.String("event", "", "the event's `slug`")
	set := flags.String("set", "", "the event's `tags` from now on, separated by commas, like climate,get-out-the-vote; \"\" for none")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	if *event == "" {
		return misused(flags, "name the event")
	}
	if given(flags, "set") {
		var to []string
		for tag := range strings.SplitSeq(*set, ",") {
			if tag = strings.TrimSpace(tag); tag != "" {
				to = append(to, tag)
			}
		}
		if err := svc.SetTags(ctx, *event, to); err != nil {
			return err
		}
	}
	list, err := svc.Tags(ctx, *event)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		list = []string{"the event has no tags"}
	}
	_, err = fmt.Fprintln(out, strings.Join(list, "\n"))
	return err
}
