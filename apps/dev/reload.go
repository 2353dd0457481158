//go:build unix

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// reloads tells open browser tabs of an app to load it again, over server-sent events.
type reloads struct {
	mu   sync.Mutex
	tabs map[chan string]string // each tab's channel and the app it shows; "" for all
}

func newReloads() *reloads { return &reloads{tabs: map[chan string]string{}} }

// tell reloads the tabs of app. The message is one that no release is named like.
func (r *reloads) tell(app string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	message := fmt.Sprintf("%s %d", app, time.Now().UnixMilli())
	for tab, shows := range r.tabs {
		if shows != "" && shows != app {
			continue
		}
		select {
		case tab <- message:
		default: // it has one to read already
		}
	}
}

// ServeHTTP is the stream GET /reload?app=NAME. Pages of this machine's other ports may read it.
func (r *reloads) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if origin := req.Header.Get("Origin"); localOrigin(origin) {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Vary", "Origin")
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	tab := make(chan string, 1)
	r.mu.Lock()
	r.tabs[tab] = req.URL.Query().Get("app")
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.tabs, tab)
		r.mu.Unlock()
	}()
	control := http.NewResponseController(w)
	_, _ = fmt.Fprint(w, "retry: 1000\n\n")
	_ = control.Flush()
	for {
		select {
		case message := <-tab:
			if _, err := fmt.Fprintf(w, "data: %s\n\n", message); err != nil || control.Flush() != nil {
				return
			}
		case <-req.Context().Done():
			return
		}
	}
}

func localOrigin(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}
