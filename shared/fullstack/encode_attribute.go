//go:build !js

package fullstack

import (
	"strconv"
	"strings"
)

// attributeKind is how the value of an attribute is written.
type attributeKind uint8

const (
	plainAttribute attributeKind = iota
	boolAttribute
	bareAttribute // boolean in HTML, yet go-app's client sets it as a string: "false" would mean true
	urlAttribute
	urlsAttribute // a list of URLs
	srcsetAttribute
	refusedAttribute
)

// attributes writes the attributes sorted by name. The value of a textarea is its content and is returned; the value
// of a select is put in inside.
func (e *encoder) attributes(el *elementMirror, inside *parentNode) (value *string) {
	var scratch [8]attribute // on the stack: pointers written there are no work for the garbage collector
	attrs := sortedAttributes(scratch[:0], el.attributes)
	selected := false
	for i := range attrs {
		a := &attrs[i]
		if a.name == "value" {
			switch el.tag {
			case "textarea":
				content := a.value
				value = &content
				continue
			case "select":
				choice := a.value
				inside.choice = &choice
				continue
			case "option":
				if c := inside.choice; c != nil && *c == a.value && !selected {
					e.out = append(e.out, " selected"...)
				}
			}
		}
		if e.attribute(a.name, a.value) && a.name == "selected" {
			selected = true
		}
	}
	return value
}

type attribute struct{ name, value string }

func sortedAttributes(attrs []attribute, m map[string]string) []attribute {
	for name, value := range m {
		i := len(attrs)
		attrs = append(attrs, attribute{})
		for i > 0 && attrs[i-1].name > name {
			attrs[i] = attrs[i-1]
			i--
		}
		attrs[i] = attribute{name, value}
	}
	return attrs
}

// attribute writes one attribute and reports whether it did: one that is false is not written.
func (e *encoder) attribute(name, value string) bool {
	switch attributeKindOf(name) {
	case refusedAttribute:
		e.fail("attribute %q is not allowed", name)
		return false
	case boolAttribute:
		if on, _ := strconv.ParseBool(value); !on {
			return false
		}
		e.out = append(append(e.out, ' '), name...)
		return true
	case bareAttribute:
		if on, err := strconv.ParseBool(value); err == nil && !on {
			e.fail("attribute %s=%q counts as set in a browser: leave it out instead", name, value)
			return false
		}
	case urlAttribute:
		value = SafeURL(value)
	case urlsAttribute:
		value = safeURLs(value)
	case srcsetAttribute:
		value = SafeSrcset(value)
	}
	out := append(append(append(e.out, ' '), name...), '=', '"')
	e.out = append(appendEscaped(out, value), '"')
	return true
}

// attributeKindOf knows the attributes that need care, whatever their case. The boolean ones are those that go-app's
// client sets as properties.
func attributeKindOf(name string) attributeKind {
	switch name {
	case "class", "id", "type", "name", "value", "title", "for", "role": // most of them
		return plainAttribute
	case "async", "autofocus", "autoplay", "checked", "default", "defer", "disabled", "hidden", "ismap", "loop",
		"multiple", "muted", "open", "readonly", "required", "reversed", "selected":
		return boolAttribute
	}
	switch lower := strings.ToLower(name); lower {
	case "allowfullscreen", "controls", "disablepictureinpicture", "disableremoteplayback", "formnovalidate", "inert",
		"itemscope", "nomodule", "novalidate", "playsinline":
		return bareAttribute
	case "href", "src", "action", "formaction", "cite", "data", "poster", "background", "manifest", "longdesc",
		"codebase", "classid", "icon", "profile", "xlink:href":
		return urlAttribute
	case "archive", "ping", "attributionsrc":
		return urlsAttribute
	case "srcset", "imagesrcset":
		return srcsetAttribute
	case "style", "srcdoc", "http-equiv", "attributename": // the last one lets an SVG animation write a link
		return refusedAttribute
	default:
		if !validName(name) || strings.HasPrefix(lower, "on") {
			return refusedAttribute
		}
	}
	return plainAttribute
}

// safeURLs is SafeURL for a list separated by white space; one bad member spoils it.
func safeURLs(s string) string {
	for u := range strings.FieldsSeq(s) {
		if !safeURL(strings.TrimLeft(u, ",")) {
			return blockedURL
		}
	}
	return s
}
