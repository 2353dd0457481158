package mailbox

import (
	"fmt"
	"net/http"
	"sync"
)

// watchers are the open pages that want to know of every change. Its zero value is ready.
type watchers struct {
	mu      sync.Mutex
	waiting map[chan struct{}]struct{}
}

// watch returns a channel that gets a value after every change, until stop.
func (ws *watchers) watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.waiting == nil {
		ws.waiting = map[chan struct{}]struct{}{}
	}
	ws.waiting[c] = struct{}{}
	return c, func() {
		ws.mu.Lock()
		delete(ws.waiting, c)
		ws.mu.Unlock()
	}
}

// wake tells every watcher.
func (ws *watchers) wake() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for c := range ws.waiting {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// ServeHTTP tells an open page when to look again.
func (ws *watchers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	changed, stop := ws.watch()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	_ = control.Flush()
	for {
		select {
		case <-changed:
			if _, err := fmt.Fprint(w, "data: changed\n\n"); err != nil || control.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
