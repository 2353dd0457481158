package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/config"
)

type site struct {
	config.Base
	config.Site
	config.Postgres
	config.SMTP
	config.SMS
}

func (site) Defaults() map[string]string {
	return map[string]string{"LISTEN": ":8083", "PRIVATE_LISTEN": "127.0.0.1:9083"}
}

const key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

func good(change ...string) []string {
	return append([]string{
		"DATABASE_URL=postgres://u:hunter2@localhost/x", "PUBLIC_URL=https://Events.example.org/", "SECRET_KEY=" + key,
		"SMTP_URL=smtp://localhost:25", "MAIL_FROM=Groundswell <hello@example.org>",
	}, change...)
}

func TestLoad(t *testing.T) {
	t.Parallel()
	c, err := config.Load[site](good("TRUSTED_PROXIES=10.0.0.0/8, ::1", "LOG_LEVEL=debug", "LISTEN="))
	require.NoError(t, err)
	require.Equal(t, ":8083", c.Listen, "the binary's own default, an empty variable being none")
	require.Equal(t, "https://events.example.org", c.PublicURL.String())
	require.True(t, c.PublicURL.HTTPS())
	require.Equal(t, "postgres://u:hunter2@localhost/x", c.Postgres.URL.Reveal())
	require.Equal(t, slog.LevelDebug, c.LogLevel)
	require.Len(t, c.SecretKey, 32)
	require.Equal(t, 8, c.MaxConns)
	require.Equal(t, 3*time.Second, c.Grace())
	require.True(t, c.TrustedProxies.Contains(netip.MustParseAddr("::ffff:10.1.2.3")))
	require.False(t, c.TrustedProxies.Contains(netip.MustParseAddr("11.1.2.3")))
}

func TestDevelopmentDrainsAtOnce(t *testing.T) {
	t.Parallel()
	c, err := config.Load[site](good("DEV=1"))
	require.NoError(t, err)
	require.Zero(t, c.Grace())
}

func TestEveryProblemAtOnceInWords(t *testing.T) {
	t.Parallel()
	_, err := config.Load[site]([]string{
		"DATABASE_URL=mysql://root:hunter2@localhost", "PUBLIC_URL=https://x.example/path", "SECRET_KEY=hunter2short",
		"LOG_LEVEL=hunter2", "LOG_FORMAT=hunter2", "DATABASE_MAX_CONNS=hunter2", "DRAIN_GRACE=hunter2", "DEV=hunter2",
		"TRUSTED_PROXIES=hunter2", "MAIL_FROM=hunter2@", "LISTEN=hunter2", "SMS_URL=https://hunter2@sms.example.org",
	})
	require.Error(t, err)
	text := err.Error()
	require.NotContains(t, text, "hunter2", "a value may be a secret")
	for _, want := range []string{
		"DATABASE_URL is not a postgres:// URL", "PUBLIC_URL is not an origin", "SECRET_KEY is not at least 32 bytes in hexadecimal or base64",
		"LOG_LEVEL is not one of the values", "LOG_FORMAT is neither json nor console", "DATABASE_MAX_CONNS is not a whole number",
		"DRAIN_GRACE is not a duration such as", "DEV is not 1 or 0", "TRUSTED_PROXIES is not a list of networks",
		"SMTP_URL is not set: it is the mail server", "Example: SMTP_URL=smtp://user:password@mail.example.org:587",
		"MAIL_FROM is not a mail address", "LISTEN is not host:port", "SMS_URL does not name an account and its token",
	} {
		require.Contains(t, text, want)
	}
	require.Len(t, err, 13)
}

func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	c, err := config.Load[site](good())
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("started", "config", c, "url", c.Postgres.URL, "key", c.SecretKey)
	wire, err := json.Marshal(c)
	require.NoError(t, err)
	all := log.String() + string(wire) + fmt.Sprintf("%v %+v %#v", c, c, c)
	require.NotContains(t, all, "hunter2")
	require.NotContains(t, strings.ToLower(all), "000102")
	require.NotContains(t, all, "AAECAw")
}

func TestTableDocumentsEveryVariable(t *testing.T) {
	t.Parallel()
	vars := config.Table[site]()
	require.Equal(t, "PRIVATE_LISTEN", vars[0].Name)
	require.Equal(t, "127.0.0.1:9083", vars[0].Default)
	text := config.Markdown(vars)
	require.Contains(t, text, "| `DATABASE_URL` | **required** | the PostgreSQL database, like `postgres://")
	require.Contains(t, text, "| `LOG_FORMAT` | `json` |")
}
