package eventsvc_test

import (
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
	"time"

	golangical "github.com/arran4/golang-ical"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
)

// reread parses a calendar with another implementation and returns its entries by their summary.
func reread(t *testing.T, feed eventsvc.Feed) map[string]*golangical.VEvent {
	t.Helper()
	b, err := feed.Write(t.Context())
	require.NoError(t, err)
	for line := range strings.SplitSeq(string(b), "\r\n") {
		require.LessOrEqual(t, len(line), 75)
	}
	calendar, err := golangical.ParseCalendar(strings.NewReader(string(b)))
	require.NoError(t, err)
	entries := map[string]*golangical.VEvent{}
	for _, e := range calendar.Events() {
		entries[e.GetProperty(golangical.ComponentPropertySummary).Value] = e
	}
	require.Len(t, entries, len(calendar.Events()))
	return entries
}

func value(e *golangical.VEvent, p golangical.ComponentProperty) string {
	if e.GetProperty(p) == nil {
		return ""
	}
	return e.GetProperty(p).Value
}

func (b *bundle) orgCalendar() eventsvc.Feed {
	b.t.Helper()
	feed, err := b.svc.OrgCalendar(b.t.Context(), "tremont")
	require.NoError(b.t, err)
	return feed
}

func TestOrgCalendarHoldsWhatIsListedAndCancelledIn90Days(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shift(b.event("coming", "Coming; soon, "+strings.Repeat("wörds ", 40)), 48*time.Hour, 10)
	b.shift(b.event("past", "Past", "updated_at = '2026-08-01'"), -80*24*time.Hour, 10)
	b.shift(b.event("long-past", "Long past"), -95*24*time.Hour, 10)
	b.shift(b.event("draft", "Draft", "published_at = null"), 48*time.Hour, 10)
	b.shift(b.event("secret", "Unlisted", "visibility = 'unlisted'"), 48*time.Hour, 10)
	home := b.event("home", "House party", "place_private = true")
	shift := b.shift(home, 72*time.Hour, 10)

	entries := reread(t, b.orgCalendar())
	require.Len(t, entries, 3)
	require.Contains(t, entries, "Coming; soon, "+strings.TrimSpace(strings.Repeat("wörds ", 40)))
	require.Contains(t, entries, "Past")
	party := entries["House party"]
	require.Equal(t, shift.String()+"@events.example.org", party.Id())
	require.Equal(t, "Cleveland, OH", value(party, golangical.ComponentPropertyLocation), "the door of a private home is not public")
	start, err := party.GetStartAt()
	require.NoError(t, err)
	require.Equal(t, noon.Add(72*time.Hour), start.UTC())

	b.exec(`update event_shifts set updated_at = $1`, noon.AddDate(0, 0, -1))
	b.exec(`update events set status = 'cancelled', sequence = sequence + 1, updated_at = $2 where id = $1`, home, noon)
	gone := reread(t, b.orgCalendar())["House party"]
	require.Equal(t, "CANCELLED", value(gone, golangical.ComponentPropertyStatus))
	require.Equal(t, "0", value(party, golangical.ComponentPropertySequence))
	require.Equal(t, "1", value(gone, golangical.ComponentPropertySequence))
	require.Equal(t, party.Id(), gone.Id())
	require.Equal(t, "20261123T170000Z", value(gone, golangical.ComponentPropertyDtstamp))

	_, err = b.svc.OrgCalendar(t.Context(), "nobody")
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
}

func TestOrgFeedsHaveTheEventsOfOthersThatItHosts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	harbor := b.organisation("harbor", "Harbor Votes")
	event := b.event("canvass", "Canvass", "place_private = true")
	b.shift(event, 48*time.Hour, 10)
	b.shift(b.event("other", "Not theirs"), 48*time.Hour, 10)
	theirs := func() (eventsvc.Feed, map[string]*golangical.VEvent) {
		feed, err := b.svc.OrgCalendar(t.Context(), "harbor")
		require.NoError(t, err)
		return feed, reread(t, feed)
	}
	before, entries := theirs()
	require.Empty(t, entries)
	b.exec(`insert into event_hosts (org_id, event_id, host_id, role) values ($1, $2, $3, 'promoter')`, b.org, event, harbor)
	feed, entries := theirs()
	require.NotEqual(t, before.Version, feed.Version)
	require.Len(t, entries, 1)
	require.Equal(t, "Cleveland, OH", value(entries["Canvass"], golangical.ComponentPropertyLocation))
	news, err := b.svc.OrgNews(t.Context(), "harbor")
	require.NoError(t, err)
	text, err := news.Write(t.Context())
	require.NoError(t, err)
	require.Contains(t, string(text), "Canvass")
	require.NotContains(t, string(text), "Not theirs")
	b.exec(`update events set visibility = 'private' where id = $1`, event)
	_, entries = theirs()
	require.Empty(t, entries, "what its organisation does not list, nobody lists")
}

