package eventsvc

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"strconv"
	"strings"
	texttemplate "text/template"
	"unicode"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/events/ics"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
)

//go:embed mails
var mailFiles embed.FS

// mailTemplates are the two forms of every mail. Each shows what letter says.
type mailTemplates struct {
	html *htmltemplate.Template
	text *texttemplate.Template
}

func parseMailTemplates() (*mailTemplates, error) {
	html, err := htmltemplate.ParseFS(mailFiles, "mails/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the HTML mails: %w", err)
	}
	text, err := texttemplate.ParseFS(mailFiles, "mails/*.txt")
	if err != nil {
		return nil, fmt.Errorf("read the text mails: %w", err)
	}
	return &mailTemplates{html, text}, nil
}

// letter is what a mail about a sign-up says; every field may be empty that is not about the event itself.
type letter struct {
	Cancelled bool
	Heading   string
	Lead      string
	Title     string
	EventURL  string
	Day       string // Saturday, November 28, 2026
	Hours     string // 10:00 AM – 1:00 PM EST
	ShiftName string

	Where  []string // address lines
	MapURL string
	Access string

	OnlineURL string
	Party     string
	Bring     []string // paragraphs of instructions
	ToCome    []string // sentences about the reminders

	Button *button    // what to do, instead of the usual
	Ignore bool       // who did not ask for it has nothing to do
	Times  []timeLine // several times, instead of Day and Hours

	ContactName, ContactEmail        string
	ManageURL, GoogleURL, OutlookURL string
	Organisation                     orgs.Organisation
}

// confirmation is the mail that a sign-up is waiting for.
func (s *Service) confirmation(ctx context.Context, row db.GetSignupRow) (messages.Message, error) {
	signup, l := s.letter(row)
	l.Heading = "You’re signed up"
	l.Lead = fmt.Sprintf("Hi %s, thank you for joining. Here is everything you need.", signup.GivenName)
	entry, err := s.confirmed(ctx, row, signup, &l)
	if err != nil {
		return messages.Message{}, err
	}
	return s.message(row, l, s.subject(l.Heading, signup), &ics.Calendar{Method: ics.Publish, Entries: []ics.Entry{entry}})
}

// confirmed adds to a letter what those with a place need, and returns the entry for their calendar.
func (s *Service) confirmed(ctx context.Context, row db.GetSignupRow, signup events.Signup, l *letter) (ics.Entry, error) {
	if err := s.heed(ctx, s.db, row, &signup); err != nil {
		return ics.Entry{}, err
	}
	for _, r := range signup.Reminders {
		l.ToCome = append(l.ToCome, r.Sentence()+".")
	}
	l.ManageURL = s.ManageURL(row.EventSignup.ID)
	entry := s.signupEntry(signup, row)
	l.GoogleURL, l.OutlookURL = googleURL(entry), outlookURL(entry)
	l.details(signup)
	return entry, nil
}

// cancellation is the mail that gives a place back for good.
func (s *Service) cancellation(row db.GetSignupRow) (messages.Message, error) {
	signup, l := s.letter(row)
	l.Cancelled = true
	l.Heading = "Your sign-up is cancelled"
	l.Lead = fmt.Sprintf("Hi %s, you are no longer signed up, and your place is free for somebody else.", signup.GivenName)
	entry := s.signupEntry(signup, row)
	return s.message(row, l, s.subject("Cancelled", signup), &ics.Calendar{Method: ics.Cancel, Entries: []ics.Entry{entry}})
}

// letter is what every mail about a sign-up says.
func (s *Service) letter(row db.GetSignupRow) (events.Signup, letter) {
	signup := s.signupOf(row, s.now())
	return signup, s.about(signup.Event, signup.Shift)
}

// about is what every mail about a shift says.
func (s *Service) about(e events.Event, shift events.Shift) letter {
	l := letter{
		Title: headerLine(e.Title), EventURL: s.site + "/e/" + e.Slug, ShiftName: headerLine(shift.Name),
		ContactName: headerLine(e.ContactName), Organisation: e.Organisation,
	}
	if events.ValidEmail(e.ContactEmail) {
		l.ContactEmail = e.ContactEmail
	}
	l.Organisation.PrivacyURL = webURL(e.Organisation.PrivacyURL)
	l.Day, l.Hours = when(shift)
	return l
}

