//go:build !js

package main

import (
	"context"
	"crypto/sha256"
	_ "embed" // the loader
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"groundswell/apps/events/pages/embeds"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

//go:embed embed.js
var embedLoader []byte

// withEmbeds is the site with the pages that only the server has.
func withEmbeds(a fullstack.App) fullstack.App {
	a.Routes = append(a.Routes, embeds.Routes()...)
	return a
}

func (f *feeds) mountEmbeds() {
	f.site.Handle("GET /embed.js", f.answer(f.loader))
	f.site.Handle("GET /embed/accent/{name}", f.answer(f.accent))
	f.site.Handle("GET /oembed", f.answer(f.oembed))
}

// forEverybody lets pages of other sites load an answer.
func forEverybody(w http.ResponseWriter) {
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Access-Control-Allow-Origin", "*")
}

var loaderVersion = sync.OnceValue(func() string {
	sum := sha256.Sum256(embedLoader)
	return hex.EncodeToString(sum[:12])
})

func (f *feeds) loader(w http.ResponseWriter, r *http.Request) error {
	forEverybody(w)
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600, stale-while-revalidate=86400")
	return f.docs.serve(w, r, r.URL.Path, func(context.Context) (eventsvc.Feed, error) {
		return eventsvc.Feed{Version: loaderVersion(), Write: func(context.Context) ([]byte, error) { return embedLoader, nil }}, nil
	})
}

func (f *feeds) accent(w http.ResponseWriter, r *http.Request) error {
	hex, named := strings.CutSuffix(r.PathValue("name"), ".css")
	css, ok := accentCSS(hex)
	if !named || !ok {
		return fault.New(fault.NotFound, "There is no such colour.")
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = io.WriteString(w, css)
	return nil
}

// The answer of an oEmbed endpoint (oembed.com, section 2.3.4) for something rich, or for a link.
type oembedAnswer struct {
	Version         string `json:"version"`
	Type            string `json:"type"`
	Title           string `json:"title"`
	AuthorName      string `json:"author_name"`
	AuthorURL       string `json:"author_url"`
	ProviderName    string `json:"provider_name"`
	ProviderURL     string `json:"provider_url"`
	CacheAge        int    `json:"cache_age"`
	HTML            string `json:"html,omitempty"`
	Width           int    `json:"width,omitempty"`
	Height          int    `json:"height,omitempty"`
	ThumbnailURL    string `json:"thumbnail_url,omitempty"`
	ThumbnailWidth  int    `json:"thumbnail_width,omitempty"`
	ThumbnailHeight int    `json:"thumbnail_height,omitempty"`
}

// oembed describes the pages of events and organisations to sites that show links as what they lead to: with a frame while every website
// may show one, and as a link where the organisation registered its own, for nobody can tell here which website asks. 404 for anything
// else, 501 for a format other than JSON, as the specification has it.
func (f *feeds) oembed(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if format := q.Get("format"); format != "" && format != "json" {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "Only json is spoken here.", http.StatusNotImplemented)
		return nil
	}
	width, height, err := frameSize(q)
	if err != nil {
		return err
	}
	a, org, path, err := f.oembedOf(r.Context(), q.Get("url"))
	if err != nil {
		return err
	}
	registered, err := f.svc.GetEmbed(r.Context(), events.EmbedIn{Org: org})
	if err != nil {
		return err
	}
	a.Version, a.Type, a.ProviderName, a.ProviderURL, a.CacheAge = "1.0", "link", site().Name, f.origin+"/", 3600
	if len(registered.Origins) == 0 {
		a.Type, a.Width, a.Height = "rich", width, height
		a.HTML = fmt.Sprintf(`<iframe src="%s" title="%s" width="%d" height="%d" style="border:0;max-width:100%%" loading="lazy"></iframe>`,
			html.EscapeString(f.origin+"/embed"+path), html.EscapeString(a.Title), width, height)
	}
	if allowed(q, "maxwidth", cardWidth) && allowed(q, "maxheight", cardHeight) {
		a.ThumbnailURL, a.ThumbnailWidth, a.ThumbnailHeight = f.origin+path+"/card.png", cardWidth, cardHeight
	}
	b, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write the description of %s: %w", path, err)
	}
	forEverybody(w)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(b)
	return nil
}

// oembedOf finds the page an address of this site names; org is whose it is, and path its path.
func (f *feeds) oembedOf(ctx context.Context, address string) (a oembedAnswer, org, path string, err error) {
	none := fault.New(fault.NotFound, "There is nothing at this address that other sites can show.")
	u, err := url.Parse(address)
	if err != nil || u.Scheme+"://"+u.Host != f.origin {
		return a, "", "", none
	}
	kind, slug, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case ok && kind == "e":
		e, err := f.svc.Get(ctx, events.GetIn{Slug: slug})
		org = e.Organisation.Slug
		return oembedAnswer{Title: e.Title, AuthorName: e.Organisation.Name, AuthorURL: f.origin + "/o/" + org}, org, "/e/" + slug, err
	case ok && kind == "o":
		o, err := f.svc.GetOrg(ctx, events.OrgIn{Slug: slug})
		name := o.Organisation.Name
		return oembedAnswer{Title: "Events of " + name, AuthorName: name, AuthorURL: f.origin + "/o/" + slug}, slug, "/o/" + slug, err
	}
	return a, "", "", none
}

const (
	usualFrameWidth, usualFrameHeight = 600, 480
	leastFrame                        = 50
)

// frameSize is the usual size within maxwidth and maxheight.
func frameSize(q url.Values) (width, height int, err error) {
	if width, err = atMost(q, "maxwidth", usualFrameWidth); err != nil {
		return 0, 0, err
	}
	height, err = atMost(q, "maxheight", usualFrameHeight)
	return width, height, err
}

func atMost(q url.Values, name string, usual int) (int, error) {
	if !q.Has(name) {
		return usual, nil
	}
	most, err := strconv.Atoi(q.Get(name))
	if err != nil || most < leastFrame {
		return 0, fault.New(fault.Malformed, "%s is a number of pixels, at least %d.", name, leastFrame)
	}
	return min(usual, most), nil
}

func allowed(q url.Values, name string, size int) bool {
	most, err := strconv.Atoi(q.Get(name))
	return err != nil || size <= most
}

// embedOrigins is the command embeds: it says which websites may show an organisation's embeds, and changes that.
func embedOrigins(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("embeds")
	org := flags.String("org", "", "the organisation's `slug`")
	allow := flags.String("allow", "", "let the website at this `address` show the list, the events and the sign-up form")
	forbid := flags.String("forbid", "", "take the website at this `address` from the list")
	if ok, err := parsed(flags, args, out); !ok {
		return err
	}
	if *org == "" {
		return misused(flags, "name the organisation")
	}
	if err := changeOrigins(ctx, svc, *org, *allow, *forbid); err != nil {
		return err
	}
	list, err := svc.GetEmbed(ctx, events.EmbedIn{Org: *org})
	if err != nil {
		return err
	}
	if len(list.Origins) == 0 {
		_, err = fmt.Fprintln(out, "no website is registered: every website over https may show the list and the events, none the sign-up form")
		return err
	}
	_, err = fmt.Fprintln(out, strings.Join(list.Origins, "\n"))
	return err
}

func changeOrigins(ctx context.Context, svc *eventsvc.Service, org, allow, forbid string) error {
	var err error
	if allow != "" {
		err = svc.AllowEmbed(ctx, org, allow)
	}
	if err == nil && forbid != "" {
		err = svc.ForbidEmbed(ctx, org, forbid)
	}
	return err
}