func TestOrgFeedsAreAnotherVersionAfterEveryChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("one", "One", "updated_at = '2026-11-22'")
	shift := b.shift(event, 48*time.Hour, 10)
	b.exec(`update event_shifts set updated_at = '2026-11-22'`)
	b.exec(`update organizations set updated_at = '2026-11-20'`)
	b.shift(b.event("two", "Two", "updated_at = '2026-11-22'"), -89*24*time.Hour, 10)
	seen := map[string]string{}
	changed := func(what string) eventsvc.Feed {
		feed := b.orgCalendar()
		require.Empty(t, seen[feed.Version], what)
		seen[feed.Version] = what
		require.Equal(t, feed.Version, b.orgCalendar().Version, what)
		news, err := b.svc.OrgNews(t.Context(), "tremont")
		require.NoError(t, err)
		require.NotEqual(t, feed.Version, news.Version)
		return feed
	}
	changed("first")
	for _, step := range [][2]string{
		{"an older stamp committed late", `update events set title = 'Uno', updated_at = '2026-11-22 01:00' where slug = 'one'`},
		{"a shift moved", `update event_shifts set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour', updated_at = now() where id = '` + shift.String() + `'`},
		{"the organisation's name", `update organizations set name = 'Tremont', updated_at = now()`},
		{"taken down", `update events set visibility = 'private', updated_at = now() where slug = 'one'`},
	} {
		b.exec(step[1])
		changed(step[0])
	}
	before := b.orgCalendar()
	b.exec(`update event_shifts set taken = taken + 1`)
	require.Equal(t, before.Version, b.orgCalendar().Version, "a sign-up changes no calendar")
	b.pass(25 * time.Hour) // two's shift is now 90 days past
	b.exec(`update events set updated_at = '2026-11-01'`)
	b.exec(`update event_shifts set updated_at = '2026-11-01'`)
	b.exec(`update organizations set updated_at = '2026-11-01'`)
	left := noon.Add(24*time.Hour + 2*time.Hour) // 90 days after its end
	b.pass(2 * time.Hour)
	require.Equal(t, left, changed("the window moved on").Modified)
}

// The elements that RFC 4287 asks of every feed and entry.
type rereadAtom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      []string `xml:"id"`
	Title   []string `xml:"title"`
	Updated []string `xml:"updated"`
	Author  []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Link []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entry []struct {
		ID        []string `xml:"id"`
		Title     []string `xml:"title"`
		Updated   []string `xml:"updated"`
		Published []string `xml:"published"`
		Link      []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Summary []string `xml:"summary"`
	} `xml:"entry"`
}

