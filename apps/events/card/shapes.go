package card

import (
	"image"
	"image/color"
	"image/draw"
	"strconv"
	"strings"

	"golang.org/x/image/vector"

	"groundswell/shared/ui"
)

// swell is the shore the text stands above.
func (s *sheet) swell() {
	s.fill("M0 470C190 470 280 376 500 376C720 376 800 440 950 416C1060 398 1120 330 1200 308V630H0Z", raised, 1, 0, 0)
	s.fill("M0 596C220 596 330 590 560 596C800 602 940 612 1200 586V630H0Z", mint, 1, 0, 0)
	s.fill("M0 616C220 616 330 606 560 612C800 618 940 624 1200 604V630H0Z", coral, 1, 0, 0)
}

// mark is the sign of Groundswell at a place, of a size.
func (s *sheet) mark(x, y, size int) {
	for _, shape := range ui.MarkShapes() {
		n, err := strconv.ParseUint(strings.TrimPrefix(shape.Fill, "#"), 16, 32)
		if err != nil {
			continue
		}
		ink := color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
		s.fill(shape.Path, ink, float32(size)/48, float32(x), float32(y))
	}
}

// fill paints a path of the commands M, C, H, V and Z, scaled and moved.
func (s *sheet) fill(path string, ink color.RGBA, scale, dx, dy float32) {
	r := vector.NewRasterizer(Width, Height)
	var x, y float32
	for len(path) > 0 {
		command := path[0]
		end := strings.IndexAny(path[1:], "MCHVZ") + 1
		if end == 0 {
			end = len(path)
		}
		v := numbers(path[1:end], scale)
		path = path[end:]
		switch {
		case command == 'M' && len(v) == 2:
			x, y = v[0], v[1]
			r.MoveTo(x+dx, y+dy)
		case command == 'C':
			for ; len(v) >= 6; v = v[6:] {
				r.CubeTo(v[0]+dx, v[1]+dy, v[2]+dx, v[3]+dy, v[4]+dx, v[5]+dy)
				x, y = v[4], v[5]
			}
		case command == 'H' && len(v) == 1:
			x = v[0]
			r.LineTo(x+dx, y+dy)
		case command == 'V' && len(v) == 1:
			y = v[0]
			r.LineTo(x+dx, y+dy)
		case command == 'Z':
			r.ClosePath()
		}
	}
	r.DrawOp = draw.Over
	r.Draw(s.img, s.img.Bounds(), image.NewUniform(ink), image.Point{})
}

func numbers(s string, scale float32) []float32 {
	var out []float32
	for part := range strings.FieldsSeq(s) {
		if n, err := strconv.ParseFloat(part, 32); err == nil {
			out = append(out, float32(n)*scale)
		}
	}
	return out
}
