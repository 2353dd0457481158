package mail_test

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/mail"
	"groundswell/shared/mail/mailtest"
	"groundswell/shared/sending"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func setup(t *testing.T) (*mailtest.Server, *mail.Client) {
	t.Helper()
	server := mailtest.New(t)
	client, err := mail.New(server.URL, "Groundswell <hello@example.org>", func() time.Time { return noon })
	require.NoError(t, err)
	return server, client
}

func letter(c *mail.Client) mail.Mail {
	return mail.Mail{
		ID: c.MessageID("key"), To: "ada@example.com", ToName: "Ada Łovelace", ReplyTo: "org@example.com", Subject: "You’re signed up",
		Text: "plain — text", HTML: "<p>rich</p>",
		Attachments: []mail.Attachment{{Name: "event.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH", Data: []byte("BEGIN:VCALENDAR\r\n")}},
	}
}

func TestAMailArrivesWhole(t *testing.T) {
	t.Parallel()
	server, client := setup(t)
	require.NoError(t, client.Check(t.Context()))
	require.NoError(t, client.Send(t.Context(), letter(client)))
	got := <-server.Mail
	require.Equal(t, "hello@example.org", got.From)
	require.Equal(t, "ada@example.com", got.To)
	h := got.Message.Header
	require.Equal(t, "auto-generated", h.Get("Auto-Submitted"))
	require.Equal(t, "<"+client.MessageID("key")+">", h.Get("Message-Id"))
	require.Equal(t, "Mon, 23 Nov 2026 12:00:00 +0000", h.Get("Date"))
	require.Empty(t, h.Get("List-Unsubscribe"))
	require.Empty(t, h.Get("User-Agent"))
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "You’re signed up", subject)
	to, err := h.AddressList("To")
	require.NoError(t, err)
	require.Equal(t, "Ada Łovelace", to[0].Name)

	parts := map[string]string{}
	collect(t, h.Get("Content-Type"), got.Message.Body, parts)
	require.Equal(t, "plain — text", strings.TrimSpace(parts["text/plain"]))
	require.Equal(t, "<p>rich</p>", strings.TrimSpace(parts["text/html"]))
	require.Equal(t, "PUBLISH", parts["text/calendar method"])
	require.Contains(t, parts, "multipart/alternative")
}

// collect decodes the leaves of a multipart body by their type.
func collect(t *testing.T, contentType string, body io.Reader, parts map[string]string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	parts[kind+" method"] = params["method"]
	if !strings.HasPrefix(kind, "multipart/") {
		data, err := io.ReadAll(body)
		require.NoError(t, err)
		parts[kind] = string(data)
		return
	}
	parts[kind] = ""
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		var content io.Reader = p
		if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			content = quotedprintable.NewReader(p)
		}
		collect(t, p.Header.Get("Content-Type"), content, parts)
	}
}

func TestMailsShareAConnection(t *testing.T) {
	t.Parallel()
	server, client := setup(t)
	for range 3 {
		require.NoError(t, client.Send(t.Context(), letter(client)))
	}
	require.Equal(t, 1, server.Connections())
	server.HangUp()
	require.NoError(t, client.Send(t.Context(), letter(client)), "a connection that ended meanwhile costs no mail")
	require.Equal(t, 2, server.Connections())

	server.Fail("recipient", 550, "no such user")
	require.Error(t, client.Send(t.Context(), letter(client)))
	server.Heal()
	require.NoError(t, client.Send(t.Context(), letter(client)), "the next mail does not go on where the refused one stopped")
	require.Equal(t, 3, server.Connections())
	require.Len(t, server.Mail, 5)

	server.Fail("sender", 421, "too many messages in this connection")
	require.Error(t, client.Send(t.Context(), letter(client)), "a new connection is refused as well")
	require.Equal(t, 4, server.Connections())
	server.Heal()
	require.NoError(t, client.Send(t.Context(), letter(client)))
}

func TestAConnectionTakesOnlySoManyMails(t *testing.T) {
	t.Parallel()
	server, client := setup(t)
	for range 120 {
		require.NoError(t, client.Send(t.Context(), letter(client)))
	}
	require.Equal(t, 3, server.Connections())
	require.Len(t, server.Mail, 120)
}

