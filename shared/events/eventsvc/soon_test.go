package eventsvc_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
)

const (
	cleveland = "+12165550123"
	portland  = "+15035550123"
)

// texting lets the organisation send texts.
func (b *bundle) texting() {
	b.exec(`update organizations set sms_number = '+12165550100' where id = $1`, b.org)
}

// wants signs a person up who wants the reminder texted.
func (b *bundle) wants(shift events.ShiftID, email, phone string) error {
	in := form(shift, email, 0)
	in.Phone, in.TextMe = phone, true
	_, err := b.svc.RSVP(b.t.Context(), in)
	return err
}

// soon plans what is due, runs the jobs made so far and returns the texts.
func (b *bundle) soon() []messages.Text {
	b.t.Helper()
	before := len(b.mail.texts)
	b.plan()
	b.remind()
	return b.mail.texts[before:]
}

// promised is when the text comes that the page of a sign-up tells of; "" for none.
func (b *bundle) promised(email string) string {
	b.t.Helper()
	for _, r := range b.own(email).Reminders {
		if r.Kind == events.RemindSoon {
			return r.At.Local().Format("Jan 2 15:04 MST ") + r.To
		}
	}
	return ""
}

func TestWhoWantsATextGetsOneHalfAnHourBefore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20) // Wednesday at 6 PM
	require.NoError(t, b.wants(shift, "ada@example.org", "216 555 0123"))
	b.join(shift, "bob@example.org")
	b.cancel("bob@example.org")
	require.NoError(t, b.wants(shift, "bob@example.org", "216 555 0124"))
	b.cancel("bob@example.org")
	b.join(shift, "cyd@example.org")
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"))
	require.Empty(t, b.promised("cyd@example.org"))

	b.until(25, 17, 25)
	require.Empty(t, b.soon())
	b.until(25, 17, 30)
	require.Empty(t, b.promised("ada@example.org"), "it is on its way")
	texts := b.soon()
	require.Len(t, texts, 1, "to who wants one and did not cancel")
	require.Equal(t, messages.Text{
		Key: texts[0].Key, Kind: "events.remind", OrgID: texts[0].OrgID, To: cleveland, Till: noon.Add(54 * hour), Scope: messages.Reminders, Email: "ada@example.org",
		Body: "Tremont Neighbors: Canvass starts at 6:00 PM EST. Merrick House, 1050 Starkweather Ave, Cleveland. https://events.example.org/e/canvass Reply STOP to end.",
	}, texts[0])
	require.Equal(t, b.org, texts[0].OrgID.UUID)
	require.Equal(t, 1, b.number(`select count(*) from river_job where kind = 'events.remind' and args ->> 'what' = 'soon' and queue = 'texts'`), "planned once, and in the queue of texts")
	jobs := b.plan()
	b.pass(5 * time.Minute)
	require.Equal(t, jobs, b.plan())
	b.remind()
	for _, again := range b.mail.texts {
		require.Equal(t, texts[0].Key, again.Key, "a job that runs twice names the same text")
	}
}

func TestATextThatIsNotTrueAnyMoreIsNotSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ change, then string }{
		"cancelled shift":        {`update event_shifts set cancelled_at = now()`, ""},
		"cancelled event":        {`update events set status = 'cancelled'`, ""},
		"postponed event":        {`update events set status = 'postponed'`, ""},
		"later":                  {`update event_shifts set starts_at = starts_at + interval '10 minutes'`, "6:10 PM"},
		"cancelled":              {`update event_signups set status = 'cancelled', cancelled_at = now()`, ""},
		"not wanted any more":    {`update event_signups set text_to = ''`, ""},
		"elsewhere":              {`update event_signups set text_to = '+12165550188'`, "6:00 PM"},
		"no number to send from": {`update organizations set sms_number = null`, ""},
		"moved online":           {`update events set status = 'moved_online'`, "See your mail for how to join."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.texting()
			require.NoError(t, b.wants(b.shift(b.event("canvass", "Canvass"), 54*hour, 20), "ada@example.org", cleveland))
			b.until(25, 17, 30)
			require.Equal(t, 2, b.plan(), "that of the day, and the text")
			b.exec(c.change)
			b.remind()
			if name == "later" {
				require.Empty(t, b.mail.texts)
				b.pass(10 * time.Minute)
				b.soon()
			}
			if c.then == "" {
				require.Empty(t, b.mail.texts)
				return
			}
			require.Len(t, b.mail.texts, 1)
			require.Contains(t, b.mail.texts[0].Body, c.then)
		})
	}
}

