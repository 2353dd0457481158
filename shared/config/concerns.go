package config

import (
	"log/slog"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"time"
)

// Base is what every binary reads.
type Base struct {
	PrivateListen string        `env:"PRIVATE_LISTEN,required" doc:"the address for health checks and metrics; keep it off the public network" example:"127.0.0.1:9083"`
	LogLevel      slog.Level    `env:"LOG_LEVEL" envDefault:"info" doc:"the least level logged: debug, info, warn or error"`
	LogFormat     string        `env:"LOG_FORMAT" envDefault:"json" doc:"the form of the log: json, or console for people"`
	DrainGrace    time.Duration `env:"DRAIN_GRACE" envDefault:"3s" doc:"how long a stopping process keeps serving while it says it is not ready, so that balancers notice; 0 with DEV"`
	Dev           bool          `env:"DEV" envDefault:"0" doc:"1 in the development stack: no drain grace, and releases share no files"`
	SecretKey     Key           `env:"SECRET_KEY,required" doc:"the key that signs links: 32 random bytes, the same for every process" example:"$(openssl rand -hex 32)"`
}

// Check asks for a known log format and a listening address.
func (b Base) Check(report func(name, format string, args ...any)) {
	if !slices.Contains([]string{"json", "console"}, b.LogFormat) {
		report("LOG_FORMAT", "is neither json nor console")
	}
	if b.DrainGrace < 0 || b.DrainGrace > time.Minute {
		report("DRAIN_GRACE", "is not between 0s and 1m")
	}
	checkListen("PRIVATE_LISTEN", b.PrivateListen, report)
}

// Grace is DRAIN_GRACE, none in development.
func (b Base) Grace() time.Duration {
	if b.Dev {
		return 0
	}
	return b.DrainGrace
}

// Site is what every site reads besides Base.
type Site struct {
	Listen         string   `env:"LISTEN,required" doc:"the address the site is served at" example:":8083"`
	PublicURL      Origin   `env:"PUBLIC_URL,required" doc:"the origin people reach the site at" example:"https://events.example.org"`
	TrustedProxies Prefixes `env:"TRUSTED_PROXIES" doc:"the networks whose X-Forwarded-For and X-Request-Id are believed" example:"10.0.0.0/8,::1"`
}

// Check asks for a listening address.
func (s Site) Check(report func(name, format string, args ...any)) {
	checkListen("LISTEN", s.Listen, report)
}

// Postgres is the database.
type Postgres struct {
	URL      Secret `env:"DATABASE_URL,required" doc:"the PostgreSQL database" example:"postgres://user:password@localhost:5432/groundswell"`
	MaxConns int    `env:"DATABASE_MAX_CONNS" envDefault:"8" doc:"the most connections this process opens"`
}

// Check asks for a postgres URL and a pool of a sane size.
func (p Postgres) Check(report func(name, format string, args ...any)) {
	checkURL("DATABASE_URL", p.URL.Reveal(), report, "postgres", "postgresql")
	if p.MaxConns < 2 || p.MaxConns > 1000 {
		report("DATABASE_MAX_CONNS", "is not between 2 and 1000")
	}
}

// Redis is the cache, the rate limits and the live topics.
type Redis struct {
	URL Secret `env:"REDIS_URL,required" doc:"the Redis server; the site works without it, only degraded, when it is away" example:"redis://localhost:6379/0"`
}

// Check asks for a redis URL.
func (r Redis) Check(report func(name, format string, args ...any)) {
	checkURL("REDIS_URL", r.URL.Reveal(), report, "redis", "rediss", "unix")
}

// S3 is the object store.
type S3 struct {
	Endpoint  string `env:"S3_ENDPOINT,required" doc:"the S3 service" example:"http://localhost:9000"`
	Bucket    string `env:"S3_BUCKET" envDefault:"groundswell" doc:"the bucket for media, attachments, exports and the releases' files"`
	Region    string `env:"S3_REGION" envDefault:"us-east-1" doc:"the region requests are signed for"`
	AccessKey string `env:"S3_ACCESS_KEY,required" doc:"the S3 access key" example:"groundswell"`
	SecretKey Secret `env:"S3_SECRET_KEY,required" doc:"the S3 secret key" example:"…"`
}

// Check asks for an http URL.
func (s S3) Check(report func(name, format string, args ...any)) {
	checkURL("S3_ENDPOINT", s.Endpoint, report, "http", "https")
}

// SMTP is the way mail leaves.
type SMTP struct {
	URL  Secret `env:"SMTP_URL,required" doc:"the mail server: smtp:// (STARTTLS when it is offered) or smtps://" example:"smtp://user:password@mail.example.org:587"`
	From string `env:"MAIL_FROM,required" doc:"the sender of every mail" example:"Groundswell <hello@example.org>"`
}

// Check asks for an smtp URL and a sender that is one address.
func (s SMTP) Check(report func(name, format string, args ...any)) {
	checkURL("SMTP_URL", s.URL.Reveal(), report, "smtp", "smtps")
	if _, err := mail.ParseAddress(s.From); s.From != "" && err != nil {
		report("MAIL_FROM", "is not a mail address, with or without a name")
	}
}

// SMS is the way texts leave, and whose posts about them are believed.
type SMS struct {
	URL Secret `env:"SMS_URL" doc:"the provider of text messages, of Twilio's shape, with the account and its token; empty: no texts are sent or taken" example:"https://SID:TOKEN@api.twilio.com"`
}

// Check asks for an http URL with an account.
func (s SMS) Check(report func(name, format string, args ...any)) {
	checkURL("SMS_URL", s.URL.Reveal(), report, "https", "http")
	if u, err := url.Parse(s.URL.Reveal()); s.URL != "" && err == nil {
		if token, _ := u.User.Password(); u.User.Username() == "" || token == "" {
			report("SMS_URL", "does not name an account and its token")
		}
	}
}

// checkURL leaves the empty value to "required".
func checkURL(name, value string, report func(name, format string, args ...any), schemes ...string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil || !slices.Contains(schemes, u.Scheme) || (u.Host == "" && u.Path == "") {
		report(name, "is not a %s:// URL", schemes[0])
	}
}

func checkListen(name, value string, report func(name, format string, args ...any)) {
	if value == "" {
		return
	}
	if _, _, err := net.SplitHostPort(value); err != nil {
		report(name, "is not host:port or :port")
	}
}
