package mailbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Envelope is what SMTP said about a message, apart from its headers.
type Envelope struct {
	From     string    `json:"from"`
	To       []string  `json:"to"`
	Received time.Time `json:"received"`
}

// envelopeHeader opens a kept file; nothing sends a header of this name.
const envelopeHeader = "X-Groundswell-Envelope: "

func (e Envelope) head() []byte {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and a time
	}
	return append(append([]byte(envelopeHeader), b...), "\r\n"...)
}

func splitEnvelope(file []byte) (Envelope, []byte) {
	var e Envelope
	line, rest, _ := bytes.Cut(file, []byte("\r\n"))
	text, ok := bytes.CutPrefix(line, []byte(envelopeHeader))
	if !ok || json.Unmarshal(text, &e) != nil {
		return Envelope{}, file
	}
	return e, rest
}

// Message is one mail as /api/mail gives it.
type Message struct {
	ID          string            `json:"id"`
	Received    time.Time         `json:"received"`
	From        string            `json:"from"` // the address alone; its name is in Headers
	To          []string          `json:"to"`   // every recipient's address, as SMTP had it
	Subject     string            `json:"subject"`
	Text        string            `json:"text"`
	HTML        string            `json:"html"`
	Headers     map[string]string `json:"headers"` // decoded; names as they were sent; repeated ones joined by newlines
	Attachments []Attachment      `json:"attachments"`

	raw []byte
}

// Attachment is a part that is neither the text nor the HTML.
type Attachment struct {
	Name    string `json:"name"`
	Type    string `json:"type"`    // with its parameters: text/calendar; method=REQUEST
	Content []byte `json:"content"` // base64 in JSON
}

// Parse reads a message. What it cannot read as MIME it shows as text: a mailbox that refuses broken mail hides the bug.
func Parse(id string, e Envelope, raw []byte) Message {
	m := Message{ID: id, Received: e.Received, From: e.From, To: e.To, Headers: rawHeaders(raw), Attachments: []Attachment{}, raw: raw}
	if m.To == nil {
		m.To = []string{}
	}
	in, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		m.Text = string(raw)
		return m
	}
	m.Subject = decode(in.Header.Get("Subject"))
	if from, err := mail.ParseAddress(in.Header.Get("From")); err == nil {
		m.From = from.Address
	}
	m.part(textproto.MIMEHeader(in.Header), in.Body, 0)
	return m
}

// part sorts one MIME part into text, HTML or attachments; multiparts are opened.
func (m *Message) part(h textproto.MIMEHeader, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind, params = "text/plain", nil
	}
	if strings.HasPrefix(kind, "multipart/") && depth < 8 {
		m.parts(multipart.NewReader(body, params["boundary"]), depth+1)
		return
	}
	content, _ := io.ReadAll(transferDecoded(h.Get("Content-Transfer-Encoding"), body)) // what came before an error is shown
	disposition, named, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := decode(named["filename"])
	if name == "" {
		name = decode(params["name"])
	}
	switch {
	case disposition != "attachment" && name == "" && kind == "text/plain" && m.Text == "":
		m.Text = unix(content)
	case disposition != "attachment" && name == "" && kind == "text/html" && m.HTML == "":
		m.HTML = unix(content)
	default:
		m.Attachments = append(m.Attachments, Attachment{Name: name, Type: h.Get("Content-Type"), Content: content})
	}
}

func (m *Message) parts(r *multipart.Reader, depth int) {
	for {
		p, err := r.NextRawPart()
		if err != nil {
			return
		}
		m.part(p.Header, p, depth)
	}
}

// Address is how a person is shown: the name and address of From.
func (m Message) Address() string {
	if from := m.Headers["From"]; from != "" {
		return from
	}
	return m.From
}

func transferDecoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}

// unix gives text the line ends that people compare.
func unix(b []byte) string { return strings.ReplaceAll(string(b), "\r\n", "\n") }

func decode(s string) string {
	if d, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return d
	}
	return s
}

// rawHeaders keeps the names as they were sent, which net/mail does not.
func rawHeaders(raw []byte) map[string]string {
	head, _, ok := strings.Cut(unix(raw), "\n\n")
	headers := map[string]string{}
	if !ok && !strings.Contains(head, ":") {
		return headers
	}
	unfolded := strings.NewReplacer("\n ", " ", "\n\t", " ").Replace(head)
	for line := range strings.SplitSeq(unfolded, "\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = decode(strings.TrimSpace(value))
		if earlier, repeated := headers[name]; repeated {
			value = earlier + "\n" + value
		}
		headers[name] = value
	}
	return headers
}