// details adds what only those who take part are told.
func (l *letter) details(signup events.Signup) {
	e := signup.Event
	l.OnlineURL = webURL(signup.OnlineURL)
	l.Party = party(signup.PartySize)
	l.Bring = paragraphsOf(signup.Instructions)
	if signup.JoinsOnline() {
		return
	}
	l.place(e)
}

// place adds where it is, and whether everybody can come there.
func (l *letter) place(e events.Event) {
	l.Where, l.MapURL = address(e.Place), mapURL(e.Place)
	switch e.Accessibility {
	case "accessible":
		l.Access = join(" ", "Wheelchair accessible.", e.AccessNotes)
	case "not_accessible":
		l.Access = join(" ", "Not wheelchair accessible.", e.AccessNotes)
	default:
		l.Access = e.AccessNotes
	}
}

// message is the mail of a letter, with the entries as a file unless there are none.
func (s *Service) message(row db.GetSignupRow, l letter, subject string, calendar *ics.Calendar) (messages.Message, error) {
	return s.write("signup", l, addresseeOf(row), subject, calendar)
}

// addressee is whom a mail goes to, and where an answer to it goes.
type addressee struct {
	org                  uuid.UUID
	email, name, replyTo string
}

func addresseeOf(row db.GetSignupRow) addressee {
	to := addressee{row.EventSignup.OrgID, row.EventSignup.Email, row.EventSignup.GivenName + " " + row.EventSignup.FamilyName, row.EventDetail.ContactEmail}
	if !events.ValidEmail(to.replyTo) {
		to.replyTo = row.EventDetail.OrgEmail
	}
	return to
}

// write is the mail that the two forms of a template make of what they are given. calendar may be nil.
func (s *Service) write(template string, what any, to addressee, subject string, calendar *ics.Calendar) (messages.Message, error) {
	var html, text bytes.Buffer
	if err := s.mails.html.ExecuteTemplate(&html, template+".html", what); err != nil {
		return messages.Message{}, err
	}
	if err := s.mails.text.ExecuteTemplate(&text, template+".txt", what); err != nil {
		return messages.Message{}, err
	}
	m := messages.Message{
		OrgID: orgs.ID{UUID: to.org}, To: to.email, ToName: headerLine(to.name), ReplyTo: to.replyTo, Subject: headerLine(subject),
		Text: text.String(), HTML: html.String(),
	}
	if calendar == nil {
		return m, nil
	}
	file, err := calendar.Encode()
	if err != nil {
		return messages.Message{}, err
	}
	m.Attachments = []messages.Attachment{{Name: "event.ics", Type: "text/calendar; charset=utf-8; method=" + string(calendar.Method), Data: file}}
	return m, nil
}

// when is a shift on the clocks of its event: the day and the hours, or both ends in full when it spans midnight.
func when(shift events.Shift) (day, hours string) {
	start, end := shift.Start.Local(), shift.End.Local()
	const date, clock = "Monday, January 2, 2006", "3:04 PM"
	if start.YearDay() == end.YearDay() && start.Year() == end.Year() {
		return start.Format(date), start.Format(clock) + " – " + end.Format(clock+" MST")
	}
	return start.Format(date+", "+clock) + " –", end.Format(date + ", " + clock + " MST")
}

func party(size int) string {
	switch size {
	case 1:
		return ""
	case 2:
		return "You and one guest"
	}
	return "You and " + strconv.Itoa(size-1) + " guests"
}

func address(p events.Place) []string {
	var lines []string
	for _, l := range []string{p.Venue, p.Line1, join(", ", p.City, join(" ", p.Region, p.PostalCode))} {
		if l = headerLine(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// mapURL opens a map at the address (Google's universal map link); "" without a place to find.
func mapURL(p events.Place) string {
	query := join(", ", p.Line1, p.City, join(" ", p.Region, p.PostalCode))
	switch {
	case p.Line1 != "":
	case p.Latitude != nil && p.Longitude != nil:
		query = strconv.FormatFloat(*p.Latitude, 'f', 6, 64) + "," + strconv.FormatFloat(*p.Longitude, 'f', 6, 64)
	default:
		return ""
	}
	return "https://www.google.com/maps/search/?" + url.Values{"api": {"1"}, "query": {query}}.Encode()
}

// webURL is u when it is a web address, else "".
func webURL(u string) string {
	parsed, err := url.Parse(u)
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return ""
	}
	return u
}

func paragraphsOf(s string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// headerLine makes any text fit a header: white space and control characters, line breaks included, become single
// spaces.
func headerLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
