// Package mailtest is an SMTP server in the test's process that keeps what it accepts and can fail at every stage.
// Only tests import it.
package mailtest

import (
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// Server is a running SMTP server.
type Server struct {
	URL  string // smtp://127.0.0.1:port
	Mail chan Accepted

	mu    sync.Mutex
	conns []net.Conn
	fail  map[string]error
	hold  map[string]chan struct{}
	smtp  *smtp.Server
}

// Accepted is a mail the server has taken over.
type Accepted struct {
	From, To string
	Message  *netmail.Message
	Raw      string
}

// Hangup makes the server close the connection instead of answering.
var Hangup = errors.New("hang up")

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Mail: make(chan Accepted, 10_000), fail: map[string]error{}, hold: map[string]chan struct{}{}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("mailtest: %v", err)
	}
	s.URL = "smtp://" + ln.Addr().String()
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.conns = append(s.conns, c.Conn())
		s.mu.Unlock()
		return &session{server: s, conn: c.Conn()}, s.failure("connect", c.Conn())
	}))
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.Domain = "mailtest"
	go func() { _ = s.smtp.Serve(strict{ln}) }()
	t.Cleanup(func() { _ = s.smtp.Close() })
	return s
}

// Fail makes the server answer every mail at stage (connect, sender, recipient, data, accept, or accepted: after it has
// kept the mail) with the code, or by hanging up when it is 0. Heal ends that.
func (s *Server) Fail(stage string, code int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail[stage] = Hangup
	if code != 0 {
		s.fail[stage] = &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
	}
}

// Hold makes the server wait at stage until release is called.
func (s *Server) Hold(stage string) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := make(chan struct{})
	s.hold[stage] = ch
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.hold, stage)
		close(ch)
	}
}

// Connections says how many were ever opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// HangUp closes every connection, as a server does with those that are silent for long.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
}

// Heal ends every failure.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.fail)
}

func (s *Server) failure(stage string, conn net.Conn) error {
	s.mu.Lock()
	held := s.hold[stage]
	s.mu.Unlock()
	if held != nil {
		<-held
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.fail[stage]
	if errors.Is(err, Hangup) {
		_ = conn.Close()
	}
	return err
}

// strict takes addresses in angle brackets only, as RFC 5321 writes them: go-smtp is kinder than the servers of the world.
type strict struct{ net.Listener }

// Accept waits for a connection.
func (l strict) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &strictConn{Conn: c}, nil
}

type strictConn struct{ net.Conn }

// Read ends the connection at a command with a bare address. Commands come one by one: the client waits for each answer.
func (c *strictConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	for _, command := range []string{"MAIL FROM:", "RCPT TO:"} {
		if rest, ok := strings.CutPrefix(string(b[:n]), command); ok && !strings.HasPrefix(rest, "<") {
			return 0, errors.New("a bare address")
		}
	}
	return n, err
}

type session struct {
	server   *Server
	conn     net.Conn
	from, to string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.server.failure("sender", s.conn)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.server.failure("recipient", s.conn)
}

func (s *session) Data(r io.Reader) error {
	if err := s.server.failure("data", s.conn); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.failure("accept", s.conn); err != nil {
		return err
	}
	message, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	s.server.Mail <- Accepted{From: s.from, To: s.to, Message: message, Raw: string(raw)}
	return s.server.failure("accepted", s.conn)
}
