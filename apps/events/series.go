//go:build !js

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
)

// series is the command series: it makes series of an organisation and lists them, or changes which events are in one and
// lists those.
func series(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("series", flag.ContinueOnError)
	org := flags.String("org", "", "the `slug` of the organisation whose series to list")
	var made events.Series
	flags.StringVar(&made.Title, "create", "", "the `title` of a series to make for --org")
	flags.StringVar(&made.Slug, "slug", "", "the `slug` of the series to make; left out: made of its title")
	flags.StringVar(&made.Description, "description", "", "a `text` about the series to make")
	one := flags.String("series", "", "the `slug` of the series whose events to list")
	add := flags.String("add", "", "the `slug` of an event to put into --series")
	remove := flags.String("remove", "", "the `slug` of an event to take out of --series")
	if ok, err := parsed(flags, args, out, "list or make series, and say which events are in one"); !ok {
		return err
	}
	creates := given(flags, "create")
	switch {
	case (*org == "") == (*one == ""):
		return misused(flags, "name an organisation or a series")
	case *org == "" && creates || *one == "" && (*add != "" || *remove != ""):
		return misused(flags, "a series is made for --org, and events go into --series")
	case !creates && (made.Slug != "" || made.Description != ""):
		return misused(flags, "say what the series is called, with --create")
	}
	if *org != "" {
		made.Title = strings.TrimSpace(made.Title)
		return seriesOf(ctx, svc, *org, creates, made, out)
	}
	return eventsOf(ctx, svc, *one, *add, *remove, out)
}

func seriesOf(ctx context.Context, svc *eventsvc.Service, org string, creates bool, made events.Series, out io.Writer) error {
	if creates {
		if _, err := svc.CreateSeries(ctx, org, made); err != nil {
			return err
		}
	}
	list, err := svc.SeriesOf(ctx, org)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err = fmt.Fprintln(out, "the organisation has no series")
		return err
	}
	for _, s := range list {
		_, _ = fmt.Fprintf(out, "%s  %s (%d events)\n", s.Slug, s.Title, s.Events)
	}
	return nil
}

func eventsOf(ctx context.Context, svc *eventsvc.Service, slug, add, remove string, out io.Writer) error {
	if add != "" {
		if err := svc.AddToSeries(ctx, slug, add); err != nil {
			return err
		}
	}
	if remove != "" {
		if err := svc.RemoveFromSeries(ctx, slug, remove); err != nil {
			return err
		}
	}
	list, err := svc.SeriesEvents(ctx, slug)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err = fmt.Fprintln(out, "no event is in the series")
		return err
	}
	for _, e := range list {
		starts := "no date"
		if e.Starts != nil {
			starts = e.Starts.UTC().Format("2006-01-02 15:04 UTC")
		}
		_, _ = fmt.Fprintf(out, "%s  %s (%s)\n", e.Slug, e.Title, starts)
	}
	return nil
}
