package events

import (
	"net/url"
	"strings"
	"time"
)

// Appointment is what calendars on the web are told of a shift.
type Appointment struct {
	Title, Details, Location string
	Start, End               time.Time
}

// GoogleURL opens Google Calendar with the appointment filled in (its event-template link).
func (a Appointment) GoogleURL() string {
	const compact = "20060102T150405Z"
	q := url.Values{
		"action": {"TEMPLATE"}, "text": {a.Title}, "details": {a.Details}, "location": {a.Location},
		"dates": {a.Start.UTC().Format(compact) + "/" + a.End.UTC().Format(compact)},
	}
	return "https://calendar.google.com/calendar/render?" + q.Encode()
}

// OutlookURL opens Outlook on the web with the appointment filled in (its compose link).
func (a Appointment) OutlookURL() string {
	q := url.Values{
		"path": {"/calendar/action/compose"}, "rru": {"addevent"}, "subject": {a.Title}, "body": {a.Details}, "location": {a.Location},
		"startdt": {a.Start.UTC().Format(time.RFC3339)}, "enddt": {a.End.UTC().Format(time.RFC3339)},
	}
	return "https://outlook.live.com/calendar/0/deeplink/compose?" + q.Encode()
}

// Subscription is the address of a calendar that programs look at again and again.
type Subscription struct{ Name, URL string }

// WebcalURL opens the program for calendars on the visitor's device.
func (s Subscription) WebcalURL() string {
	_, rest, _ := strings.Cut(s.URL, "://")
	return "webcal://" + rest
}

// GoogleURL subscribes in Google Calendar, which wants the address as webcal.
func (s Subscription) GoogleURL() string {
	return "https://calendar.google.com/calendar/render?" + url.Values{"cid": {s.WebcalURL()}}.Encode()
}

// OutlookURL subscribes in Outlook on the web.
func (s Subscription) OutlookURL() string {
	return "https://outlook.live.com/calendar/0/addfromweb?" + url.Values{"url": {s.URL}, "name": {s.Name}}.Encode()
}
