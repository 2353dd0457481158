package eventsvc

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera was held, of the EXIF 2.32 tag 0x0112 (section 4.6.5): 1 to 8, and 1 where a file does not say.
func orientation(data []byte) int {
	exif := exifOf(data)
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if exif[0] == 'I' {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(exif[4:]))
	if at+2 > uint64(len(exif)) {
		return 1
	}
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if n := int(order.Uint16(entries[8:])); n >= 1 && n <= 8 {
				return n
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// exifOf is the TIFF structure within the first EXIF segment of a JPEG; nil when there is none.
func exifOf(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return nil
	}
	for data = data[2:]; len(data) >= 4 && data[0] == 0xff && data[1] != 0xda; {
		size := 2 + int(binary.BigEndian.Uint16(data[2:]))
		if size > len(data) {
			return nil
		}
		if exif, ok := bytes.CutPrefix(data[4:max(4, size)], []byte("Exif\x00\x00")); ok && data[1] == 0xe1 {
			return exif
		}
		data = data[size:]
	}
	return nil
}

// upright is the image as it was seen, of one that a camera wrote in that orientation.
func upright(from *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 {
		return from
	}
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	if orientation >= 5 { // on its side
		w, h = h, w
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := source(orientation, x, y, b.Dx()-1, b.Dy()-1)
			to.SetRGBA(x, y, from.RGBAAt(sx, sy))
		}
	}
	return to
}

// source is the pixel that belongs at x, y, in an image whose last column and row are these.
func source(orientation, x, y, right, bottom int) (int, int) {
	switch orientation {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return y, bottom - x
	case 7:
		return right - y, bottom - x
	case 8:
		return right - y, x
	}
	return x, y
}
