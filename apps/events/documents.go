//go:build !js

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"groundswell/shared/command"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fault"
	"groundswell/shared/lru"
)

const (
	mostDocumentBytes = 32 << 20
	mostWriters       = 2 // writing a long calendar or drawing a card is work: visitors wait rather than all of it runs at once
	writeTimeout      = 15 * time.Second
	// settled is how old a change must be before its date alone tells a version from the next: dates are in seconds, and a
	// transaction may commit a while after its stamp.
	settled = time.Minute
)

// documents serves feeds and cards: told apart by their version, written once for everybody who asks, kept compressed, and
// served as they were last while the database is away.
type documents struct {
	mu      sync.Mutex
	kept    *lru.Bytes[*document]
	flights singleflight.Group
	writers *semaphore.Weighted
}

type document struct {
	version  string
	modified time.Time
	body     []byte
	gzipped  []byte // nil when that is no gain
}

func newDocuments() *documents {
	return &documents{kept: lru.New(mostDocumentBytes, (*document).size), writers: semaphore.NewWeighted(mostWriters)}
}

func (d *document) size() int { return len(d.body) + len(d.gzipped) + 512 }

// serve answers with the feed: 304 by its version alone, else its bytes. The caller has set Content-Type and
// Cache-Control. key names the document among all others; "" keeps nothing, for what one person may see.
func (d *documents) serve(w http.ResponseWriter, r *http.Request, key string, read func(context.Context) (eventsvc.Feed, error)) error {
	feed, err := read(r.Context())
	old := d.peek(key)
	if errors.Is(err, fault.New(fault.Unavailable, "")) && old != nil {
		return send(w, r, old)
	}
	if err != nil {
		return err
	}
	if head(w, r, feed.Version, feed.Modified) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if old != nil && old.version == feed.Version {
		return send(w, r, old)
	}
	made, err := d.write(r.Context(), key, feed)
	if errors.Is(r.Context().Err(), context.Canceled) {
		return nil //nolint:nilerr // nobody reads the answer
	}
	if err != nil {
		return err
	}
	return send(w, r, made)
}

// write makes the document once for all who wait for the same version of it.
func (d *documents) write(ctx context.Context, key string, feed eventsvc.Feed) (*document, error) {
	if key == "" {
		return d.make(ctx, feed)
	}
	made := d.flights.DoChan(key+" "+feed.Version, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
		defer cancel()
		if doc := d.peek(key); doc != nil && doc.version == feed.Version {
			return doc, nil // of a flight that just landed
		}
		doc, err := d.make(ctx, feed)
		if err == nil {
			d.keep(key, doc)
		}
		return doc, err
	})
	select {
	case result := <-made:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*document), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *documents) make(ctx context.Context, feed eventsvc.Feed) (*document, error) {
	if err := d.writers.Acquire(ctx, 1); err != nil {
		return nil, fault.After(fault.Unavailable, 5*time.Second, "We are busy right now. Please try again in a few seconds.")
	}
	defer d.writers.Release(1)
	body, err := feed.Write(ctx)
	if err != nil {
		return nil, err
	}
	doc := &document{version: feed.Version, modified: feed.Modified, body: body}
	if len(body) >= 1024 && !bytes.HasPrefix(body, []byte("\x89PNG")) {
		doc.gzipped = compress(body)
	}
	return doc, nil
}

func compress(b []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant that exists
	}
	_, _ = w.Write(b) // into memory
	_ = w.Close()
	return out.Bytes()
}

func (d *documents) peek(key string) *document {
	if key == "" {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	doc, _ := d.kept.Get(key)
	return doc
}

func (d *documents) keep(key string, doc *document) {
	if doc.size() > mostDocumentBytes/2 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept.Put(key, doc)
}

// head sets the validators and reports whether the client has this version (RFC 9110 section 13.2.2).
func head(w http.ResponseWriter, r *http.Request, version string, modified time.Time) (unchanged bool) {
	sum := sha256.Sum256([]byte(version + " " + command.Version())) // another build may write the same version otherwise
	tag := hex.EncodeToString(sum[:10])
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Etag", `"`+tag+encodingSuffix(r)+`"`)
	if !modified.IsZero() {
		h.Set("Last-Modified", modified.UTC().Format(http.TimeFormat))
	}
	if list := r.Header.Values("If-None-Match"); len(list) > 0 {
		joined := strings.Join(list, ",")
		return strings.TrimSpace(joined) == "*" || strings.Contains(joined, `"`+tag+`"`) || strings.Contains(joined, `"`+tag+`-gzip"`)
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !modified.IsZero() && time.Since(modified) > settled && !modified.Truncate(time.Second).After(since)
}

func send(w http.ResponseWriter, r *http.Request, doc *document) error {
	if head(w, r, doc.version, doc.modified) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := doc.body
	if doc.gzipped != nil && encodingSuffix(r) != "" {
		body = doc.gzipped
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
	return nil
}

// encodingSuffix tells the entity tags of the two encodings apart.
func encodingSuffix(r *http.Request) string {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, weighed := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if name == "gzip" && (!weighed || strings.Trim(strings.TrimPrefix(quality, "q="), "0.") != "") {
			return "-gzip"
		}
	}
	return ""
}
