package ics

import (
	"bytes"
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// lineOctets is the longest line RFC 5545 section 3.1 allows, without its CRLF.
const lineOctets = 75

// writer writes content lines.
type writer struct{ buf *bytes.Buffer }

func (w writer) entry(e Entry) {
	w.line("BEGIN:VEVENT")
	w.text("UID", e.UID)
	w.line("SEQUENCE:" + strconv.Itoa(e.Sequence))
	w.line("DTSTAMP:" + utc(e.Stamp))
	w.line("DTSTART:" + utc(e.Start))
	if e.End.After(e.Start) {
		w.line("DTEND:" + utc(e.End))
	}
	if e.Status == "" {
		e.Status = Confirmed
	}
	w.line("STATUS:" + string(e.Status))
	w.text("SUMMARY", e.Summary)
	w.text("DESCRIPTION", e.Description)
	w.text("LOCATION", e.Location)
	w.geo(e.Lat, e.Lng)
	w.url(e.URL)
	w.person("ORGANIZER", e.OrganizerName, e.OrganizerEmail)
	w.person("ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE", e.AttendeeName, e.AttendeeEmail)
	w.line("END:VEVENT")
}

// line writes one content line, folded so that no line is over 75 octets and no character is split.
func (w writer) line(s string) {
	limit := lineOctets
	for len(s) > limit {
		cut := limit
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.buf.WriteString(s[:cut])
		w.buf.WriteString("\r\n ")
		s, limit = s[cut:], lineOctets-1 // the space counts
	}
	w.buf.WriteString(s)
	w.buf.WriteString("\r\n")
}

// text writes a TEXT property (RFC 5545 section 3.3.11); an empty one is left out.
func (w writer) text(name, value string) {
	if value = clean(value); value != "" {
		w.line(name + ":" + textEscaper.Replace(value))
	}
}

var textEscaper = strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\n", `\n`)

func (w writer) geo(lat, lng *float64) {
	if lat == nil || lng == nil || !(math.Abs(*lat) <= 90 && math.Abs(*lng) <= 180) {
		return
	}
	w.line(fmt.Sprintf("GEO:%.6f;%.6f", *lat, *lng))
}

func (w writer) url(raw string) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return
	}
	w.line("URL:" + ascii(u.String()))
}

// ascii percent-encodes the bytes that have no place in a URI and that net/url leaves as they came.
func ascii(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// person writes a calendar address with its common name.
func (w writer) person(property, name, email string) {
	at := strings.LastIndexByte(email, '@')
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || at < 1 {
		return
	}
	if name = paramText(name); name != "" {
		property += `;CN="` + name + `"`
	}
	w.line(property + ":mailto:" + ascii(url.PathEscape(email[:at])+email[at:]))
}

// paramText makes text fit for a quoted parameter value, which knows no escapes at all (RFC 5545 section 3.2). Some
// readers look for them nevertheless, so it holds no backslash.
func paramText(s string) string {
	return strings.Join(strings.Fields(paramEscaper.Replace(clean(s))), " ")
}

// clean makes a line break of everything that some reader takes for one, and drops the other control characters.
func clean(s string) string {
	s = lineBreaks.Replace(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

var paramEscaper = strings.NewReplacer(`"`, "'", `\`, "/")

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
