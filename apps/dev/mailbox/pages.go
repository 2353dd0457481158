package mailbox

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

//go:embed pages.html
var pages string

//go:embed inbox.js
var inboxScript []byte

//go:embed style.css
var stylesheet []byte

var templates = template.Must(template.New("").Parse(pages))

// policy lets the pages run their own script and style only, and shows a mail's pictures.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"

// mailPolicy is for the HTML of a mail: pictures and styles of its own, no script, an origin of its own.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; font-src *; sandbox allow-popups allow-popups-to-escape-sandbox"

// Mount adds the inbox at /mail and its JSON at /api/mail to mux.
func (m *Mailbox) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /mail", m.inbox)
	mux.HandleFunc("GET /mail/{id}", m.message)
	mux.HandleFunc("GET /mail/{id}/html", m.html)
	mux.HandleFunc("GET /mail/{id}/raw", m.rawText)
	mux.HandleFunc("GET /mail/{id}/attachments/{n}", m.attachment)
	mux.HandleFunc("POST /mail/clear", m.clear)
	mux.Handle("GET /mail/events", &m.watchers)
	mux.HandleFunc("GET /mail/inbox.js", asset("text/javascript", inboxScript))
	mux.HandleFunc("GET /console.css", asset("text/css", stylesheet))
	mux.HandleFunc("GET /api/mail", m.list)
	mux.HandleFunc("GET /api/mail/{id}", m.one)
	mux.HandleFunc("DELETE /api/mail", m.remove)
}

func (m *Mailbox) inbox(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	render(w, "inbox", map[string]any{"Messages": m.to(r.URL.Query().Get("to"))})
}

func (m *Mailbox) message(w http.ResponseWriter, r *http.Request) {
	msg, ok := m.Get(r.PathValue("id"))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		render(w, "gone", nil)
		return
	}
	render(w, "message", msg)
}

// html is the mail's HTML part, opened in a sandboxed frame: its links open in new tabs and its scripts do not run.
func (m *Mailbox) html(w http.ResponseWriter, r *http.Request) {
	msg, ok := m.Get(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprint(w, `<base target="_blank">`, msg.HTML)
}

func (m *Mailbox) rawText(w http.ResponseWriter, r *http.Request) {
	msg, ok := m.Get(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(msg.raw)
}

func (m *Mailbox) attachment(w http.ResponseWriter, r *http.Request) {
	msg, ok := m.Get(r.PathValue("id"))
	n, err := strconv.Atoi(r.PathValue("n"))
	if !ok || err != nil || n < 0 || n >= len(msg.Attachments) {
		http.NotFound(w, r)
		return
	}
	a := msg.Attachments[n]
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.FileName()}))
	_, _ = w.Write(a.Content)
}

// FileName is a name to save the attachment under.
func (a Attachment) FileName() string {
	if a.Name != "" {
		return a.Name
	}
	return "attachment"
}

// Size is the length in a unit people read.
func (a Attachment) Size() string {
	if len(a.Content) < 1024 {
		return fmt.Sprintf("%d bytes", len(a.Content))
	}
	return fmt.Sprintf("%.1f KB", float64(len(a.Content))/1024)
}

func (m *Mailbox) clear(w http.ResponseWriter, r *http.Request) {
	if err := m.Clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/mail", http.StatusSeeOther)
}

func (m *Mailbox) remove(w http.ResponseWriter, _ *http.Request) {
	if err := m.Clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// list is the JSON inbox, newest first; ?to=ADDRESS keeps one person's.
func (m *Mailbox) list(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, m.to(r.URL.Query().Get("to")))
}

func (m *Mailbox) one(w http.ResponseWriter, r *http.Request) {
	msg, ok := m.Get(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	writeJSON(w, msg)
}

func (m *Mailbox) to(address string) []Message {
	all := m.List()
	if address == "" {
		return all
	}
	return slices.DeleteFunc(all, func(msg Message) bool {
		return !slices.ContainsFunc(msg.To, func(to string) bool { return strings.EqualFold(to, address) })
	})
}

// Link is the message's page.
func (m Message) Link() string { return "/mail/" + url.PathEscape(m.ID) }

func render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	if err := templates.ExecuteTemplate(w, name, data); err != nil {
		_, _ = fmt.Fprintf(w, "<!-- %s -->", template.HTMLEscapeString(err.Error()))
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	_ = out.Encode(v)
}

func asset(kind string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind+"; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(content)
	}
}
