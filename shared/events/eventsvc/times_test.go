package eventsvc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
)

func several(email string, shifts ...events.ShiftID) events.RSVPIn {
	return events.RSVPIn{ShiftIDs: shifts, GivenName: "Ada", FamilyName: "Lovelace", Email: email}
}

func TestSeveralTimesAreOneSignUpAndOneMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	late, early, full := b.shift(event, 72*hour, 9), b.shift(event, 24*hour, 9), b.shift(event, 48*hour, 1)
	b.join(full, "bob@example.org")
	out, err := b.svc.RSVP(t.Context(), several("ada@example.org", late, early, full, early))
	require.NoError(t, err)
	require.Equal(t, events.RSVPOut{EventSlug: "canvass", ShiftID: early, Email: "ada@example.org", ShiftIDs: []events.ShiftID{early, full, late},
		Waitlisted: []events.PlaceInLine{{ShiftID: full, Position: 1}}}, out)
	require.Equal(t, 1, b.jobs("events.confirm_all"))
	require.Equal(t, 1, b.jobs("events.confirm"), "Bob's")
	require.Zero(t, b.jobs("events.waitlisted"))

	own := b.own("ada@example.org")
	require.Len(t, own.Others, 2)
	for _, other := range own.Others {
		there, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: strings.TrimPrefix(other.Path, "/my/")})
		require.NoError(t, err)
		require.Equal(t, other.Shift.ID, there.Shift.ID)
		require.Equal(t, other.Status, there.Status)
	}

	var job eventsvc.ConfirmAllArgs
	require.NoError(t, b.db.QueryRow(t.Context(), `select args from river_job where kind = 'events.confirm_all'`).Scan(&job))
	require.NoError(t, b.work.SendConfirmations(t.Context(), job))
	m := b.mail.sent[0]
	require.Equal(t, "You’re signed up: Canvass, 3 times", m.Subject)
	for _, body := range []string{m.Text, text(t, m.HTML)} {
		for _, want := range []string{"Tuesday, November 24", "Wednesday, November 25", "Thursday, November 26", "number 1 on the waitlist", "1050 Starkweather Ave"} {
			require.Contains(t, body, want)
		}
		require.Equal(t, 3, strings.Count(body, "/my/"))
	}
	require.Len(t, m.Attachments, 1)
	require.Equal(t, 2, strings.Count(unfold(m.Attachments[0].Data), "BEGIN:VEVENT"), "the times with a place")

	again, err := b.svc.RSVP(t.Context(), several("ada@example.org", late, early))
	require.NoError(t, err)
	require.Empty(t, again.Waitlisted)
	require.Equal(t, 1, b.jobs("events.confirm_all"), "not again within the hour")
	b.cancel("ada@example.org")
	require.NoError(t, b.work.SendConfirmations(t.Context(), job))
	require.Contains(t, b.mail.sent[1].Subject, "2 times", "what was cancelled since is left out")
	require.Equal(t, m.Key, b.mail.sent[1].Key)
}

func TestSeveralTimesAreAllOrNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass", "waitlist_enabled = false")
	one, two, full := b.shift(event, 24*hour, 9), b.shift(event, 25*hour, 9), b.shift(event, 48*hour, 0)
	foreign := b.shift(b.event("other", "Other"), 72*hour, 9)
	many := make([]events.ShiftID, 21)
	for i := range many {
		many[i] = events.ShiftID{UUID: uuid.Must(uuid.NewV7())}
	}
	both := several("ada@example.org", one)
	both.ShiftID = full
	for name, c := range map[string]struct {
		in       events.RSVPIn
		code     fault.Code
		sentence string
	}{
		"one is full":       {several("ada@example.org", one, full), fault.Conflict, "Wed, Nov 25 at 12:00 PM EST: This time is full."},
		"they overlap":      {several("ada@example.org", one, two), fault.Invalid, "overlap"},
		"of two events":     {several("ada@example.org", one, foreign), fault.NotFound, "not offered any more"},
		"one is not there":  {several("ada@example.org", one, many[0]), fault.NotFound, "not offered any more"},
		"too many":          {several("ada@example.org", many...), fault.Invalid, "at most 20"},
		"both ways":         {both, fault.Invalid, "one way only"},
		"none":              {several("ada@example.org"), fault.Invalid, "choose a time"},
		"one has no number": {several("ada@example.org", one, events.ShiftID{}), fault.Invalid, "choose a time"},
	} {
		_, err := b.svc.RSVP(t.Context(), c.in)
		require.Equal(t, c.code, code(err), name)
		require.Contains(t, fault.As(err).Message, c.sentence, name)
	}
	require.Zero(t, b.number(`select count(*) from event_signups`)+b.number(`select sum(taken) from event_shifts`)+b.jobs("events.confirm_all"))
}

// People who choose the same times in other orders must not wait for each other for ever.
func TestManyWhoChooseSeveralTimesDoNotLockEachOtherOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shifts := []events.ShiftID{b.shift(event, 24*hour, 20), b.shift(event, 48*hour, 20), b.shift(event, 72*hour, 20)}
	var g errgroup.Group
	g.SetLimit(32)
	for i := range 90 {
		g.Go(func() error {
			_, err := b.svc.RSVP(t.Context(), several(address(i), shifts[i%3], shifts[(i+1)%3]))
			return err
		})
	}
	require.NoError(t, g.Wait())
	for _, shift := range shifts {
		require.Equal(t, 20, b.taken(shift))
		b.consistent(shift)
	}
	require.Equal(t, 120, b.number(`select count(*) from event_signups where status = 'waitlisted'`))
}

// seatMails goes through everything that happens to somebody who waits, and returns the mails by what they are.
func seatMails(t *testing.T) map[string]messages.Message {
	t.Helper()
	b := setup(t)
	event := b.event("canvass", "Canvass in Tremont", "guests_allowed = 3", "contact_name = 'Bea', contact_email = 'bea@example.org'", "instructions = 'Ring twice.'", "place_private = true")
	shift := b.shift(event, 24*hour, 1)
	b.join(shift, "ada@example.org")
	_, err := b.rsvp(shift, "bob@example.org", 0)
	require.NoError(t, err)
	out := map[string]messages.Message{}
	bob := b.signup("bob@example.org")
	send := func(name string, do func() error) {
		require.NoError(t, do())
		require.Len(t, b.mail.sent, len(out)+1, name)
		out[name] = b.mail.sent[len(out)]
	}
	send("waitlisted", func() error {
		return b.work.SendWaitlisted(t.Context(), eventsvc.WaitlistedArgs{SignupID: bob, Asked: noon.Unix()})
	})
	b.cancel("ada@example.org")
	require.NoError(t, b.work.SendWaitlisted(t.Context(), eventsvc.WaitlistedArgs{SignupID: bob, Asked: noon.Unix()}), "out of date: nothing")
	offer := func() error {
		return b.work.SendOffer(t.Context(), eventsvc.OfferedArgs{SignupID: bob, Sequence: 1, Asked: noon.Unix()})
	}
	send("offer", offer)
	b.pass(12 * hour)
	require.NoError(t, offer(), "an offer that is over is not made")
	require.NoError(t, b.work.ExpireOffer(t.Context(), eventsvc.ExpireOfferArgs{SignupID: bob}))
	send("expired", func() error {
		return b.work.SendOfferExpired(t.Context(), eventsvc.OfferExpiredArgs{SignupID: bob, Sequence: 2, Asked: noon.Unix()})
	})
	three := 3
	require.NoError(t, b.svc.SetCapacity(t.Context(), shift, eventsvc.Capacity{Main: &three}))
	b.join(shift, "cyd@example.org")
	_, err = b.svc.SetParty(t.Context(), events.PartyIn{Token: b.token("cyd@example.org"), Guests: 2})
	require.NoError(t, err)
	send("party", func() error {
		return b.work.SendParty(t.Context(), eventsvc.PartyArgs{SignupID: b.signup("cyd@example.org"), Sequence: 1, Asked: noon.Unix()})
	})
	b.join(shift, "dan@example.org")
	b.cancel("dan@example.org")
	send("left", func() error {
		return b.work.SendLeftLine(t.Context(), eventsvc.LeftLineArgs{SignupID: b.signup("dan@example.org"), Sequence: 1, Asked: noon.Unix()})
	})
	later := b.shift(event, 72*hour, 5)
	_, err = b.svc.RSVP(t.Context(), several("eve@example.org", shift, later))
	require.NoError(t, err)
	var job eventsvc.ConfirmAllArgs
	require.NoError(t, b.db.QueryRow(t.Context(), `select args from river_job where kind = 'events.confirm_all'`).Scan(&job))
	send("times", func() error { return b.work.SendConfirmations(t.Context(), job) })
	return out
}

