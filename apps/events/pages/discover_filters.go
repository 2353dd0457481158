package pages

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/ui"
)

const isoDate = "2006-01-02"

type param struct{ name, value string }

// findParams is the question as a form sends it along, in a fixed order, without what is not asked.
func findParams(in events.FindIn) []param {
	all := []param{
		{"q", in.Q}, {"type", string(in.Type)}, {"mode", string(in.Mode)}, {"place", in.Place}, {"from", in.From}, {"to", in.To},
		{"open", yes(in.Open)}, {"org", in.Org}, {"past", yes(in.Past)}, {"page", pageParam(in.Page)},
	}
	asked := all[:0]
	for _, p := range all {
		if p.value != "" {
			asked = append(asked, p)
		}
	}
	return asked
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
func resultSentence(in events.FindIn, total int) string {
	kind := "upcoming "
	if in.Past {
		kind = "past "
	}
	s := eventsui.Count(total, kind+"event", kind+"events")
	if total == 0 {
		s = "No " + kind + "events"
	}
	if in.Q != "" {
		s += " for “" + in.Q + "”"
	}
	if in.Place != "" {
		s += " near " + in.Place
	}
	return s
}

// filters are links, so that each works at once and without JavaScript.
func filters(in events.FindIn, out events.FindOut) app.UI {
	with := func(change func(*events.FindIn)) string {
		to := in
		to.Page = 0
		change(&to)
		return findURL(to)
	}
	return ui.Filters("Filters", whenFacet(in, out.Now, with), modeFacet(in, with), typeFacet(in, out.Types, with), spaceFacet(in, with))
}

type changeURL func(change func(*events.FindIn)) string

func whenFacet(in events.FindIn, now time.Time, with changeURL) app.UI {
	links := []app.UI{ui.FacetLink(ui.Link{Label: "Any time", Current: in.From == "" && in.To == "" && !in.Past,
		Href: with(func(in *events.FindIn) { in.From, in.To, in.Past = "", "", false })}, -1)}
	for _, s := range spans(now) {
		links = append(links, ui.FacetLink(ui.Link{Label: s.label, Current: in.From == s.from && in.To == s.to && !in.Past,
			Href: with(func(in *events.FindIn) { in.From, in.To, in.Past = s.from, s.to, false })}, -1))
	}
	links = append(links, ui.FacetLink(ui.Link{Label: "Past events", Current: in.Past,
		Href: with(func(in *events.FindIn) { in.From, in.To, in.Past = "", "", true })}, -1))
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

func modeFacet(in events.FindIn, with changeURL) app.UI {
	choices := []struct {
		mode  events.Mode
		label string
	}{{"", "Anywhere"}, {events.InPerson, "In person"}, {events.Online, "Online"}}
	links := make([]app.UI, len(choices))
	for i, c := range choices {
		links[i] = ui.FacetLink(ui.Link{Label: c.label, Current: in.Mode == c.mode,
			Href: with(func(in *events.FindIn) { in.Mode = c.mode })}, -1)
	}
	return ui.Facet("Where", links...)
}

// typesShown is how many types stand open, those with the most events; the others wait behind a summary.
const typesShown = 9

func typeFacet(in events.FindIn, types []events.TypeCount, with changeURL) app.UI {
	all, moreOpen := 0, false
	var common, more []app.UI
	for i, t := range types {
		all += t.Count
		link := ui.FacetLink(ui.Link{Label: t.Type.Label(), Current: in.Type == t.Type,
			Href: with(func(in *events.FindIn) { in.Type = t.Type })}, t.Count)
		if i < typesShown || len(types) <= typesShown+2 {
			common = append(common, link)
			continue
		}
		more, moreOpen = append(more, link), moreOpen || in.Type == t.Type
	}
	links := append([]app.UI{ui.FacetLink(ui.Link{Label: "All types", Current: in.Type == "",
		Href: with(func(in *events.FindIn) { in.Type = "" })}, all)}, common...)
	if len(more) > 0 {
		links = append(links, ui.FacetMore(eventsui.Count(len(more), "more type", "more types"), moreOpen, more...))
	}
	return ui.Facet("Type", links...)
}

func spaceFacet(in events.FindIn, with changeURL) app.UI {
	return ui.Facet("Places",
		ui.FacetLink(ui.Link{Label: "All", Current: !in.Open, Href: with(func(in *events.FindIn) { in.Open = false })}, -1),
		ui.FacetLink(ui.Link{Label: "With space left", Current: in.Open, Href: with(func(in *events.FindIn) { in.Open = true })}, -1),
	)
}

// activeFilters is what narrows the results, each with the way to take it back.
func activeFilters(in events.FindIn) app.UI {
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
	chip(in.Type != "", in.Type.Label(), func(in *events.FindIn) { in.Type = "" })
	chip(in.Mode != "", in.Mode.Label(), func(in *events.FindIn) { in.Mode = "" })
	chip(in.Place != "", in.Place, func(in *events.FindIn) { in.Place = "" })
	chip(in.From != "" || in.To != "", dates(in.From, in.To), func(in *events.FindIn) { in.From, in.To = "", "" })
	chip(in.Open, "With space left", func(in *events.FindIn) { in.Open = false })
	chip(in.Org != "", in.Org, func(in *events.FindIn) { in.Org = "" })
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
