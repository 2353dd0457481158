package pages

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
)

// crowded is a hybrid event: its seats in person are taken, those online nearly.
func crowded(t *testing.T) EventData {
	t.Helper()
	d := loadEvent(t, EventParams{Slug: "knock"})
	d.Event.Mode = events.Hybrid
	d.Event.Shifts = []events.Shift{
		{ID: shiftID(3), Start: at(29, 10), End: at(29, 13), Capacity: new(20), Taken: 20, Waiting: 3, OnlineCapacity: new(50), OnlineTaken: 49, Waitlist: true},
		{ID: shiftID(4), Start: at(30, 10), End: at(30, 13), Capacity: new(20), Taken: 20, OnlineCapacity: new(5), OnlineTaken: 5, OnlineWaiting: 1, Waitlist: true},
	}
	return d
}

func offered() events.Signup {
	s := signup()
	s.Status, s.OfferEnds = events.Offered, new(at(24, 9))
	s.Others = []events.OtherSignup{{Shift: s.Event.Shifts[2], Status: events.Waitlisted, Path: "/my/other"}}
	return s
}

// unconfirmed is a new sign-up of an organisation that wants those confirmed.
func unconfirmed() events.Signup {
	s := offered()
	s.Unconfirmed, s.Others[0].Status, s.Others[0].Unconfirmed = true, events.Offered, true
	return s
}

func TestTheFormSaysBeforeThatItIsAWaitlist(t *testing.T) {
	t.Parallel()
	d := crowded(t)
	p := fullstacktest.View(t, Event.View(d))
	require.Equal(t, "Sign up", p.Text("form#rsvp button"), "a place online is free")
	first := p.Find(".choice-card").First().Text()
	require.Contains(t, first, "In person: Full. 3 are on the waitlist")
	require.Contains(t, first, "Online: 1 spot left of 50")
	require.Contains(t, p.Find(".choice-card").Eq(1).Text(), "In person: Full. You would be the first on the waitlist")
	require.False(t, p.Has("[name=shift_ids][checked]"))

	d.Event.Shifts = d.Event.Shifts[1:]
	p = fullstacktest.View(t, Event.View(d))
	require.Equal(t, "Join the waitlist", p.Text("form#rsvp button"))
	require.Equal(t, "Join the waitlist", p.Text("#signup h2"))
	require.Equal(t, "Join the waitlist", p.Text(".action-bar a"))
	require.Equal(t, 1, p.Find("[type=radio][name=shift_id][checked]").Length(), "the only one is chosen")
	requireAccessible(t, p)
	d.Event.Shifts[0].Waitlist = false
	require.Equal(t, "Sign-up is closed", fullstacktest.View(t, Event.View(d)).Text(".card-title"))
}

func TestTheFormSaysBeforeThatASignUpIsToBeConfirmed(t *testing.T) {
	t.Parallel()
	d := crowded(t)
	const note = "hold your place until you follow it and confirm"
	require.NotContains(t, fullstacktest.View(t, Event.View(d)).Text("form#rsvp"), note)
	d.Event.Confirms = true
	p := fullstacktest.View(t, Event.View(d))
	require.Contains(t, p.Text("form#rsvp button + .field-hint"), note)
	requireAccessible(t, p)
	d.Event.Shifts = d.Event.Shifts[1:]
	require.NotContains(t, fullstacktest.View(t, Event.View(d)).Text("form#rsvp"), note, "who waits is offered a place and takes it")
}

func TestWhatWasTickedStaysTicked(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	sent := func(values ...string) *fullstacktest.Page {
		d.Submission = &fullstack.Submission{Form: "rsvp", Values: map[string][]string{"shift_ids": values}, Fault: &fault.Error{Code: fault.Invalid,
			Message: "Please check one field.", Fields: []fault.Field{{Name: "shift_ids", Message: "They overlap."}}}}
		return fullstacktest.View(t, Event.View(d))
	}
	both := sent(shiftID(1).String(), shiftID(2).String())
	require.Equal(t, 2, both.Find("[name=shift_ids][checked]").Length())
	require.Equal(t, "They overlap.", both.Text("#rsvp-shift_ids-error"))
	require.Equal(t, "rsvp-shift_ids-error", both.Attr("fieldset", "aria-describedby"))
	require.False(t, sent().Has("[name=shift_ids][checked]"))
}

