package eventsvc_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
)

// plan makes the planner's run of now, and returns the jobs it made so far.
func (b *bundle) plan() int {
	b.t.Helper()
	_, err := b.work.PlanReminders(b.t.Context())
	require.NoError(b.t, err)
	return b.jobs("events.remind")
}

// remind runs the reminder jobs made so far and returns the mails.
func (b *bundle) remind() []messages.Message {
	b.t.Helper()
	rows, err := b.db.Query(b.t.Context(), `select args from river_job where kind = 'events.remind' order by id`)
	require.NoError(b.t, err)
	defer rows.Close()
	before := len(b.mail.sent)
	for rows.Next() {
		var raw []byte
		require.NoError(b.t, rows.Scan(&raw))
		var args eventsvc.RemindArgs
		require.NoError(b.t, json.Unmarshal(raw, &args))
		require.NoError(b.t, b.work.SendReminder(b.t.Context(), args))
	}
	require.NoError(b.t, rows.Err())
	return b.mail.sent[before:]
}

// until sets the clock to a moment of the event's clock in New York.
func (b *bundle) until(day, hour, minute int) {
	b.now.Store(int64(time.Date(2026, 11, day, hour+5, minute, 0, 0, time.UTC).Sub(noon) / time.Second))
}

func TestEachRegisteredPersonIsRemindedOnceOfEachThing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "instructions = 'Bring water.'"), 54*hour, 20) // Wednesday at 6 PM
	for i := range 3 {
		_, err := b.rsvp(shift, address(i), 0)
		require.NoError(t, err)
	}
	_, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token(address(2))})
	require.NoError(t, err)

	b.until(24, 10, 55)
	require.Zero(t, b.plan())
	b.until(24, 11, 0)
	require.Equal(t, 2, b.plan(), "tomorrow, to those who did not cancel")
	require.Equal(t, 2, b.plan(), "and not again")
	mails := b.remind()
	require.Len(t, mails, 2)
	m := mails[0]
	require.Equal(t, "Tomorrow: Canvass, Wed, Nov 25 at 6:00 PM EST", m.Subject)
	require.True(t, m.Bulk)
	require.Equal(t, messages.Reminders, m.Scope)
	stop := "https://events.example.org/reminders/" + b.sign.Token("events.reminders", b.signup(m.To))
	require.Equal(t, stop+"/stop", m.Unsubscribe)
	manage := "https://events.example.org/my/" + b.token(m.To)
	for _, body := range []string{m.Text, text(t, m.HTML)} {
		for _, want := range []string{"tomorrow", "please cancel", manage, "Bring water.", "6:00 PM – 8:00 PM EST", "Merrick House", "no more mails like this from Tremont Neighbors?", stop} {
			require.Contains(t, body, want)
		}
	}
	require.NotContains(t, m.Text, "\n\n\n")
	require.NotEqual(t, mails[0].Key, mails[1].Key)

	b.until(25, 8, 3)
	require.Equal(t, 4, b.plan())
	require.Empty(t, b.mail.sent[2:])
	mails = b.remind()
	require.Len(t, mails, 2, "the jobs of yesterday are too late")
	require.Equal(t, "Today: Canvass, 6:00 PM EST", mails[0].Subject)

	b.until(25, 21, 0)
	require.Equal(t, 6, b.plan())
	mails = b.remind()
	require.Len(t, mails, 2)
	require.Equal(t, "How was it? Canvass", mails[0].Subject)
	rate := "https://events.example.org/rate/" + b.sign.Token("events.rate", b.signup(mails[0].To))
	require.Contains(t, mails[0].Text, rate+"?stars=5")
	require.Contains(t, text(t, mails[0].HTML), rate+"?stars=1")
	require.NotContains(t, mails[0].Text, "/my/")
	require.Contains(t, mails[0].Text, "/reminders/")
	require.Equal(t, 6, b.plan())
}

func TestAPlannerThatWasDownSendsNothingTooLate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	_, err := b.rsvp(shift, address(0), 0)
	require.NoError(t, err)
	b.until(24, 23, 50)
	require.Equal(t, 1, b.plan(), "late in the evening it is still tomorrow")
	b.exec(`delete from river_job`)
	b.exec(`delete from event_reminders`)
	b.until(25, 0, 5)
	require.Zero(t, b.plan(), "after midnight it is not")
	b.until(25, 19, 0)
	require.Zero(t, b.plan(), "nor is it worth a mail that it is today once it has begun")
	b.until(27, 20, 0)
	require.Equal(t, 1, b.plan(), "but one can still be asked how it was")
	b.exec(`delete from event_reminders`)
	b.until(28, 0, 0)
	require.Equal(t, 1, b.plan(), "for two days")
}

