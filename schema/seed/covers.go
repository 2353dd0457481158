package seed

import "math"

// cover is a picture made of a few shapes, and what it shows in words.
type cover struct {
	name  string
	alt   string
	types string // of events it suits, separated by spaces
	paint func(c *canvas)
}

// covers are the pictures of the campaign. Each type of event has at least one.
func covers() []cover {
	return []cover{
		{"dawn", "Layered hills under a rising sun, in terracotta and cream", "canvass literature_drop", func(c *canvas) {
			hills(c, []ink{hex(0xF6C9A0), hex(0xFBE7CF), hex(0xFFF4E4)}, hex(0xF2704F), hex(0xEFA07A), hex(0x7A2E3A))
		}},
		{"orchard", "Green hills in the morning with a pale sun", "community_canvass community carpool", func(c *canvas) {
			hills(c, []ink{hex(0xBFE0DA), hex(0xE6F2E2), hex(0xFBF6DF)}, hex(0xF7C948), hex(0x8CC29B), hex(0x1E5148))
		}},
		{"harbor", "Blue ridges in evening light", "solidarity visibility other", func(c *canvas) {
			hills(c, []ink{hex(0x2B3A67), hex(0xA06A8C), hex(0xF5B794)}, hex(0xFFE2B8), hex(0x6B6FA8), hex(0x161D3F))
		}},
		{"signal", "Circles spreading from a corner like a ringing phone, in teal", "phone_bank advocacy_call automated_phone_bank", func(c *canvas) {
			signal(c, []ink{hex(0x0B3C49), hex(0x10656E), hex(0x1E8C86)}, hex(0xF9DCC4), hex(0xF28C5B), 250, 760)
		}},
		{"echo", "Circles spreading over violet, with small lights", "text_bank friend_to_friend", func(c *canvas) {
			signal(c, []ink{hex(0x2E1F57), hex(0x51378A), hex(0x8357A8)}, hex(0xF3D9F0), hex(0xFFC65C), 1330, 170)
		}},
		{"rays", "Wide rays of red and gold around a half sun", "rally barnstorm", func(c *canvas) {
			rays(c, hex(0xC8293C), hex(0xE2503F), hex(0xFFD9A0), hex(0xFFF3DC), 800, 930)
		}},
		{"daybreak", "Rays of blue light around a half sun", "town_hall office_opening", func(c *canvas) {
			rays(c, hex(0x15396B), hex(0x1F5191), hex(0xF6C667), hex(0xFFF1CF), 1180, 930)
		}},
		{"tiles", "A pattern of quarter circles and triangles in indigo, coral and sand", "training poll_monitoring", func(c *canvas) {
			tiles(c, []ink{hex(0x2D3277), hex(0xEE6C4D), hex(0xF4E3C8), hex(0x98A6E8), hex(0xF7B267)}, 7)
		}},
		{"quilt", "A pattern of quarter circles and triangles in forest green, mustard and rose", "workshop letter_writing", func(c *canvas) {
			tiles(c, []ink{hex(0x1F4E46), hex(0xE9B44C), hex(0xF7EDDD), hex(0xD98C8C), hex(0x6BA292)}, 29)
		}},
		{"voices", "Large translucent circles that overlap, in blue and apricot", "meeting voter_registration", func(c *canvas) {
			voices(c, []ink{hex(0xF7EFE3), hex(0xEFE2D2)}, []ink{hex(0x2F6690), hex(0xF4A261), hex(0x3A9188), hex(0xE76F51), hex(0x81C3D7)}, 1)
		}},
		{"gathering", "Large translucent circles that overlap, in plum and rose", "meet_greet petition", func(c *canvas) {
			voices(c, []ink{hex(0xFBEFEA), hex(0xF3DCD8)}, []ink{hex(0x7B2D4E), hex(0xE2856E), hex(0xF2B880), hex(0xA8577E), hex(0x4B3B69)}, 2)
		}},
		{"street", "A row of houses at dusk with lit windows", "house_party", func(c *canvas) {
			street(c, []ink{hex(0x27305E), hex(0x7E5A8C), hex(0xF1A98B)}, hex(0xFFD98A), hex(0x3B3468), hex(0x14162F))
		}},
		{"ribbons", "Flowing ribbons of emerald and gold", "fundraiser", func(c *canvas) {
			ribbons(c, []ink{hex(0x0D3B36), hex(0x14594E)}, []ink{hex(0x1B7A66), hex(0x3FA284), hex(0xE7C36A), hex(0xF6E3A8), hex(0x0B2F2B)})
		}},
		{"current", "Flowing ribbons of coral, rose and cream", "signature_gathering", func(c *canvas) {
			ribbons(c, []ink{hex(0xFDF1E7), hex(0xFBE0D2)}, []ink{hex(0xF6BFA6), hex(0xEF8A74), hex(0xD85A66), hex(0xFFE9C9), hex(0x8C3A5B)})
		}},
		{"night", "A city at night under a bright moon", "debate_watch_party", func(c *canvas) {
			night(c)
		}},
	}
}

