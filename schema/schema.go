// Package schema holds the database's numbered migrations and applies them. It knows no feature: each is a file.
package schema

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// Files are the SQL migrations; together with the version of River they are the whole schema.
//
//go:embed *.sql
var Files embed.FS

// riverVersion is the version of River's own tables that 0003 creates. A newer River brings a new numbered migration.
const riverVersion = 8

// Migrate brings the database at url to the newest version. It may be run by several processes at once: a session
// lock lets one work and the others wait, at most a minute. It needs a direct connection, not a transaction pooler.
func Migrate(ctx context.Context, url string) error {
	return with(ctx, url, func(provider *goose.Provider) error {
		_, err := provider.Up(ctx)
		return err
	})
}

// with runs do on the migrations of the database at url.
func with(ctx context.Context, url string, do func(*goose.Provider) error) (err error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	config.MaxConns = 4 // the lock, goose, and River's own transaction each hold one
	config.ConnConfig.RuntimeParams["application_name"] = "groundswell-migrate"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect to migrate the database: %w", err)
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := newProvider(pool, db)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if err := do(provider); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

func newProvider(pool *pgxpool.Pool, db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	river := goose.NewGoMigration(3, riverTo(pool, rivermigrate.DirectionUp, riverVersion), riverTo(pool, rivermigrate.DirectionDown, -1))
	return goose.NewProvider(goose.DialectPostgres, db, Files,
		goose.WithSessionLocker(locker),
		goose.WithGoMigrations(river),
		goose.WithDisableGlobalRegistry(true))
}

// riverTo migrates River's tables through the pool: River's driver is pgx's, goose's is database/sql.
func riverTo(pool *pgxpool.Pool, direction rivermigrate.Direction, version int) *goose.GoFunc {
	return &goose.GoFunc{RunDB: func(ctx context.Context, _ *sql.DB) error {
		migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
		if err != nil {
			return fmt.Errorf("read River's migrations: %w", err)
		}
		if _, err := migrator.Migrate(ctx, direction, &rivermigrate.MigrateOpts{TargetVersion: version}); err != nil {
			return fmt.Errorf("migrate River's tables: %w", err)
		}
		return nil
	}}
}
