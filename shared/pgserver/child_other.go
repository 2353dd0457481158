//go:build unix && !linux

package pgserver

import "syscall"

// childAttributes keeps the terminal's Ctrl-C away from the server: its owner stops it in order. Only Linux can tie
// its life to its parent's.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

func lockThread() {}