func TestTheAnswerSaysThePlaceInLine(t *testing.T) {
	t.Parallel()
	one, two := shiftID(1), shiftID(3)
	url := joinedURL(events.RSVPOut{EventSlug: "knock", ShiftID: one, ShiftIDs: []events.ShiftID{one, two}, Waitlisted: []events.PlaceInLine{{ShiftID: two, Position: 4}}})
	require.Equal(t, "/e/knock?joined="+one.String()+"%2C"+two.String()+"&waiting="+two.String()+".4#joined", url)
	require.Equal(t, "/e/knock?joined="+one.String()+"#joined", joinedURL(events.RSVPOut{EventSlug: "knock", ShiftID: one}))
	mixed := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Joined: one.String() + "," + two.String(), Waiting: two.String() + ".4"})))
	require.Equal(t, "You’re signed up", mixed.Text("#joined h2"))
	require.Contains(t, mixed.Text("#joined"), "number 4 on the waitlist")
	requireAccessible(t, mixed)
	waiting := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Joined: two.String(), Waiting: two.String() + ".4"})))
	require.Equal(t, "You’re on the waitlist", waiting.Text("#joined h2"))
	require.Contains(t, waiting.Text("#joined"), "You’re number 4 in line")
	for _, forged := range []string{two.String() + ".-4", two.String() + ".x", two.String() + ".99999999999999999999", "x.1", ",,", "."} {
		p := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Joined: two.String(), Waiting: forged})))
		require.Equal(t, "You’re signed up", p.Text("#joined h2"), forged)
	}
}

func TestTheAnswerAsksToConfirm(t *testing.T) {
	t.Parallel()
	one, two := shiftID(1), shiftID(3)
	out := events.RSVPOut{EventSlug: "knock", ShiftID: one, Confirm: true}
	require.Equal(t, "/e/knock?joined="+one.String()+"&confirm=true#joined", joinedURL(out))
	p := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Joined: one.String(), Confirm: true})))
	require.Equal(t, "One step is left", p.Text("#joined h2"))
	require.Contains(t, p.Text("#joined"), "We hold your place for now. Check your email and confirm")
	require.NotContains(t, p.Text("#joined"), "calendar", "there is no appointment yet")
	requireAccessible(t, p)
	mixed := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Joined: one.String() + "," + two.String(), Waiting: two.String() + ".4", Confirm: true})))
	require.Contains(t, mixed.Text("#joined"), "for them you are on the waitlist")
	waiting := fullstacktest.View(t, Event.View(loadEvent(t, EventParams{Joined: two.String(), Waiting: two.String() + ".4", Confirm: true})))
	require.Equal(t, "You’re on the waitlist", waiting.Text("#joined h2"), "who waits has nothing to confirm")
}

func TestMySignupOfThoseWhoWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*events.Signup)
		title  string
		forms  []string
		text   string
	}{
		"in line": {func(s *events.Signup) { s.Status, s.Position, s.OfferEnds = events.Waitlisted, 3, nil }, "You are number 3 in line",
			[]string{"cancel", "party"}, "With more you go to the end of it."},
		"offered": {func(*events.Signup) {}, "A place is free for you, Sam", []string{"accept", "cancel", "party"}, "We hold it until Tue, Nov 24, 9:00 AM EST"},
		"to be confirmed": {func(s *events.Signup) { *s = unconfirmed() }, "One step is left, Sam", []string{"accept", "cancel", "party"},
			"Confirm that it is you who signed up. We hold your place until Tue, Nov 24, 9:00 AM EST. After that it goes back to the others."},
		"to be confirmed what is postponed": {func(s *events.Signup) { *s = unconfirmed(); s.Event.Status = events.Postponed }, "This event is postponed",
			[]string{"accept", "cancel", "party"}, "Your place is not confirmed yet, and we hold it until Tue, Nov 24, 9:00 AM EST"},
		"not confirmed": {func(s *events.Signup) {
			s.Unconfirmed, s.Status, s.EndedReason = true, events.SignupCancelled, events.EndedExpired
		}, "Your place was not confirmed", nil, "It went back to the others."},
		"expired":   {func(s *events.Signup) { s.Status, s.EndedReason = events.SignupCancelled, events.EndedExpired }, "Your offer has ended", nil, "until Tue, Nov 24, 9:00 AM EST"},
		"organiser": {func(s *events.Signup) { s.Status, s.EndedReason = events.SignupCancelled, events.EndedByOrganiser }, "Your place in line has ended", nil, "after all"},
		"junk":      {func(s *events.Signup) { s.Status, s.EndedReason = events.SignupCancelled, events.EndedJunk }, "Your sign-up was cancelled", nil, "organisers"},
		"in line for what moved online": {func(s *events.Signup) {
			s.Status, s.Position, s.OfferEnds, s.Event.Status = events.Waitlisted, 3, nil, events.MovedOnline
		}, "You are number 3 in line", []string{"cancel", "party"}, "This event moved online. You do not have places yet."},
		"offered what moved online": {func(s *events.Signup) { s.Event.Status = events.MovedOnline }, "A place is free for you, Sam",
			[]string{"accept", "cancel", "party"}, "This event moved online. We hold it until Tue, Nov 24, 9:00 AM EST"},
		"in line for what is postponed": {func(s *events.Signup) {
			s.Status, s.Position, s.OfferEnds, s.Event.Status = events.Waitlisted, 3, nil, events.Postponed
		}, "This event is postponed", []string{"cancel", "party"}, "You keep your place in line: you are number 3. There is no new date yet; we write to you when there is one."},
		"offered what is postponed": {func(s *events.Signup) { s.Event.Status = events.Postponed }, "This event is postponed",
			[]string{"accept", "cancel", "party"}, "A place is free for you, and we hold it until Tue, Nov 24, 9:00 AM EST. There is no new date yet"},
		"begun": {func(s *events.Signup) { s.Status, s.Event.Now = events.Waitlisted, at(28, 11).At }, "No place became free in time", []string{"cancel", "party"}, "closed"},
		"ended with its time": {func(s *events.Signup) {
			s.Status, s.EndedReason, s.Shift.Cancelled = events.SignupCancelled, events.EndedByOrganiser, true
		}, "This event was cancelled", nil, "You do not need to do anything"},
		"the event cancelled": {func(s *events.Signup) { s.Event.Status = events.Cancelled }, "This event was cancelled", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := offered()
			c.change(&s)
			p := fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: s}))
			require.Equal(t, c.title, p.Text(".alert-title"))
			require.Contains(t, p.Text("main"), c.text)
			require.Equal(t, "/my/other", p.Attr("a[href^='/my/']", "href"), "the other times")
			require.Equal(t, len(c.forms), p.Find("form").Length())
			for _, form := range c.forms {
				require.Equal(t, "secret", p.Attr("form#"+form+" [name=token]", "value"), form)
			}
			require.NotContains(t, p.Text("main"), "Join online")
			requireAccessible(t, p)
		})
	}
	p := fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: signup()}))
	require.Equal(t, "2", p.Attr("form#party option[selected]", "value"), "the party as it is")
}

func TestMySignupAsksWhetherOneComes(t *testing.T) {
	t.Parallel()
	view := func(s events.Signup) *fullstacktest.Page {
		return fullstacktest.View(t, MySignup.View(MyData{Token: "secret", Signup: s}))
	}
	s := dayBefore()
	p := view(s)
	require.Equal(t, "Yes, I’m coming", p.Text("form#coming button"))
	require.Equal(t, "secret", p.Attr("form#coming [name=token]", "value"))
	requireAccessible(t, p)
	s.AskComing, s.Coming = false, true
	p = view(s)
	require.False(t, p.Has("form#coming"))
	require.Contains(t, p.Text("#coming"), "You said that you are coming")
	require.True(t, p.Has("form#cancel"))
	requireAccessible(t, p)
	s.Event.Status = events.Cancelled
	require.False(t, view(s).Has("#coming"))
	require.False(t, view(signup()).Has("#coming"), "it is not time to ask")
}

// A line that is left from when the time had a limit.
func TestPeopleMayWaitWhereThereIsNoLimit(t *testing.T) {
	t.Parallel()
	d := loadEvent(t, EventParams{Slug: "knock"})
	for i := range d.Event.Shifts {
		d.Event.Shifts[i].Capacity, d.Event.Shifts[i].Waiting = nil, 2
	}
	jsonLD(t, d)
	fullstacktest.View(t, Event.View(d))
}
