package pages

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

func TestPagesLookAsReviewed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	discover, err := Discover.Load(ctx, answers(), events.FindIn{})
	require.NoError(t, err)
	filtered, err := Discover.Load(ctx, answers(), events.FindIn{Q: "<door>", Type: "canvass", Mode: events.InPerson, Place: "Columbus",
		From: "2026-11-23", To: "2026-11-30", Open: true, Page: 2})
	require.NoError(t, err)
	near, err := Discover.Load(ctx, answers(), events.FindIn{Near: "41.50,-81.69", Type: "canvass,rally", Tag: "housing"})
	require.NoError(t, err)
	near.Out.Value.Q, near.Out.Value.AtLeast, near.Out.Value.SomeCounted = "canvass", true, true
	near.Out.Value.Events[0].DistanceKM = new(7.9)
	near.Out.Value.Tags = []events.TagCount{{Tag: "housing", Count: 7}, {Tag: "first-time-friendly", Count: 1200}}
	calendar, err := Calendar.Load(ctx, answers(), events.MonthIn{Month: "2026-12"})
	require.NoError(t, err)
	org, err := Org.Load(ctx, answers(), OrgParams{Slug: "rivera"})
	require.NoError(t, err)
	my, err := MySignup.Load(ctx, answers(), MyParams{Token: "secret"})
	require.NoError(t, err)
	rate, err := Rate.Load(ctx, answers(), RateParams{Token: "secret", Stars: 4})
	require.NoError(t, err)
	choice, err := Reminders.Load(ctx, answers(), RemindersParams{Token: "secret"})
	require.NoError(t, err)
	host, err := Host.Load(ctx, answers(), HostParams{Org: "rivera"})
	require.NoError(t, err)
	hosting, err := Hosting.Load(ctx, answers(), HostingParams{Token: "secret"})
	require.NoError(t, err)
	online := loadEvent(t, EventParams{Slug: "knock"})
	online.Event.Mode, online.Event.Place = events.Online, events.Place{}
	samples := map[string]sample{
		"host":              of(Host, host),
		"host-sent":         of(Host, HostData{Form: host.Form, Sent: true}),
		"hosting":           of(Hosting, hosting),
		"hosting-awaits":    of(Hosting, HostingData{Token: "secret", Hosting: hosted(events.NeedsApproval)}),
		"hosting-public":    of(Hosting, HostingData{Token: "secret", Hosting: hosted(events.Approved)}),
		"event-online":      of(Event, online),
		"reminders":         of(Reminders, choice),
		"reminders-stopped": of(Reminders, RemindersData{Params: RemindersParams{Token: "secret", Said: true}, Choice: reminders(true)}),
		"rate":              of(Rate, rate),
		"discover":          of(Discover, discover),
		"discover-filtered": of(Discover, filtered),
		"discover-empty":    of(Discover, DiscoverData{In: events.FindIn{Q: "nothing"}, Out: static(events.FindOut{Now: now()})}),
		"event":             of(Event, loadEvent(t, EventParams{Slug: "knock"})),
		"event-joined":      of(Event, loadEvent(t, EventParams{Slug: "knock", Joined: shiftID(1).String()})),
		"org":               of(Org, org),
		"discover-near":     of(Discover, near),
		"calendar":          of(Calendar, calendar),
		"my":                of(MySignup, my),
		"event-waitlist":    of(Event, crowded(t)),
		"event-waiting":     of(Event, loadEvent(t, EventParams{Slug: "knock", Joined: shiftID(3).String(), Waiting: shiftID(3).String() + ".4"})),
		"my-offered":        of(MySignup, MyData{Token: "secret", Signup: offered()}),
		"event-asks":        of(Event, asking(t)),
		"my-unconfirmed":    of(MySignup, MyData{Token: "secret", Signup: unconfirmed()}),
		"my-coming":         of(MySignup, MyData{Token: "secret", Signup: dayBefore()}),
		"my-texted":         of(MySignup, MyData{Token: "secret", Signup: texted()}),
		"event-untextable":  of(Event, untextable(t)),
		"my-moved":          of(MySignup, MyData{Token: "secret", Signup: moved()}),
		"my-answers":        of(MySignup, MyData{Token: "secret", Signup: answered()}),
		"org-guest":         of(Org, guestOf(t)),
		"not-found":         {view: ErrorView(fault.New(fault.NotFound, "There is no page at this address.")), address: "/no/such/page"},
		"offline":           {view: OfflineView(), address: "/offline"},
	}
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := fullstacktest.View(t, s.view)
			requireAccessible(t, p)
			fullstacktest.Golden(t, name, p.HTML)
			require.Empty(t, s.open(t).Mutations(), "the view is not pure, or needs what its data leaves out")
		})
	}
	for _, r := range Routes() {
		require.True(t, slices.ContainsFunc(slices.Collect(maps.Values(samples)), func(s sample) bool { return s.pattern == r.Pattern() }), "draw %s here with data", r.Pattern())
	}
}

