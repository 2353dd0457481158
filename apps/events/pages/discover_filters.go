package pages

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

const isoDate = "2006-01-02"

type param struct{ name, value string }

// findParams is the question as a form sends it along, in a fixed order, without what is not asked.
func findParams(in events.FindIn) []param {
	in = addressed(in)
	all := []param{
		{"q", in.Q}, {"type", string(in.Type)}, {"mode", string(in.Mode)}, {"tag", in.Tag}, {"place", in.Place}, {"near", in.Near},
		{"within_km", number(in.Within)}, {"sort", in.Sort}, {"from", in.From}, {"to", in.To},
		{"open", yes(in.Open)}, {"accessible", yes(in.Accessible)}, {"org", in.Org}, {"series", in.Series}, {"past", yes(in.Past)}, {"page", pageParam(in.Page)},
	}
	asked := all[:0]
	for _, p := range all {
		if p.value != "" {
			asked = append(asked, p)
		}
	}
	return asked
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yes(on bool) string {
	if on {
		return "true"
	}
	return ""
}

func pageParam(n int) string {
	if n < 2 {
		return ""
	}
	return strconv.Itoa(n)
}

// narrowed reports whether the question asks for less than everything to come.
func narrowed(in events.FindIn) bool {
	in.Page = 0
	return in != events.FindIn{}
}

// resultSentence says what was found; the other filters stand beside it as chips.
func resultSentence(in events.FindIn, out events.FindOut) string {
	kind := "upcoming "
	if in.Past {
		kind = "past "
	}
	s := eventsui.Count(out.Total, kind+"event", kind+"events")
	switch {
	case out.Total == 0:
		s = "No " + kind + "events"
	case out.AtLeast:
		s = eventsui.Number(out.Total) + "+ " + kind + "events"
	}
	if q := cmp.Or(out.Q, in.Q); q != "" {
		s += " for “" + q + "”"
	}
	if place := cmp.Or(out.Place, in.Place); place != "" {
		s += " near " + place
	} else if in.Near != "" {
		s += " near you"
	}
	return s
}

// meant says that the results are for another spelling than what was typed.
func meant(in events.FindIn, q, place string) app.UI {
	if q == "" && place == "" {
		return nil
	}
	typed := strings.TrimSpace(in.Q)
	shown := cmp.Or(q, typed)
	if place != "" {
		typed, shown = strings.TrimSpace(typed+" "+in.Place), strings.TrimSpace(shown+" "+place)
	}
	return app.P().Class("muted").Body(app.Text("Showing results for "), app.Strong().Text(shown),
		app.Text(": there is nothing for “"+typed+"”."))
}

// filters are links, so that each works at once and without JavaScript.
func filters(in events.FindIn, out events.FindOut) app.UI {
	with := func(change func(*events.FindIn)) string {
		to := in
		to.Page = 0
		change(&to)
		return findURL(to)
	}
	return ui.Filters("Filters", app.FilterUIElems(whenFacet(in, out.Now, with), distanceFacet(in, with), modeFacet(in, out, with),
		typeFacet(in, out, with), tagFacet(in, out, with), spaceFacet(in, out, with), accessFacet(in, out, with))...)
}

type changeURL func(change func(*events.FindIn)) string

func whenFacet(in events.FindIn, now time.Time, with changeURL) app.UI {
	links := []app.UI{ui.FacetLink(ui.Link{Label: "Any time", Current: in.From == "" && in.To == "" && !in.Past,
		Href: with(func(in *events.FindIn) { in.From, in.To, in.Past = "", "", false })}, "")}
	for _, s := range spans(now) {
		links = append(links, ui.FacetLink(ui.Link{Label: s.label, Current: in.From == s.from && in.To == s.to && !in.Past,
			Href: with(func(in *events.FindIn) { in.From, in.To, in.Past = s.from, s.to, false })}, ""))
	}
	links = append(links, ui.FacetLink(ui.Link{Label: "Past events", Current: in.Past,
		Href: with(func(in *events.FindIn) { in.From, in.To, in.Past = "", "", true })}, ""))
	return ui.Facet("When", links...)
}

type span struct{ label, from, to string }

// spans are the dates people ask for, counted from now.
func spans(now time.Time) []span {
	saturday := now.AddDate(0, 0, (int(time.Saturday)-int(now.Weekday())+7)%7)
	weekend := span{"This weekend", saturday.Format(isoDate), saturday.AddDate(0, 0, 1).Format(isoDate)}
	if now.Weekday() == time.Sunday {
		weekend = span{"Today, Sunday", now.Format(isoDate), now.Format(isoDate)}
	}
	return []span{
		weekend,
		{"Next 7 days", now.Format(isoDate), now.AddDate(0, 0, 7).Format(isoDate)},
		{"Next 30 days", now.Format(isoDate), now.AddDate(0, 0, 30).Format(isoDate)},
	}
}

// distanceFacet asks how far, where there is a place to measure from. Miles are shown, kilometres sent.
func distanceFacet(in events.FindIn, with changeURL) app.UI {
	if in.Place == "" && in.Near == "" {
		return nil
	}
	var links []app.UI
	if in.Place != "" {
		links = append(links, ui.FacetLink(ui.Link{Label: "In " + in.Place, Current: in.Within == 0,
			Href: with(func(in *events.FindIn) { in.Within = 0 })}, ""))
	}
	for _, c := range []struct {
		km    int
		label string
	}{{8, "Within 5 miles"}, {16, "Within 10 miles"}, {40, "Within 25 miles"}, {80, "Within 50 miles"}, {160, "Within 100 miles"}} {
		links = append(links, ui.FacetLink(ui.Link{Label: c.label, Current: in.Radius() == c.km,
			Href: with(func(in *events.FindIn) { in.Within = c.km })}, ""))
	}
	return ui.Facet("Distance", links...)
}

// sortLinks choose between the soonest and the nearest, where there is a place to measure from.
func sortLinks(in events.FindIn) app.UI {
	if in.Radius() == 0 {
		return nil
	}
	link := func(label, sort string) app.UI {
		to := in
		to.Sort, to.Page = sort, 0
		a := app.A().Class("toggle-link").Href(fullstack.SafeURL(findURL(to))).Text(label)
		if in.Sort == sort {
			a = a.Aria("current", "true")
		}
		return a
	}
	return app.Nav().Class("toggle").Aria("label", "Order").Body(link("Soonest first", ""), link("Nearest first", events.ByDistance))
}

func modeFacet(in events.FindIn, out events.FindOut, with changeURL) app.UI {
	links := []app.UI{ui.FacetLink(ui.Link{Label: "Anywhere", Current: in.Mode == "",
		Href: with(func(in *events.FindIn) { in.Mode = "" })}, "")}
	for _, c := range []struct {
		mode  events.Mode
		label string
	}{{events.InPerson, "In person"}, {events.Online, "Online"}} {
		n := 0
		for _, m := range out.Modes {
			if m.Mode == c.mode {
				n = m.Count
			}
		}
		links = append(links, ui.FacetLink(ui.Link{Label: c.label, Current: in.Mode == c.mode,
			Href: with(func(in *events.FindIn) { in.Mode = c.mode })}, countOf(n, out)))
	}
	return ui.Facet("Where", links...)
}

// countOf says how many a choice would give, or that there are at least so many; "" when none is known of.
func countOf(n int, out events.FindOut) string {
	switch {
	case n == 0:
		return ""
	case out.SomeCounted:
		return eventsui.Number(n) + "+"
	}
	return eventsui.Number(n)
}

const (
	// typesShown is how many types stand open, those with the most events; the others wait behind a summary.
	typesShown = 9
	tagsShown  = 8
)

func typeFacet(in events.FindIn, out events.FindOut, with changeURL) app.UI {
	choices := make([]choice, len(out.Types))
	for i, t := range out.Types {
		name := string(t.Type)
		choices[i] = choice{ui.Link{Label: t.Type.Label(), Current: events.Chosen(string(in.Type), name),
			Href: with(func(in *events.FindIn) { in.Type = events.Type(events.Toggled(string(in.Type), name)) })}, countOf(t.Count, out)}
	}
	return boxes("Type", "type", choices, typesShown)
}

func tagFacet(in events.FindIn, out events.FindOut, with changeURL) app.UI {
	if len(out.Tags) == 0 {
		return nil
	}
	choices := make([]choice, len(out.Tags))
	for i, t := range out.Tags {
		choices[i] = choice{ui.Link{Label: events.TagLabel(t.Tag), Current: events.Chosen(in.Tag, t.Tag),
			Href: with(func(in *events.FindIn) { in.Tag = events.Toggled(in.Tag, t.Tag) })}, countOf(t.Count, out)}
	}
	return boxes("About", "topic", choices, tagsShown)
}

type choice struct {
	link  ui.Link
	count string
}

// boxes are the choices of a facet of which several can be made; those after the first few wait behind a summary.
func boxes(title, noun string, choices []choice, shown int) app.UI {
	var common, more []app.UI
	moreOpen := false
	for i, c := range choices {
		box := ui.FacetBox(c.link, c.count)
		if i < shown || len(choices) <= shown+2 {
			common = append(common, box)
			continue
		}
		more, moreOpen = append(more, box), moreOpen || c.link.Current
	}
	if len(more) > 0 {
		common = append(common, ui.FacetMore(eventsui.Count(len(more), "more "+noun, "more "+noun+"s"), moreOpen, more...))
	}
	return ui.Facet(title, common...)
}

func spaceFacet(in events.FindIn, out events.FindOut, with changeURL) app.UI {
	return ui.Facet("Places",
		ui.FacetLink(ui.Link{Label: "All", Current: !in.Open, Href: with(func(in *events.FindIn) { in.Open = false })}, ""),
		ui.FacetLink(ui.Link{Label: "With space left", Current: in.Open, Href: with(func(in *events.FindIn) { in.Open = true })}, countOf(out.Open, out)),
	)
}

func accessFacet(in events.FindIn, out events.FindOut, with changeURL) app.UI {
	return ui.Facet("Access",
		ui.FacetLink(ui.Link{Label: "Any", Current: !in.Accessible, Href: with(func(in *events.FindIn) { in.Accessible = false })}, ""),
		ui.FacetLink(ui.Link{Label: "Wheelchair accessible", Current: in.Accessible, Href: with(func(in *events.FindIn) { in.Accessible = true })}, countOf(out.Accessible, out)),
	)
}

// activeFilters is what narrows the results, each with the way to take it back.
func activeFilters(in events.FindIn, series string) app.UI {
	var chips []app.UI
	chip := func(on bool, label string, drop func(*events.FindIn)) {
		if !on {
			return
		}
		without := in
		without.Page = 0
		drop(&without)
		chips = append(chips, app.Li().Body(ui.Chip(findURL(without), label, "Remove filter: "+label)))
	}
	chip(in.Q != "", "“"+in.Q+"”", func(in *events.FindIn) { in.Q = "" })
	for _, t := range in.Types() {
		chip(true, t.Label(), func(in *events.FindIn) { in.Type = events.Type(events.Toggled(string(in.Type), string(t))) })
	}
	for _, tag := range in.Tags() {
		chip(true, events.TagLabel(tag), func(in *events.FindIn) { in.Tag = events.Toggled(in.Tag, tag) })
	}
	chip(in.Mode != "", in.Mode.Label(), func(in *events.FindIn) { in.Mode = "" })
	chip(in.Place != "", in.Place, func(in *events.FindIn) { in.Place, in.Within = "", 0 })
	chip(in.Place == "" && in.Near != "", "Near me", func(in *events.FindIn) { in.Near, in.Within = "", 0 })
	chip(in.From != "" || in.To != "", dates(in.From, in.To), func(in *events.FindIn) { in.From, in.To = "", "" })
	chip(in.Open, "With space left", func(in *events.FindIn) { in.Open = false })
	chip(in.Accessible, "Wheelchair accessible", func(in *events.FindIn) { in.Accessible = false })
	chip(in.Org != "", in.Org, func(in *events.FindIn) { in.Org = "" })
	chip(in.Series != "", cmp.Or(series, in.Series), func(in *events.FindIn) { in.Series = "" })
	chip(in.Past, "Past events", func(in *events.FindIn) { in.Past = false })
	if len(chips) == 0 {
		return nil
	}
	if len(chips) > 1 {
		chips = append(chips, app.Li().Body(app.A().Class("chip").DataSet("variant", "plain").Href("/").Text("Clear all")))
	}
	return app.Ul().Class("chip-list").Aria("label", "Active filters").Body(chips...)
}

func dates(from, to string) string {
	switch {
	case from == to:
		return dayOf(from)
	case to == "":
		return "From " + dayOf(from)
	case from == "":
		return "Until " + dayOf(to)
	}
	return dayOf(from) + " – " + dayOf(to)
}

func dayOf(iso string) string {
	t, err := time.Parse(isoDate, iso)
	if err != nil {
		return iso
	}
	return t.Format("Jan 2")
}
