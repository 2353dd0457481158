package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"groundswell/schema"
	"groundswell/schema/seed"
	"groundswell/shared/pgdb"
)

// instance is a process of the bench's own, on the stack's services, without limits per address.
type instance struct {
	URL     string
	Private string
	Started time.Duration // from exec to ready
	cmd     *exec.Cmd
}

// benchDatabase is newDatabase, seeded.
func benchDatabase(ctx context.Context) (string, error) {
	address, err := newDatabase(ctx)
	if err != nil {
		return "", err
	}
	db, err := pgdb.Open(ctx, pgdb.Config{URL: address, Role: pgdb.Owner, MaxConns: 4, App: "bench"})
	if err != nil {
		return "", err
	}
	defer db.Close()
	if err := seed.Run(ctx, seed.Config{DB: db, Blob: nowhere{}, Now: time.Now(), Log: io.Discard}); err != nil {
		return "", fmt.Errorf("seed: %w", err)
	}
	_, err = db.Exec(ctx, "analyze")
	return address, err
}

// newDatabase is a database of the bench's own on the stack's server, migrated: no workers look at it, so that what is
// measured is the site.
func newDatabase(ctx context.Context) (string, error) {
	u, err := url.Parse(os.Getenv("DATABASE_URL"))
	if err != nil {
		return "", fmt.Errorf("DATABASE_URL: %w", err)
	}
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return "", fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	name := fmt.Sprintf("bench_%d", time.Now().UnixNano())
	if _, err := conn.Exec(ctx, "create database "+name); err != nil {
		return "", fmt.Errorf("make a database: %w", err)
	}
	u.Path = "/" + name
	if err := schema.Migrate(ctx, u.String()); err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	return u.String(), nil
}

// nowhere drops the cover images: the bench asks for none.
type nowhere struct{}

// Put does nothing.
func (nowhere) Put(context.Context, string, string, []byte) error { return nil }

// startInstance is startProgram for the events site.
func startInstance(ctx context.Context, env ...string) (*instance, error) {
	return startProgram(ctx, "events", env...)
}

// startProgram runs a built binary with env on top of this process's and waits until it is ready.
func startProgram(ctx context.Context, name string, env ...string) (*instance, error) {
	public, private, err := freePorts()
	if err != nil {
		return nil, err
	}
	bin, err := filepath.Abs("bin/" + name)
	if err != nil {
		return nil, fmt.Errorf("bin/%s: %w", name, err)
	}
	i := &instance{URL: "http://" + public, Private: "http://" + private, cmd: exec.CommandContext(ctx, bin)}
	if name == "workers" { // as README says for a machine that they share with a site
		i.cmd = exec.CommandContext(ctx, "nice", "-n", "10", bin)
	}
	i.cmd.Env = append(os.Environ(), "LISTEN="+public, "PRIVATE_LISTEN="+private, "PUBLIC_URL="+i.URL, "RATE_LIMITS=0",
		"LOG_LEVEL=error", "DEV=0", "DEV_RELOAD=", "DRAIN_GRACE=0s")
	i.cmd.Env = append(i.cmd.Env, env...)
	i.cmd.Stderr = os.Stderr
	start := time.Now()
	if err := i.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", bin, err)
	}
	for time.Since(start) < 10*time.Second {
		resp, err := http.Get(i.Private + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				i.Started = time.Since(start)
				return i, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("bin/%s did not get ready in 10 s", name), i.stop())
}

func (i *instance) stop() error {
	if err := i.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", i.cmd.Path, err)
	}
	_ = i.cmd.Wait() // its exit code says nothing the bench asks
	return nil
}

func freePorts() (public, private string, err error) {
	var addrs [2]string
	for n := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close()
		addrs[n] = l.Addr().String()
	}
	return addrs[0], addrs[1], nil
}
