// Package eventsvc is the service of events: what the public may find, sign-ups that never exceed the seats, and the
// mails about them. It runs on servers only, and knows neither HTML pages nor SMTP.
package eventsvc

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"golang.org/x/sync/semaphore"

	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
)

// Queue puts jobs into the caller's transaction.
type Queue interface {
	Insert(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
	InsertMany(ctx context.Context, tx pgx.Tx, args []river.JobArgs) error
}

// Config is what the service works with.
type Config struct {
	DB      *pgdb.DB
	Signer  *signedlink.Signer
	Now     func() time.Time
	Site    string    // the origin of the events site, for links: https://events.example.org
	Queue   Queue     // where sign-ups put their mails
	OptOuts OptOuts   // who wants no reminders
	Mail    Messenger // nil where no mail and no text is sent: only the workers do
	Images  Images    // nil where none are stored: only the workers and commands do

	NoTexts bool // there is no provider of texts: none is offered, promised or sent

	ClientIP func(context.Context) netip.Addr // of whoever filled in a form; may be nil
}

// Service implements the server functions of events, and the jobs they leave behind. It is safe for concurrent use.
type Service struct {
	db      *pgdb.DB
	q       *db.Queries
	signer  *signedlink.Signer
	now     func() time.Time
	site    string
	domain  string
	queue   Queue
	mail    Messenger
	optOuts OptOuts
	images  Images
	mails   *mailTemplates
	zones   sync.Map // IANA name to *time.Location
	counts  counts

	noTexts  bool
	clientIP func(context.Context) netip.Addr
	searches *semaphore.Weighted
}

// New makes a service. DB, Signer, Now, Site, Queue and OptOuts are needed.
func New(cfg Config) (*Service, error) {
	site, err := url.Parse(cfg.Site)
	switch {
	case cfg.DB == nil || cfg.Signer == nil || cfg.Now == nil || cfg.Queue == nil || cfg.OptOuts == nil:
		return nil, errors.New("eventsvc needs a database, a signer, a clock, a queue and the opt-outs")
	case err != nil || site.Host == "" || site.Scheme != "https" && site.Scheme != "http":
		return nil, errors.New("eventsvc needs the origin of the events site, like https://events.example.org")
	}
	if cfg.ClientIP == nil {
		cfg.ClientIP = func(context.Context) netip.Addr { return netip.Addr{} }
	}
	mails, err := parseMailTemplates()
	if err != nil {
		return nil, err
	}
	return &Service{
		db: cfg.DB, q: db.New(cfg.DB), signer: cfg.Signer, now: clock(cfg.Now), queue: cfg.Queue, optOuts: cfg.OptOuts, mail: cfg.Mail, images: cfg.Images, mails: mails,
		site: strings.TrimRight(cfg.Site, "/"), domain: site.Hostname(), noTexts: cfg.NoTexts, clientIP: cfg.ClientIP,
		searches: semaphore.NewWeighted(int64(max(2, cfg.DB.Config().MaxConns/3))),
	}, nil
}

// clock is now in UTC, as precise as the database is.
func clock(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// What the tokens of sign-ups are for.
const (
	purpose     = "events.signup" // to see and manage it
	feedPurpose = "events.feed"   // to read the person's calendar: calendar services are given it, and it opens nothing else
)

// ManageURL is the secret link by which a person sees and cancels the sign-up.
func (s *Service) ManageURL(signup uuid.UUID) string { return s.site + s.managePath(signup) }

func (s *Service) managePath(signup uuid.UUID) string {
	return "/my/" + s.signer.Token(purpose, signup)
}

// FeedURL is the secret link of the calendar of the person who signed up.
func (s *Service) FeedURL(signup uuid.UUID) string {
	return s.site + "/my/" + s.signer.Token(feedPurpose, signup) + "/calendar.ics"
}

// found maps no row to NotFound with the sentence, and other errors through pgdb.Fault.
func found(err error, sentence string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.NotFound, "%s", sentence)
	}
	return pgdb.Fault(err)
}

// linked is found for what a link names that we made: there is nothing any more, and the link has ended. Of what is no link of ours the
// signer says that there never was anything.
func linked(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Gone, linkDeleted)
	}
	return pgdb.Fault(err)
}