func TestATextIsNotSentTooLateNorToWhoCameLate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.until(25, 17, 20)
	require.NoError(t, b.wants(shift, "ada@example.org", cleveland))
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"), "who asks for it ten minutes before wants it")
	b.until(25, 17, 31)
	require.NoError(t, b.wants(shift, "bob@example.org", "+12165550124"))
	require.Empty(t, b.promised("bob@example.org"))
	b.plan()
	b.until(25, 18, 0)
	b.remind()
	require.Empty(t, b.mail.texts, "it has begun")
	b.until(25, 17, 59)
	b.remind()
	require.Len(t, b.mail.texts, 1)
	require.Equal(t, cleveland, b.mail.texts[0].To)
}

func TestNobodyIsTextedAtNight(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		require.NoError(t, err)
		return when
	}
	for _, c := range []struct {
		name, place, start, phone string
		sent                      bool
	}{
		{"morning", "region = 'OH'", "2026-11-25T08:30:00-05:00", cleveland, true},
		{"before eight", "region = 'OH'", "2026-11-25T08:29:00-05:00", cleveland, false},
		{"evening", "region = 'OH'", "2026-11-25T21:20:00-05:00", cleveland, true},
		{"after nine", "region = 'OH'", "2026-11-25T21:30:00-05:00", cleveland, false},
		{"nine to it, were the planner late", "region = 'OH'", "2026-11-25T21:26:00-05:00", cleveland, false},
		{"night where the phone is", "region = 'OH'", "2026-11-25T11:00:00-05:00", portland, false},
		{"day at both", "region = 'OH'", "2026-11-25T11:30:00-05:00", portland, true},
		{"night at the event", "region = 'OH'", "2026-11-25T22:00:00-05:00", portland, false},
		{"a number of three zones, as the organisation's", "region = 'OH'", "2026-11-25T16:40:00-05:00", "+447400123456", false},
		{"the day the clocks went back", "region = 'OH'", "2026-11-01T08:30:00-05:00", cleveland, true},
		{"eight by the clock of the day before", "region = 'OH'", "2026-11-01T07:30:00-05:00", cleveland, false},
		{"the day the clocks go forward", "region = 'OH'", "2027-03-14T08:30:00-04:00", cleveland, true},
		{"seven by the new clock", "region = 'OH'", "2027-03-14T07:30:00-04:00", cleveland, false},
		{"the phone's clocks do not change", "timezone = 'America/Phoenix', region = 'AZ'", "2027-03-14T08:30:00-07:00", "+16025550123", true},
		{"Florida", "region = 'FL'", "2026-11-25T20:31:00-05:00", cleveland, false},
		{"Florida, earlier", "region = 'FL'", "2026-11-25T20:20:00-05:00", cleveland, true},
		{"Florida in words", "region = 'Florida'", "2026-11-25T20:40:00-05:00", cleveland, false},
		{"FL elsewhere", "region = 'FL', country = 'CH', timezone = 'Europe/Zurich'", "2026-11-25T20:45:00+01:00", "+41781234567", true},
		{"Connecticut", "region = 'CT'", "2026-11-25T09:15:00-05:00", cleveland, false},
		{"Rhode Island on a Saturday", "region = 'RI'", "2026-11-28T10:00:00-05:00", cleveland, false},
		{"Rhode Island on a Sunday", "region = 'RI'", "2026-11-29T14:00:00-05:00", cleveland, false},
		{"Rhode Island on a Monday", "region = 'RI'", "2026-11-30T10:00:00-05:00", cleveland, true},
		{"Texas on a Sunday", "region = 'TX'", "2026-11-29T12:00:00-05:00", cleveland, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.texting()
			if strings.HasPrefix(c.phone, "+44") {
				b.exec(`update organizations set sms_number = '+447400123400'`)
			}
			start := at(c.start)
			b.now.Store(int64(start.AddDate(0, 0, -3).Sub(noon) / time.Second))
			require.NoError(t, b.wants(b.shift(b.event("canvass", "Canvass", c.place), start.Sub(noon), 20), "ada@example.org", c.phone))
			require.Equal(t, c.sent, b.promised("ada@example.org") != "")
			late := time.Duration(0)
			if strings.Contains(c.name, "late") {
				late = 5 * time.Minute
			}
			b.now.Store(int64(start.Add(late-30*time.Minute).Sub(noon) / time.Second))
			require.Equal(t, c.sent, len(b.soon()) == 1)
		})
	}
}

