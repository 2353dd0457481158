//go:build !js

package ui

import (
	"maps"
	"strings"
)

// Tokens are the custom properties of the light or the dark theme by name, like "surface", as css/tokens.css has them: for what a
// server draws or works out in the colours of the site.
func Tokens(dark bool) map[string]string {
	b, _ := styles.ReadFile("css/tokens.css") // embedded: it is there
	all := declared(string(b), ":root {")
	if dark {
		maps.Copy(all, declared(string(b), `:root[data-theme="dark"] {`))
	}
	return all
}

// declared are the custom properties of the first block of a selector, each on a line of its own.
func declared(css, selector string) map[string]string {
	_, block, _ := strings.Cut(css, selector)
	block, _, _ = strings.Cut(block, "}")
	out := map[string]string{}
	for line := range strings.Lines(block) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok && strings.HasPrefix(name, "--") {
			value, _, _ = strings.Cut(value, ";")
			out[name[2:]] = value
		}
	}
	return out
}
