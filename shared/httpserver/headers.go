package httpserver

import (
	"net/http"
	"strings"
)

// policy is the headers every answer starts with; a handler may change them. The values are shared between answers:
// Header.Set and Add copy, nothing writes into them.
type policy []struct {
	name  string
	value []string
}

func newPolicy(cfg Config) policy {
	connect := strings.Join(append([]string{"'self'"}, cfg.ConnectSrc...), " ")
	csp := "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src " + connect +
		"; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
	var p policy
	add := func(name, value string) {
		p = append(p, struct {
			name  string
			value []string
		}{name, []string{value}})
	}
	add("Content-Security-Policy", csp)
	add("X-Content-Type-Options", "nosniff")
	add("Referrer-Policy", "strict-origin-when-cross-origin")
	add("Cross-Origin-Opener-Policy", "same-origin")
	add("Cross-Origin-Resource-Policy", "same-origin")
	add("Permissions-Policy", "accelerometer=(), camera=(), geolocation=(self), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()")
	if cfg.HTTPS {
		add("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	return p
}

// apply writes the headers; token says that the URL holds a secret.
func (p policy) apply(h http.Header, token bool) {
	for _, line := range p {
		h[line.name] = line.value
	}
	if token {
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow")
	}
}
