//go:build unix

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// MinMajor is the oldest PostgreSQL the schema is tested with.
const MinMajor = 15

// ErrNoBinaries says that this machine has no usable PostgreSQL and names the ways out.
var ErrNoBinaries = fmt.Errorf("no PostgreSQL %d or newer was found: install it (for example `apt install postgresql`), "+
	"or set DATABASE_URL to a running server (`docker compose up -d postgres` starts one), "+
	"or set PG_BIN_DIR to the folder that holds initdb and postgres", MinMajor)

// Binaries are the programs of one PostgreSQL installation.
type Binaries struct {
	// Dir holds initdb and postgres.
	Dir string
	// Major is the version that decides the format of a data folder, 15 for 15.18.
	Major int
}

// Find returns the first usable installation: PG_BIN_DIR, /usr/lib/postgresql/*/bin (highest first), the folder
// pg_config names, PATH, Homebrew, then what CacheDir holds. A PG_BIN_DIR that does not work is an error, not skipped.
// With nothing found the error is ErrNoBinaries.
func Find(ctx context.Context) (Binaries, error) {
	all, err := installations(ctx, true)
	if err != nil {
		return Binaries{}, err
	}
	return all[0], nil
}

// FindFor is Find, but prefers an installation that can read the data already in dir, so that installing a newer
// PostgreSQL beside the old one does not hide the data.
func FindFor(ctx context.Context, dir string) (Binaries, error) {
	kept := majorsIn(dir)
	all, err := installations(ctx, len(kept) == 0)
	if err != nil {
		return Binaries{}, err
	}
	for _, major := range kept {
		for _, b := range all {
			if b.Major == major {
				return b, nil
			}
		}
	}
	return all[0], nil
}

// CacheDir is the folder for downloaded installations, pg-<version>/bin each. For root it is not in the home folder,
// which the unprivileged account of the server cannot enter.
func CacheDir() string {
	if os.Getuid() == 0 {
		return "/var/tmp/groundswell-cache"
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	return filepath.Join(base, "groundswell")
}

// installations lists the usable ones in the order of preference; only the first when firstOnly.
func installations(ctx context.Context, firstOnly bool) ([]Binaries, error) {
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	if dir := os.Getenv("PG_BIN_DIR"); dir != "" {
		b, err := chosen(ctx, dir, who)
		return []Binaries{b}, err
	}
	var found []Binaries
	for _, dir := range candidates(ctx) {
		b, err := inspect(ctx, dir, who)
		if err != nil {
			continue
		}
		found = append(found, b)
		if firstOnly {
			break
		}
	}
	if len(found) == 0 {
		return nil, ErrNoBinaries
	}
	return found, nil
}

// chosen inspects what PG_BIN_DIR names: the bin folder, or the installation that has one.
func chosen(ctx context.Context, dir string, who account) (Binaries, error) {
	b, err := inspect(ctx, dir, who)
	if err == nil {
		return b, nil
	}
	if below, errBelow := inspect(ctx, filepath.Join(dir, "bin"), who); errBelow == nil {
		return below, nil
	}
	return Binaries{}, fmt.Errorf("PG_BIN_DIR is %q, but %w", dir, err)
}

func candidates(ctx context.Context) []string {
	dirs := newestFirst("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if resolved, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(resolved))
		}
	}
	dirs = append(dirs, newestFirst("/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin")...)
	if owned(CacheDir()) {
		dirs = append(dirs, newestFirst(filepath.Join(CacheDir(), "pg-*", "bin"))...)
	}
	return dirs
}

// owned tells whether the folder is this account's own: programs in a shared temporary folder that somebody else
// made are not run.
func owned(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid() && info.Mode().Perm()&0o022 == 0
}

var digits = regexp.MustCompile(`\d+`)

// newestFirst expands each pattern, highest version number first.
func newestFirst(patterns ...string) []string {
	var all []string
	for _, pattern := range patterns {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		slices.SortFunc(dirs, func(a, b string) int { return slices.Compare(versionIn(b), versionIn(a)) })
		all = append(all, dirs...)
	}
	return all
}

func versionIn(path string) []int {
	var v []int
	for _, d := range digits.FindAllString(path, -1) {
		n, _ := strconv.Atoi(d)
		v = append(v, n)
	}
	return v
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect tells whether dir holds an installation that the account of the server can run.
func inspect(ctx context.Context, dir string, who account) (Binaries, error) {
	for _, name := range []string{"initdb", "postgres"} {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return Binaries{}, fmt.Errorf("%s is not a program", path)
		}
		if err := who.canReach(path); err != nil {
			return Binaries{}, err
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	m := versionLine.FindSubmatch(out)
	if err != nil || m == nil {
		return Binaries{}, fmt.Errorf("%s/postgres does not run", dir)
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return Binaries{}, errors.New("the version of postgres is not a number")
	}
	if major < MinMajor {
		return Binaries{}, fmt.Errorf("%s holds PostgreSQL %d, which is older than %d", dir, major, MinMajor)
	}
	return Binaries{Dir: dir, Major: major}, nil
}