func TestWhatChangedSinceThePlanIsNotReminded(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"cancelled shift": `update event_shifts set cancelled_at = now()`,
		"cancelled event": `update events set status = 'cancelled'`,
		"postponed event": `update events set status = 'postponed'`,
		"moved":           `update event_shifts set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'`,
		"cancelled":       `update event_signups set status = 'cancelled', cancelled_at = now()`,
		"erased":          `delete from event_signups`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			_, err := b.rsvp(b.shift(b.event("canvass", "Canvass"), 54*hour, 20), address(0), 0)
			require.NoError(t, err)
			b.until(24, 11, 0)
			require.Equal(t, 1, b.plan())
			b.exec(change)
			require.Empty(t, b.remind())
			if name == "moved" {
				require.Equal(t, 2, b.plan(), "the new time has a reminder of its own")
				require.Len(t, b.remind(), 1)
				return
			}
			b.exec(`delete from event_reminders`)
			require.Equal(t, 1, b.plan(), "nor planned")
		})
	}
}

func TestLateSignUpsGetTheDetailsAndNoReminderOfThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.until(24, 10, 30)
	_, err := b.rsvp(shift, address(0), 0)
	require.NoError(t, err)
	b.until(25, 18, 30) // half an hour after the start
	_, err = b.rsvp(shift, address(1), 0)
	require.NoError(t, err)
	require.Equal(t, 2, b.jobs("events.confirm"), "both get the details")
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: b.signup(address(1)), Asked: 1}))
	require.Contains(t, b.mail.sent[0].Text, "Merrick House")

	b.until(24, 11, 0)
	require.Zero(t, b.plan(), "the details just went out")
	b.until(25, 21, 0)
	require.Equal(t, 2, b.plan(), "both are asked how it was")
}

func TestMySignupSaysWhichRemindersCome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	_, err := b.rsvp(shift, address(0), 0)
	require.NoError(t, err)
	said := func() (kinds []string) {
		s, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: b.token(address(0))})
		require.NoError(t, err)
		for _, r := range s.Reminders {
			kinds = append(kinds, string(r.Kind)+" "+r.At.Local().Format("Jan 2 15:04 MST"))
		}
		return kinds
	}
	require.Equal(t, []string{"tomorrow Nov 24 11:00 EST", "today Nov 25 08:00 EST", "feedback Nov 25 21:00 EST"}, said())
	b.until(25, 7, 0)
	require.Equal(t, []string{"today Nov 25 08:00 EST", "feedback Nov 25 21:00 EST"}, said())
	_, err = b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token(address(0))})
	require.NoError(t, err)
	require.Empty(t, said())
}

func TestARatingIsKeptAndCanBeChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "place_private = true"), 2*hour, 20)
	_, err := b.rsvp(shift, address(0), 0)
	require.NoError(t, err)
	token := b.sign.Token("events.rate", b.signup(address(0)))
	rate := func(stars int, comment string) error {
		_, err := b.svc.Rate(t.Context(), events.RateIn{Token: token, Stars: stars, Comment: comment})
		return err
	}
	require.Equal(t, fault.Conflict, fault.As(rate(5, "")).Code, "before it has started")
	b.pass(4 * hour)
	require.Equal(t, fault.NotFound, fault.As(func() error {
		_, err := b.svc.Rate(t.Context(), events.RateIn{Token: b.token(address(0)), Stars: 5})
		return err
	}()).Code, "a token of another purpose")
	require.Equal(t, fault.Invalid, fault.As(rate(6, "")).Code)
	opened, err := b.svc.GetRating(t.Context(), events.RatingIn{Token: token})
	require.NoError(t, err)
	require.Zero(t, opened.Stars)
	require.Empty(t, opened.Event.Place.Line1, "the rating's link does not open the door")
	require.Zero(t, b.number(`select count(*) from event_feedback`), "looking says nothing")
	require.NoError(t, rate(2, "cold"))
	require.NoError(t, rate(5, " warm\r\nafter all "))
	opened, err = b.svc.GetRating(t.Context(), events.RatingIn{Token: token})
	require.NoError(t, err)
	require.Equal(t, []any{5, "warm\nafter all"}, []any{opened.Stars, opened.Comment})
	require.Equal(t, 1, b.number(`select count(*) from event_feedback`))
	b.pass(30 * 24 * hour)
	require.Equal(t, fault.Gone, fault.As(rate(1, "")).Code)
	require.NotContains(t, b.token(address(0)), token)
}

