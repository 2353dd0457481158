package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Prose shows plain text that somebody typed: blank lines part paragraphs, line ends inside one are kept, lines that
// start with a dash or a bullet make a list, and web addresses are links.
func Prose(text string) app.UI {
	var blocks []app.UI
	for block := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		blocks = append(blocks, proseBlock(block)...)
	}
	return app.Div().Class("prose").Body(blocks...)
}

// proseBlock groups the lines of a block into paragraphs and lists.
func proseBlock(block string) []app.UI {
	var out, paragraph, items []app.UI
	flush := func() {
		if len(paragraph) > 0 {
			out, paragraph = append(out, app.P().Body(paragraph...)), nil
		}
		if len(items) > 0 {
			out, items = append(out, app.Ul().Class("prose-list").Body(items...)), nil
		}
	}
	for line := range strings.SplitSeq(block, "\n") {
		line = strings.TrimSpace(line)
		item, isItem := listItem(line)
		switch {
		case line == "":
		case isItem:
			if len(paragraph) > 0 {
				flush()
			}
			items = append(items, app.Li().Body(linked(item)...))
		default:
			if len(items) > 0 {
				flush()
			}
			if len(paragraph) > 0 {
				paragraph = append(paragraph, app.Br())
			}
			paragraph = append(paragraph, linked(line)...)
		}
	}
	flush()
	return out
}

func listItem(line string) (string, bool) {
	for _, mark := range []string{"- ", "* ", "• ", "– "} {
		if rest, ok := strings.CutPrefix(line, mark); ok && strings.TrimSpace(rest) != "" {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// linked turns the web addresses of a line into links; nothing else of it is markup.
func linked(line string) []app.UI {
	var out []app.UI
	for line != "" {
		start := addressStart(line)
		if start < 0 {
			return append(out, app.Text(line))
		}
		if start > 0 {
			out = append(out, app.Text(line[:start]))
		}
		end := start + addressLen(line[start:])
		out = append(out, app.A().Href(safeURL(line[start:end])).Rel("nofollow noopener ugc").Text(line[start:end]))
		line = line[end:]
	}
	return out
}

func addressStart(s string) int {
	a, b := strings.Index(s, "https://"), strings.Index(s, "http://")
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}

// addressLen is how far an address goes: to white space or a bracket, without the punctuation of the sentence around it.
func addressLen(s string) int {
	if end := strings.IndexAny(s, " \t<>\"()[]"); end >= 0 {
		s = s[:end]
	}
	return len(strings.TrimRight(s, ".,;:!?'"))
}
