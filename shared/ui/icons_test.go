package ui_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/vector"

	_ "groundswell/shared/fullstack/fullstacktest" // declares -golden
	"groundswell/shared/ui"
)

const grid = 48

// The icons are drawn from the mark; `go test ./shared/ui -golden` writes them after it changed.
func TestIconsShowTheMark(t *testing.T) {
	t.Parallel()
	favicon := []byte(svg(ui.MarkShapes()))
	icons := map[string]*image.NRGBA{
		"icon-192.png":          drawIcon(t, 192, ui.MarkShapes()),
		"icon-512.png":          drawIcon(t, 512, ui.MarkShapes()),
		"icon-maskable-512.png": drawIcon(t, 512, ui.MaskableShapes()),
	}
	if flag.Lookup("golden").Value.String() == "true" {
		for name, icon := range icons {
			require.NoError(t, os.WriteFile("static/"+name, encodePNG(t, icon), 0o600))
		}
		require.NoError(t, os.WriteFile("static/favicon.svg", favicon, 0o600))
		return
	}
	for name, want := range icons {
		f, err := ui.Static().Open(name)
		require.NoError(t, err)
		got, err := png.Decode(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		require.Equal(t, want.Bounds(), got.Bounds(), name)
		require.True(t, bytes.Equal(pixels(want), pixels(got)), "%s is not of this mark: go test ./shared/ui -golden", name)
	}
	got, err := fs.ReadFile(ui.Static(), "favicon.svg")
	require.NoError(t, err)
	require.Equal(t, string(favicon), string(got))
}

func drawIcon(t *testing.T, size int, shapes []ui.Shape) *image.NRGBA {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for _, s := range shapes {
		fill, err := parseColor(s.Fill)
		require.NoError(t, err)
		r := vector.NewRasterizer(size, size)
		r.DrawOp = draw.Over
		require.NoError(t, trace(r, s.Path, float32(size)/grid))
		r.Draw(img, img.Bounds(), image.NewUniform(fill), image.Point{})
	}
	return img
}

func pixels(img image.Image) []byte {
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Src)
	return out.Pix
}

func encodePNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img))
	return b.Bytes()
}

func svg(shapes []ui.Shape) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">`, grid, grid)
	for _, s := range shapes {
		fmt.Fprintf(&b, `<path fill="%s" d="%s"/>`, s.Fill, s.Path)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// trace feeds a path of absolute M, C, H, V and Z to the rasterizer.
func trace(r *vector.Rasterizer, path string, scale float32) error {
	for _, step := range split(path) {
		n, err := numbers(step[1:], scale)
		if err != nil {
			return fmt.Errorf("path %q: %w", path, err)
		}
		x, y := r.Pen()
		switch {
		case step[0] == 'M' && len(n) == 2:
			r.MoveTo(n[0], n[1])
		case step[0] == 'C' && len(n) == 6:
			r.CubeTo(n[0], n[1], n[2], n[3], n[4], n[5])
		case step[0] == 'H' && len(n) == 1:
			r.LineTo(n[0], y)
		case step[0] == 'V' && len(n) == 1:
			r.LineTo(x, n[0])
		case step[0] == 'Z':
			r.ClosePath()
		default:
			return fmt.Errorf("path %q: cannot read %q", path, step)
		}
	}
	return nil
}

// split cuts a path into its steps, each a command letter with its numbers.
func split(path string) []string {
	var steps []string
	start := 0
	for i := 1; i <= len(path); i++ {
		if i == len(path) || path[i] >= 'A' && path[i] <= 'Z' {
			steps = append(steps, path[start:i])
			start = i
		}
	}
	return steps
}

func numbers(s string, scale float32) ([]float32, error) {
	var out []float32
	for f := range strings.FieldsSeq(s) {
		n, err := strconv.ParseFloat(f, 32)
		if err != nil {
			return nil, err
		}
		out = append(out, float32(n)*scale)
	}
	return out, nil
}

func parseColor(s string) (color.Color, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 24)
	if err != nil {
		return nil, fmt.Errorf("color %q: %w", s, err)
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}, nil
}
