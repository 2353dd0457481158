//go:build unix

package dbtest_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
)

func TestNew_isMigratedAndAlone(t *testing.T) {
	t.Parallel()
	for i := range 6 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			db := dbtest.New(t)
			var tables int
			require.NoError(t, db.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE tablename IN ('goose_db_version', 'river_job')").Scan(&tables))
			require.Equal(t, 2, tables)
			_, err := db.Exec(t.Context(), "CREATE TABLE mine (n int)")
			require.NoError(t, err, "another test's table is here")
		})
	}
}

func TestURL_isTheDatabaseOfNew(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	c, err := pgx.Connect(t.Context(), dbtest.URL(t))
	require.NoError(t, err)
	defer c.Close(t.Context())
	var a, b string
	require.NoError(t, db.QueryRow(t.Context(), "SELECT current_database()").Scan(&a))
	require.NoError(t, c.QueryRow(t.Context(), "SELECT current_database()").Scan(&b))
	require.Equal(t, a, b)
}

func TestNew_dropsItsDatabase(t *testing.T) { //nolint:tparallel // the use must end first
	t.Parallel()
	var name string
	t.Run("uses", func(t *testing.T) {
		require.NoError(t, dbtest.New(t).QueryRow(t.Context(), "SELECT current_database()").Scan(&name))
	})
	var left int
	require.NoError(t, dbtest.New(t).QueryRow(t.Context(), "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&left))
	require.Zero(t, left)
}

func TestEmpty_hasNoTables(t *testing.T) {
	t.Parallel()
	c, err := pgx.Connect(t.Context(), dbtest.Empty(t))
	require.NoError(t, err)
	defer c.Close(t.Context())
	var tables int
	require.NoError(t, c.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables))
	require.Zero(t, tables)
}
