//go:build unix

// Package pgserver finds the PostgreSQL programs of this machine and supervises one server for development
// and tests: it makes the data folder, executes postgres directly, drops root, and lets the server die with the
// process that started it. It knows no schema and opens no database connection; production never imports it.
package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"groundswell/shared/child"
)

// User is the database superuser every server made here has.
const User = "groundswell"

// Config says which server to run.
type Config struct {
	// Dir holds everything of the server: the data folder pg<major>, the password and the sockets. It is made
	// when missing. Several majors may live side by side in it; none is ever deleted.
	Dir string
	// Binaries are the programs to use; the zero value means Find.
	Binaries Binaries
	// Port on 127.0.0.1; 0 means any free one.
	Port int
	// Fast trades durability for speed: for databases that are thrown away.
	Fast bool
	// MaxConnections defaults to 200.
	MaxConnections int
	// Log receives the server's log lines; nil drops them.
	Log io.Writer
}

// Server is one running PostgreSQL server.
type Server struct {
	port     int
	socket   string
	password string
	data     string
	proc     *os.Process
	done     chan struct{}
	err      error
}

// Start makes the data folder if there is none and returns once the server accepts connections. The server ends
// by Stop, or by SIGQUIT when this process dies. A data folder written by another major version, or in
// use by another server, is refused in one sentence and left as it is.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.MaxConnections == 0 {
		cfg.MaxConnections = 200
	}
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, err
	}
	if cfg.Binaries.Dir == "" {
		if cfg.Binaries, err = FindFor(ctx, cfg.Dir); err != nil {
			return nil, err
		}
	}
	f, err := prepare(ctx, cfg, who)
	if err != nil {
		return nil, err
	}
	if cfg.Port == 0 {
		if cfg.Port, err = freePort(); err != nil {
			return nil, err
		}
	}
	return launch(ctx, cfg, f, who)
}

// launch executes postgres. A server of a process that was killed a moment ago may still be shutting down: its
// lock file is waited for during a few seconds.
func launch(ctx context.Context, cfg Config, f folder, who account) (*Server, error) {
	deadline := time.Now().Add(8 * time.Second)
	for {
		s := &Server{port: cfg.Port, socket: f.socket, password: f.password, data: f.data, done: make(chan struct{})}
		err := s.exec(ctx, cfg, who)
		if err == nil || !errors.Is(err, errLocked) || time.Now().After(deadline) {
			return s, err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// exec starts the process and waits for its "ready" line.
func (s *Server) exec(ctx context.Context, cfg Config, who account) error {
	cmd := exec.Command(filepath.Join(cfg.Binaries.Dir, "postgres"), arguments(cfg, s.data, s.socket)...)
	cmd.SysProcAttr = who.attributes()
	cmd.Dir = s.data
	cmd.Env = environment()
	lines := newWatch(cfg.Log)
	cmd.Stderr = lines
	ended, err := child.Start(cmd, syscall.SIGQUIT)
	if err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.proc = cmd.Process
	go func() {
		s.err = <-ended
		close(s.done)
	}()
	select {
	case <-lines.ready:
		return nil
	case <-s.done:
		return s.explain(lines, cfg)
	case <-ctx.Done():
		s.kill()
		return fmt.Errorf("start postgres: %w", ctx.Err())
	}
}

// URL is the address of a database over TCP with its password: for programs and people.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(User, s.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// SocketURL is the address of a database over the Unix socket, without a password: only this account (and root)
// can open the folder it is in.
func (s *Server) SocketURL(database string) string {
	q := url.Values{"host": {s.socket}, "port": {strconv.Itoa(s.port)}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(User), Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

// Port is the TCP port on 127.0.0.1.
func (s *Server) Port() int { return s.port }

// DataDir is the folder with the data of this major version.
func (s *Server) DataDir() string { return s.data }

// Pid is the process id of the server.
func (s *Server) Pid() int { return s.proc.Pid }

// Done is closed when the server has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends the server: open sessions are closed, everything committed is on disk. When ctx ends first the
// server is told to quit at once. Stopping twice is harmless.
func (s *Server) Stop(ctx context.Context) error {
	_ = s.proc.Signal(syscall.SIGINT)
	select {
	case <-s.done:
	case <-ctx.Done():
		s.kill()
	}
	if s.socketIsTemporary() {
		_ = os.RemoveAll(s.socket)
	}
	return nil
}

// kill ends the server without a checkpoint; the next start recovers from its log.
func (s *Server) kill() {
	_ = s.proc.Signal(syscall.SIGQUIT)
	<-s.done
}

func arguments(cfg Config, data, socket string) []string {
	set := []string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(cfg.Port), "unix_socket_directories=" + socket,
		"unix_socket_permissions=0700", "max_connections=" + strconv.Itoa(cfg.MaxConnections), "shared_buffers=128MB",
		"lc_messages=C", "log_destination=stderr", "logging_collector=off", "log_line_prefix=%p ", "timezone=UTC",
		"log_timezone=UTC",
	}
	if cfg.Fast {
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off",
			"wal_level=minimal", "max_wal_senders=0", "max_wal_size=2GB", "log_checkpoints=off")
	}
	args := []string{"-D", data}
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}

// environment keeps the variables of libpq away from the server and its messages in English, which watch reads.
func environment() []string {
	env := []string{"LC_ALL=C", "TZ=UTC"}
	for _, kv := range os.Environ() {
		if strings.HasPrefix(kv, "PATH=") || strings.HasPrefix(kv, "TMPDIR=") {
			env = append(env, kv)
		}
	}
	return env
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port for postgres: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// watch is written the server's log: it tells when the server is ready and remembers why it failed. An unfinished line is
// kept back.
type watch struct {
	ready chan struct{}
	out   io.Writer

	mu      sync.Mutex
	rest    []byte
	isReady bool
	fatal   []string
}

func newWatch(out io.Writer) *watch {
	if out == nil {
		out = io.Discard
	}
	return &watch{ready: make(chan struct{}), out: out}
}

func (w *watch) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, b...)
	for {
		line, rest, found := bytes.Cut(w.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		w.line(string(line))
		w.rest = bytes.Clone(rest)
	}
}

func (w *watch) line(line string) {
	if !w.isReady && strings.Contains(line, "database system is ready to accept connections") {
		w.isReady = true
		close(w.ready)
	}
	if !w.isReady && (strings.Contains(line, "FATAL") || strings.Contains(line, "ERROR") || strings.Contains(line, "HINT")) {
		w.fatal = append(w.fatal, line)
	}
	_, _ = fmt.Fprintln(w.out, line)
}

func (w *watch) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.fatal, "; ")
}

var errLocked = errors.New("the data folder is in use")

// explain turns what the server said before it ended into one sentence.
func (s *Server) explain(lines *watch, cfg Config) error {
	said := lines.text()
	switch {
	case strings.Contains(said, "lock file \"postmaster.pid\""):
		return fmt.Errorf("%w: another PostgreSQL server already runs on %s; stop it first (its process id is the first line of %s)",
			errLocked, s.data, filepath.Join(s.data, "postmaster.pid"))
	case strings.Contains(said, "Address already in use"), strings.Contains(said, "could not create any TCP/IP sockets"):
		return fmt.Errorf("port %d for PostgreSQL is in use by another program: stop that program or choose another port", cfg.Port)
	case strings.Contains(said, "No space left on device"):
		return fmt.Errorf("the disk that holds %s is full: free some space and start again", s.data)
	case said == "":
		return fmt.Errorf("PostgreSQL ended before it was ready: %w", s.err)
	}
	return fmt.Errorf("PostgreSQL did not start: %s", said)
}
