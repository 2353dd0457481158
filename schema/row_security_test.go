package schema_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"groundswell/schema"
	"groundswell/shared/dbtest"
	"groundswell/shared/pgdb"
	"groundswell/shared/pgserver"
)

// unprotected are the tables of organisations without row-level security, and why.
func unprotected() map[string]string {
	const public = "public pages read it across organisations"
	return map[string]string{
		"events": public + "; who hosts one is in volunteer_hosts", "event_shifts": public, "event_series": public, "event_tags": public, "event_listings": public,
		"event_listed_words": public, "event_questions": public, "event_hosts": public, "media_assets": public, "embed_origins": public,
		"event_changes":   "what an organiser says to everybody who is signed up",
		"event_reminders": "names a shift and nobody",
	}
}

// A table that is new stands in neither, until somebody decided: call protect('it') in its migration, or say here why not.
func TestEveryTableOfOrganisationsIsUnderRowSecurityOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	tables := list(t, db, `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`)
	protected := protected(t, db)
	excused := slices.Sorted(maps.Keys(unprotected()))
	require.NotEmpty(t, protected)
	require.Equal(t, tables, slices.Sorted(slices.Values(slices.Concat(protected, excused))))
	for _, role := range []pgdb.Role{pgdb.Site, pgdb.Jobs} {
		require.Equal(t, protected, list(t, db, `select distinct tablename from pg_policies where schemaname = 'public' and roles = array[$1]::name[] and cmd = 'ALL' and permissive = 'PERMISSIVE'`, role))
	}
	require.Empty(t, list(t, db, `select tablename || ': ' || policyname from pg_policies where roles <> '{groundswell_jobs}' and qual not like '%current_organization()%' and tablename <> 'suppressions'`))
}

// Row security stops nobody who owns the tables or may bypass it, and nothing that runs as their owner.
func TestNothingLeadsAroundRowSecurity(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	require.Equal(t, []string{"groundswell_jobs", "groundswell_site"}, list(t, db, `select rolname from pg_roles r where rolname like 'groundswell\_%'
		and not rolsuper and not rolbypassrls and not rolcanlogin and not rolcreaterole
		and not exists (select from pg_class c where c.relowner = r.oid) and not exists (select from pg_proc p where p.proowner = r.oid)`))
	require.Empty(t, list(t, db, `select distinct v.relname from pg_class v join pg_rewrite w on w.ev_class = v.oid
		join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid join pg_class c on c.oid = d.refobjid
		where v.relkind in ('v', 'm') and c.relrowsecurity and not coalesce(v.reloptions @> '{security_invoker=true}', false)`), "views that read people as their owner: make them with (security_invoker = true)")
	require.Equal(t, []string{"delivery_organization", "public_host", "signup_organization", "signups_of"}, list(t, db, `select proname from pg_proc
		where pronamespace = 'public'::regnamespace and prosecdef and 'search_path=public, pg_temp' = any(proconfig) and not has_function_privilege('public', oid, 'execute')`),
		"functions that run as their owner: each is reviewed, and listed here")
	require.Len(t, list(t, db, `select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`), 4)
}

// two are organisations of which every table with people has rows.
func two(t *testing.T, db *pgdb.DB) (mine, theirs tenant) {
	t.Helper()
	mine, theirs = newTenant(t, db, "mine"), newTenant(t, db, "theirs")
	for _, table := range protected(t, db) {
		require.GreaterOrEqual(t, len(list(t, db, `select distinct org_id::text from `+table+` where org_id is not null`)), 2, "newTenant puts no row into %s", table)
	}
	return mine, theirs
}

// tenant are the ids of an organisation's rows.
type tenant struct{ org, event, shift, contact, signup uuid.UUID }

