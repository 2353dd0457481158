package chaos

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/pgdb"
)

// count is one number of the database.
func (s *stack) count(query string, args ...any) int {
	s.t.Helper()
	var n int
	require.NoError(s.t, s.db.QueryRow(context.Background(), query, args...).Scan(&n))
	return n
}

func (s *stack) exec(query string, args ...any) {
	s.t.Helper()
	_, err := s.db.Exec(s.t.Context(), query, args...)
	require.NoError(s.t, err)
}

// F11: PostgreSQL is restarted under load, a line's too: politely, immediately, and by a crash.
func TestPostgresRestarts(t *testing.T) {
	s := newStack(t)
	s.watchRoles()
	site, origin := s.site()
	worker := s.worker()
	site.start()
	worker.start()
	l, q := s.drive(origin, s.shift), s.queue(origin)
	l.acked(50, 20*time.Second)
	for _, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		s.restartPostgres(how)
		back := time.Now()
		l.acked(20, 10*time.Second)
		t.Logf("after %s: sign-ups again %s after the database", how, time.Since(back).Round(time.Millisecond))
		q.acked(20, 20*time.Second)
		s.judgeRoles("events", pgdb.Site, back)
	}
	l.stop()
	q.stop()
	require.Zero(t, l.readsOtherThan(http.StatusOK), "public pages come from the cache: %v", l.read)
	require.Equal(t, http.StatusOK, site.status("/readyz"))
	require.Eventually(t, worker.ready, 20*time.Second, 50*time.Millisecond)
	l.judge()
	t.Parallel() // others need not wait for the mail
	q.judge()
	s.judgeMail(4 * time.Minute)
	q.judgeMail()
	s.judgeRoles("workers", pgdb.Jobs, time.Time{})
}

// F13: PostgreSQL is away for two minutes, and hangs afterwards. Pages come from the cache, those that are not in it and writes are
// told to come back, nobody hangs, and no process has to be started again.
func TestPostgresAway(t *testing.T) {
	s := newStack(t)
	t.Parallel()
	site, origin := s.site()
	worker := s.worker()
	site.start()
	worker.start()
	l := s.drive(origin, s.shift)
	l.acked(50, 20*time.Second)
	unseen := l.unseen(false)
	s.before.pg.play(trouble{refuse: true})
	ends := time.After(2 * time.Minute)
	l.away(unseen, 4*time.Second)
	<-ends // the outage itself
	l.away(unseen, 4*time.Second)
	require.Equal(t, http.StatusOK, site.status("/livez"), "the site lives")
	require.Equal(t, http.StatusOK, worker.status("/livez"), "the worker lives")
	require.Less(t, site.metric("go_goroutines"), 300.0, "nothing piles up")
	s.before.pg.play(trouble{})
	back := time.Now()
	l.acked(20, 10*time.Second)
	t.Logf("sign-ups again %s after the database", time.Since(back).Round(time.Millisecond))
	l.well(unseen)
	l.stop()
	require.Zero(t, l.readsOtherThan(http.StatusOK), "public pages come from the cache: %v", l.read)
	require.Zero(t, l.statuses[0], "every write got an answer: %v", l.statuses)
	require.Positive(t, l.statuses[http.StatusServiceUnavailable])
	for status := range l.statuses {
		require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, status)
	}
	l.judge()
	s.judgeMail(4 * time.Minute)

	unseen = l.unseen(true)
	l.well([]string{"/", "/e/" + s.slug}) // with connections that are in use a moment ago
	s.before.pg.play(trouble{hang: true})
	l.away(unseen, rendering)
	require.Equal(t, http.StatusOK, l.get("/e/"+s.slug), "pages come from the cache")
	s.before.pg.play(trouble{})
	l.well(unseen)
}

// rendering is how long a page may be made, and a little.
const rendering = 17 * time.Second

