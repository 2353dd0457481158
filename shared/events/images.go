package events

import (
	"strconv"
	"strings"
)

// ImageWidths are the widths, in pixels, of the smaller versions of a cover image. None is wider than the original.
func ImageWidths() []int { return []int{400, 800, 1200} }

// ImageVariant is where the version of an image is: "/media/0af3w400.jpg" of "/media/0af3.jpg"; "" for what has none. It
// may not be made yet: whoever serves it gives the original then.
func ImageVariant(url string, width int) string {
	base, kind, ok := cutKind(url)
	if !ok || strings.HasSuffix(base, "w") {
		return ""
	}
	return base + "w" + strconv.Itoa(width) + kind
}

// ImageOriginal is the image that a version was made of, and whether it is a version at all.
func ImageOriginal(url string) (string, bool) {
	base, kind, ok := cutKind(url)
	if !ok {
		return "", false
	}
	for _, width := range ImageWidths() {
		if original, ok := strings.CutSuffix(base, "w"+strconv.Itoa(width)); ok {
			return original + kind, true
		}
	}
	return "", false
}

// ImageSrcset names the versions for an img element; "" for what has none.
func ImageSrcset(url string) string {
	var out []string
	for _, width := range ImageWidths() {
		if v := ImageVariant(url, width); v != "" {
			out = append(out, v+" "+strconv.Itoa(width)+"w")
		}
	}
	return strings.Join(out, ", ")
}

func cutKind(url string) (base, kind string, ok bool) {
	for _, kind := range []string{".jpg", ".jpeg", ".png"} {
		if base, ok := strings.CutSuffix(url, kind); ok && base != "" && !strings.HasSuffix(base, "/") {
			return base, kind, true
		}
	}
	return "", "", false
}
