package eventsvc

import (
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"groundswell/shared/events"
)

// planEvery is how late after its moment a reminder may be planned: workers/schedule.go says how often that is done.
const planEvery = 5 * time.Minute

// textComes reports whether the reminder by text of what starts then can be promised to a number at now: its moment is to come, and is
// in no quiet hours. "" for a number that is not known yet.
func (s *Service) textComes(e events.Event, start, now time.Time, number string) bool {
	for _, w := range s.reminderWindows(start, start, e.Zone) {
		if w.Kind == events.RemindSoon {
			return now.Before(w.From) && !s.quiet(e, w.From, number) && !s.quiet(e, w.From.Add(planEvery), number)
		}
	}
	return false
}

// quiet reports whether nobody may be texted about the event at t: it is night on its clock, or on one where the number may be.
func (s *Service) quiet(e events.Event, t time.Time, number string) bool {
	return slices.ContainsFunc(append(zonesOf(number), e.Zone), func(zone string) bool {
		local := t.In(s.location(zone))
		from, till := textHours(e.Place, local.Weekday())
		return local.Hour() < from || local.Hour() >= till
	})
}

// zonesOf are the zones a number in E.164 may be in, by its prefix: many for one that belongs to a whole country, none for one that
// belongs to nowhere.
func zonesOf(number string) []string {
	if number == "" {
		return nil
	}
	zones, err := phonenumbers.GetTimezonesForPrefix(number)
	if err != nil || slices.Contains(zones, phonenumbers.UNKNOWN_TIMEZONE) {
		return nil
	}
	return slices.Clone(zones)
}

// textHours are those between which people may be texted about an event on such a day: 8 to 21, as for calls (47 CFR 64.1200(c)(1)), and
// fewer where a state says so of its own.
func textHours(at events.Place, day time.Weekday) (from, till int) {
	from, till = 8, 21
	if at.Country != "US" && at.Country != "" {
		return from, till
	}
	switch strings.ToUpper(strings.TrimSpace(at.Region)) {
	case "FL", "FLORIDA", "MD", "MARYLAND", "OK", "OKLAHOMA":
		till = 20
	case "CT", "CONNECTICUT":
		from, till = 9, 20
	case "RI", "RHODE ISLAND":
		switch day {
		case time.Sunday:
			return 0, 0
		case time.Saturday:
			return 10, 17
		}
		from, till = 9, 18
	case "TX", "TEXAS":
		from = 9
		if day == time.Sunday {
			from = 12
		}
	}
	return from, till
}
