package bounce_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"groundswell/shared/mail/bounce"
)

const id = "0123456789abcdef0123456789abcdef@example.org"

// dsn is a report as Postfix writes it.
func dsn(action, status, diagnostic string) string {
	return strings.ReplaceAll(`Return-Path: <>
Delivered-To: bounces+token@example.org
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: bounces+token@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
X-Postfix-Queue-ID: 1
Arrival-Date: Mon, 23 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; ada@example.com
Original-Recipient: rfc822;ada@example.com
Action: `+action+`
Status: `+status+`
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; `+diagnostic+`

--b1
Content-Type: message/rfc822

From: hello@example.org
To: ada@example.com
Message-ID: <`+id+`>
Subject: You are signed up

body
--b1--
`, "\n", "\r\n")
}

func TestAStatusNotificationIsRead(t *testing.T) {
	t.Parallel()
	r, err := bounce.Parse(strings.NewReader(dsn("failed", "5.1.1", "550 5.1.1 <ada@example.com>: no such user")))
	require.NoError(t, err)
	require.Equal(t, []string{id}, r.MessageIDs)
	require.Empty(t, r.ID, "the one returned has an id, the report has none")
	r, err = bounce.Parse(strings.NewReader("Message-ID: <1@mx.example.com>\r\n" + dsn("failed", "5.1.1", "550 no such user")))
	require.NoError(t, err)
	require.Equal(t, "1@mx.example.com", r.ID)
	require.Contains(t, r.To, "bounces+token@example.org")
	require.Equal(t, bounce.Recipient{Address: "ada@example.com", Action: "failed", Status: "5.1.1", Code: 550}, r.Recipients[0])
}

func TestWhatIsHardAndWhatIsNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		action, status, diagnostic string
		want                       bounce.Kind
	}{
		{"failed", "5.1.1", "550 unknown", bounce.Hard},
		{"failed", "5.1.10", "550 null MX", bounce.Hard},
		{"failed", "5.2.1", "550 disabled", bounce.Hard},
		{"failed", "5.0.0", "550 5.1.1 no such user", bounce.Hard},
		{"failed", "5.0.0", "550 no such user", bounce.Hard},
		{"failed", "5.2.2", "552 mailbox full", bounce.Soft},
		{"failed", "5.7.1", "550 5.7.1 spam", bounce.Soft},
		{"failed", "5.3.4", "552 too big", bounce.Soft},
		{"failed", "4.4.1", "timed out", bounce.Soft},
		{"delayed", "4.2.2", "452 later", bounce.Soft},
		{"delivered", "2.0.0", "250 ok", bounce.None},
		{"relayed", "5.1.1", "550", bounce.None},
		{"", "5.1.1", "550", bounce.None},
	} {
		r, err := bounce.Parse(strings.NewReader(dsn(c.action, c.status, c.diagnostic)))
		require.NoError(t, err)
		require.Equal(t, c.want, r.Recipients[0].Kind(), c)
	}
}

func TestOlderFormsAreRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"qmail": "Return-Path: <>\nTo: bounces@example.org\nSubject: failure notice\n\nHi. This is the qmail-send program at example.com.\n" +
			"I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<ada@example.com>:\n550 5.1.1 no mailbox here\n\n" +
			"--- Below this line is a copy of the message.\n\nMessage-ID: <" + id + ">\nSubject: x\n",
		"exim": "X-Failed-Recipients: ada@example.com\nTo: bounces@example.org\nSubject: Mail delivery failed: returning message to sender\n\n" +
			"A message that you sent could not be delivered.\n\n  ada@example.com\n    550 5.1.1 unknown\n\n> Message-Id: <" + id + ">\n",
	} {
		r, err := bounce.Parse(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n")))
		require.NoError(t, err, name)
		require.Equal(t, []string{id}, r.MessageIDs, name)
		require.Equal(t, "ada@example.com", r.Recipients[0].Address, name)
		require.Equal(t, bounce.Hard, r.Recipients[0].Kind(), name)
	}
}

func TestWhatIsNoReport(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                                     bounce.ErrMalformed,
		"no header at all":                     bounce.ErrMalformed,
		"Subject: hello\r\n\r\nHow are you?\n": bounce.ErrNoReport,
		"Subject: away\r\nAuto-Submitted: auto-replied (vacation)\r\n\r\nI am away until 5.1.1 <ada@example.com>\n":  bounce.ErrAutoReply,
		"Content-Type: multipart/report; boundary=\"\"\r\n\r\nx":                                                     bounce.ErrNoReport,
		"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\n": bounce.ErrNoReport,
	} {
		_, err := bounce.Parse(strings.NewReader(text))
		require.ErrorIs(t, err, want, text)
		require.True(t, bounce.Ignorable(err))
	}
}

func TestWhatADatabaseCannotStoreIsLeftOut(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(dsn("failed", "\xff5.1.1\xff", "550 no such user"), "<"+id+">", "<\xff@example.org>")
	text = strings.Replace(text, "To: bounces+token@example.org", "To: b\xff@example.org", 1)
	r, err := bounce.Parse(strings.NewReader(text))
	require.NoError(t, err)
	require.Empty(t, r.MessageIDs)
	require.Equal(t, []string{"bounces+token@example.org"}, r.To)
	require.Equal(t, bounce.Recipient{Address: "ada@example.com", Action: "failed", Status: "5.1.1", Code: 550}, r.Recipients[0])
}

// bomb gives one line, or one nested part, again and again.
func bomb(head, again string) io.Reader {
	return io.MultiReader(strings.NewReader(head), &repeat{again: again, left: 50 << 20})
}

type repeat struct {
	again string
	left  int
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(b, r.again)
	r.left -= n
	return n, nil
}

func TestHostileReportsAreReadWithinBounds(t *testing.T) {
	t.Parallel()
	const multi = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	for name, r := range map[string]io.Reader{
		"one header line":     bomb("Subject: ", "x"),
		"many header lines":   bomb("", "Subject: x\r\n"),
		"one body line":       bomb("Subject: x\r\n\r\n", "550 5.1.1 "),
		"many parts":          bomb(multi, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"),
		"nested parts":        bomb(multi, "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"),
		"many recipients":     bomb("Content-Type: message/delivery-status\r\n\r\n", "Final-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"),
		"base64":              bomb("Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n", "RmluYWwtUmVjaXBpZW50OiBhQGI="),
		"a reader that fails": io.MultiReader(strings.NewReader("Subject: x\r\n\r\n"), iotest.ErrReader(io.ErrUnexpectedEOF)),
	} {
		start := time.Now()
		report, _ := bounce.Parse(r)
		require.Less(t, time.Since(start), 2*time.Second, name)
		require.LessOrEqual(t, len(report.Recipients), 200, name)
	}
}

func FuzzBounce(f *testing.F) {
	f.Add(dsn("failed", "5.1.1", "550 5.1.1 no such user"))
	f.Add(dsn("delayed", "4.0.0", ""))
	f.Add("X-Failed-Recipients: a@b\r\n\r\n550 5.1.1 <a@b> undeliverable\r\nMessage-ID: <x@y>\r\n")
	f.Add("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := bounce.Parse(strings.NewReader(text))
		if err != nil {
			require.True(t, bounce.Ignorable(err))
			return
		}
		require.NotEmpty(t, r.Recipients)
		for _, one := range r.Recipients {
			require.NotContains(t, one.Address, "\n")
			require.True(t, utf8.ValidString(one.Address+one.Status))
			_ = one.Kind()
		}
		for _, id := range r.MessageIDs {
			require.NotContains(t, id, " ")
			require.True(t, utf8.ValidString(id))
		}
	})
}
