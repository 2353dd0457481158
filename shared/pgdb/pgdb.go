// Package pgdb opens PostgreSQL and runs transactions on it: bounded waits, retries where they are safe, commands
// that happen once, and the one mapping from the database's troubles to faults. It knows no feature.
package pgdb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The bounds of every connection. A URL that names one of the server's settings wins.
const (
	connectTimeout   = 3 * time.Second
	acquireTimeout   = 2500 * time.Millisecond // so that an exhausted pool is an answer within 3 s
	statementTimeout = "10s"
	lockTimeout      = "5s"
	idleTimeout      = "30s"
)

// Role is whom a pool's connections are, whoever logged in, so that row-level security knows what they may see of people.
type Role string

// The roles; 0027_row_security.sql makes the first two.
const (
	Site  Role = "groundswell_site" // sees people of the organisation that the transaction is for, of none outside one: see For
	Jobs  Role = "groundswell_jobs" // sees everybody: jobs and what lists them name no organisation
	Owner Role = "none"             // whoever the URL names, and so everybody where that owns the tables: to seed and test
)

// Config says which database to open.
type Config struct {
	URL      string // postgres://user:password@host:port/name?setting=value
	Role     Role
	MaxConns int    // zero: 16
	App      string // the application_name the server shows
}

// DB is a pool of connections. It is safe for concurrent use; Close releases it.
type DB struct{ *pgxpool.Pool }

// Open makes a pool. It does not wait for the database: a site starts while its database is still starting, and
// answers Unavailable until then (Ping tells). The error is a URL that cannot be read, or no role.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	config, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err)
	}
	if cfg.Role == "" {
		return nil, errors.New("a database pool needs a role")
	}
	// As a parameter of the connection it costs no round trip, and RESET and DISCARD come back to it.
	config.ConnConfig.RuntimeParams["role"] = string(cfg.Role)
	config.MaxConns = 16
	if cfg.MaxConns > 0 {
		config.MaxConns = int32(min(cfg.MaxConns, 1000))
	}
	config.MaxConnIdleTime = 5 * time.Minute
	config.MaxConnLifetime = time.Hour
	config.MaxConnLifetimeJitter = 10 * time.Minute
	config.PingTimeout = time.Second
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	config.ConnConfig.Tracer = acquireBound{}
	for name, value := range map[string]string{
		"application_name":                    cfg.App,
		"statement_timeout":                   statementTimeout,
		"lock_timeout":                        lockTimeout,
		"idle_in_transaction_session_timeout": idleTimeout,
		"timezone":                            "UTC",
	} {
		if _, set := config.ConnConfig.RuntimeParams[name]; !set && value != "" {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database pool: %w", err)
	}
	return &DB{pool}, nil
}

// acquireBound bounds the wait for a free connection, and only that: pgxpool uses the context a tracer returns for
// the acquisition alone.
type acquireBound struct{}

type cancelAcquire struct{}

// TraceAcquireStart starts the clock.
func (acquireBound) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	ctx, cancel := context.WithTimeout(ctx, acquireTimeout)
	return context.WithValue(ctx, cancelAcquire{}, cancel)
}

// TraceAcquireEnd stops it.
func (acquireBound) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	if cancel, ok := ctx.Value(cancelAcquire{}).(context.CancelFunc); ok {
		cancel()
	}
}

// TraceQueryStart does nothing; pgx asks every tracer for it.
func (acquireBound) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd does nothing.
func (acquireBound) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
