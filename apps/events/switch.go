//go:build !js

package main

import (
	"context"
	"fmt"
	"io"

	"groundswell/shared/events/eventsvc"
)

// orgSwitch is a command that shows what an organisation has on or off, and turns it.
type orgSwitch struct {
	name            string // of the command
	onHelp, offHelp string // what follows from each flag
	isOn, isOff     string // how it is, said of the organisation
	get             func(ctx context.Context, org string) (bool, error)
	set             func(ctx context.Context, org string, on bool) error
}

func (s orgSwitch) run(ctx context.Context, args []string, out io.Writer) error {
	flags := flagsOf(s.name)
	org := flags.String("org", "", "the organisation's `slug`")
	on := flags.Bool("on", false, s.onHelp)
	off := flags.Bool("off", false, s.offHelp)
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	switch {
	case *org == "":
		return misused(flags, "name the organisation")
	case *on && *off:
		return misused(flags, "say --on or --off")
	}
	if *on || *off {
		if err := s.set(ctx, *org, *on); err != nil {
			return err
		}
	}
	is, err := s.get(ctx, *org)
	if err != nil {
		return err
	}
	state := s.isOff
	if is {
		state = s.isOn
	}
	_, err = fmt.Fprintf(out, "organisation %s: %s\n", *org, state)
	return err
}

// verify is the command verify: whether sign-ups with an organisation must be confirmed by mail.
func verify(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	return orgSwitch{
		name:    "verify",
		onHelp:  "a new sign-up holds its places, as long as an offer of the event's waitlist is good, until the link in the mail confirms them",
		offHelp: "who signs up has a place at once; what is held now is still to be confirmed",
		isOn:    "sign-ups must be confirmed by mail", isOff: "sign-ups need no confirmation",
		get: svc.Verifies, set: svc.SetVerifies,
	}.run(ctx, args, out)
}

// hosting is the command hosting: whether volunteers may host events for an organisation.
func hosting(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	return orgSwitch{
		name:    "hosting",
		onHelp:  "its page offers to host an event; what comes in awaits events review",
		offHelp: "nobody may offer to; what came in stays",
		isOn:    "hosting by volunteers is on", isOff: "hosting by volunteers is off",
		get: svc.Hosting, set: svc.SetHosting,
	}.run(ctx, args, out)
}
