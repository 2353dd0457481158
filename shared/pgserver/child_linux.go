package pgserver

import (
	"runtime"
	"syscall"
)

// childAttributes makes the kernel end the server when the thread that forked it ends.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Setpgid: true}
}

// lockThread ties the calling goroutine to its thread until it returns.
func lockThread() { runtime.LockOSThread() }
