//go:build unix

// Package child runs programs that end with the process that started them, however that one ends: by an error, by
// kill -9, by the death of the machine's memory. It is for development and tests, and knows no program.
package child

import (
	"fmt"
	"os/exec"
	"strconv"
	"syscall"
)

// Start starts cmd and returns the channel that gets the answer of cmd.Wait once. The child is in a process group that is
// not this process's: the terminal's Ctrl-C does not reach it, its owner stops it in order. When this process dies first,
// the group gets the signal orphaned.
func Start(cmd *exec.Cmd, orphaned syscall.Signal) (ended <-chan error, err error) {
	group, release, err := watchdog(orphaned)
	if err != nil {
		return nil, err
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid, cmd.SysProcAttr.Pgid = true, group
	if err := cmd.Start(); err != nil {
		release()
		return nil, err
	}
	done := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		release()
		done <- err
	}()
	return done, nil
}

// watchdog starts a shell that leads the group the child will join, so that it watches before there is a child, and waits
// for the end of its input: the kernel closes the pipe when this process ends. Unlike Linux's parent-death signal it is
// the same on every Unix and bound to no thread.
func watchdog(orphaned syscall.Signal) (group int, release func(), err error) {
	dog := exec.Command("/bin/sh", "-c", `read -r end; kill "-$0" 0`, strconv.Itoa(int(orphaned)))
	dog.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := dog.StdinPipe()
	if err != nil {
		return 0, nil, fmt.Errorf("watch over a child: %w", err)
	}
	if err := dog.Start(); err != nil {
		return 0, nil, fmt.Errorf("watch over a child: %w", err)
	}
	release = func() {
		_ = dog.Process.Kill() // before the pipe closes
		_ = dog.Wait()
		_ = leash.Close()
	}
	return dog.Process.Pid, release, nil
}
