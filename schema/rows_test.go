package schema_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/schema"
	"groundswell/shared/dbtest"
)

// excuses are the columns ("table.column") whose values a migration changes on purpose, by its number: going up, and down.
// Every other value that was there stays.
func excuses() (up, down map[int64][]string) {
	return map[int64][]string{
			8: {"event_shifts.taken"}, // seats online are counted apart
		}, map[int64][]string{
			// Lines and offers are no more, and all seats count together.
			8: {"event_signups.status", "event_signups.cancelled_at", "event_shifts.taken", "event_shifts.capacity"},
		}
}

// invariant is something that is true of the rows of every version from one to before another (0: no end). Its query returns
// the ids of rows of which it is not.
type invariant struct {
	from, until int64
	what, query string
}

func invariants() []invariant {
	const seats = `(select coalesce(sum(party_size), 0) from event_signups g where g.shift_id = s.id and `
	const listed = `event_listings l join events e on e.id = l.event_id join event_shifts s on s.id = l.shift_id where `
	return []invariant{
		{1, 0, "the span of an event is that of its shifts", `select e.id from events e where (first_starts_at, last_ends_at) is distinct from
			(select (min(starts_at), max(ends_at)) from event_shifts where event_id = e.id and cancelled_at is null)`},
		{1, 8, "taken is the seats of the sign-ups", `select id from event_shifts s where taken <> ` + seats + `status = 'registered')`},
		{8, 0, "the counters of a shift are its sign-ups", `select id from event_shifts s where
			taken <> ` + seats + `status in ('registered', 'offered') and pool = 'main') or
			online_taken <> ` + seats + `status in ('registered', 'offered') and pool = 'online') or
			(waiting, online_waiting) <> (select count(*) filter (where pool = 'main'), count(*) filter (where pool = 'online')
				from event_signups where shift_id = s.id and status = 'waitlisted') or
			offers_end_at is distinct from (select min(offer_expires_at) from event_signups where shift_id = s.id and status = 'offered')`},
		{8, 0, "who takes part online in a hybrid event needs no chair, and nobody else takes a seat online", `select g.id from event_signups g
			join event_shifts s on s.id = g.shift_id join events e on e.id = s.event_id
			where (g.pool = 'online') <> (e.mode = 'hybrid' and g.attend = 'online')`},
		{5, 0, "every shift that is public is listed, and no other", `select coalesce(l.shift_id, s.id) from event_listings l
			full join (select s.id from event_shifts s join events e on e.id = s.event_id
				where e.visibility = 'public' and e.published_at is not null and e.status <> 'cancelled' and s.cancelled_at is null) s on s.id = l.shift_id
			where l.shift_id is null or s.id is null`},
		{5, 0, "a listing has the tags, the series, the times and the title", `select l.shift_id from ` + listed + `
			l.tags <> array(select tag from event_tags t where t.event_id = e.id order by tag) or l.series_id is distinct from e.series_id or
			l.title <> to_tsvector('english', e.title) or
			(s.starts_at, s.ends_at) <> (select min(starts_at), max(ends_at) from event_listings where shift_id = s.id)`},
		{5, 0, "every word of what is listed is known", `select e.id from events e, regexp_split_to_table(e.search_words, '[^[:alnum:]]+') as w (word)
			where exists (select from event_listings where event_id = e.id) and length(w.word) between 3 and 60
			and not exists (select from event_words k where k.kind = 'word' and k.word = w.word)`},
		{10, 0, "a listing says whether there is space", `select l.shift_id from ` + listed + `
			l.has_space <> ((s.capacity is null or s.taken < s.capacity) and s.waiting = 0 and not (e.mode = 'hybrid' and e.status = 'moved_online')
				or e.mode = 'hybrid' and (s.online_capacity is null or s.online_taken < s.online_capacity) and s.online_waiting = 0)`},
		{13, 0, "a listing says whether it is accessible", `select l.shift_id from ` + listed + `l.accessible <> (e.accessibility = 'accessible')`},
	}
}