func TestATextTellsNothingThatIsNotForEverybodyAndTakesTwoSegments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, set, org, want string
	}{
		{"private", "place_private = true", "", "Tremont Neighbors: Canvass starts at 6:00 PM EST. See your mail for the address. https://events.example.org/e/canvass Reply STOP to end."},
		{"online", "mode = 'online', online_url = 'https://meet.example.org/x'", "", "Tremont Neighbors: Canvass starts at 6:00 PM EST. See your mail for how to join. https://events.example.org/e/canvass Reply STOP to end."},
		{"nowhere yet", "venue = '', line1 = '', city = ''", "", "Tremont Neighbors: Canvass starts at 6:00 PM EST. https://events.example.org/e/canvass Reply STOP to end."},
		{"letters", "title = 'Café – “Cómo” é ł'", "Vecinos’ \n Unión", "Vecinos' Union: Café - \"Como\" é ł starts"},
		{"long", "title = repeat('Door to door ', 15)", "", "Tremont Neighbors: Door to door Door to door Door to door Door to door Door to door Door to door Door to door Door to door Door to door Door to door Door to door Door to door... starts at"},
		{"long place", "title = repeat('Door to door ', 9), venue = repeat('Hall ', 40)", "", "See your mail for the place. https://events.example.org/e/canvass Reply"},
		{"another script", "title = '在克利夫兰的社区一起敲门拜访邻居并讨论住房问题和公共交通，请带一件外套和一双好走的鞋子，还有足够喝一整天的水，以及你的朋友、家人和同事', venue = '', line1 = '', city = ''", "邻居们", "邻居们: 在克利夫兰的社区一起敲门拜访邻居并讨论住房问题和公共交通，请带一件外套和一双好走的鞋子，还有足... starts at 6:00 PM EST. https"},
		{"everything long", "title = repeat('字', 200), slug = repeat('a', 120)", strings.Repeat("名", 200), "Reply STOP to end."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.texting()
			if c.org != "" {
				b.exec(`update organizations set name = $1`, c.org)
			}
			require.NoError(t, b.wants(b.shift(b.event("canvass", "Canvass", c.set), 54*hour, 20), "ada@example.org", cleveland))
			b.until(25, 17, 30)
			texts := b.soon()
			require.Len(t, texts, 1)
			body := texts[0].Body
			require.Contains(t, body, c.want)
			require.True(t, strings.HasSuffix(body, "Reply STOP to end."), body)
			require.NotContains(t, body, "meet.example.org")
			if strings.Contains(c.set, "private") {
				require.NotContains(t, body, "Starkweather")
			}
			letters := []rune(body)
			if strings.ContainsAny(body, "字邻ł") {
				require.LessOrEqual(t, len(letters), 134)
			}
			require.LessOrEqual(t, len(letters), 306)
		})
	}
}

