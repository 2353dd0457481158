package schema_test

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/schema"
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
)

func TestSeveralProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = schema.Migrate(t.Context(), url) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.NoError(t, schema.Migrate(t.Context(), url), "again is nothing")
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: url, Role: pgdb.Owner})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	var tables int
	require.NoError(t, db.QueryRow(t.Context(), `select count(*) from pg_tables where tablename in ('events', 'river_job')`).Scan(&tables))
	require.Equal(t, 2, tables)
}

func TestMigrateSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, schema.Migrate(t.Context(), "postgres://%%%"), "read the database URL")
	require.ErrorContains(t, schema.Migrate(t.Context(), "postgres://nobody@127.0.0.1:1/nothing"), "migrate the database")
}

// A row of one tenant that points at a row of another is a leak: the key carries the tenant.
func TestTenantsAreInEveryForeignKey(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	rows, err := db.Query(t.Context(), `
		select c.conrelid::regclass || ' -> ' || c.confrelid::regclass from pg_constraint c
		where c.contype = 'f' and c.confrelid <> 'organizations'::regclass and cardinality(c.conkey) = 1
			and exists (select from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'org_id')
			and exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'org_id')`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var key string
		require.NoError(t, rows.Scan(&key))
		t.Errorf("%s is by id alone", key)
	}
	require.NoError(t, rows.Err())
}

func TestMigrationsAreNumberedAndCanBeUndone(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(schema.Files, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		require.Regexp(t, `^\d{4}_[a-z_]+\.sql$`, name)
		text, err := fs.ReadFile(schema.Files, name)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(text), "-- +goose Up"), name)
		require.Equal(t, 1, strings.Count(string(text), "-- +goose Down"), name)
	}
}
