package main

import (
	"groundswell/apps/events/pages"
	"groundswell/shared/fullstack"
)

// site is what the server prerenders and the browser program adopts.
func site() fullstack.App {
	return fullstack.App{
		Name:        "Groundswell Events",
		ShortName:   "Events",
		Description: "Find an event near you, sign up for a shift, bring a friend.",
		Routes:      pages.Routes(),
		ErrorView:   pages.ErrorView,
		OfflineView: pages.OfflineView,
		ThemeLight:  "#0b3a36",
		ThemeDark:   "#0a2a27",
	}
}
