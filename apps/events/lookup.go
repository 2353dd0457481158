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

// orgs is the command orgs: it makes an organisation, or lists them all.
func orgs(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("orgs")
	var made events.NewOrganisation
	for _, f := range []struct {
		to               *string
		name, def, about string
	}{
		{&made.Slug, "add", "", "the `slug` of an organisation to make: it is in the address of its page"},
		{&made.Name, "name", "", "its `name`; needed with --add"},
		{&made.Zone, "timezone", "", "its time `zone`, like America/New_York; needed with --add"},
		{&made.Kind, "kind", "campaign", "its `kind`: campaign or organisation"},
		{&made.Description, "description", "", "a `text` about it"},
		{&made.City, "city", "", "the `city` it is at home in"},
		{&made.Region, "region", "", "the state or `region` it is at home in"},
		{&made.Website, "website", "", "the `URL` of its own website"},
		{&made.Privacy, "privacy", "", "the `URL` of its privacy policy"},
		{&made.Email, "email", "", "the `address` that people may write to"},
		{&made.Disclaimer, "disclaimer", "", "a `text` that says who pays, like \"Paid for by Rivera for Ohio\""},
	} {
		flags.StringVar(f.to, f.name, f.def, f.about)
	}
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	for _, s := range []*string{&made.Name, &made.Zone, &made.Description, &made.City, &made.Region, &made.Website, &made.Privacy, &made.Email, &made.Disclaimer} {
		*s = strings.TrimSpace(*s)
	}
	switch {
	case !given(flags, "add") && flags.NFlag() > 0:
		return misused(flags, "say which organisation to make, with --add")
	case given(flags, "add") && (made.Name == "" || made.Zone == ""):
		return misused(flags, "an organisation needs a --name and a --timezone")
	case given(flags, "add"):
		if err := svc.AddOrganization(ctx, made); err != nil {
			return err
		}
		return listed(out, []string{organisationLine(made)}, false, "")
	}
	all, more, err := svc.Organizations(ctx)
	if err != nil {
		return err
	}
	lines := make([]string, len(all))
	for i, o := range all {
		lines[i] = organisationLine(o)
	}
	return listed(out, lines, more, "there is no organisation yet: make one with --add")
}

func organisationLine(o events.NewOrganisation) string {
	return fmt.Sprintf("%s  %s (%s)", o.Slug, o.Name, o.Zone)
}

// listed prints lines, or none when there are none, and says when they are not all.
func listed(out io.Writer, lines []string, more bool, none string) error {
	if len(lines) == 0 {
		lines = []string{none}
	}
	if more {
		lines = append(lines, fmt.Sprintf("and more: only the first %d are listed", eventsvc.MostListed))
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

// list is the command list: it lists an organisation's events and, with their ids, the shifts of each.
func list(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("list")
	org := flags.String("org", "", "the organisation's `slug`")
	past := flags.Bool("past", false, "the shifts that are over, latest first, instead of those to come")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	if *org == "" {
		return misused(flags, "name the organisation")
	}
	all, more, err := svc.EventsOf(ctx, *org, *past)
	if err != nil {
		return err
	}
	var lines []string
	for _, e := range all {
		lines = append(lines, fmt.Sprintf("%s  %s (%s, %s, times in %s)", e.Slug, e.Title, e.Status, e.Shown, e.Zone))
		for _, s := range e.Shifts {
			lines = append(lines, "    "+shiftLine(s))
		}
	}
	none := "the organisation has no events to come; --past lists those that are over"
	if *past {
		none = "no event of the organisation is over"
	}
	return listed(out, lines, more, none)
}

func shiftLine(s eventsvc.ListedShift) string {
	line := fmt.Sprintf("%s  %s  %s", s.ID, s.Starts.Format(eventsvc.ClockLayout), seatsLine(s.Taken, s.Capacity.Main))
	if s.Hybrid {
		line += ", online " + seatsLine(s.OnlineTaken, s.Capacity.Online)
	}
	if s.Cancelled {
		line += ", cancelled"
	}
	if s.Name != "" {
		line += "  " + s.Name
	}
	return line
}

func seatsLine(taken int, capacity *int) string {
	if capacity == nil {
		return fmt.Sprintf("%d taken, no limit", taken)
	}
	return fmt.Sprintf("%d/%d taken", taken, *capacity)
}
