//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"syscall"
	"time"

	"groundswell/shared/child"
)

// process is a running child. Its output is read until it ends.
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended; read after done
}

// startProcess starts the command. Its owner stops it in order; it dies with this process at the latest.
func startProcess(name string, cmd *exec.Cmd, out io.Writer) (*process, error) {
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second // grandchildren may hold the output open
	ended, err := child.Start(cmd, syscall.SIGTERM)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = <-ended
		close(p.done)
	}()
	return p, nil
}

// stop asks the process to end and waits; one that does not within the patience is killed.
func (p *process) stop(patience time.Duration) {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return
	case <-time.After(patience):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

var errEnded = errors.New("ended before it was ready")

// waitReady asks url until it answers 200.
func (p *process) waitReady(ctx context.Context, url string) error {
	client := &http.Client{Timeout: 2 * time.Second}
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if answers(ctx, client, url) {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.done:
			return errEnded
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func answers(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