// F14: somebody else holds every connection of the server.
func TestConnectionsExhausted(t *testing.T) {
	s := newStack(t)
	s.watchRoles()
	site, origin := s.site()
	site.start()
	l := s.drive(origin, s.shift)
	l.acked(50, 20*time.Second)

	unseen := l.unseen(false)
	ctx := context.Background()
	var held []*pgx.Conn
	hold := func() bool {
		conn, err := pgx.Connect(ctx, s.pg.URL("postgres"))
		if err == nil {
			held = append(held, conn)
		}
		return err == nil
	}
	require.True(t, hold())
	_, err := held[0].Exec(ctx, `alter role `+roleName(t, held[0])+` connection limit -1`)
	require.NoError(t, err)
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) { // take what the site gives up, until it has nothing
		for hold() {
		}
		_, err := held[0].Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('events', 'chaos')`)
		require.NoError(t, err)
		for hold() {
		}
		var left int
		require.NoError(t, held[0].QueryRow(ctx, `select count(*) from pg_stat_activity where application_name in ('events', 'chaos')`).Scan(&left))
		if left == 0 && !hold() { // none is on its way out
			break
		}
	}
	began := time.Now()
	status, after := l.signUp("exhausted@example.org", "exhausted-key-1")
	l.signups.Began("exhausted@example.org")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.NotEmpty(t, after)
	require.Less(t, time.Since(began), 4*time.Second, "an answer, not a wait")
	require.Equal(t, http.StatusOK, l.get("/e/"+s.slug), "pages come from the cache")
	l.away(unseen, 4*time.Second)
	for _, conn := range held {
		_ = conn.Close(ctx)
	}
	s.db.Reset() // its own connections were ended, too
	back := time.Now()
	l.acked(20, 10*time.Second)
	s.judgeRoles("events", pgdb.Site, back)
	l.well(unseen)
	l.stop()
	require.Zero(t, l.readsOtherThan(http.StatusOK), "%v", l.read)
	require.Zero(t, l.statuses[0], "every write got an answer: %v", l.statuses)
	l.judge()
}

func roleName(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	var name string
	require.NoError(t, conn.QueryRow(context.Background(), `select quote_ident(current_user)`).Scan(&name))
	return name
}

// watchRoles has it written down who our programs are to the database when they begin a command, add a sign-up and open a delivery, and
// which organisation the transaction is for then.
func (s *stack) watchRoles() {
	s.t.Helper()
	s.exec(`create table chaos_roles (at timestamptz not null default clock_timestamp(), app text not null, pid int not null default pg_backend_pid(),
		what text not null, role text not null, org text not null, its text not null)`)
	s.exec(`create function chaos_role() returns trigger language plpgsql as $$
		begin
			insert into chaos_roles (app, what, role, org, its)
			values (current_setting('application_name'), tg_table_name, current_user, coalesce(current_setting('app.org_id', true), ''), coalesce(to_jsonb(new) ->> 'org_id', ''));
			return null;
		end $$`)
	for _, table := range []string{"idempotency_keys", "event_signups", "deliveries"} {
		s.exec(`create trigger chaos_role after insert on ` + table + ` for each row execute function chaos_role()`)
	}
}

// judgeRoles asks of a program's connections since: each was the role, and a site's was for nobody when a command began (its key is the
// first that it writes), and for the sign-up's organisation when that was added.
func (s *stack) judgeRoles(app string, role pgdb.Role, since time.Time) {
	t := s.t
	t.Helper()
	of := ` from chaos_roles where app = $1 and at >= $2 `
	seen := s.count(`select count(*)`+of, app, since)
	t.Logf("%s: %d writes on %d connections", app, seen, s.count(`select count(distinct pid)`+of, app, since))
	require.Positive(t, seen)
	require.Zero(t, s.count(`select count(*)`+of+`and role <> $3`, app, since, role), "%s is somebody else", app)
	if role == pgdb.Site {
		require.Positive(t, s.count(`select count(*)`+of+`and what = 'event_signups'`, app, since))
		require.Zero(t, s.count(`select count(*)`+of+`and what = 'idempotency_keys' and org <> ''`, app, since), "somebody's organisation stayed")
		require.Zero(t, s.count(`select count(*)`+of+`and what = 'event_signups' and org <> its`, app, since), "it is for another organisation")
	}
}