// touches are changes that every version knows, so that the triggers of each run on its rows.
const touches = `
	update events set title = title || ' again', timezone = 'America/Denver', accessibility = 'accessible' where slug in ('hall', 'fair');
	update events set status = 'scheduled' where slug = 'off';
	update events set published_at = now() where slug = 'draft';
	update events set visibility = 'private' where slug = 'moved';
	update event_shifts set starts_at = starts_at - interval '1 hour', taken = capacity where taken < capacity and not exists (select from event_signups where shift_id = event_shifts.id);
	update event_shifts set taken = 0 where not exists (select from event_signups where shift_id = event_shifts.id);
	update event_shifts set cancelled_at = now() where cancelled_at is null and ends_at - starts_at > interval '36 hours';
	update event_shifts set cancelled_at = null where cancelled_at is not null;
	insert into event_shifts (id, org_id, event_id, starts_at, ends_at) select gen_random_uuid(), org_id, id, '2027-03-13 12:00Z', '2027-03-16 12:00Z' from events;
	delete from event_shifts s where not exists (select from event_signups where shift_id = s.id) and id < pg_temp.id(299);`

// old is a database that grows version by version, with rows that every version left behind.
type old struct {
	t        *testing.T
	url      string
	conn     *pgx.Conn
	version  int64
	versions []int64
	shapes   map[int64][]string // of the schema, as it was on the way up
}

// Every migration finds rows that the versions before it wrote: testdata/NNNN.sql holds what version NNNN brought. On the way up
// to the newest nothing is lost and what is derived is right. Then each is taken back and done again, down to nothing.
func TestMigrationsKeepTheRowsOfOlderVersions(t *testing.T) {
	t.Parallel()
	o := open(t)
	up, down := excuses()
	for i := range o.versions {
		o.step(i, false, up)
		o.fill()
		o.check("with the rows of its own")
	}
	o.everyTableHasRows()
	for i := len(o.versions) - 1; i >= 0; i-- {
		o.step(i, true, down)
		o.step(i, false, up)
		o.step(i, true, down)
	}
	for i := range o.versions {
		o.step(i, false, up)
	}
}

func open(t *testing.T) *old {
	t.Helper()
	o := &old{t: t, url: dbtest.Empty(t), shapes: map[int64][]string{}}
	config, err := pgx.ParseConfig(o.url)
	require.NoError(t, err)
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol // a plan would be of the version before
	o.conn, err = pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = o.conn.Close(context.Background()) })
	_, err = o.conn.Exec(t.Context(), `create function pg_temp.id(n bigint) returns uuid language sql as $$ select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$`)
	require.NoError(t, err)
	o.versions, err = schema.Versions(t.Context(), o.url)
	require.NoError(t, err)
	o.shapes[0] = o.shape()
	return o
}

// step goes up to the i-th version or down from it, and checks the rows and the schema.
func (o *old) step(i int, down bool, excused map[int64][]string) {
	o.t.Helper()
	number, from, to := o.versions[i], o.version, o.versions[i]
	if down {
		if to = 0; i > 0 {
			to = o.versions[i-1]
		}
	}
	before := o.rows()
	require.NoError(o.t, schema.Step(o.t.Context(), o.url, down), "from version %d to %d", from, to)
	o.version = to
	way := fmt.Sprintf("from version %d to %d", from, to)
	if shape, seen := o.shapes[to]; seen {
		require.Equal(o.t, shape, o.shape(), "%s: the schema is that of the version", way)
	} else {
		o.shapes[to] = o.shape()
	}
	after := o.rows()
	for table, rows := range before {
		if down && after[table] == nil { // the version brought it
			continue
		}
		for key, row := range rows {
			require.Contains(o.t, after[table], key, "%s: a row of %s is lost", way, table)
			for column, value := range row {
				is, there := after[table][key][column]
				if name := table + "." + column; slices.Contains(excused[number], name) || down && !there {
					continue
				}
				require.True(o.t, there, "%s: %s.%s is lost", way, table, column)
				require.Equal(o.t, value, is, "%s: %s.%s of %s", way, table, column, key)
			}
		}
	}
	o.check(way)
}

// fill adds the rows of the version.
func (o *old) fill() {
	o.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/%04d.sql", o.version))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	require.NoError(o.t, err)
	_, err = o.conn.Exec(o.t.Context(), string(text))
	require.NoError(o.t, err, "fill version %d", o.version)
}

// everyTableHasRows asks for testdata of whatever version brings a table.
func (o *old) everyTableHasRows() {
	o.t.Helper()
	for table, rows := range o.rows() {
		require.NotEmpty(o.t, rows, "no testdata/NNNN.sql puts a row into %s: add one for the version that brought it", table)
	}
}

