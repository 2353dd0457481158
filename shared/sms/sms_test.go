package sms_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/sending"
	"groundswell/shared/sms"
)

const token = "hunter2"

// provider answers with a handler; requests are what it was asked.
func provider(t *testing.T, answer http.HandlerFunc) *sms.Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	c, err := sms.New(strings.Replace(server.URL, "http://", "http://AC1:"+token+"@", 1) + "/")
	require.NoError(t, err)
	return c
}

var hello = sms.Text{From: "+12165550100", To: "+12165550123", Body: "Doors & döörs at 10 AM + later", Status: "https://events.example.org/sms/status?delivery=1"}

func TestATextArrivesWhole(t *testing.T) {
	t.Parallel()
	var got *http.Request
	c := provider(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		_ = r.ParseForm()
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprint(w, `{"sid": "SM1", "status": "queued"}`)
	})
	id, err := c.Send(t.Context(), hello)
	require.NoError(t, err)
	require.Equal(t, "SM1", id)
	require.Equal(t, "/2010-04-01/Accounts/AC1/Messages.json", got.URL.Path)
	require.Equal(t, http.MethodPost, got.Method)
	user, password, _ := got.BasicAuth()
	require.Equal(t, []string{"AC1", token}, []string{user, password})
	require.Equal(t, url.Values{"From": {hello.From}, "To": {hello.To}, "Body": {hello.Body}, "StatusCallback": {hello.Status}}, got.PostForm)
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   sending.Outcome
		reason string
	}{
		"too many":            {429, `{"code": 20429}`, sending.Temporary, "refused 20429"},
		"too many, no words":  {429, ``, sending.Temporary, "refused 429"},
		"a wrong token":       {401, `{"code": 20003}`, sending.Temporary, "refused 20003"},
		"not allowed":         {403, `nope`, sending.Temporary, "refused 403"},
		"no such account":     {404, `{"code": 20404}`, sending.Temporary, "refused 20404"},
		"elsewhere":           {302, ``, sending.Temporary, "refused 302"},
		"not our number":      {400, `{"code": 21606}`, sending.Temporary, "refused 21606"},
		"its queue is full":   {400, `{"code": 21611}`, sending.Temporary, "refused 21611"},
		"stopped":             {400, `{"code": 21610, "message": "+12165550123 stopped"}`, sending.Permanent, "refused 21610"},
		"no number":           {400, `{"code": 21211}`, sending.Permanent, "refused 21211"},
		"no mobile":           {400, `{"code": 21614}`, sending.Permanent, "refused 21614"},
		"no words about it":   {400, `<html>`, sending.Permanent, "refused 400"},
		"broken":              {500, `{"code": 20500}`, sending.Unknown, "answer 500"},
		"broken, with a code": {503, `{"code": 20429}`, sending.Unknown, "answer 503"},
		"too slow for it":     {408, ``, sending.Unknown, "answer 408"},
		"yes, unreadably":     {201, `{"sid": "SM`, sending.Unknown, "answer"},
		"yes, but what":       {201, `{}`, sending.Unknown, "answer"},
		"yes, without end":    {201, `{"x": "` + strings.Repeat("x", 1<<20), sending.Unknown, "answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			client := provider(t, func(w http.ResponseWriter, _ *http.Request) {
				asked++
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = fmt.Fprint(w, c.body)
			})
			_, err := client.Send(t.Context(), hello)
			var failure *sending.Error
			require.ErrorAs(t, err, &failure)
			require.Equal(t, c.want, failure.Outcome, failure.Error())
			require.Equal(t, c.reason, failure.Reason())
			require.Equal(t, name == "stopped", sms.Stopped(failure.Code))
			require.Equal(t, 1, asked)
			for _, secret := range []string{"+1216", token, "AC1"} {
				require.NotContains(t, err.Error(), secret)
			}
		})
	}
}

func TestAConnectionThatBreaksLeavesADoubt(t *testing.T) {
	t.Parallel()
	asked := 0
	client := provider(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	_, err := client.Send(t.Context(), hello)
	var failure *sending.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, sending.Unknown, failure.Outcome)
	require.Equal(t, 1, asked, "it is not asked again behind our back")
	require.NotContains(t, err.Error(), "AC1")
}

func TestNobodyThereIsTemporary(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	for _, at := range []string{"http://AC1:" + token + "@" + ln.Addr().String(), "https://AC1:" + token + "@" + plainServer(t)} {
		client, err := sms.New(at)
		require.NoError(t, err)
		_, err = client.Send(t.Context(), hello)
		var failure *sending.Error
		require.ErrorAs(t, err, &failure)
		require.Equal(t, sending.Temporary, failure.Outcome, err)
		require.Equal(t, "connect", failure.Reason())
		require.NotContains(t, err.Error(), "AC1")
	}
}

// plainServer speaks no TLS, so that nothing of a request can reach it.
func plainServer(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestAnEndedContextSendsNothingAndStopsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	client := provider(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		cancel()
		_, _ = fmt.Fprint(w, `{"sid": "SM1"}`)
	})
	_, err := client.Send(ctx, hello)
	require.NoError(t, err)
	_, err = client.Send(ctx, hello)
	var failure *sending.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, sending.Temporary, failure.Outcome)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, asked)
}

func TestConfigurationIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, server := range []string{
		"http://AC1:hunter2@api.example.com", "smtp://AC1:hunter2@localhost", "https://AC1@api.example.com", "https://:hunter2@api.example.com", "https://api.example.com",
		"https://AC1:hunter2@", ":hunter2", "",
	} {
		_, err := sms.New(server)
		require.Error(t, err, server)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
