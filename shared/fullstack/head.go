package fullstack

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strings"
)

// headElement is an element that a page has in the document's head. text is what the parsed document holds.
type headElement struct {
	tag   string
	attrs [][2]string
	text  string
}

// pageMark is the attribute of the head's elements that are the page's and not the site's: another page replaces them.
const pageMark = "data-page"

// head is everything the page says of itself in the document's head: the server writes it, and the browser program makes
// it so after a navigation. path is the page's own, "" for a page that failed; origin is the site's.
func (a App) head(h Head, origin, path string) []headElement {
	absolute := func(u string) string {
		if strings.HasPrefix(u, "/") && !strings.HasPrefix(u, "//") {
			return origin + u
		}
		return u
	}
	list := []headElement{{tag: "title", text: a.title(h)}}
	meta := func(key, name, value string) {
		if value != "" {
			list = append(list, headElement{"meta", [][2]string{{key, name}, {"content", value}}, ""})
		}
	}
	link := func(l Link) { list = append(list, l.element()) }

	canonical := absolute(cmp.Or(h.Canonical, path))
	meta("name", "description", h.Description)
	if h.NoIndex {
		meta("name", "robots", "noindex")
	} else {
		link(Link{Rel: "canonical", Href: canonical})
	}
	meta("property", "og:type", cmp.Or(h.Type, "website"))
	meta("property", "og:site_name", a.Name)
	meta("property", "og:title", h.Title)
	meta("property", "og:description", h.Description)
	meta("property", "og:url", canonical)
	if h.Image != "" {
		meta("property", "og:image", absolute(h.Image))
		meta("name", "twitter:card", "summary_large_image")
	}
	for _, l := range h.Feeds {
		l.Rel, l.Href = "alternate", absolute(l.Href) // other programs are told these
		link(l)
	}
	if h.OEmbed != "" {
		link(Link{Rel: "alternate", Type: "application/json+oembed", Title: h.Title,
			Href: absolute(h.OEmbed) + "?format=json&url=" + url.QueryEscape(canonical)})
	}
	for _, l := range h.Extra {
		link(l)
	}
	if h.JSONLD != nil {
		if data, err := json.Marshal(h.JSONLD(absolute)); err == nil { // escapes <, so that no text of it ends the script
			list = append(list, headElement{"script", [][2]string{{"type", "application/ld+json"}}, string(data)})
		}
	}
	return list
}

func (l Link) element() headElement {
	attrs := [][2]string{{"rel", l.Rel}, {"href", SafeURL(l.Href)}}
	if l.Type != "" {
		attrs = append(attrs, [2]string{"type", l.Type})
	}
	if l.Title != "" {
		attrs = append(attrs, [2]string{"title", l.Title})
	}
	return headElement{"link", attrs, ""}
}
