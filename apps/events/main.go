//go:build !js

// Command events is the public event site: discovery, events, sign-up without an account. It prerenders its pages,
// serves their browser program and answers the functions of events.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	_ "time/tzdata" // the events' zones, on servers that have none

	"groundswell/schema"
	"groundswell/shared/command"
	"groundswell/shared/config"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
)

// version is set by the linker.
var version string

// settings is what the events site reads from its environment.
type settings struct {
	config.Base
	config.Site
	config.Postgres
	config.Redis
	config.S3
	config.SMS
	Pages
}

// Pages is how this process serves its pages.
type Pages struct {
	CacheMB    int    `env:"PAGE_CACHE_MB" envDefault:"64" doc:"memory for public pages, in MB; -1 renders every request, for measuring"`
	RateLimits bool   `env:"RATE_LIMITS" envDefault:"1" doc:"0 lifts all rate limits, for measuring on a machine of your own"`
	DevReload  string `env:"DEV_RELOAD" doc:"the development stack's reload stream"`
}

// Defaults are the events site's own.
func (settings) Defaults() map[string]string {
	return map[string]string{"LISTEN": ":8083", "PRIVATE_LISTEN": "127.0.0.1:9083"}
}

func main() {
	command.Main(command.App{
		Name: "events", Version: version, PrivateListen: "127.0.0.1:9083",
		Commands: commands(),
	})
}

func migrate(ctx context.Context) error {
	cfg, err := config.Load[struct{ config.Postgres }](os.Environ())
	if err != nil {
		return err
	}
	return schema.Migrate(ctx, cfg.URL.Reveal())
}

// commandSettings is what the commands that run once read.
type commandSettings struct {
	config.Postgres
	config.S3
	Command
}

// Command is the part of a site's settings that its commands need too.
type Command struct {
	Key       config.Key    `env:"SECRET_KEY,required" doc:"the key that signs links: 32 random bytes, the same for every process"`
	PublicURL config.Origin `env:"PUBLIC_URL,required" doc:"the origin people reach the site at" example:"https://events.example.org"`
}

// operate is a command that needs the service. It says a fault in its own sentence.
func operate(run func(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		if slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "-help" || a == "--help" }) {
			return run(ctx, nil, []string{"--help"}, os.Stdout) // needs no environment
		}
		cfg, err := config.Load[commandSettings](os.Environ())
		if err != nil {
			return err
		}
		svc, done, err := openService(ctx, cfg)
		if err != nil {
			return err
		}
		defer done()
		return sentence(run(ctx, svc, args, os.Stdout))
	}
}

// sentence is what an operator reads of an error: of a fault only its words.
func sentence(err error) error {
	if f := fault.As(err); f != nil {
		return errors.New(f.Message)
	}
	return err
}
