//go:build !js

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/id"
	"groundswell/shared/pgdb"
)

// operator runs commands on the database of setup.
type operator struct {
	bundle
	t   *testing.T
	svc *eventsvc.Service
}

func operating(t *testing.T) operator {
	t.Helper()
	b := setup(t)
	db := dbtest.New(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", nil)
	require.NoError(t, err)
	for _, org := range []string{"lake", "river"} {
		_, err = db.Exec(t.Context(), `insert into organizations (id, slug, name) values (gen_random_uuid(), $1, initcap($1) || ' Votes')`, org)
		require.NoError(t, err)
	}
	_, err = db.Exec(t.Context(), `insert into events (id, org_id, org_name, slug, title, timezone)
		select gen_random_uuid(), id, name, 'draft', 'Draft', 'America/Chicago' from organizations where slug = 'lake'`)
	require.NoError(t, err)
	return operator{b, t, svc}
}

type operation func(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error

// run is what the command prints; args are separated by |.
func (o operator) run(command operation, args string) (string, error) {
	o.t.Helper()
	var out strings.Builder
	var list []string
	if args != "" {
		list = strings.Split(args, "|")
	}
	err := command(o.t.Context(), o.svc, list, &out)
	return out.String(), err
}

func (o operator) does(command operation, args string) string {
	o.t.Helper()
	out, err := o.run(command, args)
	require.NoError(o.t, err, args)
	return out
}

// refuses checks the sentence for each mistake, and that none of them changed what the command lists.
func (o operator) refuses(command operation, list string, sentences map[string]string) {
	o.t.Helper()
	before := o.does(command, list)
	for args, sentence := range sentences {
		_, err := o.run(command, args)
		require.ErrorContains(o.t, err, sentence, args)
	}
	require.Equal(o.t, before, o.does(command, list))
	require.Contains(o.t, o.does(command, "--help"), "usage: events ")
}

func (o operator) get() events.Event {
	o.t.Helper()
	e, err := o.svc.Get(o.t.Context(), events.GetIn{Slug: o.slug})
	require.NoError(o.t, err)
	return e
}

func TestQuestionsCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	before := o.get()
	for _, args := range []string{"--add|Which bus?", "--add|Which day?|--kind|choice|--choice|Monday|--choice| Friday |--required", "--add|What can you do?|--kind|multiple|--hint|Any number.|--choice|Drive|--choice|Cook",
		"--add|First time?|--kind|yes_no"} {
		o.does(questions, "--event|canvass|"+args)
	}
	asked := o.get().Questions[1:]
	for i, want := range []events.Question{{Kind: events.AskText, Label: "Which bus?"}, {Kind: events.AskChoice, Label: "Which day?", Choices: []string{"Monday", "Friday"}, Required: true},
		{Kind: events.AskMultiple, Label: "What can you do?", Help: "Any number.", Choices: []string{"Drive", "Cook"}}, {Kind: events.AskYesNo, Label: "First time?"}} {
		want.ID, want.Choices = asked[i].ID, append([]string{}, want.Choices...)
		require.Equal(t, want, asked[i], "the page asks it")
	}
	require.True(t, o.get().UpdatedAt.After(before.UpdatedAt), "feeds follow")
	require.Equal(t, before.Sequence, o.get().Sequence, "and calendars stay")
	require.Equal(t, fmt.Sprintf("%s  Which? (multiple)\n    - a\n    - b\n%s  Which bus? (text)\n%s  Which day? (choice, required)\n    - Monday\n    - Friday\n"+
		"%s  What can you do? (multiple)\n    Any number.\n    - Drive\n    - Cook\n%s  First time? (yes_no)\n", o.question, asked[0].ID, asked[1].ID, asked[2].ID, asked[3].ID), o.does(questions, "--event|canvass"))
	require.Equal(t, "the form asks nothing but the usual\n", o.does(questions, "--event|draft"), "an event that is not listed, too")

	choices := strings.Repeat("|--choice|x", 31)
	o.refuses(questions, "--event|canvass", map[string]string{
		"": "name the event", "--event|nothing": "no event here", "--event|nothing|--add|Why?": "no event here", "--event|canvass|more": `"more" belongs to no flag`,
		"--event|canvass|--add|": "Say what is asked", "--event|canvass|--required": "with --add", "--event|canvass|--add|a|--remove|b": "add a question or remove one",
		"--event|canvass|--add|Why?|--kind|novel":                          `not "novel"`,
		"--event|canvass|--add|Why?|--kind|choice":                         "kind choice needs choices",
		"--event|canvass|--add|Why?|--kind|multiple":                       "kind multiple needs choices",
		"--event|canvass|--add|Why?|--choice|a":                            "kind text has no choices",
		"--event|canvass|--add|Why?|--kind|yes_no|--choice|a":              "kind yes_no has no choices",
		"--event|canvass|--add|Why?|--kind|choice|--choice|a|--choice|a ":  "named twice",
		"--event|canvass|--add|Why?|--kind|choice|--choice|":               "is empty",
		"--event|canvass|--add|Why?|--kind|choice" + choices:               "at most 30 choices",
		"--event|canvass|--add|" + strings.Repeat("ü", 201):                "longer than 200 characters",
		"--event|canvass|--add|Why?|--hint|" + strings.Repeat("ü", 501):    "longer than 500 characters",
		"--event|canvass|--add|Why\u202e?":                                 "cannot be shown",
		"--event|canvass|--remove|5":                                       "no id of a question",
		"--event|canvass|--remove|01999999-0000-7000-8000-000000000000":    "no question by this id",
		"--event|draft|--remove|" + o.question:                             "no question by this id",
		"--event|canvass|--add|Why?|--kind|multiple" + elevenLongChoices(): "longer than 2000 characters together",
	})
	for n := range 15 {
		o.does(questions, fmt.Sprintf("--event|canvass|--add|Question %d", n))
	}
	o.refuses(questions, "--event|canvass", map[string]string{"--event|canvass|--add|One more": "at most 20 questions"})
}

func elevenLongChoices() string {
	var b strings.Builder
	for n := range 11 {
		fmt.Fprintf(&b, "|--choice|%d%s", n, strings.Repeat("x", 190))
	}
	return b.String()
}

func TestAQuestionThatIsRemovedKeepsItsAnswers(t *testing.T) {
	t.Parallel()
	o := operating(t)
	shift, err := id.Parse[events.Shift](o.shift)
	require.NoError(t, err)
	_, err = o.svc.RSVP(t.Context(), events.RSVPIn{ShiftID: shift, GivenName: "Ada", FamilyName: "Lee", Email: "ada@example.org",
		Answers: events.Answers{o.question: {"a", "b"}}})
	require.NoError(t, err)
	ids, err := o.svc.SignupsOf(t.Context(), "canvass", "ada@example.org")
	require.NoError(t, err)
	link := o.svc.ManageURL(ids[0].UUID)
	token := link[strings.LastIndex(link, "/")+1:]
	answers := func() []events.Answer {
		signup, err := o.svc.GetSignup(t.Context(), events.SignupIn{Token: token})
		require.NoError(t, err)
		return signup.Answers
	}
	require.Equal(t, []events.Answer{{Question: "Which?", Answer: "a, b"}}, answers())

	require.Equal(t, "removed; the 1 answers it got stay with their sign-ups\nthe form asks nothing but the usual\n", o.does(questions, "--event|canvass|--remove|"+o.question))
	require.Empty(t, o.get().Questions)
	require.Equal(t, []events.Answer{{Question: "Which?", Answer: "a, b"}}, answers(), "in the words it was asked")
	_, err = o.svc.RSVP(t.Context(), events.RSVPIn{ShiftID: shift, GivenName: "Eve", FamilyName: "Lee", Email: "eve@example.org",
		Answers: events.Answers{o.question: {"no choice of its"}}})
	require.NoError(t, err, "a page that still asks works")
	_, err = o.run(questions, "--event|canvass|--remove|"+o.question)
	require.ErrorContains(t, err, "no question by this id")
}

func TestHostsCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "no other organisation stands behind the event\n", o.does(hosts, "--event|canvass"))
	require.Equal(t, "lake  Lake Votes (cohost)\n", o.does(hosts, "--event|canvass|--add|lake"))
	require.Equal(t, "lake  Lake Votes (cohost)\nriver  River Votes (promoter)\n", o.does(hosts, "--event|canvass|--add|river|--role|promoter"))
	require.Equal(t, "lake  Lake Votes (promoter)\nriver  River Votes (promoter)\n", o.does(hosts, "--event|canvass|--add|lake|--role|promoter"), "another role")
	require.Equal(t, []events.Host{{Slug: "lake", Name: "Lake Votes", Role: events.Promoter}, {Slug: "river", Name: "River Votes", Role: events.Promoter}}, o.get().Hosts)
	org, err := o.svc.GetOrg(t.Context(), events.OrgIn{Slug: "lake"})
	require.NoError(t, err)
	require.Len(t, org.Guest, 1, "it is on their page")
	require.Equal(t, "river  River Votes (promoter)\n", o.does(hosts, "--event|canvass|--remove|lake"))
	o.refuses(hosts, "--event|canvass", map[string]string{
		"": "name the event", "--event|nothing": "no event here", "--event|nothing|--add|lake": "no event here", "--event|canvass|--add|nobody": "no organisation here",
		"--event|canvass|--add|harbor": "Harbor Votes is the organiser", "--event|canvass|--add|lake|--role|friend": `not "friend"`, "--event|canvass|--role|cohost": "with --add",
		"--event|canvass|--remove|lake": `"lake" is no host`, "--event|canvass|--remove|nobody": `"nobody" is no host`,
	})
	_, err = dbtest.New(t).Exec(t.Context(), `insert into organizations (id, slug, name) select gen_random_uuid(), 'many-' || n, 'Many' from generate_series(1, 20) n`)
	require.NoError(t, err)
	for n := range 19 {
		o.does(hosts, fmt.Sprintf("--event|canvass|--add|many-%d", n+1))
	}
	o.refuses(hosts, "--event|canvass", map[string]string{"--event|canvass|--add|many-20": "at most 20 hosts"})
}

func TestTagsCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	found := func(tag string) int {
		out, err := o.svc.Find(t.Context(), events.FindIn{Tag: tag})
		require.NoError(t, err)
		return out.Total
	}
	require.Equal(t, "the event has no tags\n", o.does(tags, "--event|canvass"))
	require.Equal(t, "climate\nget-out-the-vote\n", o.does(tags, "--event|canvass|--set|get-out-the-vote, climate,,climate"))
	require.Equal(t, []string{"climate", "get-out-the-vote"}, o.get().Tags)
	require.Equal(t, "climate\nhousing\n", o.does(tags, "--event|canvass|--set|Housing,Climate, climate"))
	require.Equal(t, []int{1, 1, 0}, []int{found("climate"), found("housing"), found("get-out-the-vote")}, "search follows")
	o.refuses(tags, "--event|canvass", map[string]string{
		"": "name the event", "--event|nothing": "no event here", "--event|nothing|--set|a": "no event here", "--event|canvass|--set|Get out,Погода": `"Погода" cannot be written as a tag`,
		"--event|canvass|--set|" + strings.Repeat("a", 41): "longer than 40", "--event|canvass|--set|a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u": "at most 20 tags",
	})
	require.Equal(t, "the event has no tags\n", o.does(tags, "--event|canvass|--set|"))
}

