package embeds

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/apps/events/pages"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// ListParams name an organisation and how much of its events to show.
type ListParams struct {
	Look
	Org   string `param:"org"`
	Limit string `param:"limit"` // 1 to 24; everything else does nothing
}

// ListData is an organisation with its events to come.
type ListData struct {
	frames
	look    Look
	limit   int
	missing bool
	out     events.OrgOut
}

// PageStatus is 404 for an organisation that is not there.
func (d ListData) PageStatus() int { return status(d.missing) }

func status(missing bool) int {
	if missing {
		return http.StatusNotFound
	}
	return http.StatusOK
}

const usualLimit = 6

// List shows an organisation's events to come. Any website over https may show it unless the organisation names its own.
func List() fullstack.Route {
	return fullstack.Page[ListParams, ListData]{
		Path: listPath, Embedded: true, Cache: caching,
		Load: loadList,
		Head: func(d ListData) fullstack.Head {
			return d.look.head("Events of "+d.out.Organisation.Name, pages.OrgURL(d.out.Organisation.Slug))
		},
		View: listView,
	}
}

func loadList(ctx context.Context, api fullstack.Caller, p ListParams) (ListData, error) {
	d := ListData{look: p.Look, limit: usualLimit}
	if n, err := strconv.Atoi(p.Limit); err == nil && n >= 1 && n <= events.PageSize {
		d.limit = n
	}
	var err error
	if d.out, err = events.GetOrg.Call(ctx, api, events.OrgIn{Slug: p.Org}); err != nil {
		return missingOr(err, func() ListData { d.missing, d.open = true, true; return d })
	}
	d.frames, err = framesOf(ctx, api, p.Org, true)
	return d, err
}

// missingOr is the page that says so in place of NotFound, which a frame could not show; other errors stay.
func missingOr[D any](err error, missing func() D) (D, error) {
	if errors.Is(err, fault.New(fault.NotFound, "")) {
		return missing(), nil
	}
	var none D
	return none, err
}

func listView(d ListData) app.UI {
	if d.missing {
		return gone("There is no organisation here")
	}
	o, all := d.out.Organisation, d.out.Upcoming
	title := app.H1().Class("embed-title").Text("Events of " + o.Name)
	if len(all.Events) == 0 {
		return shell(o, title, app.P().Class("muted").Text("Nothing is planned right now."), besideButton(pages.OrgURL(o.Slug), "More about "+o.Name, ui.Secondary))
	}
	rows := make([]app.UI, 0, d.limit)
	for _, c := range all.Events[:min(d.limit, len(all.Events))] {
		rows = append(rows, listRow(c, all))
	}
	more := "All events"
	if all.Total > len(rows) {
		more = "All " + eventsui.Count(all.Total, "event", "events")
	}
	return shell(o, title, app.Ul().Class("embed-list").Body(rows...), besideButton(pages.OrgURL(o.Slug), more, ui.Secondary))
}

func listRow(c events.Card, in events.FindOut) app.UI {
	where := eventsui.Town(c.City, c.Region)
	icon := ui.IconMapPin
	if c.Mode == events.Online || c.Status == events.MovedOnline {
		where, icon = "Online", ui.IconVideo
	}
	return app.Li().Class("embed-row").Body(
		ui.DateBlock(c.Next.Local(), false),
		app.Div().Class("embed-row-body").Body(app.FilterUIElems(
			app.H2().Class("embed-row-title").Body(beside(pages.EventURL(c.Slug), "embed-row-link", c.Title)),
			ui.Meta(ui.IconClock, eventsui.WhenTime(c.Next, c.End, in.Now)),
			app.If(where != "", func() app.UI { return ui.Meta(icon, app.Text(where)) }),
			app.If(c.Full, func() app.UI { return ui.Badge(ui.ToneWarning, "", "Full") }),
			app.If(c.Status != events.Scheduled, func() app.UI { return ui.Badge(ui.ToneWarning, "", c.Status.Label()) }),
		)...),
	)
}
