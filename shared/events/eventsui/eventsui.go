// Package eventsui draws events: cards, times, places and seats, for every site that shows them. It knows no page and
// calls no function. Times are written in US English on the event's own clock, from the offset the server sent.
package eventsui

import (
	"strconv"

	"groundswell/shared/events"
	"groundswell/shared/ui"
)

// TypeIcon is the sign of a type of event.
func TypeIcon(t events.Type) ui.IconName {
	switch t {
	case "canvass", "community_canvass", "literature_drop":
		return ui.IconHome
	case "phone_bank", "text_bank", "automated_phone_bank", "advocacy_call", "friend_to_friend":
		return ui.IconPhone
	case "rally", "visibility", "town_hall", "barnstorm":
		return ui.IconMegaphone
	case "letter_writing", "signature_gathering", "petition", "voter_registration":
		return ui.IconPencil
	case "community", "fundraiser", "solidarity":
		return ui.IconHeart
	case "meeting", "house_party", "meet_greet", "training", "workshop":
		return ui.IconUsers
	}
	return ui.IconHand
}

// Tone gives each type one of the four tones of covers without a picture, the same one every time.
func Tone(t events.Type) string {
	sum := 0
	for i := range len(t) {
		sum += int(t[i])
	}
	return strconv.Itoa(sum % 4)
}

// Count is a number with its noun: 1 guest, 2 guests.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Number writes n with a comma every three digits.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
