package fullstack

import (
	"context"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Page joins everything a URL needs. P is a struct whose fields are filled from the path and the query string by
// their `param` tag; D is what the page shows and travels once to the browser as JSON.
//
//	var Event = fullstack.Page[EventParams, EventData]{
//	    Path: "/e/{slug}",
//	    Load: func(ctx context.Context, api fullstack.Caller, p EventParams) (EventData, error) { ... },
//	    Head: func(d EventData) fullstack.Head { ... },
//	    View: func(d EventData) app.UI { ... },
//	}
//
// The same Load runs on the server, in process, and in the browser, over fetch. The fault it returns is the status
// of the page; data with a method PageStatus() int names another status than 200 for a page that is shown all the same. View
// and Head are pure.
type Page[P, D any] struct {
	Path  string // a net/http pattern path: "/e/{slug}", "/{$}" for the root
	Load  func(ctx context.Context, api Caller, p P) (D, error)
	Head  func(D) Head
	View  func(D) app.UI
	Cache Cache    // zero: Shared for 5 s
	Forms []Action // the forms the page answers to; see Post
	// Embedded says that the page is made for frames in other sites: a plain document without the browser program and the
	// service worker, whose js/frame.js tells the page around it how high it is. Its data's method FrameAncestors() []string
	// names the origins that may show it, or the scheme "https:"; without any, and for every other page, nobody may. After a
	// form the parameters of its address stay.
	Embedded bool
}

// Cache says who may keep a page and for how long. A Load that read the viewer makes any page private whatever this says.
type Cache struct {
	Private bool          // no-store; nobody keeps it
	Fresh   time.Duration // shared caches and our own serve it this long without asking; zero: 5 s
	Stale   time.Duration // and may serve it this much longer while one request renews it; zero: 10 s. While the data is away: a day
}

// Private is the Cache of a page meant for one person.
var Private = Cache{Private: true}

// Route is a Page without its types: what a site's route table is made of.
type Route interface {
	Pattern() string
	CachePolicy() Cache
	Actions() []Action
	embedded() bool
	load(ctx context.Context, api Caller, path map[string]string, query map[string][]string, sub *Submission) (loaded, error)
	decode(data []byte) (loaded, error)
	known() []string
}

// Head is what the document's head says of a page; the same without JavaScript and after client navigation.
type Head struct {
	Title       string // without the site's name, which the kit adds
	Description string
	Canonical   string // path or absolute URL; zero: the page's own path without query
	Image       string // Open Graph image, path or absolute URL
	Type        string // Open Graph type; zero: website
	NoIndex     bool
	Theme       string // light or dark, whatever the visitor prefers; zero: as they prefer; of documents, a navigation leaves it
	OEmbed      string // path of the site's oEmbed endpoint, when it knows this page (oembed.com, section 4)
	Feeds       []Link // rel=alternate
	Extra       []Link // any other <link>

	// JSONLD is marshalled into an application/ld+json script. absolute makes an address of a path of this site, as those who
	// read it want.
	JSONLD func(absolute func(path string) string) any
}

// Link is a <link> of the head.
type Link struct{ Rel, Href, Type, Title string }

// Redirect is returned by Load as an error and sends the visitor elsewhere: 301 when Permanent, else 303.
type Redirect struct {
	To        string // a path of this site
	Permanent bool
}

// Error says where the redirect goes.
func (r *Redirect) Error() string { return "redirect to " + r.To }

// Path is where the redirect goes: To if that is on this site, else the root.
func (r *Redirect) Path() string { return localPath(r.To) }

// localPath keeps redirects on this site: anything but a rooted path becomes the root.
func localPath(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t\x00") {
		return "/"
	}
	return to
}

// loaded is a page's data with its types erased.
type loaded struct {
	data any
	head Head
	view func() app.UI
}
