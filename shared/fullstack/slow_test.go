//go:build !js

package fullstack_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const bodyWithin = 200 * time.Millisecond

// dial sends the beginning of a request whose body says that it has 100 bytes.
func dial(t *testing.T, site http.Handler, path, kind, body string) net.Conn {
	t.Helper()
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: books.example.org\r\nContent-Type: %s\r\nContent-Length: 100\r\n\r\n%s", path, kind, body)
	require.NoError(t, err)
	return conn
}

func answerOn(t *testing.T, conn net.Conn) (status int, body string) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text)
}

// Connections that never finish what they send are how one client holds a server (A19).
func TestABodyThatDoesNotComeIsGivenUp(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	for _, of := range []struct{ path, kind, begun string }{
		{"/fn/book.sign", "application/json", `{"name":`},
		{"/fn/book.sign", "application/x-www-form-urlencoded", `name=`},
		{"/book/one", "application/x-www-form-urlencoded", `_fn=book.sign&name=`},
	} {
		conn := dial(t, site, of.path, of.kind, of.begun)
		status, text := answerOn(t, conn)
		require.Equal(t, http.StatusBadRequest, status, text)
		require.Contains(t, text, "took too long to arrive")
	}
	require.Zero(t, b.signs.Load())
}

func TestAServiceHasAllItsTimeWhenTheBodyCame(t *testing.T) {
	t.Parallel()
	b, site := setup(t)
	b.started, b.finish, b.ended = make(chan struct{}, 1), make(chan struct{}), make(chan error, 1)
	conn := dial(t, site, "/fn/book.list", "application/json", fmt.Sprintf("%-100s", `{}`))
	<-b.started
	<-time.After(2 * bodyWithin) // the time itself is what is asked for
	close(b.finish)
	status, text := answerOn(t, conn)
	require.Equal(t, http.StatusOK, status, text)
	require.NoError(t, <-b.ended)
}
