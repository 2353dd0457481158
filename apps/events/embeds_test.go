//go:build !js

package main

import (
	"encoding/json"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
)

const harborShift = "00000000-0000-7000-8000-000000000003"

func (h house) document(path string) (*goquery.Document, *httptest.ResponseRecorder) {
	h.t.Helper()
	w := h.get(path)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	require.NoError(h.t, err)
	return doc, w
}

func frameAncestors(w *httptest.ResponseRecorder) string {
	_, rest, _ := strings.Cut(w.Header().Get("Content-Security-Policy"), "frame-ancestors ")
	return rest
}

func TestOnlyEmbedsMayBeFramedAndTheFormOnlyByRegisteredSites(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, want := range map[string]string{
		"/embed/o/harbor": "https:", "/embed/e/canvass": "https:", "/embed/e/canvass/signup": "'none'",
		"/embed/o/nobody": "https:", "/embed/e/nothing/signup": "https:", // they say that nothing is there, and nothing else
		"/": "'none'", "/e/canvass": "'none'", "/o/harbor": "'none'", "/my/x": "'none'", "/nothing": "'none'", "/embed/x": "'none'",
		"/embed.js": "'none'", "/oembed": "'none'", "/fn/events.find": "'none'", "/e/canvass/event.ics": "'none'", "/offline": "'none'",
	} {
		w := h.get(path)
		require.Equal(t, want, frameAncestors(w), path)
		require.Empty(t, w.Header().Values("Set-Cookie"), path)
	}
	t.Run("of an organisation that registered its website", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		h.exec(`insert into embed_origins (org_id, origin) values ('00000000-0000-7000-8000-000000000001', 'https://www.harbor.example')`)
		for _, path := range []string{"/embed/o/harbor", "/embed/e/canvass", "/embed/e/canvass/signup"} {
			require.Equal(t, "https://www.harbor.example", frameAncestors(h.get(path)), path)
		}
	})
}

func TestEmbedsAreSmallAndLeadBesideTheFrame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, title := range map[string]string{
		"/embed/o/harbor": "Events of Harbor Votes", "/embed/e/canvass": "Canvass the harbor", "/embed/e/canvass/signup": "Canvass the harbor",
		"/embed/e/canvass/signup?joined=" + harborShift: "Canvass the harbor",
	} {
		doc, w := h.document(path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Equal(t, title, doc.Find("h1").Text(), path)
		require.Less(t, w.Body.Len(), 20<<10, path)
		require.Equal(t, "noindex", doc.Find("meta[name=robots]").AttrOr("content", ""), path)
		require.Equal(t, 1, doc.Find("script").Length(), path)
		require.Positive(t, doc.Find("a").Length())
		doc.Find("a").Each(func(_ int, a *goquery.Selection) {
			require.Equal(t, "_blank", a.AttrOr("target", ""), "%s: %s", path, a.Text())
			require.Contains(t, a.AttrOr("rel", ""), "noopener")
		})
	}
	doc, _ := h.document("/embed/e/canvass/signup?joined=" + harborShift)
	require.Contains(t, doc.Find("#joined").Text(), "Check your email")
	inLine, _ := h.document("/embed/e/canvass/signup?joined=" + harborShift + "&waiting=" + harborShift + ".4")
	require.Contains(t, inLine.Find("#joined").Text(), "You’re number 4 in line")
	doc, w := h.document("/embed/e/nothing")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Contains(t, doc.Find("h1").Text(), "no event")
}

func TestALookThatIsNoneDoesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	plain, _ := h.document("/embed/o/harbor")
	want, err := plain.Html()
	require.NoError(t, err)
	for _, query := range []string{
		"theme=auto&accent=", "theme=dark%22%3E%3Cscript%3E&accent=red", "accent=0a7%7D%2A%7Bdisplay%3Anone&limit=99999999999999999999",
		"accent=../../x&theme=DARK&limit=-1", "accent=url(//evil)&limit=abc", "accent=12345&limit=0",
	} {
		doc, w := h.document("/embed/o/harbor?" + query)
		require.Equal(t, http.StatusOK, w.Code, query)
		got, err := doc.Html()
		require.NoError(t, err)
		require.Equal(t, want, got, query)
	}
	doc, _ := h.document("/embed/o/harbor?theme=dark&accent=%230A7&limit=1")
	require.Equal(t, "dark", doc.Find("html").AttrOr("data-theme", ""))
	require.Equal(t, 1, doc.Find(`link[href="/embed/accent/0a7.css"]`).Length())
	require.Equal(t, http.StatusOK, h.get("/embed/accent/0a7.css").Code)
	for _, name := range []string{"red.css", "0a7", "12345.css", "0a7%7D.css", "+ff.css", "0x1.css"} {
		require.Equal(t, http.StatusNotFound, h.get("/embed/accent/"+url.PathEscape(strings.ReplaceAll(name, "%7D", "}"))).Code, name)
	}
}

