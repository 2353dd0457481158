package events

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"groundswell/shared/fault"
)

// FindIn asks for events. The zero value finds every public event to come.
type FindIn struct {
	Q          string `json:"q,omitempty"         param:"q"`           // words in title, summary, description, place, organisation
	Type       Type   `json:"type,omitempty"      param:"type"`        // or several, any of which will do: canvass,rally
	Mode       Mode   `json:"mode,omitempty"      param:"mode"`        // online includes hybrid; so does in_person
	Place      string `json:"place,omitempty"     param:"place"`       // city, region or the start of a postal code
	Near       string `json:"near,omitempty"      param:"near"`        // latitude and longitude instead of a place: 41.50,-81.69
	Within     int    `json:"within_km,omitempty" param:"within_km"`   // kilometres around Place or Near; 40 around Near when not said
	Sort       string `json:"sort,omitempty"      param:"sort"`        // distance: the nearest first, where there is a radius
	From       string `json:"from,omitempty"      param:"from"`        // 2026-11-23, in the event's zone
	To         string `json:"to,omitempty"        param:"to"`          // inclusive
	Open       bool   `json:"open,omitempty"      param:"open"`        // has space
	Accessible bool   `json:"accessible,omitempty" param:"accessible"` // to people who use a wheelchair
	Tag        string `json:"tag,omitempty"       param:"tag"`         // or several, any of which will do: climate,housing
	Org        string `json:"org,omitempty"       param:"org"`         // organisation slug
	Series     string `json:"series,omitempty"    param:"series"`      // series slug
	Past       bool   `json:"past,omitempty"      param:"past"`        // events that are over instead, newest first
	Page       int    `json:"page,omitempty"      param:"page"`        // from 1
}

// ByDistance is the FindIn.Sort that puts the nearest first.
const ByDistance = "distance"

// PageSize is the number of cards on a page of results.
const PageSize = 24

// FindOut is a page of results.
type FindOut struct {
	Events  []Card      `json:"events"`
	Total   int         `json:"total"`
	AtLeast bool        `json:"at_least,omitempty"` // there are more than Total: counting stopped there
	Page    int         `json:"page"`
	Pages   int         `json:"pages"`
	Types   []TypeCount `json:"types"`           // how many each type would give with the other filters, most first
	Modes   []ModeCount `json:"modes,omitempty"` // the same for modes, and for tags
	Tags    []TagCount  `json:"tags,omitempty"`
	// Open and Accessible are how many would be left with only those that have space, or are accessible.
	Open       int `json:"open,omitempty"`
	Accessible int `json:"accessible,omitempty"`
	// SomeCounted says that the counts of Types, Modes, Tags, Open and Accessible are of a part only: there are at least so many.
	SomeCounted bool `json:"some_counted,omitempty"`
	// Q and Place are what was searched for instead of what was asked, when only another spelling found anything.
	Q      string    `json:"q,omitempty"`
	Place  string    `json:"place,omitempty"`
	Series string    `json:"series,omitempty"` // the title of the series that was asked for
	Now    time.Time `json:"now"`
}

// TypeCount is a facet.
type TypeCount struct {
	Type  Type `json:"type"`
	Count int  `json:"count"`
}

// ModeCount is a facet. Hybrid events count for every mode.
type ModeCount struct {
	Mode  Mode `json:"mode"`
	Count int  `json:"count"`
}

// TagCount is a facet.
type TagCount struct {
	Tag   string `json:"tag"`
	Count int    `json:"count"`
}

// MostPages bounds how deep anybody may page.
const MostPages = 100

const (
	// mostChosen bounds how many types or tags one question names.
	mostChosen = 12
	mostWithin = 250 // km
	aroundHere = 40  // km
)

// Validate judges the question.
func (in FindIn) Validate() error {
	var c fault.Check
	in.check(&c)
	return c.Err()
}