// hills are ridges behind each other, lighter with distance, under a sun.
func hills(c *canvas, sky []ink, sun, far, near ink) {
	c.sky(sky...)
	c.glow(1080, 330, 620, sun, .55)
	c.disc(1080, 330, 128, sun, .96, whole())
	const ridges = 6
	for i := range ridges {
		t := float32(i) / (ridges - 1)
		base, height := 430+float64(i)*86, 88-float64(i)*7
		phase, wave := float64(i)*1.9, .0030+float64(i)*.00042
		top := far.mix(near, t*t*.35+t*.65)
		c.land(func(x float64) float64 {
			return base - height*(math.Sin(x*wave+phase)+.45*math.Sin(x*wave*2.3+phase*2.7)+.12*math.Sin(x*wave*6.1+phase))
		}, top, top.mix(sky[len(sky)-1], .22*(1-t)), 190, 1)
	}
}

// signal is a ring of rings around a point, with a few bright dots on them.
func signal(c *canvas, ground []ink, line, dot ink, cx, cy float64) {
	c.sky(ground...)
	c.glow(cx, cy, 1100, line, .28)
	for i := range 13 {
		r := 90 + float64(i)*104
		c.ring(cx, cy, r, 34-float64(i)*1.5, line, .34-float64(i)*.021)
	}
	c.disc(cx, cy, 58, dot, 1, whole())
	c.disc(cx, cy, 24, ground[0], 1, whole())
	for i := range 16 {
		angle, r := float64(i)*2.399963+.4, 90+float64(2+i*5%11)*104
		x, y := cx+r*math.Cos(angle), cy+r*math.Sin(angle)
		size := 9 + float64(i*7%5)*5
		c.disc(x, y, size*2.1, dot, .16, whole())
		c.disc(x, y, size, dot.mix(line, float32(i%3)*.35), .96, whole())
	}
}

// rays spread from a half sun on the lower edge.
func rays(c *canvas, dark, light, sun, core ink, cx, cy float64) {
	const count = 26
	c.shade(whole(), func(x, y float64) (ink, float64) {
		angle := (math.Atan2(cy-y, x-cx) + .06) / math.Pi * count
		r := math.Hypot(x-cx, y-cy)
		f := angle - math.Floor(angle)
		soft := r * math.Pi / count // pixels over one ray
		edge := clamp((.5-math.Abs(f-.5))*soft + .5)
		a, b := dark, light
		if int(math.Floor(angle))%2 == 0 {
			a, b = light, dark
		}
		at := b.mix(a, float32(.5+.5*edge))
		return at.mix(sun, float32(.62*math.Pow(clamp(1-r/980), 1.6))), 1
	})
	c.disc(cx, cy, 330, sun, .28, whole())
	c.disc(cx, cy, 264, sun, .55, whole())
	c.disc(cx, cy, 200, core, 1, whole())
	for i := range 3 {
		c.ring(cx, cy, 420+float64(i)*120, 5, core, .3-float64(i)*.08)
	}
}

