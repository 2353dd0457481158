package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Link is a label and where it goes.
type Link struct {
	Label, Href string
	Current     bool
}

// Breadcrumb leads up from the page; the page itself has its heading for that.
func Breadcrumb(links ...Link) app.UI {
	items := make([]app.UI, len(links))
	for i, l := range links {
		items[i] = app.Li().Class("breadcrumb-item").Body(
			app.If(i > 0, func() app.UI { return app.Span().Aria("hidden", "true").Text("/") }),
			app.A().Class("breadcrumb-link").Href(safeURL(l.Href)).Text(l.Label),
		)
	}
	return app.Nav().Aria("label", "Breadcrumb").Body(app.Ol().Class("breadcrumb").Body(items...))
}

// Pagination links the pages around the current one. Pages count from 1; href gives the address of one.
func Pagination(page, pages int, href func(page int) string) app.UI {
	if pages < 2 {
		return nil
	}
	items := []app.UI{pageStep(page > 1, IconArrowLeft, "Previous page", "prev", href, page-1)}
	last := 0
	for _, n := range pagesAround(page, pages) {
		if n > last+1 {
			items = append(items, app.Span().Class("page-gap").Aria("hidden", "true").Text("…"))
		}
		link := app.A().Class("page-link").Href(safeURL(href(n))).Aria("label", "Page "+strconv.Itoa(n)).Text(n)
		if n == page {
			link = link.Aria("current", "page")
		}
		items, last = append(items, link), n
	}
	items = append(items, pageStep(page < pages, IconArrowRight, "Next page", "next", href, page+1))
	return app.Nav().Class("pagination").Aria("label", "Pages").Body(items...)
}

func pageStep(exists bool, icon IconName, label, rel string, href func(int) string, page int) app.UI {
	return app.If(exists, func() app.UI {
		return app.A().Class("page-link").Rel(rel).Href(safeURL(href(page))).Aria("label", label).Body(Icon(icon))
	})
}

// pagesAround is the first, the last and the pages beside the current one, ascending.
func pagesAround(page, pages int) []int {
	var out []int
	for n := 1; n <= pages; n++ {
		if n == 1 || n == pages || n >= page-1 && n <= page+1 {
			out = append(out, n)
		}
	}
	return out
}

// FacetLink is one choice of a facet, with how much it would give; "" is not shown.
func FacetLink(l Link, count string) app.UI {
	link := app.A().Class("facet-link").Href(safeURL(l.Href))
	if l.Current {
		link = link.Aria("current", "true")
	}
	return app.Li().Body(link.Body(
		app.Span().Text(l.Label),
		app.If(count != "", func() app.UI { return app.Span().Class("facet-count").Text(count) }),
	))
}

// FacetBox is FacetLink for a choice that may be made together with others: it shows a box that is ticked or not. Crawlers are asked
// not to follow it: such choices combine without end.
func FacetBox(l Link, count string) app.UI {
	link := app.A().Class("facet-link").DataSet("kind", "box").Rel("nofollow").Href(safeURL(l.Href))
	if l.Current {
		link = link.Aria("current", "true")
	}
	return app.Li().Body(link.Body(
		app.Span().Class("facet-box").Body(app.If(l.Current, func() app.UI { return Icon(IconCheck) })),
		app.Span().Class("facet-label").Text(l.Label),
		app.If(count != "", func() app.UI { return app.Span().Class("facet-count").Text(count) }),
	))
}

// Facet is a named group of FacetLinks.
func Facet(title string, links ...app.UI) app.UI {
	return app.Div().Class("facet").Body(app.H2().Class("facet-title").Text(title), app.Ul().Body(links...))
}

// FacetMore holds the choices of a facet that few people look for.
func FacetMore(summary string, open bool, links ...app.UI) app.UI {
	return app.Li().Body(app.Details().Class("facet-more").Open(open).Body(
		app.Summary().Class("facet-link").Body(app.Span().Text(summary), Icon(IconChevron)),
		app.Ul().Body(links...),
	))
}

// Filters holds facets: open beside the results on a wide screen, behind its summary on a narrow one.
func Filters(label string, facets ...app.UI) app.UI {
	return app.Details().Class("filters").Aria("label", label).Body(
		app.Summary().Class("filters-summary").Body(Icon(IconFilter), app.Span().Text(label)),
		app.Nav().Class("filters-body").Aria("label", label).Body(facets...),
	)
}