func (in FindIn) check(c *fault.Check) {
	line(c, "q", "The search", in.Q, 200)
	in.checkChoices(c)
	line(c, "place", "The place", in.Place, 100)
	_, located := in.Centre()
	c.Field(in.Near == "" || located, "near", "This is no place on earth. It looks like 41.50,-81.69.")
	c.Field(in.Within >= 0 && in.Within <= mostWithin, "within_km", "A radius goes up to %d km.", mostWithin)
	c.Field(in.Sort == "" || in.Sort == ByDistance, "sort", "Results are sorted by time or by distance.")
	from := date(c, "from", in.From)
	to := date(c, "to", in.To)
	c.Field(from.IsZero() || to.IsZero() || !to.Before(from), "to", "The last day is before the first.")
	c.Field(in.Org == "" || ValidSlug(in.Org), "org", "There is no such organisation.")
	c.Field(in.Series == "" || ValidSlug(in.Series), "series", "There is no such series.")
	page(c, in.Page)
}

func (in FindIn) checkChoices(c *fault.Check) {
	for _, t := range in.Types() {
		c.Field(t.Known(), "type", "There is no such type of event.")
	}
	c.Field(len(in.Types()) <= mostChosen, "type", "Please choose at most %d types.", mostChosen)
	for _, tag := range in.Tags() {
		c.Field(ValidSlug(tag) && len(tag) <= MostTagLength, "tag", "There is no such tag.")
	}
	c.Field(len(in.Tags()) <= mostChosen, "tag", "Please choose at most %d tags.", mostChosen)
	c.Field(in.Mode == "" || in.Mode == InPerson || in.Mode == Online || in.Mode == Hybrid, "mode", "Please choose in person or online.")
}

// Types are the types asked for, none for all.
func (in FindIn) Types() []Type {
	types := []Type{}
	for _, s := range split(string(in.Type)) {
		types = append(types, Type(s))
	}
	return types
}

// Tags are the tags asked for, none for all.
func (in FindIn) Tags() []string { return split(in.Tag) }

func split(list string) []string {
	if list == "" {
		return []string{}
	}
	return strings.Split(list, ",")
}

// Toggled is a list of choices, separated by commas, with one more or without it.
func Toggled(list, choice string) string {
	var kept []string
	found := false
	for _, s := range split(list) {
		if found = found || s == choice; s != choice {
			kept = append(kept, s)
		}
	}
	if !found {
		kept = append(kept, choice)
	}
	return strings.Join(kept, ",")
}

// Chosen reports whether a list of choices has one.
func Chosen(list, choice string) bool {
	return slices.Contains(split(list), choice)
}

// Point is a place on earth in degrees.
type Point struct{ Latitude, Longitude float64 }

// Centre is the point of Near; false when it names none. A Place that is asked for too takes its place.
func (in FindIn) Centre() (Point, bool) {
	lat, lng, both := strings.Cut(in.Near, ",")
	latitude, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	longitude, err2 := strconv.ParseFloat(strings.TrimSpace(lng), 64)
	ok := both && err1 == nil && err2 == nil && math.Abs(latitude) <= 90 && math.Abs(longitude) <= 180
	return Point{latitude, longitude}, ok
}

// Radius is how many kilometres around a place or a point are asked for; 0 for no radius.
func (in FindIn) Radius() int {
	switch {
	case in.Near == "" && in.Place == "":
		return 0
	case in.Place == "" && in.Within == 0:
		return aroundHere
	}
	return in.Within
}

// Validate judges the question.
func (in OrgIn) Validate() error {
	var c fault.Check
	page(&c, in.Page)
	return c.Err()
}

func page(c *fault.Check, n int) {
	c.Field(n >= 0 && n <= MostPages, "page", "Pages go from 1 to %d. Please narrow the search down instead.", MostPages)
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

// TagLabel is a tag in words.
func TagLabel(tag string) string {
	words := strings.ReplaceAll(tag, "-", " ")
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
