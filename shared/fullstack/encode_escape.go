//go:build !js

package fullstack

import (
	"strings"
	"unicode/utf8"
)

// content is what an element may hold and how text in it is written.
type content uint8

const (
	markup      content = iota // elements and escaped text
	escapedText                // escaped text only
	rawText                    // text as it is, only
	nothing                    // no content
	voidElement                // no content and no end tag
)

const (
	svgNamespace    = "http://www.w3.org/2000/svg"
	mathMLNamespace = "http://www.w3.org/1998/Math/MathML"
)

// contentOf reports what the HTML element may hold; false for one whose content a browser parses into another place
// or form than a client gives it that builds it node by node.
func contentOf(tag string) (content, bool) {
	switch tag {
	case "div", "span", "a", "p", "li", "ul", "button", "label", "svg": // most of them
		return markup, true
	case "area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr":
		return voidElement, true
	case "iframe":
		return nothing, true
	case "textarea", "title":
		return escapedText, true
	case "script", "style":
		return rawText, true
	case "html", "head", "body", "base", "frame", "frameset", "noscript", "noframes", "noembed", "template",
		"plaintext", "xmp", "listing", "image", "isindex", "selectedcontent":
		return markup, false
	}
	return markup, validName(tag) && strings.ToLower(tag) == tag
}

// foreignContentOf is contentOf for an element of SVG or MathML.
func foreignContentOf(tag string) (content, bool) {
	switch tag {
	case "title", "desc":
		return escapedText, true
	case "script", "style":
		return markup, false
	}
	return markup, validName(tag)
}

// namespaceOf is where the parser puts an element with this tag in a parent of that namespace.
func namespaceOf(tag, parent string) string {
	switch tag {
	case "svg":
		return svgNamespace
	case "math":
		return mathMLNamespace
	}
	return parent
}

// dropsFirstNewline: the parser ignores a line feed right after the start tag.
func dropsFirstNewline(tag string) bool { return tag == "pre" || tag == "textarea" }

// startsWithNewline also counts an escaped CR: some parsers drop that one too.
func startsWithNewline(b []byte) bool {
	return len(b) > 0 && b[0] == '\n' || strings.HasPrefix(string(b[:min(len(b), 5)]), escapes['\r'])
}

// validName accepts the names of tags and attributes that every parser reads as one name.
func validName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '_' || c == ':' || c == '.'):
		default:
			return false
		}
	}
	return s != ""
}

// escapes holds what stands for a byte in text and in quoted attribute values; "" where the byte stands for itself.
// A bare CR would be read as LF; NUL is dropped or replaced by parsers, depending on where it is.
var escapes = [256]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;", '\r': "&#13;", 0: "\uFFFD",
}

// escapable tells which bytes have an escape. The table is small, because every byte of a page is looked up.
var escapable = [utf8.RuneSelf]bool{'&': true, '<': true, '>': true, '"': true, '\'': true, '\r': true, 0: true}

// appendEscaped appends s so that a parser reads it back, with U+FFFD for NUL and for bytes that are not UTF-8.
func appendEscaped(dst []byte, s string) []byte {
	written, ascii := 0, true
	for i := nextSpecial(s, 0); i < len(s); i = nextSpecial(s, i+1) {
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			dst = append(append(dst, s[written:i]...), escapes[c]...)
			written = i + 1
		case ascii && !utf8.ValidString(s[i:]):
			// One U+FFFD for each bad byte, as encoding/json does for the page's data.
			return appendEscaped(append(dst, s[written:i]...), string([]rune(s[i:])))
		default:
			ascii = false
		}
	}
	return append(dst, s[written:]...)
}

// nextSpecial is the first byte of s from i on that has an escape or is not ASCII, or the length of s.
func nextSpecial(s string, i int) int {
	for i < len(s) && s[i] < utf8.RuneSelf && !escapable[s[i]] {
		i++
	}
	return i
}

// safeRawText reports whether text can stand unescaped in a script or style and be read back unchanged.
func safeRawText(s, tag string) bool {
	lower := strings.ToLower(s)
	return utf8.ValidString(s) && !strings.ContainsAny(s, "\x00\r") &&
		!strings.Contains(lower, "</"+tag) && !strings.Contains(lower, "<!--")
}
