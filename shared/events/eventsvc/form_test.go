package eventsvc_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/id"
)

// ask adds a question to an event.
func (b *bundle) ask(event uuid.UUID, kind events.QuestionKind, label string, required bool, choices ...string) string {
	b.t.Helper()
	q := uuid.Must(uuid.NewV7())
	if choices == nil {
		choices = []string{}
	}
	b.exec(`insert into event_questions (id, org_id, event_id, kind, label, required, choices, position)
		select $1, org_id, id, $3, $4, $5, $6, (select count(*) from event_questions where event_id = $2) from events where id = $2`,
		q, event, kind, label, required, choices)
	return q.String()
}

func TestRobotIsAnsweredAsAPersonAndLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 1)
	in := form(shift, "robot@example.org", 0)
	in.Website = "https://spam.example"
	robot, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Zero(t, b.number(`select (select count(*) from event_signups) + (select count(*) from contacts) + (select count(*) from river_job)`))
	require.Zero(t, b.taken(shift))
	person, err := b.rsvp(shift, "robot@example.org", 0)
	require.NoError(t, err, "the seat is free")
	require.Equal(t, person, robot)

	b.exec(`update events set waitlist_enabled = false`)
	in.Email = "robot2@example.org"
	_, err = b.svc.RSVP(t.Context(), in)
	require.Equal(t, fault.Conflict, code(err), "it is refused as a person is, too")
}