// sample is a page with data that shows how it looks.
type sample struct {
	view    app.UI
	pattern string
	route   []fullstack.Route
	address string
}

func of[P, D any](page fullstack.Page[P, D], data D) sample {
	s := sample{view: page.View(data), pattern: page.Path, address: "/sample"}
	page.Path, page.Forms = s.address, nil
	page.Load = func(context.Context, fullstack.Caller, P) (D, error) { return data, nil }
	s.route = []fullstack.Route{page}
	return s
}

// open starts the browser program on the page, in process.
func (s sample) open(t *testing.T) *fullstacktest.Screen {
	t.Helper()
	site, err := fullstack.NewSite(fullstack.SiteConfig{
		App:       fullstack.App{Routes: s.route, ErrorView: ErrorView, OfflineView: OfflineView},
		Functions: fullstack.NewFunctions(fullstack.FunctionsConfig{}),
	})
	require.NoError(t, err)
	return fullstacktest.Open(t, site, s.address)
}

// requireAccessible checks what no page may miss: one h1, headings without a gap, names for what can be used, ids once.
func requireAccessible(t *testing.T, p *fullstacktest.Page) {
	t.Helper()
	require.Equal(t, 1, p.Find("h1").Length(), "one h1")
	require.Equal(t, 1, p.Find("main").Length(), "one main")
	level := 1
	p.Find("h1, h2, h3, h4").Each(func(_ int, h *goquery.Selection) {
		next := int(goquery.NodeName(h)[1] - '0')
		require.LessOrEqual(t, next, level+1, "heading %q skips a level", h.Text())
		level = next
	})
	ids := map[string]bool{}
	p.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		require.False(t, ids[s.AttrOr("id", "")], "id %s twice", s.AttrOr("id", ""))
		ids[s.AttrOr("id", "")] = true
	})
	p.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		labelled := s.Closest("label").Length() > 0 || p.Find("label[for='"+s.AttrOr("id", "-")+"']").Length() > 0
		require.True(t, labelled, "%s has no label", s.AttrOr("name", ""))
	})
	p.Find("a, button").Each(func(_ int, s *goquery.Selection) {
		require.NotEmpty(t, s.Text()+s.AttrOr("aria-label", ""), "a link or button without a name")
	})
	p.Find("img").Each(func(_ int, s *goquery.Selection) {
		require.NotEmpty(t, s.AttrOr("alt", "")+s.AttrOr("aria-hidden", ""), "an image without alt")
	})
	p.Find("[aria-describedby]").Each(func(_ int, s *goquery.Selection) {
		require.True(t, p.Has("#"+s.AttrOr("aria-describedby", "")), s.AttrOr("name", ""))
	})
}

func TestSearchFormKeepsTheFiltersBesideIt(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Discover.View(DiscoverData{In: events.FindIn{Q: "door", Type: "rally", Open: true, Page: 3}, Out: static(found())}))
	require.Equal(t, "get", p.Attr("form.search-bar", "method"))
	require.Equal(t, "door", p.Attr("input[name=q]", "value"))
	require.Equal(t, "rally", p.Attr("input[type=hidden][name=type]", "value"))
	require.Equal(t, "true", p.Attr("input[type=hidden][name=open]", "value"))
	require.False(t, p.Has("input[name=page]"), "a new search starts at the first page")
}

