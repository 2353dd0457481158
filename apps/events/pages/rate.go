package pages

import (
	"context"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// RateParams hold the secret of the link, the stars that the link proposes, and whether something was just said.
type RateParams struct {
	Token string `param:"token"`
	Stars int    `param:"stars"`
	Said  bool   `param:"said"`
}

// RateData is a rating as the person sees it.
type RateData struct {
	fullstack.Submitted
	Params RateParams    `json:"params"`
	Rating events.Rating `json:"rating"`
}

// Rate is the page that asks how it was. Opening it changes nothing, whatever the link proposes: mail scanners open
// links too.
var Rate = fullstack.Page[RateParams, RateData]{
	Path:  ratePath,
	Cache: fullstack.Private,
	Load: func(ctx context.Context, api fullstack.Caller, p RateParams) (RateData, error) {
		rating, err := events.GetRating.Call(ctx, api, events.RatingIn{Token: p.Token})
		return RateData{Params: p, Rating: rating}, err
	},
	Head: func(d RateData) fullstack.Head {
		return fullstack.Head{Title: "How was it? " + d.Rating.Event.Title, NoIndex: true}
	},
	View: rateView,
	Forms: []fullstack.Action{
		fullstack.Post(events.Rate, func(in events.RateIn, _ events.Rating) string {
			return fullstack.URL(ratePath, RateParams{Token: in.Token, Said: true})
		}),
	},
}

func rateView(d RateData) app.UI {
	e := d.Rating.Event
	return frame("", e.Organisation, ui.NarrowContainer(
		ui.Stack("large", app.FilterUIElems(
			ui.PageHead(ui.IconHeart, "How was it?", e.Title, hostedBy(e.Organisation)),
			rateThanks(d), rateForm(d))...),
	))
}

func rateThanks(d RateData) app.UI {
	if !d.Params.Said || d.Rating.Stars == 0 {
		return nil
	}
	return &ui.Alert{ID: "said", Tone: ui.TonePositive, Title: "Thank you, " + d.Rating.GivenName,
		Text:     "Your answer went to " + d.Rating.Event.Organisation.Name + ". You can change it below.",
		LinkHref: orgURL(d.Rating.Event.Organisation.Slug, 0), LinkLabel: "What is next"}
}

func rateForm(d RateData) app.UI {
	return ui.Card("Your answer", &fullstack.Form{
		ID: "rate", For: events.Rate.Name, Submitted: d.Submission, Class: "form", Label: "Rate the event",
		Hidden: map[string]string{"token": d.Params.Token},
		Fields: func(s fullstack.FormState) []app.UI { return rateFields(d, s) },
	})
}

func rateFields(d RateData, s fullstack.FormState) []app.UI {
	label := "Send"
	if d.Rating.Stars > 0 {
		label = "Change my answer"
	}
	return []app.UI{
		app.P().Body(eventsui.WhenTime(d.Rating.Shift.Start, d.Rating.Shift.End, d.Rating.Event.Now)),
		starsFieldset(d, s),
		&ui.Textarea{Form: s, Name: "comment", Label: "What should we keep, what should we change?", Default: d.Rating.Comment, MaxLength: 2000,
			Hint: "Only the organisers read it."},
		&ui.Button{Label: label, Variant: ui.Accent, Large: true, Pending: s.Busy("Sending…")},
		eventsui.PrivacyNote(d.Rating.Event.Organisation),
	}
}

// starsFieldset is a group of radio buttons: the arrow keys move, a screen reader hears words.
func starsFieldset(d RateData, s fullstack.FormState) app.UI {
	chosen := s.Value("stars", strconv.Itoa(proposedStars(d)))
	body := []app.UI{app.Legend().Class("legend").Text("Your rating")}
	for n := 5; n >= 1; n-- {
		value := strconv.Itoa(n)
		body = append(body, app.Label().Class("choice-card").Body(
			app.Input().Class("choice-card-input").Type("radio").Name("stars").Value(value).Checked(chosen == value).Required(true),
			app.Span().Class("choice-card-body").Body(
				app.Span().Class("choice-card-title").Body(
					app.Span().Aria("hidden", "true").Text(events.Stars(n)+" "),
					app.Text(eventsui.Count(n, "star", "stars")+": "+events.StarsWord(n))))))
	}
	return app.FieldSet().Class("fieldset").Aria("describedby", errorRef(s, "stars")).Body(append(body, ui.FieldError(s, "stars"))...)
}

// proposedStars are those of the link that was followed, else those said before.
func proposedStars(d RateData) int {
	if d.Params.Stars >= 1 && d.Params.Stars <= 5 {
		return d.Params.Stars
	}
	return d.Rating.Stars
}
