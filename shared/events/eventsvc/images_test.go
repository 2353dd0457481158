package eventsvc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/blob"
	"groundswell/shared/fault"
)

// shelf is a store of images in memory.
type shelf map[string]object

type object struct {
	data     []byte
	info     blob.Info
	modified time.Time
}

func (s shelf) Get(_ context.Context, key string) (io.ReadCloser, blob.Info, error) {
	o, ok := s[key]
	if !ok {
		return nil, blob.Info{}, fault.New(fault.NotFound, "There is no such file.")
	}
	return io.NopCloser(bytes.NewReader(o.data)), o.info, nil
}

func (s shelf) Put(_ context.Context, key string, r io.Reader, _ int64, info blob.Info) error {
	data, err := io.ReadAll(r)
	s[key] = object{data, info, noon}
	return err
}

func (s shelf) Remove(_ context.Context, key string) error { delete(s, key); return nil }

func (s shelf) List(_ context.Context, _ string, each func(string, time.Time) error) error {
	for key, o := range s {
		if err := each(key, o.modified); err != nil {
			return err
		}
	}
	return nil
}

func (b *bundle) asset(key, kind string) {
	b.t.Helper()
	b.exec(`insert into media_assets (id, org_id, key, content_type, size) values ($1, $2, $3, $4, 1)`, uuid.Must(uuid.NewV7()), b.org, key, kind)
}

func picture(t *testing.T, width, height int, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, color.NRGBA{uint8(x), uint8(y), 99, 255})
		}
	}
	var out bytes.Buffer
	require.NoError(t, encode(&out, m))
	return out.Bytes()
}

func asJPEG(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }

func TestCoverImagesGetSmallerVersionsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.images["media/aa.jpg"] = object{data: picture(t, 1600, 900, asJPEG)}
	b.images["media/bb.png"] = object{data: picture(t, 500, 250, png.Encode)}
	b.asset("media/aa.jpg", "image/jpeg")
	b.asset("media/bb.png", "image/png")
	b.asset("media/gone.jpg", "image/jpeg")
	made, err := b.work.MakeImages(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, made)
	for key, want := range map[string]image.Point{
		"media/aaw400.jpg": {400, 225}, "media/aaw800.jpg": {800, 450}, "media/aaw1200.jpg": {1200, 675},
		"media/bbw400.png": {400, 200}, "media/bbw800.png": {500, 250},
	} {
		o, ok := b.images[key]
		require.True(t, ok, key)
		size, kind, err := image.DecodeConfig(bytes.NewReader(o.data))
		require.NoError(t, err)
		require.Equal(t, "jpeg", kind)
		require.Equal(t, want, image.Point{size.Width, size.Height}, key)
		require.Equal(t, "image/jpeg", o.info.ContentType)
	}
	require.Less(t, len(b.images["media/aaw400.jpg"].data), len(b.images["media/aa.jpg"].data)/4)
	made, err = b.work.MakeImages(t.Context())
	require.NoError(t, err)
	require.Zero(t, made)
}

// lame is a store that does not give one of its images.
type lame struct {
	shelf
	refused string
}

func (l lame) Get(ctx context.Context, key string) (io.ReadCloser, blob.Info, error) {
	if key == l.refused {
		return nil, blob.Info{}, errors.New("access denied")
	}
	return l.shelf.Get(ctx, key)
}

func TestAnImageThatTheStoreRefusesHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.serve(lame{b.images, "media/a0.jpg"})
	for _, key := range []string{"media/a0.jpg", "media/a1.jpg", "media/a2.jpg"} {
		b.images[key] = object{data: picture(t, 100, 100, asJPEG)}
		b.asset(key, "image/jpeg")
	}
	made, err := b.work.MakeImages(t.Context())
	require.ErrorContains(t, err, "smaller versions of media/a0.jpg: access denied")
	require.Equal(t, 2, made)
	_, err = b.work.MakeImages(t.Context())
	require.NoError(t, err, "not at once again")
	tries := 1
	for ; b.number(`select count(*) from media_assets where variants_at is null`) > 0; tries++ {
		b.pass(time.Minute << (tries - 1))
		_, err = b.work.MakeImages(t.Context())
		require.ErrorContains(t, err, "access denied", tries)
	}
	require.Equal(t, 14, tries)
	b.serve(b.images)
	made, err = b.work.MakeImages(t.Context())
	require.NoError(t, err)
	require.Zero(t, made, "that one stays as it is")
}

func TestDangerousImagesAreLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	huge := picture(t, 1, 1, png.Encode)
	binary.BigEndian.PutUint32(huge[16:], 60_000) // a header that promises 60,000 by 60,000 pixels
	binary.BigEndian.PutUint32(huge[20:], 60_000)
	whole := picture(t, 300, 300, asJPEG)
	var vast bytes.Buffer // a good image of few bytes that takes 30 MB to unpack, and more as colours
	require.NoError(t, png.Encode(&vast, image.NewPaletted(image.Rect(0, 0, 6000, 5000), color.Palette{color.Black, color.White})))
	for key, data := range map[string][]byte{
		"media/a4.png": vast.Bytes(), "media/a0.jpg": {}, "media/a1.jpg": []byte("<svg onload=alert(1)>"), "media/a2.png": huge, "media/a3.jpg": whole[:len(whole)/2],
		"media/a5.png": picture(t, 1, 70_000, png.Encode), // higher than a JPEG can be
	} {
		b.images[key] = object{data: data}
		b.asset(key, "image/jpeg")
	}
	made, err := b.work.MakeImages(t.Context())
	require.NoError(t, err)
	require.Zero(t, made)
	require.Len(t, b.images, 6)
	require.Zero(t, b.number(`select count(*) from media_assets where variants_at is null`), "and not tried again")
}

func TestFilesThatNoEventShowsAreRemoved(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	_, _ = b.asks(supper())
	for _, key := range []string{"media/aa.jpg", "media/ee.jpg", "media/ff.jpg"} {
		b.asset(key, "image/jpeg")
		b.exec(`update media_assets set created_at = $1 where key = $2`, noon.Add(-25*hour), key)
	}
	b.asset("media/dd.jpg", "image/jpeg")
	b.exec(`update media_assets set created_at = $1 where key = 'media/dd.jpg'`, noon.Add(-23*hour))
	b.event("canvass", "Canvass")
	b.exec(`update events e set image_id = m.id from media_assets m where e.slug = 'canvass' and m.key = 'media/aa.jpg'`)
	b.exec(`update events e set image_id = m.id from media_assets m, volunteer_hosts h where e.id = h.event_id and m.key = 'media/ee.jpg'`)
	old := object{modified: noon.Add(-25 * hour)}
	for _, key := range []string{"media/aa.jpg", "media/aaw400.jpg", "media/bb.jpg", "media/bbw800.jpg", "media/dd.jpg", "media/ee.jpg", "media/ff.jpg"} {
		b.images[key] = old
	}
	b.images["media/cc.jpg"] = object{modified: noon.Add(-23 * hour)}
	n, err := b.work.RemoveOrphans(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Len(t, b.images, 5)
	require.Contains(t, b.images, "media/aaw400.jpg")
	require.Contains(t, b.images, "media/cc.jpg", "its row may be on the way")
	require.Contains(t, b.images, "media/dd.jpg", "an event may be on the way")
	b.pass(8 * 24 * hour)
	_, err = b.work.DeleteHostings(t.Context())
	require.NoError(t, err)
	_, err = b.work.RemoveOrphans(t.Context())
	require.NoError(t, err)
	require.NotContains(t, b.images, "media/ee.jpg", "its event was never approved")
	require.Contains(t, b.images, "media/aa.jpg")
}

func TestOldSignUpsAreErasedAndStayCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 20)
	b.join(shift, "ada@example.org", "bea@example.org")
	later := b.shift(b.event("later", "Later"), 48*hour, 20)
	b.join(later, "ada@example.org")
	b.pass(24 * hour)
	b.exec(`update event_signups set answers = '{"diet": ["nuts"]}', source = '{"referrer": "https://example.com/ada"}', told = '{"sequence": 1}'`)
	b.exec(`insert into event_feedback (signup_id, org_id, stars, comment, created_at, updated_at)
		select id, org_id, 4, 'I am Ada', now(), now() from event_signups`)
	n, err := b.work.EraseSignups(t.Context(), noon.Add(12*hour))
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	require.Zero(t, b.number(`select count(*) from event_signups where shift_id = $1 and (answers <> '{}' or source <> '{}')`, shift.UUID))
	require.Equal(t, 1, b.number(`select count(*) from event_signups where answers <> '{}' and source <> '{}'`), "of the later one")
	require.Equal(t, 2, b.number(`select count(*) from event_feedback where comment = '' and stars = 4`))
	require.Equal(t, 1, b.number(`select count(*) from event_feedback where comment <> ''`), "of the later one")
	require.Equal(t, 2, b.taken(shift))
	require.Zero(t, b.number(`select count(*) from event_signups where shift_id = $1 and (given_name <> '' or email not like '%@erased.invalid')`, shift.UUID))
	require.Equal(t, 1, b.number(`select count(*) from event_signups where email = 'ada@example.org'`))
	n, err = b.work.EraseSignups(t.Context(), noon.Add(12*hour))
	require.NoError(t, err)
	require.Zero(t, n)
	b.plan()
	for _, m := range b.remind() {
		require.Equal(t, "ada@example.org", m.To, "nobody else is left to write to")
	}
}
