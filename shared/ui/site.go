package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// SiteHeader is the top of every page: the way to the content, the name that leads home, the main links.
type SiteHeader struct {
	app.Compo
	Site  string // which of our sites: Events
	Links []Link
}

// Render draws the header.
func (h *SiteHeader) Render() app.UI {
	links := make([]app.UI, len(h.Links))
	for i, l := range h.Links {
		a := app.A().Class("site-nav-link").Href(safeURL(l.Href)).Text(l.Label)
		if l.Current {
			a = a.Aria("current", "page")
		}
		links[i] = a
	}
	return app.Header().Class("site-header").Body(
		app.A().Class("skip-link").Href("#main").Text("Skip to content"),
		app.Div().Class("container").Body(app.Div().Class("site-header-bar").Body(
			app.A().Class("brand").Href("/").Body(
				Mark(), app.Span().Text("Groundswell"), app.Span().Class("brand-site").Text(h.Site)),
			app.If(len(links) > 0, func() app.UI {
				return app.Nav().Class("site-nav").Aria("label", "Main").Body(links...)
			}),
		)),
	)
}

// SiteFooter ends every page: the disclaimer of whoever pays for it, links, and a sentence on the site.
type SiteFooter struct {
	app.Compo
	Disclaimer string // "Paid for by …"; the law asks for it on an organisation's pages
	Text       string
	Links      []Link
}

// Render draws the footer.
func (f *SiteFooter) Render() app.UI {
	links := make([]app.UI, len(f.Links))
	for i, l := range f.Links {
		links[i] = app.A().Class("site-footer-link").Href(safeURL(l.Href)).Text(l.Label)
	}
	return app.Footer().Class("site-footer").Body(app.Div().Class("container").Body(app.Div().Class("site-footer-bar").Body(
		app.If(f.Disclaimer != "", func() app.UI { return app.P().Class("disclaimer").Text(f.Disclaimer) }),
		app.If(len(links) > 0, func() app.UI {
			return app.Nav().Class("site-footer-links").Aria("label", "Footer").Body(links...)
		}),
		app.P().Text(f.Text),
	)))
}

// Site frames a page: header, main, footer. Main can be focused, which is where a navigation puts the reader.
func Site(header, footer app.UI, main ...app.UI) app.UI {
	return app.Div().Class("site").Body(
		header,
		app.Main().ID("main").Class("site-main").TabIndex(-1).Body(main...),
		footer,
		&Toasts{},
	)
}

// Container keeps its content at the site's width.
func Container(body ...app.UI) app.UI { return app.Div().Class("container").Body(body...) }

// NarrowContainer keeps its content at the width of a text.
func NarrowContainer(body ...app.UI) app.UI {
	return app.Div().Class("container").DataSet("width", "narrow").Body(body...)
}

// Stack stands its children below each other; gap is "", small, large or huge.
func Stack(gap string, body ...app.UI) app.UI {
	return app.Div().Class("stack").DataSet("gap", gap).Body(body...)
}

// Cluster stands its children side by side and lets them wrap.
func Cluster(body ...app.UI) app.UI { return app.Div().Class("cluster").Body(body...) }

// Hero opens a site.
func Hero(title, lead string) app.UI {
	return app.Div().Class("hero").Body(
		heroSwell(),
		Container(app.H1().Class("hero-title").Text(title), app.P().Class("hero-lead").Text(lead)),
	)
}

// PageHead opens a page: what kind of thing it is, its name, and what belongs right under the name.
func PageHead(icon IconName, kind, title string, below ...app.UI) app.UI {
	return app.Div().Class("page-head").Body(append([]app.UI{
		app.P().Class("eyebrow").Body(Icon(icon), app.Span().Text(kind)),
		app.H1().Class("page-title").Text(title),
	}, below...)...)
}
