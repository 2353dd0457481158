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

// attributes appends the attributes sorted by name. The value of a textarea is its content and is returned; the value of
// a select is put in inside.
func (e *encoder) attributes(out []byte, el *elementMirror, inside *parentNode) (_ []byte, value *string) {
	if len(el.attributes) > mostAttributes {
		e.fail("more than %d attributes", mostAttributes)
		return out, nil
	}
	var scratch [8]uint8
	slots, order := sortedAttributes(scratch[:0], el.attributes)
	selected := false
	for _, i := range order {
		a := &slots[i]
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
					out = append(out, " selected"...)
				}
			}
		}
		before := len(out)
		out = e.attribute(out, a)
		selected = selected || a.name == "selected" && len(out) > before
	}
	return out, value
}

type attribute struct{ name, value string }

// mostAttributes bounds an element; the order of its attributes is kept in bytes.
const mostAttributes = 200

// sortedAttributes is the map's entries, somewhere in slots, and their places there by name, appended to order.
func sortedAttributes(order []uint8, m map[string]string) (slots []attribute, sorted []uint8) {
	slots, order = entriesOf(order, m)
	for i := 1; i < len(order); i++ {
		for j := i; j > 0 && less(slots[order[j]].name, slots[order[j-1]].name); j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	return slots, order
}

// copiedEntries is entriesOf for any map.
func copiedEntries(order []uint8, m map[string]string) ([]attribute, []uint8) {
	slots := make([]attribute, 0, len(m))
	for name, value := range m {
		order = append(order, uint8(len(slots)))
		slots = append(slots, attribute{name, value})
	}
	return slots, order
}

// less is a < b; most names differ in their first letter.
func less(a, b string) bool {
	if a != "" && b != "" && a[0] != b[0] {
		return a[0] < b[0]
	}
	return a < b
}

// attribute appends one attribute, unless it is one that is false.
func (e *encoder) attribute(out []byte, a *attribute) []byte {
	value := a.value
	switch attributeKindOf(a.name) {
	case refusedAttribute:
		e.fail("attribute %q is not allowed", a.name)
		return out
	case boolAttribute:
		if on, _ := strconv.ParseBool(value); !on {
			return out
		}
		return append(append(out, ' '), a.name...)
	case bareAttribute:
		if on, err := strconv.ParseBool(value); err == nil && !on {
			e.fail("attribute %s=%q counts as set in a browser: leave it out instead", a.name, value)
			return out
		}
	case urlAttribute:
		value = SafeURL(value)
	case urlsAttribute:
		value = safeURLs(value)
	case srcsetAttribute:
		value = SafeSrcset(value)
	}
	out = append(append(append(out, ' '), a.name...), `="`...)
	return append(appendEscaped(out, value), '"')
}

// attributeKindOf knows the attributes that need care, whatever their case. The boolean ones are those that go-app's
// client sets as properties.
func attributeKindOf(name string) attributeKind {
	switch name {
	case "class", "id", "type", "name", "value", "title", "for", "role", "aria-label": // most of them
		return plainAttribute
	case "href", "src":
		return urlAttribute
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