func TestAccentsReadWellOnEverySurface(t *testing.T) {
	t.Parallel()
	for _, hex := range []string{"000", "fff", "ff0", "0a7", "00f", "808080", "ffee00", "0b5f56", "bf3f1a"} {
		css, ok := accentCSS(hex)
		require.True(t, ok)
		for i, surfaces := range [][]string{{"ffffff", "faf7f1"}, {"16211e", "0e1614"}} {
			rule := strings.Split(css, "\n")[i*2] // light, then the dark of data-theme
			accent, on := valueOf(t, rule, "--accent:#"), valueOf(t, rule, "--on-accent:#")
			for _, s := range surfaces {
				surface, _ := parseHex(s)
				require.GreaterOrEqual(t, contrast(accent, surface), 4.5, "%s on %s", hex, s)
			}
			require.GreaterOrEqual(t, contrast(accent, on), 4.5, hex)
		}
	}
}

func valueOf(t *testing.T, rule, name string) color {
	t.Helper()
	_, rest, ok := strings.Cut(rule, name)
	require.True(t, ok, rule)
	c, ok := parseHex(rest[:6])
	require.True(t, ok)
	return c
}

func TestASignUpInAFrameIsANativePost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, _ := h.document("/embed/e/canvass/signup?theme=dark")
	require.Equal(t, "post", doc.Find("form#rsvp").AttrOr("method", ""))
	post := func(site string, values url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/embed/e/canvass/signup?theme=dark", strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		h.http.ServeHTTP(w, r)
		return w
	}
	values := url.Values{"_form": {"rsvp"}, "_fn": {"events.rsvp"}, "shift_id": {harborShift}, "given_name": {"Ada"}, "family_name": {"Lee"}, "email": {"ada@"}}
	refused := post("same-origin", values)
	require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	require.Contains(t, refused.Body.String(), `value="Ada"`)
	values.Set("email", "ada@example.org")
	require.Equal(t, http.StatusForbidden, post("cross-site", values).Code, "the website around the frame cannot send it")
	done := post("same-origin", values)
	require.Equal(t, http.StatusSeeOther, done.Code, done.Body)
	require.Equal(t, "/embed/e/canvass/signup?joined="+harborShift+"&theme=dark", done.Header().Get("Location"))
}

func TestOEmbedDescribesEventsAndOrganisations(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ask := func(query string) (oembedAnswer, *httptest.ResponseRecorder) {
		w := h.get("/oembed?" + query)
		var a oembedAnswer
		if w.Code == http.StatusOK {
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a))
		}
		return a, w
	}
	page := "url=" + url.QueryEscape(siteOrigin+"/e/canvass")
	a, w := ask(page + "&format=json")
	require.Equal(t, "application/json; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
	require.Equal(t, []string{"1.0", "rich", "Canvass the harbor", "Harbor Votes"}, []string{a.Version, a.Type, a.Title, a.AuthorName})
	frame, err := goquery.NewDocumentFromReader(strings.NewReader(a.HTML))
	require.NoError(t, err)
	src := frame.Find("iframe").AttrOr("src", "")
	require.Equal(t, siteOrigin+"/embed/e/canvass", src)
	require.Equal(t, http.StatusOK, h.get(strings.TrimPrefix(src, siteOrigin)).Code)
	require.Equal(t, siteOrigin+"/e/canvass/card.png", a.ThumbnailURL)

	a, _ = ask(page + "&maxwidth=320&maxheight=200")
	require.Equal(t, []int{320, 200}, []int{a.Width, a.Height})
	require.Empty(t, a.ThumbnailURL, "it is larger than asked for")
	a, _ = ask("url=" + url.QueryEscape(siteOrigin+"/o/harbor"))
	require.Contains(t, a.HTML, siteOrigin+"/embed/o/harbor")
	for query, want := range map[string]int{
		page + "&format=xml": 501, page + "&maxwidth=0": 400, page + "&maxwidth=x": 400, "": 404, "url=%zz": 404,
		"url=" + url.QueryEscape("https://evil.example/e/canvass"):                           404,
		"url=" + url.QueryEscape(siteOrigin+".evil.example/e/canvass"):                       404,
		"url=" + url.QueryEscape("http://events.example.org/e/canvass"):                      404,
		"url=" + url.QueryEscape(siteOrigin+"/e/nothing"):                                    404,
		"url=" + url.QueryEscape(siteOrigin+"/my/secret"):                                    404,
		"url=" + url.QueryEscape(siteOrigin+"/e/canvass/signup"):                             404,
		"url=" + url.QueryEscape("https://user@"+strings.TrimPrefix(siteOrigin, "https://")): 404,
	} {
		_, w := ask(query)
		require.Equal(t, want, w.Code, query)
	}
	h.exec(`insert into embed_origins (org_id, origin) select id, 'https://www.harbor.example' from organizations where slug = 'harbor'`)
	for _, of := range []string{"/e/canvass", "/o/harbor"} {
		a, w = ask("url=" + url.QueryEscape(siteOrigin+of))
		require.Equal(t, []string{"link", "Harbor Votes", siteOrigin + of + "/card.png", site().Name}, []string{a.Type, a.AuthorName, a.ThumbnailURL, a.ProviderName})
		for _, absent := range []string{"html", "width", "height"} {
			require.NotContains(t, w.Body.String(), `"`+absent+`"`, "a frame would stay empty on most websites")
		}
	}
	doc, _ := h.document("/e/canvass")
	link := doc.Find(`link[type="application/json+oembed"]`).AttrOr("href", "")
	require.True(t, strings.HasPrefix(link, siteOrigin+"/oembed?"), link)
	require.Equal(t, http.StatusOK, h.get(strings.TrimPrefix(link, siteOrigin)).Code, "what the page says leads there")
}

