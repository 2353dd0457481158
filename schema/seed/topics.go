package seed

import "github.com/google/uuid"

// series is a row of events that belong together: those of one kind of an organisation.
type series struct {
	org                            int
	kind, slug, title, description string
}

func allSeries() []series {
	return []series{
		{0, "town_hall", "listening-tour", "Marisol's listening tour", "One library, one union hall, one church basement after the other: Marisol listens first and answers after. Every evening has its own subject."},
		{0, "training", "first-steps", "First steps", "Everything a new volunteer needs, in short evenings that build on each other. Join at any of them."},
		{1, "workshop", "know-your-city", "Know your city", "How a budget is read, a bus line is won and a crosswalk is painted: a season of evenings on how our towns work."},
		{1, "community_canvass", "every-street", "Every street by spring", "We knock on each door of the Front Range once before the snow melts. These are the dates."},
		{2, "meeting", "ward-rounds", "Ward rounds", "A meeting at each hospital and each hall before the contract runs out, so that every shift can be at one."},
	}
}

func seriesID(n int) uuid.UUID { return fixedID("series", n) }

// seriesOf is the series of an event, nil for most.
func seriesOf(e event) *uuid.UUID {
	for i, s := range allSeries() {
		if s.org == e.org && s.kind == e.kind {
			id := seriesID(i)
			return &id
		}
	}
	return nil
}

func (c *campaign) seriesRows() *table {
	t := &table{name: "event_series", columns: []string{"id", "org_id", "slug", "title", "description", "created_at", "updated_at"}}
	for i, s := range allSeries() {
		t.add(seriesID(i), orgID(s.org), s.slug, s.title, s.description, c.now.AddDate(0, -6, 0), c.now.AddDate(0, -6, 0))
	}
	return t
}

// tagsOf is what an event is about: the organisation's cause, and what its kind asks of people.
func tagsOf(n int, e event) []string {
	causes := [][]string{{"housing", "schools", "climate"}, {"transit", "climate", "local-budget"}, {"labor", "health-care"}}[e.org]
	tags := []string{causes[n%len(causes)]}
	switch e.kind {
	case "training", "workshop", "canvass", "phone_bank", "letter_writing":
		tags = append(tags, "first-time-friendly")
	case "community", "rally", "house_party", "literature_drop":
		tags = append(tags, "families")
	case "text_bank", "friend_to_friend", "automated_phone_bank":
		tags = append(tags, "from-home")
	}
	if n%9 == 4 {
		tags = append(tags, "spanish")
	}
	return tags
}

func (c *campaign) tagRows() *table {
	t := &table{name: "event_tags", columns: []string{"org_id", "event_id", "tag"}}
	for n, e := range c.events {
		for _, tag := range tagsOf(n, e) {
			t.add(orgID(e.org), e.id, tag)
		}
	}
	return t
}
