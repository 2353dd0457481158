//go:build !js

package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"groundswell/shared/access"
	"groundswell/shared/blob"
	"groundswell/shared/cache"
	"groundswell/shared/command"
	"groundswell/shared/config"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/httpserver"
	"groundswell/shared/pgdb"
	"groundswell/shared/ratelimit"
	"groundswell/shared/telemetry"
	"groundswell/shared/ui"
	client "groundswell/wasm/events"
)

// serve wires the site and runs it until ctx ends.
func serve(ctx context.Context) error {
	cfg, err := config.Load[settings](os.Environ())
	if err != nil {
		return err
	}
	log := telemetry.Logger(os.Stdout, telemetry.LogConfig{Level: cfg.LogLevel, Format: cfg.LogFormat, App: "events"})
	slog.SetDefault(log)
	metrics := telemetry.NewMetrics("events", cmp.Or(version, command.Version()))

	db, err := pgdb.Open(ctx, pgdb.Config{URL: cfg.Postgres.URL.Reveal(), Role: pgdb.Site, MaxConns: cfg.MaxConns, App: "events"})
	if err != nil {
		return err
	}
	defer db.Close()
	telemetry.Pool(metrics, "postgres", db.Stat)
	redis, err := cache.Open(cfg.Redis.URL.Reveal())
	if err != nil {
		return err
	}
	defer redis.Close()
	store, err := blob.Open(blobConfig(cfg.S3))
	if err != nil {
		return err
	}
	svc, err := siteService(db, cfg)
	if err != nil {
		return err
	}
	limit, perSignup, err := newLimits(cfg, redis)
	if err != nil {
		return err
	}
	fns := newFunctions(svc, limit, perSignup, metrics, log)
	var releases fullstack.ReleaseStore
	if !cfg.Dev { // every saved file is a release there
		releases = store
	}
	pages, err := newSite(cfg, fns, releases, metrics.Page, log)
	if err != nil {
		return err
	}
	defer pages.Wait()
	defer shareFiles(ctx, pages)()
	files := &plain{svc: svc, store: store, site: pages, limit: limit, origin: cfg.PublicURL.String()}
	files.mount()
	feeds, err := newFeeds(files)
	if err != nil {
		return err
	}
	feeds.mount()
	if err := mountTexts(cfg, db, pages, metrics, log); err != nil {
		return err
	}

	debug.FreeOSMemory() // compressing the assets took more than serving them does
	return httpserver.Run(ctx, httpserver.Config{
		Listen: cfg.Listen, Public: pages, PrivateListen: cfg.PrivateListen,
		Checks:  map[string]func(context.Context) error{"postgres": db.Ping, "redis": redis.Check, "s3": store.Check},
		Metrics: metrics, Log: log, HTTPS: cfg.PublicURL.HTTPS(), TrustedProxies: cfg.TrustedProxies,
		ConnectSrc: reloadOrigin(cfg.DevReload), TokenPaths: site().SecretPaths(), Grace: cfg.Grace(),
		Started: started(log),
	})
}

// shareFiles shares the release's files in the background, until it is stopped.
func shareFiles(ctx context.Context, pages *fullstack.Site) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var sharing sync.WaitGroup
	sharing.Go(func() { pages.ShareFiles(ctx) })
	return func() {
		cancel()
		sharing.Wait()
	}
}

