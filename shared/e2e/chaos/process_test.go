package chaos

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// process is one of our binaries, at addresses that it keeps over restarts.
type process struct {
	t       *testing.T
	bin     string
	env     []string
	private string
	cmd     *exec.Cmd
	log     *tail
}

// start runs the binary and returns how long it took to be ready.
func (p *process) start() time.Duration {
	p.t.Helper()
	_, here, _, _ := runtime.Caller(0)
	p.cmd = exec.Command(filepath.Join(filepath.Dir(here), "../../../bin", p.bin))
	p.cmd.Env = append(os.Environ(), p.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	began := time.Now()
	require.NoError(p.t, p.cmd.Start())
	require.Eventually(p.t, p.ready, 20*time.Second, 2*time.Millisecond, "%s is ready; it says: %s", p.bin, p.log)
	return time.Since(began)
}

func (p *process) ready() bool { return p.status("/readyz") == http.StatusOK }

// status is the answer of the private listener, 0 for none.
func (p *process) status(path string) int {
	resp, err := http.Get("http://" + p.private + path)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

// kill is SIGKILL: no goodbye.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// signal sends SIGSTOP or SIGCONT.
func (p *process) signal(s syscall.Signal) { require.NoError(p.t, p.cmd.Process.Signal(s)) }

// tail keeps the end of what a process says.
type tail struct {
	out chan []byte // holds the one value, for whoever takes it
}

func newTail() *tail {
	t := &tail{out: make(chan []byte, 1)}
	t.out <- nil
	return t
}

// Write keeps the last 4 KB.
func (t *tail) Write(b []byte) (int, error) {
	kept := append(<-t.out, b...)
	t.out <- kept[max(0, len(kept)-4096):]
	return len(b), nil
}

// String is what was kept.
func (t *tail) String() string {
	kept := <-t.out
	t.out <- kept
	return string(kept)
}
