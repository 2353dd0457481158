package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
)

// errUnreadable is what the text forms return: Load puts it into words with Describe, without the value.
var errUnreadable = errors.New("unreadable")

// Secret is text that never shows itself: printed, logged or marshalled it is "[secret]". Reveal gives the text.
type Secret string

// Reveal is the text itself, for the client that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (s Secret) String() string { return "[secret]" }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return "[secret]" }

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// MarshalText hides the text from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// UnmarshalText keeps the text.
func (s *Secret) UnmarshalText(b []byte) error { *s = Secret(b); return nil }

// Key is a secret of at least 32 bytes, written in hexadecimal or base64. Printed or logged it is "[secret]".
type Key []byte

// UnmarshalText reads hexadecimal, then the forms of base64.
func (k *Key) UnmarshalText(b []byte) error {
	text := strings.TrimSpace(string(b))
	decoders := []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
		base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	}
	for _, decode := range decoders {
		if raw, err := decode(text); err == nil && len(raw) >= 32 {
			*k = raw
			return nil
		}
	}
	return errUnreadable
}

// Describe says what a key is.
func (Key) Describe() string { return "at least 32 bytes in hexadecimal or base64" }

// String hides the key.
func (k Key) String() string { return "[secret]" }

// GoString hides the key from %#v.
func (k Key) GoString() string { return "[secret]" }

// LogValue hides the key from slog.
func (k Key) LogValue() slog.Value { return slog.StringValue("[secret]") }

// MarshalText hides the key from encoders.
func (k Key) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// Origin is the address people reach a site at: scheme and host, no path and no trailing slash.
type Origin string

// UnmarshalText reads http(s)://host[:port]; a trailing slash is dropped.
func (o *Origin) UnmarshalText(b []byte) error {
	u, err := url.Parse(strings.TrimSuffix(string(b), "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return errUnreadable
	}
	if u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return errUnreadable
	}
	*o = Origin(u.Scheme + "://" + strings.ToLower(u.Host))
	return nil
}

// Describe says what an origin is.
func (Origin) Describe() string { return "an origin: http:// or https://, a host, no path" }

// String is the origin without a trailing slash.
func (o Origin) String() string { return string(o) }

// HTTPS reports whether the site is reached over TLS.
func (o Origin) HTTPS() bool { return strings.HasPrefix(string(o), "https://") }

// Prefixes is a list of networks: CIDRs or single addresses, separated by commas.
type Prefixes []netip.Prefix

// UnmarshalText reads the list.
func (p *Prefixes) UnmarshalText(b []byte) error {
	*p = nil
	for part := range strings.SplitSeq(string(b), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			addr, addrErr := netip.ParseAddr(part)
			if addrErr != nil {
				return errUnreadable
			}
			prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		*p = append(*p, prefix.Masked())
	}
	return nil
}

// Describe says what the list is.
func (Prefixes) Describe() string { return "a list of networks such as 10.0.0.0/8,::1" }

// Contains reports whether addr is in one of the networks.
func (p Prefixes) Contains(addr netip.Addr) bool {
	addr = addr.Unmap()
	for _, prefix := range p {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}
