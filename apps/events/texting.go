//go:build !js

package main

import (
	"context"
	"fmt"
	"io"

	"groundswell/shared/events/eventsvc"
)

// texting is the command texting: the number that an organisation sends reminders by text from.
func texting(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("texting")
	org := flags.String("org", "", "the organisation's `slug`")
	number := flags.String("number", "", "the `number` that it has with the provider, with a plus and the country's code; its forms offer a text then")
	off := flags.Bool("off", false, "no texts are sent and offered any more, also not those that people asked for")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	switch {
	case *org == "":
		return misused(flags, "name the organisation")
	case *off && given(flags, "number"):
		return misused(flags, "say --number or --off")
	case given(flags, "number") && *number == "":
		return misused(flags, "say the number, or --off")
	}
	if *off || *number != "" {
		if err := svc.SetTextsFrom(ctx, *org, *number); err != nil {
			return err
		}
	}
	is, err := svc.TextsFrom(ctx, *org)
	if err != nil {
		return err
	}
	state := "sends no texts"
	if is != "" {
		state = "sends texts from " + is
	}
	_, err = fmt.Fprintf(out, "organisation %s: %s\n", *org, state)
	return err
}
