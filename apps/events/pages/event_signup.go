package pages

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// shiftsShown is how many times stand open; the others wait behind a summary.
const shiftsShown = 6

// mostGuests is the longest list of guests worth choosing from.
const mostGuests = 20

// eventAside is what one came to do: sign up, or hear why that is not possible, or that it worked.
func eventAside(d EventData) app.UI {
	switch times := d.outcomes(); {
	case len(times) > 0:
		return joinedCard(d, times)
	case d.anyOpen():
		return ui.StickyCard("signup", d.signupLabel(), &fullstack.Form{
			ID: "rsvp", For: events.RSVP.Name, Submitted: d.Submission, Class: "form", Label: "Sign up",
			Fields: d.signupFields,
		})
	}
	return ui.StickyCard("signup", "Sign-up is closed", closedBody(d)...)
}

func closedBody(d EventData) []app.UI {
	e := d.Event
	why := "There is no time to sign up for."
	switch {
	case e.Status == events.Cancelled:
		why = "This event was cancelled."
	case e.Status == events.Postponed:
		why = "This event is postponed. You can sign up once there is a new date."
	case d.over():
		why = "This event is over."
	case d.left() > 0:
		why = "Every time is full."
	}
	body := []app.UI{app.P().Text(why)}
	if d.left() > 0 && e.Status != events.Cancelled {
		body = append(body, app.Div().Class("fieldset").Body(d.shiftChoices(fullstack.FormState{}, d.upcoming())...))
	}
	return append(body, &ui.LinkButton{Label: "More from " + e.Organisation.Name, Href: orgURL(e.Organisation.Slug, 0),
		Variant: ui.Secondary, Full: true})
}

func (d EventData) signupFields(s fullstack.FormState) []app.UI {
	e := d.Event
	fields := []app.UI{
		d.shiftFieldset(s),
		app.If(e.Mode == events.Hybrid && e.Status != events.MovedOnline, func() app.UI { return attendFieldset(s) }),
		app.Div().Class("form-row").Body(
			&ui.Field{Form: s, Name: "given_name", Label: "First name", AutoComplete: "given-name", MaxLength: 100, Required: true},
			&ui.Field{Form: s, Name: "family_name", Label: "Last name", AutoComplete: "family-name", MaxLength: 100, Required: true},
		),
		&ui.Field{Form: s, Name: "email", Label: "Email", Type: "email", AutoComplete: "email", InputMode: "email",
			Hint: "We send the details and a link to change or cancel.", MaxLength: 254, Required: true},
		app.Div().Class("form-row").Body(
			&ui.Field{Form: s, Name: "phone", Label: "Phone", Type: "tel", AutoComplete: "tel", InputMode: "tel", MaxLength: 40},
			&ui.Field{Form: s, Name: "postal_code", Label: "ZIP code", AutoComplete: "postal-code", MaxLength: 12},
		),
		app.If(e.Texts, func() app.UI {
			return &ui.Checkbox{Form: s, Name: "text_me", Label: events.WantTexts, Hint: events.TextTerms(e.Organisation),
				LinkHref: e.Organisation.PrivacyURL, LinkLabel: eventsui.PrivacyPolicy}
		}),
		app.If(e.GuestsAllowed > 0, func() app.UI { return guestsField(s, e.GuestsAllowed) }),
	}
	for _, q := range e.Questions {
		fields = append(fields, eventsui.Question(s, q))
	}
	return app.FilterUIElems(append(fields,
		ui.Trap(s, "website"),
		&eventsui.Landing{},
		&ui.Button{Label: d.signupLabel(), Variant: ui.Accent, Large: true, Full: true, Pending: s.Busy("Signing you up…")},
		d.confirmNote(),
		eventsui.PrivacyNote(e.Organisation),
	)...)
}

func (d EventData) shiftFieldset(s fullstack.FormState) app.UI {
	shifts := d.upcoming()
	first, rest := shifts, []events.Shift(nil)
	if len(shifts) > shiftsShown+1 {
		first, rest = shifts[:shiftsShown], shifts[shiftsShown:]
	}
	legend := "Choose one or more times"
	if !d.several() {
		legend = "Your time"
	}
	body := append([]app.UI{app.Legend().Class("legend").Text(legend)}, d.shiftChoices(s, first)...)
	if len(rest) > 0 {
		open := false
		for _, shift := range rest {
			open = open || d.chosen(s, shift)
		}
		body = append(body, ui.Disclosure(eventsui.Count(len(rest), "more time", "more times"), open, d.shiftChoices(s, rest)...))
	}
	field := "shift_id" // none chosen, or one
	if s.Error("shift_ids") != "" {
		field = "shift_ids"
	}
	return app.FieldSet().Class("fieldset").Aria("describedby", errorRef(s, field)).
		Body(append(body, ui.FieldError(s, field))...)
}