// newFunctions is the table of the site's server functions.
func newFunctions(svc *eventsvc.Service, limit limiter, perSignup signupLimiter, metrics *telemetry.Metrics, log *slog.Logger) *fullstack.Functions {
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{
		Limit: limit, RequestID: httpserver.RequestID, Observe: metrics.Function, Log: log,
	})
	fullstack.Handle(fns, access.Public, events.Find, svc.Find)
	fullstack.Handle(fns, access.Public, events.Get, svc.Get)
	fullstack.Handle(fns, access.Public, events.Month, svc.Month)
	fullstack.Handle(fns, access.Public, events.GetRelated, svc.GetRelated)
	fullstack.Handle(fns, access.Public, events.GetOrg, svc.GetOrg)
	fullstack.Handle(fns, access.Public, events.GetEmbed, svc.GetEmbed)
	fullstack.Handle(fns, access.Public, events.RSVP, rsvp(svc, perSignup))
	fullstack.Handle(fns, access.Public, events.GetSignup, svc.GetSignup)
	fullstack.Handle(fns, access.Public, events.CancelRSVP, svc.CancelRSVP)
	fullstack.Handle(fns, access.Public, events.Accept, svc.Accept)
	fullstack.Handle(fns, access.Public, events.SetParty, svc.SetParty)
	fullstack.Handle(fns, access.Public, events.SayComing, svc.SayComing)
	fullstack.Handle(fns, access.Public, events.SetTexts, svc.SetTexts)
	fullstack.Handle(fns, access.Public, events.GetRating, svc.GetRating)
	fullstack.Handle(fns, access.Public, events.Rate, svc.Rate)
	fullstack.Handle(fns, access.Public, events.GetReminders, svc.GetReminders)
	fullstack.Handle(fns, access.Public, events.SetReminders, svc.SetReminders)
	fullstack.Handle(fns, access.Public, events.GetHostForm, svc.GetHostForm)
	fullstack.Handle(fns, access.Public, events.HostEvent, host(svc, perSignup))
	fullstack.Handle(fns, access.Public, events.GetHosting, svc.GetHosting)
	fullstack.Handle(fns, access.Public, events.ConfirmHosting, svc.ConfirmHosting)
	fullstack.Handle(fns, access.Public, events.CancelHosting, svc.CancelHosting)
	return fns
}

// rsvp signs up within the limits.
func rsvp(svc *eventsvc.Service, perSignup signupLimiter) func(context.Context, events.RSVPIn) (events.RSVPOut, error) {
	return func(ctx context.Context, in events.RSVPIn) (events.RSVPOut, error) {
		return within(ctx, perSignup, []count{recipient(in.Clean().Email), {perOrganization, func() (string, error) {
			org, err := svc.OrganizationOf(ctx, in)
			return org.String(), err
		}}}, func() (events.RSVPOut, error) { return svc.RSVP(ctx, in) })
	}
}

// host takes a volunteer's event within the limits.
func host(svc *eventsvc.Service, perSignup signupLimiter) func(context.Context, events.HostIn) (events.HostOut, error) {
	return func(ctx context.Context, in events.HostIn) (events.HostOut, error) {
		return within(ctx, perSignup, []count{
			recipient(in.Clean().Email),
			{perHost, func() (string, error) { return ratelimit.IP(httpserver.ClientIP(ctx)), nil }},
			{perHosting, func() (string, error) { return in.Org, nil }},
		}, func() (events.HostOut, error) { return svc.HostEvent(ctx, in) })
	}
}

// count is one limit that something counts for, and whose.
type count struct {
	class string
	key   func() (string, error)
}

func recipient(email string) count {
	return count{perRecipient, func() (string, error) { return mailbox(email), nil }}
}

// within runs what makes us mail somebody: our mail must not be aimed at one address, nor one organisation be filled by a crowd of
// robots. What surely came to nothing counts for no limit: somebody who tries again and again while the database is away must not be
// locked out when it is back. Who hangs up may have got through.
func within[Out any](ctx context.Context, perSignup signupLimiter, counts []count, run func() (Out, error)) (out Out, err error) {
	var undos []func()
	defer func() {
		if err == nil || ctx.Err() != nil || errors.Is(err, pgdb.ErrUnknownOutcome) {
			return
		}
		for _, undo := range undos {
			undo()
		}
	}()
	for _, c := range counts {
		key, err := c.key()
		if err != nil {
			return out, err
		}
		undo, err := perSignup(ctx, c.class, key)
		if err != nil {
			return out, err
		}
		undos = append(undos, undo)
	}
	return run()
}

