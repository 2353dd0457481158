//go:build unix

// Command keeper owns the throw-away PostgreSQL server that the test processes of one account share. It lends the server
// to whoever connects to its socket, for as long as the connection is open, and ends half a minute after the last one
// closed. Package dbtest starts it; nobody else does.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"groundswell/shared/pgserver"
)

const (
	// idle is how long the server waits for the next test process: `go test ./...` compiles between packages.
	idle = 40 * time.Second
	// lifetime ends a server whose last user hangs.
	lifetime = 3 * time.Hour
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, lifetime)
	defer cancel()
	if err := keep(ctx, os.Args[1]); err != nil {
		fmt.Println(err)
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// keep says "ready" on standard output once, then serves until idle.
func keep(ctx context.Context, dir string) error {
	release, err := own(filepath.Join(dir, "keeper.lock"))
	if err != nil {
		return err
	}
	defer release()
	data, err := freshDir(dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	server, err := pgserver.Start(ctx, pgserver.Config{Dir: data, Fast: true, MaxConnections: 400, Log: os.Stderr})
	if err != nil {
		return err
	}
	defer server.Stop(context.Background())
	l, err := listen(filepath.Join(dir, "keeper.sock"))
	if err != nil {
		return err
	}
	fmt.Println("ready")
	lend(ctx, l, server)
	return nil
}

// lend hands out leases until nobody holds one for the idle time, the server died or ctx ends. It closes l first of all, so
// that whoever comes next starts a new keeper.
func lend(ctx context.Context, l net.Listener, server *pgserver.Server) {
	var leases sync.WaitGroup
	defer leases.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer l.Close()
	events := make(chan int)
	leases.Go(func() { accept(ctx, l, server.SocketURL("postgres"), events, &leases) })
	held := 0
	for {
		var expired <-chan time.Time
		if held == 0 {
			expired = time.After(idle)
		}
		select {
		case change := <-events:
			held += change
		case <-expired:
			return
		case <-server.Done():
			return
		case <-ctx.Done():
			return
		}
	}
}

func accept(ctx context.Context, l net.Listener, at string, events chan<- int, leases *sync.WaitGroup) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		leases.Go(func() { hold(ctx, c, at, events) })
	}
}

// hold keeps one lease: its holder never writes, so a read ends when the holder does.
func hold(ctx context.Context, c net.Conn, at string, events chan<- int) {
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if !tell(ctx, events, +1) {
		return
	}
	if _, err := fmt.Fprintln(c, at); err == nil {
		_, _ = c.Read(make([]byte, 1))
	}
	tell(ctx, events, -1)
}

func tell(ctx context.Context, events chan<- int, change int) bool {
	select {
	case events <- change:
		return true
	case <-ctx.Done():
		return false
	}
}

// own takes the lock that makes this the only keeper; the socket's file belongs to its holder.
func own(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another keeper holds %s: %w", path, err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// freshDir makes a new folder for the data and removes those of keepers that were killed.
func freshDir(dir string) (string, error) {
	old, _ := filepath.Glob(filepath.Join(dir, "data-*"))
	for _, path := range old {
		_ = os.RemoveAll(path)
	}
	data, err := os.MkdirTemp(dir, "data-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the test databases: %w", err)
	}
	return data, os.Chmod(data, 0o755)
}

func listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("replace %s: %w", path, err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen for test processes: %w", err)
	}
	return l, nil
}
