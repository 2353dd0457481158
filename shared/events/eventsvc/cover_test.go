package eventsvc_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
)

func TestAPictureIsShownUntilAnotherTakesItsPlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.event("other", "Other")
	b.join(b.shift(b.event("canvass", "Canvass"), 54*hour, 20), "ada@example.org")
	hills := &events.Image{Data: picture(t, 2400, 1200, asJPEG), Alt: "Green hills"}
	require.Zero(t, b.edit("canvass", events.Edit{Image: hills}), "nobody is told")
	e := b.get("canvass")
	require.Equal(t, []any{"Green hills", 1}, []any{e.ImageAlt, e.Sequence})
	key := strings.TrimPrefix(e.ImageURL, "/")
	stored := b.images[key]
	require.Equal(t, "image/jpeg", stored.info.ContentType)
	size, _, err := image.DecodeConfig(bytes.NewReader(stored.data))
	require.NoError(t, err)
	require.Equal(t, image.Pt(2000, 1000), image.Pt(size.Width, size.Height))
	require.Equal(t, 1, b.number(`select count(*) from media_assets where key = $1 and width = 2000 and height = 1000 and size = $2`, key, len(stored.data)))
	made, err := b.work.MakeImages(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, made, "its smaller versions follow")
	require.Contains(t, b.images, events.ImageVariant(key, 400))

	b.edit("canvass", events.Edit{Image: hills})
	require.Equal(t, 1, b.get("canvass").Sequence, "it is so already")
	b.edit("other", events.Edit{Image: hills})
	require.Equal(t, e.ImageURL, b.get("other").ImageURL)
	b.edit("canvass", events.Edit{Image: &events.Image{Data: hills.Data, Alt: "Hills in May"}})
	require.Equal(t, []any{"Hills in May", "Green hills"}, []any{b.get("canvass").ImageAlt, b.get("other").ImageAlt})
	require.Equal(t, 2, b.number(`select count(*) from media_assets`))
	b.edit("other", events.Edit{Image: &events.Image{}})
	require.Empty(t, b.get("other").ImageURL+b.get("other").ImageAlt)
	require.Equal(t, 1, b.number(`select count(*) from media_assets`), "what no event shows is gone")
	require.Empty(t, b.told())
}

// A camera says how it was held, and where: the first is heeded, the second is nobody's business.
func TestAPictureIsUprightAndSaysNotWhereItWasTaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.event("canvass", "Canvass")
	for orientation, corner := range map[byte]image.Point{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}} {
		m := image.NewGray(image.Rect(0, 0, 320, 160))
		for y := range 160 {
			for x := range 320 {
				if x < 160 && y < 80 {
					m.SetGray(x, y, color.Gray{255}) // the top left, as the sensor saw it
				}
			}
		}
		var plain bytes.Buffer
		require.NoError(t, jpeg.Encode(&plain, m, nil))
		exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02\x01\x00\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00GPS")
		data := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}, append(exif, plain.Bytes()[2:]...)...)
		b.edit("canvass", events.Edit{Image: &events.Image{Data: data, Alt: "A corner"}})
		stored := b.images[strings.TrimPrefix(b.get("canvass").ImageURL, "/")].data
		require.NotContains(t, string(stored), "GPS")
		seen, err := jpeg.Decode(bytes.NewReader(stored))
		require.NoError(t, err)
		size := seen.Bounds().Size()
		require.Equal(t, orientation >= 5, size.Y > size.X, "%d", orientation)
		for _, at := range []image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
			light, _, _, _ := seen.At(size.X/4+at.X*size.X/2, size.Y/4+at.Y*size.Y/2).RGBA()
			require.Equal(t, at == corner, light > 0x8000, "%d at %v", orientation, at)
		}
	}
}

func TestAPictureThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.event("canvass", "Canvass")
	before := b.get("canvass")
	good := picture(t, 20, 10, png.Encode)
	for says, given := range map[string]*events.Image{
		"Say in words":             {Data: good},
		"cannot be shown":          {Data: good, Alt: "a\u202eb"},
		"longer than 300":          {Data: good, Alt: strings.Repeat("x", 301)},
		"no picture that can be":   {Data: []byte("<svg/>"), Alt: "Hills"},
		"of at most 32 MB, 24 meg": {Data: picture(t, 1, 9000, png.Encode), Alt: "A line"},
	} {
		_, err := b.svc.EditEvent(t.Context(), "tremont", "canvass", events.Edit{Title: new("Other"), Image: given}, "")
		require.ErrorContains(t, err, says)
		require.Equal(t, fault.Invalid, code(err))
	}
	require.Empty(t, b.images)
	require.Equal(t, before, b.get("canvass"))
}

func TestAPictureIsMadeSmallerByTheMeanOfWhatWasThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.event("canvass", "Canvass")
	m := image.NewNRGBA(image.Rect(0, 0, 3000, 90))
	for y := range 90 {
		for x := range 3000 {
			switch {
			case y >= 60: // nothing: white
			case y >= 30:
				m.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255})
			case x%3 > 0:
				m.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255})
			}
		}
	}
	var data bytes.Buffer
	require.NoError(t, png.Encode(&data, m))
	b.edit("canvass", events.Edit{Image: &events.Image{Data: data.Bytes(), Alt: "Stripes"}})
	seen, err := jpeg.Decode(bytes.NewReader(b.images[strings.TrimPrefix(b.get("canvass").ImageURL, "/")].data))
	require.NoError(t, err)
	require.Equal(t, image.Pt(2000, 60), seen.Bounds().Size())
	for y, want := range map[int][3]float64{50: {255, 255, 255}, 30: {0, 0, 0}, 10: {85, 85, 85}} {
		var sum [3]float64
		for x := 1000; x < 1016; x++ {
			red, green, blue, _ := seen.At(x, y).RGBA()
			for i, c := range []uint32{red, green, blue} {
				sum[i] += float64(c>>8) / 16
			}
		}
		require.InDeltaSlice(t, want[:], sum[:], 12, "in row %d", y)
	}
}
