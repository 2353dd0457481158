// Package card draws the pictures that social networks show beside a link (Open Graph): what, when, where and whose. It
// knows no database and no HTTP.
package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The size that the networks ask for.
const (
	Width  = 1200
	Height = 630
)

// Card is what a picture says. Every text may be empty, of any length and of any script: what the fonts cannot write is
// left out, and what does not fit is cut.
type Card struct {
	Title  string
	Plain  string // in place of a title that the fonts cannot write
	When   string
	Where  string
	Org    string
	Status string // Cancelled, Postponed: what somebody must not miss
}

// Painter draws cards. It is safe for concurrent use.
type Painter struct{ bold, regular *opentype.Font }

// New reads the fonts.
func New() (*Painter, error) {
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the bold font: %w", err)
	}
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the regular font: %w", err)
	}
	return &Painter{bold, regular}, nil
}

// The colours of the design system's deep surfaces.
var (
	deep   = color.RGBA{0x0b, 0x3a, 0x36, 0xff}
	raised = color.RGBA{0x12, 0x50, 0x4a, 0xff}
	mint   = color.RGBA{0x2f, 0x83, 0x77, 0xff}
	cream  = color.RGBA{0xf7, 0xf2, 0xe7, 0xff}
	soft   = color.RGBA{0xb8, 0xd6, 0xce, 0xff}
	sun    = color.RGBA{0xff, 0xc3, 0x8f, 0xff}
	coral  = color.RGBA{0xff, 0x95, 0x66, 0xff}
)

const (
	margin    = 72
	textWidth = Width - 2*margin
	titleTop  = 168
	titleEnd  = 444 // where the lines below the title begin
	mostLines = 5
)

// PNG draws the card, the same bytes for the same card.
func (p *Painter) PNG(c Card) ([]byte, error) {
	s := &sheet{img: image.NewRGBA(image.Rect(0, 0, Width, Height))}
	draw.Draw(s.img, s.img.Bounds(), image.NewUniform(deep), image.Point{}, draw.Src)
	s.swell()
	s.mark(Width-margin-72, 60, 72)
	if err := p.write(s, c); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := png.Encode(&out, s.img); err != nil {
		return nil, fmt.Errorf("encode a card: %w", err)
	}
	return out.Bytes(), nil
}

// write sets the text: when above the title, where and whose below it.
func (p *Painter) write(s *sheet, c Card) error {
	kicker := c.When
	if c.Status != "" {
		kicker = join("  ·  ", c.Status, c.When)
	}
	if err := p.line(s, p.bold, 34, sun, 118, textWidth-120, kicker); err != nil {
		return err
	}
	title := drawable(p.bold, c.Title)
	if title == "" {
		title = drawable(p.bold, c.Plain)
	}
	if err := p.title(s, title); err != nil {
		return err
	}
	if err := p.line(s, p.regular, 34, cream, 510, textWidth, c.Where); err != nil {
		return err
	}
	return p.line(s, p.bold, 30, soft, 566, textWidth, c.Org)
}

// title is as large as lets it stand in its box, and cut when even the smallest size does not.
func (p *Painter) title(s *sheet, text string) error {
	for _, size := range []float64{92, 80, 68, 58, 50, 44} {
		face, err := face(p.bold, size)
		if err != nil {
			return err
		}
		height := int(size * 1.16)
		lines, whole := wrap(face, text, textWidth, min(mostLines, (titleEnd-titleTop)/height))
		if !whole && size > 44 {
			continue
		}
		for i, l := range lines {
			s.text(face, cream, margin, titleTop+int(size*0.86)+i*height, l)
		}
		return nil
	}
	return nil
}

func (p *Painter) line(s *sheet, f *opentype.Font, size float64, ink color.RGBA, baseline, width int, text string) error {
	face, err := face(f, size)
	if err != nil {
		return err
	}
	lines, _ := wrap(face, drawable(f, text), width, 1)
	for _, l := range lines {
		s.text(face, ink, margin, baseline, l)
	}
	return nil
}

func face(f *opentype.Font, size float64) (font.Face, error) {
	made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("make a face of %g: %w", size, err)
	}
	return made, nil
}

// sheet is the picture being drawn.
type sheet struct{ img *image.RGBA }

func (s *sheet) text(face font.Face, ink color.RGBA, x, baseline int, text string) {
	d := font.Drawer{Dst: s.img, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(x, baseline)}
	d.DrawString(text)
}
