package eventsvc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // an original may be one
	_ "image/png"  // or the other
	"io"
	"slices"
	"time"

	"groundswell/shared/blob"
	"groundswell/shared/events"
	"groundswell/shared/fault"
)

// Images is the store of cover images.
type Images interface {
	Get(ctx context.Context, key string) (io.ReadCloser, blob.Info, error)
	Put(ctx context.Context, key string, r io.Reader, size int64, info blob.Info) error
	Remove(ctx context.Context, key string) error
	List(ctx context.Context, prefix string, each func(key string, modified time.Time) error) error
}

const (
	imageBytes   = 32 << 20
	imagePixels  = 24 << 20 // what decoding may take: 96 MB; of a JPEG that is sent coarsely first, three times that
	imageSide    = 8192     // longer is no picture; a JPEG has 65,535 rows at most
	imageQuality = 75
	imagesAtOnce = 10
	immutable    = "public, max-age=31536000, immutable"
)

// errNotImage is why an image gets no smaller versions.
var errNotImage = errors.New("not an image that can be made smaller")

// MakeImages makes the smaller versions of the cover images that have none yet, a few at a time, and says of how many. An
// image that cannot be read, or is so large that reading it would be dangerous, is left as it is, once. One that the store does not give or
// take is tried again later, for eleven days, and holds up no other; the error names each.
func (s *Service) MakeImages(ctx context.Context) (int, error) {
	if s.images == nil {
		return 0, errors.New("this process has no store of images")
	}
	keys, err := s.q.ListImagesToDo(ctx, s.now(), imagesAtOnce)
	if err != nil {
		return 0, fmt.Errorf("list the images to do: %w", err)
	}
	made := 0
	var refused []error
	for _, key := range keys {
		note := s.q.FinishImage
		switch err := s.makeImage(ctx, key); {
		case err == nil:
			made++
		case errors.Is(err, errNotImage), errors.Is(err, fault.New(fault.NotFound, "")):
		case ctx.Err() != nil:
			return made, errors.Join(append(refused, fmt.Errorf("make smaller versions of %s: %w", key, err))...)
		default:
			note = s.q.PostponeImage
			refused = append(refused, fmt.Errorf("make smaller versions of %s: %w", key, err))
		}
		if err := note(ctx, s.now(), key); err != nil {
			return made, errors.Join(append(refused, fmt.Errorf("note the versions of %s: %w", key, err))...)
		}
	}
	return made, errors.Join(refused...)
}

func (s *Service) makeImage(ctx context.Context, key string) error {
	body, _, err := s.images.Get(ctx, key)
	if err != nil {
		return err
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, imageBytes+1))
	if err != nil {
		return fmt.Errorf("read the image: %w", err)
	}
	original, err := decodeImage(data)
	if err != nil {
		return err
	}
	for _, width := range events.ImageWidths() {
		smaller, _, err := shrink(original, 1, width)
		if err != nil {
			return err
		}
		info := blob.Info{ContentType: "image/jpeg", CacheControl: immutable}
		if err := s.images.Put(ctx, events.ImageVariant(key, width), bytes.NewReader(smaller), int64(len(smaller)), info); err != nil {
			return err
		}
	}
	return nil
}

// decodeImage judges the size by the header, before anything is unpacked.
func decodeImage(data []byte) (image.Image, error) {
	header, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || len(data) > imageBytes || header.Width <= 0 || header.Height <= 0 ||
		max(header.Width, header.Height) > imageSide || header.Height > imagePixels/header.Width {
		return nil, errNotImage
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errNotImage
	}
	return m, nil
}

// orphanAge is how long a file may be there before its row: an upload comes first.
const orphanAge = 24 * time.Hour

// RemoveOrphans removes images that no event shows, and versions of images, that are older than a day, and says how many files
// those were.
func (s *Service) RemoveOrphans(ctx context.Context) (int, error) {
	if s.images == nil {
		return 0, errors.New("this process has no store of images")
	}
	if err := s.q.ForgetImages(ctx, s.now().Add(-orphanAge)); err != nil {
		return 0, fmt.Errorf("forget images that no event shows: %w", err)
	}
	var old []string
	err := s.images.List(ctx, "media/", func(key string, modified time.Time) error {
		if s.now().Sub(modified) > orphanAge {
			old = append(old, key)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("list the images: %w", err)
	}
	removed := 0
	for keys := range slices.Chunk(old, 1000) {
		n, err := s.removeOrphans(ctx, keys)
		if removed += n; err != nil {
			return removed, fmt.Errorf("remove orphans: %w", err)
		}
	}
	return removed, nil
}

func (s *Service) removeOrphans(ctx context.Context, keys []string) (int, error) {
	originals := make([]string, len(keys))
	for i, key := range keys {
		originals[i] = key
		if of, ok := events.ImageOriginal(key); ok {
			originals[i] = of
		}
	}
	known, err := s.q.ListKnownImages(ctx, originals)
	if err != nil {
		return 0, err
	}
	removed := 0
	for i, key := range keys {
		if slices.Contains(known, originals[i]) {
			continue
		}
		if err := s.images.Remove(ctx, key); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
