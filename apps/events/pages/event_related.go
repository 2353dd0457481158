package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// seriesAndTags say what the event is a part of, and what it is about.
func seriesAndTags(on Onward) app.UI {
	return ui.Stack("", app.FilterUIElems(
		app.If(on.Series != nil, func() app.UI { return seriesCard(on) }),
		app.If(len(on.Tags) > 0, func() app.UI {
			tags := make([]app.UI, len(on.Tags))
			for i, tag := range on.Tags {
				tags[i] = app.Li().Body(app.A().Class("chip").Href(fullstack.SafeURL(findURL(events.FindIn{Tag: tag}))).Text(events.TagLabel(tag)))
			}
			return app.Ul().Class("chip-list").Aria("label", "Topics").Body(tags...)
		}),
	)...)
}

func seriesCard(on Onward) app.UI {
	all := findURL(events.FindIn{Series: on.Series.Slug})
	dates := make([]app.UI, len(on.Dates))
	for i, e := range on.Dates {
		where := eventsui.Town(e.City, e.Region)
		if e.Mode == events.Online {
			where = "Online"
		}
		dates[i] = app.Li().Class("series-date").Body(
			app.A().Href(fullstack.SafeURL(eventURL(e.Slug))).Text(e.Title),
			app.Span().Class("muted").Body(eventsui.WhenTime(e.Next, e.End, on.Now), app.Text(" "), app.If(where != "", func() app.UI { return app.Span().Text("· " + where) })),
		)
	}
	return app.Section().Class("card").Body(app.FilterUIElems(
		app.H2().Class("section-title").Text("Part of "+on.Series.Title),
		app.If(on.Series.Description != "", func() app.UI { return app.P().Text(on.Series.Description) }),
		app.If(len(dates) > 0, func() app.UI {
			return app.Div().Class("stack").DataSet("gap", "small").Body(app.H3().Class("facet-title").Text("Other dates"), app.Ul().Class("series-dates").Body(dates...))
		}),
		app.P().Body(app.A().Class("text-link").Href(fullstack.SafeURL(all)).Text("All of the series")),
	)...)
}

// similarEvents are where to go when this one does not fit.
func similarEvents(on Onward) app.UI {
	if len(on.Similar) == 0 {
		return ui.Stack("")
	}
	return app.Div().Class("similar").Body(ui.Section("More like this", eventsui.CardGrid(on.Similar, on.Now)))
}
