package pages

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

// CalendarData is a month of events and the question it answers.
type CalendarData struct {
	In      events.MonthIn                    `json:"in"`
	Out     fullstack.Static[events.MonthOut] `json:"out"`
	Problem *fault.Error                      `json:"problem,omitempty"` // the question was refused; Out has everything instead
}

// PageStatus is 422 for a question that was refused.
func (d CalendarData) PageStatus() int {
	if d.Problem != nil {
		return d.Problem.Code.Status()
	}
	return 200
}

// Calendar is a month of events: a table of weeks on a wide screen, a list of days on a narrow one.
var Calendar = fullstack.Page[events.MonthIn, CalendarData]{
	Path: calendarPath,
	Load: func(ctx context.Context, api fullstack.Caller, in events.MonthIn) (CalendarData, error) {
		out, err := events.Month.Call(ctx, api, in)
		problem := fault.As(err)
		if problem != nil && problem.Code == fault.Invalid {
			out, err = events.Month.Call(ctx, api, events.MonthIn{})
		} else {
			problem = nil
		}
		return CalendarData{In: in, Out: fullstack.Static[events.MonthOut]{Value: out}, Problem: problem}, err
	},
	Head: calendarHead,
	View: calendarView,
}

func calendarHead(d CalendarData) fullstack.Head {
	out := d.Out.Value
	month := firstOf(out)
	ahead := monthsAhead(month, out.Now)
	var beside []fullstack.Link
	for _, l := range []struct {
		rel    string
		months int
	}{{"prev", -1}, {"next", 1}} {
		if to, ok := monthBeside(out, l.months); ok {
			beside = append(beside, fullstack.Link{Rel: l.rel, Href: monthURL(monthIn(d.In, to))})
		}
	}
	return fullstack.Head{
		Title:       "Events in " + month.Format("January 2006"),
		Description: "Every canvass, phone bank, town hall and training in " + month.Format("January 2006") + ", day by day.",
		Canonical:   monthURL(monthIn(d.In, month)),
		NoIndex:     d.Problem != nil || d.In.FindIn != events.FindIn{} || ahead < 0 || ahead > 12, // endless months, mostly empty
		Extra:       beside,
	}
}

// monthsLinked is how many months before and after the current one lead on to each other: years without events end somewhere.
const monthsLinked = 18

// monthBeside is the month some months later, false beyond what is linked.
func monthBeside(out events.MonthOut, months int) (time.Time, bool) {
	to := firstOf(out).AddDate(0, months, 0)
	ahead := monthsAhead(to, out.Now)
	return to, ahead >= -monthsLinked && ahead <= monthsLinked
}

func monthsAhead(month, now time.Time) int {
	return (month.Year()-now.Year())*12 + int(month.Month()) - int(now.Month())
}

// firstOf is the first day of the month that is shown.
func firstOf(out events.MonthOut) time.Time {
	first, _ := events.MonthIn{Month: out.Month}.First()
	return first
}

func monthIn(in events.MonthIn, month time.Time) events.MonthIn {
	in.Month = month.Format("2006-01")
	return in
}

func calendarView(d CalendarData) app.UI {
	return frame("calendar", orgs.Organisation{}, ui.Container(d.Out.Draw("month", func(out events.MonthOut) app.UI {
		return ui.Stack("large", app.FilterUIElems(
			calendarTop(d, out),
			app.If(d.Problem != nil, func() app.UI { return searchProblem(d.Problem) }),
			monthTable(d.In, out),
			app.If(len(out.Days) == 0, func() app.UI {
				return ui.EmptyState(ui.IconCalendar, "Nothing in "+firstOf(out).Format("January"), "Look at another month, or take away a filter.", waysOut(d.In.FindIn)...)
			}),
		)...)
	})))
}

func calendarTop(d CalendarData, out events.MonthOut) app.UI {
	month := firstOf(out)
	step := func(months int, rel string, icon ui.IconName) app.UI {
		to, ok := monthBeside(out, months)
		if !ok {
			return nil
		}
		return app.A().Class("page-link").Rel(rel).Href(fullstack.SafeURL(monthURL(monthIn(d.In, to)))).Aria("label", to.Format("January 2006")).Body(ui.Icon(icon))
	}
	return app.Div().Class("month-top").Body(app.FilterUIElems(
		app.Div().Class("month-name").Body(
			app.H1().Class("page-title").Text(month.Format("January 2006")),
			app.Nav().Class("cluster").Aria("label", "Months").Body(app.FilterUIElems(step(-1, "prev", ui.IconArrowLeft), step(1, "next", ui.IconArrowRight),
				app.A().Class("toggle-link").Href(fullstack.SafeURL(monthURL(events.MonthIn{FindIn: d.In.FindIn}))).Text("This month"))...),
		),
		app.Div().Class("results-head").Body(viewLinks(d.In, true)),
		meant(d.In.FindIn, out.Q, out.Place),
		activeMonthFilters(d.In, out),
	)...)
}