func TestOnlyWhatOneMayDoWithoutCanBeStopped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	_, err := b.rsvp(shift, address(0), 0)
	require.NoError(t, err)
	signup := b.signup(address(0))
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: signup, Asked: 1}))
	m := b.mail.sent[0]
	require.Empty(t, m.Scope)
	require.Empty(t, m.Unsubscribe)
	require.NotContains(t, m.Text+m.HTML, "/reminders/")
}

func TestTheChoiceAboutRemindersIsOfOneAddressAndOrganisation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, second := b.shift(b.event("canvass", "Canvass"), 54*hour, 20), b.shift(b.event("call", "Phone bank"), 78*hour, 20)
	b.join(first, "ada@example.org", "bob@example.org")
	b.join(second, "ada@example.org")
	tremont := b.org
	b.org = b.organisation("harbor", "Harbor Votes")
	b.join(b.shift(b.event("party", "Party"), 54*hour, 20), "ada@example.org")
	tokens := map[string]string{}
	for _, who := range []struct{ slug, email string }{{"canvass", "ada@example.org"}, {"call", "ada@example.org"}, {"party", "ada@example.org"}, {"canvass", "bob@example.org"}} {
		var id uuid.UUID
		require.NoError(t, b.db.QueryRow(t.Context(), `select g.id from event_signups g join event_shifts s on s.id = g.shift_id
			join events e on e.id = s.event_id where e.slug = $1 and g.email = $2`, who.slug, who.email).Scan(&id))
		tokens[who.slug+" "+who.email] = b.sign.Token("events.reminders", id)
	}
	stopped := func(who string) bool {
		c, err := b.svc.GetReminders(t.Context(), events.RemindersIn{Token: tokens[who]})
		require.NoError(t, err)
		require.Regexp(t, `^[ab]\*\*\*@example\.org$`, c.Address)
		return c.Stopped
	}
	for range 2 {
		c, err := b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: tokens["canvass ada@example.org"], Stopped: true})
		require.NoError(t, err)
		require.True(t, c.Stopped)
		require.Equal(t, tremont, c.Organisation.ID.UUID)
	}
	require.True(t, stopped("call ada@example.org"), "whatever the event")
	require.False(t, stopped("party ada@example.org"), "another organisation")
	require.False(t, stopped("canvass bob@example.org"), "somebody else")
	require.Equal(t, 1, b.number(`select count(*) from opt_outs`))

	_, err := b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: tokens["call ada@example.org"]})
	require.NoError(t, err)
	require.False(t, stopped("canvass ada@example.org"))

	for name, token := range map[string]string{"none": "", "another purpose": b.token("bob@example.org"), "forged": strings.Repeat("B", 43)} {
		_, err := b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: token, Stopped: true})
		require.Equal(t, fault.NotFound, fault.As(err).Code, name)
	}
	b.exec(`update event_signups set erased_at = now(), email = id || '@erased.invalid' where email = 'bob@example.org'`)
	_, err = b.svc.GetReminders(t.Context(), events.RemindersIn{Token: tokens["canvass bob@example.org"]})
	require.Equal(t, fault.Gone, fault.As(err).Code, "erased")
}

func TestMySignupSaysThatRemindersAreStopped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.join(b.shift(b.event("canvass", "Canvass"), 54*hour, 20), "ada@example.org")
	own := b.own("ada@example.org")
	require.NotEmpty(t, own.Reminders)
	require.False(t, own.RemindersStopped)
	_, err := b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: own.RemindersPath[len("/reminders/"):], Stopped: true})
	require.NoError(t, err)
	own = b.own("ada@example.org")
	require.Empty(t, own.Reminders)
	require.True(t, own.RemindersStopped)
}
