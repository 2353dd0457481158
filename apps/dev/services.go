//go:build unix

package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"groundswell/apps/dev/mailbox"
	"groundswell/shared/blob"
	"groundswell/shared/pgserver"
)

// addresses is where everything is, in the words of /api/stack.
type addresses struct {
	DatabaseURL string    `json:"database_url"`
	RedisURL    string    `json:"redis_url"`
	S3          s3Address `json:"s3"`
	SMTPURL     string    `json:"smtp_url"`
	SMSURL      string    `json:"sms_url"`
	SecretKey   string    `json:"secret_key"`
}

type s3Address struct {
	Endpoint  string `json:"endpoint"`
	Bucket    string `json:"bucket"`
	Region    string `json:"region"`
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
}

// The ports that the embedded services take when they are free.
const (
	postgresPort = 54329
	redisPort    = 63799
	s3Port       = 9900
	smtpPort     = 1025
)

// services are the embedded ones that run; those the environment names are not started.
type services struct {
	dir     string // the data folder
	anyPort bool
	out     *console
	console string // where the console will answer, and texts are taken
	events  string // the site that takes what phones answer

	at      addresses
	mail    *mailbox.Mailbox
	texts   *mailbox.Texts
	stopped []func() // in the order to call them
	died    chan string
}

// startServices starts what the environment does not name. On error nothing is left running.
func startServices(ctx context.Context, s *services) (err error) {
	s.died = make(chan string, 4)
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	if s.at.SecretKey, err = secretKey(s.dir); err != nil {
		return err
	}
	if s.mail, err = mailbox.Open(filepath.Join(s.dir, "mail"), time.Now); err != nil {
		return err
	}
	if err := s.openTexts(); err != nil {
		return err
	}
	for _, start := range []func(context.Context) error{s.startPostgres, s.startRedis, s.startS3, s.startSMTP} {
		if err := start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// stop ends them in the reverse order.
func (s *services) stop() {
	for i := len(s.stopped) - 1; i >= 0; i-- {
		s.stopped[i]()
	}
	s.stopped = nil
}

func (s *services) startPostgres(ctx context.Context) error {
	if at := os.Getenv("DATABASE_URL"); at != "" {
		s.at.DatabaseURL = at
		return answersAt(ctx, at)
	}
	binaries, err := ensurePostgres(ctx, s.dir, s.out.say)
	if err != nil {
		return err
	}
	server, err := pgserver.Start(ctx, pgserver.Config{
		Dir: s.dir, Binaries: binaries, Port: s.port(postgresPort), Log: troubles{s.out.named("postgres")},
	})
	if err != nil {
		return err
	}
	s.stopped = append(s.stopped, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = server.Stop(ctx)
	})
	s.watch("PostgreSQL", server.Done())
	s.at.DatabaseURL = server.URL("groundswell")
	return createDatabase(ctx, server.URL("postgres"), "groundswell")
}

// answersAt tells in one sentence that the database of the environment cannot be used, without its password.
func answersAt(ctx context.Context, at string) error {
	config, err := pgx.ParseConfig(at)
	if err != nil {
		return errors.New("DATABASE_URL is not the address of a PostgreSQL database, like postgres://user:password@localhost:5432/groundswell")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	c, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		return c.Close(ctx)
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return fmt.Errorf("the database that DATABASE_URL names refuses: %s", refused.Message)
	}
	return fmt.Errorf("the database that DATABASE_URL names does not answer at %s:%d: start it, or unset DATABASE_URL to use an embedded one",
		config.Host, config.Port)
}

// createDatabase makes the database unless it is there.
func createDatabase(ctx context.Context, at, name string) error {
	c, err := pgx.Connect(ctx, at)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer c.Close(ctx)
	var there bool
	if err := c.QueryRow(ctx, "SELECT exists(SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	if _, err := c.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return nil
}

func (s *services) startRedis(context.Context) error {
	if at := os.Getenv("REDIS_URL"); at != "" {
		s.at.RedisURL = at
		return nil
	}
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port(redisPort)))
	if err := m.StartAddr(addr); err != nil {
		return fmt.Errorf("start Redis on %s: %w", addr, err)
	}
	s.stopped = append(s.stopped, m.Close)
	s.at.RedisURL = "redis://" + m.Addr() + "/0"
	return nil
}

func (s *services) startS3(ctx context.Context) error {
	s.at.S3 = s3Address{
		Endpoint: os.Getenv("S3_ENDPOINT"), Bucket: orElse("S3_BUCKET", "groundswell"), Region: orElse("S3_REGION", "us-east-1"),
		AccessKey: os.Getenv("S3_ACCESS_KEY"), SecretKey: os.Getenv("S3_SECRET_KEY"),
	}
	if s.at.S3.Endpoint == "" {
		if err := s.embedS3(ctx); err != nil {
			return err
		}
	}
	store, err := blob.Open(blob.Config(s.at.S3))
	if err != nil {
		return fmt.Errorf("open the object store: %w", err)
	}
	if err := store.EnsureBucket(ctx); err != nil {
		return fmt.Errorf("make the bucket %s at %s: %w", s.at.S3.Bucket, s.at.S3.Endpoint, err)
	}
	return nil
}

