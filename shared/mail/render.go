package mail

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	netmail "net/mail"
	"net/url"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Mail is one mail to one person.
type Mail struct {
	ID      string // Message-ID without its brackets; see MessageID
	To      string // one address
	ToName  string
	ReplyTo string // one address, "" for none
	Subject string
	Text    string
	HTML    string // "" for none

	Attachments []Attachment
	ReturnTo    string // the address bounces go to (RFC 5321's reverse-path); "": the sender's
	Unsubscribe string // https link for List-Unsubscribe (RFC 2369, RFC 8058); "" for none
}

// Attachment is a file. Type is a media type with its parameters.
type Attachment struct {
	Name string
	Type string
	Data []byte
}

// render makes the bytes of the mail: multipart/alternative of text and HTML, attachments beside it. Nothing in m can
// add a header: what does not fit one is refused.
func (c *Client) render(m Mail) ([]byte, error) {
	to, err := address(m.To, m.ToName)
	if err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	if !oneLine(m.Subject) || !oneLine(m.ID) || strings.ContainsAny(m.ID, "<> ") {
		return nil, errors.New("the subject or the id is not one line")
	}
	if m.ReturnTo != "" {
		if _, err := address(m.ReturnTo, ""); err != nil {
			return nil, fmt.Errorf("return address: %w", err)
		}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(c.from)
	msg.AddToMailAddress(to)
	if m.ReplyTo != "" {
		reply, err := address(m.ReplyTo, "")
		if err != nil {
			return nil, fmt.Errorf("reply address: %w", err)
		}
		msg.ReplyToMailAddress(reply)
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(c.now())
	msg.SetMessageIDWithValue(m.ID)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: vacation replies stay away
	if err := unsubscribe(msg, m.Unsubscribe); err != nil {
		return nil, err
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, a := range m.Attachments {
		if err := attach(msg, a); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write the mail: %w", err)
	}
	return out.Bytes(), nil
}

func unsubscribe(msg *gomail.Msg, link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(link, "<>, ") {
		return errors.New("the unsubscribe link is not an https URL")
	}
	msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+link+">")
	msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	return nil
}

func attach(msg *gomail.Msg, a Attachment) error {
	kind, params, err := mime.ParseMediaType(a.Type)
	if err != nil || !oneLine(a.Type) || !oneLine(a.Name) {
		return errors.New("an attachment's type or name does not fit a header")
	}
	return msg.AttachReader(a.Name, bytes.NewReader(a.Data),
		gomail.WithFileContentType(gomail.ContentType(mime.FormatMediaType(kind, params))))
}

// address is text as one bare address, of any script (RFC 6531).
func address(text, name string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || !oneLine(text) || !oneLine(name) {
		return nil, errors.New("not one address")
	}
	a.Name = name
	return a, nil
}

func oneLine(s string) bool { return strings.IndexFunc(s, unicode.IsControl) < 0 }
