//go:build !js

package fullstack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"groundswell/shared/blob"
	"groundswell/shared/fault"
	"groundswell/shared/lru"
)

// ReleaseStore is where releases put their hashed files for each other. A page names the files of its own release, and the
// process that is asked for them may run another: tabs stay open over a deploy, and two releases may stand behind one balancer.
type ReleaseStore interface {
	Get(ctx context.Context, key string) (io.ReadCloser, blob.Info, error)
	Put(ctx context.Context, key string, r io.Reader, size int64, info blob.Info) error
	Stat(ctx context.Context, key string) (blob.Info, error)
}

const (
	releasePrefix = "releases/"
	mostReleased  = 4 << 20 // bytes of one file, as it is stored

	// A running release renews its files daily; what nobody renewed for 30 days belongs to no page that is still open.
	renewReleased = 24 * time.Hour
	keepReleased  = 30 * 24 * time.Hour
	lookReleased  = 6 * time.Hour    // how often a release looks whether its files are there
	lookOnceMore  = 10 * time.Minute // and after putting some: a clean-up may have had an old one on its list
	firstRetry    = time.Second      // doubled while the store is away
	longestRetry  = time.Minute
)

// ShareFiles puts this build's hashed files into the store and keeps them there until ctx ends. While the store is away it
// tries again; nothing else waits for it. Without a store it returns at once.
func (s *Site) ShareFiles(ctx context.Context) {
	store := s.cfg.Releases
	if store == nil {
		return
	}
	for retry := firstRetry; ; {
		put, err := s.assets.share(ctx, store)
		wait := lookReleased
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.cfg.Log.WarnContext(ctx, "this release's files are not shared yet: pages of it lack them when another release answers", "error", err)
			wait, retry = retry, min(2*retry, longestRetry)
		case put > 0:
			s.cfg.Log.InfoContext(ctx, "this release's files are shared", "release", s.assets.release, "put", put)
			wait, retry = lookOnceMore, firstRetry
		default:
			retry = firstRetry
		}
		select {
		case <-time.After(wait + rand.N(wait/4)):
		case <-ctx.Done():
			return
		}
	}
}

// share puts what is not in the store, or not whole, or so old that a clean-up may come for it.
func (a *assets) share(ctx context.Context, store ReleaseStore) (put int, err error) {
	var group errgroup.Group
	group.SetLimit(4)
	var done atomic.Int64
	for url, f := range a.files {
		group.Go(func() error {
			key := releasePrefix + strings.TrimPrefix(url, staticFolder)
			info, err := store.Stat(ctx, key)
			if err != nil && !isNotFound(err) {
				return fmt.Errorf("look for %s: %w", key, err)
			}
			if err == nil && info.Size == int64(len(f.content)) && time.Since(info.Modified) < renewReleased {
				return nil
			}
			if err := store.Put(ctx, key, bytes.NewReader(f.content), int64(len(f.content)), blob.Info{}); err != nil {
				return fmt.Errorf("put %s: %w", key, err)
			}
			done.Add(1)
			return nil
		})
	}
	err = group.Wait()
	return int(done.Load()), err
}

// RemoveReleased removes the files of releases that have not run for thirty days, and says how many those were.
func RemoveReleased(ctx context.Context, store interface {
	List(ctx context.Context, prefix string, each func(key string, modified time.Time) error) error
	Remove(ctx context.Context, key string) error
}, now time.Time) (removed int, err error) {
	err = store.List(ctx, releasePrefix, func(key string, modified time.Time) error {
		if now.Sub(modified) < keepReleased {
			return nil
		}
		if err := store.Remove(ctx, key); err != nil {
			return err
		}
		removed++
		return nil
	})
	if err != nil {
		err = fmt.Errorf("remove the files of old releases: %w", err)
	}
	return removed, err
}

const (
	mostOthers    = 16 << 20        // bytes kept in memory
	mostAbsent    = 1 << 10         // names
	absentFor     = 5 * time.Second // a name that was not there is not asked for again
	othersAtOnce  = 8               // requests to the store
	othersWithin  = 8 * time.Second // for one file, waiting included
	firstLook     = 200 * time.Millisecond
	lastLook      = 1600 * time.Millisecond
	hashInName    = 6 // bytes
	awayForMoment = "This file is not available for a moment."
)

