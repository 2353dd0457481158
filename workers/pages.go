package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/riverqueue/river/rivertype"
	"riverqueue.com/riverui"

	"groundswell/shared/config"
	"groundswell/shared/jobs"
	"groundswell/shared/pgdb"
	"groundswell/shared/telemetry"
)

// jobPages are River's pages about jobs at /jobs/, for whoever knows the password; nil without one. Here dead letters are
// seen and tried again. They end with ctx.
func jobPages(ctx context.Context, password config.Secret, db *pgdb.DB, log *slog.Logger) (http.Handler, error) {
	if password == "" {
		return nil, nil
	}
	client, err := jobs.River(db)
	if err != nil {
		return nil, err
	}
	pages, err := riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints: riverui.NewEndpoints(client, nil), Logger: log, Prefix: "/jobs", JobListHideArgsByDefault: true,
	})
	if err != nil {
		return nil, fmt.Errorf("the pages about jobs: %w", err)
	}
	if err := pages.Start(ctx); err != nil {
		return nil, fmt.Errorf("start the pages about jobs: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/jobs/", guarded(password.Reveal(), http.NewCrossOriginProtection().Handler(pages)))
	return mux, nil
}

// guarded asks for the password by HTTP's basic authentication and compares in constant time.
func guarded(password string, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(password))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, given, _ := r.BasicAuth()
		got := sha256.Sum256([]byte(given))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="jobs", charset="UTF-8"`)
			http.Error(w, "The password is missing or wrong.", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// measureJobs adds how the queues stand to the metrics. A database that is away is no number.
func measureJobs(metrics *telemetry.Metrics, queue *jobs.Client) {
	perKind := func(value func(jobs.Kind) float64) func() []telemetry.Sample {
		return read(queue.Kinds, func(kinds []jobs.Kind) (out []telemetry.Sample) {
			for _, k := range kinds {
				out = append(out, telemetry.Sample{Value: value(k), Labels: []string{k.Queue, k.Kind}})
			}
			return out
		})
	}
	labels := []string{"queue", "kind"}
	metrics.Gauges("jobs_waiting", "Jobs that are due, by queue and kind.", labels, perKind(func(k jobs.Kind) float64 { return float64(k.Waiting) }))
	metrics.Gauges("jobs_running", "Jobs under way, by queue and kind.", labels, perKind(func(k jobs.Kind) float64 { return float64(k.Running) }))
	metrics.Gauges("jobs_oldest_seconds", "How long the first waiting job has been due, by queue and kind.", labels,
		perKind(func(k jobs.Kind) float64 { return k.Oldest.Seconds() }))
	metrics.Gauges("jobs", "Jobs by state; discarded ones failed for the last time.", []string{"state"}, read(queue.States, func(states map[rivertype.JobState]int) (out []telemetry.Sample) {
		for state, n := range states {
			out = append(out, telemetry.Sample{Value: float64(n), Labels: []string{string(state)}})
		}
		return out
	}))
}

// read makes samples of what there is when the metrics are read.
func read[T any](what func(context.Context) (T, error), samples func(T) []telemetry.Sample) func() []telemetry.Sample {
	return func() []telemetry.Sample {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		found, err := what(ctx)
		if err != nil {
			return nil
		}
		return samples(found)
	}
}
