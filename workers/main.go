// Command workers does what nobody waits for: it sends the mails that sites have enqueued and keeps the database tidy.
// Any number of it may run.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"time"
	_ "time/tzdata" // the events' zones, on servers that have none

	"golang.org/x/sync/errgroup"

	"groundswell/schema"
	"groundswell/shared/command"
	"groundswell/shared/config"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/httpserver"
	"groundswell/shared/jobs"
	"groundswell/shared/mail"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
	"groundswell/shared/telemetry"
)

// version is set by the linker.
var version string

// settings is what the workers read from their environment.
type settings struct {
	config.Base
	config.Postgres
	config.SMTP
	Links
}

// Links are the origins that mails lead to.
type Links struct {
	Events config.Origin `env:"EVENTS_URL,required" doc:"the origin of the events site, for the links in mails" example:"https://events.example.org"`
}

// Defaults are the workers' own.
func (settings) Defaults() map[string]string {
	return map[string]string{"PRIVATE_LISTEN": "127.0.0.1:8088"}
}

func main() {
	command.Main(command.App{
		Name: "workers", Version: version, PrivateListen: "127.0.0.1:8088",
		Commands: []command.Command{
			{Name: "serve", Help: "run the jobs", Run: func(ctx context.Context, _ []string) error {
				return serve(ctx, os.Environ(), os.Stdout, nil)
			}},
			{Name: "migrate", Help: "bring the database up to date", Run: func(ctx context.Context, _ []string) error { return migrate(ctx) }},
		},
	})
}

func migrate(ctx context.Context) error {
	cfg, err := config.Load[struct{ config.Postgres }](os.Environ())
	if err != nil {
		return err
	}
	return schema.Migrate(ctx, cfg.URL.Reveal())
}

// serve wires the workers and runs them until ctx ends. started may be nil; it is told the private address.
func serve(ctx context.Context, environ []string, out io.Writer, started func(net.Addr)) error {
	cfg, err := config.Load[settings](environ)
	if err != nil {
		return err
	}
	log := telemetry.Logger(out, telemetry.LogConfig{Level: cfg.LogLevel, Format: cfg.LogFormat, App: "workers"})
	metrics := telemetry.NewMetrics("workers", cmp.Or(version, command.Version()))
	db, err := pgdb.Open(ctx, pgdb.Config{URL: cfg.Postgres.URL.Reveal(), MaxConns: cfg.MaxConns, App: "workers"})
	if err != nil {
		return err
	}
	telemetry.Pool(metrics, "postgres", db.Stat)
	mailer, err := mail.New(cfg.SMTP.URL.Reveal(), cfg.From, time.Now)
	if err != nil {
		return err
	}
	sender := messagesvc.New(db, mailer, time.Now, log)
	metrics.Gauge("deliveries_unknown", "Messages of which nobody knows whether they were sent.", unknown(sender))
	queue, err := jobs.NewClient(db)
	if err != nil {
		return err
	}
	events, err := newEvents(cfg, db, queue, sender)
	if err != nil {
		return err
	}
	workers := jobs.NewWorkers(jobs.Config{DB: db, Log: log, Metrics: metrics})
	if err := handleJobs(workers, &services{db: db, events: events, messages: sender, now: time.Now}); err != nil {
		return err
	}

	group, running := errgroup.WithContext(ctx)
	group.Go(func() error { return workers.Run(running) })
	group.Go(func() error { return runSchedule(running, queue, log) })
	group.Go(func() error {
		return httpserver.Run(running, httpserver.Config{
			PrivateListen: cfg.PrivateListen, Metrics: metrics, Log: log,
			Checks:  map[string]func(context.Context) error{"postgres": db.Ping, "smtp": mailer.Check},
			Started: func(_, private net.Addr) { announce(started, private) },
		})
	})
	if err := group.Wait(); err != nil {
		return err // without Close, which would wait for the connection of a job that does not end
	}
	db.Close()
	return nil
}

func announce(started func(net.Addr), private net.Addr) {
	if started != nil {
		started(private)
	}
}

func newEvents(cfg settings, db *pgdb.DB, queue *jobs.Client, sender *messagesvc.Service) (*eventsvc.Service, error) {
	signer, err := signedlink.New(cfg.Base.SecretKey)
	if err != nil {
		return nil, fmt.Errorf("SECRET_KEY: %w", err)
	}
	return eventsvc.New(eventsvc.Config{
		DB: db, Signer: signer, Now: time.Now, Site: cfg.Events.String(), Queue: queue, Mail: sender,
	})
}

// unknown reads the ledger for the metrics; a database that is away is no number.
func unknown(s *messagesvc.Service) func() float64 {
	return func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		n, err := s.CountUnknown(ctx)
		if err != nil {
			return math.NaN()
		}
		return float64(n)
	}
}