func TestMailsToThoseWhoWait(t *testing.T) {
	t.Parallel()
	mails := seatMails(t)
	for name, want := range map[string][]string{
		"waitlisted": {"You’re on the waitlist", "number 1 in line", "leave", "/my/"},
		"offer":      {"We hold your place until Tuesday, November 24, 12:00 AM EST", "not signed up before you accept", "/my/"},
		"expired":    {"until Tuesday, November 24, 12:00 AM EST", "went to the next in line", "/e/canvass", "joins the waitlist|join the waitlist"},
		"party":      {"you are 3 now", "Ring twice.", "1050 Starkweather Ave", "/my/"},
		"left":       {"You left the waitlist", "/e/canvass"},
		"times":      {"2 times|number 1 on the waitlist", "You have a place"},
	} {
		m := mails[name]
		require.NoError(t, m.Validate(), name)
		for _, body := range []string{m.Text, text(t, m.HTML)} {
			for _, w := range want {
				require.Regexp(t, w, body, name)
			}
			require.NotContains(t, body, "%!", name)
			if name != "party" && name != "times" {
				require.NotContains(t, body, "Starkweather", "the address is for those with a place: %s", name)
				require.NotContains(t, body, "Ring twice", name)
				require.Empty(t, m.Attachments, name)
			}
		}
		require.Contains(t, m.Text, "bea@example.org", name)
		require.NotContains(t, m.Text, "\n\n\n\n", name)
	}
	entry := unfold(mails["party"].Attachments[0].Data)
	require.Contains(t, entry, "SEQUENCE:1", "it replaces the confirmation's")
	if folder := os.Getenv("MAIL_SHOTS"); folder != "" {
		for name, m := range mails {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+".html"), []byte(m.HTML), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+".txt"), []byte(m.Text), 0o600))
		}
	}
}

// One transaction is for one organisation: what is due at another's shift is not done in it.
func TestTimesOfTwoOrganisationsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	theirs := b.shift(b.event("canvass", "Canvass"), 24*hour, 1)
	b.join(theirs, "bob@example.org")
	b.join(theirs, "eve@example.org")
	b.exec(`update event_shifts set capacity = 2 where id = $1`, theirs.UUID) // so that the next one who locks it makes an offer
	b.org = b.organisation("harbor", "Harbor Votes")
	mine := b.shift(b.event("rally", "Rally"), 48*hour, 9)
	for _, times := range [][]events.ShiftID{{theirs, mine}, {mine, theirs}} {
		_, err := b.svc.RSVP(t.Context(), several("ada@example.org", times...))
		require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
	}
	require.Equal(t, 1, b.number(`select waiting from event_shifts where id = $1`, theirs.UUID))
	require.Zero(t, b.number(`select count(*) from event_signups where email = 'ada@example.org'`))
}
