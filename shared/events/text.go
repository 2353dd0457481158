package events

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"groundswell/shared/fault"
)

// line checks one line of typed text: at most that many characters, and nothing a reader could not see or that would turn
// the text around it. What names the field in the sentence.
func line(c *fault.Check, name, what, value string, most int) {
	c.Field(printable(value, false), name, "%s has characters that cannot be shown. Please type it again.", what)
	c.Field(utf8.RuneCountInString(value) <= most, name, "%s is longer than %d characters.", what, most)
}

// paragraphs is line for text with line breaks.
func paragraphs(c *fault.Check, name, what, value string, most int) { //nolint:unparam // as line
	c.Field(printable(value, true), name, "%s has characters that cannot be shown. Please type it again.", what)
	c.Field(utf8.RuneCountInString(value) <= most, name, "%s is longer than %d characters.", what, most)
}

// printable refuses invalid UTF-8, control characters (NUL among them), noncharacters and the bidirectional overrides
// and isolates (Unicode TR36) with which a name can pose as another. The marks of right-to-left writing are fine.
func printable(s string, breaks bool) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return !breaks
		case r == '\u2028' || r == '\u2029', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return true
		case r >= '\ufdd0' && r <= '\ufdef', r&0xfffe == 0xfffe:
			return true
		}
		return unicode.IsControl(r)
	}) < 0
}

// visible reports whether there is anything to see: not only spaces, marks and the characters that draw nothing.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		switch r {
		case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800': // letters and a symbol by name, blanks by look
			return false
		}
		return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r) || unicode.IsPunct(r)
	})
}

// name is line for a person's name. One with a web address in it is not a name, but an advertisement that our mail would
// carry to whatever address was typed beside it.
func name(c *fault.Check, field, what, value string, most int) {
	line(c, field, what, value, most)
	c.Field(!hasLink(value), field, "%s looks like a web address. Please type a name.", what)
}

func hasLink(s string) bool {
	if strings.Contains(s, "/") || strings.Contains(s, "@") {
		return true
	}
	runes := []rune(dots.Replace(s))
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	for i, r := range runes { // a dot inside a word: evil.example and t.co, but not St. John, J.R. or J.Ronald
		initial := !wordRune(at(i-2)) && unicode.IsUpper(at(i-1)) && unicode.IsUpper(at(i+1))
		if r == '.' && wordRune(at(i-1)) && unicode.IsLetter(at(i+1)) && unicode.IsLetter(at(i+2)) && !initial {
			return true
		}
	}
	return false
}

// dots are what browsers take for a dot in a host name (UTS 46).
var dots = strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".")

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' }

// ValidEmail accepts what mail on the internet uses of RFC 5321: a dot-atom of at most 64 characters, and a host name
// with a dot. Quoted local parts, address literals and non-ASCII addresses are refused: our mail could not reach them.
func ValidEmail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	if !ok || len(s) > 254 || len(local) > 64 || !dotAtom(local) {
		return false
	}
	labels := strings.Split(host, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if !hostLabel(label) {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(top) >= 2 && strings.ContainsFunc(top, letter)
}

func dotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool {
			return !letter(r) && !digit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
		}) {
			return false
		}
	}
	return true
}

func hostLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !letter(r) && !digit(r) && r != '-' })
}

// validPhone accepts 7 to 15 digits (ITU-T E.164) with the usual punctuation and an extension.
func validPhone(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case digit(r):
			digits++
		case r == '+' && i == 0:
		case !strings.ContainsRune(" -.()/x", r):
			return false
		}
	}
	return digits >= 7 && digits <= 15
}

func validPostalCode(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !letter(r) && !digit(r) && r != ' ' && r != '-' })
}

// ValidSlug reports whether s can be the slug of an event or an organisation.
func ValidSlug(s string) bool {
	if s == "" || len(s) > 120 || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !(r >= 'a' && r <= 'z') && !digit(r) && r != '-' })
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func digit(r rune) bool { return r >= '0' && r <= '9' }
