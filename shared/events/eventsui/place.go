package eventsui

import (
	"net/url"
	"strconv"
	"strings"

	"groundswell/shared/events"
)

// Town is city and region: "Cleveland, OH".
func Town(city, region string) string { return join(", ", city, region) }

// Address is the lines of a place, the venue first; empty when nothing is known.
func Address(p events.Place) []string {
	var lines []string
	for _, line := range []string{p.Venue, p.Line1, join(" ", Town(p.City, p.Region), p.PostalCode)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// MapURL shows the place on a map, "" when there is too little to find it by: no street and no coordinates.
func MapURL(p events.Place) string {
	switch {
	case p.Latitude != nil && p.Longitude != nil:
		lat := strconv.FormatFloat(*p.Latitude, 'f', 6, 64)
		lon := strconv.FormatFloat(*p.Longitude, 'f', 6, 64)
		return "https://www.openstreetmap.org/?mlat=" + lat + "&mlon=" + lon + "#map=17/" + lat + "/" + lon
	case p.Line1 != "":
		return "https://www.openstreetmap.org/search?query=" + url.QueryEscape(join(", ", p.Line1, Town(p.City, p.Region), p.PostalCode))
	}
	return ""
}

func join(sep string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
