package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/telemetry"
)

func TestLogLinesCarryTheContextAndHideSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := telemetry.Logger(&out, telemetry.LogConfig{App: "events"})
	ctx := telemetry.With(t.Context(), slog.String("request_id", "r1"))
	inner := telemetry.With(ctx, slog.String("job", "j1"))
	log.InfoContext(inner, "done", "email", "ada@example.org", "api_token", "t0p", "smtp", slog.GroupValue(slog.String("password", "hunter2"), slog.String("host", "mx")))
	log.DebugContext(ctx, "not shown")

	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line), "one line: %s", out.String())
	require.Equal(t, "events", line["app"])
	require.Equal(t, "r1", line["request_id"])
	require.Equal(t, "j1", line["job"])
	require.Equal(t, "[hidden]", line["email"])
	require.Equal(t, "[hidden]", line["api_token"])
	require.Equal(t, map[string]any{"password": "[hidden]", "host": "mx"}, line["smtp"])
}

func TestConsole(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := telemetry.Logger(&out, telemetry.LogConfig{App: "events", Format: "console"})
	log.InfoContext(telemetry.With(context.Background(), slog.String("request_id", "r1")), "hello", "password", "hunter2")
	require.Contains(t, out.String(), "hello")
	require.Contains(t, out.String(), "r1")
	require.NotContains(t, out.String(), "hunter2")
}

type stat struct{}

func (stat) AcquiredConns() int32           { return 3 }
func (stat) IdleConns() int32               { return 1 }
func (stat) TotalConns() int32              { return 4 }
func (stat) MaxConns() int32                { return 8 }
func (stat) AcquireCount() int64            { return 100 }
func (stat) EmptyAcquireCount() int64       { return 2 }
func (stat) CanceledAcquireCount() int64    { return 1 }
func (stat) AcquireDuration() time.Duration { return 1500 * time.Millisecond }

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics("events", "v1")
	m.Request("/e/{slug}", "BREW", 404, 3*time.Millisecond)
	m.Function("events.rsvp", "conflict", time.Millisecond)
	m.Job("events.confirm", "done", time.Millisecond)
	m.Gauge("cache_up", "Whether.", func() float64 { return 1 })
	telemetry.Pool(m, "main", func() stat { return stat{} })

	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body, err := io.ReadAll(rec.Result().Body)
	require.NoError(t, err)
	for _, want := range []string{
		`http_request_duration_seconds_count{method="OTHER",route="/e/{slug}",status="404"} 1`,
		`function_duration_seconds_count{code="conflict",function="events.rsvp"} 1`,
		`job_duration_seconds_count{kind="events.confirm",outcome="done"} 1`,
		`build_info{app="events",version="v1"} 1`, `cache_up 1`,
		`pgxpool_acquired_connections{pool="main"} 3`, `pgxpool_acquire_seconds_total{pool="main"} 1.5`,
		"go_goroutines",
	} {
		require.Contains(t, string(body), want)
	}
}