// mailbox is the address without what its owner may put after a plus (RFC 5233): mail to each such address ends up with one person.
func mailbox(email string) string {
	local, host, _ := strings.Cut(email, "@")
	if base, _, tagged := strings.Cut(local, "+"); tagged && base != "" {
		return base + "@" + host
	}
	return email
}

func newSite(cfg settings, fns *fullstack.Functions, releases fullstack.ReleaseStore, observe func(pattern, outcome string), log *slog.Logger) (*fullstack.Site, error) {
	bytes := cfg.CacheMB << 20
	if cfg.CacheMB < 0 {
		bytes = -1
	}
	return fullstack.NewSite(fullstack.SiteConfig{
		App: withEmbeds(site()), Functions: fns, Origin: cfg.PublicURL.String(), CSS: ui.Stylesheet(), Icons: ui.Static(), Client: client.Client(),
		Releases: releases, DevReload: cfg.DevReload, PageBytes: bytes, Log: log,
		Observe: observe,
	})
}

type (
	limiter = func(ctx context.Context, rate fullstack.Rate) error
	// signupLimiter counts one more; undo takes that back, and is never nil.
	signupLimiter = func(ctx context.Context, class, key string) (undo func(), err error)
)

// What signing up is limited by beside the client's address.
const (
	perRecipient    = "recipient"    // how often one mail address may be signed up, whoever does it
	perOrganization = "organization" // how many may sign up with one organisation
	perHost         = "host"         // how often one client may want to host, whomever for
	perHosting      = "hosting"      // how many may want to host for one organisation
)

// newLimits bounds what one client address may ask for, what one mail address may be sent, and what robots at many
// addresses may put into one organisation's events. People behind one router share an address: the limits leave room for
// a campus signing up at once, and for a stadium signing up with one organisation.
func newLimits(cfg settings, redis *cache.Client) (limiter, signupLimiter, error) {
	limits, err := ratelimit.New(ratelimit.Config{Redis: redis, Key: cfg.Base.SecretKey, Classes: map[string]ratelimit.Class{
		string(fullstack.RateRead):  {Limit: 1200, Window: time.Minute},
		string(fullstack.RateWrite): {Limit: 120, Window: time.Minute},
		string(fullstack.RateMail):  {Limit: 60, Window: 10 * time.Minute, Local: 20},
		perRecipient:                {Limit: 20, Window: time.Hour, Local: 10},
		perOrganization:             {Limit: 6000, Window: 10 * time.Minute},
		perHost:                     {Limit: 20, Window: time.Hour},
		perHosting:                  {Limit: 100, Window: time.Hour},
	}}, time.Now)
	if err != nil {
		return nil, nil, err
	}
	allow := func(ctx context.Context, class, key, sentence string) (ratelimit.Result, error) {
		if !cfg.RateLimits {
			return ratelimit.Result{}, nil
		}
		result, err := limits.Allow(ctx, class, key)
		if err != nil || result.Allowed {
			return result, err
		}
		return result, fault.After(fault.TooMany, result.RetryAfter, "%s", sentence)
	}
	perClient := func(ctx context.Context, rate fullstack.Rate) error {
		_, err := allow(ctx, string(rate), ratelimit.IP(httpserver.ClientIP(ctx)), "That was a lot at once. Please wait a moment and try again.")
		return err
	}
	sentences := map[string]string{
		perRecipient:    "This address was used many times in the last hour. Please try again later.",
		perOrganization: "Very many people are signing up right now. Please try again in a few minutes.",
		perHost:         "Many events were offered from your network in the last hour. Please try again later.",
		perHosting:      "Very many people offer to host right now. Please try again later.",
	}
	perSignup := func(ctx context.Context, class, key string) (func(), error) {
		key = strings.ToLower(key)
		result, err := allow(ctx, class, key, sentences[class])
		if !result.Allowed {
			return func() {}, err
		}
		return func() { limits.Undo(ctx, class, key, result) }, nil
	}
	return perClient, perSignup, nil
}

func reloadOrigin(reload string) []string {
	if reload == "" {
		return nil
	}
	u, err := url.Parse(reload)
	if err != nil {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}
