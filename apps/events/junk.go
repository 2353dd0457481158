//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/id"
)

// deleteSignup is the command delete-signup: it takes out a sign-up that is junk, or all of an address for an event.
func deleteSignup(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("delete-signup")
	email := flags.String("email", "", "the `address` whose sign-ups for the event are junk")
	event := flags.String("event", "", "the event's `slug`")
	if ok, err := parse(flags, args, out); !ok {
		return err
	}
	ids, err := junkOf(ctx, svc, flags.Args(), *event, *email)
	if err != nil {
		flags.Usage()
		return err
	}
	for _, signup := range ids {
		if err := svc.DeleteSignup(ctx, signup); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "deleted: %d\n", len(ids))
	return err
}

func junkOf(ctx context.Context, svc *eventsvc.Service, args []string, event, email string) ([]events.SignupID, error) {
	switch {
	case len(args) == 1 && event == "" && email == "":
		signup, err := id.Parse[events.Signup](args[0])
		if err != nil {
			return nil, fmt.Errorf("%q is no id of a sign-up", args[0])
		}
		return []events.SignupID{signup}, nil
	case len(args) == 0 && event != "" && email != "":
		return svc.SignupsOf(ctx, event, email)
	}
	return nil, errors.New("name a sign-up, or an address and an event")
}
