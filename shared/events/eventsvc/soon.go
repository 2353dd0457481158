package eventsvc

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
	"groundswell/shared/sms"
)

// textSoon texts that it begins soon to whoever wanted that, unless it is night where the phone may be: the mails have said everything.
func (s *Service) textSoon(ctx context.Context, row db.GetSignupRow, job RemindArgs) error {
	to := row.EventSignup.TextTo
	if to == "" || s.texter(row.SmsNumber) == "" {
		return nil
	}
	signup := s.signupOf(row, s.now())
	if s.quiet(signup.Event, s.now(), to) {
		return nil
	}
	return s.mail.Text(ctx, messages.Text{
		Key: job.key(), Kind: job.Kind(), OrgID: orgs.ID{UUID: row.EventSignup.OrgID}, To: to, Body: s.soonText(signup),
		Till: row.EventShift.StartsAt.UTC(), Scope: messages.Reminders, Email: row.EventSignup.Email,
	})
}

// mostSegments is how many texts a reminder is sent and paid as at most.
const mostSegments = 2

// soonText says what begins when and where, in two segments: with nothing that not everybody may know, for phones are lost and numbers
// change hands. The title is shortened first, then the place left out, then the organisation shortened.
func (s *Service) soonText(signup events.Signup) string {
	e := signup.Event
	where := "See your mail for how to join."
	if !signup.JoinsOnline() {
		if where = "See your mail for the address."; !e.PlacePrivate {
			where = sentence(spelled(join(", ", headerLine(e.Place.Venue), headerLine(e.Place.Line1), headerLine(e.Place.City))))
		}
	}
	org, title := spelled(headerLine(e.Organisation.Name)), spelled(headerLine(e.Title))
	begins := "starts at " + signup.Shift.Start.Local().Format("3:04 PM MST") + "."
	write := func(org, title, where string) string {
		return join(" ", org+":", title, begins, where, e.URL, "Reply STOP to end.")
	}
	const least = 20 // of a title or a name, in characters
	for _, where := range []string{where, "See your mail for the place."} {
		for n := len([]rune(title)); n >= min(least, len([]rune(title))); n-- {
			if text := write(org, shortened(title, n), where); sms.Segments(text) <= mostSegments {
				return text
			}
		}
	}
	return fmt.Sprintf("%s: %s %s See your mail. Reply STOP to end.", shortened(org, least), shortened(title, least), begins)
}

// sentence is s with a stop at its end; nothing stays nothing.
func sentence(s string) string {
	if s = strings.TrimSuffix(s, "."); s != "" {
		s += "."
	}
	return s
}

// shortened is s in at most n characters.
func shortened(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRightFunc(string(r[:n-3]), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) + "..."
	}
	return s
}

// spelled is s in the alphabet of texts as far as that has its letters: an accent that it does not have is left out, and another script
// stays.
func spelled(s string) string {
	var out strings.Builder
	for _, r := range norm.NFC.String(sms.Plain(s)) {
		if base := []rune(norm.NFD.String(string(r))); len(base) > 1 && !sms.InAlphabet(r) && sms.InAlphabet(base[0]) {
			r = base[0]
		}
		out.WriteRune(r)
	}
	return out.String()
}
