//go:build !js

package main

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
	"groundswell/shared/sms"
	"groundswell/shared/telemetry"
)

// texts is what the provider of texts posts to the site. Its signature is all that lets a post through: it comes from its own
// servers, without cookies.
type texts struct {
	messages *messagesvc.Service
	provider *sms.Client
	site     *fullstack.Site
	origin   string // of the addresses that the provider was given
}

// mountTexts puts the provider's addresses into the site. Without a provider they are not there.
func mountTexts(cfg settings, db *pgdb.DB, site *fullstack.Site, metrics *telemetry.Metrics, log *slog.Logger) error {
	if cfg.SMS.URL == "" {
		return nil
	}
	provider, err := sms.New(cfg.SMS.URL.Reveal())
	if err != nil {
		return err
	}
	told := metrics.Counter("texts_total", "What the provider of texts posted, by kind and what it was.", "kind", "status")
	svc := messagesvc.New(messagesvc.Config{DB: db, Now: time.Now, Log: log, Observe: func(kind, status string) { told(kind, status) }})
	t := &texts{messages: svc, provider: provider, site: site, origin: cfg.PublicURL.String()}
	t.site.Handle("POST /sms/status", t.signed(t.status))
	t.site.Handle("POST /sms/inbound", t.signed(t.inbound))
	return nil
}

// mostPosted bounds a post, whose text has 1,600 characters at most.
const mostPosted = 64 << 10

// signed runs h on a form that the provider has signed, and shows its error.
func (t *texts) signed(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		r = r.WithContext(ctx)
		w.Header().Set("Cache-Control", "no-store")
		err := t.check(w, r)
		if err == nil {
			err = h(w, r)
		}
		if err != nil {
			t.site.Fail(w, r, err)
		}
	})
}

func (t *texts) check(w http.ResponseWriter, r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return fault.New(fault.Malformed, "The body is not a form.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostPosted)
	if err := r.ParseForm(); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return fault.New(fault.TooLarge, "The body is too large.")
		}
		return fault.New(fault.Malformed, "The body is not a form.")
	}
	if !t.provider.Signed(t.origin+r.URL.RequestURI(), r.PostForm, r.Header.Get(sms.SignatureHeader)) {
		return fault.New(fault.Forbidden, "The signature is missing or wrong.")
	}
	return nil
}

// status takes what became of a text. A code that is no number is none.
func (t *texts) status(w http.ResponseWriter, r *http.Request) error {
	delivery, err := uuid.Parse(r.URL.Query().Get("delivery"))
	if err != nil {
		return fault.New(fault.Malformed, "The address does not say which text this is about.")
	}
	code, _ := strconv.Atoi(r.PostForm.Get("ErrorCode"))
	err = t.messages.Told(r.Context(), messagesvc.Report{
		Delivery: delivery, ID: r.PostForm.Get("MessageSid"), Status: r.PostForm.Get("MessageStatus"), Code: code,
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// inbound takes what somebody texted, and answers with what the provider is to text back.
func (t *texts) inbound(w http.ResponseWriter, r *http.Request) error {
	answer, err := t.messages.Inbound(r.Context(), messagesvc.Inbound{
		ID: r.PostForm.Get("MessageSid"), From: r.PostForm.Get("From"), To: r.PostForm.Get("To"), Body: r.PostForm.Get("Body"),
		Answered: r.PostForm.Get("OptOutType") != "", OptOut: r.PostForm.Get("OptOutType"),
	})
	if err != nil {
		return err
	}
	b, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"Response"`
		Message string   `xml:",omitempty"`
	}{Message: answer})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, xml.Header+string(b))
	return nil
}
