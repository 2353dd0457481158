package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// Alert says something the reader should know before going on. ID is the target of a link or redirect to it.
type Alert struct {
	app.Compo
	ID        string
	Tone      string
	Icon      IconName // zero: by tone
	Title     string
	Text      string
	LinkHref  string
	LinkLabel string
}

// Render draws the alert. One with an id can be focused, so that a visitor sent to it hears it.
func (a *Alert) Render() app.UI {
	e := app.Div().Class("alert").DataSet("tone", a.Tone)
	if a.ID != "" {
		e = e.ID(a.ID).TabIndex(-1).Role("status")
	}
	return e.Body(
		Icon(a.icon()),
		app.Div().Class("alert-body").Body(
			app.If(a.Title != "", func() app.UI { return app.P().Class("alert-title").Text(a.Title) }),
			app.If(a.Text != "", func() app.UI { return app.P().Text(a.Text) }),
			app.If(a.LinkHref != "", func() app.UI {
				return app.P().Body(app.A().Class("alert-link").Href(safeURL(a.LinkHref)).Text(a.LinkLabel))
			}),
		),
	)
}

func (a *Alert) icon() IconName {
	switch {
	case a.Icon != "":
		return a.Icon
	case a.Tone == TonePositive:
		return IconCheck
	case a.Tone == ToneWarning || a.Tone == ToneDanger:
		return IconAlert
	}
	return IconInfo
}

// EmptyState says that there is nothing here and where to go: pass at least one action.
func EmptyState(icon IconName, title, text string, actions ...app.UI) app.UI {
	return app.Div().Class("empty-state").Body(
		app.Div().Class("empty-state-icon").Body(LargeIcon(icon)),
		app.H2().Class("empty-state-title").Text(title),
		app.P().Class("empty-state-text").Text(text),
		app.Div().Class("empty-state-actions").Body(actions...),
	)
}

// ErrorState is a whole page's body for a fault: what happened in its words, the request id if there is one, and the
// ways out the caller passes.
func ErrorState(f *fault.Error, actions ...app.UI) app.UI {
	icon, title := faultTitle(f.Code)
	return app.Div().Class("empty-state").DataSet("variant", "page").DataSet("tone", "danger").Body(
		app.Div().Class("empty-state-icon").Body(LargeIcon(icon)),
		app.H1().Class("empty-state-title").Text(title),
		app.P().Class("empty-state-text").Text(f.Message),
		app.If(f.RequestID != "", func() app.UI {
			return app.P().Class("reference").Text("Reference: " + f.RequestID)
		}),
		app.Div().Class("empty-state-actions").Body(actions...),
	)
}

func faultTitle(c fault.Code) (IconName, string) {
	switch c {
	case fault.NotFound:
		return IconSearch, "We can’t find that page"
	case fault.Gone:
		return IconClock, "This is over"
	case fault.Forbidden, fault.Unauthenticated:
		return IconLock, "This page is not open to you"
	case fault.Unavailable:
		return IconClock, "We’ll be right back"
	case fault.TooMany:
		return IconClock, "That was a lot at once"
	case fault.Method, fault.Malformed, fault.Unsupported, fault.TooLarge:
		return IconAlert, "We could not read that"
	case fault.Conflict, fault.Invalid:
		return IconAlert, "That did not work"
	case fault.Reload:
		return IconInfo, "There is a new version"
	}
	return IconAlert, "Something went wrong"
}

// OfflineState is a whole page's body for an app without a connection.
func OfflineState(actions ...app.UI) app.UI {
	return app.Div().Class("empty-state").DataSet("variant", "page").Body(
		app.Div().Class("empty-state-icon").Body(LargeIcon(IconWifiOff)),
		app.H1().Class("empty-state-title").Text("You’re offline"),
		app.P().Class("empty-state-text").Text("This page was not opened before, so it is not on this device. Pages you visited still are."),
		app.Div().Class("empty-state-actions").Body(actions...),
	)
}

// Disclosure hides more behind a summary; it works without JavaScript.
func Disclosure(summary string, open bool, body ...app.UI) app.UI {
	return app.Details().Class("disclosure").Open(open).Body(
		app.Summary().Class("disclosure-summary").Body(app.Span().Text(summary), Icon(IconChevron)),
		app.Div().Class("disclosure-body").Body(body...),
	)
}
