// Command workers does what nobody waits for: it sends the mails that sites have enqueued and keeps the database tidy.
// Any number of it may run.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	netmail "net/mail"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // the events' zones, on servers that have none

	"golang.org/x/sync/errgroup"

	"groundswell/schema"
	"groundswell/shared/blob"
	"groundswell/shared/command"
	"groundswell/shared/config"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/httpserver"
	"groundswell/shared/jobs"
	"groundswell/shared/mail"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
	"groundswell/shared/sms"
	"groundswell/shared/telemetry"
)

// version is set by the linker.
var version string

// settings is what the workers read from their environment.
type settings struct {
	config.Base
	config.Postgres
	config.SMTP
	config.SMS
	config.S3
	Links
	Mail
	Texts
	Kept
	Jobs
}

// Links are the origins that mails lead to.
type Links struct {
	Events config.Origin `env:"EVENTS_URL,required" doc:"the origin of the events site, for the links in mails" example:"https://events.example.org"`
}

// Mail is how mail is sent and how it comes back.
type Mail struct {
	PerDomain     int    `env:"MAIL_PER_DOMAIN" envDefault:"1200" doc:"the most mails a minute to one recipient domain; half of it for reminders and other bulk, 0 for no limit"`
	BounceAddress string `env:"BOUNCE_ADDRESS" doc:"the mailbox bounces come to, which must take +tokens; empty: they go to the sender" example:"bounces@example.org"`
	BounceMaildir string `env:"BOUNCE_MAILDIR" doc:"the Maildir of that mailbox, read every minute; empty: none is read" example:"/var/mail/bounces"`
}

// Check asks for an address and a limit that make sense.
func (m Mail) Check(report func(name, format string, args ...any)) {
	if m.BounceAddress != "" {
		if a, err := netmail.ParseAddress(m.BounceAddress); err != nil || a.Address != m.BounceAddress || strings.Contains(a.Address, "+") {
			report("BOUNCE_ADDRESS", "is not a mail address without a name and a +")
		}
	}
	if m.PerDomain != 0 && m.PerDomain < 4 {
		report("MAIL_PER_DOMAIN", "is neither 0 nor at least 4")
	}
}

// Texts is how fast texts are sent.
type Texts struct {
	PerNumber int `env:"SMS_PER_NUMBER" envDefault:"60" doc:"the most segments of texts a minute from one number, 0 for no limit; what the carrier grants it. Texts whose turn would come too late are not sent: deliveries_total counts them"`
}

// Check asks for a limit that makes sense.
func (t Texts) Check(report func(name, format string, args ...any)) {
	if t.PerNumber < 0 {
		report("SMS_PER_NUMBER", "is not 0 or more")
	}
}

// Kept is how long personal data is kept.
type Kept struct {
	Addresses int `env:"KEEP_ADDRESSES_DAYS" envDefault:"30" doc:"days that the ledger of mails and texts keeps the address or number of one that ended; its hash stays; those in doubt stay whole"`
	Signups   int `env:"KEEP_SIGNUPS_DAYS" envDefault:"365" doc:"days after a shift that the names, addresses, phones, notes and answers of its sign-ups are kept, and the contacts that these made, unless they were dealt with since; the counts stay, and contacts that an organisation brought itself; and days that the numbers are kept of those who agreed to texts or stopped them: that they did stays"`
}

// Check asks for at least a day.
func (k Kept) Check(report func(name, format string, args ...any)) {
	if k.Addresses < 1 {
		report("KEEP_ADDRESSES_DAYS", "is not at least 1")
	}
	if k.Signups < 31 {
		report("KEEP_SIGNUPS_DAYS", "is not at least 31: the links in mails open for thirty days")
	}
}

