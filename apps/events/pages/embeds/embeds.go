// Package embeds holds the pages that organisations show in frames of their own websites: their events, one event, and
// its sign-up form. They are served, and never part of the browser program; their links open the full page beside the
// frame. They know no service.
package embeds

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

// The paths of the pages.
const (
	listPath   = "/embed/o/{org}"
	eventPath  = "/embed/e/{slug}"
	signupPath = "/embed/e/{slug}/signup"
)

// Routes are the embedded pages.
func Routes() []fullstack.Route { return []fullstack.Route{List(), Event(), Signup()} }

// caching is shorter than other pages': an origin that was taken from the list must not stay long.
var caching = fullstack.Cache{Fresh: 5 * time.Second, Stale: 5 * time.Second}

// Look is how the website around the frame wants it to look. What is no theme or colour does nothing.
type Look struct {
	Theme  string `param:"theme"`  // light or dark; auto and everything else: as the visitor prefers
	Accent string `param:"accent"` // CSS hex colour, 3 or 6 digits: 0a7
}

var hexColor = regexp.MustCompile(`^([0-9a-f]{3}|[0-9a-f]{6})$`)

func (l Look) theme() string {
	if l.Theme == "light" || l.Theme == "dark" {
		return l.Theme
	}
	return ""
}

// accent is the stylesheet of the colour, made by the site so that it reads well in both themes.
func (l Look) accent() []fullstack.Link {
	hex := strings.ToLower(strings.TrimPrefix(l.Accent, "#"))
	if !hexColor.MatchString(hex) {
		return nil
	}
	return []fullstack.Link{{Rel: "stylesheet", Href: "/embed/accent/" + hex + ".css"}}
}

func (l Look) head(title, canonical string) fullstack.Head {
	return fullstack.Head{Title: title, Canonical: canonical, NoIndex: true, Theme: l.theme(), Extra: l.accent()}
}

// frames are the websites that may show a page.
type frames struct {
	origins []string
	open    bool // nobody registered any, and any website over https may show it
}

// FrameAncestors is for the kit.
func (f frames) FrameAncestors() []string {
	if len(f.origins) == 0 && f.open {
		return []string{"https:"}
	}
	return f.origins
}

// framesOf reads who may show what an organisation has. open says whether everybody may when it registered no website.
func framesOf(ctx context.Context, api fullstack.Caller, org string, open bool) (frames, error) {
	out, err := events.GetEmbed.Call(ctx, api, events.EmbedIn{Org: org})
	return frames{out.Origins, open}, err
}

// shell is the frame's whole content.
func shell(o orgs.Organisation, body ...app.UI) app.UI {
	return app.Main().ID("main").Class("embed").Body(append(body, foot(o))...)
}

// foot has what the law asks for, and who made this.
func foot(o orgs.Organisation) app.UI {
	return app.Footer().Class("embed-foot").Body(app.FilterUIElems(
		app.If(o.PaidForBy != "", func() app.UI { return app.P().Text(disclaimer(o.PaidForBy)) }),
		app.P().Body(app.FilterUIElems(
			app.If(o.PrivacyURL != "", func() app.UI {
				return beside(fullstack.SafeURL(o.PrivacyURL), "embed-foot-link", "Privacy policy")
			}),
			beside("/", "embed-foot-link", "Events by Groundswell"),
		)...),
	)...)
}

func disclaimer(paidForBy string) string {
	if strings.HasPrefix(strings.ToLower(paidForBy), "paid for") {
		return paidForBy
	}
	return "Paid for by " + paidForBy
}

// beside is a link that opens beside the website around the frame.
func beside(href, class, label string) app.UI {
	return app.A().Class(class).Href(fullstack.SafeURL(href)).Target("_blank").Rel("noopener").Text(label)
}

func besideButton(href, label, variant string) app.UI {
	return app.A().Class("button").DataSet("variant", variant).Href(fullstack.SafeURL(href)).Target("_blank").Rel("noopener").
		Body(app.Span().Text(label), ui.Icon(ui.IconExternal))
}

// gone is what a frame shows of something that is no longer there: the website around it may not know yet.
func gone(what string) app.UI {
	return shell(orgs.Organisation{}, app.H1().Class("embed-title").Text(what),
		app.P().Class("muted").Text("It may have been taken down."), besideButton("/", "Browse all events", ui.Secondary))
}
