//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

const (
	readyWithin = time.Minute
	endWithin   = 15 * time.Second
	// crashPause is how long a program that ended by itself stays down: one that ends at once must not spin.
	crashPause = time.Second
)

// unit is one program of the stack over its restarts.
type unit struct {
	p       program
	binary  string
	env     []string
	out     *prefixed
	console *console
	ready   atomic.Bool

	mu       sync.Mutex // held while it starts or stops
	proc     *process
	stopping bool
}

// start runs the binary and returns when the program is ready. A program that ends later by itself is started again.
func (u *unit) start(ctx context.Context) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.startLocked(ctx)
}

func (u *unit) startLocked(ctx context.Context) error {
	if u.stopping {
		return context.Canceled
	}
	cmd := exec.Command(u.binary)
	cmd.Env = u.env
	proc, err := startProcess(u.p.Name, cmd, u.out)
	if err != nil {
		return err
	}
	u.proc = proc
	wait, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := proc.waitReady(wait, u.p.PrivateURL()+"/readyz"); err != nil {
		u.proc = nil
		proc.stop(endWithin)
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("was not ready after %s", readyWithin)
		}
		return fmt.Errorf("%s %w: %s", u.p.Name, err, u.out.lastLine())
	}
	u.ready.Store(true)
	go u.guard(ctx, proc)
	return nil
}

// guard starts the program again when it ended although nobody asked it to.
func (u *unit) guard(ctx context.Context, proc *process) {
	<-proc.done
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.proc != proc || u.stopping || ctx.Err() != nil {
		return
	}
	u.proc = nil
	u.ready.Store(false)
	u.console.say("%s ended by itself (%v); starting it again", u.p.Name, proc.err)
	select {
	case <-time.After(crashPause):
	case <-ctx.Done():
		return
	}
	if err := u.startLocked(ctx); err != nil && ctx.Err() == nil {
		u.console.say("%v; `make dev` starts it again when one of its files is saved", err)
	}
}

// restart replaces the running process by one of the binary as it is now.
func (u *unit) restart(ctx context.Context) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stopLocked()
	return u.startLocked(ctx)
}

// stop ends the program for good.
func (u *unit) stop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stopping = true
	u.stopLocked()
}

func (u *unit) stopLocked() {
	proc := u.proc
	u.proc = nil
	u.ready.Store(false)
	if proc != nil {
		proc.stop(endWithin)
	}
}
