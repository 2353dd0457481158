package e2e

import (
	_ "embed" // the example page
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/embed.html
var embedExample string

// website is a site of somebody else: another site to a browser than the events site, for their host names differ.
func website(t *testing.T, s stack, org, event string) (origin string) {
	t.Helper()
	page := strings.NewReplacer("https://events.example.org", s.events, "ORGANISATION", org, "EVENT", event).Replace(embedExample)
	return foreign(t, s, page)
}

func foreign(t *testing.T, s stack, page string) (origin string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	if !strings.Contains(s.events, "localhost") {
		return "http://localhost:" + u.Port()
	}
	return server.URL
}

// organisations are the slugs of two organisations and an open event of each.
func organisations(t *testing.T, s stack) (orgs, events []string) {
	t.Helper()
	for page := range strings.SplitSeq(get(t, s.events+"/?open=true&mode=in_person")+get(t, s.events+"/?open=true&mode=in_person&page=2"), `href="/e/`) {
		event, _, ok := strings.Cut(page, `"`)
		if !ok || strings.ContainsAny(event, "/?#<") || event == "" {
			continue
		}
		org := strings.TrimPrefix(firstLink(t, s.events+"/e/"+event, `href="(/o/[^"#?]+)"`), "/o/")
		if strings.HasPrefix(org, "own-") { // another test's
			continue
		}
		if len(orgs) == 0 || orgs[0] != org {
			orgs, events = append(orgs, org), append(events, event)
		}
		if len(orgs) == 2 {
			return orgs, events
		}
	}
	t.Fatal("the demo data has no two organisations with open events")
	return nil, nil
}

// allow registers a website as an operator does.
func allow(t *testing.T, s stack, org, origin string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "../../bin/events", "embeds", "--org", org, "--allow", origin)
	cmd.Env = append(os.Environ(), "PUBLIC_URL="+s.events)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), origin)
}

// frame attaches to the frame of another site whose address starts so.
func (b *tab) frame(prefix string) *tab {
	b.t.Helper()
	var id target.ID
	require.Eventually(b.t, func() bool {
		id = b.findFrame(prefix)
		return id != ""
	}, patience, 50*time.Millisecond, "no frame of %s", prefix)
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
	b.t.Cleanup(cancel)
	f := &tab{t: b.t, ctx: ctx}
	require.NoError(b.t, chromedp.Listen(ctx, f.hear))
	return f
}

func (b *tab) findFrame(prefix string) target.ID {
	infos, err := chromedp.Targets(b.ctx)
	require.NoError(b.t, err)
	for _, info := range infos {
		if info.Type == "iframe" && strings.HasPrefix(info.URL, prefix) && info.BrowserContextID == chromedp.FromContext(b.ctx).BrowserContextID {
			return info.TargetID
		}
	}
	return ""
}

const allReady = `[...document.querySelectorAll("[data-groundswell-events]")].every((d) => d.dataset.groundswellState === "ready")`

func TestEmbedsWorkOnAnotherWebsite(t *testing.T) {
	t.Parallel()
	s := running(t)
	orgs, events := organisations(t, s)
	origin := website(t, s, orgs[0], events[0])
	allow(t, s, orgs[0], origin)
	for _, m := range []mode{full, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			b := newTab(t, m)
			b.visit(origin)
			if m == full {
				b.until(allReady)
				require.Equal(t, 3, eval[int](b, `document.querySelectorAll("iframe").length`))
				require.Empty(t, b.text("[data-groundswell-events] a"), "what stood there makes room")
				shotsOf(b, "embed-host")
			}
			list := b.frame(s.events + "/embed/o/" + orgs[0])
			require.Contains(t, list.text("h1"), "Events of")
			require.Equal(t, 3, eval[int](list, `document.querySelectorAll(".embed-row").length`))
			require.Equal(t, "#7a1fa2", eval[string](list, `getComputedStyle(document.documentElement).getPropertyValue("--accent")`))
			require.Equal(t, "dark", eval[string](b.frame(s.events+"/embed/e/"+events[0]+"?"), `document.documentElement.dataset.theme`))

			signUpInFrame(t, b, s, m, events[0])
			for _, f := range []*tab{b, list} {
				require.Empty(t, eval[string](f, "document.cookie"))
			}
			cookies, err := chromedp.Call(b.ctx, storage.GetCookies, storage.GetCookiesParams{})
			require.NoError(t, err)
			require.Empty(t, cookies.Cookies)
		})
	}
}

