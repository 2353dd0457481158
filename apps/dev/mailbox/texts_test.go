package mailbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/apps/dev/mailbox"
	"groundswell/shared/sending"
	"groundswell/shared/sms"
)

// phones is the provider with a site behind it, which keeps what it is posted.
type phones struct {
	texts  *mailbox.Texts
	web    *httptest.Server
	client *sms.Client
	posted chan posted
	file   string
	site   string
}

type posted struct {
	path   string
	form   url.Values
	signed bool
}

func setupPhones(t *testing.T) *phones {
	t.Helper()
	p := &phones{posted: make(chan posted, 100), file: filepath.Join(t.TempDir(), "texts.jsonl")}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		p.posted <- posted{r.URL.RequestURI(), r.PostForm, p.client.Signed(p.site+r.URL.RequestURI(), r.PostForm, r.Header.Get(sms.SignatureHeader))}
		switch r.PostForm.Get("Body") {
		case "STOP":
			_, _ = fmt.Fprint(w, `<?xml version="1.0"?><Response><Message>Bye &amp; &lt;b&gt;</Message></Response>`)
		case "break":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "hm":
			_, _ = fmt.Fprint(w, `<Response/>`)
		}
	}))
	t.Cleanup(site.Close)
	p.site = site.URL
	mux := http.NewServeMux()
	p.web = httptest.NewServer(mux)
	t.Cleanup(p.web.Close)
	at := strings.Replace(p.web.URL, "http://", "http://AC1:token@", 1)
	var err error
	p.texts, err = mailbox.OpenTexts(p.file, at, site.URL+"/sms/inbound", time.Now)
	require.NoError(t, err)
	p.texts.Mount(mux)
	p.client, err = sms.New(at)
	require.NoError(t, err)
	return p
}

func (p *phones) send(t *testing.T, body string) string {
	t.Helper()
	id, err := p.client.Send(t.Context(), sms.Text{From: "+12165550100", To: "+12165550123", Body: body, Status: p.site + "/sms/status?delivery=1"})
	require.NoError(t, err)
	return id
}

func (p *phones) say(t *testing.T, id, body string) {
	t.Helper()
	resp, err := http.PostForm(p.web.URL+"/sms/"+id+"/answer", url.Values{"body": {body}})
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestTexts_areTakenOverAndReported(t *testing.T) {
	t.Parallel()
	p := setupPhones(t)
	id := p.send(t, "See you – at 10")
	report := <-p.posted
	require.True(t, report.signed)
	require.Equal(t, "/sms/status?delivery=1", report.path)
	require.Equal(t, []string{id, "delivered"}, []string{report.form.Get("MessageSid"), report.form.Get("MessageStatus")})
	all := p.texts.List()
	require.Len(t, all, 1)
	require.Equal(t, "See you – at 10", all[0].Body)

	resp, err := http.Get(p.web.URL + "/api/sms?to=%2B12165550123")
	require.NoError(t, err)
	defer resp.Body.Close()
	var listed []map[string]any
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&listed))
	require.Equal(t, "+12165550100", listed[0]["from"])
	require.EqualValues(t, 1, listed[0]["segments"])

	again, err := mailbox.OpenTexts(p.file, "http://AC1:token@localhost", "", time.Now)
	require.NoError(t, err)
	require.Equal(t, all, again.List(), "over restarts")
	require.NoError(t, again.Clear())
	require.Empty(t, again.List())
}

func TestTexts_refuseWhatTheProviderRefuses(t *testing.T) {
	t.Parallel()
	p := setupPhones(t)
	stranger, err := sms.New(strings.Replace(p.web.URL, "http://", "http://AC1:guess@", 1))
	require.NoError(t, err)
	good := sms.Text{From: "+12165550100", To: "+12165550123", Body: "x"}
	for reason, c := range map[string]struct {
		client *sms.Client
		change func(*sms.Text)
	}{
		"refused 20003": {stranger, func(*sms.Text) {}},
		"refused 21211": {p.client, func(m *sms.Text) { m.To = "216 555 0123" }},
		"refused 21212": {p.client, func(m *sms.Text) { m.From = "" }},
		"refused 21602": {p.client, func(m *sms.Text) { m.Body = "" }},
	} {
		m := good
		c.change(&m)
		_, err := c.client.Send(t.Context(), m)
		var failure *sending.Error
		require.ErrorAs(t, err, &failure)
		require.Equal(t, reason, failure.Reason())
	}
	require.Empty(t, p.texts.List())
}

func TestTexts_areAnsweredAsThePhoneWould(t *testing.T) {
	t.Parallel()
	p := setupPhones(t)
	id := p.send(t, "Hello")
	<-p.posted
	p.say(t, id, "STOP")
	said := <-p.posted
	require.True(t, said.signed)
	require.Equal(t, "/sms/inbound", said.path)
	require.Equal(t, []string{"+12165550123", "+12165550100", "STOP"}, []string{said.form.Get("From"), said.form.Get("To"), said.form.Get("Body")})
	require.NotEmpty(t, said.form.Get("MessageSid"))
	all := p.texts.List()
	require.Len(t, all, 3)
	require.Equal(t, "Bye & <b>", all[0].Body, "what the site has it answered with")
	require.Equal(t, []string{"+12165550100", "+12165550123"}, []string{all[0].From, all[0].To})
	require.True(t, all[1].Answer)
	require.Equal(t, []bool{true, false, false}, []bool{all[0].Last, all[1].Last, all[2].Last})
	p.say(t, id, "hm")
	p.say(t, id, "break")
	all = p.texts.List()
	require.Len(t, all, 5)
	require.Equal(t, "the site answered 503 Service Unavailable", all[0].Note)
	require.Empty(t, all[1].Note)

	resp, err := http.Get(p.web.URL + "/sms")
	require.NoError(t, err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "Bye &amp; &lt;b&gt;")
	require.Equal(t, 1, strings.Count(string(page), `class="reply"`))
}

// What asks for a report somewhere else on the net gets none.
func TestTexts_postToThisMachineOnly(t *testing.T) {
	t.Parallel()
	p := setupPhones(t)
	_, err := p.client.Send(t.Context(), sms.Text{From: "+12165550100", To: "+12165550123", Body: "x", Status: "https://events.example.org/sms/status"})
	require.NoError(t, err)
	_, err = p.client.Send(t.Context(), sms.Text{From: "+12165550100", To: "+12165550123", Body: "x", Status: "http://%zz"})
	require.NoError(t, err)
	require.Empty(t, p.posted)
}