func newTenant(t *testing.T, db *pgdb.DB, slug string) tenant {
	t.Helper()
	made := tenant{uuid.New(), uuid.New(), uuid.New(), uuid.New(), uuid.New()}
	args := pgx.NamedArgs{"slug": slug, "org": made.org, "event": made.event, "shift": made.shift, "contact": made.contact, "signup": made.signup}
	for _, sql := range []string{
		`insert into organizations (id, slug, name) values (@org, @slug, @slug)`,
		`insert into events (id, org_id, org_name, slug, title, timezone, approval_status) values (@event, @org, @slug, @slug, 'Talk', 'UTC', 'needs_approval')`,
		`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, taken) values (@shift, @org, @event, now(), now() + interval '1 hour', 1)`,
		`insert into contacts (id, org_id, email) values (@contact, @org, 'ada@example.org')`,
		`insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, details_at)
			values (@signup, @org, @shift, @contact, 'in_person', 1, 'Ada', 'Lee', 'ada@example.org', now())`,
		`insert into event_feedback (signup_id, org_id, stars, created_at, updated_at) values (@signup, @org, 5, now(), now())`,
		`insert into volunteer_hosts (event_id, org_id, given_name, family_name, email, mailed_at, asked_at, verified_at) values (@event, @org, 'Ada', 'Lee', 'ada@example.org', now(), now(), now())`,
		`insert into consents (id, org_id, contact_id, channel, address, address_hash, status, method, wording, created_at)
			values (gen_random_uuid(), @org, @contact, 'sms', '+12165550123', sha256('+12165550123'), 'opt_in', 'form', 'Text me.', now())`,
		`insert into deliveries (id, org_id, key, kind, recipient, message_id, created_at, updated_at) values (gen_random_uuid(), @org, 'key', 'mail', 'ada@example.org', 'id', now(), now())`,
		`insert into suppressions (id, org_id, address_hash, reason, created_at) values (gen_random_uuid(), @org, sha256('ada@example.org'), 'unsubscribed', now())`,
		`insert into opt_outs (org_id, scope, address_hash, created_at) values (@org, 'reminders', sha256('ada@example.org'), now())`,
	} {
		_, err := db.Exec(t.Context(), sql, args)
		require.NoError(t, err, sql)
	}
	return made
}

// Attack A2: somebody forgot the where.
func TestAQueryWithoutWhereFindsPeopleOfTheTransactionsOrganisationOnly(t *testing.T) {
	t.Parallel()
	owner, site := dbtest.New(t), as(t, pgdb.Site)
	mine, theirs := two(t, owner)
	for _, table := range protected(t, owner) {
		found := func(q interface {
			Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
		}) []string {
			return list(t, q, `select distinct org_id::text from `+table)
		}
		require.Empty(t, found(site), table)
		require.NoError(t, site.TxFor(t.Context(), mine.org, func(tx pgx.Tx) error {
			require.Equal(t, []string{mine.org.String()}, found(tx), table)
			return nil
		}), table)
		require.Empty(t, found(site), "%s: nothing is left on the connection", table)
		require.Empty(t, list(t, site, `select nullif(current_setting('app.org_id', true), '')`))

		var row string
		require.NoError(t, owner.QueryRow(t.Context(), `select to_jsonb(t) from `+table+` t where org_id = $1`, theirs.org).Scan(&row))
		for _, write := range []string{`insert into ` + table + ` select (jsonb_populate_record(null::` + table + `, $1)).*`, `update ` + table + ` set org_id = (jsonb_populate_record(null::` + table + `, $1)).org_id`} {
			err := site.TxFor(t.Context(), mine.org, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), write, row)
				return err
			})
			require.ErrorContains(t, err, "new row violates row-level security policy", "%s: %s", table, write)
		}
		for _, write := range []string{`delete from ` + table + ` where org_id = $1`, `update ` + table + ` set org_id = org_id where org_id = $1`} {
			require.Zero(t, affected(t, site, mine.org, write, theirs.org), "%s: %s", table, write)
		}
	}
	for range 2 { // a connection that failed in between is as clean
		require.Error(t, site.TxFor(t.Context(), mine.org, func(tx pgx.Tx) error { return errors.New("no") }))
		require.Empty(t, list(t, site, `select id::text from contacts`))
	}
}

