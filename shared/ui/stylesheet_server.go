//go:build !js

package ui

import (
	"bytes"
	"embed"
	"io/fs"
)

// The client gets the stylesheet from the document, so none of this is in the wasm.
var (
	//go:embed css/*.css
	styles embed.FS
	//go:embed static
	static embed.FS
)

// layerOrder decides between rules of different layers, wherever they stand.
const layerOrder = "@layer reset, tokens, base, components, utilities;\n"

// Stylesheet is the whole design system as one stylesheet, the same bytes every time.
func Stylesheet() []byte {
	names, _ := fs.Glob(styles, "css/*.css") // sorted; the pattern is well formed
	out := bytes.NewBufferString(layerOrder)
	for _, name := range names {
		b, _ := styles.ReadFile(name) // embedded: it is there
		out.Write(b)
	}
	return out.Bytes()
}

// Static holds icon-192.png, icon-512.png, icon-maskable-512.png and favicon.svg.
func Static() fs.FS {
	sub, _ := fs.Sub(static, "static") // a valid path by construction
	return sub
}
