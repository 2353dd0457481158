package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// instance is an events process of the bench's own, on the stack's services, without limits per address.
type instance struct {
	URL     string
	Private string
	Started time.Duration // from exec to ready
	cmd     *exec.Cmd
}

// startInstance runs the built binary with env on top of this process's and waits until it is ready.
func startInstance(ctx context.Context, env ...string) (*instance, error) {
	public, private, err := freePorts()
	if err != nil {
		return nil, err
	}
	bin, err := filepath.Abs("bin/events")
	if err != nil {
		return nil, fmt.Errorf("bin/events: %w", err)
	}
	i := &instance{URL: "http://" + public, Private: "http://" + private, cmd: exec.CommandContext(ctx, bin)}
	i.cmd.Env = append(os.Environ(), "LISTEN="+public, "PRIVATE_LISTEN="+private, "PUBLIC_URL="+i.URL, "RATE_LIMITS=0",
		"LOG_LEVEL=error", "DEV=0", "DEV_RELOAD=", "DRAIN_GRACE=0s", "DATABASE_MAX_CONNS=24")
	i.cmd.Env = append(i.cmd.Env, env...)
	i.cmd.Stderr = os.Stderr
	i.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	start := time.Now()
	if err := i.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", bin, err)
	}
	for time.Since(start) < 10*time.Second {
		resp, err := http.Get(i.Private + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				i.Started = time.Since(start)
				return i, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil, errors.Join(errors.New("bin/events did not get ready in 10 s"), i.stop())
}

func (i *instance) stop() error {
	if err := i.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop bin/events: %w", err)
	}
	_ = i.cmd.Wait() // its exit code says nothing the bench asks
	return nil
}

func freePorts() (public, private string, err error) {
	var addrs [2]string
	for n := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close()
		addrs[n] = l.Addr().String()
	}
	return addrs[0], addrs[1], nil
}