func TestCardsAreDrawnAgainWhenTheEventChanges(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.get("/e/canvass/card.png")
	require.Equal(t, "image/png", first.Header().Get("Content-Type"))
	require.Equal(t, "cross-origin", first.Header().Get("Cross-Origin-Resource-Policy"))
	before := first.Body.String()
	_, err := png.Decode(first.Body)
	require.NoError(t, err)
	etag := first.Header().Get("Etag")
	require.Equal(t, http.StatusNotModified, h.get("/e/canvass/card.png", "If-None-Match", etag).Code)
	h.exec(`update events set title = 'Sweep the harbor'`)
	changed := h.get("/e/canvass/card.png", "If-None-Match", etag)
	require.Equal(t, http.StatusOK, changed.Code)
	require.NotEqual(t, before, changed.Body.String())
	require.Equal(t, http.StatusOK, h.get("/o/harbor/card.png").Code)
	require.Equal(t, http.StatusNotFound, h.get("/e/nothing/card.png").Code)
	doc, _ := h.document("/e/canvass")
	require.Equal(t, siteOrigin+"/e/canvass/card.png?v=0", doc.Find(`meta[property="og:image"]`).AttrOr("content", ""))
}

func TestEmbedsCommand(t *testing.T) {
	t.Parallel()
	newHouse(t)
	svc, err := newService(dbtest.As(t, pgdb.Site), config.Key(strings.Repeat("k", 32)), siteOrigin, nil)
	require.NoError(t, err)
	run := func(args ...string) (string, error) {
		var out strings.Builder
		err := embedOrigins(t.Context(), svc, args, &out)
		return out.String(), err
	}
	out, err := run("--org", "harbor")
	require.NoError(t, err)
	require.Contains(t, out, "no website is registered")
	_, err = run("--org", "harbor", "--allow", "WWW.Harbor.example/")
	require.NoError(t, err)
	out, err = run("--org", "harbor", "--allow", "http://localhost:8080")
	require.NoError(t, err)
	require.Equal(t, "http://localhost:8080\nhttps://www.harbor.example\n", out)
	out, err = run("--org", "harbor", "--forbid", "https://www.harbor.example")
	require.NoError(t, err)
	require.Equal(t, "http://localhost:8080\n", out)
	for _, bad := range []string{"http://www.harbor.example", "https://x.example/path", "https://a.example; script-src *", "javascript:alert(1)",
		"https://*", "nonsense", "https://nonsense", "https://a..example", "https://user@x.example", "https://münchen.example", "https://x.example:99999999"} {
		_, err := run("--org", "harbor", "--allow", bad)
		require.Error(t, err, bad)
	}
	_, err = run("--org", "nobody", "--allow", "https://x.example")
	require.ErrorContains(t, err, "no organisation")
	_, err = run("--org", "harbor", "--forbid", "https://x.example")
	require.ErrorContains(t, err, "not on the list")
	_, err = run()
	require.ErrorContains(t, err, "name the organisation")
}
