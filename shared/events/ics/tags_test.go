package ics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events/ics"
)

const date = "DTSTART:20261201T180000"

func TestCategoriesAreTags(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string][]string{
		"":                           nil,
		"CATEGORIES:":                nil,
		"CATEGORIES:, ,":             nil,
		"CATEGORIES:Climate,HOUSING": {"climate", "housing"},
		"CATEGORIES;LANGUAGE=en:Get out the vote\nCATEGORIES:climate, Climate ,housing": {"climate", "get-out-the-vote", "housing"},
		`CATEGORIES:Food\, drink,Arts & Crafts\;Music`:                                  {"arts-crafts-music", "food-drink"},
		`CATEGORIES:a\\,b`:                                 {"a", "b"},
		`CATEGORIES:Two\nlines,end\`:                       {"end", "two-lines"},
		"CATEGORIES:Educación,Lo'cal":                      {"educacion", "local"},
		"CATEGORIES:cl\u202eim\u2066ate\x00,\u200dx\ufeff": {"climate", "x"},
		"CATEGORIES:Hous\n ing":                            {"housing"},
		"BEGIN:VALARM\nCATEGORIES:alarm\nEND:VALARM":       nil,
		"CATEGORIES:" + strings.Repeat("a", 40):            {strings.Repeat("a", 40)},
	} {
		require.Equal(t, want, one(t, vevent(date, lines)).Tags, "%q", lines)
	}
}

func TestCategoriesThatCannotBeTagsAreProblems(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]string{
		"CATEGORIES:fine," + strings.Repeat("long ", 9):          "“" + strings.Repeat("long ", 8) + "long” is longer than 40 characters, too long for a tag; it was left out.",
		"CATEGORIES:fine,选举 2026":                                "“选举 2026” cannot be written as a tag, in the letters a to z; it was left out.",
		"CATEGORIES:fine,!?":                                     "“!?” cannot be written as a tag, in the letters a to z; it was left out.",
		"CATEGORIES:fine,\xff\xfe":                               "“\ufffd” cannot be written as a tag, in the letters a to z; it was left out.",
		"CATEGORIES:fine,http://schemas.google.com/g/2005#event": "“http://schemas.google.com/g/2005#event” is an address and no tag; it was left out.",
	} {
		events, problems := parse(t, vevent(date, lines))
		require.Len(t, events, 1, lines)
		require.Equal(t, []string{"fine"}, events[0].Tags, lines)
		require.Equal(t, []ics.Problem{{Line: 7, Message: want}}, problems, lines)
	}
}

func TestVeryManyCategoriesAreBounded(t *testing.T) { //nolint:paralleltest // measured, like bounds_test.go
	var names []string
	for n := range 200_000 {
		names = append(names, fmt.Sprint("tag", 100_000+n))
	}
	var lines []string
	for len(names) > 0 {
		lines, names = append(lines, "CATEGORIES:"+strings.Join(names[:20_000], ",")), names[20_000:]
	}
	events, problems := parseBounded(t, strings.NewReader("BEGIN:VCALENDAR\n"+vevent(append(lines, date)...)+"\nEND:VCALENDAR"))
	require.Equal(t, []ics.Problem{{Line: 5, Message: "This event has more than 20 categories; the rest were left out."}}, problems)
	require.Len(t, events[0].Tags, 20)
	require.Equal(t, "tag100019", events[0].Tags[19])

	_, problems = parseBounded(t, strings.NewReader("BEGIN:VCALENDAR\n"+vevent(date, "CATEGORIES:"+strings.Repeat("!,", 100_000))+"\nEND:VCALENDAR"))
	require.Len(t, problems, 20, "nor does what is no tag go on for ever: %v", problems[len(problems)-1])
}
