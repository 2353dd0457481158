package eventsvc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/messages"
)

// supper is a house party in a week.
func supper() events.HostIn {
	return events.HostIn{
		Org: "tremont", GivenName: "Grace", FamilyName: "Ho", Email: "grace@example.org", Title: "Soup at Grace's", Type: "house_party",
		Description: "Soup.\n\nAnd bread.", Date: "2026-11-30", Starts: "18:30", Ends: "21:00", Zone: "America/New_York", Mode: events.InPerson,
		Venue: "Grace's home", Line1: "7 Secret Lane", City: "Cleveland", Region: "OH", PostalCode: "44113", Country: "US", PlacePrivate: true,
		Capacity: 12, Guests: 2, Accessibility: "not_sure", AccessNotes: "Two steps.",
	}
}

// hosting is setup with an organisation that lets volunteers host.
func hosting(t testing.TB) *bundle {
	t.Helper()
	b := setup(t)
	require.NoError(t, b.svc.SetHosting(t.Context(), "tremont", true))
	return b
}

// asks sends the form, and returns the event with the token of its link.
func (b *bundle) asks(in events.HostIn) (slug, token string) {
	b.t.Helper()
	_, err := b.svc.HostEvent(b.t.Context(), in)
	require.NoError(b.t, err)
	var id uuid.UUID
	require.NoError(b.t, b.db.QueryRow(b.t.Context(), `select id, slug from events where title = $1 order by id desc limit 1`, in.Title).Scan(&id, &slug))
	return slug, b.sign.Token("events.hosting", id)
}

func (b *bundle) confirms(token string) events.Hosting {
	b.t.Helper()
	h, err := b.svc.ConfirmHosting(b.t.Context(), events.HostingIn{Token: token})
	require.NoError(b.t, err)
	return h
}

func (b *bundle) state(token string) events.ApprovalStatus {
	b.t.Helper()
	h, err := b.svc.GetHosting(b.t.Context(), events.HostingIn{Token: token})
	require.NoError(b.t, err)
	return h.Status
}

// posted are the mails that the jobs of a kind send.
func posted[Args any](b *bundle, kind string, send func(context.Context, Args) error) []messages.Message {
	b.t.Helper()
	b.mail.sent = nil
	for _, raw := range b.takeJobs(kind) {
		var args Args
		require.NoError(b.t, json.Unmarshal(raw, &args))
		require.NoError(b.t, send(b.t.Context(), args))
	}
	return b.mail.sent
}

func TestAnEventIsHostedStepByStep(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	mails := posted(b, "events.host_link", b.work.SendHostLink)
	require.Len(t, mails, 1)
	require.Equal(t, "grace@example.org", mails[0].To)
	require.Equal(t, "Grace", mails[0].ToName)
	require.Contains(t, mails[0].Text, "https://events.example.org/hosting/"+token)
	for _, typed := range []string{"Soup", "Secret Lane", "Two steps"} {
		require.NotContains(t, mails[0].Text+mails[0].HTML+mails[0].Subject, typed, "nobody has confirmed the address: our mail carries no words of a stranger")
	}
	require.Equal(t, events.NeedsVerification, b.state(token), "opening the link changes nothing")
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", slug), "has not confirmed")
	require.ErrorContains(t, b.svc.RejectHosting(t.Context(), "tremont", slug, ""), "has not confirmed")
	b.unseen(slug)

	require.Equal(t, events.NeedsApproval, b.confirms(token).Status)
	b.confirms(token)
	b.unseen(slug)
	mails = posted(b, "events.host_awaits", b.work.SendHostAwaits)
	require.Len(t, mails, 1, "once")
	require.Equal(t, "tremont@example.org", mails[0].To)
	require.Equal(t, "grace@example.org", mails[0].ReplyTo)
	require.Contains(t, mails[0].Text, "7 Secret Lane")
	require.NotContains(t, mails[0].Text+mails[0].HTML, token)
	list, _, err := b.svc.ToReview(t.Context(), "tremont")
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "Grace Ho", list[0].Host)

	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", slug))
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", slug), "approved already")
	require.ErrorContains(t, b.svc.RejectHosting(t.Context(), "tremont", slug, ""), "approved already")
	mails = posted(b, "events.host_decided", b.work.SendHostDecision)
	require.Len(t, mails, 1)
	require.Contains(t, mails[0].Text, "https://events.example.org/e/"+slug)
	e := b.get(slug)
	require.Equal(t, "Grace", e.HostName)
	require.Empty(t, e.Place.Line1+e.ContactEmail, "the home and the address of the host stay private")
	require.Equal(t, "Soup.", e.Summary)
	require.Equal(t, 12, *e.Shifts[0].Capacity)
	require.Equal(t, "2026-11-30T18:30:00-05:00", e.Shifts[0].Start.Local().Format("2006-01-02T15:04:05-07:00"))
	out, err := b.svc.Find(t.Context(), events.FindIn{Q: "soup"})
	require.NoError(t, err)
	require.Equal(t, 1, out.Total, "search knows it")

	b.join(e.Shifts[0].ID, "ada@example.org")
	h, err := b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: token, Note: "I have a cold."})
	require.NoError(t, err)
	require.Equal(t, events.Cancelled, h.Event.Status)
	require.Equal(t, 1, h.Event.Shifts[0].Taken)
	told := b.told()
	require.Len(t, told, 1)
	require.Contains(t, told[0].Text, "I have a cold.")
	_, err = b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: token})
	require.NoError(t, err, "again changes nothing")
}