func (d EventData) shiftChoices(s fullstack.FormState, shifts []events.Shift) []app.UI {
	choices := make([]app.UI, len(shifts))
	for i, shift := range shifts {
		choices[i] = d.shiftChoice(shift, d.chosen(s, shift))
	}
	return choices
}

func (d EventData) shiftChoice(s events.Shift, chosen bool) app.UI {
	kind, online := "radio", d.Event.IsOnline()
	if d.several() {
		kind = "checkbox"
	}
	body := []app.UI{
		eventsui.OnClock(online, s.Start, s.End, func(start, _ events.Time) app.UI {
			return app.Span().Class("choice-card-title").Text(eventsui.Day(start, d.Event.Now))
		}),
		app.Span().Class("choice-card-note").Body(eventsui.OnClock(online, s.Start, s.End, eventsui.HoursTime),
			app.If(s.Name != "", func() app.UI { return app.Text(" · " + s.Name) })),
	}
	if was := movedText(s, d.Event.Now); was != "" {
		body = append(body, app.Span().Class("choice-card-note").Text(was))
	}
	input := app.Input().Class("choice-card-input").Type(kind).Name(d.timesField()).Value(s.ID.String())
	if !d.open(s) {
		body = append(body, app.Span().Class("choice-card-note").Body(closedBadge(d.Event, s)))
		return app.Label().Class("choice-card").DataSet("disabled", "true").Body(
			input.Disabled(true), app.Span().Class("choice-card-body").Body(body...))
	}
	return app.Label().Class("choice-card").Body(
		input.Checked(chosen).Required(!d.several()),
		app.Span().Class("choice-card-body").Body(append(body, d.seatNotes(s)...)...))
}

func closedBadge(e events.Event, s events.Shift) app.UI {
	left, limited := s.Left()
	switch {
	case s.Cancelled:
		return ui.Badge(ui.ToneDanger, "", "Cancelled")
	case e.Status == events.Postponed:
		return ui.Badge(ui.ToneWarning, "", "Postponed")
	case limited && left == 0:
		return ui.Badge(ui.ToneWarning, "", "Full")
	}
	return ui.Badge("", "", "Closed")
}

func attendFieldset(s fullstack.FormState) app.UI {
	return radioCards(s, "attend", "How will you take part?", events.InPerson,
		radioCard{events.InPerson, "The address is in your confirmation."},
		radioCard{events.Online, "The link is in your confirmation."})
}

// radioCard is one way to take part, and what to know about it.
type radioCard struct {
	mode events.Mode
	note string
}

// radioCards is a choice between ways to take part.
func radioCards(s fullstack.FormState, name, legend string, chosen events.Mode, cards ...radioCard) app.UI {
	value := s.Value(name, string(chosen))
	body := []app.UI{app.Legend().Class("legend").Text(legend)}
	for _, c := range cards {
		body = append(body, app.Label().Class("choice-card").Body(
			app.Input().Class("choice-card-input").Type("radio").Name(name).Value(string(c.mode)).Checked(value == string(c.mode)),
			app.Span().Class("choice-card-body").Body(
				app.Span().Class("choice-card-title").Text(c.mode.Label()),
				app.Span().Class("choice-card-note").Text(c.note))))
	}
	return app.FieldSet().Class("fieldset").Aria("describedby", errorRef(s, name)).Body(append(body, ui.FieldError(s, name))...)
}

func guestsField(s fullstack.FormState, allowed int) app.UI { return guestsChoice(s, allowed, "0") }

func guestsChoice(s fullstack.FormState, allowed int, chosen string) app.UI {
	options := []ui.Option{{Value: "0", Label: "Just me"}}
	for n := 1; n <= min(allowed, mostGuests); n++ {
		options = append(options, ui.Option{Value: strconv.Itoa(n), Label: "Me and " + eventsui.Count(n, "guest", "guests")})
	}
	return &ui.Select{Form: s, Name: "guests", Label: "Who is coming?", Default: chosen, Options: options}
}

func errorRef(s fullstack.FormState, name string) string {
	if s.Error(name) == "" {
		return ""
	}
	return ui.ErrorID(s, name)
}
