//go:build !js

package main

import (
	"context"
	"net/http"

	"groundswell/apps/events/card"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/events/ics"
)

// feeds is the HTTP of what other programs read again and again.
type feeds struct {
	*plain
	docs    *documents
	painter *card.Painter
}

func newFeeds(files *plain) (*feeds, error) {
	painter, err := card.New()
	return &feeds{plain: files, docs: newDocuments(), painter: painter}, err
}

func (f *feeds) mount() {
	f.site.Handle("GET /o/{org}/calendar.ics", f.answer(f.orgCalendar))
	f.site.Handle("GET /o/{org}/feed.atom", f.answer(f.orgNews))
	f.site.Handle("GET /my/{token}/calendar.ics", f.answer(f.myCalendar))
	f.site.Handle("GET /my/{token}/event.ics", f.answer(f.mySignup))
	f.mountEmbeds()
	f.mountCards()
}

func (f *feeds) orgCalendar(w http.ResponseWriter, r *http.Request) error {
	feedHeaders(w, ics.ContentType, feedCaching)
	w.Header().Set("Content-Disposition", `inline; filename="`+r.PathValue("org")+`.ics"`)
	return f.docs.serve(w, r, r.URL.Path, func(ctx context.Context) (eventsvc.Feed, error) {
		return f.svc.OrgCalendar(ctx, r.PathValue("org"))
	})
}

func (f *feeds) orgNews(w http.ResponseWriter, r *http.Request) error {
	feedHeaders(w, eventsvc.AtomType, feedCaching)
	return f.docs.serve(w, r, r.URL.Path, func(ctx context.Context) (eventsvc.Feed, error) {
		return f.svc.OrgNews(ctx, r.PathValue("org"))
	})
}

// myCalendar is for the holder of a secret link: no cache on the way may keep it, no index may list it.
func (f *feeds) myCalendar(w http.ResponseWriter, r *http.Request) error {
	feedHeaders(w, ics.ContentType, "private, no-store")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	w.Header().Set("Content-Disposition", `inline; filename="my-events.ics"`)
	return f.docs.serve(w, r, "", func(ctx context.Context) (eventsvc.Feed, error) {
		return f.svc.MyCalendar(ctx, events.SignupIn{Token: r.PathValue("token")})
	})
}

// mySignup is one sign-up as a file to open once.
func (f *feeds) mySignup(w http.ResponseWriter, r *http.Request) error {
	b, err := f.svc.MySignup(r.Context(), events.SignupIn{Token: r.PathValue("token")})
	if err != nil {
		return err
	}
	feedHeaders(w, ics.ContentType, "private, no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="event.ics"`)
	_, _ = w.Write(b)
	return nil
}

// feedCaching lets shared caches spare us most polls, and makes them ask before they serve what may have changed.
const feedCaching = "public, max-age=0, s-maxage=60, stale-while-revalidate=300, stale-if-error=86400"

func feedHeaders(w http.ResponseWriter, kind, caching string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", caching)
}
