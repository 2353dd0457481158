//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
)

// review is the command review: it lists what awaits an organisation's approval, shows one event, and publishes or rejects it.
func review(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("review")
	org := flags.String("org", "", "the organisation's `slug`")
	event := flags.String("event", "", "the event's `slug`, which the list shows")
	approve := flags.Bool("approve", false, "publish it")
	reject := flags.Bool("reject", false, "do not publish it; it is deleted 90 days later")
	note := flags.String("note", "", "a `text` to the host: why it is rejected")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	switch {
	case *org == "":
		return misused(flags, "name the organisation")
	case *approve && *reject:
		return misused(flags, "say --approve or --reject")
	case (*approve || *reject) && *event == "":
		return misused(flags, "name the event")
	case *note != "" && !*reject:
		return misused(flags, "a note goes to the host of an event that is rejected")
	}
	switch {
	case *event == "":
		return listToReview(ctx, svc, *org, out)
	case *approve:
		if err := svc.ApproveHosting(ctx, *org, *event); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, "approved: everybody can see it and sign up; its host will be told")
		return err
	case *reject:
		if err := svc.RejectHosting(ctx, *org, *event, eventsvc.Notice(*note)); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, "rejected; its host will be told")
		return err
	}
	return showHosted(ctx, svc, *org, *event, out)
}

func listToReview(ctx context.Context, svc *eventsvc.Service, org string, out io.Writer) error {
	all, more, err := svc.ToReview(ctx, org)
	if err != nil {
		return err
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for i, h := range all {
		if i == 0 {
			_, _ = fmt.Fprintln(w, "EVENT\tTITLE\tSTARTS\tWHERE\tHOST\tASKED")
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", h.Slug, h.Title, h.Starts.Format(eventsvc.ClockLayout+" MST"), h.Where, h.Host, h.Asked.Format("2006-01-02"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var lines []string
	if len(all) > 0 {
		lines = strings.Split(strings.TrimSuffix(table.String(), "\n"), "\n")
	}
	return listed(out, lines, more, "nothing awaits approval")
}

func showHosted(ctx context.Context, svc *eventsvc.Service, org, slug string, out io.Writer) error {
	h, host, err := svc.HostedEvent(ctx, org, slug)
	if err != nil {
		return err
	}
	e := h.Event
	_, _ = fmt.Fprintf(out, "%s  %s (%s, %s)\n", e.Slug, e.Title, e.Type, h.Status)
	for _, s := range e.Shifts {
		seats := "no limit"
		if s.Capacity != nil {
			seats = counted(*s.Capacity, "seat")
		}
		_, _ = fmt.Fprintf(out, "    when   %s – %s, %s\n", s.Start.Local().Format(eventsvc.ClockLayout), s.End.Local().Format(eventsvc.ClockLayout+" MST"), seats)
	}
	where := h.OnlineURL
	if e.Mode == events.InPerson {
		p := e.Place
		where = strings.Join(present(p.Venue, p.Line1, p.City, p.Region, p.PostalCode, p.Country), ", ")
	}
	if e.PlacePrivate {
		where += " (told to those who are signed up)"
	}
	_, _ = fmt.Fprintf(out, "    where  %s\n", where)
	if access := present(e.Accessibility, e.AccessNotes); len(access) > 0 {
		_, _ = fmt.Fprintf(out, "    access %s\n", strings.Join(access, ": "))
	}
	_, err = fmt.Fprintf(out, "    host   %s\n\n%s\n", host, e.Description)
	return err
}

// present are the texts that are not empty.
func present(texts ...string) (kept []string) {
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}