func signUpInFrame(t *testing.T, b *tab, s stack, m mode, event string) {
	t.Helper()
	form := b.frame(s.events + "/embed/e/" + event + "/signup")
	if m == jsOff {
		_, err := chromedp.Call(form.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		require.NoError(t, err)
	}
	email := someone()
	eval[any](form, `document.querySelector("#rsvp").scrollIntoView()`)
	fillSignup(form, email)
	form.press("\r")
	form.until(`document.querySelector("#joined")`)
	require.Contains(t, form.text("#joined"), "Check your email")
	require.Contains(t, form.address(), "accent=0a7", "the look stays")
	mailTo(t, s, email, ".")
	if m == full {
		b.until(`(() => { const f = [...document.querySelectorAll("iframe")].at(-1); return f.clientHeight > 100 && f.clientHeight < 700; })()`) // shorter than the form was
	}
}

func TestEmbedsStayOutOfOtherWebsites(t *testing.T) {
	t.Parallel()
	s := running(t)
	orgs, events := organisations(t, s)
	b := newTab(t, full)
	b.visit(website(t, s, orgs[1], events[1])) // over http, and registered nowhere
	for _, path := range []string{"/embed/o/" + orgs[1], "/embed/e/" + events[1] + "?", "/embed/e/" + events[1] + "/signup"} {
		b.frame(s.events + path).until(`location.href.startsWith("chrome-error:")`)
	}
	require.Equal(t, 3, eval[int](b, `[...document.querySelectorAll("[data-groundswell-events] > a")].filter((a) => a.offsetHeight > 0).length`),
		"the links that stood there stay")
}

func TestHostileEmbedsDoNothing(t *testing.T) {
	t.Parallel()
	s := running(t)
	orgs, events := organisations(t, s)
	origin := foreign(t, s, strings.NewReplacer("SITE", s.events, "ORG", orgs[0], "EVENT", events[0]).Replace(`<!doctype html><title>x</title>
		<div id="a" data-groundswell-events="ORG" data-theme="dark'&gt;&lt;script&gt;" data-accent="red;}*{display:none" data-limit="999"></div>
		<div id="b" data-groundswell-events="../../my/x" ></div><div id="c" data-groundswell-events="ORG" data-show="constructor"></div>
		<div id="d" data-groundswell-events="EVENT" data-show="event"></div>
		<script src="SITE/embed.js"></script>`))
	b := newTab(t, full)
	b.visit(origin)
	require.Equal(t, s.events+"/embed/o/"+orgs[0], eval[string](b, `document.querySelector("#a iframe").src`))
	require.Equal(t, 2, eval[int](b, `document.querySelectorAll("iframe").length`))
	const heights = `[...document.querySelectorAll("iframe")].map((f) => f.style.height)`
	before := eval[[]string](b, heights)
	heard := eval[[]string](b, `new Promise((done) => {
		const heard = [];
		addEventListener("message", (e) => e.data === "asked" ? setTimeout(() => done(heard)) : heard.push(JSON.stringify(e.data)));
		postMessage({ type: "fullstack:height", height: 7 }, "*");
		const evil = document.createElement("iframe");
		evil.id = "evil";
		evil.srcdoc = "<script>for (const f of [parent.frames[0], parent.frames[1]]) f.postMessage({type:'fullstack:frame'}, '*');" +
			"parent.postMessage({type:'fullstack:height',height:7},'*');parent.postMessage('asked','*')<" + "/script>";
		document.body.append(evil);
	})`)
	require.Equal(t, []string{`{"type":"fullstack:height","height":7}`, `{"type":"fullstack:height","height":7}`}, heard, "both were sent")
	require.NotContains(t, eval[[]string](b, heights), "7px")
	require.Equal(t, before, eval[[]string](b, heights)[:len(before)])
}

// shotsOf writes the screenshots a person looks at.
func shotsOf(b *tab, name string) {
	for _, width := range []int64{390, 1280} {
		for _, dark := range []bool{true, false} {
			b.shot(name, width, dark)
		}
	}
}

func TestCalendarMenusInEveryMode(t *testing.T) {
	t.Parallel()
	for _, m := range []mode{full, wasmBlocked, jsOff} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			site, s := eventsSite(t, m)
			event := openEvent(t, s)
			org := firstLink(t, s.events+event, `href="(/o/[^"#?]+)"`)
			for name, path := range map[string]string{"menu-event": event, "menu-org": org} {
				b := newTab(t, m)
				b.visit(site.URL + path)
				if m == full {
					b.alive()
				}
				require.False(t, eval[bool](b, `document.querySelector(".menu-list").checkVisibility({ contentVisibilityAuto: true })`))
				b.click(".menu > summary")
				b.until(`document.querySelector(".menu-list").checkVisibility()`)
				require.True(t, eval[bool](b, `[...document.querySelectorAll(".menu-link")].every((a) => a.protocol === "webcal:" || a.protocol.startsWith("http"))`))
				if m == full {
					shotsOf(b, name)
					continue
				}
				require.Contains(t, b.text(".menu-list"), "Google Calendar")
			}
		})
	}
}

func TestEmbedsAreAccessible(t *testing.T) {
	t.Parallel()
	s := running(t)
	axe(t)
	orgs, events := organisations(t, s)
	for _, path := range []string{"/embed/o/" + orgs[0], "/embed/e/" + events[0], "/embed/e/" + events[0] + "/signup", "/embed/o/nobody"} {
		b := newTab(t, full)
		for _, look := range []string{"?theme=light", "?theme=dark", "?theme=light&accent=ffee00", "?theme=dark&accent=00f"} {
			b.visit(s.events + path + look)
			grave, light := b.violations()
			require.Empty(t, append(grave, light...), path+look)
		}
	}
}
