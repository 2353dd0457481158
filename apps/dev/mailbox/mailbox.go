// Package mailbox catches every mail and every text of the development stack: an SMTP server that accepts anything, a provider of
// texts, a folder that keeps the newest over restarts, pages and their JSON. It delivers nothing.
package mailbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	// kept is how many messages stay; older ones are deleted.
	kept = 500
	// maxMessage bounds one message.
	maxMessage = 25 << 20
)

// Mailbox is safe for concurrent use.
type Mailbox struct {
	dir string
	now func() time.Time

	mu       sync.Mutex
	messages []Message // oldest first
	watchers watchers
}

// Open reads the messages kept in dir, which is made when missing.
func Open(dir string, now func() time.Time) (*Mailbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the mailbox: %w", err)
	}
	m := &Mailbox{dir: dir, now: now}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return nil, fmt.Errorf("read the mailbox: %w", err)
	}
	slices.Sort(files)
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the mailbox: %w", err)
		}
		id := strings.TrimSuffix(filepath.Base(path), ".eml")
		envelope, raw := splitEnvelope(raw)
		m.messages = append(m.messages, Parse(id, envelope, raw))
	}
	return m, nil
}

// Add keeps a message.
func (m *Mailbox) Add(e Envelope, raw []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Received = m.now().UTC()
	id := m.nextID(e.Received)
	if err := os.WriteFile(m.file(id), append(e.head(), raw...), 0o600); err != nil {
		return fmt.Errorf("keep a mail: %w", err)
	}
	m.messages = append(m.messages, Parse(id, e, raw))
	for len(m.messages) > kept {
		_ = os.Remove(m.file(m.messages[0].ID))
		m.messages = m.messages[1:]
	}
	m.watchers.wake()
	return nil
}

// nextID sorts like time and never repeats.
func (m *Mailbox) nextID(at time.Time) string {
	n := at.UnixMicro()
	if len(m.messages) > 0 {
		var last int64
		if _, err := fmt.Sscan(strings.TrimLeft(m.messages[len(m.messages)-1].ID, "0"), &last); err == nil && n <= last {
			n = last + 1
		}
	}
	return fmt.Sprintf("%020d", n)
}

// List is every kept message, newest first.
func (m *Mailbox) List() []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := append([]Message{}, m.messages...) // never nil: the JSON of no mail is []
	slices.Reverse(out)
	return out
}

// Get finds one message.
func (m *Mailbox) Get(id string) (Message, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, msg := range m.messages {
		if msg.ID == id {
			return msg, true
		}
	}
	return Message{}, false
}

// Clear deletes every message.
func (m *Mailbox) Clear() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var errs []error
	for _, msg := range m.messages {
		if err := os.Remove(m.file(msg.ID)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	m.messages = nil
	m.watchers.wake()
	return errors.Join(errs...)
}

func (m *Mailbox) file(id string) string { return filepath.Join(m.dir, id+".eml") }

// Serve answers SMTP on l until l is closed.
func (m *Mailbox) Serve(l net.Listener) error {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: m}, nil }))
	s.Domain = "localhost"
	s.MaxMessageBytes = maxMessage
	s.ReadTimeout = time.Minute
	s.WriteTimeout = time.Minute
	s.ErrorLog = quiet{}
	if err := s.Serve(l); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
		return fmt.Errorf("serve SMTP: %w", err)
	}
	return nil
}

// quiet drops the server's log: a client that hangs up is no news.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// session is one SMTP conversation.
type session struct {
	box      *Mailbox
	envelope Envelope
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.envelope = Envelope{From: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.envelope.To = append(s.envelope.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.box.Add(s.envelope, raw)
}

func (s *session) Reset()        { s.envelope = Envelope{} }
func (s *session) Logout() error { return nil }
