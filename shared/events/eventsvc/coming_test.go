package eventsvc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
)

func (b *bundle) coming(email string) (events.Signup, error) {
	return b.svc.SayComing(b.t.Context(), events.SignupIn{Token: b.token(email)})
}

func TestTheDayBeforePeopleAreAskedWhetherTheyCome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "guests_allowed = 2"), 54*hour, 20) // Wednesday at 6 PM
	b.join(shift, "ada@example.org")
	require.False(t, b.own("ada@example.org").AskComing, "she has just signed up")
	b.until(24, 11, 0)
	b.join(shift, "bob@example.org")
	require.Equal(t, 1, b.plan())
	m := b.remind()[0]
	link := "https://events.example.org/my/" + b.token("ada@example.org")
	require.Contains(t, m.Text, "Yes, I’m coming:\n"+link+"#coming\n\nNo, cancel my sign-up:\n"+link+"#cancel\n")
	b.says(m, "Please tell us that you are coming.", "Your place stays yours")
	require.Contains(t, m.HTML, link+"#coming")
	require.Contains(t, m.HTML, link+"#cancel")
	own := b.own("ada@example.org")
	require.True(t, own.AskComing)
	require.False(t, own.Coming, "opening the link says nothing")
	require.False(t, b.own("bob@example.org").AskComing, "nor is he reminded")

	sequence := b.number(`select sequence from event_signups where email = 'ada@example.org'`)
	for range 2 {
		own, err := b.coming("ada@example.org")
		require.NoError(t, err)
		require.True(t, own.Coming)
		require.False(t, own.AskComing)
		b.pass(hour)
	}
	require.Equal(t, 1, b.number(`select count(*) from event_signups where coming_at = $1`, noon.Add(23*hour)), "once")
	require.Equal(t, sequence, b.number(`select sequence from event_signups where email = 'ada@example.org'`), "calendars stay")
	_, err := b.svc.SetParty(t.Context(), events.PartyIn{Token: b.token("ada@example.org"), Guests: 1})
	require.NoError(t, err)
	require.True(t, b.own("ada@example.org").Coming, "more of them come")
	b.cancel("ada@example.org")
	require.Zero(t, b.number(`select count(*) from event_signups where coming_at is not null`))
	require.False(t, b.own("ada@example.org").Coming)
}

func TestTheReminderOnTheDayAsksNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.join(b.shift(b.event("canvass", "Canvass"), 54*hour, 20), "ada@example.org")
	b.until(25, 8, 0)
	require.Equal(t, 1, b.plan())
	m := b.remind()[0]
	b.says(m, "See you today", "See or cancel your sign-up")
	require.NotContains(t, m.Text, "I’m coming")
}

func TestOnlyWhoHasAPlaceCanSayThatTheyCome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 1)
	b.join(shift, "ada@example.org", "bob@example.org")
	_, err := b.coming("bob@example.org")
	require.Equal(t, fault.Conflict, code(err))
	_, err = b.svc.SayComing(t.Context(), events.SignupIn{Token: "x"})
	require.Equal(t, fault.NotFound, code(err))
	b.cancel("ada@example.org")
	_, err = b.coming("ada@example.org")
	require.Equal(t, fault.Gone, code(err))
	_, err = b.coming("bob@example.org")
	require.Equal(t, fault.Conflict, code(err), "an offer is not accepted by that")
	b.accepted("bob@example.org")
	b.pass(56 * hour)
	_, err = b.coming("bob@example.org")
	require.Equal(t, fault.Gone, code(err))
}

func TestAReleaseThatKnowsNothingOfComingCancels(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.join(b.shift(b.event("canvass", "Canvass"), hour, 2), "ada@example.org")
	_, err := b.coming("ada@example.org")
	require.NoError(t, err)
	coming := func() bool {
		list, _, _, err := b.svc.Signups(t.Context(), "tremont", "canvass")
		require.NoError(t, err)
		require.Len(t, list, 1)
		var file strings.Builder
		require.NoError(t, b.svc.WriteSignups(t.Context(), &file, "tremont", "canvass"))
		require.Equal(t, list[0].Coming, strings.Contains(file.String(), ",yes,"))
		return list[0].Coming
	}
	require.True(t, coming())
	b.exec(`update event_signups set status = 'cancelled', cancelled_at = now(), ended_reason = 'person'`) // it leaves coming_at as it is
	require.False(t, coming())
	require.False(t, b.own("ada@example.org").Coming)
}

func TestWhoIsErasedStillCountsAsComing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.join(b.shift(b.event("canvass", "Canvass"), hour, 2), "ada@example.org")
	_, err := b.coming("ada@example.org")
	require.NoError(t, err)
	b.pass(24 * hour)
	b.eraseOld()
	require.Equal(t, 1, b.number(`select count(*) from event_signups where coming_at is not null and given_name = ''`), "it says when, not who")
}
