package fullstack

import (
	"encoding/json"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// App is one site: what its server prerenders and its browser program adopts. Both mains use the same value.
//
//	// apps/events/routes.go
//	func site() fullstack.App { return fullstack.App{Name: "Groundswell Events", Routes: pages.Routes(), ...} }
//	// main_js.go
//	func main() { fullstack.Run(site()) }
type App struct {
	Name        string // shown after every page's title and as the name of the installed app
	ShortName   string // under the installed icon
	Description string
	Lang        string // BCP 47; zero: en
	Routes      []Route
	// ErrorView is the designed page of a fault: 404, 405, 410, 422, 429, 500, 503.
	ErrorView func(f *fault.Error) app.UI
	// OfflineView is what an installed app shows for a page it never visited, without a connection.
	OfflineView func() app.UI
	ThemeLight  string // browser chrome colour, CSS hex
	ThemeDark   string
}

// SecretPaths are the beginnings of the addresses that hold a secret, in the order of the routes: "/my/" of "/my/{token}". A path
// parameter of that name is one. The service worker leaves them alone; whoever serves the site keeps them out of logs and indexes.
func (a App) SecretPaths() []string {
	var paths []string
	for _, route := range a.Routes {
		if before, _, ok := strings.Cut(route.Pattern(), "{token}"); ok {
			paths = append(paths, before)
		}
	}
	return paths
}

// state is the JSON of the document's <script id="fullstack-data">: what the browser needs to draw the same page again
// without asking. Route is the pattern of the page; a page that failed has Fault instead of Data, and no Route when
// nothing matched; the offline page has Offline.
type state struct {
	Release string          `json:"release"`
	Route   string          `json:"route,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	Fault   *fault.Error    `json:"fault,omitempty"`
	Offline bool            `json:"offline,omitempty"`
}

// answer is the JSON of a form posted by the browser program (Accept: application/json): where to go next, or the fault.
// A function's fault has the same shape.
type answer struct {
	To    string       `json:"to,omitempty"`
	Fault *fault.Error `json:"fault,omitempty"`
}

// Names of the form fields the kit reserves; every name that starts with "_" is its own.
const (
	fieldForm     = "_form" // id of the form
	fieldFunction = "_fn"   // name of the command
	fieldKey      = "_key"  // idempotency key
)

// Names of the request headers the browser program sends.
const (
	headerKey     = "Idempotency-Key"
	headerRelease = "X-Release"
	headerAge     = "X-Form-Age" // of a form's page when it was sent, in milliseconds
)

// errorHead is the head of a page that failed.
func errorHead(f *fault.Error) Head {
	title := "Something went wrong"
	switch f.Code {
	case fault.NotFound:
		title = "Page not found"
	case fault.Gone:
		title = "No longer available"
	case fault.Unavailable:
		title = "Back in a moment"
	case fault.TooMany:
		title = "Too many requests"
	}
	return Head{Title: title, NoIndex: true}
}

// Title is the document title of a page of the app.
func (a App) title(h Head) string {
	switch {
	case h.Title == "":
		return a.Name
	case a.Name == "":
		return h.Title
	}
	return h.Title + " · " + a.Name
}
