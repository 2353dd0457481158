//go:build !js

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
)

// edit is the command edit: it changes what an event says, and where it is.
func edit(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("edit")
	org := flags.String("org", "", "the organisation's `slug`")
	event := flags.String("event", "", "the event's `slug`, the last part of its address")
	note := flags.String("note", "", "a `text` to the people who are signed up, with another place, link or mode")
	var to events.Edit
	editFlags(flags, &to)
	description := flags.String("description", "", "all that is said of it, a `text`, or @FILE, or - for standard input")
	picture := flags.String("image", "", "the picture of the event, a JPEG or PNG `file`; \"\" for none")
	alt := flags.String("image-alt", "", "a `text` that says what the picture shows, for those who do not see it")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	if given(flags, "description") {
		var err error
		if to.Description, err = longText(*description); err != nil {
			return err
		}
	}
	if given(flags, "image") {
		var err error
		if to.Image, err = pictureOf(*picture, *alt); err != nil {
			return err
		}
	}
	switch {
	case *org == "" || *event == "":
		return misused(flags, "name the organisation and the event")
	case (*alt != "") != (*picture != ""):
		return misused(flags, "a picture needs --image FILE and --image-alt TEXT, which says what it shows")
	case to.Empty():
		return misused(flags, "say what is to change")
	case *note != "" && !to.Moves():
		return misused(flags, "a note goes to people with another place, link or mode; nobody is told of the rest")
	}
	people, err := svc.EditEvent(ctx, *org, *event, to, eventsvc.Notice(*note))
	if err != nil {
		return err
	}
	return done(out, people)
}

// editFlags are what may be given an event. What is empty is taken away.
func editFlags(flags *flag.FlagSet, to *events.Edit) {
	text := func(name, about string, set **string) {
		flags.Func(name, about, func(s string) error {
			s = strings.TrimSpace(s)
			*set = &s
			return nil
		})
	}
	text("title", "what it is called, a `text`; its address stays", &to.Title)
	text("summary", "what it is about, a `text` of one line", &to.Summary)
	flags.Func("type", "its `type`, like canvass or phone_bank", func(s string) error {
		kind := events.Type(s)
		to.Type = &kind
		return nil
	})
	flags.Func("mode", "the `mode`: in_person, online or hybrid; online takes the address away, and in_person the link", func(s string) error {
		mode := events.Mode(s)
		to.Mode = &mode
		return nil
	})
	flags.Func("guests", "how `many` guests one person may bring, 0 to 100", func(s string) error {
		n, err := strconv.Atoi(s)
		to.GuestsAllowed = &n
		return must(err == nil, "that is no number of guests")
	})
	flags.Func("accessible", "whether it is accessible: `yes`, no or unsure; \"\" says nothing", func(s string) error {
		is, ok := map[string]string{"yes": "accessible", "no": "not_accessible", "unsure": "not_sure", "": ""}[s]
		to.Accessibility = &is
		return must(ok, "say yes, no or unsure")
	})
	text("accessibility-notes", "a `text` about it, like \"ramp at the back door\"", &to.AccessNotes)
	text("venue", "the `name` of the place", &to.Venue)
	text("address", "its `street` and number", &to.Line1)
	text("city", "the `city`", &to.City)
	text("region", "the state or `region`", &to.Region)
	text("postal-code", "the postal `code`", &to.PostalCode)
	text("country", "the `country`, two letters like US", &to.Country)
	degrees := func(name string, set **float64) {
		flags.Func(name, "where that is, in `degrees`; another address forgets those of the old one", func(s string) error {
			n, err := strconv.ParseFloat(s, 64)
			*set = &n
			return must(err == nil, "that is no number of degrees")
		})
	}
	degrees("latitude", &to.Latitude)
	degrees("longitude", &to.Longitude)
	flags.Func("private-address", "`yes`: only those who are signed up know where it is, the others its city; or no", func(s string) error {
		private := s == "yes"
		to.PlacePrivate = &private
		return must(private || s == "no", "say yes or no")
	})
	text("link", "the `URL` to take part by, of an event that is online or hybrid", &to.OnlineURL)
	text("instructions", "a `text` to those who are signed up: how to join, what to bring", &to.Instructions)
	text("contact-name", "the `name` of whom people may ask", &to.ContactName)
	text("contact-email", "the `address` that people may write to", &to.ContactEmail)
}

// mostPicture is how many bytes are read of a picture: more than one may have.
const mostPicture = 33 << 20

// pictureOf reads the file; none is no picture.
func pictureOf(path, alt string) (*events.Image, error) {
	if path == "" {
		return &events.Image{}, nil
	}
	f, err := opened(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, mostPicture))
	if err == nil && len(data) == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	return &events.Image{Data: data, Alt: strings.TrimSpace(alt)}, err
}

// mostText is how many bytes are read of a text: more than anything may have.
const mostText = 1 << 20

// longText is a text as it is given, or that of a file ("@notes.txt") or of standard input ("-").
func longText(value string) (*string, error) {
	var from io.Reader = strings.NewReader(value)
	if path, ok := strings.CutPrefix(value, "@"); ok {
		f, err := opened(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		from = f
	}
	if value == "-" {
		from = os.Stdin
	}
	b, err := io.ReadAll(io.LimitReader(from, mostText))
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
	return &text, nil
}

// opened is a file that is there to be read.
func opened(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %q", path)
	}
	return f, err
}

func must(ok bool, problem string) error {
	if ok {
		return nil
	}
	return errors.New(problem)
}
