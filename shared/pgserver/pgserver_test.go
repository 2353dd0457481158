//go:build unix

package pgserver_test

import (
	"bufio"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/pgserver"
)

// startEnv makes a copy of this test binary start a server and wait to be killed.
const startEnv = "GROUNDSWELL_TEST_START_SERVER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(startEnv); dir != "" {
		startAndWait(dir)
		return
	}
	os.Exit(m.Run())
}

func startAndWait(dir string) {
	s, err := pgserver.Start(context.Background(), pgserver.Config{Dir: dir, Fast: true})
	if err != nil {
		os.Stdout.WriteString("failed: " + err.Error() + "\n")
		return
	}
	os.Stdout.WriteString("started " + s.SocketURL("postgres") + "\n")
	<-s.Done()
}

// setup returns a folder the account of the server can enter, which t.TempDir is not when root runs the tests.
func setup(t *testing.T) (context.Context, string) {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "groundswell-pgserver-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx, dir
}

func start(ctx context.Context, t *testing.T, dir string) *pgserver.Server {
	t.Helper()
	s, err := pgserver.Start(ctx, pgserver.Config{Dir: dir, Fast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop(context.Background())) })
	return s
}

func query(ctx context.Context, t *testing.T, url, sql string) string {
	t.Helper()
	c, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer c.Close(context.Background())
	var out string
	require.NoError(t, c.QueryRow(ctx, sql).Scan(&out))
	return out
}

func TestStart_answersOverTCPAndSocket(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	s := start(ctx, t, dir)
	require.Equal(t, "UTF8", query(ctx, t, s.URL("postgres"), "show server_encoding"))
	require.Equal(t, "200", query(ctx, t, s.SocketURL("postgres"), "show max_connections"))
}

func TestStart_wantsThePasswordOverTCP(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	s := start(ctx, t, dir)
	before, after, _ := strings.Cut(s.URL("postgres"), "@")
	_, err := pgx.Connect(ctx, before[:strings.LastIndex(before, ":")]+":wrong@"+after)
	require.ErrorContains(t, err, "password authentication failed")
}

func TestStart_keepsTheDataOverRestarts(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	first := start(ctx, t, dir)
	makeKept(ctx, t, first.URL("postgres"))
	require.NoError(t, first.Stop(ctx))
	second := start(ctx, t, dir)
	require.Equal(t, first.DataDir(), second.DataDir())
	require.Equal(t, "7", query(ctx, t, second.URL("postgres"), "select n::text from kept"))
}

func makeKept(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	c, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer c.Close(context.Background())
	_, err = c.Exec(ctx, "create table kept as select 7 as n")
	require.NoError(t, err)
}

func TestStart_refusesDataOfAnotherMajorAndLeavesIt(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	b, err := pgserver.Find(ctx)
	require.NoError(t, err)
	s := start(ctx, t, dir)
	require.NoError(t, s.Stop(ctx))
	version := filepath.Join(s.DataDir(), "PG_VERSION")
	require.NoError(t, os.WriteFile(version, []byte("12\n"), 0o600))

	_, err = pgserver.Start(ctx, pgserver.Config{Dir: dir, Binaries: b, Fast: true})
	require.ErrorContains(t, err, "was written by PostgreSQL 12")
	_, err = os.Stat(filepath.Join(s.DataDir(), "base"))
	require.NoError(t, err)
}

func TestStart_refusesAFolderThatIsNotADatabase(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	b, err := pgserver.Find(ctx)
	require.NoError(t, err)
	data := filepath.Join(dir, "pg"+strconv.Itoa(b.Major))
	require.NoError(t, os.Mkdir(data, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "thesis.txt"), nil, 0o600))
	_, err = pgserver.Start(ctx, pgserver.Config{Dir: dir, Binaries: b})
	require.ErrorContains(t, err, "not a PostgreSQL data folder")
	_, err = os.Stat(filepath.Join(data, "thesis.txt"))
	require.NoError(t, err)
}

func TestStart_namesAPortInUse(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	first := start(ctx, t, dir)
	_, other := setup(t)
	_, err := pgserver.Start(ctx, pgserver.Config{Dir: other, Port: first.Port(), Fast: true})
	require.ErrorContains(t, err, "is in use by another program")
}

func TestServer_diesWithItsParent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ties a child's life to its parent's")
	}
	ctx, dir := setup(t)
	parent := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	parent.Env = append(os.Environ(), startEnv+"="+dir)
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "started ")
	require.True(t, ok, line)

	// A session stays open: the server closes it when it goes.
	c, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer c.Close(context.Background())
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait()
	_, err = c.WaitForNotification(ctx)
	require.Error(t, err)
	require.NoError(t, ctx.Err(), "the server outlived its parent")

	// The next owner gets the same folder, although its predecessor was killed.
	start(ctx, t, dir)
}

func TestFindFor_prefersTheVersionThatWroteTheData(t *testing.T) {
	t.Parallel()
	ctx, dir := setup(t)
	s := start(ctx, t, dir)
	b, err := pgserver.FindFor(ctx, dir)
	require.NoError(t, err)
	require.Equal(t, "pg"+strconv.Itoa(b.Major), filepath.Base(s.DataDir()))
}

func TestFind_refusesAWrongPGBinDir(t *testing.T) {
	t.Setenv("PG_BIN_DIR", t.TempDir())
	_, err := pgserver.Find(t.Context())
	require.ErrorContains(t, err, "PG_BIN_DIR is")
	require.NotErrorIs(t, err, fs.ErrNotExist)
}

func TestErrNoBinaries_namesThreeWaysOut(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"install it", "DATABASE_URL", "PG_BIN_DIR"} {
		require.Contains(t, pgserver.ErrNoBinaries.Error(), way)
	}
}
