package mailbox_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/apps/dev/mailbox"
)

const calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"

// confirmation is shaped like the mails the workers send.
var confirmation = strings.ReplaceAll(`From: "Harbor Votes" <hello@groundswell.example>
To: Ana <ana@example.org>
Subject: =?UTF-8?q?Du_bist_dabei:_Stra=C3=9Fenfest?=
Message-ID: <confirm-1@groundswell.example>
List-Unsubscribe: <https://events.example.org/u>,
 <mailto:stop@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
zwei
--inner
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: base64

`+base64.StdEncoding.EncodeToString([]byte("<p>Hallo<script>1</script></p>"))+`
--inner--
--outer
Content-Type: text/calendar; method=REQUEST; charset=UTF-8
Content-Disposition: attachment; filename="event.ics"
Content-Transfer-Encoding: base64

`+base64.StdEncoding.EncodeToString([]byte(calendar))+`
--outer--
`, "\n", "\r\n")

type bundle struct {
	box  *mailbox.Mailbox
	dir  string
	smtp string
	web  *httptest.Server
}

func setup(t *testing.T) bundle {
	t.Helper()
	dir := t.TempDir()
	box, err := mailbox.Open(dir, time.Now)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- box.Serve(l) }()
	mux := http.NewServeMux()
	box.Mount(mux)
	web := httptest.NewServer(mux)
	t.Cleanup(func() {
		web.Close()
		require.NoError(t, l.Close())
		require.NoError(t, <-done)
	})
	return bundle{box, dir, l.Addr().String(), web}
}

func (b bundle) send(t *testing.T, message string, to ...string) {
	t.Helper()
	require.NoError(t, smtp.SendMail(b.smtp, nil, "bounce@groundswell.example", to, []byte(message)))
}

func (b bundle) get(t *testing.T, path string) (string, *http.Response) {
	t.Helper()
	resp, err := http.Get(b.web.URL + path)
	require.NoError(t, err)
	defer resp.Body.Close()
	var text strings.Builder
	_, err = io.Copy(&text, resp.Body)
	require.NoError(t, err)
	return text.String(), resp
}

func TestAPIMail_hasTheShapeThatTestsRelyOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(t, confirmation, "ana@example.org")
	text, _ := b.get(t, "/api/mail")
	var got []map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	require.Len(t, got, 1)
	m := got[0]
	require.Equal(t, "hello@groundswell.example", m["from"])
	require.Equal(t, []any{"ana@example.org"}, m["to"])
	require.Equal(t, "Du bist dabei: Straßenfest", m["subject"])
	require.Equal(t, "Grüße\nzwei", m["text"])
	require.Equal(t, "<p>Hallo<script>1</script></p>", m["html"])
	headers := m["headers"].(map[string]any)
	require.Equal(t, "<confirm-1@groundswell.example>", headers["Message-ID"])
	require.Equal(t, "<https://events.example.org/u>, <mailto:stop@example.org>", headers["List-Unsubscribe"])
	require.Equal(t, []any{map[string]any{
		"name": "event.ics", "type": "text/calendar; method=REQUEST; charset=UTF-8",
		"content": base64.StdEncoding.EncodeToString([]byte(calendar)),
	}}, m["attachments"])
}

func TestAPIMail_isNewestFirstAndFiltersByRecipient(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, to := range []string{"a@example.org", "b@example.org", "a@example.org"} {
		b.send(t, "Subject: for "+to+"\r\n\r\nhi\r\n", to)
	}
	all := b.box.List()
	require.Len(t, all, 3)
	require.Greater(t, all[0].ID, all[1].ID)
	require.Greater(t, all[1].ID, all[2].ID)
	var mine []mailbox.Message
	text, _ := b.get(t, "/api/mail?to=B@example.org")
	require.NoError(t, json.Unmarshal([]byte(text), &mine))
	require.Len(t, mine, 1)
	require.Equal(t, "for b@example.org", mine[0].Subject)
}

func TestAPIMail_isAnEmptyListWithoutMail(t *testing.T) {
	t.Parallel()
	text, resp := setup(t).get(t, "/api/mail")
	require.JSONEq(t, "[]", text)
	require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
}

func TestMailbox_keepsMailsOverRestarts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(t, confirmation, "ana@example.org")
	again, err := mailbox.Open(b.dir, time.Now)
	require.NoError(t, err)
	want, err := json.Marshal(b.box.List())
	require.NoError(t, err)
	got, err := json.Marshal(again.List())
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
}

func TestMailbox_showsBrokenMailAsItIs(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"no headers":         "just text",
		"no boundary":        "Content-Type: multipart/mixed\r\n\r\nbody",
		"unknown encoding":   "Content-Transfer-Encoding: x-odd\r\n\r\nbody",
		"broken base64":      "Content-Transfer-Encoding: base64\r\n\r\n????",
		"cut off in a part":  "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhalf",
		"header without end": "Subject: x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mailbox.Parse("1", mailbox.Envelope{}, []byte(raw))
			_, err := json.Marshal(m)
			require.NoError(t, err)
			require.NotNil(t, m.To)
			require.NotNil(t, m.Attachments)
		})
	}
}

func TestPages_showTheMailSandboxed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(t, confirmation, "ana@example.org")
	link := b.box.List()[0].Link()

	list, _ := b.get(t, "/mail")
	require.Contains(t, list, `href="`+link+`"`)
	require.Contains(t, list, "Straßenfest")

	page, resp := b.get(t, link)
	require.Contains(t, page, `sandbox="allow-popups allow-popups-to-escape-sandbox"`)
	require.NotContains(t, page, "<script>1", "the mail's HTML is in its frame only")
	require.NotContains(t, resp.Header.Get("Content-Security-Policy"), "unsafe-inline")

	html, resp := b.get(t, link+"/html")
	require.Contains(t, html, "<p>Hallo")
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "sandbox")
	require.NotContains(t, resp.Header.Get("Content-Security-Policy"), "allow-scripts")

	file, resp := b.get(t, link+"/attachments/0")
	require.Equal(t, calendar, file)
	require.Contains(t, resp.Header.Get("Content-Disposition"), "event.ics")

	_, resp = b.get(t, "/mail/nothing")
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

func TestClear_deletesForGood(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(t, confirmation, "ana@example.org")
	req, err := http.NewRequest(http.MethodDelete, b.web.URL+"/api/mail", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusNoContent, resp.StatusCode)
	again, err := mailbox.Open(b.dir, time.Now)
	require.NoError(t, err)
	require.Empty(t, again.List())
}
