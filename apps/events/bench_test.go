//go:build !js

package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/schema/seed"
	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

type nowhere struct{}

func (nowhere) Put(context.Context, string, string, []byte) error { return nil }

// BenchmarkEventPage renders an event's page with all its SQL and no cache.
func BenchmarkEventPage(b *testing.B) {
	db := dbtest.New(b)
	require.NoError(b, seed.Run(b.Context(), seed.Config{DB: db, Blob: nowhere{}, Now: time.Now(), Log: io.Discard}))
	svc, err := newService(dbtest.As(b, pgdb.Site), config.Key(make([]byte, 32)), "https://events.example.org", nil)
	require.NoError(b, err)
	log := slog.New(slog.DiscardHandler)
	cfg := settings{Pages: Pages{CacheMB: -1}}
	cfg.PublicURL = "https://events.example.org"
	site, err := newSite(cfg, newFunctions(svc, nil, noLimit, telemetry.NewMetrics("events", "bench"), log), nil, nil, log)
	require.NoError(b, err)
	found, err := svc.Find(b.Context(), events.FindIn{})
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			w := httptest.NewRecorder()
			site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/e/"+found.Events[n%len(found.Events)].Slug, nil))
			if w.Code != 200 {
				b.Error(w.Code)
			}
		}
	})
}
