package sms

import (
	"strings"
	"unicode/utf16"
)

// The alphabet of texts (3GPP TS 23.038, section 6.2.1), and those of its extension, which take the room of two.
const (
	alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|€"
)

// Segments is how many texts the body is sent and paid as: of 160 characters of the alphabet, or of 70 units of UTF-16 when it holds any
// other; of 153 and 67 when there are several. What takes two units stands in one segment.
func Segments(body string) int {
	one, several := 160, 153
	size := septets
	if strings.ContainsFunc(body, func(r rune) bool { return septets(r) == 0 }) {
		one, several, size = 70, 67, utf16.RuneLen
	}
	total, segments, used := 0, 1, 0
	for _, r := range body {
		n := max(1, size(r)) // an invalid byte is one U+FFFD
		if total += n; used+n > several {
			segments, used = segments+1, 0
		}
		used += n
	}
	if total <= one {
		return 1
	}
	return segments
}

// InAlphabet reports whether texts have the character: any other halves the room of all.
func InAlphabet(r rune) bool { return septets(r) > 0 }

// septets is how much room the character takes; 0: it is not of the alphabet.
func septets(r rune) int {
	switch {
	case strings.ContainsRune(alphabet, r):
		return 1
	case strings.ContainsRune(extension, r):
		return 2
	}
	return 0
}

// Plain writes typographic quotes, dashes, dots and spaces as the alphabet of texts has them: one of them would halve the room.
func Plain(s string) string { return plain.Replace(s) }

var plain = strings.NewReplacer(
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "“", `"`, "”", `"`, "„", `"`, "‟", `"`, "″", `"`, "«", `"`, "»", `"`, "‹", "'", "›", "'",
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "…", "...", "•", "-", "·", "-",
	"\u00a0", " ", "\u2002", " ", "\u2003", " ", "\u2004", " ", "\u2005", " ", "\u2006", " ", "\u2007", " ", "\u2008", " ", "\u2009", " ",
	"\u200a", " ", "\u202f", " ", "\u205f", " ", "\u3000", " ", "\t", " ", "\u00ad", "", "\u200b", "", "\ufeff", "", "`", "'",
)
