package fullstack

import "net/url"

// alternates are the other forms of a page: its feeds, and its entry at the site's oEmbed endpoint.
func alternates(h Head, canonical string) []Link {
	links := make([]Link, 0, len(h.Feeds)+1)
	for _, l := range h.Feeds {
		l.Rel = "alternate"
		links = append(links, l)
	}
	if h.OEmbed != "" {
		links = append(links, Link{Rel: "alternate", Type: "application/json+oembed", Title: h.Title,
			Href: h.OEmbed + "?format=json&url=" + url.QueryEscape(canonical)})
	}
	return links
}
