//go:build unix

package child_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/child"
)

// TestAChildDiesWithItsParent runs this test again as the parent. Whoever lives holds the pipe open.
func TestAChildDiesWithItsParent(t *testing.T) {
	t.Parallel()
	if os.Getenv("CHILD_TEST_PARENT") != "" {
		beParent(t)
	}
	for name, die := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "ended": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := exec.Command(os.Args[0], "-test.run=^TestAChildDiesWithItsParent$")
			parent.Env = append(os.Environ(), "CHILD_TEST_PARENT=1")
			out, held, err := os.Pipe()
			require.NoError(t, err)
			parent.Stdout = held
			require.NoError(t, parent.Start())
			require.NoError(t, held.Close())
			require.NoError(t, out.SetReadDeadline(time.Now().Add(20*time.Second)))
			lines := bufio.NewReader(out)
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "child runs\n", line)
			require.NoError(t, parent.Process.Signal(die))
			rest, err := io.ReadAll(lines)
			require.NoError(t, err, "the child lives")
			require.Empty(t, string(rest))
			require.Error(t, parent.Wait())
		})
	}
}

func beParent(t *testing.T) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "echo child runs; sleep 600; echo child ended by itself")
	cmd.Stdout = os.Stdout
	ended, err := child.Start(cmd, syscall.SIGTERM)
	require.NoError(t, err)
	<-ended
}

func TestStart_tellsHowItEnded(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	cmd := exec.Command("sh", "-c", "echo no; exit 3")
	cmd.Stdout = &out
	ended, err := child.Start(cmd, syscall.SIGTERM)
	require.NoError(t, err)
	require.ErrorContains(t, <-ended, "exit status 3")
	require.Equal(t, "no\n", out.String())

	_, err = child.Start(exec.Command("/nowhere/at/all"), syscall.SIGTERM)
	require.ErrorIs(t, err, os.ErrNotExist)
}
