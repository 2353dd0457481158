//go:build !js

package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
	"groundswell/shared/dbtest"
	"groundswell/shared/fullstack"
	"groundswell/shared/httpserver"
	"groundswell/shared/pgdb"
	"groundswell/shared/sms"
	"groundswell/shared/telemetry"
)

const (
	smsURL   = "https://ACtest:secret@sms.example.org"
	adaPhone = "+12165550123"
	textID   = "00000000-0000-7000-8000-000000000501"
	mailID   = "00000000-0000-7000-8000-000000000502"
)

// phones is the site with a provider of texts, two organisations that text, and one text in doubt.
type phones struct {
	t        *testing.T
	db       *pgdb.DB
	http     http.Handler
	provider *sms.Client
}

func newPhones(t *testing.T, provider string) phones {
	t.Helper()
	p := phones{t: t, db: dbtest.New(t)}
	for _, sql := range []string{
		`insert into organizations (id, slug, name, sms_number) values ('00000000-0000-7000-8000-000000000001', 'harbor', 'Harbor <Votes> & Co', '+12165550100')`,
		`insert into organizations (id, slug, name, sms_number) values ('00000000-0000-7000-8000-000000000002', 'porch', 'Porch', '+12165550200')`,
		`insert into deliveries (id, org_id, key, kind, channel, recipient, message_id, status, created_at, updated_at)
			values ('` + textID + `', '00000000-0000-7000-8000-000000000001', 'text', 'events.text', 'sms', '` + adaPhone + `', '', 'unknown', now(), now())`,
		`insert into deliveries (id, org_id, key, kind, recipient, message_id, status, created_at, updated_at)
			values ('` + mailID + `', '00000000-0000-7000-8000-000000000001', 'mail', 'events.mail', 'ada@example.org', 'x@example.org', 'unknown', now(), now())`,
	} {
		_, err := p.db.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	log, metrics := slog.New(slog.DiscardHandler), telemetry.NewMetrics("events", "test")
	cfg := settings{SMS: config.SMS{URL: config.Secret(provider)}}
	require.NoError(t, cfg.PublicURL.UnmarshalText([]byte(siteOrigin)))
	cfg.Base.SecretKey = config.Key(strings.Repeat("k", 32))
	svc, err := siteService(dbtest.As(t, pgdb.Site), cfg)
	require.NoError(t, err)
	site, err := newSite(cfg, newFunctions(svc, func(context.Context, fullstack.Rate) error { return nil }, noLimit, metrics, log), nil, nil, log)
	require.NoError(t, err)
	t.Cleanup(site.Wait)
	require.NoError(t, mountTexts(cfg, dbtest.As(t, pgdb.Site), site, metrics, log))
	p.http = httpserver.Wrap(httpserver.Config{Log: log}, site)
	p.provider, err = sms.New(smsURL)
	require.NoError(t, err)
	return p
}

// post is a form as the provider posts it: signed, from nowhere that a browser was.
func (p phones) post(path string, form url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set(sms.SignatureHeader, p.provider.Sign(siteOrigin+path, form))
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	p.http.ServeHTTP(w, r)
	return w
}

func (p phones) one(sql string) (out string) {
	p.t.Helper()
	require.NoError(p.t, p.db.QueryRow(p.t.Context(), sql).Scan(&out))
	return out
}

func (p phones) stopped() string {
	return p.one(`select coalesce(string_agg(o.slug, ' '), '') from suppressions s join organizations o on o.id = s.org_id where s.channel = 'sms' and address_hash = sha256('+12165550123')`)
}

func texted(to, body string) url.Values {
	return url.Values{"MessageSid": {"SM1"}, "AccountSid": {"ACtest"}, "From": {adaPhone}, "To": {to}, "Body": {body}, "NumMedia": {"0"}}
}

func told(status, code string) url.Values {
	return url.Values{"MessageSid": {"SM9"}, "MessageStatus": {status}, "ErrorCode": {code}, "To": {adaPhone}, "From": {"+12165550100"}}
}

const statusPath = "/sms/status?delivery=" + textID

func TestAPostOfTheProviderSettlesATextInDoubt(t *testing.T) {
	t.Parallel()
	p := newPhones(t, smsURL)
	for _, status := range []string{"queued", "delivered", "sent", "delivered"} {
		w := p.post(statusPath, told(status, ""))
		require.Equal(t, http.StatusNoContent, w.Code, w.Body)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	}
	require.Equal(t, "sent SM9 true", p.one(`select concat_ws(' ', status, message_id, (delivered_at is not null)::text) from deliveries where channel = 'sms'`))
	require.Equal(t, "unknown", p.one(`select status from deliveries where channel = 'email'`))
}

func TestAPostOfAStopElsewhereSuppresses(t *testing.T) {
	t.Parallel()
	p := newPhones(t, smsURL)
	require.Equal(t, http.StatusNoContent, p.post(statusPath, told("failed", "21610")).Code)
	require.Equal(t, "harbor", p.stopped())
	require.Equal(t, "failed failed 21610", p.one(`select concat_ws(' ', status, reason) from deliveries where channel = 'sms'`))
}

func TestATextedStopIsAnsweredOnceAndEndsThatOrganisationsTexts(t *testing.T) {
	t.Parallel()
	p := newPhones(t, smsURL)
	for _, change := range []func(*http.Request){
		func(*http.Request) {}, func(r *http.Request) {
			r.Header.Set("Origin", "https://sms.example.org")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		},
	} {
		w := p.post("/sms/inbound", texted("+12165550100", "Stop."), change)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "text/xml; charset=utf-8", w.Header().Get("Content-Type"))
		require.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
			`<Response><Message>Harbor &lt;Votes&gt; &amp; Co: you will get no more texts from us. Reply START to get them again.</Message></Response>`, w.Body.String())
	}
	require.Equal(t, "harbor", p.stopped())
	require.Equal(t, "1", p.one(`select count(*)::text from consents`))

	again := texted("+12165550200", "START")
	again.Set("MessageSid", "SM2")
	require.Equal(t, http.StatusOK, p.post("/sms/inbound", again).Code)
	require.Equal(t, "harbor", p.stopped(), "another organisation's number")

	handled := texted("+12165550200", "PARAR")
	handled.Set("MessageSid", "SM3")
	handled.Set("OptOutType", "STOP")
	require.Contains(t, p.post("/sms/inbound", handled).Body.String(), "<Response></Response>", "the provider has answered")
	require.Equal(t, "2", p.one(`select count(*)::text from suppressions`))
}

