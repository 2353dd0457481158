//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
)

// seriesChange is what happens to one series.
type seriesChange struct {
	title       *string // its new one; nil for the one it has
	add, remove string  // events
	deletes     bool
}

// series is the command series: it makes series of an organisation and lists them, or changes one and lists its events, or
// deletes one.
func series(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("series")
	org := flags.String("org", "", "the `slug` of the organisation whose series to list")
	var made events.Series
	flags.StringVar(&made.Title, "create", "", "the `title` of a series to make for --org")
	flags.StringVar(&made.Slug, "slug", "", "the `slug` of the series to make; left out: made of its title")
	flags.StringVar(&made.Description, "description", "", "a `text` about the series to make")
	one := flags.String("series", "", "the `slug` of the series whose events to list")
	var change seriesChange
	flags.StringVar(&change.add, "add", "", "the `slug` of an event to put into --series")
	flags.StringVar(&change.remove, "remove", "", "the `slug` of an event to take out of --series")
	flags.Func("rename", "what --series is called from now on, a `title`; its slug stays, so that links to it still work", func(title string) error {
		title = strings.TrimSpace(title)
		change.title = &title
		return nil
	})
	flags.BoolVar(&change.deletes, "delete", false, "delete --series; its events stay, without a series")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	changes := change.title != nil || change.add != "" || change.remove != ""
	creates := given(flags, "create")
	switch {
	case (*org == "") == (*one == ""):
		return misused(flags, "name an organisation or a series")
	case *org == "" && creates || *one == "" && (changes || change.deletes):
		return misused(flags, "a series is made for --org; events go into --series, which is renamed or deleted")
	case changes && change.deletes:
		return misused(flags, "delete a series or change it")
	case !creates && (made.Slug != "" || made.Description != ""):
		return misused(flags, "say what the series is called, with --create")
	}
	if *org != "" {
		made.Title = strings.TrimSpace(made.Title)
		return seriesOf(ctx, svc, *org, creates, made, out)
	}
	return changeSeries(ctx, svc, *one, change, out)
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
		_, _ = fmt.Fprintf(out, "%s  %s (%s)\n", s.Slug, s.Title, counted(s.Events, "event"))
	}
	return nil
}

func changeSeries(ctx context.Context, svc *eventsvc.Service, slug string, change seriesChange, out io.Writer) error {
	if change.deletes {
		stay, err := svc.DeleteSeries(ctx, slug)
		if err == nil {
			_, err = fmt.Fprintf(out, "deleted; without a series from now on: %s\n", counted(stay, "event"))
		}
		return err
	}
	if change.title != nil {
		if err := svc.RenameSeries(ctx, slug, *change.title); err != nil {
			return err
		}
	}
	if change.add != "" {
		if err := svc.AddToSeries(ctx, slug, change.add); err != nil {
			return err
		}
	}
	if change.remove != "" {
		if err := svc.RemoveFromSeries(ctx, slug, change.remove); err != nil {
			return err
		}
	}
	return listSeriesEvents(ctx, svc, slug, out)
}

func listSeriesEvents(ctx context.Context, svc *eventsvc.Service, slug string, out io.Writer) error {
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
