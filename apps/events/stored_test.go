//go:build !js

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"groundswell/shared/pgdb"
)

// stored looks at all that a database holds: every row of every table, the jobs' among them, without exception. Rate limits are
// not there, they are Redis's; idempotency keys are, and a refused request without a key leaves none.
type stored struct {
	db     *pgdb.DB
	tables []string
	print  string // the query of what
}

func newStored(t *testing.T, db *pgdb.DB) *stored {
	t.Helper()
	rows, err := db.Query(t.Context(), `select table_name::text from information_schema.tables
		where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`)
	require.NoError(t, err)
	defer rows.Close()
	s := &stored{db: db}
	var parts []string
	for rows.Next() {
		var table string
		require.NoError(t, rows.Scan(&table))
		s.tables = append(s.tables, table)
		parts = append(parts, fmt.Sprintf(`'%[1]s', (select count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)), 0) from %[1]q t)`, table))
	}
	require.NoError(t, rows.Err())
	require.Greater(t, len(s.tables), 20)
	s.print = "select jsonb_build_object(" + strings.Join(parts, ", ") + ")"
	return s
}

// what is a fingerprint of each table.
func (s *stored) what(ctx context.Context, t require.TestingT) map[string]string {
	var tables map[string]string
	require.NoError(t, s.db.QueryRow(ctx, s.print).Scan(&tables))
	return tables
}

func TestTheFingerprintSeesOneValueChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := newStored(t, b.db)
	before := s.what(t.Context(), t)
	require.Equal(t, before, s.what(t.Context(), t))
	_, err := b.db.Exec(t.Context(), `update contacts set phone = '1' where email = 'joan@example.org'`)
	require.NoError(t, err)
	after := s.what(t.Context(), t)
	require.NotEqual(t, before["contacts"], after["contacts"])
	delete(before, "contacts")
	delete(after, "contacts")
	require.Equal(t, before, after)
}

// Bounds of what a person typed, in characters.
func bounds() map[string]int {
	return map[string]int{"given_name": 100, "family_name": 100, "email": 254, "phone": 40, "postal_code": 12, "note": 2000, "comment": 2000,
		"utm_campaign": 100, "utm_content": 100, "utm_medium": 100, "utm_source": 100, "utm_term": 100, "referrer": 300}
}

// requireLegal fails for a stored text that nobody could read or that would turn the text around it, and for one that is too long.
func (s *stored) requireLegal(ctx context.Context, t require.TestingT) {
	for _, table := range s.tables {
		var all json.RawMessage
		require.NoError(t, s.db.QueryRow(ctx, fmt.Sprintf(`select coalesce(jsonb_agg(to_jsonb(t)), '[]') from %q t`, table)).Scan(&all))
		var rows []any
		require.NoError(t, json.Unmarshal(all, &rows))
		for _, row := range rows {
			requireLegalValue(t, table, "", row)
		}
	}
}

func requireLegalValue(t require.TestingT, table, column string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			requireLegalValue(t, table, name, v[name])
		}
	case []any:
		for _, inner := range v {
			requireLegalValue(t, table, column, inner)
		}
	case string:
		breaks := !slices.Contains([]string{"given_name", "family_name", "email", "phone", "postal_code"}, column)
		require.True(t, legible(v, breaks), "%s.%s holds %q", table, column, v)
		if most := bounds()[column]; most > 0 {
			require.LessOrEqual(t, utf8.RuneCountInString(v), most, "%s.%s", table, column)
		}
	}
}

// legible is written apart from the product's rule, which it judges.
func legible(s string, breaks bool) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		if r == '\n' || r == '\r' || r == '\t' {
			return !breaks
		}
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c' || r == '\u2028' || r == '\u2029'
	})
}
