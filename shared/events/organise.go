package events

import (
	"slices"
	"strings"
	"unicode/utf8"

	"groundswell/shared/fault"
)

// MostHosts bounds the organisations behind an event, MostTags its tags, and MostTagLength the characters of one.
const (
	MostHosts     = 20
	MostTags      = 20
	MostTagLength = 40
)

// Validate judges a question that is to be asked: Invalid with a sentence about the first thing wrong with it.
func (q Question) Validate() error {
	kinds := []QuestionKind{AskText, AskChoice, AskMultiple, AskYesNo}
	chosen := q.Kind == AskChoice || q.Kind == AskMultiple
	switch {
	case !slices.Contains(kinds, q.Kind):
		return fault.New(fault.Invalid, "A question is of the kind text, choice, multiple or yes_no, not %q.", q.Kind)
	case q.Label == "":
		return fault.New(fault.Invalid, "Say what is asked.")
	case chosen && len(q.Choices) == 0:
		return fault.New(fault.Invalid, "A question of the kind %s needs choices.", q.Kind)
	case !chosen && len(q.Choices) > 0:
		return fault.New(fault.Invalid, "A question of the kind %s has no choices: make it choice or multiple.", q.Kind)
	case len(q.Choices) > mostChoices:
		return fault.New(fault.Invalid, "A question has at most %d choices.", mostChoices)
	case chosen && utf8.RuneCountInString(strings.Join(q.Choices, "\n")) > MostAnswer:
		return fault.New(fault.Invalid, "The choices are longer than %d characters together: no answer could name them all.", MostAnswer)
	}
	if err := oneLine("The question", q.Label, 200); err != nil {
		return err
	}
	if err := oneLine("The help", q.Help, 500); err != nil {
		return err
	}
	for i, choice := range q.Choices {
		if choice == "" || slices.Contains(q.Choices[:i], choice) {
			return fault.New(fault.Invalid, "A choice is empty or named twice.")
		}
		if err := oneLine("A choice", choice, 200); err != nil {
			return err
		}
	}
	return nil
}

// Validate judges a series that is to be made: Invalid with a sentence about the first thing wrong with it.
func (s Series) Validate() error {
	switch {
	case s.Title == "":
		return fault.New(fault.Invalid, "Give the series a title.")
	case !ValidSlug(s.Slug) || len(s.Slug) > 80:
		return fault.New(fault.Invalid, "%q cannot be the slug of a series: it is made of small letters, digits and single hyphens, at most 80.", s.Slug)
	case utf8.RuneCountInString(s.Description) > 5000 || !printable(s.Description, true):
		return fault.New(fault.Invalid, "The description is longer than 5000 characters, or has some that cannot be shown.")
	}
	return oneLine("The title", s.Title, 200)
}

// ValidateTags judges the tags of an event: Invalid with a sentence about the first thing wrong with them.
func ValidateTags(tags []string) error {
	for _, tag := range tags {
		if !ValidSlug(tag) || len(tag) > MostTagLength {
			return fault.New(fault.Invalid, "%q is no tag: it is made of small letters, digits and single hyphens, at most %d.", tag, MostTagLength)
		}
	}
	if len(tags) > MostTags {
		return fault.New(fault.Invalid, "An event has at most %d tags.", MostTags)
	}
	return nil
}

func oneLine(what, s string, most int) error {
	switch {
	case !printable(s, false):
		return fault.New(fault.Invalid, "%s has characters that cannot be shown.", what)
	case utf8.RuneCountInString(s) > most:
		return fault.New(fault.Invalid, "%s is longer than %d characters.", what, most)
	}
	return nil
}

// NewOrganisation is an organisation that is to be made.
type NewOrganisation struct {
	Slug, Name       string
	Kind             string // campaign or organisation
	Zone             string // the IANA name of its time zone
	Description      string
	City, Region     string
	Website, Privacy string // addresses, or ""
	Email            string
	Disclaimer       string // who paid for what it publishes
}

// Validate judges an organisation that is to be made, except whether its zone exists: Invalid with a sentence about the first thing
// wrong with it.
func (o NewOrganisation) Validate() error {
	switch {
	case !ValidSlug(o.Slug) || len(o.Slug) > 80:
		return fault.New(fault.Invalid, "%q cannot be the slug of an organisation: it is made of small letters, digits and single hyphens, at most 80.", o.Slug)
	case o.Name == "":
		return fault.New(fault.Invalid, "Give the organisation a name.")
	case o.Kind != "campaign" && o.Kind != "organisation":
		return fault.New(fault.Invalid, "An organisation is of the kind campaign or organisation, not %q.", o.Kind)
	case o.Email != "" && !ValidEmail(o.Email):
		return fault.New(fault.Invalid, "%q is not a complete email address. It looks like name@example.org.", o.Email)
	case utf8.RuneCountInString(o.Description) > 5000 || !printable(o.Description, true):
		return fault.New(fault.Invalid, "The description is longer than 5000 characters, or has some that cannot be shown.")
	}
	for _, l := range []struct {
		what, text string
		most       int
	}{{"The name", o.Name, 200}, {"The city", o.City, 100}, {"The region", o.Region, 100}, {"The disclaimer", o.Disclaimer, 300}} {
		if err := oneLine(l.what, l.text, l.most); err != nil {
			return err
		}
	}
	for _, address := range []string{o.Website, o.Privacy} {
		if address != "" && !webAddress(address) {
			return fault.New(fault.Invalid, "%q is not the address of a page. It looks like https://www.example.org.", address)
		}
	}
	return nil
}