func TestTagsThatAnOperatorSetSurviveAnImport(t *testing.T) {
	t.Parallel()
	o := operating(t)
	entry := func(categories string) string {
		return strings.Replace(feed, "GEO:north\r\n", "CATEGORIES:"+categories+"\r\n", 1)
	}
	imports := func(categories string) {
		_, err := o.svc.ImportICS(t.Context(), "harbor", strings.NewReader(entry(categories)))
		require.NoError(t, err)
	}
	imports("Water,Cleaning")
	require.Equal(t, "water\nyouth\n", o.does(tags, "--event|harbor-cleanup|--set|water,youth"))
	imports("Water,Cleaning")
	require.Equal(t, "water\nyouth\n", o.does(tags, "--event|harbor-cleanup"))
	imports("Boats")
	require.Equal(t, "boats\nwater\nyouth\n", o.does(tags, "--event|harbor-cleanup"), "water is the operator's now")
}

func TestSeriesCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "the organisation has no series\n", o.does(series, "--org|harbor"))
	require.Equal(t, "fall-of-action  Fall of action! (0 events)\n", o.does(series, "--org|harbor|--create|Fall of action!|--description|Every weekend."))
	require.Equal(t, "fall-of-action  Fall of action! (0 events)\nwinter  Winter (0 events)\n", o.does(series, "--org|harbor|--create|Winter"))
	require.Equal(t, "spring-26  Spring (0 events)\n", o.does(series, "--org|lake|--create|Spring|--slug|spring-26"))
	require.Equal(t, "no event is in the series\n", o.does(series, "--series|fall-of-action"))
	require.Regexp(t, `^canvass  Canvass \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)\n$`, o.does(series, "--series|fall-of-action|--add|canvass"))
	require.Equal(t, "draft  Draft (no date)\n", o.does(series, "--series|spring-26|--add|draft"))
	require.Equal(t, &events.Series{Slug: "fall-of-action", Title: "Fall of action!", Description: "Every weekend."}, o.get().Series)
	found, err := o.svc.Find(t.Context(), events.FindIn{Series: "fall-of-action"})
	require.NoError(t, err)
	require.Equal(t, 1, found.Total, "search follows")
	o.does(series, "--series|fall-of-action|--add|canvass") // again
	o.refuses(series, "--series|fall-of-action", map[string]string{
		"": "name an organisation or a series", "--org|harbor|--series|winter": "name an organisation or a series", "--org|nobody": "no organisation here", "--org|nobody|--create|x": "no organisation here",
		"--series|nothing": "no such series", "--series|nothing|--add|canvass": "no such series", "--series|winter|--add|nothing": "no event here",
		"--series|winter|--add|canvass": "in another series", "--series|winter|--add|draft": "not of the same organisation", "--series|winter|--remove|canvass": "not in this series",
		"--series|fall-of-action|--remove|draft": "not in this series", "--org|harbor|--add|canvass": "events go into --series", "--series|winter|--create|x": "is made for --org",
		"--org|harbor|--create|Winter": "series winter already", "--org|harbor|--create|": "Give the series a title", "--org|harbor|--slug|x": "with --create",
		"--org|harbor|--create|Winter|--slug|A b": "cannot be the slug", "--org|harbor|--create|" + strings.Repeat("ü ", 101): "longer than 200 characters",
		"--org|harbor|--create|Win\u202eter": "cannot be shown", "--org|harbor|--create|x|--description|" + strings.Repeat("x", 5001): "longer than 5000 characters",
	})
	require.Equal(t, "no event is in the series\n", o.does(series, "--series|fall-of-action|--remove|canvass"))
	require.Nil(t, o.get().Series)
}

