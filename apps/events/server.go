//go:build !js

package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"groundswell/apps/events/pages"
	"groundswell/shared/blob"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/events/ics"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

// plain is the HTTP of the events site that is neither a page nor a function: files for calendars, search engines and
// image elements.
type plain struct {
	svc    *eventsvc.Service
	store  *blob.Store
	site   *fullstack.Site
	limit  limiter
	origin string
}

func (p *plain) mount() {
	p.site.Handle("GET /e/{slug}/event.ics", p.answer(p.calendar))
	p.site.Handle("GET /media/{name}", p.send(p.media))
	p.site.Handle("POST /reminders/{token}/stop", p.answer(p.stopReminders))
	p.site.Handle("GET /reminders/{token}/stop", p.answer(p.askReminders))
	p.site.Handle("GET /sitemap.xml", p.answer(p.sitemaps))
	p.site.Handle("GET /sitemap/{file}", p.answer(p.sitemap))
	p.site.Handle("GET /robots.txt", p.answer(p.robots))
}

// answerWithin is how long a file may be made: a database that hangs is an answer, not a wait.
const answerWithin = 15 * time.Second

// answer shows the error of a handler, which has so long, as the site's page of that fault.
func (p *plain) answer(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return p.send(func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		return h(w, r.WithContext(ctx))
	})
}

// send is answer for a handler that passes on what it still reads, to visitors however slow, and sees to its own waits.
func (p *plain) send(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := p.limit(r.Context(), fullstack.RateRead)
		if err == nil {
			err = h(w, r)
		}
		if err != nil {
			p.site.Fail(w, r, err)
		}
	})
}

// calendar is the event with all its shifts, for a calendar program. A cancelled one says so.
func (p *plain) calendar(w http.ResponseWriter, r *http.Request) error {
	b, err := p.svc.Calendar(r.Context(), events.GetIn{Slug: r.PathValue("slug")})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", ics.ContentType)
	h.Set("Content-Disposition", `attachment; filename="`+r.PathValue("slug")+`.ics"`)
	h.Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(b)
	return nil
}

// media is an image of the store, or a smaller version of one. Its name holds the hash of its content, so it never changes.
func (p *plain) media(w http.ResponseWriter, r *http.Request) error {
	key, caching := "media/"+r.PathValue("name"), "public, max-age=31536000, immutable"
	body, info, err := p.store.Get(r.Context(), key)
	if original, version := events.ImageOriginal(key); version && errors.Is(err, fault.New(fault.NotFound, "")) {
		caching = "public, max-age=60" // the smaller version is not made yet: the original has to do
		body, info, err = p.store.Get(r.Context(), original)
	}
	if err != nil {
		return err
	}
	defer body.Close()
	if !strings.HasPrefix(info.ContentType, "image/") || info.ContentType == "image/svg+xml" {
		return fault.New(fault.NotFound, "There is no such image.")
	}
	h := w.Header()
	h.Set("Cache-Control", caching)
	h.Set("Etag", info.ETag)
	if strings.Contains(r.Header.Get("If-None-Match"), info.ETag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", info.ContentType)
	h.Set("Content-Length", strconv.FormatInt(info.Size, 10))
	_, _ = io.Copy(w, body)
	return nil
}

// stopReminders is the List-Unsubscribe of reminders. A mail program's POST (RFC 8058), which comes from its own server or site
// and has no cookies, stops them: the secret in the address is all it takes, and the body says nothing more.
func (p *plain) stopReminders(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.svc.SetReminders(r.Context(), events.SetRemindersIn{Token: r.PathValue("token"), Stopped: true}); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	_, _ = io.WriteString(w, "No more reminders will be sent.\n")
	return nil
}

// askReminders shows the page that asks to whoever opens that address, a scanner too.
func (p *plain) askReminders(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "private, no-store")
	http.Redirect(w, r, pages.RemindersURL(r.PathValue("token")), http.StatusSeeOther)
	return nil
}

// sitemapFile is how many pages a file of the sitemap names: the protocol allows 50,000 (sitemaps.org, version 0.9).
const sitemapFile = 45_000

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// sitemaps is the index of the files that name the public pages.
func (p *plain) sitemaps(w http.ResponseWriter, r *http.Request) error {
	listed, organisations, err := p.svc.CountSitemap(r.Context())
	if err != nil {
		return err
	}
	doc := struct {
		XMLName xml.Name
		Files   []sitemapEntry `xml:"sitemap"`
	}{XMLName: xml.Name{Space: sitemapSpace, Local: "sitemapindex"}}
	for _, kind := range []struct {
		name  string
		pages int
	}{{"organizations", organisations}, {"events", listed}} {
		for n := range max(1, (kind.pages+sitemapFile-1)/sitemapFile) {
			doc.Files = append(doc.Files, sitemapEntry{Loc: fmt.Sprintf("%s/sitemap/%s-%d.xml", p.origin, kind.name, n+1)})
		}
	}
	return writeSitemap(w, doc)
}

// sitemap is one file of the index.
func (p *plain) sitemap(w http.ResponseWriter, r *http.Request) error {
	kind, number, _ := strings.Cut(strings.TrimSuffix(r.PathValue("file"), ".xml"), "-")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 10_000 || r.PathValue("file") != fmt.Sprintf("%s-%d.xml", kind, n) {
		return fault.New(fault.NotFound, "There is no such sitemap.")
	}
	var prefix string
	var pages []eventsvc.Address
	switch skip := (n - 1) * sitemapFile; kind {
	case "events":
		prefix = "/e/"
		pages, err = p.svc.SitemapEvents(r.Context(), skip, sitemapFile)
	case "organizations":
		prefix = "/o/"
		pages, err = p.svc.SitemapOrganisations(r.Context(), skip, sitemapFile)
	default:
		err = fault.New(fault.NotFound, "There is no such sitemap.")
	}
	if err == nil && len(pages) == 0 && n > 1 {
		err = fault.New(fault.NotFound, "There is no such sitemap.")
	}
	if err != nil {
		return err
	}
	doc := struct {
		XMLName xml.Name
		Pages   []sitemapEntry `xml:"url"`
	}{XMLName: xml.Name{Space: sitemapSpace, Local: "urlset"}}
	if kind == "organizations" && n == 1 {
		doc.Pages = append(doc.Pages, sitemapEntry{Loc: p.origin + "/"})
	}
	for _, a := range pages {
		doc.Pages = append(doc.Pages, sitemapEntry{p.origin + prefix + a.Slug, a.Updated.UTC().Format(time.RFC3339)})
	}
	return writeSitemap(w, doc)
}

func writeSitemap(w http.ResponseWriter, doc any) error {
	b, err := xml.Marshal(doc)
	if err != nil {
		return fmt.Errorf("write the sitemap: %w", err)
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=600")
	_, _ = io.WriteString(w, xml.Header+string(b))
	return nil
}

func (p *plain) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = fmt.Fprintln(w, "User-agent: *")
	for _, path := range append(site().SecretPaths(), "/fn/") {
		_, _ = fmt.Fprintln(w, "Disallow: "+path)
	}
	_, _ = fmt.Fprintf(w, "\nSitemap: %s/sitemap.xml\n", p.origin)
	return nil
}

// started says where the site is, once it listens.
func started(log *slog.Logger) func(public, private net.Addr) {
	return func(public, private net.Addr) {
		log.Info("events is up", "listen", public.String(), "private", private.String())
	}
}