// unseen checks that nobody finds an event that is not approved.
func (b *bundle) unseen(slug string) {
	b.t.Helper()
	t := b.t
	_, err := b.svc.Get(t.Context(), events.GetIn{Slug: slug})
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
	for _, in := range []events.FindIn{{}, {Q: "soup"}, {Org: "tremont"}, {Type: "house_party"}, {Place: "Cleveland"}} {
		out, err := b.svc.Find(t.Context(), in)
		require.NoError(t, err)
		require.Empty(t, out.Events, "%+v", in)
	}
	org, err := b.svc.GetOrg(t.Context(), events.OrgIn{Slug: "tremont"})
	require.NoError(t, err)
	require.Empty(t, org.Upcoming.Events)
	month, err := b.svc.Month(t.Context(), events.MonthIn{Month: "2026-11"})
	require.NoError(t, err)
	require.Empty(t, month.Days)
	listed, organisations, err := b.svc.CountSitemap(t.Context())
	require.NoError(t, err)
	require.Zero(t, listed+organisations)
	require.Zero(t, b.number(`select (select count(*) from event_listings) + (select count(*) from event_listed_words) + (select count(*) from event_words)`))
	var shift events.ShiftID
	require.NoError(t, b.db.QueryRow(t.Context(), `select s.id from event_shifts s join events e on e.id = s.event_id where e.slug = $1`, slug).Scan(&shift.UUID))
	_, err = b.rsvp(shift, "ada@example.org", 0)
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
	feed, err := b.svc.OrgCalendar(t.Context(), "tremont")
	require.NoError(t, err)
	calendar, err := feed.Write(t.Context())
	require.NoError(t, err)
	require.NotContains(t, string(calendar), "Soup")
	_, err = b.db.Exec(t.Context(), `update events set published_at = now() where slug = $1`, slug)
	require.ErrorContains(t, err, "events_approved_check", "the database itself publishes nothing that is not approved")
}

func TestARejectedEventStaysUnseenAndItsHostIsToldWhy(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	require.ErrorContains(t, b.svc.RejectHosting(t.Context(), "tremont", slug, eventsvc.Notice(strings.Repeat("x", 2001))), "longer than 2,000")
	require.NoError(t, b.svc.RejectHosting(t.Context(), "tremont", slug, "We have one that evening."))
	b.unseen(slug)
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", slug), "rejected already")
	mails := posted(b, "events.host_decided", b.work.SendHostDecision)
	require.Len(t, mails, 1)
	require.Contains(t, mails[0].Text, "We have one that evening.")
	require.Equal(t, events.Rejected, b.confirms(token).Status, "confirming late revives nothing")
	_, err := b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: token})
	require.ErrorIs(t, err, fault.New(fault.Conflict, ""))
	list, _, err := b.svc.ToReview(t.Context(), "tremont")
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestAHostWithdrawsBeforeTheApproval(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	_, err := b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: token})
	require.ErrorIs(t, err, fault.New(fault.Conflict, ""), "nobody has asked for anything yet")
	b.confirms(token)
	h, err := b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: token})
	require.NoError(t, err)
	require.Equal(t, events.Cancelled, h.Event.Status)
	list, _, err := b.svc.ToReview(t.Context(), "tremont")
	require.NoError(t, err)
	require.Empty(t, list)
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", slug), "is cancelled")
	require.Empty(t, posted(b, "events.host_decided", b.work.SendHostDecision), "who withdraws needs no mail about it")
	require.Empty(t, posted(b, "events.host_awaits", b.work.SendHostAwaits), "and the organisation is not asked any more")
	b.unseen(slug)
	again, _ := b.asks(supper())
	require.NotEqual(t, slug, again, "who changes their mind once more asks for another")
}

