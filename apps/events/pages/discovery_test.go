package pages

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fullstack/fullstacktest"
)

func TestSeveralTypesAndTopicsCanBeChosen(t *testing.T) {
	t.Parallel()
	d := DiscoverData{In: events.FindIn{Type: "rally", Tag: "housing"}, Out: static(found())}
	d.Out.Value.Tags = []events.TagCount{{Tag: "housing", Count: 3}, {Tag: "climate", Count: 2}}
	p := fullstacktest.View(t, Discover.View(d))
	require.Equal(t, "/?type=rally%2Ccanvass&tag=housing", p.Find(".facet-link:contains('Canvass')").AttrOr("href", ""))
	require.Equal(t, "/?tag=housing", p.Find(".facet-link:contains('Rally')").AttrOr("href", ""))
	require.Equal(t, "/?type=rally&tag=housing%2Cclimate", p.Find(".facet-link:contains('Climate')").AttrOr("href", ""))
	require.Equal(t, "/?type=rally", p.Attr("[aria-label='Remove filter: Housing']", "href"))
}

func TestARadiusWorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Discover.View(DiscoverData{In: events.FindIn{Place: "Akron", Within: 40}, Out: static(found())}))
	require.Equal(t, "/?place=Akron&within_km=80", p.Find(".facet-link:contains('Within 50 miles')").AttrOr("href", ""))
	require.Equal(t, "true", p.Find(".facet-link:contains('Within 25 miles')").AttrOr("aria-current", ""))
	require.Equal(t, "/?place=Akron&within_km=40&sort=distance", p.Find("a:contains('Nearest first')").AttrOr("href", ""))
	require.Equal(t, "40", p.Attr(".search-bar input[name=within_km]", "value"), "another place keeps the radius")
	p = fullstacktest.View(t, Discover.View(DiscoverData{Out: static(found())}))
	require.False(t, p.Has(".facet-link:contains('Within')"), "there is nothing to measure from")
}

func TestAPlaceThatIsTypedReplacesTheDevice(t *testing.T) {
	t.Parallel()
	require.Equal(t, "/?place=Akron", findURL(events.FindIn{Place: "Akron", Near: "1,2"}))
	require.Equal(t, "/?near=1%2C2&within_km=8", findURL(events.FindIn{Near: "1,2", Within: 8}))
	require.Equal(t, "/?q=a&near=", nearHref(events.FindIn{Q: "a", Place: "Akron", Page: 3}))
}

func TestResultsSayWhatTheWordsWereTakenFor(t *testing.T) {
	t.Parallel()
	d := DiscoverData{In: events.FindIn{Q: "canvas", Place: "Akorn"}, Out: static(found())}
	d.Out.Value.Q, d.Out.Value.Place, d.Out.Value.AtLeast, d.Out.Value.Total = "canvass", "Akron", true, 1000
	p := fullstacktest.View(t, Discover.View(d))
	require.Equal(t, "1,000+ upcoming events for “canvass” near Akron", p.Text(".section-title"))
	require.Contains(t, p.Text(".results"), "Showing results for canvass Akron: there is nothing for “canvas Akorn”.")
	require.Equal(t, "canvas", p.Attr("input[name=q]", "value"), "what was typed can be mended")
}

func TestNothingFoundOffersWaysOut(t *testing.T) {
	t.Parallel()
	in := events.FindIn{Q: "x", Place: "Akron", Within: 8, From: "2026-12-01", To: "2026-12-02"}
	p := fullstacktest.View(t, Discover.View(DiscoverData{In: in, Out: static(events.FindOut{Now: now()})}))
	for label, href := range map[string]string{
		"On any date":           "/?q=x&place=Akron&within_km=8",
		"Within 100 miles":      "/?q=x&place=Akron&within_km=160&from=2026-12-01&to=2026-12-02",
		"Online, from anywhere": "/?q=x&mode=online&from=2026-12-01&to=2026-12-02",
		"See all events":        "/",
	} {
		require.Equal(t, href, p.Find(".empty-state a:contains('"+label+"')").AttrOr("href", ""), label)
	}
}

func loadMonth(t *testing.T, in events.MonthIn) CalendarData {
	t.Helper()
	d, err := Calendar.Load(t.Context(), answers(), in)
	require.NoError(t, err)
	return d
}