func TestConsentIsKeptInTheWordsThatWereRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	b.exec(`update organizations set privacy_url = 'https://tremont.example/privacy'`)
	event := b.event("canvass", "Canvass")
	in := form(b.shift(event, 54*hour, 20), "ada@example.org", 0)
	full := b.shift(event, 60*hour, 1)
	b.join(full, "bob@example.org")
	in.ShiftIDs, in.ShiftID = []events.ShiftID{in.ShiftID, full}, events.ShiftID{}
	in.Phone, in.TextMe = " (216) 555-0123 ", true
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 2, b.number(`select count(*) from event_signups where text_to = $1 and phone = '(216) 555-0123'`, cleveland), "each time, also one in line")
	var row struct {
		channel, address, status, method, wording string
		ip                                        netip.Addr
		at                                        time.Time
	}
	require.NoError(t, b.db.QueryRow(t.Context(), `select channel, address, status, method, wording, ip, k.created_at from consents k
		join contacts c on c.id = k.contact_id and c.email = 'ada@example.org' where k.org_id = $1 and k.address_hash = sha256($2::text::bytea)`, b.org, cleveland).
		Scan(&row.channel, &row.address, &row.status, &row.method, &row.wording, &row.ip, &row.at))
	require.Equal(t, []any{"sms", cleveland, "opt_in", "form", netip.MustParseAddr("192.0.2.7"), noon},
		[]any{row.channel, row.address, row.status, row.method, row.ip, row.at.UTC()})
	require.Equal(t, "Text me a reminder half an hour before. Tremont Neighbors sends one text for each time that you hold a place, at most five a day to one number. Message and data rates may apply. "+
		"Reply STOP to end, HELP for help. You can sign up without it. Privacy policy: https://tremont.example/privacy", row.wording)
	require.Equal(t, 1, b.number(`select count(*) from consents`), "once for all times")
}

func TestAnEmptyBoxAndARobotLeaveNoConsent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	shift := b.shift(event, 54*hour, 20)
	require.NoError(t, b.wants(shift, "early@example.org", "123 4567"), "no texts are sent, so the box of an old page asks for nothing")
	b.texting()
	in := form(shift, "ada@example.org", 0)
	in.Phone = "12 34 56 7"
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err, "without the box the phone is as free as ever")
	in.Email, in.Phone, in.TextMe, in.Website = "robot@example.org", cleveland, true, "x"
	_, err = b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Zero(t, b.number(`select count(*) from consents`))
	require.Zero(t, b.number(`select count(*) from event_signups where text_to <> ''`))
}

func TestOnlyAMobileNumberIsTexted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	for phone, want := range map[string]string{
		"": "Please tell us your mobile number", "12": "This is not a phone number", "555 0123": "cannot text this number", "123 456 7890": "cannot text this number",
		"(800) 555-0123": "cannot text this number", "216 555 0123 x5": "cannot text this number", "+49 30 1234567": "text no numbers of that country", "+1 900 555 0123": "cannot text this number",
		"+999 1234567": "cannot text this number",
	} {
		f := fault.As(b.wants(shift, "ada@example.org", phone))
		require.NotNil(t, f, phone)
		require.Equal(t, fault.Invalid, f.Code, phone)
		require.Equal(t, "phone", f.Fields[0].Name)
		require.Contains(t, f.Fields[0].Message, want, phone)
	}
	require.Zero(t, b.number(`select count(*) from event_signups`))
	for email, number := range map[string][2]string{
		"a@example.org": {"1-216-555-0123", cleveland}, "b@example.org": {"(216) 555-0123", cleveland}, "c@example.org": {"216.555.0123", cleveland},
	} {
		require.NoError(t, b.wants(shift, email, number[0]))
		require.Equal(t, 1, b.number(`select count(*) from event_signups where email = $1 and text_to = $2`, email, number[1]))
	}
	b.exec(`update events set country = 'GB'`)
	require.NoError(t, b.wants(shift, "d@example.org", "07400 123456"))
	require.Equal(t, 1, b.number(`select count(*) from event_signups where text_to = '+447400123456'`), "as it is written where the event is")
}