func TestJunkIsDeletedWithoutAWordAndItsSeatsGoOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass", "guests_allowed = 3")
	shift, other := b.shift(event, 48*hour, 2), b.shift(event, 72*hour, 9)
	for _, email := range []string{"junk@example.org", "next@example.org"} {
		_, err := b.rsvp(shift, email, 1)
		require.NoError(t, err)
	}
	_, err := b.rsvp(other, "junk@example.org", 0)
	require.NoError(t, err)
	b.exec(`delete from river_job`)

	ids, err := b.svc.SignupsOf(t.Context(), "canvass", "JUNK@example.org")
	require.NoError(t, err)
	require.Len(t, ids, 2)
	require.NoError(t, b.svc.DeleteSignup(t.Context(), ids[0]))
	require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'junk@example.org'`), "another sign-up refers to it")
	require.Equal(t, 1, b.number(`select count(*) from event_signups where email = 'next@example.org' and status = 'offered'`))
	require.Equal(t, 2, b.taken(shift), "held for the next")
	require.NoError(t, b.svc.DeleteSignup(t.Context(), ids[1]))
	require.Zero(t, b.taken(other))
	require.Zero(t, b.number(`select count(*) from contacts where email = 'junk@example.org'`))
	require.Zero(t, b.number(`select count(*) from event_signups where email = 'junk@example.org'`))
	require.Equal(t, 2, b.number(`select count(*) from river_job`), "the offer and its end, nothing to the junk")
	require.Equal(t, fault.NotFound, code(b.svc.DeleteSignup(t.Context(), ids[0])))
}

func TestJunkOfAKnownContactLeavesTheContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(`insert into contacts (id, org_id, email, source) values ($1, $2, 'known@example.org', 'import')`, uuid.Must(uuid.NewV7()), b.org)
	_, err := b.rsvp(b.shift(b.event("canvass", "Canvass"), hour, 2), "known@example.org", 0)
	require.NoError(t, err)
	require.NoError(t, b.svc.DeleteSignup(t.Context(), events.SignupID{UUID: b.signup("known@example.org")}))
	require.Equal(t, 1, b.number(`select count(*) from contacts`))
}

func TestAnswersAreJudgedKeptAndShownToTheirOwner(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, hour, 5)
	diet := b.ask(event, events.AskText, "Anything we should know?", false)
	role := b.ask(event, events.AskChoice, "What will you do?", true, "Knock", "Drive")
	days := b.ask(event, events.AskMultiple, "Which days suit you?", false, "Mon", "Tue", "Wed")
	car := b.ask(event, events.AskYesNo, "Do you have a car?", true)
	elsewhere := b.ask(b.event("other", "Other"), events.AskText, "Another event's", true)

	got, err := b.svc.Get(t.Context(), events.GetIn{Slug: "canvass"})
	require.NoError(t, err)
	require.Len(t, got.Questions, 4)
	require.Equal(t, "What will you do?", got.Questions[1].Label)

	for _, c := range []struct {
		answers events.Answers
		field   string
		says    string
	}{
		{nil, role, "Please answer: What will you do?"},
		{events.Answers{role: {"Knock"}}, car, "Please answer: Do you have a car?"},
		{events.Answers{role: {" "}, car: {"yes"}}, role, "Please answer"},
		{events.Answers{role: {"Dance"}, car: {"yes"}}, role, "choose from what is offered: What will you do?"},
		{events.Answers{role: {"Knock", "Drive"}, car: {"yes"}}, role, "one answer only"},
		{events.Answers{role: {"Knock"}, car: {"maybe"}}, car, "choose from what is offered"},
		{events.Answers{role: {"Knock"}, car: {"no"}, days: {"Mon", "Sun"}}, days, "choose from what is offered"},
		{events.Answers{role: {"Knock"}, car: {"no"}, diet: {strings.Repeat("é", 2001)}}, diet, "longer than 2000"},
	} {
		in := form(shift, "ada@example.org", 0)
		in.Answers = c.answers
		_, err := b.svc.RSVP(t.Context(), in)
		require.Equal(t, fault.Invalid, code(err), "%v", c.answers)
		require.Contains(t, fault.As(err).Field("answers."+c.field), c.says)
	}
	require.Zero(t, b.taken(shift))

	in := form(shift, "ada@example.org", 0)
	in.Answers = events.Answers{role: {"Drive"}, car: {"yes"}, days: {"Wed", "Mon", "Wed"}, diet: {" No nuts.\r\n"}, elsewhere: {"stray"}}
	_, err = b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	signup, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	require.Equal(t, []events.Answer{
		{Question: "Anything we should know?", Answer: "No nuts."}, {Question: "What will you do?", Answer: "Drive"},
		{Question: "Which days suit you?", Answer: "Wed, Mon"}, {Question: "Do you have a car?", Answer: "Yes"},
	}, signup.Answers)
	require.Zero(t, b.number(`select count(*) from event_signups where answers ? $1`, elsewhere))

	b.exec(`delete from event_questions where id = $1`, diet)
	signup, err = b.svc.GetSignup(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	require.Len(t, signup.Answers, 3, "a question that is not asked any more is not shown")
}

func TestQuestionsOfAnEventThatIsNotListedAreNotTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, hidden := range []string{"visibility = 'private'", "visibility = 'unlisted'", "published_at = null"} {
		event := b.event("hidden-"+strconv.Itoa(i), "Canvass", hidden)
		b.ask(event, events.AskYesNo, "Do you know the safe house?", true)
		_, err := b.rsvp(b.shift(event, hour, 5), "ada@example.org", 0)
		require.Equal(t, fault.NotFound, code(err), hidden)
		require.NotContains(t, err.Error(), "safe house")
	}
}

// TestNoAnswersAreAnErrorOfOurs: whatever is sent as answers is stored as it should be or refused in words.
func TestNoAnswersAreAnErrorOfOurs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, hour, -1)
	keys := []string{b.ask(event, events.AskText, "Text", false), b.ask(event, events.AskMultiple, "Many", false, "a", "b"), uuid.NewString(), "", "x", "__proto__"}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		in := form(shift, address(n), 0)
		in.Answers = rapid.MapOfN(rapid.OneOf(rapid.SampledFrom(keys), rapid.String()),
			rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{"a", "b", "", "\x00", "\u202e", "\xff"}), rapid.String()), 0, 4), 0, 24).Draw(t, "answers")
		_, err := b.svc.RSVP(b.t.Context(), in)
		if err != nil {
			require.Equal(t, fault.Invalid, code(err), "%v", err)
		}
	})
}

func TestSourceIsKeptCleanAndBounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := form(b.shift(b.event("canvass", "Canvass"), hour, 5), "ada@example.org", 0)
	in.Source = events.Source{Origin: " news\u202eletter\x00 ", Medium: "email", Campaign: strings.Repeat("é", 500), Referrer: "https://news.example/story?who=ada#x"}
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 1, b.number(`select count(*) from event_signups where source = jsonb_build_object('utm_source', 'newsletter', 'utm_medium', 'email',
		'utm_campaign', repeat('é', 100), 'referrer', 'https://news.example/story')`))

	in.Email, in.Source = "eve@example.org", events.Source{Referrer: "javascript:alert(1)"}
	_, err = b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 1, b.number(`select count(*) from event_signups where source = '{}'`))
}

func TestHostsAreNamedAndGetTheEventButNobodysData(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cohost, promoter := b.organisation("harbor", "Harbor Votes"), b.organisation("lake", "Lake County")
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, hour, 5)
	for role, host := range map[events.HostRole]uuid.UUID{events.Cohost: cohost, events.Promoter: promoter} {
		b.exec(`insert into event_hosts (org_id, event_id, host_id, role) values ($1, $2, $3, $4)`, b.org, event, host, role)
	}
	_, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)

	got, err := b.svc.Get(t.Context(), events.GetIn{Slug: "canvass"})
	require.NoError(t, err)
	require.Equal(t, []events.Host{{Slug: "harbor", Name: "Harbor Votes", Role: events.Cohost}, {Slug: "lake", Name: "Lake County", Role: events.Promoter}}, got.Hosts)
	for slug, role := range map[string]events.HostRole{"harbor": events.Cohost, "lake": events.Promoter} {
		org, err := b.svc.GetOrg(t.Context(), events.OrgIn{Slug: slug})
		require.NoError(t, err)
		require.Empty(t, org.Upcoming.Events, "it is not their own")
		require.Len(t, org.Guest, 1)
		require.Equal(t, role, org.Guest[0].Role)
		require.Equal(t, "Tremont Neighbors", org.Guest[0].OrgName)
	}
	require.Zero(t, b.number(`select count(*) from contacts where org_id in ($1, $2)`, cohost, promoter))
	require.Zero(t, b.number(`select count(*) from event_signups where org_id <> $1`, b.org))

	for _, set := range []string{"status = 'cancelled'", "status = 'scheduled', visibility = 'private'", "visibility = 'public', published_at = null"} {
		b.exec(`update events set `+set+` where id = $1`, event)
		org, err := b.svc.GetOrg(t.Context(), events.OrgIn{Slug: "harbor"})
		require.NoError(t, err)
		require.Empty(t, org.Guest, set)
	}
}

func TestAShiftRemembersWhenItWasToStart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 24*hour, 5)
	previous := func() *events.Time {
		e, err := b.svc.Get(t.Context(), events.GetIn{Slug: "canvass"})
		require.NoError(t, err)
		return e.Shifts[0].Previous
	}
	b.exec(`update event_shifts set name = 'Late', starts_at = starts_at where id = $1`, shift.UUID)
	require.Nil(t, previous(), "it was not moved")
	b.exec(`update event_shifts set starts_at = starts_at + interval '1 hour' where id = $1`, shift.UUID)
	require.Equal(t, noon.Add(24*hour), previous().At)
	require.Equal(t, "America/New_York", previous().Zone)
}

func TestOrganizationOfAForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	org, err := b.svc.OrganizationOf(t.Context(), events.RSVPIn{ShiftID: b.shift(b.event("canvass", "Canvass"), time.Hour, 5)})
	require.NoError(t, err)
	require.Equal(t, b.org, org.UUID)
	for _, in := range []events.RSVPIn{{}, {ShiftID: id.New[events.Shift]()}} {
		org, err = b.svc.OrganizationOf(t.Context(), in)
		require.NoError(t, err)
		require.True(t, org.IsZero())
	}
}
