//go:build !js

package fullstack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"groundswell/shared/fault"
)

// overHTTP is the browser's caller without a browser: the same request, the same reading of the answer.
type overHTTP struct{ server http.Handler }

func (c overHTTP) CallFunction(_ context.Context, spec Spec, _, out any) error {
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/fn/"+spec.Name, nil))
	return readAnswer(reply{status: w.Code, body: w.Body.Bytes()}, out)
}

// TestEveryFaultArrivesWhole: what a service returns is what a page gets, in process and over the wire, as the same type.
func TestEveryFaultArrivesWhole(t *testing.T) {
	t.Parallel()
	codes := []fault.Code{
		fault.Malformed, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Method, fault.Conflict, fault.Reload, fault.Gone,
		fault.TooLarge, fault.Unsupported, fault.Invalid, fault.TooMany, fault.Unavailable, "of_a_later_release",
	}
	field := rapid.Custom(func(t *rapid.T) fault.Field {
		return fault.Field{Name: rapid.String().Draw(t, "name"), Message: rapid.String().Draw(t, "message")}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := &fault.Error{
			Code: rapid.SampledFrom(codes).Draw(t, "code"), Message: rapid.String().Draw(t, "message"),
			RetryAfter: rapid.IntRange(0, 1e6).Draw(t, "after"),
		}
		if fields := rapid.SliceOfN(field, 0, 4).Draw(t, "fields"); len(fields) > 0 {
			want.Fields = fields
		}
		returned := error(want)
		if rapid.Bool().Draw(t, "wrapped") {
			returned = fmt.Errorf("secret of the service: %w", want)
		}
		fns, query := failing(returned)
		for _, api := range []Caller{fns, overHTTP{fns}} {
			_, err := query.Call(context.Background(), api, struct{}{})
			var got *fault.Error
			require.ErrorAs(t, err, &got)
			require.Equal(t, want, got)
			require.ErrorIs(t, err, fault.New(want.Code, ""))
		}
		w := httptest.NewRecorder()
		fns.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/fn/"+query.Name, nil))
		require.Equal(t, want.Code.Status(), w.Code)
		require.NotContains(t, w.Body.String(), "secret")
	})
}

// Anything else is Internal on both sides, with the request's id and nothing of what happened.
func TestAnErrorThatIsNoFaultArrivesAsInternal(t *testing.T) {
	t.Parallel()
	for _, returned := range []error{
		errors.New("secret"), fault.New(fault.Internal, "secret"), fmt.Errorf("a: %w", fault.New(fault.Internal, "secret")), context.Canceled,
		&Redirect{To: "/secret"}, // a page's to return, not a service's
	} {
		fns, query := failing(returned)
		for _, api := range []Caller{fns, overHTTP{fns}} {
			_, err := query.Call(t.Context(), api, struct{}{})
			var got *fault.Error
			require.ErrorAs(t, err, &got)
			require.Equal(t, fault.Internal, got.Code)
			require.Equal(t, "req-7", got.RequestID)
			require.NotContains(t, got.Message, "secret")
		}
	}
}

func failing(err error) (*Functions, Query[struct{}, string]) {
	query := Query[struct{}, string]{Name: "demo.fail"}
	fns := NewFunctions(FunctionsConfig{Log: slog.New(slog.DiscardHandler), RequestID: func(context.Context) string { return "req-7" }})
	Handle(fns, Policy{Name: "public"}, query, func(context.Context, struct{}) (string, error) { return "", err })
	return fns, query
}

// What is between us and the server answers in its own words; the person hears ours.
func TestAnAnswerThatIsNotOursIsAFaultByItsStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fault.Code{
		404: fault.NotFound, 410: fault.NotFound, 413: fault.TooLarge, 429: fault.TooMany, 502: fault.Unavailable, 503: fault.Unavailable,
		504: fault.Unavailable, 500: fault.Internal, 418: fault.Internal, 204: fault.Internal,
	} {
		for _, body := range []string{"", "<html>Bad gateway</html>", `{"fault":null}`, `{"fault":{}}`, `[]`} {
			require.Equal(t, want, faultOf(reply{status: status, body: []byte(body)}).Code, "%d %s", status, body)
		}
	}
	var out struct{ N int }
	require.ErrorIs(t, readAnswer(reply{status: 200, body: []byte(`{"N":"of another shape"}`)}, &out), fault.New(fault.Reload, ""))
	require.NoError(t, readAnswer(reply{status: 200, body: []byte(`{"N":7,"later":true}`)}, &out), "a newer server may say more")
	require.Equal(t, 7, out.N)
}