func TestWhatHasBegunIsNotApproved(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	b.pass(7*24*hour + 7*hour) // at 19:00, in the middle of it
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", slug), "has begun or is over")
	b.exec(`update events set status = 'cancelled' where slug = $1`, slug)
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", slug), "is cancelled")
}

func TestOrganisationsReviewTheirOwn(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	b.organisation("akron", "Akron Neighbors")
	const sentence = `Organisation "akron" has no event "soup-at-graces".`
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "akron", slug), sentence)
	require.ErrorContains(t, b.svc.RejectHosting(t.Context(), "akron", slug, ""), sentence)
	_, _, err := b.svc.HostedEvent(t.Context(), "akron", slug)
	require.ErrorContains(t, err, sentence)
	list, _, err := b.svc.ToReview(t.Context(), "akron")
	require.NoError(t, err)
	require.Empty(t, list)
	b.event("canvass", "Canvass")
	require.ErrorContains(t, b.svc.ApproveHosting(t.Context(), "tremont", "canvass"), "No volunteer hosts")
	_, _, err = b.svc.HostedEvent(t.Context(), "tremont", "canvass")
	require.ErrorContains(t, err, "No volunteer hosts")
	in := supper()
	in.Org = "akron"
	_, err = b.svc.HostEvent(t.Context(), in)
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""), "it did not ask for hosts")
}

func TestAHostsLinkOpensNothingElse(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	_, token := b.asks(supper())
	b.join(b.shift(b.event("canvass", "Canvass"), hour, 20), "ada@example.org")
	var event uuid.UUID
	require.NoError(t, b.db.QueryRow(t.Context(), `select event_id from volunteer_hosts`).Scan(&event))
	for _, purpose := range []string{"events.signup", "events.feed", "events.rate", "events.reminders", ""} {
		for _, id := range []uuid.UUID{event, b.signup("ada@example.org")} {
			other := b.sign.Token(purpose, id)
			_, get := b.svc.GetHosting(t.Context(), events.HostingIn{Token: other})
			_, confirm := b.svc.ConfirmHosting(t.Context(), events.HostingIn{Token: other})
			_, cancel := b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: other})
			for _, err := range []error{get, confirm, cancel} {
				require.ErrorIs(t, err, fault.New(fault.NotFound, ""), purpose)
			}
		}
	}
	_, err := b.svc.GetHosting(t.Context(), events.HostingIn{Token: b.sign.Token("events.hosting", b.signup("ada@example.org"))})
	require.ErrorIs(t, err, fault.New(fault.Gone, ""))
	for _, open := range []func() error{
		func() error { _, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: token}); return err },
		func() error { _, err := b.svc.GetRating(t.Context(), events.RatingIn{Token: token}); return err },
		func() error { _, err := b.svc.GetReminders(t.Context(), events.RemindersIn{Token: token}); return err },
	} {
		require.Error(t, open())
	}
	require.Equal(t, events.NeedsVerification, b.state(token))
}

// Without JavaScript the form has no key.
func TestAFormSentTwiceIsOneHostedEvent(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	var both sync.WaitGroup
	answers := make(chan error, 4)
	for i := range 4 {
		both.Go(func() {
			ctx := t.Context()
			if i > 1 {
				ctx = fullstack.WithKey(ctx, "one-attempt")
			}
			in := supper()
			in.Email = []string{"grace@example.org", "Grace@Example.org"}[i/2]
			_, err := b.svc.HostEvent(ctx, in)
			answers <- err
		})
	}
	both.Wait()
	for range 4 {
		require.NoError(t, <-answers)
	}
	require.Equal(t, 1, b.number(`select count(*) from events`))
	require.Equal(t, 1, b.jobs("events.host_link"))
	b.pass(2 * hour)
	b.asks(supper())
	require.Equal(t, 1, b.number(`select count(*) from events`))
	require.Equal(t, 2, b.jobs("events.host_link"), "who lost the mail gets another, an hour later")
	later := supper()
	later.Date = "2026-12-07"
	slug, _ := b.asks(later)
	require.Equal(t, "soup-at-graces-2", slug, "another day is another event")
}

