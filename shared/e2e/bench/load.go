package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// load is a closed loop of connections asking for targets until a deadline. It writes requests as bytes and reads with
// net/http's response reader only, so that the driver takes as little of the machine as it can.
type load struct {
	base        string // origin
	connections int
	duration    time.Duration
	target      func(connection, n int) string // path of the n-th request of a connection
}

// outcome is what a load saw.
type outcome struct {
	perSecond float64
	p50, p99  time.Duration
	failed    int
}

func (l load) run(ctx context.Context) (outcome, error) {
	u, err := url.Parse(l.base)
	if err != nil {
		return outcome{}, fmt.Errorf("base %q: %w", l.base, err)
	}
	var mu sync.Mutex
	var all []time.Duration
	var failed int
	var firstErr error
	start := time.Now()
	deadline := start.Add(l.duration)
	var wg sync.WaitGroup
	for c := range l.connections {
		wg.Go(func() {
			took, bad, err := l.connection(ctx, u.Host, c, deadline)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			failed += bad
			if firstErr == nil {
				firstErr = err
			}
		})
	}
	wg.Wait()
	if firstErr != nil || len(all) == 0 {
		return outcome{failed: failed}, firstErr
	}
	elapsed := time.Since(start)
	slices.Sort(all)
	return outcome{float64(len(all)) / elapsed.Seconds(), all[len(all)/2], all[len(all)*99/100], failed}, nil
}

func (l load) connection(ctx context.Context, host string, c int, deadline time.Time) (took []time.Duration, failed int, err error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, 0, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 64<<10)
	var b strings.Builder
	for n := 0; time.Now().Before(deadline) && ctx.Err() == nil; n++ {
		b.Reset()
		fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", l.target(c, n), host)
		start := time.Now()
		if _, err := conn.Write([]byte(b.String())); err != nil {
			return took, failed, fmt.Errorf("write: %w", err)
		}
		status, err := discard(r)
		if err != nil {
			return took, failed, err
		}
		if status != http.StatusOK {
			failed++
		}
		took = append(took, time.Since(start))
	}
	return took, failed, nil
}

func discard(r *bufio.Reader) (status int, err error) {
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, fmt.Errorf("read: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, fmt.Errorf("read: %w", err)
	}
	return resp.StatusCode, nil
}
