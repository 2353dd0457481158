//go:build unix

package pgserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"groundswell/shared/child"
)

// folder is where one server keeps its things.
type folder struct {
	data, socket, password string
}

// maxSocketDir leaves room for "/.s.PGSQL.12345.lock" in the 104 bytes that a socket's address may have on macOS.
const maxSocketDir = 80

// prepare makes whatever is missing below cfg.Dir and returns it; what exists is only checked.
func prepare(ctx context.Context, cfg Config, who account) (folder, error) {
	f := folder{data: filepath.Join(cfg.Dir, "pg"+strconv.Itoa(cfg.Binaries.Major))}
	if err := makeDir(cfg.Dir, 0o755); err != nil {
		return f, err
	}
	if err := who.canReach(cfg.Dir); err != nil {
		return f, err
	}
	var err error
	if f.socket, err = socketDir(cfg.Dir, who); err != nil {
		return f, err
	}
	passwordFile := f.data + ".password"
	found, err := dataMajor(f.data)
	switch {
	case err != nil:
		return f, err
	case found == 0:
		if f.password, err = newPassword(passwordFile); err == nil {
			err = initialise(ctx, cfg, f, who)
		}
		return f, err
	case found != cfg.Binaries.Major:
		return f, fmt.Errorf("%s was written by PostgreSQL %d and the programs in %s are version %d: set PG_BIN_DIR to a PostgreSQL %d, or move the folder away",
			f.data, found, cfg.Binaries.Dir, cfg.Binaries.Major, found)
	}
	text, err := os.ReadFile(passwordFile)
	if err != nil {
		return f, fmt.Errorf("the password of the database in %s is lost: put it back into %s or move both away", f.data, passwordFile)
	}
	f.password = strings.TrimSpace(string(text))
	return f, nil
}

// dataMajor reads which version wrote a data folder; 0 when there is none yet.
func dataMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		entries, err := os.ReadDir(data)
		if err == nil && len(entries) > 0 {
			return 0, fmt.Errorf("%s is not empty and not a PostgreSQL data folder: move it away and start again", data)
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of %s: %w", data, err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s names no PostgreSQL version: move the folder away and start again", filepath.Join(data, "PG_VERSION"))
	}
	return major, nil
}

// majorsIn lists the versions that have data in dir, newest first.
func majorsIn(dir string) []int {
	var majors []int
	paths, _ := filepath.Glob(filepath.Join(dir, "pg*", "PG_VERSION"))
	for _, p := range paths {
		if major, err := dataMajor(filepath.Dir(p)); err == nil && major > 0 {
			majors = append(majors, major)
		}
	}
	slices.Sort(majors)
	slices.Reverse(majors)
	return majors
}

// initialise runs initdb into a folder of another name and renames it, so that an interrupted run leaves no half-made
// data folder behind. Data checksums are left out and nothing is synced one by one: the rename comes last.
func initialise(ctx context.Context, cfg Config, f folder, who account) error {
	draft := f.data + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return fmt.Errorf("clear %s: %w", draft, err)
	}
	if err := who.makeOwn(draft); err != nil {
		return err
	}
	password, err := who.passwordFile(cfg.Dir, f.password)
	if err != nil {
		return err
	}
	defer os.Remove(password)
	out, err := initdb(ctx, cfg, who, draft, password, "C.UTF-8")
	if err != nil && strings.Contains(out, "invalid locale name") {
		out, err = initdb(ctx, cfg, who, draft, password, "C")
	}
	if err != nil {
		_ = os.RemoveAll(draft)
		return explainInitdb(f.data, out, err)
	}
	_ = os.Remove(f.data) // an empty folder may stand there
	if err := os.Rename(draft, f.data); err != nil {
		return fmt.Errorf("make %s: %w", f.data, err)
	}
	return nil
}

func initdb(ctx context.Context, cfg Config, who account, data, password, locale string) (string, error) {
	args := []string{"-D", data, "-U", User, "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile=" + password,
		"-E", "UTF8", "--locale=" + locale, "--no-instructions", "-N"}
	cmd := exec.CommandContext(ctx, filepath.Join(cfg.Binaries.Dir, "initdb"), args...)
	cmd.SysProcAttr = who.attributes()
	cmd.Dir = cfg.Dir
	cmd.Env = environment()
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	ended, err := child.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return "", fmt.Errorf("start initdb: %w", err)
	}
	err = <-ended
	return out.String(), err
}

func explainInitdb(data, out string, err error) error {
	if strings.Contains(out, "No space left on device") {
		return fmt.Errorf("the disk that holds %s is full: free some space and start again", data)
	}
	for line := range strings.SplitSeq(out, "\n") {
		if strings.Contains(line, "error:") || strings.Contains(line, "FATAL:") {
			return fmt.Errorf("initdb could not make %s: %s", data, strings.TrimSpace(line))
		}
	}
	return fmt.Errorf("initdb could not make %s: %w", data, err)
}

func newPassword(path string) (string, error) {
	password := rand.Text()
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the database password: %w", err)
	}
	return password, nil
}

// socketDir is private to the account of the server, because a connection over the socket needs no password.
func socketDir(dir string, who account) (string, error) {
	path := filepath.Join(dir, "run")
	if len(path) > maxSocketDir {
		var err error
		if path, err = os.MkdirTemp("/tmp", temporarySocket); err != nil {
			return "", fmt.Errorf("make a folder for the database socket: %w", err)
		}
	}
	return path, who.makeOwn(path)
}

const temporarySocket = "gs-pg-"

func (s *Server) socketIsTemporary() bool {
	return strings.HasPrefix(s.socket, "/tmp/"+temporarySocket)
}

func makeDir(path string, mode os.FileMode) error {
	if err := os.MkdirAll(path, mode); err != nil {
		return fmt.Errorf("make the folder %s: %w", path, err)
	}
	return nil
}
