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

// Start starts cmd and returns the channel that gets the answer of cmd.Wait once. The child has a process group of its
// own: the terminal's Ctrl-C does not reach it, its owner stops it in order. When this process dies first, the group
// gets the signal orphaned.
func Start(cmd *exec.Cmd, orphaned syscall.Signal) (ended <-chan error, err error) {
	release, arm, err := watchdog(orphaned)
	if err != nil {
		return nil, err
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		release()
		return nil, err
	}
	arm(cmd.Process.Pid)
	done := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		release()
		done <- err
	}()
	return done, nil
}

// watchdog starts a shell that is told whom to watch, then waits for the end of its input: the kernel closes the pipe
// when this process ends. Unlike Linux's parent-death signal it is the same on every Unix and bound to no thread.
func watchdog(orphaned syscall.Signal) (release func(), arm func(pid int), err error) {
	dog := exec.Command("/bin/sh", "-c", `read -r pid && { read -r end; kill "-$0" "-$pid"; }`, strconv.Itoa(int(orphaned)))
	dog.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := dog.StdinPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("watch over a child: %w", err)
	}
	if err := dog.Start(); err != nil {
		return nil, nil, fmt.Errorf("watch over a child: %w", err)
	}
	release = func() {
		_ = dog.Process.Kill() // before the pipe closes
		_ = dog.Wait()
	}
	return release, func(pid int) { _, _ = fmt.Fprintln(leash, pid) }, nil
}
