// Package telemetry is what a process says about itself: structured logs that carry the request's id and hide secrets,
// and Prometheus metrics. It knows no feature, no driver and no HTTP server.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/lmittmann/tint"
)

// LogConfig says what is logged and how.
type LogConfig struct {
	Level  slog.Leveler // nil: info
	Format string       // "console" for people, anything else JSON
	App    string       // the binary's name, on every line
}

// Logger writes to w. Attributes put on a context by With are on every line logged with that context. A value whose
// key names a secret or a person (password, token, email, ...) is replaced by "[hidden]".
func Logger(w io.Writer, cfg LogConfig) *slog.Logger {
	if cfg.Level == nil {
		cfg.Level = slog.LevelInfo
	}
	var h slog.Handler
	if cfg.Format == "console" {
		h = tint.NewTextHandler(w, &tint.Options{Level: cfg.Level, TimeFormat: time.TimeOnly + ".000", ReplaceAttr: hide})
	} else {
		h = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: cfg.Level, ReplaceAttr: hide})
	}
	return slog.New(contextHandler{h}).With("app", cfg.App)
}

// With returns a context whose log lines carry attrs, besides those it carries already.
func With(ctx context.Context, attrs ...slog.Attr) context.Context {
	known, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	return context.WithValue(ctx, attrsKey{}, append(slices.Clip(known), attrs...))
}

type attrsKey struct{}

// contextHandler adds the context's attributes to each record.
type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if attrs, ok := ctx.Value(attrsKey{}).([]slog.Attr); ok {
		r.AddAttrs(attrs...)
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}

// hide is the net under the rule that nobody logs such values: it goes by the attribute's key.
func hide(_ []string, a slog.Attr) slog.Attr {
	if secret(a.Key) && a.Value.Kind() != slog.KindGroup {
		a.Value = slog.StringValue("[hidden]")
	}
	return a
}

func secret(key string) bool {
	key = strings.ToLower(key)
	for _, part := range [...]string{
		"password", "passwd", "secret", "token", "authorization", "cookie", "dsn", "database_url", "redis_url", "smtp_url",
		"email", "phone", "recipient", "given_name", "family_name", "postal_code",
	} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}
