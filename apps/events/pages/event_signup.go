package pages

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// shiftsShown is how many times stand open; the others wait behind a summary.
const shiftsShown = 6

// mostGuests is the longest list of guests worth choosing from.
const mostGuests = 20

// eventAside is what one came to do: sign up, or hear why that is not possible, or that it worked.
func eventAside(d EventData) app.UI {
	switch joined := d.joined(); {
	case joined != nil:
		return ui.StickyCard("joined", "You’re signed up", joinedBody(d, *joined)...)
	case d.anyOpen():
		return ui.StickyCard("signup", "Sign up", &fullstack.Form{
			ID: "rsvp", For: events.RSVP.Name, Submitted: d.Submission, Class: "form", Label: "Sign up",
			Fields: d.signupFields,
		})
	}
	return ui.StickyCard("signup", "Sign-up is closed", closedBody(d)...)
}

func joinedBody(d EventData, s events.Shift) []app.UI {
	return []app.UI{
		&ui.Alert{Tone: ui.TonePositive, Title: "See you there!",
			Text: "Check your email for the details and the link to change or cancel. It can take a minute to arrive."},
		ui.Meta(ui.IconClock, eventsui.WhenTime(s.Start, s.End, d.Event.Now)),
		&ui.LinkButton{Label: "Add to calendar", Href: calendarURL(d.Event.Slug), Icon: ui.IconCalendar, Full: true, Download: true},
		&ui.LinkButton{Label: "Sign up someone else", Href: eventURL(d.Event.Slug) + "#signup", Variant: ui.Quiet, Full: true},
	}
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
	case len(d.upcoming()) > 0:
		why = "Every time is full."
	}
	body := []app.UI{app.P().Text(why)}
	if len(d.upcoming()) > 0 && e.Status != events.Cancelled {
		body = append(body, app.Div().Class("fieldset").Body(d.shiftChoices(fullstack.FormState{}, d.upcoming())...))
	}
	return append(body, &ui.LinkButton{Label: "More from " + e.Organisation.Name, Href: orgURL(e.Organisation.Slug, 0),
		Variant: ui.Secondary, Full: true})
}

func (d EventData) signupFields(s fullstack.FormState) []app.UI {
	e := d.Event
	pending := ""
	if s.Pending {
		pending = "Signing you up…"
	}
	return app.FilterUIElems(
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
		app.If(e.GuestsAllowed > 0, func() app.UI { return guestsField(s, e.GuestsAllowed) }),
		&ui.Button{Label: "Sign up", Variant: ui.Accent, Large: true, Full: true, Pending: pending},
		privacyNote(e),
	)
}

func (d EventData) shiftFieldset(s fullstack.FormState) app.UI {
	shifts := d.upcoming()
	first, rest := shifts, []events.Shift(nil)
	if len(shifts) > shiftsShown+1 {
		first, rest = shifts[:shiftsShown], shifts[shiftsShown:]
	}
	legend := "Choose a time"
	if len(shifts) == 1 {
		legend = "Your time"
	}
	body := append([]app.UI{app.Legend().Class("legend").Text(legend)}, d.shiftChoices(s, first)...)
	if len(rest) > 0 {
		chosen := d.chosenShift(s)
		open := false
		for _, shift := range rest {
			open = open || shift.ID.String() == chosen
		}
		body = append(body, ui.Disclosure(eventsui.Count(len(rest), "more time", "more times"), open, d.shiftChoices(s, rest)...))
	}
	return app.FieldSet().Class("fieldset").Aria("describedby", errorRef(s, "shift_id")).
		Body(append(body, ui.FieldError(s, "shift_id"))...)
}

// chosenShift is the one asked for, if it can be had, else the first that can.
func (d EventData) chosenShift(s fullstack.FormState) string {
	if sent := s.Value("shift_id", ""); sent != "" {
		return sent
	}
	first := ""
	for _, shift := range d.upcoming() {
		if !d.open(shift) {
			continue
		}
		if id := shift.ID.String(); first == "" || id == d.Shift {
			first = id
		}
		if d.Shift == "" || first == d.Shift {
			break
		}
	}
	return first
}

func (d EventData) shiftChoices(s fullstack.FormState, shifts []events.Shift) []app.UI {
	chosen := d.chosenShift(s)
	choices := make([]app.UI, len(shifts))
	for i, shift := range shifts {
		choices[i] = d.shiftChoice(shift, shift.ID.String() == chosen)
	}
	return choices
}

func (d EventData) shiftChoice(s events.Shift, chosen bool) app.UI {
	why := fault.As(d.Event.CanJoin(s, d.Event.Now, 1))
	body := []app.UI{
		app.Span().Class("choice-card-title").Text(eventsui.Day(s.Start, d.Event.Now)),
		app.Span().Class("choice-card-note").Body(eventsui.HoursTime(s.Start, s.End),
			app.If(s.Name != "", func() app.UI { return app.Text(" · " + s.Name) })),
	}
	input := app.Input().Class("choice-card-input").Type("radio").Name("shift_id").Value(s.ID.String())
	if why != nil {
		body = append(body, app.Span().Class("choice-card-note").Body(closedBadge(d.Event, s)))
		return app.Label().Class("choice-card").DataSet("disabled", "true").Body(
			input.Disabled(true), app.Span().Class("choice-card-body").Body(body...))
	}
	return app.Label().Class("choice-card").Body(
		input.Checked(chosen).Required(true),
		app.Span().Class("choice-card-body").Body(append(body, eventsui.Seats(s)...)...))
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
	chosen := s.Value("attend", string(events.InPerson))
	choice := func(mode events.Mode, note string) app.UI {
		return app.Label().Class("choice-card").Body(
			app.Input().Class("choice-card-input").Type("radio").Name("attend").Value(string(mode)).Checked(chosen == string(mode)),
			app.Span().Class("choice-card-body").Body(
				app.Span().Class("choice-card-title").Text(mode.Label()),
				app.Span().Class("choice-card-note").Text(note)))
	}
	return app.FieldSet().Class("fieldset").Aria("describedby", errorRef(s, "attend")).Body(
		app.Legend().Class("legend").Text("How will you take part?"),
		choice(events.InPerson, "The address is in your confirmation."),
		choice(events.Online, "The link is in your confirmation."),
		ui.FieldError(s, "attend"),
	)
}

func guestsField(s fullstack.FormState, allowed int) app.UI {
	options := []ui.Option{{Value: "0", Label: "Just me"}}
	for n := 1; n <= min(allowed, mostGuests); n++ {
		options = append(options, ui.Option{Value: strconv.Itoa(n), Label: "Me and " + eventsui.Count(n, "guest", "guests")})
	}
	return &ui.Select{Form: s, Name: "guests", Label: "Who is coming?", Default: "0", Options: options}
}

func privacyNote(e events.Event) app.UI {
	org := e.Organisation
	body := []app.UI{app.Text("Your details go to " + org.Name + ", who may contact you about this event and others like it.")}
	if org.PrivacyURL != "" {
		body = append(body, app.Text(" "), app.A().Href(fullstack.SafeURL(org.PrivacyURL)).Text("Privacy policy"))
	}
	return app.P().Class("field-hint").Body(body...)
}

func errorRef(s fullstack.FormState, name string) string {
	if s.Error(name) == "" {
		return ""
	}
	return ui.ErrorID(s, name)
}