func TestPostsThatAreNotTheProviders(t *testing.T) {
	t.Parallel()
	p := newPhones(t, smsURL)
	stop, failed := texted("+12165550100", "STOP"), told("failed", "21610")
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	stranger, err := sms.New("https://ACtest:guess@sms.example.org")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		change func(*http.Request)
		want   int
	}{
		"no signature":           {"/sms/inbound", stop, func(r *http.Request) { r.Header.Del(sms.SignatureHeader) }, 403},
		"a made up signature":    {"/sms/inbound", stop, header(sms.SignatureHeader, "AAAA"), 403},
		"another token":          {"/sms/inbound", stop, header(sms.SignatureHeader, stranger.Sign(siteOrigin+"/sms/inbound", stop)), 403},
		"of another form":        {"/sms/inbound", stop, header(sms.SignatureHeader, p.provider.Sign(siteOrigin+"/sms/inbound", failed)), 403},
		"of another address":     {"/sms/inbound", stop, header(sms.SignatureHeader, p.provider.Sign(siteOrigin+statusPath, stop)), 403},
		"of another site":        {"/sms/inbound", stop, header(sms.SignatureHeader, p.provider.Sign("https://evil.example/sms/inbound", stop)), 403},
		"of another text":        {statusPath, failed, header(sms.SignatureHeader, p.provider.Sign(siteOrigin+"/sms/status?delivery="+mailID, failed)), 403},
		"a form that says JSON":  {"/sms/inbound", stop, header("Content-Type", "application/json"), 400},
		"no type":                {"/sms/inbound", stop, func(r *http.Request) { r.Header.Del("Content-Type") }, 400},
		"no form":                {"/sms/inbound", url.Values{}, nil, 400},
		"an address that breaks": {"/sms/status?delivery=%zz", failed, nil, 400},
		"huge":                   {"/sms/inbound", texted("+12165550100", strings.Repeat("stop ", 20_000)), nil, 413},
		"nobody's number":        {"/sms/inbound", texted("+12165550999", "STOP"), nil, 404},
		"a number that is none":  {"/sms/inbound", texted("12165550100", "STOP"), nil, 400},
		"NUL in the number":      {"/sms/inbound", texted("+1216555010\x00", "STOP"), nil, 400},
		"about nothing":          {"/sms/status", failed, nil, 400},
		"about a mail":           {"/sms/status?delivery=" + mailID, failed, nil, 404},
		"about another":          {"/sms/status?delivery=00000000-0000-7000-8000-000000000999", failed, nil, 404},
		"a name without end":     {statusPath, url.Values{"MessageSid": {strings.Repeat("x", 5000)}, "MessageStatus": {"failed"}}, nil, 404},
		"NUL in the name":        {statusPath, url.Values{"MessageSid": {"SM\x00"}, "MessageStatus": {"failed"}}, nil, 422},
		"a word of its own":      {statusPath, url.Values{"MessageSid": {"SM9"}, "MessageStatus": {"'; --"}, "ErrorCode": {"99999999999999999999"}}, nil, 204},
	} {
		if c.change == nil {
			c.change = func(*http.Request) {}
		}
		w := p.post(c.path, c.form, c.change)
		require.Equal(t, c.want, w.Code, "%s: %s", name, w.Body)
	}
	require.Empty(t, p.stopped())
	require.Equal(t, "0", p.one(`select count(*)::text from consents`))
	require.Equal(t, "unknown unknown", p.one(`select string_agg(status, ' ') from deliveries`))
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		w := httptest.NewRecorder()
		p.http.ServeHTTP(w, httptest.NewRequest(method, "/sms/inbound", nil))
		require.Equal(t, http.StatusNotFound, w.Code)
	}
}

func TestWithoutAProviderNothingIsTaken(t *testing.T) {
	t.Parallel()
	p := newPhones(t, "")
	require.Equal(t, http.StatusNotFound, p.post("/sms/inbound", texted("+12165550100", "STOP")).Code)
	require.Equal(t, http.StatusNotFound, p.post(statusPath, told("failed", "21610")).Code)
	require.Empty(t, p.stopped())
}

// A provider that is told to posts again what is answered so. One that does not still has the STOP on its own list.
func TestADatabaseThatIsAwayAsksThemToPostAgain(t *testing.T) {
	t.Parallel()
	p := newPhones(t, smsURL)
	require.NoError(t, p.db.Tx(t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `lock table deliveries, organizations in access exclusive mode`); err != nil {
			return err
		}
		for path, form := range map[string]url.Values{"/sms/inbound": texted("+12165550100", "STOP"), statusPath: told("delivered", "")} {
			w := p.post(path, form)
			require.Equal(t, http.StatusServiceUnavailable, w.Code, path)
			require.NotEmpty(t, w.Header().Get("Retry-After"))
		}
		return nil
	}))
	require.Equal(t, http.StatusOK, p.post("/sms/inbound", texted("+12165550100", "STOP")).Code)
	require.Equal(t, "harbor", p.stopped())
}
