package eventsvc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/google/uuid"

	"groundswell/shared/blob"
	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
)

const (
	coverWidth = 2000             // pixels: no screen shows more of a page's cover
	coverWait  = 30 * time.Second // for the store
)

// cover is a picture that an organiser gave an event, as it is stored.
type cover struct {
	key, alt string
	data     []byte
	size     image.Point
}

// coverOf makes a picture fit to be shown: upright, not wider than needed, and nothing but pixels, because cameras write down where they
// were. Its key is that of what it shows and says, so the same picture is stored once. Invalid for what is no such picture.
func coverOf(given events.Image) (cover, error) {
	m, err := decodeImage(given.Data)
	if err != nil {
		return cover{}, fault.New(fault.Invalid, "The file is no picture that can be shown: a JPEG or PNG of at most %d MB, %d megapixels and %d pixels on a side.",
			imageBytes>>20, imagePixels>>20, imageSide)
	}
	data, size, err := shrink(m, orientation(given.Data), coverWidth)
	if err != nil {
		return cover{}, err
	}
	sum := sha256.Sum256(append(data[:len(data):len(data)], given.Alt...))
	return cover{"media/" + hex.EncodeToString(sum[:16]) + ".jpg", given.Alt, data, size}, nil
}

// storeCover makes and stores the picture, before any row names it: what no row names is removed after a day. Nil for none. Unavailable
// when the store does not take it.
func (s *Service) storeCover(ctx context.Context, given *events.Image) (*cover, error) {
	if given == nil || len(given.Data) == 0 {
		return nil, nil
	}
	if s.images == nil {
		return nil, errors.New("this process has no store of images")
	}
	c, err := coverOf(*given)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, coverWait)
	defer cancel()
	info := blob.Info{ContentType: "image/jpeg", CacheControl: immutable}
	if err := s.images.Put(ctx, c.key, bytes.NewReader(c.data), int64(len(c.data)), info); err != nil {
		return nil, fmt.Errorf("%w (%w)", fault.New(fault.Unavailable, "The picture could not be stored, so nothing was changed. Is the S3 store there, and is its bucket?"), err)
	}
	return &c, nil
}

// coverID is the picture that an event is to have: the one it had if it is the same, and nil for none. The worker makes the smaller
// versions of a new one.
func coverID(ctx context.Context, q *db.Queries, was db.LockEventForEditRow, c *cover, now time.Time) (*uuid.UUID, error) {
	if c == nil {
		return nil, nil
	}
	width, height := int32(c.size.X), int32(c.size.Y)
	id, err := q.PutImage(ctx, db.PutImageParams{
		ID: uuid.Must(uuid.NewV7()), OrgID: was.OrgID, Key: c.key, ContentType: "image/jpeg", Size: int64(len(c.data)), Width: &width, Height: &height, Alt: c.alt, Now: now,
	})
	if err != nil {
		return nil, fmt.Errorf("note the picture: %w", err)
	}
	if was.ImageID != nil && *was.ImageID == id {
		return was.ImageID, nil
	}
	return &id, nil
}