func TestARobotHostsNothing(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	in := supper()
	in.Website = "https://spam.example"
	out, err := b.svc.HostEvent(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, events.HostOut{OrgSlug: "tremont"}, out, "as a person is answered")
	require.Zero(t, b.number(`select count(*) from events`)+b.jobs("events.host_link"))
}

func TestAFormThatComesWhileHostingEndsIsRefused(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	answered := make(chan error, 1)
	require.NoError(t, b.db.Tx(t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `update organizations set hosting = false where slug = 'tremont'`); err != nil {
			return err
		}
		go func() {
			_, err := b.svc.HostEvent(t.Context(), supper())
			answered <- err
		}()
		require.Eventually(t, func() bool {
			return b.number(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == 1
		}, 10*time.Second, time.Millisecond, "it waits")
		return nil
	}))
	require.ErrorIs(t, <-answered, fault.New(fault.NotFound, ""))
	require.Zero(t, b.number(`select count(*) from volunteer_hosts`))
}

func TestWhatCannotBeHosted(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	for field, spoil := range map[string]func(*events.HostIn){
		"given_name": func(in *events.HostIn) { in.GivenName = "evil.example/win" }, "family_name": func(in *events.HostIn) { in.FamilyName = " " },
		"email": func(in *events.HostIn) { in.Email = "grace@nowhere" }, "title": func(in *events.HostIn) { in.Title = "Soup\u202etxt" },
		"type": func(in *events.HostIn) { in.Type = "nonsense" }, "description": func(in *events.HostIn) { in.Description = strings.Repeat("x", events.MostDescription+1) },
		"date": func(in *events.HostIn) { in.Date = "2026-02-30" }, "starts": func(in *events.HostIn) { in.Starts = "25:00" },
		"ends": func(in *events.HostIn) { in.Ends = "18:30" }, "zone": func(in *events.HostIn) { in.Zone = "Mars/Olympus" },
		"mode": func(in *events.HostIn) { in.Mode = events.Hybrid }, "line1": func(in *events.HostIn) { in.Line1, in.Venue = "", "" },
		"city": func(in *events.HostIn) { in.City = strings.Repeat("x", 101) }, "region": func(in *events.HostIn) { in.Region = "O\x07H" },
		"postal_code": func(in *events.HostIn) { in.PostalCode = "<b>" }, "country": func(in *events.HostIn) { in.Country = "Ohio" },
		"online_url": func(in *events.HostIn) { in.Mode, in.OnlineURL = events.Online, "javascript:alert(1)" },
		"capacity":   func(in *events.HostIn) { in.Capacity = 1_000_001 }, "guests": func(in *events.HostIn) { in.Guests = -1 },
		"accessibility": func(in *events.HostIn) { in.Accessibility = "maybe" }, "access_notes": func(in *events.HostIn) { in.AccessNotes = strings.Repeat("x", 5001) },
	} {
		in := supper()
		spoil(&in)
		_, err := b.svc.HostEvent(t.Context(), in)
		require.ErrorIs(t, err, fault.New(fault.Invalid, ""), field)
		require.NotEmpty(t, fault.As(err).Field(field), "%s: %v", field, err)
	}
	blank := supper()
	blank.Title, blank.Description = "\u200b\u2800", "\u2060"
	_, err := b.svc.HostEvent(t.Context(), blank)
	require.ErrorIs(t, err, fault.New(fault.Invalid, ""))
	require.Len(t, fault.As(err).Fields, 2, "nobody sees those")
	for what, at := range map[string][3]string{
		"This time is over": {"2026-11-23", "11:59", "13:00"}, "put forward": {"2027-03-14", "02:30", "04:00"},
	} {
		in := supper()
		in.Date, in.Starts, in.Ends = at[0], at[1], at[2]
		_, err := b.svc.HostEvent(t.Context(), in)
		require.ErrorContains(t, err, what)
	}
	require.Zero(t, b.number(`select count(*) from events`))
}

