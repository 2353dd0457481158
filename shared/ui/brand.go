package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Mark is the sign of Groundswell: two swells under a rising sun.
func Mark() app.UI {
	shapes := MarkShapes()
	paths := make([]app.UI, len(shapes))
	for i, s := range shapes {
		paths[i] = path(s.Path).Attr("fill", s.Fill)
	}
	return svg("brand-mark", "0 0 48 48", paths...)
}

// Shape is a filled path on a 48 unit grid, of the commands M, C, H, V and Z.
type Shape struct{ Path, Fill string }

// MarkShapes are the shapes of the mark in the order they are painted. The app's icons are made of them: see icons_test.go.
func MarkShapes() []Shape {
	return []Shape{
		{"M12 0H36C42.6 0 48 5.4 48 12V36C48 42.6 42.6 48 36 48H12C5.4 48 0 42.6 0 36V12C0 5.4 5.4 0 12 0Z", "#12635a"},
		{"M34 8.5C37.6 8.5 40.5 11.4 40.5 15C40.5 18.6 37.6 21.5 34 21.5C30.4 21.5 27.5 18.6 27.5 15C27.5 11.4 30.4 8.5 34 8.5Z", "#ff9566"},
		{"M0 31C8 31 11 18.5 21 18.5C31 18.5 34 30 48 27.5V36C48 42.6 42.6 48 36 48H12C5.4 48 0 42.6 0 36Z", "#79d3c1"},
		{"M0 35.5C9 37 15 29.5 25 29.5C35 29.5 39 37.5 48 36C48 42.6 42.6 48 36 48H12C5.4 48 0 42.6 0 35.5Z", "#fbf6ea"},
	}
}

// MaskableShapes are the mark without corners, for icons that the device cuts to a shape of its own: what matters is
// inside the middle 80 percent.
func MaskableShapes() []Shape {
	return []Shape{
		{"M0 0H48V48H0Z", "#12635a"},
		{"M31 10.5C34.3 10.5 37 13.2 37 16.5C37 19.8 34.3 22.5 31 22.5C27.7 22.5 25 19.8 25 16.5C25 13.2 27.7 10.5 31 10.5Z", "#ff9566"},
		{"M0 31C9 31 12 20.5 21 20.5C30 20.5 34 30 48 27.5V48H0Z", "#79d3c1"},
		{"M0 35.5C9 37 15 30 25 30C35 30 39 37.5 48 36V48H0Z", "#fbf6ea"},
	}
}

// heroSwell is the swell behind a hero: lines that rise to the right, and the shore the page begins at.
func heroSwell() app.UI {
	shapes := []app.UI{
		path("M0 330C190 330 280 236 500 236C720 236 800 300 950 276C1060 258 1120 190 1200 168V400H0Z").Class("hero-swell-far"),
	}
	for i := range 5 {
		shapes = append(shapes, path(swellLine(130+44*i, 84-8*i)).Class("hero-swell-line").Attr("vector-effect", "non-scaling-stroke"))
	}
	shapes = append(shapes,
		path("M0 352C170 352 260 300 470 300C700 300 800 372 1200 300V400H0Z").Class("hero-swell-near"),
		path("M0 384C220 384 330 350 560 350C800 350 940 396 1200 366V401H0Z").Class("hero-shore"),
	)
	return svg("hero-swell", "0 0 1200 400", shapes...).Attr("preserveAspectRatio", "none")
}

// coverSwell fills a cover that has no picture.
func coverSwell() app.UI {
	shapes := make([]app.UI, 0, 5)
	for i := range 5 {
		shapes = append(shapes, path(swellLine(90+60*i, 60)).
			Attr("fill", "none").Attr("stroke", "currentColor").Attr("stroke-width", 3).Attr("vector-effect", "non-scaling-stroke"))
	}
	return svg("cover-swell", "0 0 1200 400", shapes...).Attr("preserveAspectRatio", "none")
}

// swellLine is a line across 1200 units that starts at y and swells by height in the middle and again at the right.
func swellLine(y, height int) string {
	var b strings.Builder
	for i, v := range []int{0, y, 180, y, 300, y - height, 520, y - height, 740, y - height, 820, y - height/4, 960, y - height/4, 1060, y - height/4, 1120, y - height, 1200, y - height - height/3} {
		switch i {
		case 0:
			b.WriteString("M")
		case 2:
			b.WriteString("C")
		default:
			b.WriteString(" ")
		}
		b.WriteString(strconv.Itoa(v))
	}
	return b.String()
}