// tiles is a quilt of quarter circles, circles and triangles; which is where is a function of the pattern's number.
func tiles(c *canvas, inks []ink, pattern uint32) {
	const size = 200
	state := pattern * 2654435761
	next := func(n uint32) uint32 { // xorshift
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		return state % n
	}
	last := -1
	for y := -size / 4; y < coverHeight; y += size {
		for x := 0; x < coverWidth; x += size {
			ground := int(next(uint32(len(inks))))
			if ground == last {
				ground = (ground + 1) % len(inks)
			}
			last = ground
			front := (ground + 1 + int(next(uint32(len(inks)-1)))) % len(inks)
			tile(c, float64(x), float64(y), size, inks[ground], inks[front], inks[(front+1)%len(inks)], next(6), next(4))
		}
	}
}

func tile(c *canvas, x, y, size float64, ground, front, third ink, kind, turn uint32) {
	cell := area{int(x), int(y), int(x + size), int(y + size)}
	c.shade(cell, func(_, _ float64) (ink, float64) { return ground, 1 })
	corner := []point{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}}
	at := corner[turn]
	across := corner[(turn+2)%4]
	switch kind {
	case 0: // a quarter circle, and a smaller one within
		c.disc(at.x, at.y, size, front, 1, cell)
		c.disc(at.x, at.y, size*.5, ground, 1, cell)
	case 1: // two quarter circles: a leaf
		c.disc(at.x, at.y, size, front, 1, cell)
		c.disc(across.x, across.y, size*.42, third, 1, cell)
	case 2: // a triangle
		c.shape(front, 1, corner[turn], corner[(turn+1)%4], corner[(turn+2)%4])
	case 3: // a circle in a circle
		c.disc(x+size/2, y+size/2, size*.36, front, 1, cell)
		c.disc(x+size/2, y+size/2, size*.15, ground, 1, cell)
	case 4: // a half circle
		mid := point{(at.x + corner[(turn+1)%4].x) / 2, (at.y + corner[(turn+1)%4].y) / 2}
		c.disc(mid.x, mid.y, size/2, front, 1, cell)
	default: // quarter circles nested
		for i, r := range []float64{1, .75, .5, .25} {
			with := front
			if i%2 == 1 {
				with = ground
			}
			c.disc(at.x, at.y, size*r, with, 1, cell)
		}
	}
}

// voices are large circles that overlap like people who talk at once.
func voices(c *canvas, ground, inks []ink, turn int) {
	c.sky(ground...)
	places := []struct{ x, y, r float64 }{
		{330, 520, 330}, {760, 330, 280}, {1180, 560, 350}, {640, 760, 240}, {1470, 240, 230}, {120, 150, 170}, {1010, 90, 120}, {1560, 800, 180}, {900, 560, 110},
	}
	for i, p := range places {
		if turn%2 == 0 {
			p.x = coverWidth - p.x
		}
		with := inks[(i*turn+i)%len(inks)]
		c.disc(p.x, p.y, p.r, with, .72, whole())
		if i%3 == 1 {
			c.ring(p.x, p.y, p.r+34, 6, with, .55)
		}
		if i%3 == 2 {
			c.disc(p.x, p.y, p.r*.42, ground[0], .5, whole())
		}
	}
}

// street is a row of houses with lit windows, and a paler row behind.
func street(c *canvas, sky []ink, light, far, near ink) {
	c.sky(sky...)
	c.glow(330, 250, 420, light, .35)
	c.disc(330, 250, 62, light.mix(hex(0xFFFFFF), .5), .95, whole())
	row(c, 120, 560, far, light, .25, 11)
	row(c, 0, 650, near.mix(far, .35), light, .95, 5)
	c.land(func(x float64) float64 { return 848 + 8*math.Sin(x*.004) }, near, near, 50, 1)
}

