package pages

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

// DiscoverData is a page of results and the question it answers.
type DiscoverData struct {
	In      events.FindIn                    `json:"in"`
	Out     fullstack.Static[events.FindOut] `json:"out"`
	Problem *fault.Error                     `json:"problem,omitempty"` // the question was refused; Out has everything instead
}

// PageStatus is 422 for a question that was refused.
func (d DiscoverData) PageStatus() int {
	if d.Problem != nil {
		return d.Problem.Code.Status()
	}
	return 200
}

// Discover is the front page: search, filters and the events they find.
var Discover = fullstack.Page[events.FindIn, DiscoverData]{
	Path: discoverPath,
	Load: func(ctx context.Context, api fullstack.Caller, in events.FindIn) (DiscoverData, error) {
		out, err := events.Find.Call(ctx, api, in)
		problem := fault.As(err)
		if problem != nil && problem.Code == fault.Invalid {
			out, err = events.Find.Call(ctx, api, events.FindIn{})
		} else {
			problem = nil
		}
		return DiscoverData{In: in, Out: fullstack.Static[events.FindOut]{Value: out}, Problem: problem}, err
	},
	Head: discoverHead,
	View: discoverView,
}

func discoverHead(d DiscoverData) fullstack.Head {
	h := fullstack.Head{
		Description: "Canvasses, phone banks, town halls and trainings near you and online. Find one, pick a time, bring a friend.",
		Canonical:   findURL(d.In),
		NoIndex:     d.In.Q != "" || strings.Contains(string(d.In.Type)+d.In.Tag, ",") || d.In.Near != "" || d.In.From != "" || d.In.To != "", // endless addresses for the same events
	}
	if d.Problem != nil {
		h.Title, h.NoIndex = "Please check your search", true
	} else if narrowed(d.In) {
		h.Title = resultSentence(d.In, d.Out.Value)
	}
	return h
}

func discoverView(d DiscoverData) app.UI {
	current := ""
	switch {
	case d.In == events.FindIn{}:
		current = "/"
	case d.In == events.FindIn{Mode: events.Online}:
		current = "online"
	}
	return frame(current, orgs.Organisation{},
		ui.Hero("Show up. It adds up.", "Canvasses, phone banks, town halls and trainings, near you and online. Pick a time, bring a friend."),
		ui.Container(
			searchBar(d.In),
			app.Div().Class("results").Body(
				d.Out.Draw("results", func(out events.FindOut) app.UI {
					return app.Div().Class("sidebar-layout").Body(filters(d.In, out), results(d, out))
				}),
			),
		),
	)
}

// searchBar is a native GET form. What the filters beside it chose stays chosen; the page starts over.
func searchBar(in events.FindIn) app.UI {
	form := app.Form().Class("search-bar").Method("get").Action("/").Role("search").Aria("label", "Search events")
	body := []app.UI{
		app.Div().Class("search-bar-wide").Body(&ui.Field{Name: "q", Label: "What", Type: "search", Default: in.Q,
			Placeholder: "Canvass, climate, Ohio votes…", MaxLength: 200, AutoComplete: "off", Quiet: true}),
		app.Div().Class("search-bar-wide").Body(&ui.Field{Name: "place", Label: "Where", Default: in.Place,
			Placeholder: "City, state or ZIP", MaxLength: 100, AutoComplete: "postal-code", Quiet: true},
			app.Div().Class("search-bar-aid").Body(&eventsui.NearMe{Href: nearHref(in)})),
		&ui.Field{Name: "from", Label: "From", Type: "date", Default: in.From, Quiet: true},
		&ui.Field{Name: "to", Label: "To", Type: "date", Default: in.To, Quiet: true},
	}
	kept := in
	kept.Q, kept.Place, kept.From, kept.To, kept.Page = "", "", "", "", 0
	hidden := findParams(kept)
	if in.Place != "" && in.Within > 0 {
		hidden = append(hidden, param{"within_km", number(in.Within)})
	}
	for _, p := range hidden {
		body = append(body, app.Input().Type("hidden").Name(p.name).Value(p.value))
	}
	return form.Body(append(body, app.Div().Class("search-bar-actions").Body(
		&ui.Button{Label: "Search", Icon: ui.IconSearch, Variant: ui.Accent}))...)
}

