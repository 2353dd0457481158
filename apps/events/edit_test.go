//go:build !js

package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/blob"
	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/pgdb"
)

func TestEditCommand(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "done; 0 people will be told\n", o.does(edit, "--org|harbor|--event|canvass|--title| Phone bank |--summary|Call with us|--type|phone_bank|--guests|2|--accessible|unsure|"+
		"--accessibility-notes|Ask us.|--latitude|41.5|--longitude|-87.6|--contact-name|The office|--contact-email|office@example.org|--instructions|Bring a phone."))
	require.Equal(t, "done; 2 people will be told\n", o.does(edit, "--org|harbor|--event|canvass|--venue|Union Hall|--address|1901 W Carroll Ave|--city|Chicago|--region|IL|--postal-code|60612|--note|More room."))
	e := o.get()
	require.Equal(t, []any{"Phone bank", "Call with us", events.Type("phone_bank"), 2, "not_sure", "Ask us.", "The office", "office@example.org"},
		[]any{e.Title, e.Summary, e.Type, e.GuestsAllowed, e.Accessibility, e.AccessNotes, e.ContactName, e.ContactEmail})
	require.Equal(t, events.Place{Venue: "Union Hall", Line1: "1901 W Carroll Ave", City: "Chicago", Region: "IL", PostalCode: "60612"}, e.Place)
	o.does(edit, "--org|harbor|--event|canvass|--private-address|yes|--accessible||--summary|")
	e = o.get()
	require.True(t, e.PlacePrivate)
	require.Empty(t, e.Place.Line1+e.Accessibility+e.Summary)
	_, err := dbtest.New(t).Exec(t.Context(), `update events set mode = 'hybrid'`)
	require.NoError(t, err)
	o.does(edit, "--org|harbor|--event|canvass|--link|https://meet.example.org/x")
	o.does(edit, "--org|harbor|--event|canvass|--mode|online")
	require.Equal(t, []any{events.Online, events.Place{}}, []any{o.get().Mode, o.get().Place})
	o.does(edit, "--org|harbor|--event|canvass|--mode|in_person|--city|Chicago|--country|US|--link|")
	require.Equal(t, []any{events.InPerson, events.Place{City: "Chicago", Country: "US"}}, []any{o.get().Mode, o.get().Place})
	file := filepath.Join(t.TempDir(), "about.txt")
	require.NoError(t, os.WriteFile(file, []byte("Come all.\r\n\r\nBring a friend.\n"), 0o600))
	o.does(edit, "--org|harbor|--event|canvass|--description|@"+file)
	require.Equal(t, "Come all.\n\nBring a friend.", o.get().Description)
	o.does(edit, "--org|harbor|--event|canvass|--description|")
	require.Empty(t, o.get().Description)
	o.does(edit, "--org|lake|--event|draft|--title|Not listed")

	before := o.get()
	for args, sentence := range map[string]string{
		"": "name the organisation and the event", "--event|canvass|--guests|3": "name the organisation", "--org|harbor|--guests|3": "and the event",
		"--org|harbor|--event|canvass": "say what is to change", "--org|harbor|--event|canvass|more": `"more" belongs to no flag`,
		"--org|harbor|--event|canvass|--guests|3|--note|Hi": "nobody is told", "--org|lake|--event|canvass|--guests|3": "no event here",
		"--org|harbor|--event|canvass|--guests|many": "no number of guests", "--org|harbor|--event|canvass|--guests|101": "between 0 and 100",
		"--org|harbor|--event|canvass|--description|@nowhere.txt": `there is no file "nowhere.txt"`, "--org|harbor|--event|canvass|--mode|virtual": "in_person, online or hybrid",
		"--org|harbor|--event|canvass|--mode|online": "without a link", "--org|harbor|--event|canvass|--country|Chile": "two letters",
		"--org|harbor|--event|canvass|--accessible|maybe": "say yes, no or unsure", "--org|harbor|--event|canvass|--private-address|maybe": "say yes or no",
		"--org|harbor|--event|canvass|--latitude|north": "no number of degrees", "--org|harbor|--event|canvass|--latitude|1": "or neither",
		"--org|harbor|--event|canvass|--type|party": "There are: canvass", "--org|harbor|--event|canvass|--title|": "a title",
	} {
		_, err := o.run(edit, args)
		require.ErrorContains(t, err, sentence, args)
	}
	after := o.get()
	after.Now = before.Now
	require.Equal(t, before, after)
	help := o.does(edit, "--help")
	require.Contains(t, help, "usage: events edit --org SLUG --event SLUG [")
	require.Contains(t, help, "--event slug\n      the event's slug, the last part of its address (required)")
}

func TestEditCommandNeedsAPictureThatCanBeStored(t *testing.T) {
	t.Parallel()
	o := operating(t)
	away, err := blob.Open(blob.Config{Endpoint: "http://127.0.0.1:1", Bucket: "none", Region: "us-east-1", AccessKey: "none", SecretKey: "none"})
	require.NoError(t, err)
	o.svc, err = newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), "https://events.example.org", away)
	require.NoError(t, err)
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	var good bytes.Buffer
	require.NoError(t, png.Encode(&good, image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	picture := file("good.png", good.Bytes())
	before := o.get()
	for args, says := range map[string]string{
		"--image|" + picture: "--image-alt TEXT", "--image-alt|A square": "needs --image FILE", "--image||--image-alt|A square": "needs --image FILE",
		"--image|" + filepath.Join(dir, "none.png") + "|--image-alt|A square": "there is no file",
		"--image|" + file("empty.png", nil) + "|--image-alt|A square":         "is empty",
		"--image|" + file("notes.png", []byte("notes")) + "|--image-alt|Note": "no picture that can be shown: a JPEG or PNG of at most 32 MB, 24 megapixels and 8192 pixels on a side.",
		"--image|" + picture + "|--image-alt|A square|--title|Other":          "could not be stored, so nothing was changed",
	} {
		_, err := o.run(edit, "--org|harbor|--event|canvass|"+args)
		require.ErrorContains(t, sentence(err), says, args)
	}
	after := o.get()
	after.Now = before.Now
	require.Equal(t, before, after)
	require.Equal(t, "done; 0 people will be told\n", o.does(edit, "--org|harbor|--event|canvass|--image|"), "there was none")
}
