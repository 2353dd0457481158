package seed

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
)

//go:embed copy.txt
var copyText string

//go:embed places.txt
var placesText string

// recipe is how events of one kind take place and what they say.
type recipe struct {
	hours  []int
	length time.Duration
	seats  int // 0: unlimited
	guests int
	days   []time.Weekday
	modes  []string

	titles, online, summaries, openings, details, notes []string
}

// place is a venue.
type place struct {
	org, venue, line1, hood, city, region, postalCode, country string
	lat, lng                                                   float64
	zone                                                       string
}

// recipes reads copy.txt by kind.
func recipes() (map[string]*recipe, error) {
	out := map[string]*recipe{}
	var current *recipe
	for n, line := range strings.Split(copyText, "\n") {
		line = strings.TrimSpace(line)
		key, text, isText := strings.Cut(line, ": ")
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			current = &recipe{}
			out[strings.Trim(line, "[]")] = current
			continue
		case isText && current.put(key, text):
			continue
		}
		if err := current.settings(line); err != nil {
			return nil, fmt.Errorf("copy.txt line %d: %w", n+1, err)
		}
	}
	return out, nil
}

func (r *recipe) put(key, text string) bool {
	switch key {
	case "title":
		r.titles = append(r.titles, text)
	case "online":
		r.online = append(r.online, text)
	case "sum":
		r.summaries = append(r.summaries, text)
	case "open":
		r.openings = append(r.openings, text)
	case "more":
		r.details = append(r.details, text)
	case "note":
		r.notes = append(r.notes, text)
	default:
		return false
	}
	return true
}

func (r *recipe) settings(line string) error {
	for part := range strings.SplitSeq(line, "|") {
		words := strings.Fields(part)
		if len(words) < 2 {
			return fmt.Errorf("%q says nothing", part)
		}
		for _, word := range words[1:] {
			number, _ := strconv.Atoi(word)
			switch words[0] {
			case "hours":
				r.hours = append(r.hours, number)
			case "long":
				r.length = time.Duration(number) * time.Minute
			case "seats":
				r.seats = number
			case "guests":
				r.guests = number
			case "days":
				r.days = append(r.days, weekday(word))
			case "modes":
				r.modes = append(r.modes, word)
			default:
				return fmt.Errorf("%q is not known", words[0])
			}
		}
	}
	return nil
}

func weekday(short string) time.Weekday {
	return time.Weekday(strings.Index("sunmontuewedthufrisat", short) / 3)
}

// places reads places.txt by organisation.
func places() (map[string][]place, error) {
	out := map[string][]place{}
	for n, line := range strings.Split(placesText, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, " | ")
		if len(f) != 11 {
			return nil, fmt.Errorf("places.txt line %d: %d fields", n+1, len(f))
		}
		lat, errLat := strconv.ParseFloat(f[8], 64)
		lng, errLng := strconv.ParseFloat(f[9], 64)
		if errLat != nil || errLng != nil {
			return nil, fmt.Errorf("places.txt line %d: not a position", n+1)
		}
		out[f[0]] = append(out[f[0]], place{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], lat, lng, f[10]})
	}
	return out, nil
}

// state is the region in words.
func state(region string) string {
	switch region {
	case "OH":
		return "Ohio"
	case "CO":
		return "Colorado"
	case "CA":
		return "California"
	case "OR":
		return "Oregon"
	case "WA":
		return "Washington"
	case "AZ":
		return "Arizona"
	case "HI":
		return "Hawaii"
	}
	return region
}

// slugOf makes a slug of a title, which is ASCII here.
func slugOf(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r != '\'' && r != '.' && b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
