package events

import (
	"strings"
	"time"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

// RatingIn opens a rating by the secret of its link.
type RatingIn struct {
	Token string `json:"token"`
}

// RateIn is what somebody says about a shift they took part in. Saying it again replaces it.
type RateIn struct {
	Token   string `json:"token"`
	Stars   int    `json:"stars"` // 1 to 5
	Comment string `json:"comment,omitempty"`
}

// Rating is what was said, and about what. Stars is 0 before anything was.
type Rating struct {
	Stars     int       `json:"stars"`
	Comment   string    `json:"comment,omitempty"`
	GivenName string    `json:"given_name"`
	Shift     Shift     `json:"shift"`
	Event     Event     `json:"event"`
	Until     time.Time `json:"until"` // it can be changed before
}

// The server functions of ratings.
var (
	GetRating = fullstack.Query[RatingIn, Rating]{Name: "events.rating", Secret: true}
	Rate      = fullstack.Command[RateIn, Rating]{Name: "events.rate"}
)

// Validate judges what was typed.
func (in RateIn) Validate() error {
	var c fault.Check
	c.Field(in.Stars >= 1 && in.Stars <= 5, "stars", "Please choose one to five stars.")
	paragraphs(&c, "comment", "Your comment", in.Clean().Comment, 2000)
	return c.Err()
}

// Clean is the input as it is kept.
func (in RateIn) Clean() RateIn {
	in.Comment = strings.ReplaceAll(strings.TrimSpace(in.Comment), "\r\n", "\n")
	return in
}

// rateFor is how long after a shift it can be rated.
const rateFor = 30 * 24 * time.Hour

// RateUntil is when a shift can no longer be rated.
func (s Shift) RateUntil() time.Time { return s.End.At.Add(rateFor) }

// CanRate is the rule of rating: Conflict before the shift has started, Gone thirty days after it.
func (s Shift) CanRate(now time.Time) error {
	switch {
	case now.Before(s.Start.At):
		return fault.New(fault.Conflict, "You can rate the event once it has started.")
	case !now.Before(s.RateUntil()):
		return fault.New(fault.Gone, "This link has ended: the event was over a month ago.")
	}
	return nil
}

// Stars draws a number of stars of five.
func Stars(n int) string { return strings.Repeat("★", n) + strings.Repeat("☆", 5-n) }

// StarsWord is what a number of stars means, for those who do not see them.
func StarsWord(n int) string {
	switch n {
	case 5:
		return "Wonderful"
	case 4:
		return "Good"
	case 3:
		return "All right"
	case 2:
		return "Not so good"
	}
	return "Poor"
}