func TestOrgNewsIsAnAtomFeedOfTheNewestChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(`update organizations set name = 'Tremont & "Friends" <o>', updated_at = '2026-11-01'`)
	for i, slug := range []string{"first", "second", "third"} {
		e := b.event(slug, slug+" <b> & \x0b]]>", "updated_at = '2026-11-0"+string(rune('1'+i))+"'")
		b.exec(`update event_shifts set updated_at = '2026-11-01' where id = $1`, b.shift(e, 48*time.Hour, 10).UUID)
	}
	b.exec(`update events set status = 'cancelled', updated_at = '2026-11-10' where slug = 'first'`)
	feed, err := b.svc.OrgNews(t.Context(), "tremont")
	require.NoError(t, err)
	doc, err := feed.Write(t.Context())
	require.NoError(t, err)
	var atom rereadAtom
	require.NoError(t, xml.Unmarshal(doc, &atom))
	stamp := func(list []string) time.Time {
		require.Len(t, list, 1)
		at, err := time.Parse(time.RFC3339, list[0])
		require.NoError(t, err)
		return at
	}
	iri := func(list []string) {
		require.Len(t, list, 1)
		u, err := url.Parse(list[0])
		require.NoError(t, err)
		require.Equal(t, "urn", u.Scheme)
	}
	iri(atom.ID)
	require.Equal(t, []string{`Events of Tremont & "Friends" <o>`}, atom.Title)
	require.Equal(t, `Tremont & "Friends" <o>`, atom.Author[0].Name)
	require.Equal(t, "self", atom.Link[0].Rel)
	require.Equal(t, "https://events.example.org/o/tremont/feed.atom", atom.Link[0].Href)
	require.Len(t, atom.Entry, 3)
	require.Equal(t, stamp(atom.Updated), stamp(atom.Entry[0].Updated))
	last := stamp(atom.Updated)
	for _, e := range atom.Entry {
		iri(e.ID)
		require.Len(t, e.Title, 1)
		require.False(t, stamp(e.Updated).After(last), "newest first")
		last = stamp(e.Updated)
		stamp(e.Published)
		require.Equal(t, "alternate", e.Link[0].Rel)
	}
	require.Equal(t, "Cancelled: first <b> & \uFFFD]]>", atom.Entry[0].Title[0])
	require.Equal(t, "https://events.example.org/e/first", atom.Entry[0].Link[0].Href)
	require.Equal(t, "Wednesday, November 25, 2026, 12:00 PM – 2:00 PM EST\nMerrick House, 1050 Starkweather Ave, Cleveland, OH 44113",
		atom.Entry[1].Summary[0])
}

func TestMyCalendarHoldsMySignUpsWithThatOrganisation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	party := b.event("party", "House party", "place_private = true")
	first, second := b.shift(party, 48*time.Hour, 10), b.shift(b.event("phones", "Phones", "mode = 'online'", "online_url = 'https://meet.example.org/x'"), 96*time.Hour, 10)
	for _, shift := range []events.ShiftID{first, second} {
		_, err := b.rsvp(shift, "ada@example.org", 0)
		require.NoError(t, err)
	}
	_, err := b.rsvp(first, "bob@example.org", 0)
	require.NoError(t, err)
	token := b.feedToken("ada@example.org")
	b.org = b.organisation("other", "Other")
	_, err = b.rsvp(b.shift(b.event("elsewhere", "Elsewhere"), 48*time.Hour, 10), "ada@example.org", 0)
	require.NoError(t, err)

	mine := func() map[string]*golangical.VEvent {
		feed, err := b.svc.MyCalendar(t.Context(), events.SignupIn{Token: token})
		require.NoError(t, err)
		return reread(t, feed)
	}
	entries := mine()
	require.Len(t, entries, 2)
	require.Equal(t, "Merrick House, 1050 Starkweather Ave, Cleveland, OH 44113", value(entries["House party"], golangical.ComponentPropertyLocation))
	require.Contains(t, value(entries["Phones"], golangical.ComponentPropertyDescription), "https://meet.example.org/x")

	var own string
	require.NoError(t, b.db.QueryRow(t.Context(), `select id::text from event_signups where shift_id = $1 and email = 'ada@example.org'`, first.UUID).Scan(&own))
	_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.sign.Token("events.signup", uuid.MustParse(own))})
	require.NoError(t, err)
	gone := mine()["House party"]
	require.Equal(t, "CANCELLED", value(gone, golangical.ComponentPropertyStatus))
	require.Equal(t, "1", value(gone, golangical.ComponentPropertySequence))
	require.NotContains(t, value(gone, golangical.ComponentPropertyLocation), "Starkweather", "no longer for them to know")

	_, err = b.rsvp(first, "ada@example.org", 0) // again: the same appointment, newer
	require.NoError(t, err)
	again := mine()
	require.Len(t, again, 2)
	require.Equal(t, "CONFIRMED", value(again["House party"], golangical.ComponentPropertyStatus))
	require.Equal(t, "2", value(again["House party"], golangical.ComponentPropertySequence))

	b.pass(40 * 24 * time.Hour)
	_, err = b.svc.MyCalendar(t.Context(), events.SignupIn{Token: token})
	require.ErrorIs(t, err, fault.New(fault.Gone, ""))
	_, err = b.svc.MyCalendar(t.Context(), events.SignupIn{Token: strings.Repeat("A", 43)})
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
}