func TestAnEndBeforeTheStartIsOnTheNextDay(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	in := supper()
	in.Starts, in.Ends, in.Zone = "20:00", "00:30", "America/Los_Angeles"
	_, token := b.asks(in)
	h, err := b.svc.GetHosting(t.Context(), events.HostingIn{Token: token})
	require.NoError(t, err)
	require.Equal(t, "2026-12-01 00:30 PST", h.Event.Shifts[0].End.Local().Format("2006-01-02 15:04 MST"))
	require.Equal(t, "7 Secret Lane", h.Event.Place.Line1, "the host knows where")

	online := supper()
	online.Title, online.Mode, online.OnlineURL = "Calls", events.Online, "https://meet.example.org/x"
	_, token = b.asks(online)
	h, err = b.svc.GetHosting(t.Context(), events.HostingIn{Token: token})
	require.NoError(t, err)
	require.Empty(t, h.Event.Place.City+h.Event.Place.Line1, "nowhere")
	require.Equal(t, "https://meet.example.org/x", h.OnlineURL)
}

func TestWhatNobodyHostsIsDeleted(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	ask := func(title string) (string, string) {
		in := supper()
		in.Title, in.Date = title, "2027-11-30"
		return b.asks(in)
	}
	ask("Unconfirmed")
	_, awaits := ask("Awaits")
	b.confirms(awaits)
	rejected, token := ask("Rejected")
	b.confirms(token)
	require.NoError(t, b.svc.RejectHosting(t.Context(), "tremont", rejected, ""))
	approved, own := ask("Approved")
	b.confirms(own)
	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", approved))
	b.event("canvass", "Canvass")
	left := func(after int) int {
		b.now.Store(int64(after))
		_, err := b.work.DeleteHostings(t.Context())
		require.NoError(t, err)
		return b.number(`select count(*) from events`)
	}
	const day = 24 * 3600
	require.Equal(t, 5, left(7*day))
	require.Equal(t, 4, left(7*day+1), "unconfirmed")
	require.Equal(t, 4, left(90*day))
	require.Equal(t, 3, left(90*day+1), "rejected")
	require.Equal(t, 3, left(300*day))
	require.Equal(t, 3, b.number(`select count(*) from event_shifts`)+1, "their times are gone, too")
	require.Equal(t, 3, left((372+90)*day))
	require.Equal(t, 2, left((372+91)*day), "never decided on, and over")
	_, err := b.svc.GetHosting(t.Context(), events.HostingIn{Token: token})
	require.ErrorIs(t, err, fault.New(fault.Gone, ""))
	require.Empty(t, posted(b, "events.host_decided", func(ctx context.Context, a eventsvc.HostDecidedArgs) error {
		if b.sign.Token("events.hosting", a.EventID) != token {
			return nil
		}
		return b.work.SendHostDecision(ctx, a)
	}), "and nothing is left to say")
}

func TestHostsAreErasedWithTheirHomes(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", slug))
	soon := supper()
	soon.Title, soon.Date = "Later", "2026-12-07"
	_, later := b.asks(soon)
	n, err := b.work.EraseHosts(t.Context(), noon.AddDate(0, 0, 8))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	_, err = b.svc.GetHosting(t.Context(), events.HostingIn{Token: token})
	require.ErrorIs(t, err, fault.New(fault.Gone, ""))
	require.Empty(t, b.get(slug).HostName)
	require.Equal(t, 1, b.number(`select count(*) from events where slug = $1 and (venue, line1, postal_code) = ('', '', '') and city = 'Cleveland'`, slug))
	require.Equal(t, events.NeedsVerification, b.state(later), "that one is still to come")
	n, err = b.work.EraseHosts(t.Context(), noon.AddDate(0, 0, 8))
	require.NoError(t, err)
	require.Zero(t, n)
	require.Zero(t, b.number(fmt.Sprintf(`select count(*) from events e where e::text ~ '%s' and e.slug = '%s'`, "Secret Lane", slug)))
}

