package pages

import (
	"context"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// HostParams name an organisation, and whether somebody just asked to host.
type HostParams struct {
	Org  string `param:"org"`
	Sent bool   `param:"sent"`
}

// HostData is what the form needs.
type HostData struct {
	fullstack.Submitted
	Form events.HostForm `json:"form"`
	Sent bool            `json:"sent,omitempty"`
}

// Host is the page where a volunteer asks an organisation to let them host an event.
var Host = fullstack.Page[HostParams, HostData]{
	Path: hostPath,
	Load: func(ctx context.Context, api fullstack.Caller, p HostParams) (HostData, error) {
		form, err := events.GetHostForm.Call(ctx, api, events.HostFormIn{Org: p.Org})
		form.Organisation.Description = "" // it is on the organisation's page
		return HostData{Form: form, Sent: p.Sent}, err
	},
	Head: func(d HostData) fullstack.Head {
		o := d.Form.Organisation
		return fullstack.Head{Title: "Host an event with " + o.Name, Description: "Open your door, your yard or your video call: host an event with " + o.Name + ".",
			Canonical: hostURL(o.Slug), NoIndex: d.Sent}
	},
	View: hostView,
	Forms: []fullstack.Action{
		fullstack.Post(events.HostEvent, func(_ events.HostIn, out events.HostOut) string {
			return fullstack.URL(hostPath, HostParams{Org: out.OrgSlug, Sent: true}) + "#sent"
		}),
	},
}

func hostURL(org string) string { return fullstack.URL(hostPath, HostParams{Org: org}) }

func hostView(d HostData) app.UI {
	o := d.Form.Organisation
	return frame("", o, ui.NarrowContainer(
		ui.Breadcrumb(ui.Link{Label: "Events", Href: "/"}, ui.Link{Label: o.Name, Href: orgURL(o.Slug, 0)}),
		ui.Stack("large",
			ui.PageHead(ui.IconHome, o.Name, "Host an event", app.P().Class("muted").Text(
				"Tell us what you have in mind. "+o.Name+" looks at it first, and then everybody can find it here and sign up.")),
			hostBody(d)),
	))
}

func hostBody(d HostData) app.UI {
	o := d.Form.Organisation
	if d.Sent {
		return ui.Stack("",
			&ui.Alert{ID: "sent", Tone: ui.TonePositive, Icon: ui.IconMail, Title: "Check your email",
				Text: "We sent you a link. Follow it to confirm your address: then " + o.Name + " looks at your event and writes to you. It can take a minute to arrive."},
			ui.Cluster(&ui.LinkButton{Label: "More from " + o.Name, Href: orgURL(o.Slug, 0)},
				&ui.LinkButton{Label: "Host another event", Href: hostURL(o.Slug), Variant: ui.Secondary}))
	}
	return ui.Card("Your event", &fullstack.Form{
		ID: "host", For: events.HostEvent.Name, Submitted: d.Submission, Class: "form", Label: "Host an event",
		Hidden: map[string]string{"org": o.Slug}, Fields: d.fields,
	})
}

func (d HostData) fields(s fullstack.FormState) []app.UI {
	return []app.UI{
		ui.Stack("large", hostWhat(s), d.hostWhen(s), hostWhere(s), hostWho(s), hostYou(s)),
		ui.Trap(s, "website"),
		&ui.Button{Label: "Send for approval", Variant: ui.Accent, Large: true, Full: true, Pending: s.Busy("Sending…")},
		eventsui.PrivacyNote(d.Form.Organisation),
	}
}

func part(legend string, fields ...app.UI) app.UI {
	return app.FieldSet().Class("fieldset").Body(append([]app.UI{app.Legend().Class("legend").Text(legend)}, fields...)...)
}

func hostWhat(s fullstack.FormState) app.UI {
	var types []ui.Option
	for _, t := range events.Types() {
		types = append(types, ui.Option{Value: string(t), Label: t.Label()})
	}
	return part("What",
		&ui.Field{Form: s, Name: "title", Label: "Title", AutoComplete: "off", MaxLength: 200, Required: true},
		&ui.Select{Form: s, Name: "type", Label: "Kind of event", Default: "house_party", Options: types},
		&ui.Textarea{Form: s, Name: "description", Label: "Description", Hint: "What happens, who it is for, what to bring.", MaxLength: events.MostDescription, Required: true},
	)
}

func (d HostData) hostWhen(s fullstack.FormState) app.UI {
	var zones []ui.Option
	own := d.Form.Zone
	for _, z := range events.Zones() {
		zones = append(zones, ui.Option{Value: z.Name, Label: z.Label})
	}
	if !events.ZoneOffered(own, "") {
		zones = append([]ui.Option{{Value: own, Label: strings.ReplaceAll(own, "_", " ")}}, zones...)
	}
	return part("When",
		app.Div().Class("form-row").Body(
			&ui.Field{Form: s, Name: "date", Label: "Date", Type: "date", Required: true},
			&ui.Field{Form: s, Name: "starts", Label: "Starts", Type: "time", Required: true},
			&ui.Field{Form: s, Name: "ends", Label: "Ends", Type: "time", Required: true},
		),
		&ui.Select{Form: s, Name: "zone", Label: "Time zone", Default: own, Options: zones, Hint: "An end before the start is on the next day."},
	)
}

func hostWhere(s fullstack.FormState) app.UI {
	var countries []ui.Option
	for _, c := range events.Countries() {
		countries = append(countries, ui.Option{Value: c.Code, Label: c.Name})
	}
	return app.Div().Class("form").Body(
		radioCards(s, "mode", "Where", events.InPerson,
			radioCard{events.InPerson, "At your home, in a park, at a library."},
			radioCard{events.Online, "In a video call."}),
		app.Div().Class("choice-part").DataSet("for", "in_person").Body(
			&ui.Field{Form: s, Name: "venue", Label: "Name of the place", AutoComplete: "off", MaxLength: 200},
			&ui.Field{Form: s, Name: "line1", Label: "Street and number", AutoComplete: "address-line1", MaxLength: 200, Quiet: true},
			&ui.Field{Form: s, Name: "city", Label: "City", AutoComplete: "address-level2", MaxLength: 100, Quiet: true},
			app.Div().Class("form-row").Body(
				&ui.Field{Form: s, Name: "region", Label: "State", AutoComplete: "address-level1", MaxLength: 100},
				&ui.Field{Form: s, Name: "postal_code", Label: "ZIP code", AutoComplete: "postal-code", MaxLength: 20},
			),
			&ui.Select{Form: s, Name: "country", Label: "Country", Default: "US", Options: countries},
			&ui.Checkbox{Form: s, Name: "place_private", Default: true, Label: "Only people who signed up see the address",
				Hint: "Everybody else sees the city. Leave this on for a home."},
		),
		app.Div().Class("choice-part").DataSet("for", "online").Body(
			&ui.Field{Form: s, Name: "online_url", Label: "Link to join", Type: "url", AutoComplete: "off", Quiet: true, MaxLength: 2000,
				Hint: "Only people who signed up see it."},
		),
	)
}

func hostWho(s fullstack.FormState) app.UI {
	guests := []ui.Option{{Value: "0", Label: "Nobody"}}
	for n := 1; n <= 10; n++ {
		guests = append(guests, ui.Option{Value: strconv.Itoa(n), Label: "Up to " + eventsui.Count(n, "guest", "guests")})
	}
	return part("Who can come",
		app.Div().Class("form-row").Body(
			&ui.Field{Form: s, Name: "capacity", Label: "Room for", InputMode: "numeric", AutoComplete: "off", MaxLength: 7, Hint: "How many people. Empty: no limit."},
			&ui.Select{Form: s, Name: "guests", Label: "Whom may each bring?", Default: "0", Options: guests},
		),
		&ui.Select{Form: s, Name: "accessibility", Label: "Wheelchair accessible?", Default: "not_sure", Options: []ui.Option{
			{Value: "accessible", Label: "Yes"}, {Value: "not_accessible", Label: "No"}, {Value: "not_sure", Label: "I am not sure"}}},
		&ui.Textarea{Form: s, Name: "access_notes", Label: "About access", Hint: "Steps, a ramp, a lift, parking, pets.", MaxLength: 5000},
	)
}

func hostYou(s fullstack.FormState) app.UI {
	return part("You",
		app.Div().Class("form-row").Body(
			&ui.Field{Form: s, Name: "given_name", Label: "First name", AutoComplete: "given-name", MaxLength: 100, Required: true, Hint: "The event says who hosts it."},
			&ui.Field{Form: s, Name: "family_name", Label: "Last name", AutoComplete: "family-name", MaxLength: 100, Required: true},
		),
		&ui.Field{Form: s, Name: "email", Label: "Email", Type: "email", AutoComplete: "email", InputMode: "email", MaxLength: 254, Required: true,
			Hint: "We send a link to confirm it. It is not shown on the event."},
	)
}
