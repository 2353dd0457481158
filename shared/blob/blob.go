// Package blob is the object store: the small part of S3 that every S3 has, under one bucket. The Postgres row is the
// truth about an object; this package knows keys and bytes only.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"groundswell/shared/fault"
)

// Config names the service and the bucket.
type Config struct {
	Endpoint  string // http(s)://host[:port]
	Bucket    string
	Region    string
	AccessKey string
	SecretKey string
}

// Store is safe for concurrent use. Its methods answer NotFound for a key that holds nothing and Unavailable when the
// service cannot be reached or fails; every other error is ours.
type Store struct {
	core   *minio.Core
	bucket string
	region string
}

// Info describes an object. ETag is in quotes, as HTTP has it.
type Info struct {
	Size         int64
	ContentType  string
	CacheControl string
	ETag         string
	Modified     time.Time
}

// Open makes a client; it does not connect.
func Open(cfg Config) (*Store, error) {
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Host == "" {
		return nil, errors.New("S3_ENDPOINT is not an http:// URL")
	}
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds:        credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:       u.Scheme == "https",
		Region:       cfg.Region,
		BucketLookup: minio.BucketLookupPath,
		MaxRetries:   2,
		Transport:    transport(),
	})
	if err != nil {
		return nil, fmt.Errorf("s3 client: %w", err)
	}
	return &Store{core: core, bucket: cfg.Bucket, region: cfg.Region}, nil
}

// transport gives up early on a service that is away or hangs.
func transport() *http.Transport {
	dialer := &net.Dialer{Timeout: time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:           dialer.DialContext,
		TLSHandshakeTimeout:   2 * time.Second,
		ResponseHeaderTimeout: 5 * time.Second,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true,
	}
}

// EnsureBucket makes the bucket unless it is there.
func (s *Store) EnsureBucket(ctx context.Context) error {
	there, err := s.core.BucketExists(ctx, s.bucket)
	if err != nil {
		return mapped("look for the bucket", err)
	}
	if there {
		return nil
	}
	err = s.core.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: s.region})
	if code := minio.ToErrorResponse(err).Code; code == "BucketAlreadyOwnedByYou" || code == "BucketAlreadyExists" {
		return nil // another process was faster
	}
	return mapped("make the bucket", err)
}

// Check asks for the bucket, for /healthz/deps.
func (s *Store) Check(ctx context.Context) error {
	there, err := s.core.BucketExists(ctx, s.bucket)
	if err == nil && !there {
		err = errors.New("the bucket does not exist")
	}
	if err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	return nil
}

// Put stores size bytes of r under key, whole or not at all, over what was there. size must be known.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64, info Info) error {
	if err := check(key); err != nil {
		return err
	}
	_, err := s.core.Client.PutObject(ctx, s.bucket, key, r, size, minio.PutObjectOptions{
		ContentType: info.ContentType, CacheControl: info.CacheControl,
		// Nothing needs no signed chunks. The gateway of the development stack leaves those of an empty object unread, takes
		// them for another request, and its answer to that for the answer to our next one.
		DisableContentSha256: size == 0,
	})
	return mapped("put an object", err)
}

// patience is how long somebody who looks at a page waits for a file to begin, tries and all.
const patience = 3 * time.Second

// Get opens the object; the caller closes it. It is Unavailable when the service does not begin to answer in 3 s.
func (s *Store) Get(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	if err := check(key); err != nil {
		return nil, Info{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(patience, func() { cancel(context.DeadlineExceeded) })
	body, object, _, err := s.core.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err == nil && !late.Stop() {
		_ = body.Close()
		err = context.DeadlineExceeded
	}
	if err != nil {
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			err = context.DeadlineExceeded
		}
		cancel(nil)
		return nil, Info{}, mapped("get an object", err)
	}
	return &opened{body, func() { cancel(nil) }}, infoOf(object), nil
}

// opened is a body whose context lives as long as it is read.
type opened struct {
	io.ReadCloser
	done func()
}

// Close ends the reading.
func (o *opened) Close() error {
	defer o.done()
	return o.ReadCloser.Close()
}

// Stat describes the object.
func (s *Store) Stat(ctx context.Context, key string) (Info, error) {
	if err := check(key); err != nil {
		return Info{}, err
	}
	object, err := s.core.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, mapped("stat an object", err)
	}
	return infoOf(object), nil
}

// Remove removes the object; one that is not there is no error.
func (s *Store) Remove(ctx context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	return mapped("remove an object", s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
}

// List calls each for every object whose key begins with prefix, and stops at its error.
func (s *Store) List(ctx context.Context, prefix string, each func(key string, modified time.Time) error) error {
	ctx, stop := context.WithCancel(ctx) // ends the listing when each does
	defer stop()
	for o := range s.core.Client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return mapped("list objects", o.Err)
		}
		if err := each(o.Key, o.LastModified); err != nil {
			return err
		}
	}
	return nil
}

func infoOf(o minio.ObjectInfo) Info {
	return Info{
		Size: o.Size, ContentType: o.ContentType, CacheControl: o.Metadata.Get("Cache-Control"),
		ETag: `"` + strings.Trim(o.ETag, `"`) + `"`, Modified: o.LastModified,
	}
}

// saneKey allows what needs no escaping anywhere: folders of letters, digits, dots, dashes and underscores.
var saneKey = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

// check refuses other keys as NotFound: they come from URLs.
func check(key string) error {
	if len(key) > 512 || !saneKey.MatchString(key) {
		return fault.New(fault.NotFound, "There is no such file.")
	}
	return nil
}

// mapped tells what is not there and a service that fails from mistakes of ours.
func mapped(what string, err error) error {
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	var network net.Error
	switch {
	case answer.Code == "NoSuchKey" || answer.StatusCode == http.StatusNotFound:
		return fault.New(fault.NotFound, "There is no such file.")
	case errors.Is(err, context.Canceled):
	case answer.StatusCode >= 500, errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF):
		return &away{fault: fault.After(fault.Unavailable, 5*time.Second, "Files are not available for a moment."), cause: fmt.Errorf("%s: %w", what, err)}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// away is the fault people see with the cause the log needs.
type away struct {
	fault *fault.Error
	cause error
}

func (e *away) Error() string   { return e.fault.Error() + " (" + e.cause.Error() + ")" }
func (e *away) Unwrap() []error { return []error{e.fault, e.cause} }
