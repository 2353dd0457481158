package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// RemindersParams hold the secret of the link, and whether something was just chosen.
type RemindersParams struct {
	Token string `param:"token"`
	Said  bool   `param:"said"`
}

// RemindersData is the choice about reminders as the person sees it.
type RemindersData struct {
	fullstack.Submitted
	Params RemindersParams       `json:"params"`
	Choice events.ReminderChoice `json:"choice"`
}

// Reminders is the page that stops the reminders of an organisation, and lets them come again. Opening it changes nothing:
// mail scanners open links too.
var Reminders = fullstack.Page[RemindersParams, RemindersData]{
	Path:  remindersPath,
	Cache: fullstack.Private,
	Load: func(ctx context.Context, api fullstack.Caller, p RemindersParams) (RemindersData, error) {
		choice, err := events.GetReminders.Call(ctx, api, events.RemindersIn{Token: p.Token})
		return RemindersData{Params: p, Choice: choice}, err
	},
	Head: func(d RemindersData) fullstack.Head {
		return fullstack.Head{Title: "Reminders from " + d.Choice.Organisation.Name, NoIndex: true}
	},
	View: remindersView,
	Forms: []fullstack.Action{
		fullstack.Post(events.SetReminders, func(in events.SetRemindersIn, _ events.ReminderChoice) string {
			return fullstack.URL(remindersPath, RemindersParams{Token: in.Token, Said: true})
		}),
	},
}

// RemindersURL is the page of a token.
func RemindersURL(token string) string {
	return fullstack.URL(remindersPath, RemindersParams{Token: token})
}

func remindersView(d RemindersData) app.UI {
	org := d.Choice.Organisation
	return frame("", org, ui.NarrowContainer(
		ui.Stack("large", app.FilterUIElems(
			ui.PageHead(ui.IconMail, "Your mail", "Reminders from "+org.Name, app.P().Class("muted").Text("For "+d.Choice.Address)),
			remindersSaid(d), remindersForm(d))...),
	))
}

func remindersSaid(d RemindersData) app.UI {
	name := d.Choice.Organisation.Name
	switch {
	case !d.Params.Said:
		return nil
	case d.Choice.Stopped:
		return &ui.Alert{ID: "said", Tone: ui.TonePositive, Title: "No more reminders", Text: name + " sends you none from now on. Your sign-ups stay as they are."}
	}
	return &ui.Alert{ID: "said", Tone: ui.TonePositive, Title: "Reminders come again", Text: name + " reminds you of what you are signed up for."}
}

// remindersForm says what the button does, and what it leaves as it is.
func remindersForm(d RemindersData) app.UI {
	title, stops, label, variant := "Stop these reminders?", "This will not come any more:", "Stop reminders", ui.Accent
	hidden := map[string]string{"token": d.Params.Token, "stopped": "true"}
	if d.Choice.Stopped {
		title, stops, label, variant = "Reminders are stopped", "This does not come:", "Send me reminders again", ui.Secondary
		delete(hidden, "stopped")
	}
	return ui.Card(title,
		app.P().Text(stops),
		app.Ul().ID("stops").Class("prose-list").Body(
			app.Li().Text("the reminders the day before an event and on the day"),
			app.Li().Text("the text half an hour before, if you asked for one"),
			app.Li().Text("the question afterwards how it was")),
		app.P().Text("This still comes:"),
		app.Ul().ID("stays").Class("prose-list").Body(
			app.Li().Text("confirmations of what you sign up for or cancel"),
			app.Li().Text("news you need: an event is cancelled or changed, or a place is free for you")),
		&fullstack.Form{
			ID: "choose", For: events.SetReminders.Name, Submitted: d.Submission, Class: "form", Label: title, Hidden: hidden,
			Fields: func(s fullstack.FormState) []app.UI {
				return []app.UI{&ui.Button{Label: label, Variant: variant, Large: true, Pending: s.Busy("Saving…")}}
			},
		})
}
