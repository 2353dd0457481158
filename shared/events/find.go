package events

import (
	"time"

	"groundswell/shared/fault"
)

// mostPages bounds how deep anybody may page.
const mostPages = 1000

// Validate judges the question.
func (in FindIn) Validate() error {
	var c fault.Check
	line(&c, "q", "The search", in.Q, 200)
	c.Field(in.Type == "" || in.Type.Known(), "type", "There is no such type of event.")
	c.Field(in.Mode == "" || in.Mode == InPerson || in.Mode == Online || in.Mode == Hybrid, "mode", "Please choose in person or online.")
	line(&c, "place", "The place", in.Place, 100)
	from := date(&c, "from", in.From)
	to := date(&c, "to", in.To)
	c.Field(from.IsZero() || to.IsZero() || !to.Before(from), "to", "The last day is before the first.")
	c.Field(in.Org == "" || ValidSlug(in.Org), "org", "There is no such organisation.")
	page(&c, in.Page)
	return c.Err()
}

// Validate judges the question.
func (in OrgIn) Validate() error {
	var c fault.Check
	page(&c, in.Page)
	return c.Err()
}

func page(c *fault.Check, n int) {
	c.Field(n >= 0 && n <= mostPages, "page", "Pages go from 1 to %d. Please narrow the search down instead.", mostPages)
}

// date reads a day as a form sends it (ISO 8601); "" is the zero time.
func date(c *fault.Check, name, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, s)
	ok := err == nil && day.Year() >= 2000 && day.Year() < 2200
	c.Field(ok, name, "There is no such day. A date looks like 2026-11-23.")
	if !ok {
		return time.Time{}
	}
	return day
}
