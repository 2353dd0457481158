package seed

import "time"

// extras gives some events what only few have: questions in the form, hosts beside their own organisation, another time.
// They are the last events to come, so that the first ones one meets stay as simple as most are.
func (c *campaign) extras() {
	asking, hosted, moved := c.last(0), c.last(1), c.last(2)
	if asking != nil {
		asking.asks = true
	}
	if hosted != nil {
		hosted.hosts = map[int]string{0: "cohost", 2: "promoter"}
	}
	if moved != nil {
		for i := range moved.shifts {
			was := moved.shifts[i].start.Add(-90 * time.Minute)
			moved.shifts[i].previous = &was
		}
		moved.sequence++
	}
}

// last is the event of an organisation that starts last of those that go ahead in person; nil when there is none.
func (c *campaign) last(org int) (found *event) {
	for i := range c.events {
		e := &c.events[i]
		if e.org == org && e.status == "scheduled" && e.mode == "in_person" && !e.private && e.shifts[0].start.After(c.now) &&
			(found == nil || e.shifts[0].start.After(found.shifts[0].start)) {
			found = e
		}
	}
	return found
}

func (c *campaign) questionRows() *table {
	t := &table{name: "event_questions", columns: []string{"id", "org_id", "event_id", "position", "kind", "label", "help", "choices", "required", "created_at"}}
	n := 0
	for _, e := range c.events {
		if !e.asks {
			continue
		}
		for _, q := range []struct {
			kind, label, help string
			choices           []string
			required          bool
		}{
			{"choice", "What would you like to do?", "", []string{"Knock on doors", "Drive people", "Keep the coffee hot"}, true},
			{"multiple", "Which languages do you speak?", "Neighbors open the door sooner when it is theirs.", []string{"English", "Spanish", "Arabic", "Polish"}, false},
			{"choice", "Your shirt size", "", []string{"XS", "S", "M", "L", "XL", "2XL", "3XL"}, false},
			{"yes_no", "Is this your first time with us?", "", []string{}, true},
			{"text", "Anything we should know?", "A bad knee, a good dog, a car with room for five.", []string{}, false},
		} {
			n++
			t.add(fixedID("question", n), orgID(e.org), e.id, int32(n), q.kind, q.label, q.help, q.choices, q.required, e.published)
		}
	}
	return t
}

func (c *campaign) hostRows() *table {
	t := &table{name: "event_hosts", columns: []string{"org_id", "event_id", "host_id", "role", "created_at"}}
	for _, e := range c.events {
		for host := range c.orgs {
			if role, ok := e.hosts[host]; ok {
				t.add(orgID(e.org), e.id, orgID(host), role, e.published)
			}
		}
	}
	return t
}
