package eventsui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
	"groundswell/shared/ui"
)

// PrivacyPolicy is what links to that of an organisation say.
const PrivacyPolicy = "Privacy policy"

// PrivacyNote says whom the details in a form go to and what for. It stands in every form that takes any.
func PrivacyNote(org orgs.Organisation) app.UI {
	return withPolicy("Your details go to "+org.Name+", who may contact you about this event and others like it.", org)
}

// TextTerms are events.TextTerms where no box says them.
func TextTerms(org orgs.Organisation) app.UI { return withPolicy(events.TextTerms(org), org) }

func withPolicy(words string, org orgs.Organisation) app.UI {
	body := []app.UI{app.Text(words)}
	if org.PrivacyURL != "" {
		body = append(body, app.Text(" "), app.A().Href(fullstack.SafeURL(org.PrivacyURL)).Text(PrivacyPolicy))
	}
	return app.P().Class("field-hint").Body(body...)
}

// fewChoices is how many choices are shown side by side; more of them wait in a list.
const fewChoices = 6

// Question is the field of an organiser's question.
func Question(s fullstack.FormState, q events.Question) app.UI {
	switch {
	case q.Kind == events.AskYesNo:
		return &ui.Choices{Form: s, Name: q.Field(), Label: q.Label, Hint: q.Help, Required: q.Required,
			Options: []ui.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}}
	case q.Kind == events.AskChoice && len(q.Choices) > fewChoices:
		label, none := q.Label, "Please choose"
		if !q.Required {
			label, none = label+" (optional)", "No answer"
		}
		return &ui.Select{Form: s, Name: q.Field(), Label: label, Hint: q.Help, Required: q.Required,
			Options: append([]ui.Option{{Value: noChoice, Label: none}}, options(q.Choices)...)}
	case q.Kind == events.AskChoice || q.Kind == events.AskMultiple:
		return &ui.Choices{Form: s, Name: q.Field(), Label: q.Label, Hint: q.Help, Required: q.Required,
			Options: options(q.Choices), Multiple: q.Kind == events.AskMultiple}
	}
	return &ui.Textarea{Form: s, Name: q.Field(), Label: q.Label, Hint: q.Help, Required: q.Required, MaxLength: events.MostAnswer}
}

// noChoice is the value of the choice that is none: answers are trimmed, and an option's value cannot be empty.
const noChoice = " "

func options(choices []string) []ui.Option {
	out := make([]ui.Option, len(choices))
	for i, c := range choices {
		out[i] = ui.Option{Value: c, Label: c}
	}
	return out
}

// Landing sends along how the visitor came to the site, as far as the browser program saw it (NoteLanding): tags of the
// first address and where its link stood. Without the program the form's own address has them, if that was the first.
type Landing struct {
	app.Compo
	source events.Source
}

// OnMount looks it up, after the first render has adopted the server's page.
func (l *Landing) OnMount(ctx app.Context) {
	ctx.Dispatch(func(app.Context) { l.source = landing() })
}

// Render draws what is known as hidden fields.
func (l *Landing) Render() app.UI {
	s := l.source
	var fields []app.UI
	for _, f := range [...]struct{ name, value string }{
		{"utm_source", s.Origin}, {"utm_medium", s.Medium}, {"utm_campaign", s.Campaign}, {"utm_term", s.Term}, {"utm_content", s.Content},
		{"referrer", s.Referrer},
	} {
		if f.value != "" {
			fields = append(fields, app.Input().Type("hidden").Name(f.name).Value(f.value))
		}
	}
	return app.Span().Hidden(true).Body(fields...)
}
