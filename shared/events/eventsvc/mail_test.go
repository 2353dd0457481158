package eventsvc_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/messages"
)

// confirm signs an address up and sends the mail its job asks for.
func (b *bundle) confirm(shift events.ShiftID, email string, guests int) (eventsvc.ConfirmArgs, messages.Message) {
	b.t.Helper()
	_, err := b.rsvp(shift, email, guests)
	require.NoError(b.t, err)
	job := eventsvc.ConfirmArgs{SignupID: b.signup(email), Sequence: 0, Asked: noon.Unix()}
	require.NoError(b.t, b.work.SendConfirmation(b.t.Context(), job))
	require.NotEmpty(b.t, b.mail.sent)
	return job, b.mail.sent[len(b.mail.sent)-1]
}

func TestConfirmationHoldsAllOneNeeds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("party", "House party", "place_private = true", "mode = 'hybrid'", "online_url = 'https://meet.example.org/x'", "guests_allowed = 3",
		"instructions = E'Ring twice.\nBring a chair.'", "accessibility = 'accessible'", "contact_name = 'Bea', contact_email = 'bea@example.org'")
	_, m := b.confirm(b.shift(event, 24*hour, 20), "ada@example.org", 1)
	require.Equal(t, "You’re signed up: House party, Tue, Nov 24 at 12:00 PM EST", m.Subject)
	require.Equal(t, []string{"ada@example.org", "Ada Lovelace", "bea@example.org", "events.confirm"}, []string{m.To, m.ToName, m.ReplyTo, m.Kind})
	manage := "https://events.example.org/my/" + b.token("ada@example.org")
	for form, body := range map[string]string{"text": m.Text, "html": text(t, m.HTML)} {
		for _, want := range []string{
			"House party", "Tuesday, November 24, 2026", "12:00 PM – 2:00 PM EST", "You and one guest", "Merrick House", "1050 Starkweather Ave",
			"Cleveland, OH 44113", "https://www.google.com/maps/search/?api=1", "Ring twice.", "Bring a chair.",
			"Wheelchair accessible.", "Bea", "bea@example.org", manage, "Tremont Neighbors", "Paid for by Tremont Neighbors",
		} {
			require.Contains(t, body, want, form)
		}
	}
	require.NotContains(t, m.Text+m.HTML, "https://meet.example.org/x", "the link is for those who take part online")
	require.Contains(t, text(t, m.HTML), "calendar.google.com")
	require.NotContains(t, m.Text, "\n\n\n\n")
	require.Len(t, m.Attachments, 1)
	require.Equal(t, "text/calendar; charset=utf-8; method=PUBLISH", m.Attachments[0].Type)
	entry := unfold(m.Attachments[0].Data)
	require.Contains(t, entry, "DTSTART:20261124T170000Z")
	require.Contains(t, entry, "SEQUENCE:0")
	require.Contains(t, entry, "1050 Starkweather Ave")
	require.Contains(t, entry, "URL:https://events.example.org/e/party")
	require.NotContains(t, entry, "/my/", "whoever sees the calendar could cancel")
}

func TestCancellationTakesTheEntryOutOfTheCalendar(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass", "place_private = true"), 24*hour, 20)
	job, confirmed := b.confirm(shift, "ada@example.org", 0)
	_, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: b.token("ada@example.org")})
	require.NoError(t, err)
	require.NoError(t, b.work.SendConfirmation(t.Context(), job), "a late confirmation of a cancelled sign-up")
	require.Len(t, b.mail.sent, 1, "says nothing")

	require.NoError(t, b.work.SendCancellation(t.Context(), eventsvc.CancelledArgs{SignupID: job.SignupID, Sequence: 1, Asked: noon.Unix()}))
	m := b.mail.sent[1]
	require.Equal(t, "Cancelled: Canvass, Tue, Nov 24 at 12:00 PM EST", m.Subject)
	require.NotContains(t, m.HTML+m.Text, "Starkweather")
	require.Contains(t, m.Text, "https://events.example.org/e/canvass")
	entry := unfold(m.Attachments[0].Data)
	require.Contains(t, entry, "METHOD:CANCEL")
	require.Contains(t, entry, "STATUS:CANCELLED")
	require.Contains(t, entry, "SEQUENCE:1")
	uid := "UID:" + shift.String() + "@events.example.org"
	require.Contains(t, entry, uid)
	require.Contains(t, unfold(confirmed.Attachments[0].Data), uid)
}

func TestMailsOfOneJobShareTheirKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	job, first := b.confirm(b.shift(b.event("canvass", "Canvass"), 24*hour, 20), "ada@example.org", 0)
	require.NoError(t, b.work.SendConfirmation(t.Context(), job))
	require.Equal(t, first, b.mail.sent[1])
	job.Asked++
	require.NoError(t, b.work.SendConfirmation(t.Context(), job))
	require.NotEqual(t, first.Key, b.mail.sent[2].Key, "details asked for again are another mail")
}

func TestMailsEscapeWhatPeopleTyped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("xss", "<script>alert(1)</script> & \"co\"", "online_url = 'javascript:alert(1)'", "mode = 'hybrid'",
		"instructions = '<img src=x onerror=alert(1)>'", "title = E'Title\r\nBcc:\x1b eve@example.org'")
	b.exec(`update organizations set privacy_url = 'javascript:alert(2)'`)
	shift := b.shift(event, 24*hour, 20)
	in := form(shift, "ada@example.org", 0)
	in.GivenName = `<b onclick="x">Ada`
	_, err := b.svc.RSVP(t.Context(), in)
	require.NoError(t, err)
	require.NoError(t, b.work.SendConfirmation(t.Context(), eventsvc.ConfirmArgs{SignupID: b.signup("ada@example.org"), Asked: noon.Unix()}))
	m := b.mail.sent[0]
	require.Equal(t, "You’re signed up: Title Bcc: eve@example.org, Tue, Nov 24 at 12:00 PM EST", m.Subject)
	require.NoError(t, m.Validate())
	require.NotContains(t, m.HTML, "javascript:")
	require.NotContains(t, m.HTML, "<img")
	require.NotContains(t, m.HTML, "<b onclick")
	require.Contains(t, m.HTML, "&lt;img")
	require.NotContains(t, m.Text, "JOIN ONLINE")
}

func TestCalendarOfAPrivateEventHasNoAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	event := b.event("party", "House party", "place_private = true", "latitude = 41.5, longitude = -81.7")
	b.shift(event, 24*hour, 20)
	b.shift(event, 48*hour, 20)
	file, err := b.svc.Calendar(t.Context(), events.GetIn{Slug: "party"})
	require.NoError(t, err)
	entry := unfold(file)
	require.Equal(t, 2, strings.Count(entry, "BEGIN:VEVENT"))
	require.Contains(t, entry, `LOCATION:Cleveland\, OH`)
	require.NotContains(t, entry, "Starkweather")
	require.NotContains(t, entry, "GEO")
	again, err := b.svc.Calendar(t.Context(), events.GetIn{Slug: "party"})
	require.NoError(t, err)
	require.Equal(t, file, again)
}

func unfold(file []byte) string { return strings.ReplaceAll(string(file), "\r\n ", "") }

// text is what a mail program shows of HTML, and where its links lead.
func text(t testing.TB, document string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(document))
	require.NoError(t, err)
	var b strings.Builder
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && n.Data == "a":
			for _, a := range n.Attr {
				u, err := url.Parse(a.Val)
				require.NoError(t, err)
				b.WriteString(" " + u.String() + " ")
			}
		}
	}
	return b.String()
}
