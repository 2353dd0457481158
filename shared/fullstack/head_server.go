//go:build !js

package fullstack

// appendHead writes the document's head: the site's part (fixed) first, for it starts the loading of the stylesheet.
func (s *Site) appendHead(b []byte, h Head, path string, fixed []byte) []byte {
	b = append(b, `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">`...)
	b = append(b, fixed...)
	for _, e := range s.app.head(h, s.origin, path) {
		mark := pageMark
		if e.tag == "title" { // there is one, whichever page is shown
			mark = ""
		}
		b = e.append(b, mark)
	}
	return append(b, `</head>`...)
}

// append writes the element, with an attribute that says whose it is.
func (e headElement) append(b []byte, mark string) []byte {
	b = append(append(b, '<'), e.tag...)
	if mark != "" {
		b = append(append(b, ' '), mark...)
	}
	for _, a := range e.attrs {
		b = append(append(append(b, ' '), a[0]...), `="`...)
		b = append(appendEscaped(b, a[1]), '"')
	}
	b = append(b, '>')
	switch e.tag {
	case "title":
		b = append(appendEscaped(b, e.text), `</title>`...)
	case "script":
		b = append(append(b, e.text...), `</script>`...)
	}
	return b
}
