package pages

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
	"groundswell/shared/ui"
)

// admits is what one person who signs up for the shift would get, of any kind of seats: Registered, Waitlisted, or ""
// for nothing.
func (d EventData) admits(s events.Shift) events.SignupStatus {
	best := events.SignupStatus("")
	for _, pool := range d.Event.Pools() {
		status, err := d.Event.Admit(s, pool, d.Event.Now, 1)
		if err == nil && best != events.Registered {
			best = status
		}
	}
	return best
}

// signupLabel is what the form does for whoever sends it: the waitlist is said before one joins it.
func (d EventData) signupLabel() string {
	if d.placeFree() {
		return "Sign up"
	}
	return "Join the waitlist"
}

func (d EventData) placeFree() bool {
	return slices.ContainsFunc(d.upcoming(), func(s events.Shift) bool { return d.admits(s) == events.Registered })
}

// confirmNote says what will be asked of who gets a place, where they must confirm it; who waits accepts an offer anyway.
func (d EventData) confirmNote() app.UI {
	if !d.Event.Confirms || !d.placeFree() {
		return nil
	}
	return app.P().Class("field-hint").Text("One step is left then: we mail you a link, and hold your place until you follow it and confirm.")
}

// several reports whether one sign-up may be for several times.
func (d EventData) several() bool { return d.left() > 1 }

// timesField is the field the times are sent in.
func (d EventData) timesField() string {
	if d.several() {
		return "shift_ids"
	}
	return "shift_id"
}

// chosen reports whether the shift's choice is made: what was sent, else the one to begin with.
func (d EventData) chosen(s fullstack.FormState, shift events.Shift) bool {
	id := shift.ID.String()
	switch {
	case !d.several():
		return id == s.Value("shift_id", d.preset())
	case s.Sent():
		return s.Has("shift_ids", id)
	}
	return id == d.preset()
}

// preset is the shift asked for, if it can be had, else the only one that can: of several, nobody gets one they did not tick.
func (d EventData) preset() string {
	var open []string
	for _, shift := range d.upcoming() {
		if d.admits(shift) == "" {
			continue
		}
		if open = append(open, shift.ID.String()); shift.ID.String() == d.Shift {
			return d.Shift
		}
	}
	if len(open) == 1 {
		return open[0]
	}
	return ""
}

// seatNotes say how many places are free, of each kind where there are two, and how many wait where there are none.
func (d EventData) seatNotes(s events.Shift) []app.UI {
	pools := d.Event.Pools()
	if len(pools) == 1 && d.admits(s) == events.Registered && pools[0] == events.MainPool {
		return eventsui.Seats(s)
	}
	var notes []app.UI
	for _, pool := range pools {
		notes = append(notes, app.Span().Class("choice-card-note").Text(d.poolName(pool)+d.seatNote(s, pool)))
	}
	return notes
}

func (d EventData) poolName(p events.Pool) string {
	switch {
	case len(d.Event.Pools()) == 1:
		return ""
	case p == events.OnlinePool:
		return "Online: "
	}
	return "In person: "
}

func (d EventData) seatNote(s events.Shift, pool events.Pool) string {
	status, err := d.Event.Admit(s, pool, d.Event.Now, 1)
	seats := s.Seats(pool)
	left, limited := seats.Left()
	switch {
	case err != nil:
		return "Full"
	case status == events.Waitlisted && seats.Waiting == 0:
		return "Full. You would be the first on the waitlist"
	case status == events.Waitlisted:
		return "Full. " + eventsui.Count(seats.Waiting, "is", "are") + " on the waitlist"
	case !limited:
		return "Open to everyone who comes"
	}
	return eventsui.Count(left, "spot", "spots") + " left of " + eventsui.Number(*seats.Capacity)
}

// outcome is a time somebody just signed up for, with the place in line; 0 for a seat.
type outcome struct {
	shift    events.Shift
	position int
}

// outcomes are what the address of the page says came of a sign-up, in the order of the times.
func (d EventData) outcomes() []outcome {
	if d.Joined == "" {
		return nil
	}
	joined := strings.Split(d.Joined, ",")
	line := map[string]int{}
	for w := range strings.SplitSeq(d.Waiting, ",") {
		id, n, _ := strings.Cut(w, ".")
		if position, err := strconv.Atoi(n); err == nil && position > 0 && position < 1_000_000 {
			line[id] = position
		}
	}
	var out []outcome
	for _, shift := range d.Event.Shifts {
		id := shift.ID.String()
		if slices.Contains(joined, id) {
			out = append(out, outcome{shift, line[id]})
		}
	}
	return out
}

