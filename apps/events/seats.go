//go:build !js

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/id"
)

// setSeats is the command seats: it gives a shift another number of seats, which are offered to those who wait for them.
func setSeats(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("seats", flag.ContinueOnError)
	shift := flags.String("shift", "", "the shift's `id`: what stands before the @ in its UID in the event's .ics file")
	main := flags.String("capacity", "", "how many `seats` it has, in person where it is hybrid; none: no limit; left out: as it is")
	online := flags.String("online", "", "how many `seats` a hybrid one has online; none: no limit; left out: as it is")
	if ok, err := parse(flags, args, out); !ok {
		return err
	}
	uuid, err := id.Parse[events.Shift](*shift)
	if err != nil || flags.NArg() > 0 || *main == "" && *online == "" {
		return misused(flags, "name a shift and its seats")
	}
	to, err := svc.Capacity(ctx, uuid)
	if err != nil {
		return err
	}
	if to.Main, err = seatsOf(*main, to.Main); err != nil {
		return err
	}
	if to.Online, err = seatsOf(*online, to.Online); err != nil {
		return err
	}
	if err := svc.SetCapacity(ctx, uuid, to); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "shift %s: capacity %s, online %s\n", uuid, seatsText(to.Main), seatsText(to.Online))
	return err
}

func seatsOf(text string, now *int) (*int, error) {
	switch text {
	case "":
		return now, nil
	case "none":
		return nil, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no number of seats", text)
	}
	return &n, nil
}

func seatsText(n *int) string {
	if n == nil {
		return "none"
	}
	return strconv.Itoa(*n)
}

// setWaitlist is the command waitlist: whether people may wait for the full shifts of an event, and how long an offer is
// good.
func setWaitlist(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("waitlist", flag.ContinueOnError)
	slug := flags.String("event", "", "the event's `slug`")
	off := flags.Bool("off", false, "nobody may join the waitlist; those who are on it stay")
	minutes := flags.Int("offer-minutes", 0, "how many `minutes` a free place is held for the first in line; 0: as many as now")
	if ok, err := parse(flags, args, out); !ok {
		return err
	}
	if *slug == "" || flags.NArg() > 0 {
		return misused(flags, "name an event")
	}
	good, err := svc.SetWaitlist(ctx, *slug, !*off, *minutes)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "event %s: waitlist %t, offers good for %d minutes\n", *slug, !*off, good)
	return err
}
