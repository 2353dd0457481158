package events

import (
	"time"

	"groundswell/shared/fault"
)

// MonthIn asks for the events of a month; the zero Month is the current one. From, To, Past, Sort and Page of the question
// do not count.
type MonthIn struct {
	FindIn
	Month string `json:"month,omitempty" param:"month"` // 2026-12
}

// MonthOut is a month of events, day by day.
type MonthOut struct {
	Month  string    `json:"month"` // 2026-12
	Days   []Day     `json:"days"`  // those that have events, in order
	Q      string    `json:"q,omitempty"`
	Place  string    `json:"place,omitempty"`  // as in FindOut
	Series string    `json:"series,omitempty"` // as in FindOut
	Now    time.Time `json:"now"`
}

// Day is what starts on one day, on the events' own clocks.
type Day struct {
	Date    string `json:"date"` // 2026-12-05
	Total   int    `json:"total"`
	AtLeast bool   `json:"at_least,omitempty"` // there are more than Total
	Events  []Card `json:"events"`             // the first few by start
}

// Validate judges the question.
func (in MonthIn) Validate() error {
	var c fault.Check
	in.check(&c)
	_, ok := in.First()
	c.Field(in.Month == "" || ok, "month", "There is no such month. A month looks like 2026-12.")
	return c.Err()
}

// First is the first day of the month asked for; false when none is named.
func (in MonthIn) First() (time.Time, bool) {
	first, err := time.Parse("2006-01", in.Month)
	return first, err == nil && first.Year() >= 2000 && first.Year() < 2200
}

// RelatedIn names an event.
type RelatedIn struct {
	Slug string `json:"slug"`
}

// Related is what leads on from an event: the other dates of its series, at most four to come and by start, and
// at most three events like it, the likest first.
type Related struct {
	Dates   []Card    `json:"dates,omitempty"`
	Similar []Card    `json:"similar,omitempty"`
	Now     time.Time `json:"now"`
}

// Series is a row of events that belong together.
type Series struct {
	Slug        string `json:"slug"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}
