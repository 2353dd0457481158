//go:build js

package fullstack

import (
	"encoding/json"
	"net/url"
	"strings"
	"syscall/js"
)

// writeHead makes the document's head say of the new page what the server's would. Head.Extra is the exception: links
// beyond canonical and alternate stay those of the first page.
func (c *client) writeHead(h Head, at *url.URL) {
	document().Set("title", c.app.title(h))
	origin := at.Scheme + "://" + at.Host
	canonical := origin + at.EscapedPath()
	if h.Canonical != "" {
		canonical = absolute(origin, h.Canonical)
	}
	robots, image, card, kind := "", "", "", h.Type
	if h.NoIndex {
		robots = "noindex"
	}
	if h.Image != "" {
		image, card = absolute(origin, h.Image), "summary_large_image"
	}
	if kind == "" {
		kind = "website"
	}
	setMeta("name", "description", h.Description)
	setMeta("name", "robots", robots)
	setMeta("property", "og:type", kind)
	setMeta("property", "og:title", h.Title)
	setMeta("property", "og:description", h.Description)
	setMeta("property", "og:url", canonical)
	setMeta("property", "og:image", image)
	setMeta("name", "twitter:card", card)
	removeAll(`link[rel="canonical"],link[rel="alternate"],script[type="application/ld+json"]`)
	if !h.NoIndex {
		addLink(Link{Rel: "canonical", Href: canonical})
	}
	for _, l := range alternates(h, canonical) {
		l.Href = absolute(origin, l.Href)
		addLink(l)
	}
	if h.JSONLD != nil {
		if b, err := json.Marshal(h.JSONLD); err == nil {
			script := element("script", "")
			script.Set("type", "application/ld+json")
			script.Set("textContent", string(b))
			head().Call("append", script)
		}
	}
}

func setMeta(key, name, value string) {
	meta := query(`meta[` + key + `="` + name + `"]`)
	if value == "" {
		if meta.Truthy() {
			meta.Call("remove")
		}
		return
	}
	if !meta.Truthy() {
		meta = element("meta", "")
		meta.Call("setAttribute", key, name)
		head().Call("append", meta)
	}
	meta.Call("setAttribute", "content", value)
}

func addLink(l Link) {
	el := element("link", "")
	el.Set("rel", l.Rel)
	el.Set("href", SafeURL(l.Href))
	if l.Type != "" {
		el.Set("type", l.Type)
	}
	if l.Title != "" {
		el.Set("title", l.Title)
	}
	head().Call("append", el)
}

func removeAll(selector string) {
	list := document().Call("querySelectorAll", selector)
	for i := range list.Length() {
		list.Index(i).Call("remove")
	}
}

func absolute(origin, u string) string {
	if strings.HasPrefix(u, "/") && !strings.HasPrefix(u, "//") {
		return origin + u
	}
	return u
}

func head() js.Value { return document().Get("head") }