// Texts abroad cost many times as much, and who owns the number may be paid for each: so no form sends any there.
func TestOnlyNumbersOfTheEventsOrTheOrganisationsCountryAreTexted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "in@example.org")
	for name, number := range map[string]string{
		"Germany": "+4915112345678", "Latvia": "+37120123456", "Jamaica, which has America's prefix": "+18762101234", "a satellite": "+881612345678", "Jersey": "+447797712345",
	} {
		for _, err := range []error{b.wants(shift, "ada@example.org", number), func() error {
			_, err := b.svc.SetTexts(t.Context(), events.SetTextsIn{Token: b.token("in@example.org"), TextMe: true, Phone: number})
			return err
		}()} {
			f := fault.As(err)
			require.NotNil(t, f, name)
			require.Equal(t, fault.Invalid, f.Code, name)
			require.Equal(t, "phone", f.Fields[0].Name)
			require.NotContains(t, f.Error(), number[1:])
		}
	}
	require.Zero(t, b.number(`select count(*) from consents`))
	b.exec(`update events set country = 'DE'`)
	require.NoError(t, b.wants(shift, "a@example.org", "01511 2345678"))
	require.NoError(t, b.wants(shift, "b@example.org", "+1 216 555 0123"), "the organisation's")
	require.Error(t, b.wants(shift, "c@example.org", "+41781234567"))
	b.exec(`update organizations set sms_number = '+41781234500'`)
	require.NoError(t, b.wants(shift, "c@example.org", "+41781234567"))
	require.NoError(t, b.wants(shift, "d@example.org", "078 123 45 67"))
	require.Equal(t, 2, b.number(`select count(*) from event_signups where text_to = '+41781234567'`), "as it is written where the organisation is")
}

func TestSigningUpAgainMayAskForATextAndTakesNoneBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "ada@example.org")
	before, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	in := form(shift, "ada@example.org", 0)
	in.Phone, in.TextMe = cleveland, true
	after, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, before, after, "the answer tells nothing")
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"))
	require.NoError(t, b.wants(shift, "ada@example.org", cleveland))
	b.join(shift, "ada@example.org")
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"), "an empty box is how the form begins")
	again, err := b.rsvp(shift, "ada@example.org", 0)
	require.NoError(t, err)
	require.NoError(t, b.wants(shift, "ada@example.org", "+12165550199"))
	require.Equal(t, before, again)
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"), "whoever types an address may be somebody else, and takes no text away")
	require.Equal(t, 1, b.number(`select count(*) from consents`), "of what was noted")
}

// Where addresses are confirmed, a stranger who types one must not learn from a text that its owner takes part.
func TestAStrangerGetsNoTextOfAConfirmedSignUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	b.exec(`update organizations set verify_signups = true`)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	require.NoError(t, b.wants(shift, "ada@example.org", cleveland))
	require.Empty(t, b.promised("ada@example.org"), "nothing is promised before it is confirmed")
	_, err := b.accept("ada@example.org")
	require.NoError(t, err)
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"))
	require.NoError(t, b.wants(shift, "ada@example.org", "+12165550199"))
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"))
	require.Equal(t, 1, b.number(`select count(*) from consents`))
}

func TestTheTextOfASignUpIsStoppedAndWantedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	b.join(shift, "ada@example.org")
	set := func(phone string, textMe bool) (events.Signup, error) {
		return b.svc.SetTexts(t.Context(), events.SetTextsIn{Token: b.token("ada@example.org"), TextMe: textMe, Phone: phone})
	}
	require.False(t, b.own("ada@example.org").CanText)
	_, err := set(cleveland, true)
	require.Equal(t, fault.Conflict, code(err), "the organisation sends none")
	b.texting()
	require.True(t, b.own("ada@example.org").CanText)
	for phone, field := range map[string]string{"": "mobile number", "800 555 0123": "cannot text this number"} {
		_, err := set(phone, true)
		require.Contains(t, fault.As(err).Fields[0].Message, field)
	}
	out, err := set("216 555 0123", true)
	require.NoError(t, err)
	require.Equal(t, "0123", out.TextTo)
	require.Equal(t, "Nov 25 17:30 EST 0123", b.promised("ada@example.org"))
	for range 2 {
		out, err = set("", false)
		require.NoError(t, err)
		require.Empty(t, out.TextTo)
	}
	require.Empty(t, b.promised("ada@example.org"))
	require.Equal(t, 1, b.number(`select count(*) from consents where status = 'opt_in' and address = $1 and wording like 'Text me a reminder%'`, cleveland))
	require.Equal(t, 1, b.number(`select count(*) from consents where status = 'opt_out' and address = $1 and method = 'form' and wording = 'Send me no text for this'`, cleveland))
	_, err = set(cleveland, true)
	require.NoError(t, err)

	_, err = b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: b.own("ada@example.org").RemindersPath[len("/reminders/"):], Stopped: true})
	require.NoError(t, err)
	require.Empty(t, b.promised("ada@example.org"))
	require.False(t, b.own("ada@example.org").CanText, "no reminders is no text either")
	b.cancel("ada@example.org")
	_, err = set(cleveland, true)
	require.Equal(t, fault.Conflict, code(err))
	require.Empty(t, b.own("ada@example.org").TextTo)
	b.until(25, 17, 31)
	b.exec(`update event_signups set status = 'registered', cancelled_at = null`)
	_, err = set("+12165550199", true)
	require.Equal(t, fault.Conflict, code(err), "too late")
	_, err = set("", false)
	require.NoError(t, err, "but never too late to stop it")
}

func TestANumberThatStoppedIsPromisedNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	require.NoError(t, b.wants(shift, "ada@example.org", cleveland))
	require.Empty(t, b.own("ada@example.org").StartTexts)
	b.exec(`insert into suppressions (id, org_id, channel, address_hash, reason, created_at) values (gen_random_uuid(), $1, 'sms', sha256($2::text::bytea), 'stopped', now())`, b.org, cleveland)
	require.Empty(t, b.promised("ada@example.org"))
	require.Equal(t, "+12165550100", b.own("ada@example.org").StartTexts)
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: b.signup("ada@example.org"), Asked: 1}))
	require.NotContains(t, b.mail.sent[0].Text, "text you")
	require.NoError(t, b.wants(shift, "bob@example.org", "+12165550124"))
	require.NotEmpty(t, b.promised("bob@example.org"), "another number")
}

func TestTheFormOffersATextWhereOneCanCome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("canvass", "Canvass")
	night := b.shift(event, 44*hour, 20) // Wednesday at 8 AM
	require.False(t, b.get("canvass").Texts)
	b.texting()
	require.False(t, b.get("canvass").Texts, "half past seven is too early")
	b.shift(event, 54*hour, 20)
	require.True(t, b.get("canvass").Texts)
	require.NoError(t, b.wants(night, "ada@example.org", cleveland), "who ticked the box for another time")
	require.Empty(t, b.promised("ada@example.org"))
	b.until(25, 17, 30)
	require.False(t, b.get("canvass").Texts, "too late")
}

func TestTheConfirmationSaysWhatComes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	event := b.event("canvass", "Canvass")
	shift, other := b.shift(event, 54*hour, 20), b.shift(event, 78*hour, 20)
	require.NoError(t, b.wants(shift, "ada@example.org", cleveland))
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: b.signup("ada@example.org"), Asked: 1}))
	b.says(b.mail.sent[0], "We remind you on Tuesday, November 24 at 11:00 AM EST.", "We text you on Wednesday, November 25 at 5:30 PM EST, to the number ending 0123.", "We ask you how it was")
	require.NotContains(t, b.mail.sent[0].Text+b.mail.sent[0].HTML, "2165550123")
	require.NotContains(t, b.mail.sent[0].Text, "\n\n\n")

	in := form(events.ShiftID{}, "bob@example.org", 0)
	in.ShiftIDs, in.Phone, in.TextMe = []events.ShiftID{shift, other}, cleveland, true
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.NoError(t, b.work.SendConfirmations(t.Context(), eventsvc.ConfirmAllArgs{SignupIDs: b.ids("bob@example.org"), Asked: 1}))
	b.says(b.mail.sent[1], "Wednesday, November 25 at 5:30 PM EST, to the number ending 0123.", "Thursday, November 26 at 5:30 PM EST, to the number ending 0123.")

	_, err = b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: b.own("ada@example.org").RemindersPath[len("/reminders/"):], Stopped: true})
	require.NoError(t, err)
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: b.signup("ada@example.org"), Asked: 2}))
	require.NotContains(t, b.mail.sent[2].Text+b.mail.sent[2].HTML, "text you")
}

func TestEachOrganisationTextsFromANumberOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.organisation("harbor", "Harbor Votes")
	from := func(org string) string {
		number, err := b.svc.TextsFrom(t.Context(), org)
		require.NoError(t, err)
		return number
	}
	require.Empty(t, from("tremont"))
	require.NoError(t, b.svc.SetTextsFrom(t.Context(), "tremont", "+12165550100"))
	require.NoError(t, b.svc.SetTextsFrom(t.Context(), "tremont", "+12165550100"))
	require.Equal(t, "+12165550100", from("tremont"))
	require.Equal(t, fault.Conflict, code(b.svc.SetTextsFrom(t.Context(), "harbor", "+12165550100")))
	require.NoError(t, b.svc.SetTextsFrom(t.Context(), "tremont", "+12165550104"))
	require.NoError(t, b.svc.SetTextsFrom(t.Context(), "tremont", "+12165550100"))
	require.Equal(t, fault.Invalid, code(b.svc.SetTextsFrom(t.Context(), "harbor", "216 555 0101")))
	require.Equal(t, fault.NotFound, code(b.svc.SetTextsFrom(t.Context(), "nobody", "+12165550102")))
	require.Empty(t, from("harbor"))
	require.NoError(t, b.svc.SetTextsFrom(t.Context(), "tremont", ""))
	require.Empty(t, from("tremont"))
	require.Equal(t, 1, b.number(`select count(*) from organizations where slug = 'tremont' and former_sms_numbers = '{+12165550100,+12165550104}'`), "each once")
	_, err := b.svc.TextsFrom(t.Context(), "nobody")
	require.Equal(t, fault.NotFound, code(err))
}

func TestAnErasedSignUpHasNoNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	require.NoError(t, b.wants(b.shift(b.event("canvass", "Canvass"), 54*hour, 20), "ada@example.org", cleveland))
	_, err := b.work.EraseSignups(t.Context(), noon.AddDate(1, 0, 0))
	require.NoError(t, err)
	require.Zero(t, b.number(`select count(*) from event_signups where text_to <> ''`))
}

// ids are the sign-ups of an address.
func (b *bundle) ids(email string) (ids []uuid.UUID) {
	b.t.Helper()
	rows, err := b.db.Query(b.t.Context(), `select id from event_signups where email = $1 order by id`, email)
	require.NoError(b.t, err)
	ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	require.NoError(b.t, err)
	return ids
}

// An organisation keeps its number when whoever runs the site has no provider any more.
func TestWithoutAProviderNoTextIsOfferedPromisedOrPlanned(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.texting()
	shift := b.shift(b.event("canvass", "Canvass"), 54*hour, 20)
	require.NoError(t, b.wants(shift, "ada@example.org", cleveland))
	require.True(t, b.get("canvass").Texts)
	require.NotEmpty(t, b.promised("ada@example.org"))

	b.noTexts = true
	b.serve(b.images)
	require.False(t, b.get("canvass").Texts)
	require.NoError(t, b.wants(shift, "bob@example.org", "12345678"), "the box of an old page asks for nothing")
	require.Equal(t, 1, b.number(`select count(*) from consents`))
	require.Empty(t, b.promised("ada@example.org"))
	require.False(t, b.own("bob@example.org").CanText)
	_, err := b.svc.SetTexts(t.Context(), events.SetTextsIn{Token: b.token("bob@example.org"), TextMe: true, Phone: cleveland})
	require.Equal(t, fault.Conflict, code(err))
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: b.signup("ada@example.org"), Asked: 1}))
	require.NotContains(t, b.mail.sent[0].Text, "text you")
	b.exec(`insert into suppressions (id, org_id, channel, address_hash, reason, created_at) values (gen_random_uuid(), $1, 'sms', sha256($2::text::bytea), 'stopped', now())`, b.org, cleveland)
	require.Empty(t, b.own("ada@example.org").StartTexts)
	b.until(25, 17, 30)
	require.Empty(t, b.soon())
	require.Zero(t, b.number(`select count(*) from event_reminders where kind = 'soon'`))
}
