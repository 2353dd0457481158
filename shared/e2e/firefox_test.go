package e2e

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// firefox is a headless Firefox that is driven by its own protocol, Marionette: a length, a colon and a JSON array each way.
type firefox struct {
	t    *testing.T
	conn net.Conn
	from *bufio.Reader
}

// newFirefox starts one with a profile of its own, or skips the test.
func newFirefox(t *testing.T) *firefox {
	t.Helper()
	bin, err := exec.LookPath(cmp.Or(os.Getenv("FIREFOX"), "firefox"))
	if err != nil {
		t.Skipf("there is no Firefox (FIREFOX may name it): %v", err)
	}
	profile := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(profile, "user.js"), []byte(`user_pref("marionette.port", 0);`), 0o600))
	cmd := exec.CommandContext(t.Context(), bin, "--headless", "--marionette", "--no-remote", "--profile", profile)
	cmd.Env = append(os.Environ(), "HOME="+profile)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // and the processes of its tabs
		_ = cmd.Wait()
	})
	var port []byte
	require.Eventually(t, func() bool {
		port, _ = os.ReadFile(filepath.Join(profile, "MarionetteActivePort"))
		return len(port) > 0
	}, time.Minute, 50*time.Millisecond, "Firefox does not say where it listens")
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+strings.TrimSpace(string(port)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	f := &firefox{t: t, conn: conn, from: bufio.NewReader(conn)}
	f.read() // its greeting
	f.call("WebDriver:NewSession", map[string]any{"capabilities": map[string]any{}})
	return f
}

func (f *firefox) read() []byte {
	f.t.Helper()
	require.NoError(f.t, f.conn.SetReadDeadline(time.Now().Add(time.Minute)))
	size, err := f.from.ReadString(':')
	require.NoError(f.t, err)
	n, err := strconv.Atoi(strings.TrimSuffix(size, ":"))
	require.NoError(f.t, err)
	message := make([]byte, n)
	_, err = io.ReadFull(f.from, message)
	require.NoError(f.t, err)
	return message
}

// try is a command and the value that answers it.
func (f *firefox) try(name string, in map[string]any) (any, error) {
	message, err := json.Marshal([]any{0, 1, name, in})
	require.NoError(f.t, err)
	_, err = fmt.Fprintf(f.conn, "%d:%s", len(message), message)
	require.NoError(f.t, err)
	answer := f.read()
	var fault *struct{ Error, Message string }
	var out struct{ Value any }
	require.NoError(f.t, json.Unmarshal(answer, &[]any{new(int), new(int), &fault, &out}))
	if fault != nil {
		return nil, fmt.Errorf("%s: %s: %s", name, fault.Error, fault.Message)
	}
	return out.Value, nil
}

func (f *firefox) call(name string, in map[string]any) any {
	f.t.Helper()
	value, err := f.try(name, in)
	require.NoError(f.t, err)
	return value
}

func (f *firefox) script(expression string) (any, error) {
	return f.try("WebDriver:ExecuteScript", map[string]any{"script": "return " + expression, "args": []any{}})
}

func (f *firefox) eval(expression string) any {
	f.t.Helper()
	value, err := f.script(expression)
	require.NoError(f.t, err)
	return value
}

func (f *firefox) until(expression string) {
	f.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); ; <-tick.C {
		if value, err := f.script("!!(" + expression + ")"); value == true && err == nil {
			return
		}
		require.True(f.t, time.Now().Before(deadline), "never became true: %s", expression)
	}
}

// on does something to the element, which a person does by mouse and keyboard.
func (f *firefox) on(selector, command, text string) {
	f.t.Helper()
	element, _ := f.call("WebDriver:FindElement", map[string]any{"using": "css selector", "value": selector}).(map[string]any)
	for _, id := range element {
		f.call("WebDriver:Element"+command, map[string]any{"id": id, "text": text})
	}
}

// What all the other tests ask of Chromium is not Chromium's alone.
func TestFirefoxRunsTheProgramAndSignsUp(t *testing.T) {
	t.Parallel()
	s := running(t)
	f := newFirefox(t)
	f.call("WebDriver:Navigate", map[string]any{"url": s.events + "/?open=true&mode=in_person"})
	f.until(`performance.getEntriesByName("fullstack:mounted").length`)
	require.Empty(t, f.eval(`(fullstackHydration.First || "") + (fullstackHydration.Failed || "")`), "the page is adopted as it is")
	document := f.eval(`performance.timeOrigin`)
	f.on(`main a[href^="/e/"]`, "Click", "")
	f.until(`location.pathname.startsWith("/e/") && document.querySelector("#rsvp")`)
	f.until(`performance.now() - performance.getEntriesByName("fullstack:navigated").at(-1).startTime > 2050`) // as long as a person takes, at least
	f.eval(`(document.querySelector("#rsvp :is([name=shift_id], [name=shift_ids]):checked") || document.querySelector("#rsvp [name=shift_ids]:enabled").click(), true)`)
	email := someone()
	f.on("#rsvp-given_name", "SendKeys", "Ada")
	f.on("#rsvp-family_name", "SendKeys", "Lovelace")
	f.on("#rsvp-email", "SendKeys", email)
	f.on(sendSignup, "Click", "")
	f.until(`document.querySelector("#joined")`)
	require.Equal(t, document, f.eval(`performance.timeOrigin`), "in one document")
	mailTo(t, s, email, ".")
}
