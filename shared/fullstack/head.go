//go:build !js

package fullstack

import (
	"encoding/json"
	"strings"
)

// appendHead writes what a page's Head and the site (fixed) say of the document, between <head> and </head>.
func (s *Site) appendHead(b []byte, h Head, path string, fixed []byte) []byte {
	b = append(b, `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>`...)
	b = appendEscaped(b, s.app.title(h))
	b = append(b, `</title>`...)
	b = appendMeta(b, "name", "description", h.Description)
	b = append(b, fixed...)
	if h.NoIndex {
		b = appendMeta(b, "name", "robots", "noindex")
	}
	canonical := h.Canonical
	if canonical == "" {
		canonical = path
	}
	canonical = s.absolute(canonical)
	if !h.NoIndex {
		b = appendLink(b, Link{Rel: "canonical", Href: canonical})
	}
	b = appendOpenGraph(b, s, h, canonical)
	for _, l := range alternates(h, canonical) {
		l.Href = s.absolute(l.Href)
		b = appendLink(b, l)
	}
	for _, l := range h.Extra {
		b = appendLink(b, l)
	}
	if h.JSONLD != nil {
		if data, err := json.Marshal(h.JSONLD); err == nil {
			b = append(b, `<script type="application/ld+json">`...)
			b = append(append(b, data...), `</script>`...)
		}
	}
	return append(b, `</head>`...)
}

func appendOpenGraph(b []byte, s *Site, h Head, canonical string) []byte {
	kind := h.Type
	if kind == "" {
		kind = "website"
	}
	b = appendMeta(b, "property", "og:type", kind)
	b = appendMeta(b, "property", "og:site_name", s.app.Name)
	b = appendMeta(b, "property", "og:title", h.Title)
	b = appendMeta(b, "property", "og:description", h.Description)
	b = appendMeta(b, "property", "og:url", canonical)
	if h.Image != "" {
		b = appendMeta(b, "property", "og:image", s.absolute(h.Image))
		b = appendMeta(b, "name", "twitter:card", "summary_large_image")
	}
	return b
}

func appendMeta(b []byte, key, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(append(b, `<meta `...), key...), `="`...), name...)
	b = append(b, `" content="`...)
	return append(appendEscaped(b, value), `">`...)
}

func appendLink(b []byte, l Link) []byte {
	b = append(b, `<link rel="`...)
	b = appendEscaped(b, l.Rel)
	b = append(b, `" href="`...)
	b = appendEscaped(b, SafeURL(l.Href))
	b = append(b, '"')
	if l.Type != "" {
		b = append(appendEscaped(append(b, ` type="`...), l.Type), '"')
	}
	if l.Title != "" {
		b = append(appendEscaped(append(b, ` title="`...), l.Title), '"')
	}
	return append(b, '>')
}

func (s *Site) absolute(u string) string {
	if strings.HasPrefix(u, "/") && !strings.HasPrefix(u, "//") {
		return s.origin + u
	}
	return u
}
