package seed

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
)

// The size of cover images: 16 to 9, enough for a wide screen.
const (
	coverWidth  = 1600
	coverHeight = 900
)

// ink is a colour with linear components from 0 to 1.
type ink struct{ r, g, b float32 }

// hex reads 0xRRGGBB.
func hex(v uint32) ink {
	return ink{float32(v>>16&255) / 255, float32(v>>8&255) / 255, float32(v&255) / 255}
}

func (a ink) mix(b ink, t float32) ink {
	return ink{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

// canvas is painted from the back to the front; edges are smooth.
type canvas struct{ pix []ink }

func newCanvas() *canvas { return &canvas{make([]ink, coverWidth*coverHeight)} }

func clamp(v float64) float64 { return min(1, max(0, v)) }

// area bounds what a shape may touch.
type area struct{ x0, y0, x1, y1 int }

func around(cx, cy, r float64) area {
	return area{int(cx - r - 1), int(cy - r - 1), int(cx + r + 2), int(cy + r + 2)}
}

func (a area) within(b area) area {
	return area{max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)}
}

func whole() area { return area{0, 0, coverWidth, coverHeight} }

// shade paints an area: how much of each pixel, and with what, is asked at its middle.
func (c *canvas) shade(a area, paint func(x, y float64) (ink, float64)) {
	a = a.within(whole())
	for y := a.y0; y < a.y1; y++ {
		row := c.pix[y*coverWidth : (y+1)*coverWidth]
		for x := a.x0; x < a.x1; x++ {
			if with, much := paint(float64(x)+.5, float64(y)+.5); much > 0 {
				row[x] = row[x].mix(with, float32(much))
			}
		}
	}
}

// sky fills everything with a gradient through the inks, from the top down, leaning to the right.
func (c *canvas) sky(inks ...ink) {
	c.shade(whole(), func(x, y float64) (ink, float64) {
		t := clamp((y+x*.12)/(coverHeight+coverWidth*.12)) * float64(len(inks)-1)
		i := min(int(t), len(inks)-2)
		f := t - float64(i)
		return inks[i].mix(inks[i+1], float32(f*f*(3-2*f))), 1
	})
}

func (c *canvas) disc(cx, cy, r float64, with ink, alpha float64, in area) {
	c.shade(around(cx, cy, r).within(in), func(x, y float64) (ink, float64) {
		return with, alpha * clamp(r-math.Hypot(x-cx, y-cy)+.5)
	})
}

func (c *canvas) ring(cx, cy, r, width float64, with ink, alpha float64) {
	c.shade(around(cx, cy, r+width), func(x, y float64) (ink, float64) {
		return with, alpha * clamp(width/2-math.Abs(math.Hypot(x-cx, y-cy)-r)+.5)
	})
}

// glow is light that fades outwards.
func (c *canvas) glow(cx, cy, r float64, with ink, alpha float64) {
	c.shade(around(cx, cy, r), func(x, y float64) (ink, float64) {
		d := 1 - math.Hypot(x-cx, y-cy)/r
		if d <= 0 {
			return with, 0
		}
		return with, alpha * d * d
	})
}

// land fills everything below a line, fading from one ink at the line to another so many pixels below.
func (c *canvas) land(line func(x float64) float64, top, bottom ink, depth, alpha float64) {
	heights := make([]float64, coverWidth)
	for x := range heights {
		heights[x] = line(float64(x) + .5)
	}
	c.shade(whole(), func(x, y float64) (ink, float64) {
		below := y - heights[int(x)]
		if below < -1 {
			return top, 0
		}
		return top.mix(bottom, float32(clamp(below/depth))), alpha * clamp(below+.5)
	})
}

// point is a corner.
type point struct{ x, y float64 }

// shape fills a convex polygon, its corners clockwise.
func (c *canvas) shape(with ink, alpha float64, corners ...point) {
	box := area{coverWidth, coverHeight, 0, 0}
	for _, p := range corners {
		box = area{min(box.x0, int(p.x)-1), min(box.y0, int(p.y)-1), max(box.x1, int(p.x)+2), max(box.y1, int(p.y)+2)}
	}
	c.shade(box, func(x, y float64) (ink, float64) {
		inside := 1.0
		for i, p := range corners {
			q := corners[(i+1)%len(corners)]
			dx, dy := q.x-p.x, q.y-p.y
			inside = min(inside, (dx*(y-p.y)-dy*(x-p.x))/math.Hypot(dx, dy)+.5)
			if inside <= 0 {
				return with, 0
			}
		}
		return with, alpha * inside
	})
}

func (c *canvas) box(x, y, w, h float64, with ink, alpha float64) {
	c.shape(with, alpha, point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

// jpeg is the finished picture.
func (c *canvas) jpeg() ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, coverWidth, coverHeight))
	for i, p := range c.pix {
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3] = uint8(p.r*255+.5), uint8(p.g*255+.5), uint8(p.b*255+.5), 255
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 86})
	return out.Bytes(), err
}
