//go:build unix

// Package redistest runs a real Redis for one test: it can be stopped, started again at the same address, and paused,
// which miniredis cannot. Only tests import it.
package redistest

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"groundswell/shared/child"
)

// Server is one redis-server that keeps nothing on disk. It ends with its test.
type Server struct {
	t     testing.TB
	port  int
	dir   string
	cmd   *exec.Cmd
	ended <-chan error
}

// Start runs a server on a free port. Without the program redis-server the test is skipped, with CI set it fails.
func Start(t testing.TB) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("redistest: redis-server is not installed")
		}
		t.Skip("redistest: redis-server is not installed")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("redistest: find a free port: %v", err)
	}
	_ = l.Close()
	s := &Server{t: t, port: l.Addr().(*net.TCPAddr).Port, dir: t.TempDir()}
	t.Cleanup(s.Stop)
	s.Start()
	return s
}

// Addr is the same for the server's whole life.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is the address for REDIS_URL.
func (s *Server) URL() string { return "redis://" + s.Addr() + "/0" }

// Start starts the stopped server, empty, and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.dir)
	out, in, err := os.Pipe()
	if err != nil {
		s.t.Fatalf("redistest: %v", err)
	}
	s.cmd.Stdout = in
	s.ended, err = child.Start(s.cmd, syscall.SIGKILL)
	_ = in.Close()
	if err != nil {
		s.t.Fatalf("redistest: start redis-server: %v", err)
	}
	if said, ready := waitReady(out); !ready {
		s.t.Fatalf("redistest: redis-server did not start:\n%s", said)
	}
}

// Stop kills the server: what it held is lost, its connections are closed. A stopped server stays so.
func (s *Server) Stop() {
	if s.ended == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.ended
	s.ended = nil
}

// Pause makes the server hang: it accepts connections and answers nothing until Resume or Stop.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("redistest: %v", err)
	}
}

// waitReady reads the log until the server is ready; what it says later is dropped.
func waitReady(log io.ReadCloser) (said string, ready bool) {
	var lines []string
	for in := bufio.NewScanner(log); in.Scan(); {
		lines = append(lines, in.Text())
		if strings.Contains(in.Text(), "Ready to accept connections") {
			go func() {
				_, _ = io.Copy(io.Discard, log)
				_ = log.Close()
			}()
			return "", true
		}
	}
	return strings.Join(lines, "\n"), false
}