// activeMonthFilters say what the month is narrowed to; the list is where they are changed.
func activeMonthFilters(in events.MonthIn, out events.MonthOut) app.UI {
	find := in.FindIn
	find.From, find.To, find.Past, find.Sort, find.Page = "", "", false, "", 0
	if !narrowed(find) {
		return nil
	}
	return app.P().Class("muted").Body(app.Text("Only "), app.A().Href(fullstack.SafeURL(findURL(find))).Text(monthFilter(find, out)), app.Text(". "),
		app.A().Href(fullstack.SafeURL(monthURL(events.MonthIn{Month: out.Month}))).Text("Show everything"))
}

func monthFilter(in events.FindIn, out events.MonthOut) string {
	s := ""
	for _, t := range in.Types() {
		s = join2(s, t.Label())
	}
	for _, t := range in.Tags() {
		s = join2(s, events.TagLabel(t))
	}
	if in.Mode != "" {
		s = join2(s, in.Mode.Label())
	}
	for _, v := range []string{in.Q, in.Place, in.Org, out.Series} {
		s = join2(s, v)
	}
	if in.Near != "" && in.Place == "" {
		s = join2(s, "near you")
	}
	if in.Open {
		s = join2(s, "with space left")
	}
	if in.Accessible {
		s = join2(s, "wheelchair accessible")
	}
	return s
}

func join2(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func monthTable(in events.MonthIn, out events.MonthOut) app.UI {
	first := firstOf(out)
	days := map[string]events.Day{}
	for _, d := range out.Days {
		days[d.Date] = d
	}
	var weeks []app.UI
	next := first.AddDate(0, 1, 0)
	for day := first.AddDate(0, 0, -int(first.Weekday())); day.Before(next); day = day.AddDate(0, 0, 7) {
		var cells []app.UI
		for i := range 7 {
			at := day.AddDate(0, 0, i)
			cells = append(cells, dayCell(in, at, at.Month() == first.Month(), days[at.Format(isoDate)], out.Now))
		}
		weeks = append(weeks, app.Tr().Body(cells...))
	}
	var names []app.UI
	for i := range 7 {
		names = append(names, app.Th().Scope("col").Text(time.Weekday(i).String()[:3]))
	}
	return app.Table().Class("month").Body(
		app.Caption().Class("visually-hidden").Text("Events in "+first.Format("January 2006")),
		app.THead().Body(app.Tr().Body(names...)),
		app.TBody().Body(weeks...),
	)
}

func dayCell(in events.MonthIn, at time.Time, inMonth bool, day events.Day, now time.Time) app.UI {
	cell := app.Td().Class("month-day")
	if !inMonth {
		return cell.DataSet("kind", "outside")
	}
	today := now.Format(isoDate)
	iso := at.Format(isoDate)
	if iso == today {
		cell = cell.DataSet("kind", "today")
	}
	if day.Total == 0 {
		return cell.DataSet("empty", "true").Body(app.Span().Class("month-number").Text(at.Day()))
	}
	list := in.FindIn
	list.From, list.To, list.Past, list.Page = iso, iso, iso < today, 0
	href := findURL(list)
	items := make([]app.UI, 0, len(day.Events)+1)
	for _, e := range day.Events {
		items = append(items, app.Li().Body(dayEvent(e, iso)))
	}
	if more := day.Total - len(day.Events); more > 0 {
		label := "+" + eventsui.Number(more)
		if day.AtLeast {
			label += "+"
		}
		items = append(items, app.Li().Body(app.A().Class("month-more").Href(fullstack.SafeURL(href)).Body(
			app.Text(label+" more"), app.Span().Class("visually-hidden").Text(" on "+at.Format("January 2")))))
	}
	return cell.Body(
		app.A().Class("month-number").Href(fullstack.SafeURL(href)).Aria("label", at.Format("Monday, January 2")+", "+eventsui.Count(day.Total, "event", "events")).Body(
			app.Span().Class("month-number-short").Text(at.Day()), app.Span().Class("month-number-long").Text(at.Format("Monday, January 2"))),
		app.Ul().Class("month-events").Body(items...),
	)
}

func dayEvent(e events.Card, iso string) app.UI {
	start := e.Next.Local()
	hour := start.Format("3:04 PM")
	if start.Format(isoDate) != iso {
		hour = "Goes on"
	}
	return app.A().Class("month-event").DataSet("tone", eventsui.Tone(e.Type)).Href(fullstack.SafeURL(eventURL(e.Slug))).Body(
		app.Span().Class("month-time").Text(hour+" "), app.Span().Text(e.Title))
}
