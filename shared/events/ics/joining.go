package ics

import (
	"cmp"
	"regexp"
	"strings"
)

// joiningPattern finds lines that say how to join by video beside the link: numbers, codes, and where they are found.
var joiningPattern = regexp.MustCompile(`(?i)\b(?:meeting|webinar|conference) id\b|\b(?:pass|access) ?code\b|\b(?:password|pin)\s*[:=]|\bone tap mobile\b|\bdial by your location\b|\bfind your local number\b|\bdial[- ]in\b`)

// hideJoining takes what lets somebody join by video out of everything that the public reads: whoever has the link is in the
// room.
func (e *Imported) hideJoining() {
	joins := func(s string) bool {
		return videoPattern.MatchString(s) || e.OnlineURL != "" && strings.Contains(s, e.OnlineURL)
	}
	var public, private []string
	for line := range strings.SplitSeq(e.Description, "\n") {
		if joins(line) || joiningPattern.MatchString(line) {
			private = append(private, strings.TrimSpace(line))
		} else {
			public = append(public, line)
		}
	}
	if len(private) > 0 {
		e.Description = strings.TrimSpace(blankLines.ReplaceAllString(strings.Join(public, "\n"), "\n\n"))
		e.Joining = strings.Join(private, "\n")
	}
	if joins(e.URL) {
		e.URL = ""
	}
	if joins(e.Summary) {
		e.Summary = cmp.Or(withoutLinks(e.Summary), untitled)
	}
	for n := range e.Occurrences {
		o := &e.Occurrences[n]
		o.Location = strings.Trim(urlPattern.ReplaceAllString(o.Location, ""), " ;,()-\n")
		if joins(o.Summary) {
			o.Summary = withoutLinks(o.Summary)
		}
	}
}

var blankLines = regexp.MustCompile(`\n\s*\n(?:\s*\n)+`)

// withoutLinks is a title without its web addresses, on one line.
func withoutLinks(s string) string {
	return strings.Join(strings.Fields(urlPattern.ReplaceAllString(s, "")), " ")
}
