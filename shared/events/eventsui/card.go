package eventsui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/ui"
)

// fewSeats is where what is left is worth hurrying for.
const fewSeats = 10

// Card is an event in a list. Eager is for those seen without scrolling.
type Card struct {
	app.Compo
	Event events.Card
	Now   time.Time
	Eager bool
}

// Render draws the card; the whole of it is the link.
func (c *Card) Render() app.UI {
	e := c.Event
	past := c.past()
	return app.Article().Class("media-card").DataSet("muted", mutedState(past || e.Status == events.Cancelled)).Body(
		app.Div().Class("media-card-cover").Body(
			&ui.Cover{URL: e.ImageURL, Srcset: events.ImageSrcset(e.ImageURL), Icon: TypeIcon(e.Type), Tone: Tone(e.Type), Eager: c.Eager},
			app.Div().Class("media-card-date").Body(ui.DateBlock(e.Next.Local(), past)),
		),
		app.Div().Class("media-card-body").Body(
			app.P().Class("eyebrow").Text(e.Type.Label()),
			app.H3().Class("media-card-title").Body(app.A().Class("media-card-link").Href("/e/"+e.Slug).Text(e.Title)),
			ui.Meta(ui.IconClock, c.renderWhen()...),
			c.renderWhere(),
			app.Div().Class("media-card-foot").Body(app.Span().Text(c.hosts()), c.renderState(past)),
		),
	)
}

// renderWhen leaves the date to the calendar leaf, which has no year and which assistive technology does not read.
func (c *Card) renderWhen() []app.UI {
	e := c.Event
	day := app.Span().Text(Day(e.Next, c.Now) + ", ")
	if e.Next.Local().Year() == c.Now.In(e.Next.Local().Location()).Year() {
		day = day.Class("visually-hidden")
	}
	when := []app.UI{day, HoursTime(e.Next, e.End)}
	if e.Shifts > 1 {
		when = append(when, app.Text(" "), app.Span().Class("nowrap").Text("+ "+Count(e.Shifts-1, "more time", "more times")))
	}
	return when
}

func (c *Card) renderWhere() app.UI {
	town := Town(c.Event.City, c.Event.Region)
	switch {
	case c.Event.Mode == events.Online || c.Event.Status == events.MovedOnline:
		return ui.Meta(ui.IconVideo, app.Text("Online"))
	case c.Event.Mode == events.Hybrid:
		town = join(" and ", town, "online")
	}
	switch {
	case town == "":
		return ui.Meta(ui.IconMapPin, app.Text("Place to be announced"))
	case c.Event.DistanceKM != nil:
		return ui.Meta(ui.IconMapPin, app.Text(town+" "), app.Span().Class("nowrap").Text("· "+Miles(*c.Event.DistanceKM)))
	}
	return ui.Meta(ui.IconMapPin, app.Text(town))
}

func (c *Card) renderState(past bool) app.UI {
	e := c.Event
	switch {
	case e.Status == events.Cancelled:
		return ui.Badge(ui.ToneDanger, "", e.Status.Label())
	case past:
		return ui.Badge("", "", "Past")
	case e.Status != events.Scheduled && e.Status != "":
		return ui.Badge(ui.ToneWarning, "", e.Status.Label())
	case e.Full:
		return ui.Badge(ui.ToneWarning, "", "Full")
	case e.Left != nil && *e.Left <= fewSeats:
		return ui.Badge(ui.ToneAccent, "", Count(*e.Left, "spot left", "spots left"))
	case e.Left != nil:
		return ui.Badge(ui.TonePositive, "", Count(*e.Left, "spot", "spots"))
	}
	return ui.Badge(ui.TonePositive, "", "Open")
}

// hosts says whose event it is, and in the list of another organisation that has a part in it, which.
func (c *Card) hosts() string {
	switch c.Event.Role {
	case events.Cohost:
		return "With " + c.Event.OrgName
	case events.Promoter:
		return "Promoted: by " + c.Event.OrgName
	}
	return c.Event.OrgName
}

func (c *Card) past() bool { return !c.Now.Before(c.Event.End.At) }

func mutedState(muted bool) string {
	if muted {
		return "true"
	}
	return ""
}

// CardGrid is a list of cards.
func CardGrid(cards []events.Card, now time.Time) app.UI {
	items := make([]app.UI, len(cards))
	for i, c := range cards {
		items[i] = app.Li().Body(&Card{Event: c, Now: now, Eager: i < 3})
	}
	return app.Ul().Class("card-grid").Body(items...)
}