// embedS3 runs this program again as the S3 gateway: it changes its working folder and prints as it likes.
func (s *services) embedS3(ctx context.Context) error {
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port(s3Port)))
	sum := sha256.Sum256([]byte("s3 " + s.at.SecretKey))
	s.at.S3.Endpoint, s.at.S3.AccessKey, s.at.S3.SecretKey = "http://"+addr, "groundswell", hex.EncodeToString(sum[:20])
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start S3: %w", err)
	}
	cmd := exec.Command(self, "s3", s.dir, addr)
	cmd.Env = append(os.Environ(), "S3_ACCESS_KEY="+s.at.S3.AccessKey, "S3_SECRET_KEY="+s.at.S3.SecretKey, "S3_REGION="+s.at.S3.Region)
	out := s.out.named("s3")
	p, err := startProcess("S3", cmd, troubles{out})
	if err != nil {
		return err
	}
	s.stopped = append(s.stopped, func() { p.stop(5 * time.Second) })
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := p.waitReady(ctx, s.at.S3.Endpoint+s3Health); err != nil {
		return fmt.Errorf("S3 did not start on %s: %w", addr, err)
	}
	s.watch("S3", p.done)
	return nil
}

func (s *services) startSMTP(context.Context) error {
	if at := os.Getenv("SMTP_URL"); at != "" {
		s.at.SMTPURL = at
		return nil
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port(smtpPort))))
	if err != nil {
		return fmt.Errorf("start the mail catcher: %w", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.mail.Serve(l); err != nil {
			s.out.say("the mail catcher stopped: %v", err)
		}
	}()
	s.stopped = append(s.stopped, func() {
		_ = l.Close()
		<-done
	})
	s.at.SMTPURL = "smtp://" + l.Addr().String()
	return nil
}

// openTexts makes the console the provider of texts, unless the environment names one.
func (s *services) openTexts() (err error) {
	sum := sha256.Sum256([]byte("sms " + s.at.SecretKey))
	at := strings.Replace(s.console, "://", "://ACdevelopment:"+hex.EncodeToString(sum[:16])+"@", 1)
	s.at.SMSURL = orElse("SMS_URL", at)
	s.texts, err = mailbox.OpenTexts(filepath.Join(s.dir, "texts.jsonl"), at, s.events+"/sms/inbound", time.Now)
	return err
}

// watch reports a service that ends while nobody stops it.
func (s *services) watch(name string, done <-chan struct{}) {
	go func() {
		<-done
		select {
		case s.died <- name:
		default:
		}
	}()
}

// port is the wanted one if it is free, else any.
func (s *services) port(wanted int) int {
	if !s.anyPort && portFree(wanted) {
		return wanted
	}
	free, err := freePorts(1)
	if err != nil {
		return 0
	}
	return free[0]
}

func orElse(name, value string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return value
}

// secretKey is made once and kept, so that links keep working.
func secretKey(dir string) (string, error) {
	if key := os.Getenv("SECRET_KEY"); key != "" {
		return key, nil
	}
	path := filepath.Join(dir, "secret-key")
	if text, err := os.ReadFile(path); err == nil && len(strings.TrimSpace(string(text))) >= 64 {
		return strings.TrimSpace(string(text)), nil
	}
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	key := hex.EncodeToString(b)
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the secret key: %w", err)
	}
	return key, nil
}

// troubles passes on the lines of a service's log that somebody must see.
type troubles struct{ to io.Writer }

func (t troubles) Write(b []byte) (int, error) {
	for line := range strings.SplitSeq(string(b), "\n") {
		for _, word := range []string{"FATAL", "PANIC", "WARNING", "error:", "No space left"} {
			if strings.Contains(line, word) && !expected(line) {
				_, _ = io.WriteString(t.to, line+"\n")
				break
			}
		}
	}
	return len(b), nil
}

// expected are lines of an orderly stop and start.
func expected(line string) bool {
	return strings.Contains(line, "terminating connection due to administrator command") ||
		strings.Contains(line, "the database system is starting up")
}

// openFolder makes the data folder and locks it for this process: two stacks on one folder would fight.
func openFolder(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		pid, _ := io.ReadAll(f)
		_ = f.Close()
		return nil, fmt.Errorf("another development stack already runs on %s (process %s): stop it first", dir, strings.TrimSpace(string(pid)))
	}
	_ = f.Truncate(0)
	_, _ = fmt.Fprintln(f, os.Getpid())
	return func() { _ = f.Close() }, nil
}

// reset deletes the data of the embedded services, and only that.
func reset(dir string) error {
	var errs []error
	for _, pattern := range []string{"pg[0-9]*", "s3", "meta-s3", "mail", "texts.jsonl", "run"} {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range paths {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	return errors.Join(errs...)
}

// needed is what a first start writes, with room to work.
const needed = 500 << 20

// checkSpace refuses a disk that is as good as full.
func checkSpace(dir string) error {
	if free, known := space(dir); known && free < needed {
		return fmt.Errorf("the disk that holds %s has %d MB left and the stack needs %d MB: free some space and start again", dir, free>>20, needed>>20)
	}
	return nil
}

// nearlyFull tells whether writing must fail.
func nearlyFull(dir string) bool {
	free, known := space(dir)
	return known && free < 20<<20 // a segment of PostgreSQL's log is 16 MB
}

func space(dir string) (free uint64, known bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, false
	}
	return uint64(st.Bavail) * uint64(st.Bsize), true
}
