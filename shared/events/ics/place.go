package ics

import (
	"regexp"
	"strings"
)

// Place is a location taken apart.
type Place struct {
	Venue, Line1, City, Region, PostalCode string
	Country                                string // ISO 3166-1 alpha-2, where it is written or implied by a US state
}

var (
	urlPattern   = regexp.MustCompile(`https?://[^\s<>"'\\]+`)
	videoPattern = regexp.MustCompile(`(?i)https?://(?:[a-z0-9-]+\.)*(?:zoom\.us|zoomgov\.com|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|webex\.com|gotomeeting\.com|whereby\.com|meet\.jit\.si|youtube\.com/live)/[^\s<>"'\\]+`)
	statePattern = regexp.MustCompile(`^(?:(.*?)[\s,]+)?([A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?)\.?\s+(\d{5}(?:-\d{4})?)$`)
	digits       = regexp.MustCompile(`^\d+[A-Za-z]?(?:-\d+)?\s+\S`)
)

// place takes the location apart and finds where one joins by video: a location may be an address, a link or both.
func (b *builder) place(c *component, e Imported) (Place, string) {
	online := ""
	for _, name := range []string{"CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGURL"} {
		if p, ok := c.first(name); ok && online == "" {
			online = webURL(p.value)
		}
	}
	where := e.Location
	if link := urlPattern.FindString(where); link != "" {
		if online == "" {
			online = webURL(link)
		}
		where = urlPattern.ReplaceAllString(where, "")
	}
	if online == "" {
		online = webURL(strings.TrimRight(videoPattern.FindString(e.Description), ".,;)"))
	}
	switch strings.ToLower(strings.Trim(where, " ;,.()-\n")) {
	case "online", "virtual", "zoom", "zoom meeting", "microsoft teams meeting", "teams meeting", "google meet", "webex", "remote", "via zoom", "on zoom", "online event":
		where = ""
	}
	return SplitLocation(where), online
}

// SplitLocation takes an address apart as US calendars write it: "Venue, 12 Main St, Springfield, IL 62701, USA", with
// commas or line breaks. What it does not recognise stays in Venue, so nothing is lost.
func SplitLocation(s string) Place {
	var parts []string
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == '\n' || r == ';' }) {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			parts = append(parts, part)
		}
	}
	var p Place
	if n := len(parts); n > 0 {
		if p.Country = country(parts[n-1]); p.Country != "" && n > 1 {
			parts = parts[:n-1]
		} else {
			p.Country = ""
		}
	}
	parts = p.takeRegion(parts)
	if p.Region == "" { // not an address as we know it
		p.Venue = strings.Join(parts, ", ")
		return p
	}
	if n := len(parts); n > 0 && p.City == "" && !digits.MatchString(parts[n-1]) {
		p.City, parts = parts[n-1], parts[:n-1]
	}
	for i, part := range parts {
		if digits.MatchString(part) {
			p.Venue, p.Line1 = strings.Join(parts[:i], ", "), strings.Join(parts[i:], ", ")
			return p
		}
	}
	p.Venue = strings.Join(parts, ", ")
	return p
}

// takeRegion reads "IL 62701", "IL", "Springfield IL 62701" or "IL" and "62701" from the end.
func (p *Place) takeRegion(parts []string) []string {
	n := len(parts)
	if n == 0 {
		return parts
	}
	last := parts[n-1]
	if m := statePattern.FindStringSubmatch(last); m != nil {
		words := strings.Fields(m[2])
		region := state(m[2])
		if region == "" && len(words) == 2 && m[1] == "" { // "Springfield Illinois 62701"
			region, m[1] = state(words[1]), words[0]
		}
		if region != "" {
			p.Region, p.PostalCode, p.City = region, m[3], m[1]
			p.usa()
			return parts[:n-1]
		}
	}
	if region := state(last); region != "" && n > 1 {
		p.Region = region
		p.usa()
		return parts[:n-1]
	}
	return parts
}

func (p *Place) usa() {
	if p.Country == "" {
		p.Country = "US"
	}
}

func country(s string) string {
	switch strings.ToLower(strings.Trim(s, ". ")) {
	case "usa", "us", "u.s", "u.s.a", "united states", "united states of america":
		return "US"
	case "canada":
		return "CA"
	case "mexico", "méxico":
		return "MX"
	case "uk", "united kingdom", "england", "scotland", "wales":
		return "GB"
	case "ireland":
		return "IE"
	case "germany", "deutschland":
		return "DE"
	case "france":
		return "FR"
	case "spain", "españa":
		return "ES"
	case "india":
		return "IN"
	case "australia":
		return "AU"
	}
	return ""
}

const states = "|AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia" +
	"|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland" +
	"|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey" +
	"|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|RI Rhode Island" +
	"|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|"

// state is the postal abbreviation of a US state or territory, written out or not; "" when s is none.
func state(s string) string {
	if len(s) == 2 && strings.Contains(states, "|"+s+" ") {
		return s
	}
	for one := range strings.SplitSeq(strings.Trim(states, "|"), "|") {
		if len(s) > 2 && strings.EqualFold(one[3:], s) {
			return one[:2]
		}
	}
	return ""
}
