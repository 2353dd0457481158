package ics

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

var tagPattern = regexp.MustCompile(`(?i)<(?:br|p|div|a|b|i|u|ul|ol|li|span|strong|em|html|table|h[1-6])\b[^>]*>`)

// plainText makes text of a description, which some programs write as HTML: paragraphs separated by blank lines, list
// items on lines of their own, links followed by their address.
func plainText(s string) string {
	if !tagPattern.MatchString(s) {
		return tidy(s)
	}
	var b strings.Builder
	href := ""
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(clean(b.String()))
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			switch token.Data {
			case "script", "style", "title":
				skip(z, token.Data)
			case "br":
				b.WriteByte('\n')
			case "li":
				b.WriteString("\n• ")
			case "a":
				href = attribute(token, "href")
			case "p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6":
				b.WriteString("\n\n")
			}
		case html.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "a":
				if web := webURL(href); web != "" && !strings.HasSuffix(b.String(), href) {
					b.WriteString(" (" + web + ")")
				}
				href = ""
			case "p", "div", "ul", "ol", "table":
				b.WriteString("\n\n")
			}
		}
	}
}

// skip reads past the content of an element that is not text for people.
func skip(z *html.Tokenizer, element string) {
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == element {
				return
			}
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// tidy trims lines and leaves at most one blank line between them.
func tidy(s string) string {
	var out []string
	blank := false
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\u00a0", " "))
		if line == "" {
			blank = len(out) > 0
			continue
		}
		if blank {
			out = append(out, "")
		}
		out, blank = append(out, line), false
	}
	return strings.Join(out, "\n")
}