func TestFilterChipsTakeOneFilterAway(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Discover.View(DiscoverData{In: events.FindIn{Q: "a&b", Type: "rally", Page: 2}, Out: static(found())}))
	require.Equal(t, "/?type=rally", p.Attr("[aria-label='Remove filter: “a&b”']", "href"))
	require.Equal(t, "/?q=a%26b", p.Attr("[aria-label='Remove filter: Rally']", "href"))
	require.Equal(t, "/?q=a%26b&type=rally%2Ccanvass", p.Find(".facet-link:contains('Canvass')").AttrOr("href", ""))
	require.Equal(t, "30 upcoming events for “a&b”", p.Text(".section-title"))
}

func TestRareTypesWaitBehindASummary(t *testing.T) {
	t.Parallel()
	d := DiscoverData{Out: static(found())}
	d.Out.Value.Types = nil
	for i, known := range events.Types()[:14] {
		d.Out.Value.Types = append(d.Out.Value.Types, events.TypeCount{Type: known, Count: 20 - i})
	}
	require.Equal(t, "5 more types", fullstacktest.View(t, Discover.View(d)).Text(".facet-more summary"))
	d.In.Type = events.Types()[13]
	require.True(t, fullstacktest.View(t, Discover.View(d)).Has(".facet-more[open] [aria-current]"))
}

func TestSignupFormOffersWhatCanBeHad(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Slug: "knock"})))
	require.Equal(t, "post", p.Attr("form#rsvp", "method"))
	require.Equal(t, 3, p.Find("[type=checkbox][name=shift_ids]").Length(), "a past shift is not offered")
	require.False(t, p.Has("[name=shift_ids][checked]"), "nobody gets a time they did not choose beside the one they did")
	require.True(t, p.Has("[name=shift_ids][disabled][value='"+shiftID(3).String()+"']"), "a full shift without a waitlist cannot be chosen")
	require.Equal(t, 3, p.Find("select[name=guests] option").Length())
	require.False(t, p.Has("[name=attend]"))
	chosen := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Slug: "knock", Shift: shiftID(2).String()})))
	require.Equal(t, shiftID(2).String(), chosen.Attr("[name=shift_ids][checked]", "value"))
}

func TestEveryFieldOfTheFormIsOneOfTheCommand(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(events.RSVPIn{Phone: "x", PostalCode: "x", Guests: 1, Attend: events.Online, Note: "x", ShiftIDs: []events.ShiftID{shiftID(1)},
		Website: "x", Answers: events.Answers{"x": {"y"}}})
	require.NoError(t, err)
	var known map[string]any
	require.NoError(t, json.Unmarshal(b, &known))
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.Mode = events.Hybrid
	d.Event.Questions = questions()
	p := fullstacktest.View(t, Event.View(d))
	p.Find("form#rsvp [name]").Each(func(_ int, s *goquery.Selection) {
		if name, _, _ := strings.Cut(s.AttrOr("name", ""), "."); name[0] != '_' {
			require.Contains(t, known, name)
		}
	})
	require.Equal(t, 2, p.Find("[name=attend]").Length())
}

func TestRefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Submission = &fullstack.Submission{Form: "rsvp",
		Values: map[string][]string{"shift_ids": {shiftID(2).String()}, "given_name": {"Sam"}, "email": {"sam@"}, "guests": {"2"}},
		Fault:  &fault.Error{Code: fault.Invalid, Message: "Please check one field.", Fields: []fault.Field{{Name: "email", Message: "Not an address."}}}}
	p := fullstacktest.View(t, Event.View(d))
	requireAccessible(t, fullstacktest.View(t, Event.View(loadEvent(t, EventParams{}))))
	require.Equal(t, "Sam", p.Attr("[name=given_name]", "value"))
	require.Equal(t, "sam@", p.Attr("[name=email]", "value"))
	require.Equal(t, "Not an address.", p.Text("#rsvp-email-error"))
	require.Contains(t, p.Attr("[name=email]", "aria-describedby"), "rsvp-email-error")
	require.Equal(t, "2", p.Attr("option[selected]", "value"))
	require.Equal(t, shiftID(2).String(), p.Attr("[name=shift_ids][checked]", "value"))
	require.Equal(t, 1, p.Find("[name=shift_ids][checked]").Length())
	require.Equal(t, "Please check one field.", p.Text("#rsvp-fault"))
}

