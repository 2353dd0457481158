//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"groundswell/schema"
	"groundswell/schema/seed"
	"groundswell/shared/blob"
	"groundswell/shared/pgdb"
)

// options are the ways to run the stack.
type options struct {
	dir     string // the data folder
	reset   bool
	anyPort bool
	quality int // of the browser programs' compression
	level   string
}

// stack is everything that runs.
type stack struct {
	root        string
	options     options
	console     *console
	programs    []program
	builder     builder
	services    *services
	units       []*unit
	reloads     *reloads
	consolePort int

	stopWeb func()
	close   []func()
}

// newStack checks what can be checked before anything runs, and takes the data folder.
func newStack(root string, o options) (*stack, error) {
	all, err := findPrograms(root, o.anyPort)
	if err != nil {
		return nil, err
	}
	s := &stack{
		root: root, options: o, console: newConsole(os.Stdout), programs: all, reloads: newReloads(),
		builder: builder{root, o.quality == qualityWatch}, consolePort: consolePort, stopWeb: func() {},
	}
	if o.anyPort {
		free, err := freePorts(1)
		if err != nil {
			return nil, err
		}
		s.consolePort = free[0]
	}
	release, err := openFolder(o.dir)
	if err != nil {
		return nil, err
	}
	s.close = append(s.close, release)
	err = errors.Join(checkPorts(all, s.consolePort), checkSpace(o.dir))
	if err == nil && o.reset {
		err = reset(o.dir)
	}
	if err != nil {
		release()
		return nil, err
	}
	s.services = &services{dir: o.dir, anyPort: o.anyPort, out: s.console, console: s.consoleURL(), events: s.urlOf("events")}
	return s, nil
}

// urlOf is the address of a site; "" when there is none of that name.
func (s *stack) urlOf(name string) string {
	for _, p := range s.programs {
		if p.Name == name {
			return p.URL()
		}
	}
	return ""
}

// start brings everything up and returns when all programs are ready. On error nothing is left running.
func (s *stack) start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	both, bothCtx := errgroup.WithContext(ctx)
	both.Go(func() error { return s.explain(s.startData(bothCtx)) })
	both.Go(func() error { return s.buildAll(bothCtx) })
	if err := both.Wait(); err != nil {
		return err
	}
	s.makeUnits()
	if err := s.startWeb(ctx); err != nil {
		return err
	}
	var programs errgroup.Group // without a context: the programs outlive the group
	for _, u := range s.units {
		programs.Go(func() error { return u.start(ctx) })
	}
	return programs.Wait()
}

// startData starts the services, migrates, and seeds a database that has no demo campaign yet.
func (s *stack) startData(ctx context.Context) error {
	begin := time.Now()
	if err := startServices(ctx, s.services); err != nil {
		return err
	}
	if err := schema.Migrate(ctx, s.services.at.DatabaseURL); err != nil {
		return err
	}
	db, err := pgdb.Open(ctx, pgdb.Config{URL: s.services.at.DatabaseURL, Role: pgdb.Owner, MaxConns: 4, App: "seed"})
	if err != nil {
		return err
	}
	defer db.Close()
	store, err := blob.Open(blob.Config(s.services.at.S3))
	if err != nil {
		return err
	}
	if err := seed.Run(ctx, seed.Config{DB: db, Blob: putter{store}, Now: time.Now(), Log: s.console.named("seed")}); err != nil {
		return fmt.Errorf("seed the demo campaign: %w", err)
	}
	s.console.say("services are up, the database is migrated and seeded (%s)", since(begin))
	return nil
}

// explain says that the disk became full on the way, which services report in many words.
func (s *stack) explain(err error) error {
	if err != nil && nearlyFull(s.options.dir) {
		return fmt.Errorf("the disk that holds %s is full: free some space and start again", s.options.dir)
	}
	return err
}

// makeUnits prepares the programs; the services' addresses are known by now.
func (s *stack) makeUnits() {
	for _, p := range s.programs {
		s.units = append(s.units, &unit{
			p: p, binary: s.builder.binary(p), out: s.console.named(p.Name), console: s.console,
			env: slices.Concat(os.Environ(), s.common(), own(p), s.reloadEnv(p)),
		})
	}
}

