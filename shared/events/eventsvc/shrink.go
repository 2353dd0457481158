package eventsvc

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
)

// shrink is the image at most so wide, as JPEG, upright and on white where it lets through, with the size it has then.
func shrink(m image.Image, orientation, width int) ([]byte, image.Point, error) {
	size := m.Bounds().Size()
	turned := orientation >= 5 // on its side
	if turned {
		size.X, size.Y = size.Y, size.X
	}
	w := min(width, size.X)
	size = image.Pt(w, max(1, size.Y*w/size.X))
	held := size // as the camera held it
	if turned {
		held.X, held.Y = size.Y, size.X
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(average(m, held), orientation), &jpeg.Options{Quality: imageQuality}); err != nil {
		return nil, size, fmt.Errorf("write the smaller image: %w", err)
	}
	return out.Bytes(), size, nil
}

// average is the image in a size that is not larger, on white: each of its pixels is the mean of the area it stands for. It reads the image row
// by row, so that it takes no memory but for what it makes: a picture of 24 megapixels is enough to hold once.
func average(m image.Image, size image.Point) *image.RGBA {
	from := m.Bounds()
	w, h := from.Dx(), from.Dy()
	to := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
	row := image.NewRGBA(image.Rect(0, 0, w, 1))
	line, sums := make([]uint64, 4*size.X), make([]uint64, 4*size.X)
	for y := range h {
		draw.Draw(row, row.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(row, row.Bounds(), m, image.Pt(from.Min.X, from.Min.Y+y), draw.Over)
		clear(line)
		for x := range w {
			spread(x, size.X, w, func(at, weight int) {
				for c := range 4 {
					line[4*at+c] += uint64(weight) * uint64(row.Pix[4*x+c])
				}
			})
		}
		spread(y, size.Y, h, func(at, weight int) {
			for i, sum := range line {
				sums[i] += uint64(weight) * sum
			}
			if (y+1)*size.Y < (at+1)*h { // more of it is to come
				return
			}
			for i, sum := range sums {
				to.Pix[at*to.Stride+i] = uint8(sum / uint64(w*h))
			}
			clear(sums)
		})
	}
	return to
}

// spread says on which of n pixels one of so many lies, in order, and how much: all that lies on one adds up to many.
func spread(one, n, many int, on func(at, weight int)) {
	for start, end := one*n, (one+1)*n; start < end; {
		at := start / many
		next := min(end, (at+1)*many)
		on(at, next-start)
		start = next
	}
}
