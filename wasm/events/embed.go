// Package events holds the browser program of the events site, as built into dist.
package events

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Client is the folder with app.wasm.br, app.wasm.gz and wasm_exec.js; without them when the program was not built.
func Client() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}