func TestManyShiftsWaitBehindASummary(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.Shifts = nil
	for n := range 20 {
		d.Event.Shifts = append(d.Event.Shifts, events.Shift{ID: shiftID(byte(n + 1)), Start: at(24+n, 10), End: at(24+n, 12)})
	}
	p := fullstacktest.View(t, Event.View(d))
	require.Equal(t, "14 more times", p.Text("fieldset summary"))
	require.False(t, p.Has("fieldset details[open]"))
	d.Shift = shiftID(20).String()
	require.True(t, fullstacktest.View(t, Event.View(d)).Has("fieldset details[open] [checked]"), "the chosen one can be seen")
}

func TestEventStatesHaveABannerAndAWayOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change       func(*events.Event)
		banner, side string
		form         bool
	}{
		"scheduled":    {func(*events.Event) {}, "", "Sign up", true},
		"cancelled":    {func(e *events.Event) { e.Status = events.Cancelled }, "This event was cancelled", "Sign-up is closed", false},
		"postponed":    {func(e *events.Event) { e.Status = events.Postponed }, "This event is postponed", "Sign-up is closed", false},
		"moved online": {func(e *events.Event) { e.Status = events.MovedOnline }, "This event moved online", "Sign up", true},
		"over":         {func(e *events.Event) { e.Now = at(30, 1).At }, "This event is over", "Sign-up is closed", false},
		"full":         {func(e *events.Event) { e.Shifts = e.Shifts[3:] }, "", "Sign-up is closed", false},
		"no shifts":    {func(e *events.Event) { e.Shifts = nil }, "", "Sign-up is closed", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := loadEvent(t, EventParams{Slug: "knock"})
			c.change(&d.Event)
			p := fullstacktest.View(t, Event.View(d))
			require.Equal(t, c.banner, p.Text(".alert-title"))
			require.Equal(t, c.side, p.Text(".card-title"))
			require.Equal(t, c.form, p.Has("form#rsvp"))
			require.Equal(t, c.form, p.Has(".action-bar a[href='#signup']"))
			requireAccessible(t, p)
		})
	}
}

func TestJoinedTellsToReadTheMail(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Slug: "knock", Joined: shiftID(1).String()})))
	require.Equal(t, "You’re signed up", p.Text("#joined h2"))
	require.Contains(t, p.Text("#joined"), "Check your email for the details and the link to change or cancel.")
	require.False(t, p.Has("form#rsvp"))
	forged := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Slug: "knock", Joined: shiftID(77).String()})))
	require.False(t, forged.Has("#joined"), "only a shift of this event counts")
}

func TestPrivateAddressIsPromisedByMail(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.PlacePrivate, d.Event.Place = true, events.Place{City: "Dayton", Region: "OH"}
	p := fullstacktest.View(t, Event.View(d))
	require.Contains(t, p.Text(".facts"), "Private home: the full address comes with your confirmation email.")
	require.False(t, p.Has("a[href*=openstreetmap]"))
}

func TestEventHeadIsForSearchEngines(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock", Joined: ""})
	h := Event.Head(d)
	require.Equal(t, "/e/knock", h.Canonical)
	require.Equal(t, "Sat, Nov 28 · 10:00 AM–1:00 PM EST. Meet your neighbors.", h.Description)
	require.Equal(t, "/media/abc.jpg", h.Image)
	require.False(t, h.NoIndex)
	require.True(t, Event.Head(loadEvent(t, EventParams{Joined: "x"})).NoIndex)

	ld := jsonLD(t, d)
	require.Equal(t, "https://schema.org", ld["@context"])
	require.Equal(t, "Event", ld["@type"])
	require.Equal(t, "2026-11-21T10:00:00-05:00", ld["startDate"])
	require.Equal(t, "2026-11-29T13:00:00-05:00", ld["endDate"])
	require.Equal(t, "https://schema.org/EventScheduled", ld["eventStatus"])
	require.Equal(t, "https://schema.org/OfflineEventAttendanceMode", ld["eventAttendanceMode"])
	require.Len(t, ld["subEvent"], 4)
	require.Equal(t, "https://schema.org/InStock", ld["offers"].(map[string]any)["availability"])
	require.Equal(t, "Rivera for Ohio", ld["organizer"].(map[string]any)["name"])
	require.Equal(t, "https://events.example.org/o/rivera", ld["organizer"].(map[string]any)["url"])
	require.Equal(t, "https://events.example.org/e/knock", ld["url"])
	require.Equal(t, []any{"https://events.example.org/media/abc.jpg"}, ld["image"])
}