func TestSeriesCommandRenamesAndDeletes(t *testing.T) {
	t.Parallel()
	o := operating(t)
	o.does(series, "--org|harbor|--create|Fall of action|--description|Every weekend.")
	o.does(series, "--org|harbor|--create|Winter")
	o.does(series, "--series|fall-of-action|--add|canvass")
	before := o.get()
	require.Contains(t, o.does(series, "--series|fall-of-action|--rename| Autumn of action "), "canvass  Canvass")
	require.Equal(t, &events.Series{Slug: "fall-of-action", Title: "Autumn of action", Description: "Every weekend."}, o.get().Series, "links to it stay")
	require.True(t, o.get().UpdatedAt.After(before.UpdatedAt), "feeds follow")
	o.refuses(series, "--org|harbor", map[string]string{
		"--series|nothing|--rename|x": "no such series", "--series|nothing|--delete": "no such series", "--org|harbor|--delete": "--series",
		"--org|harbor|--rename|x": "--series", "--series|winter|--rename|": "Give the series a title", "--series|winter|--rename|" + strings.Repeat("ü ", 101): "longer than 200 characters",
		"--series|winter|--rename|x|--delete": "delete a series or change it", "--series|winter|--delete|--add|canvass": "delete a series or change it",
		"--series|winter|--delete|--remove|canvass": "delete a series or change it", "--series|winter|--description|x": "with --create",
	})
	before = o.get()
	require.Equal(t, "deleted; without a series from now on: 1 event\n", o.does(series, "--series|fall-of-action|--delete"))
	require.Equal(t, "winter  Winter (0 events)\n", o.does(series, "--org|harbor"))
	require.Nil(t, o.get().Series)
	require.True(t, o.get().UpdatedAt.After(before.UpdatedAt), "feeds follow")
	found, err := o.svc.Find(t.Context(), events.FindIn{})
	require.NoError(t, err)
	require.Equal(t, 1, found.Total, "search still has the event")
	found, err = o.svc.Find(t.Context(), events.FindIn{Series: "fall-of-action"})
	require.NoError(t, err)
	require.Zero(t, found.Total, "and no such series")
	require.Equal(t, "fall-of-action  Fall of action (0 events)\nwinter  Winter (0 events)\n", o.does(series, "--org|harbor|--create|Fall of action"), "its slug is free")
}

func TestVerifyCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "organisation harbor: sign-ups need no confirmation\n", o.does(verify, "--org|harbor"))
	require.Equal(t, "organisation harbor: sign-ups must be confirmed by mail\n", o.does(verify, "--org|harbor|--on"))
	require.Equal(t, "organisation lake: sign-ups need no confirmation\n", o.does(verify, "--org|lake"), "others stay as they are")
	o.signup(events.RSVPIn{GivenName: "Ada", FamilyName: "Lee", Email: "ada@example.org"})
	require.Contains(t, o.does(signups, "--event|canvass"), "  not confirmed yet  party of 1  ")
	require.Equal(t, "unconfirmed", o.exported("canvass")[3]["status"])
	require.Contains(t, o.does(signups, "--event|canvass"), "  registered  party of 1  ", "who was there before stays")
	o.refuses(verify, "--org|harbor", map[string]string{"": "name the organisation", "--org|nobody|--on": "no organisation here", "--org|harbor|--on|--off": "--on or --off", "--org|harbor|more": "belongs to no flag"})
	require.Equal(t, "organisation harbor: sign-ups need no confirmation\n", o.does(verify, "--org|harbor|--off"))
}

func TestTextingCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "organisation lake: sends no texts\n", o.does(texting, "--org|lake"))
	require.Equal(t, "organisation lake: sends texts from +12165550100\n", o.does(texting, "--org|lake|--number|+12165550100"))
	require.Equal(t, "organisation river: sends no texts\n", o.does(texting, "--org|river"), "others stay as they are")
	o.refuses(texting, "--org|lake", map[string]string{
		"": "name the organisation", "--org|nobody": "no organisation here", "--org|nobody|--number|+12165550101": "no organisation here", "--org|nobody|--off": "no organisation here",
		"--org|lake|--number|216 555 0101": "is not a number to send texts from", "--org|lake|--number|": "say the number, or --off",
		"--org|lake|--number|+12165550101|--off": "--number or --off", "--org|lake|more": "belongs to no flag",
		"--org|river|--number|+12165550100": "the number of another organisation",
	})
	require.Equal(t, "organisation lake: sends no texts\n", o.does(texting, "--org|lake|--off"))
	require.Equal(t, "organisation river: sends texts from +12165550100\n", o.does(texting, "--org|river|--number|+12165550100"), "it is free again")
}
