package httpserver

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// clientIP is the address of the peer or, when that is a trusted proxy, the last address in X-Forwarded-For that no
// trusted proxy vouches for as its own. What stands to the left of it anybody can write.
func clientIP(r *http.Request, trusted []netip.Prefix) (ip netip.Addr, viaProxy bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	ip = plain(peer.Addr())
	if !contains(trusted, ip) {
		return ip, false
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = plain(hop)
		if !contains(trusted, ip) {
			break
		}
	}
	return ip, true
}

// plain drops the zone and the IPv4-in-IPv6 form, so that one client has one address.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func contains(prefixes []netip.Prefix, ip netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID takes over a trusted proxy's id when it is one, else makes one.
func requestID(r *http.Request, viaProxy bool) string {
	if viaProxy {
		if id := r.Header.Get("X-Request-Id"); saneID.MatchString(id) {
			return id
		}
	}
	return rand.Text()
}
