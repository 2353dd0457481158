//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/id"
)

// setSeats is the command seats: it says how many seats a shift has, or gives it another number, which are offered to those who wait for them.
func setSeats(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("seats")
	shift := flags.String("shift", "", "the shift's `id`, which events list shows")
	main := flags.String("capacity", "", "how many `seats` it has, in person where it is hybrid; none: no limit; left out: as it is")
	online := flags.String("online", "", "how many `seats` a hybrid one has online; none: no limit; left out: as it is")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	uuid, err := id.Parse[events.Shift](*shift)
	if err != nil {
		return misused(flags, "name a shift by its id, which events list shows")
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
	if *main != "" || *online != "" {
		if err := svc.SetCapacity(ctx, uuid, to); err != nil {
			return err
		}
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

// setWaitlist is the command waitlist: it says, and changes, whether people may wait for the full shifts of an event, and how long an offer is
// good.
func setWaitlist(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("waitlist")
	slug := flags.String("event", "", "the event's `slug`")
	on := flags.Bool("on", false, "people may join the waitlist when a shift is full")
	off := flags.Bool("off", false, "nobody may join the waitlist; those who are on it stay")
	minutes := flags.Int("offer-minutes", 0, "how many `minutes` a free place is held for the first in line; 0: as many as now")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	switch {
	case *slug == "":
		return misused(flags, "name an event")
	case *on && *off:
		return misused(flags, "open the waitlist or close it")
	}
	open, good, err := svc.Waitlist(ctx, *slug)
	if err != nil {
		return err
	}
	if *on || *off || *minutes != 0 {
		open = *on || open && !*off
		if good, err = svc.SetWaitlist(ctx, *slug, open, *minutes); err != nil {
			return err
		}
	}
	state := "closed"
	if open {
		state = "open"
	}
	_, err = fmt.Fprintf(out, "event %s: waitlist %s, offers good for %d minutes\n", *slug, state, good)
	return err
}
