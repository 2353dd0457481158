package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// myReminders says which mails and texts will come, and that none will when the person is not coming.
func myReminders(d MyData) app.UI {
	s := d.Signup
	switch {
	case s.RemindersStopped:
		return app.P().ID("reminders").Class("muted").Body(
			app.Text("You asked for no reminders from "+s.Event.Organisation.Name+", so none is sent. "), app.A().Href(fullstack.SafeURL(s.RemindersPath)).Text("Change that"))
	case s.Status == events.SignupCancelled:
		return app.P().ID("reminders").Class("muted").Text("You get no reminders for this event.")
	case !d.active() || d.over() && len(s.Reminders) == 0:
		return nil
	case s.Event.Status == events.Postponed:
		return app.P().ID("reminders").Class("muted").Text("We write to you when there is a new date, and send no reminders until then.")
	case len(s.Reminders) == 0:
		return app.P().ID("reminders").Class("muted").Text("No reminders are left to send: the details are here and in your confirmation.")
	}
	lines := make([]app.UI, len(s.Reminders))
	for i, r := range s.Reminders {
		lines[i] = app.Li().Text(r.Sentence())
	}
	return ui.Card("Still to come", app.FilterUIElems(app.Ul().ID("reminders").Class("prose-list").Body(lines...),
		app.P().Class("small").Body(app.Text("If you cancel, none of them is sent. "), app.A().Href(fullstack.SafeURL(s.RemindersPath)).Text("Stop reminders without cancelling")),
		myTexts(d))...)
}

// myTexts stops the text, or has it sent.
func myTexts(d MyData) app.UI {
	org := d.Signup.Event.Organisation
	switch {
	case d.Signup.StartTexts != "":
		return app.P().ID("stopped-texts").Text("The number ending " + d.Signup.TextTo + " asked for no texts from " + org.Name + ", so none is sent. To get them again, text START to " + d.Signup.StartTexts + ".")
	case d.Signup.TextTo != "" && !d.begun():
		return &fullstack.Form{ID: "stop-text", For: events.SetTexts.Name, Submitted: d.Submission, Class: "form", Label: events.StopTexts,
			Hidden: map[string]string{"token": d.Token},
			Fields: func(s fullstack.FormState) []app.UI {
				return []app.UI{ui.Cluster(&ui.Button{Label: events.StopTexts, Variant: ui.Secondary, Pending: s.Busy("Saving…")})}
			}}
	case !d.Signup.CanText:
		return nil
	}
	return ui.Disclosure("Would you like a text, too?", d.Submission.Of("want-text"),
		&fullstack.Form{ID: "want-text", For: events.SetTexts.Name, Submitted: d.Submission, Class: "form", Label: events.WantTexts,
			Hidden: map[string]string{"token": d.Token, "text_me": "true"},
			Fields: func(s fullstack.FormState) []app.UI {
				return []app.UI{
					&ui.Field{Form: s, Name: "phone", Label: "Mobile number", Type: "tel", AutoComplete: "tel", InputMode: "tel", MaxLength: 40, Required: true},
					eventsui.TextTerms(org),
					ui.Cluster(&ui.Button{Label: events.WantTexts, Variant: ui.Secondary, Pending: s.Busy("Saving…")}),
				}
			}})
}

// myComing asks, from the day before, whether the person comes, and says that they said so.
func myComing(d MyData) app.UI {
	switch {
	case !d.active() || d.over():
		return nil
	case d.Signup.Coming:
		return &ui.Alert{ID: "coming", Tone: ui.TonePositive, Title: "You said that you are coming", Text: "The organisers see it. If something comes up, please cancel below."}
	case !d.Signup.AskComing:
		return nil
	}
	return ui.Card("Are you coming?",
		app.P().Text("The organisers would like to know. Your place stays yours, whether you answer or not, unless you cancel."),
		&fullstack.Form{ID: "coming", For: events.SayComing.Name, Submitted: d.Submission, Class: "form", Label: "Say that you are coming",
			Hidden: map[string]string{"token": d.Token},
			Fields: func(s fullstack.FormState) []app.UI {
				return []app.UI{ui.Cluster(&ui.Button{Label: "Yes, I’m coming", Variant: ui.Accent, Large: true, Pending: s.Busy("Saving…")})}
			}})
}