// check holds the invariants of the version to its rows, as they are, after changes that run its triggers, and after all
// that is derived was derived afresh.
func (o *old) check(when string) {
	o.t.Helper()
	if o.version == 0 {
		return
	}
	o.hold(when)
	defer o.exec(`rollback`)
	if o.version >= 5 {
		o.exec(`begin; create temp table kept on commit drop as select to_jsonb(l) as row from event_listings l;
			delete from event_listings; select list_events(array(select id from events))`)
		require.Empty(o.t, o.list(`with fresh as (select to_jsonb(l) from event_listings l) (table kept except table fresh) union all (table fresh except table kept)`), "%s: event_listings is what it would be if made afresh", when)
		o.exec(`rollback`)
	}
	o.exec(`begin;` + touches)
	o.hold(when + ", and changes")
}

func (o *old) hold(when string) {
	o.t.Helper()
	for _, i := range invariants() {
		if o.version >= i.from && (i.until == 0 || o.version < i.until) {
			require.Empty(o.t, o.list(i.query), "%s: %s", when, i.what)
		}
	}
}

// rows are those of every table but River's queues and what is derived, by table, key and column.
func (o *old) rows() map[string]map[string]map[string]any {
	o.t.Helper()
	all := map[string]map[string]map[string]any{}
	for _, table := range o.list(`select tablename from pg_tables where schemaname = 'public'
		and tablename not in ('goose_db_version', 'event_listings', 'event_words') and (tablename not like 'river%' or tablename = 'river_job') order by 1`) {
		all[table] = map[string]map[string]any{}
		key := o.list(`select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
			where i.indisprimary and i.indrelid = '` + table + `'::regclass order by a.attname`)
		require.NotEmpty(o.t, key, "%s has no key", table)
		for _, text := range o.list(`select to_jsonb(t) from ` + table + ` t`) {
			var row map[string]any
			require.NoError(o.t, json.Unmarshal([]byte(text), &row))
			var id []string
			for _, column := range key {
				id = append(id, fmt.Sprint(row[column]))
			}
			all[table][strings.Join(id, " ")] = row
		}
	}
	return all
}

// shape is all that the schema has, but for the order of columns and what extensions bring.
func (o *old) shape() []string {
	o.t.Helper()
	return o.list(`
		select 'column ' || c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable || ' ' || coalesce(c.column_default, '') || coalesce(c.generation_expression, '')
			from information_schema.columns c where table_schema = 'public' and table_name <> 'goose_db_version'
		union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
			where connamespace = 'public'::regnamespace and conrelid <> 0 and conrelid::regclass::text <> 'goose_db_version'
		union all select indexdef from pg_indexes where schemaname = 'public' and tablename <> 'goose_db_version'
		union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
		union all select 'row security ' || relname || ' ' || relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity
		union all select 'policy ' || tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text || ' ' || qual from pg_policies where schemaname = 'public'
		union all select 'may ' || c.relname || ' ' || a.grantee::regrole || ' ' || a.privilege_type from pg_class c, aclexplode(c.relacl) a
			where c.relnamespace = 'public'::regnamespace and c.relname <> 'goose_db_version' and a.grantee <> 0 and a.grantee::regrole::text like 'groundswell\_%'
		union all select 'view ' || viewname || ' ' || definition from pg_views where schemaname = 'public'
		union all select pg_get_functiondef(p.oid) from pg_proc p where pronamespace = 'public'::regnamespace
			and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
		order by 1`)
}

func (o *old) exec(sql string) {
	o.t.Helper()
	_, err := o.conn.Exec(o.t.Context(), sql)
	require.NoError(o.t, err, "version %d: %s", o.version, sql)
}

// list is a query's rows, each as its one column or as PostgreSQL writes a row.
func (o *old) list(query string) []string {
	o.t.Helper()
	rows, err := o.conn.Query(o.t.Context(), query)
	require.NoError(o.t, err, "version %d: %s", o.version, query)
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		raw := row.RawValues()
		texts := make([]string, len(raw)) // the simple protocol sends text
		for i, value := range raw {
			texts[i] = string(value)
		}
		return strings.Join(texts, " "), nil
	})
	require.NoError(o.t, err, "version %d: %s", o.version, query)
	return all
}
