package bounce

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// The bounds. A report is short; the mail it returns may be long, and comes last.
const (
	mostBytes      = 512 << 10
	mostDepth      = 4
	mostParts      = 32
	mostRecipients = 100
	mostPartBytes  = 64 << 10
)

// Parse reads one message, at most half a megabyte of it. ErrMalformed, ErrAutoReply or ErrNoReport when there is
// nothing to learn from it; what a cut-off message said before the cut counts.
func Parse(r io.Reader) (Report, error) {
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, mostBytes)))
	if err != nil {
		return Report{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	p := parser{Report: Report{ID: unbracket(m.Header.Get("Message-Id"))}}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "To"} {
		for _, to := range m.Header[textproto.CanonicalMIMEHeaderKey(name)] {
			p.to(to)
		}
	}
	failed := m.Header.Get("X-Failed-Recipients")
	header := textproto.MIMEHeader(m.Header)
	p.part(header, m.Body, 0)
	if len(p.Recipients) == 0 {
		p.guess(failed)
	}
	switch {
	case len(p.Recipients) > 0:
		return p.Report, nil
	case strings.HasPrefix(strings.ToLower(m.Header.Get("Auto-Submitted")), "auto-replied"), m.Header.Get("X-Autoreply") != "":
		return Report{}, ErrAutoReply
	}
	return Report{}, ErrNoReport
}

type parser struct {
	Report
	parts int
	text  bytes.Buffer // of what people read
}

func (p *parser) to(list string) {
	for one := range strings.SplitSeq(list, ",") {
		if a := unbracket(one); a != "" && len(p.To) < 20 {
			p.To = append(p.To, a)
		}
	}
}

// part reads one part of the message and those in it.
func (p *parser) part(header textproto.MIMEHeader, body io.Reader, depth int) {
	if p.parts++; p.parts > mostParts {
		return
	}
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	body = decoded(header, body)
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		if depth == mostDepth || params["boundary"] == "" {
			return
		}
		for r := multipart.NewReader(body, params["boundary"]); p.parts <= mostParts; {
			part, err := r.NextRawPart()
			if err != nil {
				return
			}
			p.part(part.Header, part, depth+1)
		}
	case kind == "message/delivery-status", kind == "message/global-delivery-status":
		p.status(limited(body))
	case kind == "message/rfc822", kind == "text/rfc822-headers", kind == "message/global", kind == "message/global-headers":
		p.returned(limited(body))
	case strings.HasPrefix(kind, "text/"):
		_, _ = io.Copy(&p.text, io.LimitReader(body, max(0, mostPartBytes-int64(p.text.Len()))))
	}
}

func decoded(header textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

func limited(r io.Reader) *textproto.Reader {
	return textproto.NewReader(bufio.NewReader(io.LimitReader(r, mostPartBytes)))
}

// status reads the groups of fields of RFC 3464: one about the message, then one for each recipient.
func (p *parser) status(r *textproto.Reader) {
	for groups := 0; groups <= mostRecipients; groups++ {
		fields, err := r.ReadMIMEHeader()
		if fields.Get("Final-Recipient") != "" || fields.Get("Original-Recipient") != "" {
			p.recipient(fields)
		}
		if err != nil {
			return
		}
	}
}

func (p *parser) recipient(fields textproto.MIMEHeader) {
	code, told := codes(fields.Get("Diagnostic-Code"))
	status := enhanced.FindString(fields.Get("Status"))
	if status == "" || status == "5.0.0" && told != "" {
		status = told
	}
	action := strings.ToLower(strings.TrimSpace(fields.Get("Action")))
	for _, name := range []string{"Original-Recipient", "Final-Recipient"} {
		if a := unbracket(fields.Get(name)); a != "" && len(p.Recipients) < 2*mostRecipients {
			p.Recipients = append(p.Recipients, Recipient{Address: a, Action: action, Status: status, Code: code})
		}
	}
}

// returned reads the header of the mail that came back.
func (p *parser) returned(r *textproto.Reader) {
	header, _ := r.ReadMIMEHeader()
	p.id(header.Get("Message-Id"))
}

func (p *parser) id(id string) {
	if id = unbracket(id); id != "" && len(p.MessageIDs) < 20 {
		p.MessageIDs = append(p.MessageIDs, id)
	}
}

var (
	quotedID  = regexp.MustCompile(`(?im)^[> \t]*Message-ID:[ \t]*(<[^<>\s]{1,300}>)`)
	bracketed = regexp.MustCompile(`<([^<>\s@]{1,64}@[^<>\s@]{1,255})>`)
	failures  = regexp.MustCompile(`(?i)undeliver|not be delivered|delivery (has )?failed|delivery status|returned mail|mail delivery|failure notice|qmail-send|permanent error`)
)

// guess makes a report of a message without a status part, from what servers such as qmail and Exim write for people.
func (p *parser) guess(failed string) {
	text := p.text.String()
	if failed == "" && !failures.MatchString(text) {
		return
	}
	for _, m := range quotedID.FindAllStringSubmatch(text, 10) {
		p.id(m[1])
	}
	code, status := codes(text)
	if code == 0 && status == "" {
		return
	}
	action := "failed"
	if code/100 == 4 || code == 0 && status[0] == '4' {
		action = "delayed"
	}
	addresses := strings.Split(failed, ",")
	if failed == "" {
		addresses = nil
		for _, m := range bracketed.FindAllStringSubmatch(text, 5) {
			addresses = append(addresses, m[1])
		}
	}
	for _, a := range addresses {
		if a = unbracket(a); a != "" && len(p.Recipients) < mostRecipients {
			p.Recipients = append(p.Recipients, Recipient{Address: a, Action: action, Status: status, Code: code})
		}
	}
}

// Ignorable reports whether an error of Parse says that the message is no report, rather than that it could not be read.
func Ignorable(err error) bool {
	return errors.Is(err, ErrNoReport) || errors.Is(err, ErrAutoReply) || errors.Is(err, ErrMalformed)
}
