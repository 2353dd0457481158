package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// MenuItem is a link of a Menu.
type MenuItem struct {
	Label    string
	Href     string // a URL of this site or one that passed fullstack.SafeURL
	Icon     IconName
	Away     bool // leads to another site: opens beside this page
	Download bool
	Native   bool // not a page: the browser's, or another program's
}

// Menu is a button that opens a few links, without JavaScript too. Full makes it as wide as its container.
func Menu(label string, icon IconName, full bool, items ...MenuItem) app.UI {
	links := make([]app.UI, len(items))
	for i, item := range items {
		links[i] = app.Li().Body(menuLink(item))
	}
	return app.Details().Class("menu").DataSet("width", width(full)).Body(
		app.Summary().Class("button").DataSet("variant", Secondary).Body(Icon(icon), app.Span().Text(label), Icon(IconChevron)),
		app.Ul().Class("menu-list").Body(links...),
	)
}

func menuLink(item MenuItem) app.UI {
	a := app.A().Class("menu-link").Href(safeURL(item.Href))
	if item.Away {
		a = a.Target("_blank").Rel("noopener")
	}
	if item.Download {
		a = a.Attr("download", "download")
	}
	if item.Native {
		a = a.Rel("external")
	}
	return a.Body(Icon(item.Icon), app.Span().Text(item.Label))
}
