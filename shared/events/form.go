package events

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"groundswell/shared/fault"
	"groundswell/shared/id"
)

// QuestionID identifies a question.
type QuestionID = id.Of[Question]

// QuestionKind is how a question is answered.
type QuestionKind string

// The kinds.
const (
	AskText     QuestionKind = "text"
	AskChoice   QuestionKind = "choice"   // one of Choices
	AskMultiple QuestionKind = "multiple" // any of Choices
	AskYesNo    QuestionKind = "yes_no"   // "yes" or "no"
)

// Question is what an organiser asks of whoever signs up for an event.
type Question struct {
	ID       QuestionID   `json:"id"`
	Kind     QuestionKind `json:"kind"`
	Label    string       `json:"label"`
	Help     string       `json:"help,omitempty"`
	Choices  []string     `json:"choices,omitempty"`
	Required bool         `json:"required,omitempty"`
}

const (
	// MostQuestions bounds the questions of a form.
	MostQuestions = 20
	mostChoices   = 30 // of one question
	// MostAnswer is how many characters the answer to one question may have.
	MostAnswer = 2000
)

// Answers are what was answered, by the question's id; in a form the fields are "answers." and the id.
type Answers map[string][]string

// Field is the name of the question's field in a form and in a fault.
func (q Question) Field() string { return "answers." + q.ID.String() }

// clean drops white space around answers, and answers that are empty or given twice. Of more than any question has
// choices it keeps one too many, for check to refuse.
func (a Answers) clean() Answers {
	out := Answers{}
	for question, values := range a {
		var kept []string
		for _, v := range values {
			v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
			if v != "" && len(kept) <= mostChoices && !slices.Contains(kept, v) {
				kept = append(kept, v)
			}
		}
		if len(kept) > 0 {
			out[question] = kept
		}
	}
	return out
}

func (a Answers) check(c *fault.Check) {
	if len(a) > MostQuestions {
		c.Field(false, "answers", "These are answers to more than %d questions. Please load the page again.", MostQuestions)
		return
	}
	for _, question := range slices.Sorted(maps.Keys(a)) {
		_, err := id.Parse[Question](question)
		c.Field(err == nil, "answers", "One of the answers belongs to no question. Please load the page again.")
		c.Field(len(a[question]) <= mostChoices, "answers."+question, "These are more than %d answers to one question.", mostChoices)
		paragraphs(c, "answers."+question, "Your answer", strings.Join(a[question], "\n"), MostAnswer)
	}
}

// Answered are the answers to the questions, judged one by one: Invalid, naming the question, when one that must be
// answered is not or an answer is none of the choices. Answers to questions that are not asked any more are left out.
func Answered(questions []Question, a Answers) (Answers, error) {
	var c fault.Check
	out := Answers{}
	for _, q := range questions {
		values := a[q.ID.String()]
		c.Field(!q.Required || len(values) > 0, q.Field(), "Please answer: %s", q.Label)
		c.Field(q.Kind == AskMultiple || len(values) <= 1, q.Field(), "Please give one answer only: %s", q.Label)
		for _, v := range values {
			c.Field(q.offers(v), q.Field(), "Please choose from what is offered: %s", q.Label)
		}
		if len(values) > 0 {
			out[q.ID.String()] = values
		}
	}
	return out, c.Err()
}

func (q Question) offers(v string) bool {
	switch q.Kind {
	case AskText:
		return true
	case AskYesNo:
		return v == "yes" || v == "no"
	}
	return slices.Contains(q.Choices, v)
}

// Answer is a question with what was answered, in words.
type Answer struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Told are the answers in words, in the order of the questions.
func Told(questions []Question, a Answers) []Answer {
	var out []Answer
	for _, q := range questions {
		values := a[q.ID.String()]
		if len(values) == 0 {
			continue
		}
		text := strings.Join(values, ", ")
		if q.Kind == AskYesNo {
			text = strings.ToUpper(text[:1]) + text[1:]
		}
		out = append(out, Answer{q.Label, text})
	}
	return out
}

// Source is how a person came to the form: the tags of the link that was followed, and the page it stood on. In a form
// they come from the address of the page, which the form is sent to.
type Source struct {
	Campaign string `json:"utm_campaign,omitempty" param:"utm_campaign"`
	Content  string `json:"utm_content,omitempty" param:"utm_content"`
	Medium   string `json:"utm_medium,omitempty" param:"utm_medium"`
	Origin   string `json:"utm_source,omitempty" param:"utm_source"`
	Term     string `json:"utm_term,omitempty" param:"utm_term"`
	Referrer string `json:"referrer,omitempty"` // origin and path
}

// clean bounds what a link carries, for it is no fault of whoever follows it: characters that cannot be shown are
// dropped, what is long is cut, and a referrer loses its query or, when it is no address of the web, all.
func (s Source) clean() Source {
	for _, tag := range []*string{&s.Campaign, &s.Content, &s.Medium, &s.Origin, &s.Term} {
		*tag = bounded(*tag, 100)
	}
	u, err := url.Parse(s.Referrer)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		s.Referrer = ""
		return s
	}
	s.Referrer = bounded(fmt.Sprintf("%s://%s%s", u.Scheme, u.Host, u.EscapedPath()), 300)
	return s
}

func bounded(s string, most int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !printable(string(r), false) {
			return -1
		}
		return r
	}, s))
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most]))
	}
	return s
}

// HostRole is the part another organisation has in an event.
type HostRole string

// The roles.
const (
	Cohost   HostRole = "cohost"
	Promoter HostRole = "promoter" // shows the event to its own people
)

// Host is another organisation that stands behind an event.
type Host struct {
	Slug string   `json:"slug"`
	Name string   `json:"name"`
	Role HostRole `json:"role"`
}