// common is the environment every program gets; own is a program's own.
func (s *stack) common() []string {
	at := s.services.at
	env := []string{
		"DATABASE_URL=" + at.DatabaseURL, "REDIS_URL=" + at.RedisURL, "S3_ENDPOINT=" + at.S3.Endpoint, "S3_BUCKET=" + at.S3.Bucket,
		"S3_REGION=" + at.S3.Region, "S3_ACCESS_KEY=" + at.S3.AccessKey, "S3_SECRET_KEY=" + at.S3.SecretKey, "SMTP_URL=" + at.SMTPURL,
		"MAIL_FROM=" + orElse("MAIL_FROM", "Groundswell <hello@groundswell.example>"), "SECRET_KEY=" + at.SecretKey,
		"LOG_FORMAT=" + orElse("LOG_FORMAT", "console"), "LOG_LEVEL=" + orElse("LOG_LEVEL", s.options.level), "DEV=1",
		"SMS_URL=" + at.SMSURL, "SMS_PER_NUMBER=" + orElse("SMS_PER_NUMBER", "0"),
		"MAIL_PER_DOMAIN=" + orElse("MAIL_PER_DOMAIN", "0"), "RIVERUI_PASSWORD=" + orElse("RIVERUI_PASSWORD", "groundswell"),
	}
	for _, p := range s.programs {
		if p.Port != 0 {
			env = append(env, strings.ToUpper(p.Name)+"_URL="+p.URL())
		}
	}
	return env
}

func own(p program) []string {
	env := []string{"PRIVATE_LISTEN=" + p.privateAddress()}
	if p.Port != 0 {
		env = append(env, "LISTEN=:"+strconv.Itoa(p.Port), "PUBLIC_URL="+p.URL())
	}
	return env
}

func (s *stack) reloadEnv(p program) []string {
	if p.Port == 0 {
		return nil
	}
	return []string{"DEV_RELOAD=" + s.consoleURL() + "/reload?app=" + p.Name}
}

// startWeb serves the console until stopWeb.
func (s *stack) startWeb(ctx context.Context) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.consolePort)))
	if err != nil {
		return fmt.Errorf("port %d for the console is in use by another program: stop that program and start again", s.consolePort)
	}
	webCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.serveWeb(webCtx, l); err != nil {
			s.console.say("%v", err)
		}
	}()
	s.stopWeb = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	return nil
}

// stop ends the programs together, then the console, then the services, newest first.
func (s *stack) stop() {
	var all sync.WaitGroup
	for _, u := range s.units {
		all.Go(u.stop)
	}
	all.Wait()
	s.stopWeb()
	s.services.stop()
	for _, f := range s.close {
		f()
	}
	s.close = nil
}

// buildAll compiles the browser programs before the servers that embed them.
func (s *stack) buildAll(ctx context.Context) error {
	begin := time.Now()
	for _, p := range s.programs {
		if err := s.buildClient(ctx, p); err != nil {
			return err
		}
	}
	for _, p := range s.programs {
		if err := s.builder.server(ctx, p); err != nil {
			return err
		}
	}
	s.console.say("built %s (%s)", s.names(), since(begin))
	return nil
}

func (s *stack) buildClient(ctx context.Context, p program) error {
	if !p.Client {
		return nil
	}
	begin := time.Now()
	sizes, err := s.builder.client(ctx, p.Name, s.options.quality)
	if err != nil {
		return err
	}
	if sizes.Fresh {
		s.console.say("browser program of %s: %s (%s)", p.Name, sizes, since(begin))
	}
	return nil
}

func (s *stack) names() string {
	var names []string
	for _, p := range s.programs {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// table prints where everything is.
func (s *stack) table() {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "\nPROGRAM\tSITE\tHEALTH AND METRICS")
	for _, p := range s.programs {
		site := p.URL()
		if site == "" {
			site = "-"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, site, p.PrivateURL())
	}
	_, _ = fmt.Fprintf(w, "console\t%s\t\nmail\t%s/mail\t%s\n", s.consoleURL(), s.consoleURL(), s.services.at.SMTPURL)
	_, _ = fmt.Fprintf(w, "texts\t%s/sms\t\n", s.consoleURL())
	_, _ = fmt.Fprintf(w, "data\t%s\t\n", s.options.dir)
	_ = w.Flush()
	s.console.say("%s", text.String())
}

// putter is the object store as the seed wants it.
type putter struct{ store *blob.Store }

// immutable is right for objects named by their content.
const immutable = "public, max-age=31536000, immutable"

func (p putter) Put(ctx context.Context, key, contentType string, data []byte) error {
	return p.store.Put(ctx, key, bytes.NewReader(data), int64(len(data)), blob.Info{ContentType: contentType, CacheControl: immutable})
}

func since(t time.Time) time.Duration { return time.Since(t).Round(100 * time.Millisecond) }
