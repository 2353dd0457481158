//go:build js

package fullstack

import "strconv"

// prerendered is the HTML of a part that the server drew.
func prerendered(id string) string {
	part := document().Call("querySelector", "[data-static="+strconv.Quote(id)+"]")
	if !part.Truthy() {
		return ""
	}
	return part.Get("outerHTML").String()
}
