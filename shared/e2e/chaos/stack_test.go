package chaos

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"groundswell/schema"
	"groundswell/schema/seed"
	"groundswell/shared/blob"
	"groundswell/shared/cache/redistest"
	"groundswell/shared/mail/mailtest"
	"groundswell/shared/pgdb"
	"groundswell/shared/pgserver"
	"groundswell/shared/signedlink"
)

const secretKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// stack is a database, a Redis and a mail server of the test's own, with proxies before them and before S3.
type stack struct {
	t      *testing.T
	dir    string
	pg     *pgserver.Server
	db     *pgxpool.Pool // not through the proxy
	redis  *redistest.Server
	smtp   *mailtest.Server
	mails  *letterbox
	texts  *carrier // nil: our programs have no provider of texts
	before struct{ pg, redis, s3, smtp *proxy }
	slug   string // of the event whose shift people sign up for
	shift  string
}

// newStack starts everything but our own programs. The shift has room for everybody.
func newStack(t *testing.T) *stack {
	t.Helper()
	if os.Getenv("E2E_CHAOS") == "" {
		t.Skip("chaos takes minutes: make chaos")
	}
	s := &stack{t: t, redis: redistest.Start(t), smtp: mailtest.New(t)}
	var err error
	s.dir, err = os.MkdirTemp("/var/tmp", "groundswell-chaos-") // a folder that PostgreSQL's account can enter
	require.NoError(t, err)
	require.NoError(t, os.Chmod(s.dir, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(s.dir) })
	s.startPostgres(0)
	t.Cleanup(func() { s.stopPostgres(syscall.SIGQUIT) })
	s.before.pg = newProxy(t, net.JoinHostPort("127.0.0.1", fmt.Sprint(s.pg.Port())))
	s.before.redis = newProxy(t, s.redis.Addr())
	s.before.s3 = newProxy(t, strings.TrimPrefix(os.Getenv("S3_ENDPOINT"), "http://"))
	s.before.smtp = newProxy(t, strings.TrimPrefix(s.smtp.URL, "smtp://"))
	s.mails = collect(t, s.smtp)
	s.fill()
	return s
}

func (s *stack) startPostgres(port int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	s.pg, err = pgserver.Start(ctx, pgserver.Config{Dir: s.dir, Port: port, MaxConnections: 60})
	require.NoError(s.t, err)
}

// stopPostgres ends the server by its signals: SIGINT is the fast shutdown, SIGQUIT the immediate one, SIGKILL a crash.
func (s *stack) stopPostgres(how syscall.Signal) {
	p, err := os.FindProcess(s.pg.Pid())
	require.NoError(s.t, err)
	_ = p.Signal(how)
	<-s.pg.Done()
}

// restartPostgres ends the server and starts it again at the same address.
func (s *stack) restartPostgres(how syscall.Signal) {
	s.t.Helper()
	port := s.pg.Port()
	s.stopPostgres(how)
	s.startPostgres(port)
}

func (s *stack) fill() {
	s.t.Helper()
	ctx := s.t.Context()
	admin, err := pgxpool.New(ctx, s.pg.URL("postgres"))
	require.NoError(s.t, err)
	_, err = admin.Exec(ctx, "create database groundswell")
	require.NoError(s.t, err)
	admin.Close()
	require.NoError(s.t, schema.Migrate(ctx, s.pg.URL("groundswell")))
	d, err := pgdb.Open(ctx, pgdb.Config{URL: s.pg.URL("groundswell"), Role: pgdb.Owner, MaxConns: 4, App: "chaos"})
	require.NoError(s.t, err)
	s.db = d.Pool
	s.t.Cleanup(d.Close)
	require.NoError(s.t, seed.Run(ctx, seed.Config{DB: d, Blob: covers{s.store()}, Now: time.Now(), Log: io.Discard}))
	s.shift, s.slug = s.newShift(1_000_000)
}

// newShift puts a shift with so many seats under an event to come.
func (s *stack) newShift(capacity int) (shift, slug string) {
	s.t.Helper()
	shift = uuid.Must(uuid.NewV7()).String()
	err := s.db.QueryRow(s.t.Context(), `with e as (
		select id, org_id, slug from events
		where listed and status = 'scheduled' and mode = 'in_person' and last_ends_at > now() order by id limit 1
	), made as (
		insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity)
		select $1, org_id, id, now() + interval '3 days', now() + interval '3 days 2 hours', $2 from e
	) select slug from e`, shift, capacity).Scan(&slug)
	require.NoError(s.t, err)
	return shift, slug
}

func (s *stack) store() *blob.Store { return s.blob(os.Getenv("S3_ENDPOINT")) }

func (s *stack) signer() *signedlink.Signer {
	s.t.Helper()
	key, err := hex.DecodeString(secretKey)
	require.NoError(s.t, err)
	signer, err := signedlink.New(key)
	require.NoError(s.t, err)
	return signer
}

// covers puts the seed's pictures in the store.
type covers struct{ store *blob.Store }

// Put stores one.
func (c covers) Put(ctx context.Context, key, contentType string, data []byte) error {
	return c.store.Put(ctx, key, strings.NewReader(string(data)), int64(len(data)), blob.Info{ContentType: contentType})
}

// environment is what both binaries read, with every dependency behind its proxy.
func (s *stack) environment() []string {
	through, err := url.Parse(s.pg.URL("groundswell"))
	require.NoError(s.t, err)
	through.Host = s.before.pg.addr
	texts := ""
	if s.texts != nil {
		texts = s.texts.url
	}
	return []string{
		"SMS_URL=" + texts, "DATABASE_URL=" + through.String(), "REDIS_URL=redis://" + s.before.redis.addr + "/0", "S3_ENDPOINT=http://" + s.before.s3.addr,
		"SMTP_URL=smtp://" + s.before.smtp.addr, "MAIL_FROM=Groundswell <hello@example.org>", "MAIL_PER_DOMAIN=0", "SECRET_KEY=" + secretKey,
		"DEV=0", "DEV_RELOAD=", "DRAIN_GRACE=0s", "LOG_LEVEL=warn", "LOG_FORMAT=json", "DATABASE_MAX_CONNS=8",
	}
}

// site makes an events process that is not started yet. url is its origin.
func (s *stack) site() (p *process, origin string) {
	public, private := freeAddress(s.t), freeAddress(s.t)
	origin = "http://" + public
	p = &process{t: s.t, bin: "events", private: private, log: newTail(), env: append(s.environment(),
		"LISTEN="+public, "PRIVATE_LISTEN="+private, "PUBLIC_URL="+origin, "RATE_LIMITS=1", "TRUSTED_PROXIES=127.0.0.0/8")}
	s.t.Cleanup(func() { endQuietly(p) })
	return p, origin
}

// worker makes a workers process that is not started yet.
func (s *stack) worker() *process {
	private := freeAddress(s.t)
	p := &process{t: s.t, bin: "workers", private: private, log: newTail(), env: append(s.environment(),
		"PRIVATE_LISTEN="+private, "EVENTS_URL=http://events.example.org")}
	s.t.Cleanup(func() { endQuietly(p) })
	return p
}

func endQuietly(p *process) {
	if p.cmd != nil && p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(syscall.SIGCONT)
		p.kill()
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return ln.Addr().String()
}
