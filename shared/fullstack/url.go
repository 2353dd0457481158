package fullstack

import "strings"

// blockedURL is what stands where a URL was refused. It is the same on both sides, so that hydration finds it equal.
const blockedURL = "about:invalid#blocked"

// SafeURL returns s when a browser would treat it as relative or as http, https, mailto, tel or webcal, else
// "about:invalid#blocked". Builders pass every URL that is not a constant through it: the browser writes the raw value
// again on the client, where the encoder cannot help. It judges what a browser sees: tabs and line ends anywhere and
// controls and spaces in front do not count (WHATWG URL, basic URL parser).
func SafeURL(s string) string {
	if safeURL(s) {
		return s
	}
	return blockedURL
}

// SafeSrcset is SafeURL for each candidate of a srcset; descriptors and good candidates stay as they are.
func SafeSrcset(s string) string {
	var b strings.Builder
	kept := 0 // s[:kept] is in b already
	for i := 0; i < len(s); {
		start, end, next := srcsetCandidate(s, i)
		if !safeURL(s[start:end]) {
			b.WriteString(s[kept:start])
			b.WriteString(blockedURL)
			kept = end
		}
		i = next
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// srcsetCandidate finds the URL of the candidate at or after i and where the next candidate starts, as HTML's
// "parse a srcset attribute" does: a URL ends at white space; commas at its end, or outside parentheses in the
// descriptor, end the candidate.
func srcsetCandidate(s string, i int) (start, end, next int) {
	for i < len(s) && (isSpace(s[i]) || s[i] == ',') {
		i++
	}
	start = i
	for i < len(s) && !isSpace(s[i]) {
		i++
	}
	end = i
	for end > start && s[end-1] == ',' {
		end--
	}
	if end < i {
		return start, end, i
	}
	for depth := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth = max(0, depth-1)
		case c == ',' && depth == 0:
			return start, end, i + 1
		}
	}
	return start, end, i
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' && c != '\v' }

// safeURL reads as much of s as decides what scheme it has, if any. Anything odd before a colon counts as a scheme.
func safeURL(s string) bool {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	var scheme [6]byte // the longest allowed one
	n := 0
	for i := range len(s) {
		switch c := s[i]; c {
		case '\t', '\n', '\r':
		case '/', '?', '#', '\\':
			return true
		case ':':
			return n <= len(scheme) && allowedScheme(string(scheme[:n]))
		default:
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if n < len(scheme) {
				scheme[n] = c
			}
			n++
		}
	}
	return true
}

func allowedScheme(s string) bool {
	switch s {
	case "http", "https", "mailto", "tel", "webcal":
		return true
	}
	return false
}