// others are the files of other releases, as far as they were asked for.
type others struct {
	store   ReleaseStore // nil: there are none
	limit   func(ctx context.Context, rate Rate) error
	log     *slog.Logger
	flights singleflight.Group
	slots   chan struct{}

	mu     sync.Mutex
	files  *lru.Bytes[*asset]
	absent *simplelru.LRU[string, absence]
}

// absence is why a file was not there a moment ago.
type absence struct {
	err error
	at  time.Time
}

func newOthers(cfg SiteConfig) (*others, error) {
	o := &others{store: cfg.Releases, limit: cfg.Functions.cfg.Limit, log: cfg.Log, files: lru.New(mostOthers, (*asset).size), slots: make(chan struct{}, othersAtOnce)}
	var err error
	if o.absent, err = simplelru.NewLRU[string, absence](mostAbsent, nil); err != nil {
		return nil, fmt.Errorf("files of other releases: %w", err)
	}
	return o, nil
}

// get finds the file of a hashed name. NotFound: no release of the last weeks has it; Unavailable: the store is away; TooMany:
// this client asked for too many that are not in memory.
func (o *others) get(ctx context.Context, name string) (*asset, error) {
	if _, _, ok := hashOf(name); !ok || o.store == nil {
		return nil, fault.New(fault.NotFound, "There is no such file.")
	}
	if f, err := o.known(name); f != nil || err != nil {
		return f, err
	}
	if err := o.limit(ctx, RateRead); err != nil { // whoever guesses names does not keep the store busy
		return nil, err
	}
	found, err, _ := o.flights.Do(name, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), othersWithin) // others wait for it, too
		defer cancel()
		f, err := o.await(ctx, name)
		if err != nil && !isNotFound(err) { // said once for all who wait
			o.log.WarnContext(ctx, "a file of another release is not available", "file", name, "error", err)
			err = fault.After(fault.Unavailable, absentFor, awayForMoment)
		}
		o.keep(name, f, err)
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return found.(*asset), nil
}

// await looks again for some seconds: a release that has just started serves pages while it still puts its files.
func (o *others) await(ctx context.Context, name string) (*asset, error) {
	for wait := firstLook; ; wait *= 2 {
		f, err := o.fetch(ctx, name)
		if !isNotFound(err) || wait > lastLook {
			return f, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// fetch reads the file. What is not of its name's hash, because it is cut short or something else, is not served.
func (o *others) fetch(ctx context.Context, name string) (*asset, error) {
	select {
	case o.slots <- struct{}{}:
		defer func() { <-o.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("too many files are asked for: %w", ctx.Err())
	}
	body, _, err := o.store.Get(ctx, releasePrefix+name)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	content, err := io.ReadAll(io.LimitReader(body, mostReleased+1))
	if err != nil {
		return nil, fmt.Errorf("read it: %w", err)
	}
	hash, ext, _ := hashOf(name)
	sum := sha256.Sum256(content)
	if len(content) > mostReleased || hex.EncodeToString(sum[:hashInName]) != hash {
		return nil, fmt.Errorf("%d bytes are not what the name says", len(content))
	}
	return newAsset(ext, content), nil
}

func (o *others) known(name string) (*asset, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f, ok := o.files.Get(name); ok {
		return f, nil
	}
	if a, ok := o.absent.Get(name); ok && time.Since(a.at) < absentFor {
		return nil, a.err
	}
	return nil, nil
}

func (o *others) keep(name string, f *asset, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.absent.Add(name, absence{err, time.Now()})
		return
	}
	o.files.Put(name, f)
}

// hashedName is the name of a hashed file: what it is, the hash of its content, and its kind.
var hashedName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.([0-9a-f]{12})(\.[a-z]{2,4})$`)

// hashOf reads the hash and the kind out of a file's name.
func hashOf(name string) (hash, ext string, ok bool) {
	m := hashedName.FindStringSubmatch(name)
	if m == nil || kindOf(m[2]) == "" {
		return "", "", false
	}
	return m[1], m[2], true
}

func isNotFound(err error) bool {
	e := fault.As(err)
	return e != nil && e.Code == fault.NotFound
}