func TestTheMessageIDIsAlwaysTheSameAndSaysNothing(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	first := client.MessageID("events.confirm/1")
	require.Equal(t, first, client.MessageID("events.confirm/1"))
	require.NotEqual(t, first, client.MessageID("events.confirm/2"))
	require.Regexp(t, `^[0-9a-f]{32}@example\.org$`, first)
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stage string
		code  int
		want  sending.Outcome
	}{
		{"connect", 0, sending.Temporary}, {"connect", 554, sending.Temporary},
		{"sender", 0, sending.Temporary}, {"sender", 451, sending.Temporary}, {"sender", 550, sending.Temporary},
		{"recipient", 0, sending.Temporary}, {"recipient", 450, sending.Temporary}, {"recipient", 550, sending.Permanent},
		{"data", 0, sending.Unknown}, {"data", 451, sending.Temporary}, {"data", 554, sending.Permanent}, // go-smtp answers 354 first
		{"accept", 0, sending.Unknown}, {"accept", 451, sending.Temporary}, {"accept", 421, sending.Temporary}, {"accept", 552, sending.Permanent},
		{"accepted", 0, sending.Unknown},
	} {
		server, client := setup(t)
		server.Fail(c.stage, c.code, "no thanks, <ada@example.com>")
		err := client.Send(t.Context(), letter(client))
		var failure *sending.Error
		require.ErrorAs(t, err, &failure, "%s %d", c.stage, c.code)
		require.Equal(t, c.want, failure.Outcome, "%s %d: %v", c.stage, c.code, err)
		require.NotContains(t, err.Error(), "ada@", "%s %d", c.stage, c.code)
		require.NotContains(t, failure.Reason(), "ada@")
		server.Heal()
		require.NoError(t, client.Send(t.Context(), letter(client)))
	}
}

func TestNobodyThereIsTemporary(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	client, err := mail.New("smtp://"+ln.Addr().String(), "a@example.org", time.Now)
	require.NoError(t, err)
	var failure *sending.Error
	require.ErrorAs(t, client.Send(t.Context(), letter(client)), &failure)
	require.Equal(t, sending.Temporary, failure.Outcome)
	require.Equal(t, "connect", failure.Stage)
	require.Error(t, client.Check(t.Context()))
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	server, client := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var failure *sending.Error
	require.ErrorAs(t, client.Send(ctx, letter(client)), &failure)
	require.Equal(t, sending.Temporary, failure.Outcome)
	require.Empty(t, server.Mail)
}

func TestNothingInAMailAddsAHeader(t *testing.T) {
	t.Parallel()
	server, client := setup(t)
	const evil = "x\r\nBcc: victim@example.com\r\n\r\nbody"
	for name, change := range map[string]func(*mail.Mail){
		"to":          func(m *mail.Mail) { m.To = "ada@example.com\r\nRCPT TO:<victim@example.com>" },
		"two":         func(m *mail.Mail) { m.To = "ada@example.com, victim@example.com" },
		"named":       func(m *mail.Mail) { m.To = "Ada <ada@example.com>" },
		"name":        func(m *mail.Mail) { m.ToName = evil },
		"reply":       func(m *mail.Mail) { m.ReplyTo = evil },
		"subject":     func(m *mail.Mail) { m.Subject = evil },
		"id":          func(m *mail.Mail) { m.ID = evil },
		"file":        func(m *mail.Mail) { m.Attachments[0].Name = evil },
		"type":        func(m *mail.Mail) { m.Attachments[0].Type = "text/plain; x=\"" + evil + "\"" },
		"unsubscribe": func(m *mail.Mail) { m.Unsubscribe = "https://example.org/\r\nBcc: victim@example.com" },
		"plain http":  func(m *mail.Mail) { m.Unsubscribe = "http://example.org/" },
	} {
		m := letter(client)
		change(&m)
		err := client.Send(t.Context(), m)
		var failure *sending.Error
		require.ErrorAs(t, err, &failure, name)
		require.Equal(t, sending.Permanent, failure.Outcome, name)
		require.NotContains(t, err.Error(), "victim", name)
	}
	m := letter(client)
	m.Attachments[0].Name = `a"; filename="b.exe`
	m.ToName = `Ada", <victim@example.com>, "`
	m.Text = "\r\n.\r\nMAIL FROM:<x@example.com>\r\n"
	m.Unsubscribe = "https://example.org/u/1"
	require.NoError(t, client.Send(t.Context(), m))
	got := <-server.Mail
	require.Empty(t, server.Mail)
	to, err := got.Message.Header.AddressList("To")
	require.NoError(t, err)
	require.Len(t, to, 1)
	require.Equal(t, "<https://example.org/u/1>", got.Message.Header.Get("List-Unsubscribe"))
	require.Equal(t, "List-Unsubscribe=One-Click", got.Message.Header.Get("List-Unsubscribe-Post"))
	require.NotContains(t, got.Raw, `filename="b.exe`)
}

func TestAddressesOfEveryScript(t *testing.T) {
	t.Parallel()
	server, client := setup(t)
	m := letter(client)
	m.To = "żółw@example.com"
	require.NoError(t, client.Send(t.Context(), m))
	require.Equal(t, "żółw@example.com", (<-server.Mail).To)
}

func TestConfigurationIsNotRepeated(t *testing.T) {
	t.Parallel()
	_, err := mail.New("http://u:hunter2@mx", "a@example.org", time.Now)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
	_, err = mail.New("smtp://mx", "nobody", time.Now)
	require.Error(t, err)
}
