// Package sms hands text messages to a provider of Twilio's shape and says exactly how that went, and reads what the provider
// posts about them. It stores nothing and knows no feature.
package sms

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"groundswell/shared/sending"
)

// Longest is the longest that a Send lasts.
const Longest = 30 * time.Second

// LongestID bounds the provider's name for a text, which has 34 characters.
const LongestID = 64

// mostAnswer bounds what is read of an answer, which is a kilobyte.
const mostAnswer = 64 << 10

// Client speaks to one provider for one account. It is safe for concurrent use.
type Client struct {
	endpoint   string
	sid, token string
	http       *http.Client
}

// Text is one message to one phone. From and To are in E.164.
type Text struct {
	From, To string
	Body     string
	Status   string // the URL that the provider posts what became of it to; "": none
}

// New reads a URL like https://SID:TOKEN@api.twilio.com: whose account it is, its token, and where the provider answers. Without TLS
// the provider must be this machine. It does not connect.
func New(server string) (*Client, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && (u.Scheme != "http" || !local(u.Hostname()))) {
		return nil, errors.New("SMS_URL is not an https:// URL") // the parser's words may hold the token
	}
	token, _ := u.User.Password()
	if u.User.Username() == "" || token == "" {
		return nil, errors.New("SMS_URL does not say the account and its token: https://SID:TOKEN@…")
	}
	c := &Client{sid: u.User.Username(), token: token}
	u.User = nil
	c.endpoint = u.JoinPath("2010-04-01/Accounts", c.sid, "Messages.json").String()
	c.http = &http.Client{
		// One connection each: one that was kept may have ended, which shows only once a text may have gone.
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, TLSHandshakeTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       Longest,
	}
	return c, nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send gives the text to the provider and returns its name for it. A nil error means that the provider has taken it over; any other
// is a *sending.Error, whose Outcome says what may be done. An ended ctx starts nothing; it stops nothing that has begun, since that would
// only cause doubt.
func (c *Client) Send(ctx context.Context, t Text) (id string, err error) {
	if ctx.Err() != nil {
		return "", failed(sending.Temporary, "connect", 0, ctx.Err())
	}
	var connected atomic.Bool // from then on it may have gone
	ctx = httptrace.WithClientTrace(context.WithoutCancel(ctx), &httptrace.ClientTrace{
		GetConn: func(string) { connected.Store(false) }, GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	form := url.Values{"From": {t.From}, "To": {t.To}, "Body": {t.Body}}
	if t.Status != "" {
		form.Set("StatusCallback", t.Status)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", failed(sending.Permanent, "request", 0, err)
	}
	r.SetBasicAuth(c.sid, c.token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.http.Do(r)
	if err != nil {
		return "", broken(connected.Load(), err)
	}
	defer resp.Body.Close()
	return answered(resp)
}

// answered reads the provider's answer.
func answered(resp *http.Response) (id string, err error) {
	var said struct {
		SID  string `json:"sid"`
		Code int    `json:"code"`
	}
	reading := json.NewDecoder(io.LimitReader(resp.Body, mostAnswer)).Decode(&said)
	switch {
	case resp.StatusCode/100 != 2:
		return "", refused(resp.StatusCode, said.Code)
	case reading != nil:
		return "", failed(sending.Unknown, "answer", 0, errors.New("not readable")) // what it says may hold the number
	case said.SID == "" || len(said.SID) > LongestID:
		return "", failed(sending.Unknown, "answer", 0, errors.New("it names no message"))
	}
	return said.SID, nil
}