func results(d DiscoverData, out events.FindOut) app.UI {
	if d.Problem != nil {
		return ui.Stack("", searchProblem(d.Problem), eventsui.CardGrid(out.Events, out.Now))
	}
	body := []app.UI{
		app.Div().Class("stack").DataSet("gap", "small").Body(app.FilterUIElems(
			app.Div().Class("results-head").Body(app.FilterUIElems(
				app.H2().Class("section-title").Text(resultSentence(d.In, out)),
				sortLinks(d.In),
				viewLinks(events.MonthIn{FindIn: d.In}, false),
			)...),
			meant(d.In, out.Q, out.Place),
			activeFilters(d.In, out.Series),
		)...),
	}
	if len(out.Events) == 0 {
		return ui.Stack("", append(body, noResults(d.In))...)
	}
	body = append(body, eventsui.CardGrid(out.Events, out.Now),
		ui.Pagination(max(1, out.Page), out.Pages, func(page int) string {
			in := d.In
			in.Page = page
			return findURL(in)
		}))
	return ui.Stack("", app.FilterUIElems(body...)...)
}

// searchProblem says what to mend; what was typed stands in the form above.
func searchProblem(f *fault.Error) app.UI {
	var text strings.Builder
	for _, field := range f.Fields {
		text.WriteString(field.Message + " ")
	}
	return &ui.Alert{Tone: ui.ToneDanger, Title: "Please check your search", Text: text.String() + "Until then, here is everything that is coming up."}
}

func noResults(in events.FindIn) app.UI {
	if !narrowed(in) {
		return ui.EmptyState(ui.IconCalendar, "No events just now", "New ones are added all the time. Please look again soon.",
			&ui.LinkButton{Label: "See past events", Href: "/?past=true", Variant: ui.Secondary})
	}
	return ui.EmptyState(ui.IconSearch, "Nothing matches all of that",
		"Take away a filter above, or try one of these.", waysOut(in)...)
}

// waysOut ask for a little more, one thing at a time.
func waysOut(in events.FindIn) []app.UI {
	var out []app.UI
	way := func(ok bool, label string, icon ui.IconName, change func(*events.FindIn)) {
		if !ok {
			return
		}
		wider := in
		wider.Page = 0
		change(&wider)
		variant := ui.Secondary
		if len(out) == 0 {
			variant = ""
		}
		out = append(out, &ui.LinkButton{Label: label, Href: findURL(wider), Variant: variant, Icon: icon})
	}
	way(in.From != "" || in.To != "", "On any date", ui.IconCalendar, func(in *events.FindIn) { in.From, in.To = "", "" })
	way(in.Radius() < 160 && (in.Place != "" || in.Near != ""), "Within 100 miles", ui.IconMapPin, func(in *events.FindIn) { in.Within = 160 })
	way(in.Mode != events.Online && !in.Past, "Online, from anywhere", ui.IconVideo, func(in *events.FindIn) {
		in.Mode, in.Place, in.Near, in.Within = events.Online, "", "", 0
	})
	way(true, "See all events", "", func(in *events.FindIn) { *in = events.FindIn{} })
	return out
}

// viewLinks switch between the list and the month.
func viewLinks(in events.MonthIn, month bool) app.UI {
	link := func(label string, icon ui.IconName, href string, on bool) app.UI {
		a := app.A().Class("toggle-link").Href(fullstack.SafeURL(href)).Body(ui.Icon(icon), app.Span().Text(label))
		if on {
			a = a.Aria("current", "true")
		}
		return a
	}
	return app.Nav().Class("toggle").Aria("label", "View").Body(
		link("List", ui.IconFilter, findURL(in.FindIn), !month), link("Month", ui.IconCalendar, monthURL(in), month))
}
