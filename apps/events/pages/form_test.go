package pages

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/id"
)

// questions are one of each kind, and a choice among many.
func questions() []events.Question {
	qid := func(n byte) events.QuestionID { return id.Of[events.Question]{UUID: uuid.UUID{0: 2, 15: n}} }
	return []events.Question{
		{ID: qid(1), Kind: events.AskText, Label: "Anything we should know?", Help: "Allergies, a bad knee."},
		{ID: qid(2), Kind: events.AskChoice, Label: "What will you do?", Choices: []string{"Knock", "Drive <fast>"}, Required: true},
		{ID: qid(3), Kind: events.AskMultiple, Label: "Which days suit you?", Choices: []string{"Mon", "Tue", "Wed"}},
		{ID: qid(4), Kind: events.AskYesNo, Label: "Do you have a car?", Required: true},
		{ID: qid(5), Kind: events.AskChoice, Label: "Shirt size", Choices: []string{"XS", "S", "M", "L", "XL", "2XL", "3XL"}},
	}
}

// asking is an event with questions and hosts, one of whose times was moved, whose form was refused.
func asking(t *testing.T) EventData {
	t.Helper()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.Questions = questions()
	d.Event.Hosts = []events.Host{{Slug: "harbor", Name: "Harbor Votes", Role: events.Cohost}, {Slug: "lake", Name: "Lake County", Role: events.Cohost},
		{Slug: "quiet", Name: "Quiet Promoter", Role: events.Promoter}}
	d.Event.Shifts[1].Previous = new(at(27, 9))
	q := questions()
	d.Submission = &fullstack.Submission{Form: "rsvp",
		Values: map[string][]string{"given_name": {"Sam"}, q[0].Field(): {"No nuts."}, q[2].Field(): {"Mon", "Wed"}, q[3].Field(): {"no"}, q[4].Field(): {"L"}},
		Fault: &fault.Error{Code: fault.Invalid, Message: "Please check one field.",
			Fields: []fault.Field{{Name: q[1].Field(), Message: "Please answer: What will you do?"}}}}
	return d
}

func answered() events.Signup {
	s := signup()
	s.Answers = []events.Answer{{Question: "Do you have a car?", Answer: "Yes"}, {Question: "Which days suit you?", Answer: "Mon, Wed"}}
	return s
}

func guestOf(t *testing.T) OrgData {
	t.Helper()
	d, err := Org.Load(context.Background(), answers(), OrgParams{Slug: "rivera"})
	require.NoError(t, err)
	cohost, promoted := found().Events[0], found().Events[1]
	cohost.Role, promoted.Role = events.Cohost, events.Promoter
	d.Out.Value.Guest = []events.Card{cohost, promoted}
	return d
}

func TestQuestionsKeepWhatWasAnsweredAndSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	q := questions()
	p := fullstacktest.View(t, Event.View(asking(t)))
	field := func(i int) string { return "[name='" + q[i].Field() + "']" }
	require.Equal(t, "No nuts.", p.Text("textarea"+field(0)))
	require.Equal(t, "2000", p.Attr("textarea"+field(0), "maxlength"))
	require.Equal(t, 2, p.Find("[type=radio][required]"+field(1)).Length())
	require.Contains(t, p.Text("fieldset:has("+field(1)+") .field-error"), "Please answer: What will you do?")
	require.Equal(t, 2, p.Find("[type=checkbox][checked]"+field(2)).Length())
	require.Equal(t, "no", p.Attr("[checked]"+field(3), "value"))
	require.Equal(t, "L", p.Attr("select"+field(4)+" option[selected]", "value"))
	require.Equal(t, 8, p.Find("select"+field(4)+" option").Length(), "and none")
}

func TestRobotsFieldIsNobodyElses(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Slug: "knock"})))
	trap := p.Find("#rsvp [name=website]")
	require.Equal(t, "-1", trap.AttrOr("tabindex", ""))
	require.Equal(t, "off", trap.AttrOr("autocomplete", ""))
	require.Equal(t, "true", trap.Parent().AttrOr("aria-hidden", ""))
	require.False(t, trap.Parent().Is("[hidden], [style]"), "robots skip what is not displayed")
}

func TestHostsAreNamedWithTheOrganiser(t *testing.T) {
	t.Parallel()
	d := asking(t)
	p := fullstacktest.View(t, Event.View(d))
	require.Equal(t, "Hosted by Rivera for Ohio with Harbor Votes and Lake County", p.Text(".page-head .muted"))
	require.Equal(t, "/o/harbor", p.Attr(".page-head a[href='/o/harbor']", "href"))
	require.NotContains(t, p.HTML, "Quiet Promoter")
	ld := jsonLD(t, d)
	require.Len(t, ld["organizer"], 3)
}

func jsonLD(t *testing.T, d EventData) (out map[string]any) {
	t.Helper()
	b, err := json.Marshal(Event.Head(d).JSONLD(func(path string) string { return "https://events.example.org" + path }))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &out))
	return out
}

func TestANewTimeIsSaidToPeopleAndSearchEngines(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	require.NotContains(t, jsonLD(t, d), "previousStartDate")
	d.Event.Shifts = d.Event.Shifts[1:2]
	d.Event.Shifts[0].Previous = new(at(27, 9))
	ld := jsonLD(t, d)
	require.Equal(t, "2026-11-27T09:00:00-05:00", ld["previousStartDate"])
	require.Equal(t, "https://schema.org/EventRescheduled", ld["eventStatus"])
	require.Contains(t, fullstacktest.View(t, Event.View(d)).Text(".facts"), "New time: it was Fri, Nov 27 at 9:00 AM")
	for status, want := range map[events.Status]string{events.Cancelled: "EventCancelled", events.Postponed: "EventPostponed", events.MovedOnline: "EventMovedOnline"} {
		d.Event.Status = status
		require.Equal(t, "https://schema.org/"+want, jsonLD(t, d)["eventStatus"])
		require.Equal(t, "2026-11-27T09:00:00-05:00", jsonLD(t, d)["previousStartDate"])
	}
}

func TestAnEventLongOverLeavesSearchEngines(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	end := at(29, 13).At
	for _, c := range []struct {
		now  time.Time
		gone bool
	}{{now(), false}, {end.Add(90*24*time.Hour - time.Second), false}, {end.Add(90 * 24 * time.Hour), true}} {
		d.Event.Now = c.now
		require.Equal(t, c.gone, Event.Head(d).NoIndex, c.now)
	}
	require.Equal(t, "This event is over", fullstacktest.View(t, Event.View(d)).Text(".alert-title"))
	d.Event.Shifts = nil
	require.False(t, Event.Head(d).NoIndex, "one without a date is to come")
}
