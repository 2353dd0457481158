package chaos

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy stands before a dependency and plays its troubles.
type proxy struct {
	addr   string
	target string

	mu    sync.Mutex
	how   trouble
	conns map[net.Conn]bool
}

// trouble is what a dependency suffers from; the zero value is health.
type trouble struct {
	refuse   bool          // connections are closed at once, those there are broken
	hang     bool          // nothing that is sent arrives
	delay    time.Duration // of every answer
	answer   string        // given instead of the dependency's, once the client has said something
	truncate int           // the answer breaks off after so many bytes
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{addr: ln.Addr().String(), target: target, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = ln.Close()
		p.play(trouble{refuse: true})
	})
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p
}

// play starts a trouble, or ends it with the zero value. Connections of before are broken, unless the new trouble is
// delay or hanging, which befall them too.
func (p *proxy) play(how trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.how
	p.how = how
	if how.refuse || how.answer != "" || how.truncate > 0 || old.hang {
		for c := range p.conns {
			_ = c.Close()
		}
		p.conns = map[net.Conn]bool{}
	}
}

func (p *proxy) now() trouble {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.how
}

// keep remembers the connection so that play can break it; false when it must not live.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.how.refuse {
		return false
	}
	p.conns[c] = true
	return true
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	if !p.keep(client) {
		return
	}
	if say := p.now().answer; say != "" {
		buf := make([]byte, 4096)
		_, _ = client.Read(buf)
		_, _ = io.WriteString(client, say)
		return
	}
	server, err := net.Dial("tcp", p.target)
	if err != nil || !p.keep(server) {
		return
	}
	defer server.Close()
	go func() {
		_ = p.copy(server, client, false)
		_ = server.Close()
	}()
	_ = p.copy(client, server, true)
}

// copy moves bytes as the trouble of the moment lets it.
func (p *proxy) copy(to, from net.Conn, answers bool) error {
	buf, passed := make([]byte, 32<<10), 0
	for {
		n, err := from.Read(buf)
		how := p.now()
		for how.hang {
			time.Sleep(20 * time.Millisecond)
			how = p.now()
		}
		if answers && how.delay > 0 {
			time.Sleep(how.delay)
		}
		if answers && how.truncate > 0 && passed+n > how.truncate {
			n, err = max(0, how.truncate-passed), io.ErrUnexpectedEOF
		}
		passed += n
		if n > 0 {
			if _, werr := to.Write(buf[:n]); werr != nil {
				return werr
			}
		}
		if err != nil {
			return err
		}
	}
}
