// Package bounce reads what mail servers write back when a mail could not be delivered: delivery status notifications
// (RFC 3464) and the older forms that are still about. It reads hostile input within bounds, believes nothing of it, and
// knows no feature: whether a report is about a mail of ours is the caller's to say.
package bounce

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Report is what a message says about mails that were not delivered. All of it is the sender's word.
type Report struct {
	ID         string // its own Message-ID, without brackets; "" when it has none
	Recipients []Recipient
	MessageIDs []string // of the mails returned, without brackets
	To         []string // the addresses the report came to, which the Return-Path named
}

// Recipient is one address and what became of the mail to it.
type Recipient struct {
	Address string // as it was written; "" when the report does not say
	Action  string // failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3)
	Status  string // enhanced code: 5.1.1 (RFC 3463)
	Code    int    // SMTP reply: 550; 0 when the report does not say
}

// Errors of Parse: why a message is no report.
var (
	ErrMalformed = errors.New("the message cannot be read")
	ErrNoReport  = errors.New("the message reports no failed delivery")
	ErrAutoReply = errors.New("the message is an automatic reply")
)

// Kind is what a failure says about the address.
type Kind string

// The kinds.
const (
	None Kind = ""     // nothing failed
	Soft Kind = "soft" // it may work another time, or the fault is not the address's
	Hard Kind = "hard" // the address takes no mail: it does not exist or is closed
)

// Kind judges by the codes of RFC 3463. Only what is about the address is hard: a mailbox that is full, a mail that was
// too big or taken for spam, is not.
func (r Recipient) Kind() Kind {
	switch r.Action {
	case "failed":
	case "delayed":
		return Soft
	default:
		return None
	}
	switch r.Status {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4":
		return Hard
	case "", "5.0.0":
		if r.Code == 550 || r.Code == 551 || r.Code == 553 {
			return Hard
		}
	}
	return Soft
}

var (
	enhanced = regexp.MustCompile(`\b([245]\.\d{1,3}\.\d{1,3})\b`)
	reply    = regexp.MustCompile(`(?:^|[^0-9.])([45]\d\d)(?:[ -]|$)`)
)

// codes finds the SMTP reply and the enhanced code in what a server said.
func codes(text string) (code int, status string) {
	if m := reply.FindStringSubmatch(text); m != nil {
		code = int(m[1][0]-'0')*100 + int(m[1][1]-'0')*10 + int(m[1][2]-'0')
	}
	if m := enhanced.FindStringSubmatch(text); m != nil {
		status = m[1]
	}
	return code, status
}

// unbracket is an address or an id without what stands around it: "rfc822; <a@b>" is a@b. What no database could look up
// is none.
func unbracket(s string) string {
	if _, after, ok := strings.Cut(s, ";"); ok {
		s = after
	}
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '<'); i >= 0 {
		s = s[i+1:]
		if j := strings.IndexByte(s, '>'); j >= 0 {
			s = s[:j]
		}
	}
	if len(s) > 320 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return ""
	}
	return s
}
