package httpserver

import (
	"net"
	"syscall"
)

// deafen makes a listening socket ignore new connections while those that have come can still be accepted: closing it
// at once resets the ones that wait in its queue, with the requests they carry. It attaches a socket filter (socket(7),
// SO_ATTACH_FILTER) that drops SYN packets. It reports whether it could.
func deafen(ln net.Listener) bool {
	tcp, ok := ln.(*net.TCPListener)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return false
	}
	const flags, syn, ack = 13, 0x02, 0x10 // of the TCP header, RFC 9293 section 3.1
	filter := []syscall.SockFilter{
		{Code: syscall.BPF_LD | syscall.BPF_B | syscall.BPF_ABS, K: flags},
		{Code: syscall.BPF_ALU | syscall.BPF_AND | syscall.BPF_K, K: syn | ack},
		{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syn, Jf: 1},
		{Code: syscall.BPF_RET | syscall.BPF_K, K: 0},       // drop
		{Code: syscall.BPF_RET | syscall.BPF_K, K: 1 << 18}, // keep whole
	}
	deaf := false
	err = raw.Control(func(fd uintptr) { deaf = syscall.AttachLsf(int(fd), filter) == nil })
	return err == nil && deaf
}