func TestJSONLDSaysWhichTimesWereCancelled(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.Shifts[1].Cancelled = true
	ld := jsonLD(t, d)
	require.Equal(t, "https://schema.org/EventScheduled", ld["eventStatus"])
	times := ld["subEvent"].([]any)
	require.Len(t, times, 4, "somebody may have read of it")
	require.Equal(t, "https://schema.org/EventCancelled", times[1].(map[string]any)["eventStatus"])
	for i := range d.Event.Shifts {
		d.Event.Shifts[i].Cancelled = true
	}
	d.Event.Status = events.Cancelled
	ld = jsonLD(t, d)
	require.Equal(t, "2026-11-21T10:00:00-05:00", ld["startDate"], "it says when it would have been")
	require.Equal(t, "https://schema.org/EventCancelled", ld["eventStatus"])
}

func TestJSONLDFollowsTheState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mode               events.Mode
		status             events.Status
		attendance, stated string
	}{
		"online":    {events.Online, events.Scheduled, "OnlineEventAttendanceMode", "EventScheduled"},
		"hybrid":    {events.Hybrid, events.Scheduled, "MixedEventAttendanceMode", "EventScheduled"},
		"moved":     {events.InPerson, events.MovedOnline, "OnlineEventAttendanceMode", "EventMovedOnline"},
		"cancelled": {events.InPerson, events.Cancelled, "OfflineEventAttendanceMode", "EventCancelled"},
		"postponed": {events.InPerson, events.Postponed, "OfflineEventAttendanceMode", "EventPostponed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := canvass()
			e.Mode, e.Status = c.mode, c.status
			ld, ok := eventJSONLD(e, func(path string) string { return path }).(jsonEvent)
			require.True(t, ok)
			require.Equal(t, "https://schema.org/"+c.attendance, ld.Attendance)
			require.Equal(t, "https://schema.org/"+c.stated, ld.Status)
		})
	}
}

func TestMySignupCanBeCancelledWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: signup()}))
	require.Equal(t, "Can’t make it?", p.Text("details:not(.menu) summary"), "it asks before it acts")
	require.Equal(t, "post", p.Attr("details form", "method"))
	require.Equal(t, "secret", p.Attr("details form [name=token]", "value"))
	require.Contains(t, p.Text(".facts"), "3535 N High St")
	require.True(t, MySignup.Head(MyData{}).NoIndex)
	require.True(t, MySignup.CachePolicy().Private)
}

func TestWhoIsNotExpectedSeesWhereElseToGo(t *testing.T) {
	t.Parallel()
	load := func(status events.SignupStatus) *fullstacktest.Page {
		a := answers()
		s := signup()
		s.Status = status
		a[events.GetSignup.Name] = s
		d, err := MySignup.Load(t.Context(), a, MyParams{Token: "secret"})
		require.NoError(t, err)
		return fullstacktest.View(t, MySignup.View(d))
	}
	require.False(t, load(events.Registered).Has(".similar"))
	require.True(t, load(events.SignupCancelled).Has(".similar a"))
	require.True(t, load(events.Waitlisted).Has(".similar a"))
}

