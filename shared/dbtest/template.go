//go:build unix

package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"groundswell/schema"
)

const (
	testPrefix     = "gs_test_"
	templatePrefix = "gs_template_"
	// templateLock is the advisory lock under which one process migrates while the others wait.
	templateLock = 7_350_117
)

// template returns the name of the migrated database that tests copy, making it if this schema has none yet. It is
// built under another name and renamed, so that a half-made one is never copied.
func template(ctx context.Context, admin *pgxpool.Pool) (string, error) {
	version, err := schemaVersion()
	if err != nil {
		return "", err
	}
	name := templatePrefix + version
	c, err := admin.Acquire(ctx)
	if err != nil {
		return "", fmt.Errorf("connect to the test server: %w", err)
	}
	defer c.Release()
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return "", fmt.Errorf("wait for the template database: %w", err)
	}
	defer func() { _, _ = c.Exec(ctx, "SELECT pg_advisory_unlock($1)", templateLock) }()
	var exists bool
	if err := c.QueryRow(ctx, "SELECT exists(SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		return "", fmt.Errorf("look for the template database: %w", err)
	}
	if exists {
		return name, nil
	}
	sweep(ctx, c)
	return name, build(ctx, c, name)
}

func build(ctx context.Context, c *pgxpool.Conn, name string) error {
	draft := name + "_new"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + quote(draft) + " WITH (FORCE)", "CREATE DATABASE " + quote(draft)} {
		if _, err := c.Exec(ctx, sql); err != nil {
			return fmt.Errorf("create the template database: %w", err)
		}
	}
	if err := schema.Migrate(ctx, withDatabase(c.Conn().Config().ConnString(), draft)); err != nil {
		return fmt.Errorf("migrate the template database: %w", err)
	}
	if _, err := c.Exec(ctx, "ALTER DATABASE "+quote(draft)+" RENAME TO "+quote(name)); err != nil {
		return fmt.Errorf("finish the template database: %w", err)
	}
	return nil
}

// sweep drops what killed test processes left on a lasting server more than a day ago. Failures are left for the next.
func sweep(ctx context.Context, c *pgxpool.Conn) {
	rows, err := c.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", testPrefix)
	if err != nil {
		return
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return
	}
	for _, name := range names {
		stamp, _, _ := strings.Cut(strings.TrimPrefix(name, testPrefix), "_")
		made, err := strconv.ParseInt(stamp, 10, 64)
		if err == nil && time.Since(time.Unix(made, 0)) > 24*time.Hour {
			_, _ = c.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)")
		}
	}
}

// schemaVersion names the schema by its content: the migration files, and the version of River for its own tables.
func schemaVersion() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(schema.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(schema.Files, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the migrations: %w", err)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/riverqueue/river" {
				fmt.Fprintln(h, m.Version)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}
