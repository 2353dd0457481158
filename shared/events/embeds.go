package events

import (
	"net/url"
	"strings"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
)

// EmbedIn names an organisation.
type EmbedIn struct {
	Org string `json:"org"`
}

// EmbedOut says which websites may show an organisation's embeds.
type EmbedOut struct {
	Origins []string `json:"origins"` // none: nobody registered any
}

// GetEmbed is read by the pages that other sites show in frames.
var GetEmbed = fullstack.Query[EmbedIn, EmbedOut]{Name: "events.embed"}

// EmbedOrigin reads the address of a website as people write it and returns its origin: https, or http on this machine
// alone. Invalid for anything else.
func EmbedOrigin(address string) (string, error) {
	wrong := fault.New(fault.Invalid, "“%s” is not the address of a website. It looks like https://www.example.org.", address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(strings.ToLower(strings.TrimSpace(address)))
	if err != nil || u.User != nil || u.Hostname() == "" || len(u.Host) > 190 || len(u.Port()) > 5 || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", wrong
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", wrong
	}
	if !local && !strings.Contains(u.Hostname(), ".") || strings.Contains(u.Hostname(), "..") {
		return "", wrong
	}
	for i, c := range u.Hostname() {
		plain := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !plain && (c != '-' && c != '.' || i == 0 || i == len(u.Hostname())-1) {
			return "", wrong
		}
	}
	return u.Scheme + "://" + u.Host, nil
}
