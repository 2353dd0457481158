//go:build !js

package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"

	"groundswell/apps/events/card"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/events/eventsvc"
)

const (
	cardWidth, cardHeight = card.Width, card.Height
	cardCaching           = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"
)

func (f *feeds) mountCards() {
	f.site.Handle("GET /e/{slug}/card.png", f.answer(f.eventCard))
	f.site.Handle("GET /o/{org}/card.png", f.answer(f.orgCard))
}

func (f *feeds) eventCard(w http.ResponseWriter, r *http.Request) error {
	return f.card(w, r, func(ctx context.Context) (card.Card, error) {
		e, err := f.svc.Get(ctx, events.GetIn{Slug: r.PathValue("slug")})
		return cardOf(e), err
	})
}

func (f *feeds) orgCard(w http.ResponseWriter, r *http.Request) error {
	return f.card(w, r, func(ctx context.Context) (card.Card, error) {
		o, err := f.svc.GetOrg(ctx, events.OrgIn{Slug: r.PathValue("org")})
		c := card.Card{Title: o.Organisation.Name, Plain: "Events near you", Where: eventsui.Town(o.Organisation.City, o.Organisation.Region)}
		if o.Upcoming.Total > 0 {
			c.When = eventsui.Count(o.Upcoming.Total, "upcoming event", "upcoming events")
		}
		return c, err
	})
}

// card answers with the picture. Its version is what it says: it is drawn again when that changes, and only then.
func (f *feeds) card(w http.ResponseWriter, r *http.Request, read func(context.Context) (card.Card, error)) error {
	feedHeaders(w, "image/png", cardCaching)
	forEverybody(w)
	return f.docs.serve(w, r, r.URL.Path, func(ctx context.Context) (eventsvc.Feed, error) {
		c, err := read(ctx)
		sum := sha256.Sum256(fmt.Appendf(nil, "%q", c))
		return eventsvc.Feed{Version: fmt.Sprintf("%x", sum[:12]), Write: func(context.Context) ([]byte, error) { return f.painter.PNG(c) }}, err
	})
}

func cardOf(e events.Event) card.Card {
	c := card.Card{Title: e.Title, Plain: e.Type.Label(), Org: e.Organisation.Name}
	if e.Status != events.Scheduled {
		c.Status = e.Status.Label()
	}
	if s, ok := e.NextShift(); ok && e.Status != events.Postponed {
		c.When = eventsui.When(s.Start, s.End, e.Now)
	}
	c.Where = eventsui.Town(e.Place.City, e.Place.Region)
	switch {
	case e.Mode == events.Online || e.Status == events.MovedOnline:
		c.Where = "Online"
	case e.Place.Venue != "":
		c.Where = e.Place.Venue + ", " + c.Where
	}
	return c
}
