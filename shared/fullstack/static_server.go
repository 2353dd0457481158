//go:build !js

package fullstack

// adoptedAttribute names, in a tree that Mounted draws, the part of the document that stands there.
const adoptedAttribute = "data-fullstack-adopted"

// prerendered stands for a part that the server drew: who reads a page's data back on a server, which tests do, puts the
// document's own part in its place.
func prerendered(id string) string {
	return string(appendEscaped([]byte("<div "+adoptedAttribute+`="`), id)) + `"></div>`
}
