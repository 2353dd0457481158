//go:build !js

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"groundswell/shared/ui"
)

// color is red, green and blue as sRGB has them, 0 to 255.
type color [3]float64

var (
	white = color{255, 255, 255}
	black = color{0, 0, 0}
)

// accentCSS makes one colour the accent of embedded pages: darkened for the light theme and lightened for the dark one
// until its text reads well (WCAG 2.2 AA, 4.5:1) on every surface it stands on. hex is 3 or 6 hexadecimal digits.
func accentCSS(hex string) (css string, ok bool) {
	c, ok := parseHex(hex)
	if !ok {
		return "", false
	}
	light := rules(c.until(black, surfaces(false)...), black)
	dark := rules(c.until(white, surfaces(true)...), white)
	return fmt.Sprintf(":root{%s}\n@media (prefers-color-scheme: dark){:root:not([data-theme=\"light\"]){%s}}\n:root[data-theme=\"dark\"]{%s}\n",
		light, dark, dark), true
}

// surfaces are what embedded pages put text in the accent on.
func surfaces(dark bool) []color {
	tokens := ui.Tokens(dark)
	paper, _ := parseHex(strings.TrimPrefix(tokens["paper"], "#"))
	surface, _ := parseHex(strings.TrimPrefix(tokens["surface"], "#"))
	return []color{paper, surface}
}

// rules set the accent and the main colour alike: a website has one.
func rules(c, strong color) string {
	on := white
	if contrast(c, black) > contrast(c, white) {
		on = black
	}
	hover := c.mix(strong, 0.18)
	return fmt.Sprintf("--accent:%s;--accent-hover:%s;--on-accent:%s;--primary:%s;--primary-hover:%s;--on-primary:%s", c, hover, on, c, hover, on)
}

// until moves c towards another colour until it stands out from all surfaces.
func (c color) until(towards color, surfaces ...color) color {
	for share := 0.0; share <= 1; share += 0.02 {
		moved, good := c.mix(towards, share), true
		for _, s := range surfaces {
			good = good && contrast(moved, s) >= 4.5
		}
		if good {
			return moved
		}
	}
	return towards
}

func (c color) mix(with color, share float64) color {
	for i := range c {
		c[i] = math.Round(c[i]*(1-share) + with[i]*share)
	}
	return c
}

// String is the CSS notation.
func (c color) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2]))
}

// contrast is WCAG's ratio of two colours' relative luminances.
func contrast(a, b color) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (c color) luminance() float64 {
	var linear color
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			linear[i] = v / 12.92
		} else {
			linear[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

func parseHex(s string) (c color, ok bool) {
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		return c, false
	}
	return color{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, true
}
