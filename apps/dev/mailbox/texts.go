package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"groundswell/shared/messages"
	"groundswell/shared/sms"
)

// Text is one text message as /api/sms gives it.
type Text struct {
	ID       string    `json:"id"` // the provider's name for it
	Received time.Time `json:"received"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Body     string    `json:"body"`
	Segments int       `json:"segments"`
	Answer   bool      `json:"answer"` // the phone sent it
	Note     string    `json:"note"`   // what became of an answer that the site did not take
	Last     bool      `json:"-"`      // the newest that can be answered
}

// Texts is a provider of texts as sms.Client speaks to it. It is safe for concurrent use.
type Texts struct {
	file    string
	now     func() time.Time
	account *url.Userinfo
	signer  *sms.Client
	inbound string

	mu       sync.Mutex
	texts    []Text // oldest first
	watchers watchers
}

// OpenTexts reads the texts kept in the file. at is the URL that clients get, with the account and its token; inbound the address of the
// site that takes what phones send.
func OpenTexts(file, at, inbound string, now func() time.Time) (*Texts, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, errors.New("the address of the texts is none")
	}
	x := &Texts{file: file, now: now, account: u.User, inbound: inbound}
	if x.signer, err = sms.New(at); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read the texts: %w", err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		var one Text
		if json.Unmarshal(lines.Bytes(), &one) == nil {
			x.texts = append(x.texts, one)
		}
	}
	x.texts = x.texts[max(0, len(x.texts)-kept):]
	return x, nil
}

// add keeps a text and names it.
func (x *Texts) add(t Text) (Text, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	t.ID, t.Received, t.Segments = "SM"+rand.Text(), x.now().UTC(), sms.Segments(t.Body)
	x.texts = append(x.texts, t)
	x.texts = x.texts[max(0, len(x.texts)-kept):]
	return t, x.save()
}

// save writes them all; the caller holds mu.
func (x *Texts) save() error {
	var out bytes.Buffer
	for _, t := range x.texts {
		_ = json.NewEncoder(&out).Encode(t)
	}
	x.watchers.wake()
	if err := os.WriteFile(x.file, out.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keep the texts: %w", err)
	}
	return nil
}

// List is every kept text, newest first.
func (x *Texts) List() []Text {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := append([]Text{}, x.texts...) // never nil: the JSON of none is []
	slices.Reverse(out)
	talks := map[[2]string]bool{}
	for i, t := range out {
		if talk := [2]string{t.From, t.To}; !t.Answer && !talks[talk] {
			talks[talk], out[i].Last = true, true
		}
	}
	return out
}

// Mount adds the provider, the page at /sms and its JSON at /api/sms to mux.
func (x *Texts) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST /2010-04-01/Accounts/{sid}/Messages.json", x.take)
	mux.HandleFunc("GET /sms", x.page)
	mux.HandleFunc("POST /sms/{id}/answer", x.answer)
	mux.HandleFunc("POST /sms/clear", x.clear)
	mux.Handle("GET /sms/events", &x.watchers)
	mux.HandleFunc("GET /api/sms", x.list)
	mux.HandleFunc("DELETE /api/sms", x.remove)
}

// take is the provider's side of sms.Client: it takes the text over, says so, and then posts that the phone has it.
func (x *Texts) take(w http.ResponseWriter, r *http.Request) {
	user, token, _ := r.BasicAuth()
	if want, _ := x.account.Password(); user != x.account.Username() || token != want || r.PathValue("sid") != user {
		refuse(w, http.StatusUnauthorized, 20003, "Authenticate")
		return
	}
	t := Text{From: r.PostFormValue("From"), To: r.PostFormValue("To"), Body: r.PostFormValue("Body")}
	switch {
	case !messages.E164(t.To):
		refuse(w, http.StatusBadRequest, 21211, "Invalid 'To' Phone Number")
		return
	case !messages.E164(t.From):
		refuse(w, http.StatusBadRequest, 21212, "Invalid 'From' Number")
		return
	case t.Body == "":
		refuse(w, http.StatusBadRequest, 21602, "Message body is required")
		return
	}
	t, err := x.add(t)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer, _ := json.Marshal(map[string]any{"sid": t.ID, "status": "queued"})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(answer)
	_ = http.NewResponseController(w).Flush() // who sent it reads on while we post
	if to := r.PostFormValue("StatusCallback"); to != "" {
		_, _ = x.post(r.Context(), to, url.Values{"MessageSid": {t.ID}, "MessageStatus": {"delivered"}, "From": {t.From}, "To": {t.To}})
	}
}

func refuse(w http.ResponseWriter, status, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": message, "status": status})
}

// answer sends a text as the phone that got one would, and keeps what the site has it answered with.
func (x *Texts) answer(w http.ResponseWriter, r *http.Request) {
	all := x.List()
	i := slices.IndexFunc(all, func(t Text) bool { return t.ID == r.PathValue("id") })
	body := strings.TrimSpace(r.PostFormValue("body"))
	if i < 0 || body == "" {
		http.Error(w, "There is no such text, or no answer to it.", http.StatusNotFound)
		return
	}
	said := Text{From: all[i].To, To: all[i].From, Body: body, Answer: true}
	reply, err := x.post(r.Context(), x.inbound, url.Values{"MessageSid": {"SM" + rand.Text()}, "From": {said.From}, "To": {said.To}, "Body": {body}})
	if err != nil {
		said.Note = err.Error()
	}
	if _, err := x.add(said); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if reply != "" {
		if _, err := x.add(Text{From: said.To, To: said.From, Body: reply}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	http.Redirect(w, r, "/sms", http.StatusSeeOther)
}

// post posts a signed form to a site of this machine and returns the text it answers with.
func (x *Texts) post(ctx context.Context, to string, form url.Values) (string, error) {
	u, err := url.Parse(to)
	if err != nil || !local(u.Hostname()) {
		return "", errors.New("nothing is posted to other machines")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(sms.SignatureHeader, x.signer.Sign(to, form))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", errors.New("the site does not answer")
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return "", fmt.Errorf("the site answered %s", resp.Status)
	}
	var said struct{ Message string }
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && len(b) > 0 {
		err = xml.Unmarshal(b, &said)
	}
	if err != nil {
		return "", errors.New("the site's answer is not readable")
	}
	return said.Message, nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (x *Texts) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	render(w, "texts", x.List())
}

// list is the JSON of the texts, newest first; ?to=NUMBER keeps one phone's.
func (x *Texts) list(w http.ResponseWriter, r *http.Request) {
	all := x.List()
	if to := r.URL.Query().Get("to"); to != "" {
		all = slices.DeleteFunc(all, func(t Text) bool { return t.To != to })
	}
	writeJSON(w, all)
}

func (x *Texts) clear(w http.ResponseWriter, r *http.Request) {
	if err := x.Clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/sms", http.StatusSeeOther)
}

func (x *Texts) remove(w http.ResponseWriter, _ *http.Request) {
	if err := x.Clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Clear deletes every text.
func (x *Texts) Clear() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.texts = nil
	return x.save()
}
