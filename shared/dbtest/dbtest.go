//go:build unix

// Package dbtest gives every test a PostgreSQL database of its own, migrated. The databases are copies of one
// template in one throw-away server, which all test processes of this account share and which ends by itself when
// none of them is left. Only tests import it.
package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"groundswell/shared/pgdb"
)

// poolSize is enough for a race of many in one test, and few enough for many tests at once.
const poolSize = 8

// patience bounds one administrative step: on a busy machine a first start takes some ten seconds.
const patience = 2 * time.Minute

// New returns a pool on this test's own database: migrated, empty of rows, dropped when the test ends. It may see and do
// everything, for what a test puts there and looks up itself. The server is TEST_DATABASE_URL or DATABASE_URL if set (the
// account needs CREATEDB and CREATEROLE; the database named there is not touched), else one started for the occasion.
func New(t testing.TB) *pgdb.DB {
	t.Helper()
	return As(t, pgdb.Owner)
}

// As is another pool on the database of New, for the service under test: it may do what the role may.
func As(t testing.TB, role pgdb.Role) *pgdb.DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	db, err := pgdb.Open(ctx, pgdb.Config{URL: URL(t), Role: role, MaxConns: poolSize, App: "dbtest"})
	if err != nil {
		t.Fatalf("dbtest: open the test's database: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

// URL is the address of this test's own database, the one New opens; it is made at the first call of either.
func URL(t testing.TB) string {
	t.Helper()
	return theServer().databaseOf(t, true)
}

// Empty is the address of a database of its own with nothing in it, not even the schema.
func Empty(t testing.TB) string {
	t.Helper()
	return theServer().databaseOf(t, false)
}

// theServer is the connection of this test process to the shared server.
var theServer = sync.OnceValue(func() *server { return &server{databases: map[owner]string{}} })

// server makes and drops databases.
type server struct {
	connect sync.Once
	err     error
	lease   lease
	admin   *pgxpool.Pool
	source  string // the template's name

	mu        sync.Mutex
	made      int
	databases map[owner]string
}

// owner is one database of one test.
type owner struct {
	t        testing.TB
	migrated bool
}

func (s *server) databaseOf(t testing.TB, migrated bool) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.connect.Do(func() { s.err = s.open(ctx) })
	if s.err != nil {
		t.Fatalf("dbtest: %v", s.err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := owner{t, migrated}
	if at, ok := s.databases[key]; ok {
		return at
	}
	s.made++
	name := fmt.Sprintf("%s%d_%d_%d", testPrefix, time.Now().Unix(), os.Getpid(), s.made)
	if err := s.create(ctx, name, migrated); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	s.databases[key] = withDatabase(s.admin.Config().ConnString(), name)
	t.Cleanup(func() { s.drop(t, key, name) })
	return s.databases[key]
}

// open finds the server and the template.
func (s *server) open(ctx context.Context) error {
	var err error
	if s.lease, err = rent(ctx); err != nil {
		return err
	}
	config, err := pgxpool.ParseConfig(s.lease.at)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	config.MaxConns = 2
	if s.admin, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return fmt.Errorf("connect to the test server: %w", err)
	}
	s.source, err = template(ctx, s.admin)
	return err
}

// create copies the template, or makes an empty database. Copying files is the faster way on servers that know it (15
// and later); older ones copy files anyway.
func (s *server) create(ctx context.Context, name string, migrated bool) error {
	sql := "CREATE DATABASE " + quote(name)
	if migrated {
		sql += " TEMPLATE " + quote(s.source)
	}
	_, err := s.admin.Exec(ctx, sql+" STRATEGY FILE_COPY")
	if unknownOption(err) {
		_, err = s.admin.Exec(ctx, sql)
	}
	if err != nil {
		return fmt.Errorf("create the test's database: %w", err)
	}
	return nil
}

func (s *server) drop(t testing.TB, key owner, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.mu.Lock()
	delete(s.databases, key)
	s.mu.Unlock()
	if _, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil {
		t.Errorf("dbtest: drop the test's database: %v", err)
	}
}

// rent names the server of the environment, else takes a lease of the shared one.
func rent(ctx context.Context) (lease, error) {
	for _, name := range []string{"TEST_DATABASE_URL", "DATABASE_URL"} {
		if at := os.Getenv(name); at != "" {
			return lease{at: at}, nil
		}
	}
	return sharedServer(ctx)
}

// withDatabase is the same server, another database.
func withDatabase(at, name string) string {
	u, err := url.Parse(at)
	if err != nil || u.Scheme == "" {
		// The keyword form: the last word of a key wins.
		return at + " dbname=" + name
	}
	u.Path = "/" + name
	return u.String()
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// unknownOption tells the answer of a server older than 15 to STRATEGY.
func unknownOption(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "42601" && strings.Contains(err.Error(), "strategy")
}
