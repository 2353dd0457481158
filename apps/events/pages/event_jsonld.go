package pages

import (
	"time"

	"groundswell/shared/events"
)

// The part of schema.org's Event (https://schema.org/Event) that search engines read.
type jsonEvent struct {
	Context      string      `json:"@context,omitempty"`
	Type         string      `json:"@type"`
	Name         string      `json:"name"`
	Description  string      `json:"description,omitempty"`
	StartDate    string      `json:"startDate,omitempty"`
	Previous     string      `json:"previousStartDate,omitempty"`
	EndDate      string      `json:"endDate,omitempty"`
	Status       string      `json:"eventStatus"`
	Attendance   string      `json:"eventAttendanceMode"`
	Location     any         `json:"location,omitempty"`
	Image        []string    `json:"image,omitempty"`
	URL          string      `json:"url,omitempty"`
	Organizer    any         `json:"organizer,omitempty"` // one jsonOrg, or several
	Offers       *jsonOffer  `json:"offers,omitempty"`
	SubEvents    []jsonEvent `json:"subEvent,omitempty"`
	Capacity     int         `json:"maximumAttendeeCapacity,omitempty"`
	CapacityLeft *int        `json:"remainingAttendeeCapacity,omitempty"`
}

type jsonOrg struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonOffer struct {
	Type         string `json:"@type"`
	Price        string `json:"price"`
	Currency     string `json:"priceCurrency"`
	Availability string `json:"availability"`
	URL          string `json:"url"`
}

type jsonPlace struct {
	Type    string       `json:"@type"`
	Name    string       `json:"name,omitempty"`
	URL     string       `json:"url,omitempty"`
	Address *jsonAddress `json:"address,omitempty"`
}

type jsonAddress struct {
	Type       string `json:"@type"`
	Street     string `json:"streetAddress,omitempty"`
	Locality   string `json:"addressLocality,omitempty"`
	Region     string `json:"addressRegion,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"addressCountry,omitempty"`
}

// mostSubEvents bounds what a recurring event puts in every page.
const mostSubEvents = 30

// eventJSONLD describes the event; what was cancelled of it too, for somebody may have read of it before. absolute makes
// an address of a path of this site.
func eventJSONLD(e events.Event, absolute func(path string) string) any {
	url := absolute(eventURL(e.Slug))
	out := jsonShift(e, events.Shift{}, url)
	out.Context = "https://schema.org"
	out.Description = clip(e.Summary+" "+e.Description, 500)
	out.URL = url
	out.Organizer = jsonOrganizer(e, absolute)
	if e.ImageURL != "" {
		out.Image = []string{absolute(e.ImageURL)}
	}
	if len(e.Shifts) == 0 {
		return out
	}
	on := make([]events.Shift, 0, len(e.Shifts))
	for _, s := range e.Shifts {
		if !s.Cancelled {
			on = append(on, s)
		}
	}
	if len(on) == 0 {
		on = e.Shifts
	}
	out.StartDate, out.EndDate = stamp(on[0].Start), stamp(on[len(on)-1].End)
	out.reschedule(on[0].Previous)
	out.Offers = jsonOffers(e, on, url)
	if len(e.Shifts) > 1 {
		for _, s := range e.Shifts[:min(len(e.Shifts), mostSubEvents)] {
			out.SubEvents = append(out.SubEvents, jsonShift(e, s, url))
		}
	}
	return out
}

func jsonShift(e events.Event, s events.Shift, url string) jsonEvent {
	out := jsonEvent{Type: "Event", Name: e.Title, Status: jsonStatus(e.Status), Attendance: jsonAttendance(e), Location: jsonLocation(e, url)}
	if s.Start.At.IsZero() {
		return out
	}
	if s.Cancelled {
		out.Status = jsonStatus(events.Cancelled)
	}
	out.StartDate, out.EndDate = stamp(s.Start), stamp(s.End)
	out.reschedule(s.Previous)
	if left, limited := s.Left(); limited && s.Capacity != nil && !s.Cancelled { // people may wait where there is no limit any more
		out.Capacity, out.CapacityLeft = *s.Capacity, &left
	}
	return out
}

func jsonOffers(e events.Event, shifts []events.Shift, url string) *jsonOffer {
	availability := "https://schema.org/SoldOut"
	for _, s := range shifts {
		if e.CanJoin(s, e.Now, 1) == nil {
			availability = "https://schema.org/InStock"
			break
		}
	}
	return &jsonOffer{Type: "Offer", Price: "0", Currency: "USD", Availability: availability, URL: url}
}

// reschedule says that the event was given another time. One that does not take place as planned says that first.
func (e *jsonEvent) reschedule(previous *events.Time) {
	if previous == nil {
		return
	}
	e.Previous = stamp(*previous)
	if e.Status == jsonStatus(events.Scheduled) {
		e.Status = "https://schema.org/EventRescheduled"
	}
}

func jsonOrganizer(e events.Event, absolute func(path string) string) any {
	all := []jsonOrg{{Type: "Organization", Name: e.Organisation.Name, URL: absolute(orgURL(e.Organisation.Slug, 0))}}
	for _, h := range cohosts(e.Hosts) {
		all = append(all, jsonOrg{Type: "Organization", Name: h.Name, URL: absolute(orgURL(h.Slug, 0))})
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

func jsonStatus(s events.Status) string {
	switch s {
	case events.Cancelled:
		return "https://schema.org/EventCancelled"
	case events.Postponed:
		return "https://schema.org/EventPostponed"
	case events.MovedOnline:
		return "https://schema.org/EventMovedOnline"
	}
	return "https://schema.org/EventScheduled"
}

func jsonAttendance(e events.Event) string {
	switch {
	case e.Mode == events.Hybrid && e.Status != events.MovedOnline:
		return "https://schema.org/MixedEventAttendanceMode"
	case e.Mode == events.Online || e.Status == events.MovedOnline:
		return "https://schema.org/OnlineEventAttendanceMode"
	}
	return "https://schema.org/OfflineEventAttendanceMode"
}

func jsonLocation(e events.Event, url string) any {
	online := jsonPlace{Type: "VirtualLocation", URL: url}
	if e.Mode == events.Online {
		return online
	}
	p := e.Place
	there := jsonPlace{Type: "Place", Name: p.Venue, Address: &jsonAddress{
		Type: "PostalAddress", Street: p.Line1, Locality: p.City, Region: p.Region, PostalCode: p.PostalCode, Country: p.Country,
	}}
	if there.Name == "" {
		there.Name = p.City
	}
	if e.Mode == events.Hybrid || e.Status == events.MovedOnline {
		return []jsonPlace{online, there}
	}
	return there
}

func stamp(t events.Time) string { return t.Local().Format(time.RFC3339) }