func TestMonthLeadsToDaysAndMonths(t *testing.T) {
	t.Parallel()
	in := events.MonthIn{Month: "2026-12", FindIn: events.FindIn{Type: "canvass", From: "2026-12-24", Page: 3}}
	p := fullstacktest.View(t, Calendar.View(loadMonth(t, in)))
	require.Equal(t, "/?type=canvass&from=2026-12-05&to=2026-12-05", p.Attr("a[aria-label='Saturday, December 5, 2 events']", "href"))
	require.Equal(t, "+15 more on December 31", p.Text(".month-more"))
	require.Equal(t, "/calendar?type=canvass&month=2026-11", p.Attr("a[rel=prev]", "href"))
	require.Equal(t, "/calendar?type=canvass&month=2027-01", p.Attr("a[rel=next]", "href"))
	require.Equal(t, 7, p.Find(".month th[scope=col]").Length())
	require.Equal(t, 5, p.Find(".month tbody tr").Length())
	require.Equal(t, 4, p.Find(".month-day[data-kind=outside]").Length())
	require.Equal(t, "/?type=canvass&from=2026-12-24&page=3", p.Find(".toggle a:contains('List')").AttrOr("href", ""))
}

func TestOnlyTheNextTwelveMonthsAreForSearchEngines(t *testing.T) {
	t.Parallel()
	for month, indexed := range map[string]bool{"2026-10": false, "2026-11": true, "2026-12": true, "2027-11": true, "2027-12": false} {
		d := CalendarData{In: events.MonthIn{Month: month}, Out: static(events.MonthOut{Month: month, Now: now()})}
		require.Equal(t, !indexed, Calendar.Head(d).NoIndex, month)
	}
	d := CalendarData{In: events.MonthIn{Month: "2026-12", FindIn: events.FindIn{Q: "x"}}, Out: static(events.MonthOut{Month: "2026-12", Now: now()})}
	require.True(t, Calendar.Head(d).NoIndex, "endless addresses for the same events")
	h := Calendar.Head(loadMonth(t, events.MonthIn{Month: "2026-12"}))
	require.Equal(t, "/calendar?month=2026-12", h.Canonical)
	require.Equal(t, "prev", h.Extra[0].Rel)
	require.Equal(t, "/calendar?month=2027-01", h.Extra[1].Href)
	far := Calendar.Head(CalendarData{Out: static(events.MonthOut{Month: "2028-05", Now: now()})})
	require.Len(t, far.Extra, 1, "years without events end somewhere")
	require.Equal(t, "prev", far.Extra[0].Rel)
}

func TestAnEventLeadsOn(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Slug: "knock"})))
	require.Equal(t, "/?tag=housing", p.Find(".chip:contains('Housing')").AttrOr("href", ""))
	require.Contains(t, p.Text("main"), "Part of The porch tour")
	require.Equal(t, "/?series=porch-tour", p.Find("a:contains('All of the series')").AttrOr("href", ""))
	require.Equal(t, 2, p.Find(".similar .media-card").Length())
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.On.Value = Onward{}
	require.False(t, fullstacktest.View(t, Event.View(d)).Has(".similar, .series-dates"))
}

func TestAccessibleIsAFilterLikeAnother(t *testing.T) {
	t.Parallel()
	in := events.FindIn{Place: "Akron", Within: 40, Accessible: true}
	d := DiscoverData{In: in, Out: static(found())}
	d.Out.Value.Pages = 3
	p := fullstacktest.View(t, Discover.View(d))
	require.Equal(t, "true", p.Find(".facet-link:contains('Wheelchair accessible')").AttrOr("aria-current", ""))
	require.Equal(t, "/?place=Akron&within_km=40", p.Attr("[aria-label='Remove filter: Wheelchair accessible']", "href"))
	for link, what := range map[string]string{"a:contains('Nearest first')": "sorting", "a[rel=next]": "paging", ".facet-link:contains('Rally')": "another filter",
		".toggle-link:contains('Month')": "the month"} {
		require.Contains(t, p.Find(link).First().AttrOr("href", ""), "accessible=true", "%s keeps it", what)
	}
	require.Equal(t, "true", p.Attr(".search-bar input[name=accessible]", "value"), "and so does another search")
	p = fullstacktest.View(t, Discover.View(DiscoverData{In: events.FindIn{Place: "Akron", Page: 2}, Out: static(found())}))
	require.Equal(t, "/?place=Akron&accessible=true", p.Find(".facet-link:contains('Wheelchair accessible')").AttrOr("href", ""))
	require.False(t, p.Has(".search-bar input[name=accessible]"))
}