// Jobs is who may see the jobs.
type Jobs struct {
	Password config.Secret `env:"RIVERUI_PASSWORD" doc:"the password, of any user, for the pages about jobs at /jobs/ of the private address; empty: there are none"`
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
			{Name: "doubts", Help: "list the mails and texts of which nobody knows whether they were sent", Run: func(ctx context.Context, _ []string) error {
				return listDoubts(ctx, os.Environ(), os.Stdout)
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
	db, err := pgdb.Open(ctx, pgdb.Config{URL: cfg.Postgres.URL.Reveal(), Role: pgdb.Jobs, MaxConns: cfg.MaxConns, App: "workers"})
	if err != nil {
		return err
	}
	telemetry.Pool(metrics, "postgres", db.Stat)
	mailer, err := mail.New(cfg.SMTP.URL.Reveal(), cfg.From, time.Now)
	if err != nil {
		return err
	}
	signer, err := signedlink.New(cfg.Base.SecretKey)
	if err != nil {
		return fmt.Errorf("SECRET_KEY: %w", err)
	}
	store, err := blob.Open(blobConfig(cfg.S3))
	if err != nil {
		return err
	}
	sender, err := newSender(cfg, db, mailer, signer, metrics, log)
	if err != nil {
		return err
	}
	queue, err := jobs.NewClient(db)
	if err != nil {
		return err
	}
	measureJobs(metrics, queue)
	events, err := newEvents(cfg, db, signer, queue, sender, store)
	if err != nil {
		return err
	}
	pages, err := jobPages(ctx, cfg.Password, db, log)
	if err != nil {
		return err
	}
	workers := jobs.NewWorkers(jobs.Config{DB: db, Log: log, Metrics: metrics})
	if err := handleJobs(workers, &services{
		db: db, events: events, messages: sender, store: store, now: time.Now, kept: cfg.Kept, log: log, maildir: cfg.BounceMaildir,
		bounced: metrics.Counter("bounces_total", "Reports of failed mail, by what became of them.", "verdict"),
	}); err != nil {
		return err
	}

	err = together(ctx, workers.Run, func(ctx context.Context) error { return runSchedule(ctx, queue, log) }, func(ctx context.Context) error {
		return httpserver.Run(ctx, httpserver.Config{
			PrivateListen: cfg.PrivateListen, Private: pages, Metrics: metrics, Log: log,
			Checks:  map[string]func(context.Context) error{"postgres": db.Ping, "smtp": mailer.Check, "s3": store.Check},
			Started: func(_, private net.Addr) { announce(started, private) },
		})
	})
	if err != nil {
		return err // without Close, which would wait for the connection of a job that does not end
	}
	db.Close()
	return nil
}

func blobConfig(c config.S3) blob.Config {
	return blob.Config{
		Endpoint: c.Endpoint, Bucket: c.Bucket, Region: c.Region, AccessKey: c.AccessKey, SecretKey: c.SecretKey.Reveal(),
	}
}

// newEvents is the service of events as the jobs need it.
func newEvents(cfg settings, db *pgdb.DB, signer *signedlink.Signer, queue *jobs.Client, sender *messagesvc.Service, store *blob.Store) (*eventsvc.Service, error) {
	return eventsvc.New(eventsvc.Config{
		DB: db, Signer: signer, Now: time.Now, Site: cfg.Events.String(), Queue: queue, OptOuts: messagesvc.NewOptOuts(time.Now), Mail: sender, Images: store,
		NoTexts: cfg.SMS.URL == "",
	})
}

// newSender is the sender of mails, and of texts where there is a provider, with its counts among the metrics.
func newSender(cfg settings, db *pgdb.DB, mailer *mail.Client, signer *signedlink.Signer, metrics *telemetry.Metrics, log *slog.Logger) (*messagesvc.Service, error) {
	c := messagesvc.Config{
		DB: db, Mailer: mailer, Now: time.Now, Log: log, PerDomain: cfg.PerDomain, Returns: cfg.BounceAddress, Signer: signer,
		PerNumber: cfg.PerNumber, Reports: cfg.Events.String() + "/sms/status",
	}
	if cfg.SMS.URL != "" {
		texter, err := sms.New(cfg.SMS.URL.Reveal())
		if err != nil {
			return nil, err
		}
		c.Texter = texter
	}
	ended := metrics.Counter("deliveries_total", "Messages that ended, by kind and how: sent, failed, suppressed, unknown or pending again; and texts that were refused: no number, no provider, too many to one number a day, too late when their turn would come.", "kind", "status")
	c.Observe = func(kind, status string) { ended(kind, status) }
	sender := messagesvc.New(c)
	metrics.Gauge("deliveries_unknown", "Messages of which nobody knows whether they were sent.", unknown(sender))
	return sender, nil
}

// together runs all until ctx ends or one of them fails, which ends the others.
func together(ctx context.Context, all ...func(context.Context) error) error {
	group, running := errgroup.WithContext(ctx)
	for _, run := range all {
		group.Go(func() error { return run(running) })
	}
	return group.Wait()
}

func announce(started func(net.Addr), private net.Addr) {
	if started != nil {
		started(private)
	}
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
