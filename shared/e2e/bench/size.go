package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/andybalholm/brotli"

	"groundswell/wasm/slim"
)

var dataScript = regexp.MustCompile(`(?s)<script type="application/json" id="fullstack-data">.*?</script>`)

// benchSize measures what a first visit downloads: the browser program, and what the page's data adds to its HTML.
func benchSize(ctx context.Context, r *report) error {
	info, err := os.Stat("wasm/events/dist/app.wasm.br")
	if err != nil {
		return fmt.Errorf("the browser program is not built (make wasm): %w", err)
	}
	r.atMost("events_client_brotli", float64(info.Size())/1e6, "MB", 1.2, 0)
	small, err := slim.Build(ctx, ".", "./shared/e2e/fixture/client")
	if err != nil {
		return err
	}
	// The wish is 0.9; where the linker puts things moves it by some kilobytes.
	r.atMost("small_app_brotli", float64(compressedSize(small, 11))/1e6, "MB", 0.92, float64(len(small))/1e6)

	base := os.Getenv("E2E_EVENTS_URL")
	slugs, err := upcoming(ctx, base)
	if err != nil {
		return err
	}
	for name, path := range map[string]string{"discover": "/", "event": "/e/" + slugs[0]} {
		page, _, err := fetch(ctx, base+path)
		if err != nil {
			return err
		}
		html := dataScript.ReplaceAll(page, nil)
		if len(html) == len(page) {
			return errors.New(path + " has no data script")
		}
		with, without := compressedSize(page, 5), compressedSize(html, 5)
		r.atMost("hydration_payload_"+name, float64(with)/float64(without), "ratio", 1.15, float64(without)/1000)
	}
	return nil
}

func compressedSize(b []byte, quality int) int {
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: 24})
	_, _ = w.Write(b) // a bytes.Buffer does not fail
	_ = w.Close()
	return out.Len()
}
