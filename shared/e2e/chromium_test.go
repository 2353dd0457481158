package e2e

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"groundswell/shared/e2e/chromium"
)

// one is the browser of all tests; each test has a profile of its own in it.
type one struct {
	ctx   context.Context
	close func()
}

var start = sync.OnceValues(func() (one, error) {
	ctx, stop, err := chromium.Start(context.Background())
	return one{ctx, stop}, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if c, err := start(); err == nil {
		c.close()
	}
	os.Exit(code)
}

// browser starts Chromium, or skips the test with the reason.
func browser(t *testing.T) context.Context {
	t.Helper()
	c, err := start()
	switch {
	case errors.Is(err, chromium.ErrMissing) && os.Getenv("CI") == "":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return c.ctx
}
