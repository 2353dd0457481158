package httpserver

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// conns knows the state of every open connection. http.Server.Shutdown drops a request that it reads after it was
// called, so the drain waits until no connection is busy before it calls Shutdown.
type conns struct {
	mu      sync.Mutex
	states  map[net.Conn]http.ConnState
	changed chan struct{} // holds a signal when a state changed
}

func newConns() *conns {
	return &conns{states: map[net.Conn]http.ConnState{}, changed: make(chan struct{}, 1)}
}

// track is the server's ConnState hook.
func (c *conns) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(c.states, conn)
	} else {
		c.states[conn] = state
	}
	c.mu.Unlock()
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// wait returns when no connection has a request under way, or when ctx ends. A connection on which no byte has come
// (browsers open them ahead of need) is given the time of a round trip, then closed.
func (c *conns) wait(ctx context.Context) {
	fresh := time.After(freshGrace)
	for c.busy() {
		select {
		case <-c.changed:
		case <-fresh:
			c.closeFresh()
		case <-ctx.Done():
			return
		}
	}
}

func (c *conns) busy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, state := range c.states {
		if state == http.StateNew || state == http.StateActive {
			return true
		}
	}
	return false
}

func (c *conns) closeFresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn, state := range c.states {
		if state == http.StateNew {
			_ = conn.Close()
		}
	}
}
