//go:build unix

package dbtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"groundswell/shared/pgserver"
)

// keeperPackage is the program that owns the shared server. It is a process of its own because the first test
// process may well end before the last.
const keeperPackage = "groundswell/shared/dbtest/keeper"

// lease is the address of the shared server and the open connection that tells the keeper this process still uses it.
// The kernel closes it when the process ends, however it ends.
type lease struct {
	at   string
	conn net.Conn
}

// sharedServer takes a lease of the shared server, starting it if this is the first process to ask.
func sharedServer(ctx context.Context) (lease, error) {
	dir, err := stateDir()
	if err != nil {
		return lease{}, err
	}
	if l, err := join(ctx, dir); err == nil {
		return l, nil
	}
	unlock, err := lockFile(filepath.Join(dir, "start.lock"))
	if err != nil {
		return lease{}, err
	}
	defer unlock()
	if l, err := join(ctx, dir); err == nil {
		return l, nil
	}
	if err := startKeeper(ctx, dir); err != nil {
		return lease{}, err
	}
	return join(ctx, dir)
}

// join takes a lease from the keeper, whose first line is the server's address.
func join(ctx context.Context, dir string) (lease, error) {
	c, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, "keeper.sock"))
	if err != nil {
		return lease{}, fmt.Errorf("reach the shared test server: %w", err)
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return lease{}, errors.Join(fmt.Errorf("reach the shared test server: %w", err), c.Close())
	}
	return lease{at: strings.TrimSpace(line), conn: c}, nil
}

// startKeeper builds and starts the keeper and returns when its server is ready. The keeper leaves this process's
// session and holds none of its files, so `go test` does not wait for it.
func startKeeper(ctx context.Context, dir string) error {
	bin := filepath.Join(dir, "keeper")
	if out, err := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", bin, keeperPackage).CombinedOutput(); err != nil {
		return fmt.Errorf("build the keeper of the test server: %w: %s", err, out)
	}
	log, err := os.Create(filepath.Join(dir, "keeper.log"))
	if err != nil {
		return fmt.Errorf("start the test server: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(bin, dir)
	cmd.Dir = dir
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start the test server: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the test server: %w", err)
	}
	said, _ := bufio.NewReader(out).ReadString('\n')
	_ = out.Close()
	_ = cmd.Process.Release()
	if said = strings.TrimSpace(said); said != "ready" {
		return fmt.Errorf("start the test server: %s (log: %s)", said, log.Name())
	}
	return nil
}

// stateDir is this account's folder for the shared server, short enough for a socket's address. It is refused when
// somebody else made it.
func stateDir() (string, error) {
	base := os.TempDir()
	if len(base) > 50 || pgserver.Reachable(base) != nil {
		base = "/tmp"
	}
	dir := filepath.Join(base, "groundswell-dbtest-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a folder for the test server: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("make a folder for the test server: %w", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s belongs to another account: remove it or set TMPDIR", dir)
	}
	return dir, nil
}

// lockFile waits for an exclusive lock that ends with the process at the latest.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the test server: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, fmt.Errorf("lock the test server: %w", err)
		}
	}
}
