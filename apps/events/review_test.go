//go:build !js

package main

import (
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"

	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/fullstack/fullstacktest"
)

// teaParty is the form of a volunteer, without JavaScript.
func teaParty() url.Values {
	return url.Values{"_fn": {"events.host"}, "_form": {"host"}, "org": {"rivera-for-ohio"}, "given_name": {"Grace"}, "family_name": {"Ho"},
		"email": {"grace@example.org"}, "title": {"Zwieback tea party"}, "type": {"house_party"}, "description": {"Tea.\r\n\r\nAnd zwieback."},
		"date": {time.Now().AddDate(0, 0, 14).Format(time.DateOnly)}, "starts": {"15:00"}, "ends": {"17:00"}, "zone": {"America/New_York"}, "mode": {"in_person"},
		"venue": {""}, "line1": {"7 Secret Lane"}, "city": {"Cleveland"}, "region": {"OH"}, "postal_code": {""}, "country": {"US"}, "place_private": {"true"},
		"online_url": {""}, "capacity": {""}, "guests": {"1"}, "accessibility": {"not_sure"}, "access_notes": {""}, "website": {""}}
}

// An event that nobody has approved is on no page and in no file of the site. Then the link of the mail, two buttons and a command make it public.
func TestAVolunteersEventIsSeenOnceItIsApproved(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	const form = "/o/rivera-for-ohio/host"
	require.Equal(t, form, fullstacktest.Get(t, s, "/o/rivera-for-ohio").Attr("main a[href$='/host']", "href"))
	for _, other := range []string{"front-range-neighbors", "nobody", "x--y"} {
		require.Equal(t, http.StatusNotFound, fullstacktest.Get(t, s, "/o/"+other+"/host").Status)
		require.False(t, fullstacktest.Get(t, s, "/o/"+other).Has("main a[href$='/host']"))
	}
	refused := teaParty()
	refused["city"], refused["given_name"] = []string{""}, []string{"<script>alert(1)</script>"}
	page := fullstacktest.Post(t, s, form, refused)
	require.Equal(t, http.StatusUnprocessableEntity, page.Status)
	require.Contains(t, page.Text("#host-city-error"), "in which city")
	require.NotEmpty(t, page.Text("#host-given_name-error"))
	require.Equal(t, "Zwieback tea party", page.Attr("#host-title", "value"), "what was typed is kept")
	require.True(t, page.Has("#host-place_private[checked]"))
	require.NotContains(t, page.HTML, "<script>alert")
	for range 2 {
		page = fullstacktest.Post(t, s, form, teaParty())
		require.Equal(t, http.StatusSeeOther, page.Status, page.Text("main"))
		require.Equal(t, form+"?sent=true#sent", page.Header.Get("Location"))
	}
	require.Contains(t, fullstacktest.Get(t, s, form+"?sent=true").Text("#sent"), "Check your email")

	var event uuid.UUID
	require.NoError(t, s.db.QueryRow(t.Context(), `select event_id from volunteer_hosts`).Scan(&event), "one event")
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(bytes.Repeat([]byte("k"), 32)), origin, nil)
	require.NoError(t, err)
	link := strings.TrimPrefix(svc.HostingURL(event), origin)
	unseen := func() {
		t.Helper()
		for _, path := range []string{"", "/event.ics", "/card.png"} {
			require.Equal(t, http.StatusNotFound, fullstacktest.Get(t, s, "/e/zwieback-tea-party"+path).Status, path)
		}
		require.Equal(t, http.StatusNotFound, fullstacktest.Get(t, s, "/oembed?url="+url.QueryEscape(origin+"/e/zwieback-tea-party")).Status)
		require.NotEqual(t, http.StatusOK, fullstacktest.Get(t, s, "/embed/e/zwieback-tea-party").Status)
		for _, path := range []string{"/?q=zwieback", "/?place=Cleveland&type=house_party", "/o/rivera-for-ohio", "/o/rivera-for-ohio/calendar.ics", "/o/rivera-for-ohio/feed.atom",
			"/sitemap/events-1.xml", "/embed/o/rivera-for-ohio", "/calendar?q=zwieback"} {
			body := fullstacktest.Get(t, s, path).HTML
			require.NotContains(t, body, "Zwieback", path)
			require.NotContains(t, body, "zwieback-tea-party", path)
		}
	}
	unseen()

	page = fullstacktest.Get(t, s, link)
	require.Equal(t, http.StatusOK, page.Status)
	require.Equal(t, "no-referrer", page.Header.Get("Referrer-Policy"), "the address is a secret")
	require.Contains(t, page.Header.Get("Cache-Control"), "no-store")
	require.Contains(t, page.Header.Get("X-Robots-Tag"), "noindex")
	require.Contains(t, page.Text("main"), "7 Secret Lane")
	token := page.Attr("#confirm [name=token]", "value")
	require.Equal(t, http.StatusSeeOther, fullstacktest.Post(t, s, link, url.Values{"_fn": {"events.confirm_hosting"}, "_form": {"confirm"}, "token": {token}}).Status)
	require.Contains(t, fullstacktest.Get(t, s, link).Text("#status"), "Waiting for approval")
	unseen()

	o := operator{t: t, svc: svc}
	require.Contains(t, o.does(review, "--org|rivera-for-ohio"), "zwieback-tea-party  Zwieback tea party")
	require.Contains(t, o.does(review, "--org|rivera-for-ohio|--event|zwieback-tea-party|--approve"), "approved")
	require.Contains(t, fullstacktest.Get(t, s, link).Attr("#status a", "href"), "/e/zwieback-tea-party")
	require.Contains(t, fullstacktest.Get(t, s, link).Text("#signups"), "0 people have signed up")
	page = fullstacktest.Get(t, s, "/e/zwieback-tea-party")
	require.Contains(t, page.Text("main"), "Hosted by Grace for Rivera for Ohio")
	require.NotContains(t, page.HTML, "Secret Lane")
	require.NotContains(t, page.HTML, "grace@example.org")
	require.Contains(t, fullstacktest.Get(t, s, "/?q=zwieback").HTML, "/e/zwieback-tea-party")
	require.Contains(t, fullstacktest.Get(t, s, "/o/rivera-for-ohio/feed.atom").HTML, "Zwieback")

	page = fullstacktest.Post(t, s, link, url.Values{"_fn": {"events.cancel_hosting"}, "_form": {"cancel"}, "token": {token}, "note": {strings.Repeat("x", 2001)}})
	require.Equal(t, http.StatusUnprocessableEntity, page.Status)
	require.True(t, page.Has("details[open] #cancel"), "it stays open")
	require.Equal(t, http.StatusSeeOther, fullstacktest.Post(t, s, link, url.Values{"_fn": {"events.cancel_hosting"}, "_form": {"cancel"}, "token": {token}, "note": {""}}).Status)
	require.Contains(t, fullstacktest.Get(t, s, link).Text("#status"), "cancelled")
	require.Contains(t, fullstacktest.Get(t, s, "/robots.txt").HTML, "Disallow: /hosting/\n")
}

