package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// myReminders says which mails will come, and that none will when the person is not coming.
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
		lines[i] = app.Li().Text(reminderLine(r))
	}
	return ui.Card("Mails to come", app.Ul().ID("reminders").Class("prose-list").Body(lines...),
		app.P().Class("small").Body(app.Text("If you cancel, none of them is sent. "), app.A().Href(fullstack.SafeURL(s.RemindersPath)).Text("Stop reminders without cancelling")))
}

func reminderLine(r events.Reminder) string {
	at := r.At.Local().Format("Monday, January 2 at 3:04 PM MST")
	if r.Kind == events.AskFeedback {
		return "We ask you how it was on " + at
	}
	return "We remind you on " + at
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
