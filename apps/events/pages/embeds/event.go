package embeds

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/apps/events/pages"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// EventParams name an event; Joined, Waiting and Confirm are what came of a sign-up: see pages.EventParams.
type EventParams struct {
	Look
	Slug    string `param:"slug"`
	Joined  string `param:"joined"`
	Waiting string `param:"waiting"`
	Confirm bool   `param:"confirm"`
}

// EventData is an event in a frame.
type EventData struct {
	frames
	pages.EventData
	look    Look
	missing bool
}

// PageStatus is 404 for an event that is not there.
func (d EventData) PageStatus() int { return status(d.missing) }

// Event shows one event. Any website over https may show it unless the organisation names its own.
func Event() fullstack.Route {
	return fullstack.Page[EventParams, EventData]{
		Path: eventPath, Embedded: true, Cache: caching,
		Load: func(ctx context.Context, api fullstack.Caller, p EventParams) (EventData, error) {
			return loadEvent(ctx, api, p, true)
		},
		Head: eventHead,
		View: eventView,
	}
}

// Signup shows the form. It takes names and addresses, so only the websites that the organisation registered may show it:
// anybody else could put their own words around it, or a picture over it, and have people sign up for what they do not see.
func Signup() fullstack.Route {
	return fullstack.Page[EventParams, EventData]{
		Path: signupPath, Embedded: true, Cache: caching,
		Load: func(ctx context.Context, api fullstack.Caller, p EventParams) (EventData, error) {
			return loadEvent(ctx, api, p, false)
		},
		Head: eventHead,
		View: signupView,
		Forms: []fullstack.Action{fullstack.Post(events.RSVP, func(_ events.RSVPIn, out events.RSVPOut) string {
			joined, waiting := pages.Outcome(out)
			return fullstack.URL(signupPath, EventParams{Slug: out.EventSlug, Joined: joined, Waiting: waiting, Confirm: out.Confirm})
		})},
	}
}

func loadEvent(ctx context.Context, api fullstack.Caller, p EventParams, open bool) (EventData, error) {
	d := EventData{look: p.Look}
	var err error
	if d.EventData, err = pages.Event.Load(ctx, api, pages.EventParams{Slug: p.Slug, Joined: p.Joined, Waiting: p.Waiting, Confirm: p.Confirm}); err != nil {
		return missingOr(err, func() EventData { d.missing, d.open = true, true; return d })
	}
	d.frames, err = framesOf(ctx, api, d.EventData.Event.Organisation.Slug, open)
	return d, err
}

func eventHead(d EventData) fullstack.Head {
	e := d.EventData.Event
	return d.look.head(e.Title, pages.EventURL(e.Slug))
}

func eventView(d EventData) app.UI {
	if d.missing {
		return gone("There is no event here")
	}
	e := d.EventData.Event
	label, variant := "Details and sign-up", ui.Accent
	if !d.CanSignUp() {
		label, variant = "Details", ui.Secondary
	}
	return shell(e.Organisation, app.FilterUIElems(
		app.If(e.ImageURL != "", func() app.UI {
			return &ui.Cover{URL: e.ImageURL, Alt: e.ImageAlt, Icon: eventsui.TypeIcon(e.Type), Wide: true, Eager: true}
		}),
		app.H1().Class("embed-title").Text(e.Title),
		pages.StatusBadge(e),
		d.Facts(),
		app.If(e.Summary != "", func() app.UI { return app.P().Text(e.Summary) }),
		ui.Cluster(besideButton(pages.EventURL(e.Slug), label, variant)),
	)...)
}

func signupView(d EventData) app.UI {
	if d.missing {
		return gone("There is no event here")
	}
	e := d.EventData.Event
	head := []app.UI{app.H1().Class("embed-title").Text(e.Title), pages.StatusBadge(e), d.Facts()}
	if notes := d.JoinedNotes(); notes != nil {
		return shell(e.Organisation, app.FilterUIElems(append(head, app.Div().ID("joined").Body(notes...),
			ui.Cluster(besideButton(pages.EventURL(e.Slug), "About this event", ui.Secondary)))...)...)
	}
	if !d.CanSignUp() {
		return shell(e.Organisation, app.FilterUIElems(append(head, app.P().Text("Sign-up is closed."),
			ui.Cluster(besideButton(pages.OrgURL(e.Organisation.Slug), "More from "+e.Organisation.Name, ui.Secondary)))...)...)
	}
	return shell(e.Organisation, app.FilterUIElems(append(head, d.SignupForm())...)...)
}
