package eventsvc

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
)

const (
	exportPage   = 2000 // sign-ups read in one statement
	exportLayout = "2006-01-02T15:04:05-07:00"
)

// WriteSignups writes all sign-ups for an event of an organisation, ended ones too, as CSV (RFC 4180, UTF-8): a line of headings,
// then one record each, as they are read. Times are on the clock of the event, with its offset. Each question that is asked, or
// was and has answers, is a column. A place that is to be confirmed has the status unconfirmed. Cells that a spreadsheet would
// take for a formula begin with a '. NotFound, and nothing written, when the organisation has no such event. For operators.
func (s *Service) WriteSignups(ctx context.Context, w io.Writer, org, event string) error {
	e, err := s.eventOf(ctx, org, event)
	if err != nil {
		return err
	}
	asked, err := peopleOf(ctx, s, e.OrgID, func(q *db.Queries) ([]db.ListExportedQuestionsRow, error) {
		return q.ListExportedQuestions(ctx, e.OrgID, e.ID)
	})
	if err != nil {
		return pgdb.Fault(fmt.Errorf("list the questions of event %s: %w", event, err))
	}
	x := export{csv.NewWriter(w), questionsOf(asked), s.location(e.Timezone)}
	x.write(headings(x.questions))
	for after := uuid.Nil; ; {
		rows, err := peopleOf(ctx, s, e.OrgID, func(q *db.Queries) ([]db.ExportSignupsRow, error) {
			return q.ExportSignups(ctx, db.ExportSignupsParams{OrgID: e.OrgID, EventID: e.ID, After: after, Most: exportPage})
		})
		if err != nil {
			return pgdb.Fault(fmt.Errorf("export the sign-ups for event %s: %w", event, err))
		}
		for _, r := range rows {
			if err := x.signup(r); err != nil {
				return err
			}
		}
		x.out.Flush()
		if err := x.out.Error(); err != nil {
			return fmt.Errorf("write the sign-ups for event %s: %w", event, err)
		}
		if len(rows) < exportPage {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}

// export is a file of sign-ups that is being written.
type export struct {
	out       *csv.Writer
	questions []events.Question
	zone      *time.Location
}

// headings are different from each other, whatever the questions are, so that programs find each column by its name.
func headings(questions []events.Question) []string {
	names := []string{"id", "signed_up", "starts", "ends", "shift", "seat", "party_size", "status", "coming", "attended", "place_in_line",
		"given_name", "family_name", "email", "phone", "text_to", "postal_code", "note",
		"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "referrer", "stars", "comment"}
	for _, q := range questions {
		name := q.Label
		for n := 2; slices.Contains(names, name); n++ {
			name = fmt.Sprintf("%s (%d)", q.Label, n)
		}
		names = append(names, name)
	}
	return names
}

func (x export) signup(r db.ExportSignupsRow) error {
	var source events.Source
	var answers events.Answers
	if err := json.Unmarshal(r.Source, &source); err != nil {
		return fmt.Errorf("read how sign-up %s came: %w", r.ID, err)
	}
	if err := json.Unmarshal(r.Answers, &answers); err != nil {
		return fmt.Errorf("read the answers of sign-up %s: %w", r.ID, err)
	}
	status, coming := r.Status, ""
	if r.ComingAt != nil && events.SignupStatus(status) == events.Registered {
		coming = "yes"
	}
	if r.Unconfirmed {
		status = "unconfirmed"
	}
	cells := []string{r.ID.String(), x.time(r.CreatedAt), x.time(r.StartsAt), x.time(r.EndsAt), r.Name, r.Attend,
		strconv.Itoa(int(r.PartySize)), status, coming, yesNo(r.Attended), count(r.Place),
		r.GivenName, r.FamilyName, r.Email, r.Phone, r.TextTo, r.PostalCode, r.Note,
		source.Origin, source.Medium, source.Campaign, source.Term, source.Content, source.Referrer, count(r.Stars), r.Comment}
	for _, q := range x.questions {
		cell := ""
		for _, told := range events.Told([]events.Question{q}, answers) {
			cell = told.Answer
		}
		cells = append(cells, cell)
	}
	x.write(cells)
	return nil
}

// write keeps its error for the end of the page, as csv.Writer does.
func (x export) write(cells []string) {
	for i, cell := range cells {
		cells[i] = harmless(cell)
	}
	_ = x.out.Write(cells)
}

// harmless is text that a spreadsheet shows and does not run: https://owasp.org/www-community/attacks/CSV_Injection
func harmless(cell string) string {
	return formula.ReplaceAllString(cell, "$1'$2")
}

// formula is where one may begin: a cell, or what a spreadsheet that separates by semicolons or tabs takes for one.
var formula = regexp.MustCompile(`(^[ "]*|[;\t\r\n][ "]*)([=+\-@\t\r\n＝＋－＠])`)

func (x export) time(t time.Time) string { return t.In(x.zone).Format(exportLayout) }

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

// count is a number of one or more; nothing when there is none.
func count(n int32) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}
