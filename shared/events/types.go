package events

// Types lists the types of events, in the field's standard terms, in the order a form offers them.
func Types() []Type {
	all := labels()
	types := make([]Type, 0, len(all))
	for _, l := range all {
		types = append(types, l.Type)
	}
	return types
}

// Known reports whether the type is one of Types.
func (t Type) Known() bool {
	for _, l := range labels() {
		if l.Type == t {
			return true
		}
	}
	return false
}

// Label is the type in words, "Event" for an unknown one.
func (t Type) Label() string {
	for _, l := range labels() {
		if l.Type == t {
			return l.Label
		}
	}
	return "Event"
}

// Label is the mode in words.
func (m Mode) Label() string {
	switch m {
	case Online:
		return "Online"
	case Hybrid:
		return "In person and online"
	}
	return "In person"
}

// Label is the status in words, "" for an event that goes ahead as announced.
func (s Status) Label() string {
	switch s {
	case Cancelled:
		return "Cancelled"
	case Postponed:
		return "Postponed"
	case MovedOnline:
		return "Moved online"
	}
	return ""
}

type typeLabel struct {
	Type  Type
	Label string
}

func labels() []typeLabel {
	return []typeLabel{
		{"canvass", "Canvass"},
		{"phone_bank", "Phone bank"},
		{"text_bank", "Text bank"},
		{"rally", "Rally"},
		{"town_hall", "Town hall"},
		{"meeting", "Meeting"},
		{"training", "Training"},
		{"workshop", "Workshop"},
		{"voter_registration", "Voter registration"},
		{"house_party", "House party"},
		{"meet_greet", "Meet and greet"},
		{"fundraiser", "Fundraiser"},
		{"community", "Community event"},
		{"community_canvass", "Community canvass"},
		{"letter_writing", "Letter and postcard writing"},
		{"literature_drop", "Literature drop"},
		{"signature_gathering", "Signature gathering"},
		{"petition", "Petition"},
		{"poll_monitoring", "Poll monitoring"},
		{"visibility", "Visibility event"},
		{"debate_watch_party", "Watch party"},
		{"friend_to_friend", "Friend-to-friend outreach"},
		{"advocacy_call", "Advocacy call"},
		{"automated_phone_bank", "Automated phone bank"},
		{"barnstorm", "Barnstorm"},
		{"office_opening", "Office opening"},
		{"solidarity", "Solidarity event"},
		{"carpool", "Carpool"},
		{"other", "Other event"},
	}
}