// What bounced for everybody holds for everybody, and a site changes none of it.
func TestASuppressionOfEveryOrganisationIsSeenAndNotTouched(t *testing.T) {
	t.Parallel()
	owner, site := dbtest.New(t), as(t, pgdb.Site)
	mine := newTenant(t, owner, "mine")
	_, err := owner.Exec(t.Context(), `insert into suppressions (id, address_hash, reason, created_at) values (gen_random_uuid(), 'x', 'bounced', now())`)
	require.NoError(t, err)
	require.Equal(t, []string{"bounced"}, list(t, site, `select reason from suppressions`))
	require.Zero(t, affected(t, site, mine.org, `delete from suppressions where org_id is null`))
	require.Zero(t, affected(t, site, mine.org, `update suppressions set reason = 'complained' where org_id is null`))
}

func TestJobsMeetEverybody(t *testing.T) {
	t.Parallel()
	owner, jobs := dbtest.New(t), as(t, pgdb.Jobs)
	two(t, owner)
	for _, table := range protected(t, owner) {
		require.Equal(t, list(t, owner, `select to_jsonb(t)::text from `+table+` t`), list(t, jobs, `select to_jsonb(t)::text from `+table+` t`), table)
	}
}

// The same attack on our own queries: what names its organisation does so no more, and its other arguments are rows of another.
func TestQueriesThatLostTheirOrganisationAreHarmless(t *testing.T) {
	t.Parallel()
	owner, site := dbtest.New(t), as(t, pgdb.Site)
	_, theirs := two(t, owner)
	other := uuid.New() // of whom there is nobody
	args := pgx.NamedArgs{
		"event_id": theirs.event, "id": theirs.signup, "signup_id": theirs.signup, "ids": []uuid.UUID{theirs.signup}, "after": uuid.Nil, "most": 10, "now": "2026-11-27",
		"attended": true, "email": "ada@example.org", "address": "ada@example.org", "scope": "reminders", "key": "key", "title": "Talk", "starts_at": nil, "note": "No",
	}
	queries := read(t)
	for _, name := range []string{
		"ListSignups", "ExportSignups", "LockSignupsToMark", "MarkAttendance", "GetFeedback", "TouchSignupDetails", "TouchHostMail", "ListHostingsToReview",
		"OptIn", "LockDelivery",
	} {
		mutant := forgotten.ReplaceAllString(queries[name], "true")
		require.NotEqual(t, queries[name], mutant, "%s has no org_id to forget", name)
		mutant = strings.ReplaceAll(mutant, "sqlc.narg('attended')", "@attended")
		require.Zero(t, affected(t, site, other, mutant, args), "%s without its organisation, on a site", name)
		require.Positive(t, affected(t, owner, other, mutant, args), "%s without its organisation would have found them: %s", name, mutant)
	}
}

// forgotten is the condition that row security is the net under.
var forgotten = regexp.MustCompile(`(\w+\.)?org_id = @org_id(::uuid)?`)

