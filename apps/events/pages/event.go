package pages

import (
	"context"
	"slices"
	"strconv"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
)

// EventParams name an event. Joined are the shifts somebody just signed up for, with commas between them, and Waiting
// those of them that are full, each as id.position; Confirm says that the others are held until the link in the mail confirms
// them. Shift is one to choose in advance.
type EventParams struct {
	Slug    string `param:"slug"`
	Joined  string `param:"joined"`
	Waiting string `param:"waiting"`
	Confirm bool   `param:"confirm"`
	Shift   string `param:"shift"`
}

// EventData is an event and where the visitor stands with it.
type EventData struct {
	fullstack.Submitted
	Event   events.Event             `json:"event"` // without its description
	About   fullstack.Static[string] `json:"about"`
	Joined  string                   `json:"joined,omitempty"`
	Waiting string                   `json:"waiting,omitempty"`
	Confirm bool                     `json:"confirm,omitempty"`
	Shift   string                   `json:"shift,omitempty"`
	On      fullstack.Static[Onward] `json:"on"`
}

// Onward is what leads on from an event.
type Onward struct {
	Tags   []string       `json:"tags,omitempty"`
	Series *events.Series `json:"series,omitempty"`
	events.Related
}

// Event is the page of one event, with its sign-up form.
var Event = fullstack.Page[EventParams, EventData]{
	Path: eventPath,
	Load: func(ctx context.Context, api fullstack.Caller, p EventParams) (EventData, error) {
		event, err := events.Get.Call(ctx, api, events.GetIn{Slug: p.Slug})
		d := EventData{About: fullstack.Static[string]{Value: event.Description}, Joined: p.Joined, Waiting: p.Waiting, Confirm: p.Confirm, Shift: p.Shift}
		d.On.Value.Tags, d.On.Value.Series = event.Tags, event.Series
		event.Description, event.Organisation.Description = "", "" // the one is in About, the other on the organisation's page
		event.Tags, event.Series = nil, nil
		d.Event = event
		if err == nil { // the page is whole without what leads on from it
			d.On.Value.Related, _ = events.GetRelated.Call(ctx, api, events.RelatedIn{Slug: p.Slug})
		}
		return d, err
	},
	Head: eventHead,
	View: eventView,
	Forms: []fullstack.Action{
		fullstack.Post(events.RSVP, func(_ events.RSVPIn, out events.RSVPOut) string { return joinedURL(out) }),
	},
}

// oembedPath is where the site describes its pages to others (oembed.com).
const oembedPath = "/oembed"

func eventHead(d EventData) fullstack.Head {
	e := d.Event
	e.Description = d.About.Value
	description := e.Summary
	if description == "" {
		description = e.Description
	}
	if next, ok := d.Event.NextShift(); ok {
		description = eventsui.When(next.Start, next.End, e.Now) + ". " + description
	}
	image := e.ImageURL
	if image == "" {
		image = eventURL(e.Slug) + "/card.png?v=" + strconv.Itoa(e.Sequence) // a network keeps what it saw at an address
	}
	return fullstack.Head{
		Title:       e.Title,
		Description: clip(description, 200),
		Canonical:   eventURL(e.Slug),
		Image:       image,
		OEmbed:      oembedPath,
		Type:        "article",
		NoIndex:     d.Joined != "" || d.Event.Archived(),
		JSONLD:      func(absolute func(string) string) any { return eventJSONLD(e, absolute) },
		Feeds:       []fullstack.Link{{Href: calendarURL(e.Slug), Type: "text/calendar", Title: e.Title}},
	}
}

// upcoming are the shifts that are not over, those that were cancelled among them.
func (d EventData) upcoming() []events.Shift {
	var out []events.Shift
	for _, s := range d.Event.Shifts {
		if d.Event.Now.Before(s.End.At) {
			out = append(out, s)
		}
	}
	return out
}

// over reports whether every shift is past.
func (d EventData) over() bool { return len(d.Event.Shifts) > 0 && d.left() == 0 }

// left is how many shifts are not over.
func (d EventData) left() (n int) {
	for i := range d.Event.Shifts {
		if d.Event.Now.Before(d.Event.Shifts[i].End.At) {
			n++
		}
	}
	return n
}

// open reports whether one person could sign up for the shift, or wait for it.
func (d EventData) open(s events.Shift) bool { return d.admits(s) != "" }

func (d EventData) anyOpen() bool {
	return slices.ContainsFunc(d.Event.Shifts, d.open)
}
