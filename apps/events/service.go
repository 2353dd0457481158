//go:build !js

package main

import (
	"context"
	"time"

	"groundswell/shared/blob"
	"groundswell/shared/config"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/httpserver"
	"groundswell/shared/jobs"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
)

// newService is the service of events as a site needs it: it enqueues jobs and runs none. images is nil where no picture is stored.
func newService(db *pgdb.DB, key config.Key, origin string, images eventsvc.Images) (*eventsvc.Service, error) {
	cfg, err := serviceConfig(db, key, origin, images)
	if err != nil {
		return nil, err
	}
	return eventsvc.New(cfg)
}

// siteService is newService for the pages: without a provider of texts they offer none.
func siteService(db *pgdb.DB, cfg settings) (*eventsvc.Service, error) {
	svc, err := serviceConfig(db, cfg.Base.SecretKey, cfg.PublicURL.String(), nil)
	if err != nil {
		return nil, err
	}
	svc.NoTexts = cfg.SMS.URL == ""
	return eventsvc.New(svc)
}

func serviceConfig(db *pgdb.DB, key config.Key, origin string, images eventsvc.Images) (eventsvc.Config, error) {
	signer, err := signedlink.New(key)
	if err != nil {
		return eventsvc.Config{}, err
	}
	queue, err := jobs.NewClient(db)
	if err != nil {
		return eventsvc.Config{}, err
	}
	return eventsvc.Config{
		DB: db, Signer: signer, Now: time.Now, Site: origin, Queue: queue, Images: images, OptOuts: messagesvc.NewOptOuts(time.Now), ClientIP: httpserver.ClientIP,
	}, nil
}

func blobConfig(c config.S3) blob.Config {
	return blob.Config{
		Endpoint: c.Endpoint, Bucket: c.Bucket, Region: c.Region, AccessKey: c.AccessKey, SecretKey: c.SecretKey.Reveal(),
	}
}

// openService is newService for the commands that run once.
func openService(ctx context.Context, cfg commandSettings) (svc *eventsvc.Service, done func(), err error) {
	store, err := blob.Open(blobConfig(cfg.S3))
	if err != nil {
		return nil, nil, err
	}
	db, err := pgdb.Open(ctx, pgdb.Config{URL: cfg.Postgres.URL.Reveal(), Role: pgdb.Site, MaxConns: 4, App: "events-command"})
	if err != nil {
		return nil, nil, err
	}
	if svc, err = newService(db, cfg.Key, cfg.PublicURL.String(), store); err != nil {
		db.Close()
		return nil, nil, err
	}
	return svc, db.Close, nil
}
