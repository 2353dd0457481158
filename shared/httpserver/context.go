package httpserver

import (
	"context"
	"log/slog"
	"net/netip"

	"groundswell/shared/telemetry"
)

// request is what is known of the request being served.
type request struct {
	id    string
	ip    netip.Addr
	route string // set by SetRoute
}

type requestKey struct{}

// RequestID is the id of the request being served: in its answer, in every log line of its context. "" outside one.
func RequestID(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.id
	}
	return ""
}

// ClientIP is the address of the client, as seen by us or by the trusted proxies. The zero Addr outside a request.
func ClientIP(ctx context.Context) netip.Addr {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.ip
	}
	return netip.Addr{}
}

// SetRoute names the pattern that serves the request, for logs and metrics, where http.ServeMux did not.
func SetRoute(ctx context.Context, pattern string) {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		r.route = pattern
	}
}

// NewContext is ctx as Wrap gives it to a handler: for callers that are no HTTP request.
func NewContext(ctx context.Context, requestID string, client netip.Addr) context.Context {
	return newContext(ctx, &request{id: requestID, ip: client})
}

func newContext(ctx context.Context, r *request) context.Context {
	ctx = context.WithValue(ctx, requestKey{}, r)
	return telemetry.With(ctx, slog.String("request_id", r.id))
}
