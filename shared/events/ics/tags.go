package ics

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const mostRefused = 20 // problems with the categories of one event

// tags are the CATEGORIES of an event (RFC 5545 section 3.8.1.2) in the form of tags: sorted, each once.
func (b *builder) tags(c *component) []string {
	if b.limits.Tags <= 0 {
		return nil
	}
	var tags []string
	refused := 0
	for _, p := range c.props["CATEGORIES"] {
		for rest, more := p.value, true; more; {
			var one string
			one, rest, more = cutUnescaped(rest)
			name := strings.Join(strings.Fields(property{value: one}.text()), " ")
			tag, why := Tag(name, b.limits.TagLength)
			switch {
			case name == "" || tag != "" && slices.Contains(tags, tag):
			case tag == "":
				b.problems.add(p.line, "%s %s; it was left out.", short(name), why)
				refused++
			case len(tags) == b.limits.Tags:
				b.problems.add(p.line, "This event has more than %d categories; the rest were left out.", b.limits.Tags)
				refused = mostRefused
			default:
				tags = append(tags, tag)
			}
			if refused == mostRefused {
				return sorted(tags)
			}
		}
	}
	return sorted(tags)
}

func sorted(tags []string) []string {
	slices.Sort(tags)
	return tags
}

// cutUnescaped splits a list of texts before its first comma that is not escaped; more says that there was one.
func cutUnescaped(s string) (before, rest string, more bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ',':
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// Tag is a category as a tag: its words in small letters, joined by hyphens. "" and why when it cannot be one: nothing
// is made up for letters that have no place in a tag, for what is left would be another word.
func Tag(name string, longest int) (tag, why string) {
	if strings.Contains(name, "://") {
		return "", "is an address and no tag"
	}
	tag, whole := Slug(name)
	switch {
	case tag == "" || !whole:
		return "", "cannot be written as a tag, in the letters a to z"
	case len(tag) > longest:
		return "", fmt.Sprintf("is longer than %d characters, too long for a tag", longest)
	}
	return tag, ""
}

// Slug is text as it stands in an address: "cafe-politico-no-2" for "Café Político, no. 2". It is "" when no letter from
// a to z and no digit is in it; whole says that no other letter or digit was left out.
func Slug(s string) (slug string, whole bool) {
	var b strings.Builder
	gap, whole := false, true
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || r == '\'' || r == '’': // accents, now apart from their letters; marks without a shape
		default:
			gap = true
			whole = whole && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != unicode.ReplacementChar
		}
	}
	return b.String(), whole
}
