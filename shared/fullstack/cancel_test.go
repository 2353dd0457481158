//go:build !js

package fullstack_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
)

// visitors are people who each opened a page that is still being made.
type visitors struct {
	leave   []context.CancelFunc
	arrived chan struct{} // one for each request that reached the server
	answers chan int      // the status of each visitor who stayed
	served  chan struct{} // one for each request the server is done with
}

func visit(t *testing.T, site http.Handler, n int) *visitors {
	t.Helper()
	v := &visitors{answers: make(chan int, n), arrived: make(chan struct{}, n), served: make(chan struct{}, n)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.arrived <- struct{}{}
		defer func() { v.served <- struct{}{} }()
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for range n {
		ctx, cancel := context.WithCancel(t.Context())
		v.leave = append(v.leave, cancel)
		go func() {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/book/slow", nil)
			if err != nil {
				panic(err)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				return
			}
			_ = answer.Body.Close()
			v.answers <- answer.StatusCode
		}()
	}
	return v
}

// A page that is nobody else's is given up when its visitor goes: every query of it ends, the others' go on.
func TestEachVisitorWhoLeavesCancelsTheQueriesOfAPageOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*book, *fullstack.SiteConfig){
		"private":    func(b *book, _ *fullstack.SiteConfig) { b.cache = fullstack.Private },
		"never kept": func(_ *book, cfg *fullstack.SiteConfig) { cfg.PageBytes = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const all, gone = 6, 4
			b, site := setupWith(t, change)
			b.started, b.finish, b.ended = make(chan struct{}), make(chan struct{}), make(chan error, all)
			v := visit(t, site, all)
			for range all {
				<-b.started
			}
			for _, leave := range v.leave[:gone] {
				leave()
			}
			cancelled := 0
			for range gone {
				if errors.Is(<-b.ended, context.Canceled) {
					cancelled++
				}
			}
			require.Equal(t, gone, cancelled)
			close(b.finish)
			for range all - gone {
				require.NoError(t, <-b.ended)
				require.Equal(t, http.StatusOK, <-v.answers)
			}
		})
	}
}

// A shared page is made once for everybody who waits for it, and given up when the last of them goes.
func TestASharedPageIsMadeAsLongAsSomebodyWaits(t *testing.T) {
	t.Parallel()
	const all = 5
	for _, stay := range []int{1, 0} {
		b, site := setup(t)
		b.started, b.finish, b.ended = make(chan struct{}, all), make(chan struct{}), make(chan error, all)
		v := visit(t, site, all)
		for range all {
			<-v.arrived
		}
		<-b.started
		for _, leave := range v.leave[stay:] {
			leave()
		}
		for range all - stay {
			<-v.served
		}
		if stay == 0 {
			require.ErrorIs(t, <-b.ended, context.Canceled)
			continue
		}
		close(b.finish)
		require.NoError(t, <-b.ended)
		require.Equal(t, http.StatusOK, <-v.answers)
		require.EqualValues(t, 1, b.loads.Load())
	}
}