func TestAHostIsToldThatTheEventIsCancelled(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", slug))
	posted(b, "events.host_decided", b.work.SendHostDecision)
	for range 2 {
		_, err := b.svc.CancelEvent(t.Context(), slug, events.ShiftID{}, "")
		require.NoError(t, err)
	}
	require.Empty(t, posted(b, "events.host_decided", b.work.SendHostDecision))
	mails := b.hostTold()
	require.Len(t, mails, 1, "once")
	require.Equal(t, []string{"grace@example.org", "Cancelled: Soup at Grace's"}, []string{mails[0].To, mails[0].Subject})
	require.NotContains(t, mails[0].Text, "public")
}

func TestNoTableRemembersAHostsHome(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", slug))
	_, err := b.rsvp(b.get(slug).Shifts[0].ID, "ada@example.org", 0)
	require.NoError(t, err)
	require.Equal(t, 1, b.edit(slug, events.Edit{Line1: new("8 Secret Lane")}), "to be told of another place than they know")
	_, err = b.work.EraseSignups(t.Context(), noon.AddDate(0, 0, 8))
	require.NoError(t, err)
	_, err = b.work.EraseHosts(t.Context(), noon.AddDate(0, 0, 8))
	require.NoError(t, err)
	_, err = b.work.EraseContacts(t.Context(), noon.AddDate(0, 0, 8))
	require.NoError(t, err)
	rows, err := b.db.Query(t.Context(), `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	for _, table := range tables {
		for _, private := range []string{"Secret Lane", "Grace''s home", "grace@", "Ho,", "ada@"} {
			require.Zero(t, b.number(fmt.Sprintf(`select count(*) from %q r where r::text like '%%%s%%'`, table, private)), "%s in %s", private, table)
		}
	}
}

// hostTold are the mails to hosts about what has changed.
func (b *bundle) hostTold() []messages.Message {
	b.t.Helper()
	return posted(b, "events.host_changed", b.work.SendHostChange)
}

func TestAHostIsToldWhatTheOrganisationChanges(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	slug, token := b.asks(supper())
	b.confirms(token)
	edit := func(e events.Edit, note eventsvc.Notice) int {
		t.Helper()
		n, err := b.svc.EditEvent(t.Context(), "tremont", slug, e, note)
		require.NoError(t, err)
		return n
	}
	edit(events.Edit{Line1: new("9 Secret Lane")}, "")
	require.Empty(t, b.hostTold(), "the mail that it is approved says where it is")
	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", slug))
	shift := b.get(slug).Shifts[0].ID

	_, err := b.svc.RescheduleShift(t.Context(), shift, "2026-12-01 19:00", "2026-12-01 21:00", "The hall is taken.")
	require.NoError(t, err)
	require.Zero(t, edit(events.Edit{Line1: new("1 Library Lane")}, "There is more room."), "nobody is signed up")
	edit(events.Edit{Title: new("Soup")}, "")
	mails := b.hostTold()
	require.Len(t, mails, 1, "both in one")
	m := mails[0]
	require.Equal(t, "grace@example.org", m.To)
	require.Equal(t, "tremont@example.org", m.ReplyTo)
	require.Equal(t, "Changed: Soup", m.Subject)
	b.says(m, "Hi Grace", "Monday, November 30", "Tuesday, December 1", "9 Secret Lane", "1 Library Lane", "The hall is taken.", "There is more room.", "Everybody who signed up is told", "/hosting/"+token)

	edit(events.Edit{Line1: new("2 Library Lane")}, "")
	edit(events.Edit{Line1: new("1 Library Lane")}, "")
	require.Empty(t, b.hostTold(), "it is as it was")
	_, err = b.svc.MoveOnline(t.Context(), slug, "https://meet.example.org/x", "")
	require.NoError(t, err)
	mails = b.hostTold()
	require.Len(t, mails, 1)
	require.Equal(t, "Moved online: Soup", mails[0].Subject)
	b.says(mails[0], "https://meet.example.org/x")
	_, err = b.svc.PostponeEvent(t.Context(), slug, "")
	require.NoError(t, err)
	require.Equal(t, "Postponed: Soup", b.hostTold()[0].Subject)
	_, err = b.svc.CancelEvent(t.Context(), slug, shift, "")
	require.NoError(t, err)
	require.Equal(t, "Cancelled: Soup", b.hostTold()[0].Subject)
	_, err = b.svc.CancelEvent(t.Context(), slug, events.ShiftID{}, "")
	require.NoError(t, err)
	require.Empty(t, b.hostTold(), "that is known")
}
