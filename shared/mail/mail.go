// Package mail hands messages to an SMTP server and says exactly how that went: sent, refused for good, to be tried
// again, or unknown. It stores nothing and knows no feature.
package mail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"groundswell/shared/sending"
)

// How long each part of the conversation may take. Servers scan what they were given before they answer.
const (
	dialTimeout   = 10 * time.Second
	talkTimeout   = 15 * time.Second
	acceptTimeout = 30 * time.Second
	Longest       = dialTimeout + 2*talkTimeout + acceptTimeout // the longest a Send lasts: a kept connection may have ended
)

// Client speaks to one server. It is safe for concurrent use. Connections serve several mails: most of the work of a small
// mail is the greeting.
type Client struct {
	idle   idle
	dialer *gomail.Client
	from   *netmail.Address
	domain string
	now    func() time.Time
}

// New reads an smtp:// or smtps:// URL and the sender of every mail. smtp uses STARTTLS when the server offers it, and
// insists on it when there is a password to protect and the server is not this machine. It does not connect.
func New(server, from string, now func() time.Time) (*Client, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("SMTP_URL is not an smtp:// URL") // the parser's words may hold the password
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("MAIL_FROM is not an address: %w", err)
	}
	opts, err := options(u)
	if err != nil {
		return nil, err
	}
	dialer, err := gomail.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, fmt.Errorf("smtp client: %w", err)
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	return &Client{dialer: dialer, from: sender, domain: domain, now: now}, nil
}

func options(u *url.URL) ([]gomail.Option, error) {
	port, policy := 587, gomail.TLSOpportunistic
	opts := []gomail.Option{gomail.WithTimeout(dialTimeout)}
	if u.Scheme == "smtps" {
		port = 465
		opts = append(opts, gomail.WithSSL())
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, errors.New("the port of SMTP_URL is not a number")
		}
		port = n
	}
	if u.User != nil {
		password, _ := u.User.Password()
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
		if !local(u.Hostname()) {
			policy = gomail.TLSMandatory
		}
	}
	return append(opts, gomail.WithPort(port), gomail.WithTLSPolicy(policy)), nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// MessageID is the Message-ID of the mail that key names: the same for ever, and saying nothing about the key.
func (c *Client) MessageID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + c.domain
}

// Send gives the mail to the server. A nil error means that the server has taken it over; any other is an *Error, whose
// Outcome says what may be done. Once the content is on its way ctx no longer stops it, since that would only cause
// doubt; a Send lasts no longer than Longest.
func (c *Client) Send(ctx context.Context, m Mail) error {
	content, err := c.render(m)
	if err != nil {
		return &sending.Error{Of: "mail", Outcome: sending.Permanent, Stage: "content", Cause: err}
	}
	from := cmp.Or(m.ReturnTo, c.from.Address)
	if kept := c.idle.take(); kept != nil {
		if err := greet(kept.Client, from); err == nil {
			return c.talk(ctx, kept, m.To, content)
		}
		_ = kept.Close() // it ended meanwhile, or has sent enough: nothing of this mail was said
	}
	dialled, err := c.dialer.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return failed("connect", err)
	}
	conn := &connection{Client: dialled}
	if err := greet(conn.Client, from); err != nil {
		_ = conn.Close()
		return err
	}
	return c.talk(ctx, conn, m.To, content)
}

// Check connects and greets, for /healthz/deps.
func (c *Client) Check(ctx context.Context) error {
	conn, err := c.dialer.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return failed("connect", err)
	}
	_ = conn.Quit()
	return nil
}

// greet begins a transaction of RFC 5321.
func greet(conn *smtp.Client, from string) error {
	if err := conn.UpdateDeadline(talkTimeout); err != nil {
		return failed("connect", err)
	}
	if err := conn.Mail("<" + from + ">"); err != nil { // RFC 5321 section 4.1.1.2; the client adds no brackets
		return failed("sender", err)
	}
	return nil
}

// talk is the rest of the transaction. Until the final dot is sent nothing can have been accepted; after it, only the
// server's answer tells. It keeps the connection when the server has taken the mail over, and closes it otherwise.
func (c *Client) talk(ctx context.Context, conn *connection, to string, content []byte) error {
	if err := hand(ctx, conn.Client, to, content); err != nil {
		_ = conn.Close() // without QUIT, which would send the final dot if it was not sent yet
		return err
	}
	c.idle.keep(conn)
	return nil
}

func hand(ctx context.Context, conn *smtp.Client, to string, content []byte) error {
	if err := conn.Rcpt("<" + to + ">"); err != nil {
		return failed("recipient", err)
	}
	if ctx.Err() != nil {
		return failed("data", ctx.Err())
	}
	data, err := conn.Data()
	if err != nil {
		return failed("data", err)
	}
	if _, err := data.Write(content); err != nil {
		return failed("content", err)
	}
	if err := conn.UpdateDeadline(acceptTimeout); err != nil {
		return failed("content", err)
	}
	if err := data.Close(); err != nil {
		return failed("accept", err)
	}
	return nil
}