func TestHostingAndReviewCommands(t *testing.T) {
	t.Parallel()
	o := operating(t)
	require.Equal(t, "organisation lake: hosting by volunteers is off\n", o.does(hosting, "--org|lake"))
	require.Equal(t, "organisation lake: hosting by volunteers is on\n", o.does(hosting, "--org|lake|--on"))
	require.Equal(t, "organisation lake: hosting by volunteers is on\n", o.does(hosting, "--org|lake"))
	o.refuses(hosting, "--org|lake", map[string]string{
		"": "name the organisation", "--org|nobody": "no organisation here", "--org|nobody|--on": "no organisation here", "--org|lake|--on|--off": "--on or --off", "--org|lake|x": "belongs to no flag",
	})
	require.Equal(t, "nothing awaits approval\n", o.does(review, "--org|lake"))
	form := url.Values{"org": {"lake"}, "given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@example.org"}, "title": {"Tea"}, "type": {"house_party"}, "description": {"Tea."},
		"date": {"2040-12-01"}, "starts": {"18:30"}, "ends": {"20:00"}, "zone": {"UTC"}, "mode": {"in_person"}, "line1": {"1 Main St"}, "city": {"Akron"}, "country": {"US"}, "capacity": {"9"}}
	require.Equal(t, http.StatusOK, answer(o.fns, formRequest("events.host", form)).Code)
	require.Equal(t, "nothing awaits approval\n", o.does(review, "--org|lake"), "the host has not confirmed it")
	o.refuses(review, "--org|lake", map[string]string{"--org|lake|--event|tea|--approve": "has not confirmed"})
	all, _, err := o.svc.EventsOf(t.Context(), "lake", false)
	require.NoError(t, err)
	require.NotEmpty(t, all)
	event, _, err := o.svc.HostedEvent(t.Context(), "lake", "tea")
	require.NoError(t, err)
	token := strings.TrimPrefix(o.svc.HostingURL(event.Event.ID.UUID), "https://events.example.org/hosting/")
	require.Equal(t, http.StatusOK, answer(o.fns, formRequest("events.confirm_hosting", url.Values{"token": {token}})).Code)

	require.Regexp(t, `(?m)^EVENT  TITLE  STARTS                WHERE  HOST     ASKED\ntea    Tea    2040-12-01 18:30 UTC  Akron  Ada Lee  20\d\d-\d\d-\d\d\n$`, o.does(review, "--org|lake"))
	require.Equal(t, "tea  Tea (house_party, needs_approval)\n    when   2040-12-01 18:30 – 2040-12-01 20:00 UTC, 9 seats\n    where  1 Main St, Akron, US\n"+
		"    host   Ada Lee <ada@example.org>\n\nTea.\n", o.does(review, "--org|lake|--event|tea"))
	o.refuses(review, "--org|lake", map[string]string{
		"": "name the organisation", "--org|nobody": "no organisation here", "--org|lake|--approve": "name the event", "--org|lake|--event|tea|approve": `"approve" belongs to no flag`,
		"--org|lake|--event|tea|--approve|--reject": "--approve or --reject",
		"--org|lake|--event|tea|--approve|--note|x": "a note goes to", "--org|river|--event|tea|--approve": `"river" has no event "tea"`, "--org|lake|--event|draft|--approve": "No volunteer hosts",
	})
	require.Equal(t, "rejected; its host will be told\n", o.does(review, "--org|lake|--event|tea|--reject|--note|Too far."))
	require.Equal(t, "nothing awaits approval\n", o.does(review, "--org|lake"))
}