// joinedURL is the address that tells what came of a sign-up.
func joinedURL(out events.RSVPOut) string {
	joined, waiting := Outcome(out)
	return fullstack.URL(eventPath, EventParams{Slug: out.EventSlug, Joined: joined, Waiting: waiting, Confirm: out.Confirm}) + "#joined"
}

// Outcome is what came of a sign-up as the parameters Joined and Waiting say it.
func Outcome(out events.RSVPOut) (joined, waiting string) {
	ids, line := []string{}, []string{}
	for _, id := range out.ShiftIDs {
		ids = append(ids, id.String())
	}
	if len(ids) == 0 {
		ids = append(ids, out.ShiftID.String())
	}
	for _, w := range out.Waitlisted {
		line = append(line, w.ShiftID.String()+"."+strconv.Itoa(w.Position))
	}
	return strings.Join(ids, ","), strings.Join(line, ",")
}

// joinedCard says what came of a sign-up: what a stranger is told, while the mail says where one stands.
func joinedCard(d EventData, times []outcome) app.UI {
	seats := waitingOf(times) < len(times)
	title := "You’re signed up"
	switch {
	case !seats:
		title = "You’re on the waitlist"
	case d.Confirm:
		title = "One step is left"
	}
	body := joinedNotes(d, times)
	if seats && !d.Confirm {
		first := times[slices.IndexFunc(times, func(t outcome) bool { return t.position == 0 })]
		body = append(body, addToCalendar(publicAppointment(d.Event, first.shift), calendarURL(d.Event.Slug), true))
	}
	body = append(body, &ui.LinkButton{Label: "Sign up someone else", Href: eventURL(d.Event.Slug) + "#signup", Variant: ui.Quiet, Full: true})
	return ui.StickyCard("joined", title, body...)
}

// joinedNotes are what one is told, and of which times.
func joinedNotes(d EventData, times []outcome) []app.UI {
	notes := []app.UI{joinedAlert(times, waitingOf(times), d.Confirm)}
	for _, t := range times {
		note := []app.UI{onClock(d.Event.IsOnline(), t.shift, d.Event.Now)}
		if t.position > 0 && len(times) > 1 {
			note = append(note, app.Text(" · number "+eventsui.Number(t.position)+" on the waitlist"))
		}
		notes = append(notes, ui.Meta(ui.IconClock, note...))
	}
	return notes
}

// onClock is when a shift is, on the reader's clock if that is online.
func onClock(online bool, s events.Shift, now time.Time) app.UI {
	return eventsui.OnClock(online, s.Start, s.End, func(start, end events.Time) app.UI { return eventsui.WhenTime(start, end, now) })
}

func waitingOf(times []outcome) (n int) {
	for _, t := range times {
		if t.position > 0 {
			n++
		}
	}
	return n
}

func joinedAlert(times []outcome, waiting int, confirm bool) app.UI {
	switch {
	case confirm && waiting < len(times):
		return confirmAlert(len(times)-waiting, waiting)
	case waiting == 0:
		return &ui.Alert{Tone: ui.TonePositive, Title: "See you there!",
			Text: "Check your email for the details and the link to change or cancel. It can take a minute to arrive."}
	case len(times) == 1:
		return &ui.Alert{Tone: ui.ToneInfo, Icon: ui.IconClock, Title: "You’re number " + eventsui.Number(times[0].position) + " in line",
			Text: "This time is full. When a place is free for you, we hold it and write to you. Check your email for the link to see your place in line or leave it."}
	case waiting == len(times):
		return &ui.Alert{Tone: ui.ToneInfo, Icon: ui.IconClock, Title: "All of these times are full",
			Text: "When a place is free for you, we hold it and write to you. Check your email for the links to see your places in line or leave them."}
	}
	return &ui.Alert{Tone: ui.TonePositive, Title: "See you there!",
		Text: "Some of your times are full: for them you are on the waitlist. Check your email for the details and a link for each time."}
}

// confirmAlert is what one is told for whose address seats are held: those of an address that is signed up already are told the same.
func confirmAlert(held, waiting int) app.UI {
	text := "We hold your place for now. Check your email and confirm with the link in it, before the time it says: after that your place goes back to the others."
	if held > 1 {
		text = "We hold your places for now. Check your email and confirm them with the link in it, before the time it says: after that they go back to the others."
	}
	if waiting > 0 {
		text += " Some of your times are full: for them you are on the waitlist."
	}
	return &ui.Alert{Tone: ui.ToneWarning, Icon: ui.IconMail, Title: "Confirm it in your email", Text: text + " It can take a minute to arrive."}
}
