package card

import (
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// longest is how much of a text is looked at at all.
const longest = 400

// drawable is the text without what the font has no glyph for: emoji, other scripts, controls. Text of which less than
// two thirds of the letters are left says nothing any more and becomes "".
func drawable(f *opentype.Font, text string) string {
	var b strings.Builder
	var buffer sfnt.Buffer
	letters, lost, n := 0, 0, 0
	for _, r := range text {
		if n++; n > longest {
			break
		}
		if unicode.IsSpace(r) {
			b.WriteByte(' ')
			continue
		}
		known := false
		if !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			glyph, err := f.GlyphIndex(&buffer, r)
			known = err == nil && glyph != 0
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters++
			if !known {
				lost++
			}
		}
		if known {
			b.WriteRune(r)
		}
	}
	if letters == lost || 3*lost > letters {
		return ""
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// wrap breaks text into at most n lines of a width in pixels, between words or, where one is longer than a line, inside it.
// whole says that nothing was cut; else the last line ends with an ellipsis.
func wrap(face font.Face, text string, width, n int) (lines []string, whole bool) {
	limit := fixed.I(width)
	words := strings.Fields(text)
	for len(words) > 0 {
		line, rest := fill(face, words, limit)
		if len(lines) == n-1 && len(rest) > 0 {
			return append(lines, cut(face, line, limit)), false
		}
		lines, words = append(lines, line), rest
	}
	return lines, true
}

// fill takes as many words as stand on one line; a word longer than that gives its beginning.
func fill(face font.Face, words []string, limit fixed.Int26_6) (line string, rest []string) {
	for i, word := range words {
		next := word
		if i > 0 {
			next = line + " " + word
		}
		if font.MeasureString(face, next) <= limit {
			line = next
			continue
		}
		if i > 0 {
			return line, words[i:]
		}
		head := fitting(face, word, limit)
		return head, append([]string{word[len(head):]}, words[1:]...)
	}
	return line, nil
}

// fitting is the longest beginning of a word that fits, at least one character.
func fitting(face font.Face, word string, limit fixed.Int26_6) string {
	end := 0
	for i, r := range word {
		next := i + len(string(r))
		if end > 0 && font.MeasureString(face, word[:next]) > limit {
			break
		}
		end = next
	}
	return word[:end]
}

func cut(face font.Face, line string, limit fixed.Int26_6) string {
	runes := []rune(line)
	for len(runes) > 0 && font.MeasureString(face, string(runes)+"…") > limit {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ,.;:–-") + "…"
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