func row(c *canvas, x, base float64, wall, light ink, lit float64, salt int) {
	for i := 0; x < coverWidth+100; i++ {
		k := (i*salt + salt) % 7
		w, h := 150+float64(k)*22, 90+float64((k*3)%5)*34
		roof := 70 + float64(k%3)*26
		shade := wall.mix(hex(0x000000), float32(k%3)*.1)
		c.box(x, base-h+60, w, coverHeight, shade, 1)
		c.shape(shade, 1, point{x - 16, base - h + 61}, point{x + w/2, base - h - roof + 60}, point{x + w + 16, base - h + 61})
		if k%2 == 0 {
			c.box(x+w*.7, base-h-roof*.8+60, 24, roof*.8, shade, 1)
		}
		for n := range 6 {
			wx, wy := x+w*(.2+.38*float64(n%2)), base-h+92+float64(n/2)*84
			if wy > 780 {
				continue
			}
			on := .16
			if (n*5+k*3+salt)%4 != 0 {
				on = 1
			}
			c.box(wx, wy, w*.22, 46, light.mix(hex(0xFF9F5A), float32(n%3)*.22), lit*on)
		}
		x += w + 26 + float64(k%3)*14
	}
}

// ribbons flow from left to right.
func ribbons(c *canvas, ground, inks []ink) {
	c.sky(ground...)
	for i := range 9 {
		t := float64(i)
		middle, phase := 120+t*88, t*.72
		line := func(shift float64) func(x float64) float64 {
			return func(x float64) float64 {
				u := x / coverWidth
				return middle + shift + 150*math.Sin(u*3.6+phase) + 60*math.Sin(u*7.1+phase*1.7) - 140*u
			}
		}
		with := inks[i%len(inks)]
		upper, lower := line(0), line(64+float64(i%3)*34)
		c.shade(whole(), ribbon(upper, lower, with, with.mix(inks[(i+1)%len(inks)], .45)))
	}
}

func ribbon(upper, lower func(float64) float64, from, to ink) func(x, y float64) (ink, float64) {
	tops, bottoms := make([]float64, coverWidth), make([]float64, coverWidth)
	for x := range tops {
		tops[x], bottoms[x] = upper(float64(x)+.5), lower(float64(x)+.5)
	}
	return func(x, y float64) (ink, float64) {
		top, bottom := tops[int(x)], bottoms[int(x)]
		if y < top-1 || y > bottom+1 {
			return from, 0
		}
		return from.mix(to, float32(x/coverWidth)), .88 * clamp(y-top+.5) * clamp(bottom-y+.5)
	}
}

// night is a skyline under the moon, with windows still lit.
func night(c *canvas) {
	c.sky(hex(0x0B1030), hex(0x1C2457), hex(0x4A3F7D), hex(0xB56C8A))
	c.glow(1210, 240, 460, hex(0xFFE9B8), .4)
	c.disc(1210, 240, 92, hex(0xFFF3D6), 1, whole())
	for i := range 90 {
		_, x := math.Modf(float64(i) * 0.7548776662) // a sequence that spreads evenly without lines
		_, y := math.Modf(float64(i) * 0.5698402909)
		x, y = x*coverWidth, y*460
		c.disc(x, y, 1.2+float64(i%4)*.7, hex(0xFFFFFF), .25+float64(i%5)*.14, whole())
	}
	for layer := range 3 {
		wall := hex(0x3A3672).mix(hex(0x0A0C24), float32(layer)*.5)
		for i, x := 0, -30.0; x < coverWidth; i++ {
			k := (i*[]int{5, 7, 4}[layer] + layer*3) % 9
			w, h := 70+float64(k)*13, 150+float64(k*5%7)*(60-float64(layer)*22)+float64(2-layer)*80
			top := coverHeight - h
			c.box(x, top, w, h, wall, 1)
			for n := range int(h/34) * 3 {
				if (n*7+k*5+i)%5 < 2 {
					c.box(x+w*(.16+.26*float64(n%3)), top+18+float64(n/3)*34, w*.14, 15, hex(0xFFD27A), .2+.3*float64(layer))
				}
			}
			x += w + float64(k%3)*9
		}
	}
}
