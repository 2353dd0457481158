package mail

import (
	"slices"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// Servers end connections that are silent for minutes (RFC 5321 section 4.5.3.2), and many take only so many mails over one.
const (
	mostIdle = 10
	idleFor  = 10 * time.Second
	mostSent = 50
)

// connection is one to the server, with the mails that were sent over it.
type connection struct {
	*smtp.Client
	sent  int
	ended *time.Timer
}

// idle keeps connections that wait for a mail, the one used last on top. Its zero value is ready.
type idle struct {
	mu    sync.Mutex
	conns []*connection
}

// take is a connection that is probably still open; nil: there is none.
func (i *idle) take() *connection {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.conns) == 0 {
		return nil
	}
	last := len(i.conns) - 1
	c := i.conns[last]
	i.conns = i.conns[:last]
	c.ended.Stop()
	return c
}

// keep puts a connection away until the next mail, and says goodbye when none comes.
func (i *idle) keep(c *connection) {
	c.sent++
	i.mu.Lock()
	defer i.mu.Unlock()
	if c.sent >= mostSent || len(i.conns) >= mostIdle {
		go quit(c)
		return
	}
	c.ended = time.AfterFunc(idleFor, func() {
		if i.drop(c) {
			quit(c)
		}
	})
	i.conns = append(i.conns, c)
}

// drop takes out a connection, unless a mail has it.
func (i *idle) drop(c *connection) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := slices.Index(i.conns, c)
	if n < 0 {
		return false
	}
	i.conns = slices.Delete(i.conns, n, n+1)
	return true
}

func quit(c *connection) {
	if c.UpdateDeadline(talkTimeout) == nil && c.Quit() == nil {
		return
	}
	_ = c.Close()
}