func TestMySignupStates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*events.Signup)
		title  string
		cancel bool
	}{
		"expected":        {func(*events.Signup) {}, "You’re in, Sam", true},
		"cancelled by me": {func(s *events.Signup) { s.Status = events.SignupCancelled }, "You cancelled your sign-up", false},
		"event cancelled": {func(s *events.Signup) { s.Event.Status = events.Cancelled }, "This event was cancelled", false},
		"shift cancelled": {func(s *events.Signup) { s.Shift.Cancelled = true }, "This event was cancelled", false},
		"postponed":       {func(s *events.Signup) { s.Event.Status = events.Postponed }, "This event is postponed", true},
		"postponed past":  {func(s *events.Signup) { s.Event.Status, s.Event.Now = events.Postponed, at(30, 1).At }, "This event is postponed", false},
		"moved online":    {func(s *events.Signup) { *s = moved() }, "This event moved online", true},
		"over":            {func(s *events.Signup) { s.Event.Now = at(30, 1).At }, "This event is over", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := signup()
			c.change(&s)
			p := fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: s}))
			require.Equal(t, c.title, p.Text(".alert-title"))
			require.Equal(t, c.cancel, p.Has("form"))
			requireAccessible(t, p)
		})
	}
}

// What was announced in person takes place online: who was to come in person gets the way in.
func TestWhoSignedUpInPersonJoinsOnlineWhatMovedThere(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: moved()}))
	require.Contains(t, p.Text("#status"), "You’re in, Sam: everybody takes part online. The link is with the details below.")
	require.Equal(t, "https://meet.example.org/x", p.Attr("main a.button[href^='https://meet.']", "href"))
	s := moved()
	s.OnlineURL = ""
	p = fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: s}))
	require.NotContains(t, p.Text("main"), "The link is with")
	require.NotContains(t, p.Text("main"), "Join online")
}

func TestOrganisationShowsItsDisclaimerAndPast(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Org.View(OrgData{static(events.OrgOut{Organisation: rivera(), Upcoming: events.FindOut{Now: now()}, PastCount: 7})}))
	require.Equal(t, "Paid for by Rivera for Ohio", p.Text(".disclaimer"))
	require.Equal(t, "Nothing planned yet", p.Text(".empty-state-title"))
	require.Equal(t, "7 past events", p.Find("a[href='/?org=rivera&past=true']").Text())
	require.Equal(t, "rivera.example", p.Text("a[rel=noopener]"))
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	e := canvass()
	e.Title, e.Summary, e.Description = `</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "<b>x</b>"
	e.Organisation.PrivacyURL, e.ImageURL = "javascript:alert(1)", "javascript:alert(1)"
	p := fullstacktest.View(t, Event.View(EventData{Event: e, About: static(e.Description)}))
	require.False(t, p.Has("script, main b, img[src=x]"))
	require.NotContains(t, p.HTML, "javascript:")
	b, err := json.Marshal(jsonLD(t, EventData{Event: e}))
	require.NoError(t, err)
	require.NotContains(t, string(b), "</script")
}

func TestOnesOwnPageSaysWhatBecomesOfTheText(t *testing.T) {
	t.Parallel()
	view := func(change func(*events.Signup)) *fullstacktest.Page {
		s := texted()
		change(&s)
		return fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: s}))
	}
	p := view(func(*events.Signup) {})
	require.Contains(t, p.Text("#reminders"), "We text you on Saturday, November 28 at 9:30 AM EST, to the number ending 0123")
	require.Equal(t, 1, p.Find("#stop-text").Length())
	require.Zero(t, p.Find("#want-text, #stop-text [name=text_me]").Length())
	p = view(func(s *events.Signup) { s.StartTexts = "+12165550100" })
	require.Contains(t, p.Text("#stopped-texts"), "text START to +12165550100.")
	p = view(func(s *events.Signup) { s.TextTo = "" })
	require.Equal(t, "true", p.Attr("#want-text [name=text_me]", "value"))
	for name, change := range map[string]func(*events.Signup){
		"cancelled":        func(s *events.Signup) { s.Status = events.SignupCancelled },
		"no reminders":     func(s *events.Signup) { s.Reminders, s.RemindersStopped, s.CanText = nil, true, false },
		"begun":            func(s *events.Signup) { s.Event.Now, s.CanText = s.Shift.Start.At, false },
		"nobody sends any": func(s *events.Signup) { s.TextTo, s.CanText = "", false },
	} {
		require.Zero(t, view(change).Find("#want-text, #stop-text").Length(), name)
	}
}