// read returns the statements of queries/ by their names.
func read(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../queries/*.sql")
	require.NoError(t, err)
	queries := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, one := range strings.Split(string(text), "-- name: ")[1:] {
			name, _, _ := strings.Cut(one, " ")
			_, queries[name], _ = strings.Cut(one, "\n")
		}
	}
	return queries
}

// The one who migrates need not be a superuser: the database tells in words what is missing, and with that one account does all.
func TestAPlainAccountMigratesOnceItIsAMember(t *testing.T) {
	t.Parallel()
	admin := dbtest.New(t) // which made the roles
	plain := fmt.Sprintf("plain_%d", os.Getpid())
	exec := func(db interface {
		Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	}, sql string) {
		_, err := db.Exec(context.Background(), sql)
		require.NoError(t, err, sql)
	}
	exec(admin, `create role `+plain+` login password 'plain'`)
	exec(admin, `create role `+plain+`_site login password 'plain' in role groundswell_site`)
	t.Cleanup(func() { // when its database is gone
		conn, err := pgx.Connect(context.Background(), dbtest.URL(t))
		require.NoError(t, err)
		exec(conn, `drop role `+plain+`, `+plain+`_site`)
		require.NoError(t, conn.Close(context.Background()))
	})
	config, err := pgx.ParseConfig(dbtest.Empty(t))
	require.NoError(t, err)
	exec(admin, `alter database `+config.Database+` owner to `+plain)
	at := fmt.Sprintf("host=%s port=%d dbname=%s user=%s password=plain", config.Host, config.Port, config.Database, plain)

	err = schema.Migrate(t.Context(), at)
	require.ErrorContains(t, err, "Let an administrator of the server say once: create role groundswell_site; create role groundswell_jobs;")
	_, statements, _ := strings.Cut(err.Error(), "groundswell_jobs; ")
	grant, _, _ := strings.Cut(statements, ";")
	exec(admin, grant)
	require.NoError(t, schema.Migrate(t.Context(), at))

	owner, err := pgdb.Open(t.Context(), pgdb.Config{URL: at, Role: pgdb.Owner, MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(owner.Close)
	site, err := pgdb.Open(t.Context(), pgdb.Config{URL: at, Role: pgdb.Site, MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(site.Close)
	mine, theirs := two(t, owner)
	require.Empty(t, list(t, site, `select id::text from event_signups`))
	require.Equal(t, []string{theirs.org.String()}, list(t, site, `select signup_organization($1)::text`, theirs.signup))

	wall, err := pgdb.Open(t.Context(), pgdb.Config{URL: strings.Replace(at, plain, plain+"_site", 1), Role: pgdb.Owner, MaxConns: 1}) // as through a pooler that loses the role
	require.NoError(t, err)
	t.Cleanup(wall.Close)
	require.Empty(t, list(t, wall, `select id::text from event_signups`))
	require.Equal(t, []string{"mine", "theirs"}, list(t, wall, `select slug from organizations`))

	require.NoError(t, site.TxFor(t.Context(), mine.org, func(tx pgx.Tx) error {
		require.Equal(t, []string{mine.signup.String()}, list(t, tx, `select id::text from event_signups`))
		return nil
	}))
}

// Roles are of the whole server: databases of it that are migrated at the same moment make them once.
func TestDatabasesOfOneServerMigrateAtOnce(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/var/tmp", "groundswell-schema-") // t.TempDir cannot be entered by the server's account when root runs the tests
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	server, err := pgserver.Start(t.Context(), pgserver.Config{Dir: dir, Fast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.Background())) })
	admin, err := pgx.Connect(t.Context(), server.SocketURL("postgres"))
	require.NoError(t, err)
	_, err = admin.Exec(t.Context(), `create role maker login password 'maker' createrole`)
	require.NoError(t, err)
	errs := make([]error, 3)
	var wg sync.WaitGroup
	for i := range errs {
		_, err = admin.Exec(t.Context(), fmt.Sprintf(`create database d%d owner maker`, i))
		require.NoError(t, err)
	}
	for i := range errs {
		at, err := url.Parse(server.URL(fmt.Sprintf("d%d", i)))
		require.NoError(t, err)
		at.User = url.UserPassword("maker", "maker")
		wg.Go(func() { errs[i] = schema.Migrate(t.Context(), at.String()) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.NoError(t, admin.Close(context.Background()))
}

// as is one connection that acts as the role, so that what a transaction leaves on it is seen.
func as(t *testing.T, role pgdb.Role) *pgdb.DB {
	t.Helper()
	db, err := pgdb.Open(t.Context(), pgdb.Config{URL: dbtest.URL(t), Role: role, MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

// protected are the tables under row-level security.
func protected(t *testing.T, db *pgdb.DB) []string {
	t.Helper()
	return list(t, db, `select relname from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity`)
}

// list are the values of a query's one column, sorted, without nulls.
func list(t *testing.T, db interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, sql string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), sql, args...)
	require.NoError(t, err, sql)
	all, err := pgx.CollectRows(rows, pgx.RowTo[*string])
	require.NoError(t, err, sql)
	var values []string
	for _, v := range all {
		if v != nil {
			values = append(values, *v)
		}
	}
	slices.Sort(values)
	return values
}

// affected is how many rows a statement finds or changes in a transaction for the organisation, which is undone.
func affected(t *testing.T, db *pgdb.DB, org uuid.UUID, sql string, args ...any) int64 {
	t.Helper()
	undo := errors.New("undo")
	var n int64
	err := db.TxFor(t.Context(), org, func(tx pgx.Tx) error {
		tag, err := tx.Exec(t.Context(), sql, args...)
		if err != nil {
			return err
		}
		n = tag.RowsAffected()
		return undo
	})
	require.ErrorIs(t, err, undo, sql)
	return n
}
